//! The source of macOS and Windows.

use std::{
    sync::{Mutex, PoisonError},
    time::Duration,
};

use viewfinder_cameras::Camera;

use super::{
    device::{device, find_camera, open_camera, virtual_last},
    error::media_error,
};
use crate::{
    device::{Device, DeviceId, NativeMode},
    error::MediaError,
    frame::FramePool,
    source::{DeviceWatcher, Source, Stream, watch::PollingWatcher},
};

/// The cameras of macOS and Windows by this project's own bindings to AVFoundation and Media Foundation.
///
/// The default source opens with it the cameras that nokhwa can't open without harm ([`DesktopSource`]). As a
/// [`TrackSource`](crate::source::TrackSource) or [`DefaultSource`](crate::source::DefaultSource) it opens all.
///
/// - Modes have the system's own pixel formats and rates: 29.97 Hz is a mode of its own. Of a range of rates its ends
///   and the usual ones between them are listed.
/// - Frames keep the padding of their rows, and have the time of capture, the color, and a count with gaps for lost
///   frames, as far as the system tells them.
/// - [`next`](Stream::next) has a time-out: a camera that falls silent is muted and opened again.
/// - Controls on Windows are those of `IAMCameraControl` and `IAMVideoProcAmp` that the standard names, with their
///   automatic modes. On macOS they are the modes of focus, exposure and white balance, torch and zoom, where the
///   camera has them. Changes by other programs aren't noticed.
/// - On macOS the first [`open`](Source::open) asks the user for permission and waits for the answer. A bundle without
///   `NSCameraUsageDescription` in its `Info.plist` fails with
///   [`NotAllowed`](crate::error::ErrorName::NotAllowed).
/// - On Windows, cameras with only a DirectShow filter aren't listed.
///
/// A [`DeviceId`] is the same as of `NokhwaSource`: AVFoundation's unique id, Media Foundation's symbolic link.
///
/// [`DesktopSource`]: crate::source::DesktopSource
#[derive(Debug, Default)]
pub struct SystemSource {
    /// The known cameras. On Windows listing a camera's formats means opening it for a moment, so they are kept.
    known: Mutex<Vec<Camera>>,
}

impl SystemSource {
    /// The cameras that are connected now, the virtual ones last.
    pub(in crate::source) fn cameras(&self) -> Result<Vec<Camera>, MediaError> {
        let failed = |error| media_error("the list of cameras", &error);
        let mut known = self.known.lock().unwrap_or_else(PoisonError::into_inner);
        let ids = viewfinder_cameras::ids().map_err(failed)?;
        let listed = match from_known(&known, &ids) {
            Some(cameras) => cameras,
            None => with_known_formats(&known, viewfinder_cameras::list().map_err(failed)?),
        };
        known.clone_from(&listed);
        Ok(listed)
    }

    /// The camera of an id.
    pub(in crate::source) fn camera(&self, id: &DeviceId) -> Result<Camera, MediaError> {
        let known = self.known.lock().unwrap_or_else(PoisonError::into_inner).clone();
        find_camera(id, &known, || self.cameras())
    }
}

impl Source for SystemSource {
    fn devices(&self) -> Result<Vec<Device>, MediaError> {
        Ok(self.cameras()?.iter().map(device).collect())
    }

    fn open(
        &self,
        device: &DeviceId,
        mode: &NativeMode,
        pool: &FramePool,
    ) -> Result<Box<dyn Stream>, MediaError> {
        open_camera(self.camera(device)?, mode, pool, viewfinder_cameras::open)
    }

    fn watch(&self) -> Box<dyn DeviceWatcher> {
        Box::new(IdWatcher::default())
    }
}

/// The known cameras of these ids, if all are known with their formats.
fn from_known(known: &[Camera], ids: &[String]) -> Option<Vec<Camera>> {
    let find = |id: &String| known.iter().find(|camera| camera.id == *id && !camera.formats.is_empty());
    let cameras: Option<Vec<Camera>> = ids.iter().map(|id| find(id).cloned()).collect();
    cameras.map(virtual_last)
}

/// The listed cameras. One that is in use may be listed without formats, and keeps the known ones.
fn with_known_formats(known: &[Camera], listed: Vec<Camera>) -> Vec<Camera> {
    let completed = listed.into_iter().map(|camera| {
        let before = known.iter().find(|before| before.id == camera.id && camera.formats.is_empty());
        before.cloned().unwrap_or(camera)
    });
    virtual_last(completed.collect())
}

/// Reports a change if the ids of the cameras differ. Reading them opens no camera.
#[derive(Debug, Default)]
struct IdWatcher {
    poll: PollingWatcher,
    known: Option<Vec<String>>,
}

impl DeviceWatcher for IdWatcher {
    fn wait(&mut self, longest: Duration) -> bool {
        if !self.poll.wait(longest) {
            return false;
        }
        let now = viewfinder_cameras::ids().unwrap_or_default();
        let before = self.known.replace(now);
        before != self.known
    }
}

#[cfg(test)]
mod tests {
    use viewfinder_cameras::Transport;

    use super::{super::device::test_camera as camera, *};

    #[test]
    fn known_cameras_are_not_opened_to_be_listed() {
        let known = [camera("a", Transport::Usb, 2), camera("busy", Transport::Usb, 0)];
        let wanted = |ids: &[&str]| {
            let ids: Vec<String> = ids.iter().map(|id| (*id).to_owned()).collect();
            from_known(&known, &ids).map(|cameras| cameras.len())
        };
        assert_eq!(wanted(&["a"]), Some(1));
        assert_eq!(wanted(&[]), Some(0));
        assert_eq!(wanted(&["a", "new"]), None);
        assert_eq!(wanted(&["a", "busy"]), None, "its formats are asked for again");
    }

    #[test]
    fn a_camera_in_use_keeps_its_formats() {
        let known = [camera("a", Transport::Usb, 2)];
        let listed = vec![camera("a", Transport::Usb, 0), camera("b", Transport::Usb, 0)];
        let formats: Vec<_> =
            with_known_formats(&known, listed).iter().map(|camera| camera.formats.len()).collect();
        assert_eq!(formats, [2, 0]);
    }

    #[cfg(not(any(target_os = "macos", windows, feature = "pipewire")))]
    #[test]
    fn elsewhere_it_is_not_supported() {
        use crate::error::ErrorName;
        let error = SystemSource::default().devices().expect_err("this system has another source");
        assert_eq!(error.name, ErrorName::NotSupported);
    }
}
