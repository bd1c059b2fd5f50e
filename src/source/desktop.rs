//! The choice between nokhwa and this project's own bindings, camera by camera.

use bevy::log::info;
use viewfinder_cameras::{Camera, System, nokhwa_trouble};

use super::{
    DeviceWatcher, Source, Stream,
    nokhwa::{self, NokhwaSource},
    system::SystemSource,
};
use crate::{
    device::{Device, DeviceId, NativeMode},
    error::MediaError,
    frame::FramePool,
};

/// The machine's cameras on macOS and Windows: the default source there.
///
/// nokhwa 0.10.11 ends the process, hangs, or shows wrong pictures with some cameras. So the list of cameras, their
/// formats and their changes come from [`SystemSource`], and each camera is opened by nokhwa only if nothing in its
/// formats is known to do harm ([`nokhwa_trouble`]), and if nokhwa can open the mode. Otherwise `SystemSource` opens
/// it, and the log says why.
///
/// An app that wants one of them alone sets that one:
///
/// ```
/// # use bevy::prelude::*;
/// use std::sync::Arc;
/// use bevy_viewfinder::{prelude::*, source::DefaultSource};
///
/// # #[cfg(any(target_os = "macos", windows))]
/// fn always_own_bindings(app: &mut App) {
///     app.insert_resource(DefaultSource(Arc::new(bevy_viewfinder::source::SystemSource::default())));
/// }
/// ```
#[derive(Debug, Default)]
pub struct DesktopSource {
    system: SystemSource,
    nokhwa: NokhwaSource,
}

impl Source for DesktopSource {
    fn devices(&self) -> Result<Vec<Device>, MediaError> {
        self.system.devices()
    }

    fn open(
        &self,
        device: &DeviceId,
        mode: &NativeMode,
        pool: &FramePool,
    ) -> Result<Box<dyn Stream>, MediaError> {
        let camera = self.system.camera(device)?;
        match reason_against_nokhwa(System::this(), &camera, nokhwa::can_open(mode)) {
            Some(reason) => {
                info!("{} is opened without nokhwa: {reason}", camera.name);
                self.system.open(device, mode, pool)
            }
            None => {
                info!("{} is opened by nokhwa: nothing is known against it", camera.name);
                self.nokhwa.open(device, mode, pool)
            }
        }
    }

    fn watch(&self) -> Box<dyn DeviceWatcher> {
        self.system.watch()
    }
}

/// Why nokhwa mustn't open this camera in the requested mode. `None` if it may.
fn reason_against_nokhwa(system: Option<System>, camera: &Camera, can_open: bool) -> Option<String> {
    let Some(system) = system else {
        return Some("nobody has looked at nokhwa's code for this system".into());
    };
    let trouble = nokhwa_trouble(system, camera).map(|trouble| trouble.to_string());
    trouble.or_else(|| (!can_open).then(|| "nokhwa has no such pixel format or frame rate".into()))
}

#[cfg(test)]
mod tests {
    use viewfinder_cameras::{Color, Format, PixelCode, RateRange};

    use super::*;

    fn camera(codes: &[(&[u8; 4], f64)]) -> Camera {
        let mut camera = Camera::new("id", "a camera");
        let format = |(index, (code, rate)): (usize, &(&[u8; 4], f64))| Format {
            index,
            code: PixelCode::OsType(u32::from_be_bytes(**code)),
            width: 1280,
            height: 720,
            rates: vec![RateRange::new(*rate, *rate)],
            color: Color::default(),
            stride: None,
        };
        camera.formats = codes.iter().enumerate().map(format).collect();
        camera
    }

    #[test]
    fn nokhwa_opens_only_the_cameras_that_the_fence_clears() {
        let mac = Some(System::MacOs);
        let clear = camera(&[(b"yuvs", 30.0)]);
        assert_eq!(reason_against_nokhwa(mac, &clear, true), None);
        // nokhwa#249.
        let two = camera(&[(b"420v", 30.0), (b"yuvs", 5.0)]);
        let reason = reason_against_nokhwa(mac, &two, true).unwrap_or_default();
        assert!(reason.contains("end the process") && reason.contains("nokhwa#247"), "{reason}");
        let label = reason_against_nokhwa(mac, &camera(&[(b"420v", 30.0)]), true).unwrap_or_default();
        assert!(label.contains("nokhwa#193"), "{label}");
    }

    #[test]
    fn a_mode_that_nokhwa_lacks_is_opened_without_it() {
        let reason = reason_against_nokhwa(Some(System::MacOs), &camera(&[(b"yuvs", 29.97)]), false);
        assert!(reason.is_some_and(|reason| reason.contains("frame rate")));
        assert!(reason_against_nokhwa(None, &camera(&[(b"yuvs", 30.0)]), true).is_some());
    }
}
