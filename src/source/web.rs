//! The browser's devices, by
//! [getUserMedia](https://www.w3.org/TR/mediacapture-streams/#dom-mediadevices-getusermedia).
//!
//! A hidden `<video>` element plays the stream, and the GPU copies its frames from there, without a pass through the
//! app's memory.

#[cfg(feature = "audio")]
mod all_devices;
mod bitmap;
mod camera;
mod capabilities;
mod change;
mod constrainable;
mod devices;
mod dictionary;
mod file;
mod fit;
mod frames;
mod granted;
mod photo;
mod refusal;
mod request;
#[cfg_attr(not(feature = "audio"), expect(dead_code, reason = "only requests with sound have one"))]
mod sound_part;
mod track;
mod video;

use std::{any::Any, rc::Rc};

use send_wrapper::SendWrapper;

pub use file::WebFileSource;

pub(crate) use frames::{FrameInfo, PageElement, PageFrames, Still};
pub(crate) use track::{ListedDevices, PageSource, PageTrack, TrackReporter};
// For the browser's microphones.
#[cfg(feature = "audio")]
pub(in crate::source) use self::{
    constrainable::apply_constraints,
    devices::{listed, refresh},
    dictionary::to_object,
    granted::Granted,
    refusal::{CAMERA_OR_MICROPHONE, MICROPHONE, refusal},
    sound_part::{SoundPart, SoundRequest},
};

#[cfg(feature = "audio")]
use super::AllDevices;
use super::{Source, Stream};
use crate::{
    constraint::VideoConstraints,
    device::{Device, DeviceId, DeviceKind, NativeMode},
    error::MediaError,
    frame::FramePool,
    web::media_devices,
};
use camera::Cameras;

/// The devices that the browser provides to this page: the [`DefaultSource`](super::DefaultSource) on the web.
///
/// The browser asks the user when the first track is spawned. It chooses a device by the track's constraints. Only
/// pages that are served over https or from localhost have access to devices.
///
/// Clones share their devices: a track of a device can be cloned from another one of it.
#[derive(Debug, Clone)]
pub struct WebSource(SendWrapper<Requests>);

/// The requests of a source.
#[derive(Debug, Clone, Default)]
struct Requests {
    cameras: Rc<Cameras>,
    /// A microphone that is requested with the camera.
    sound: Option<sound_part::SoundPart>,
}

impl Default for WebSource {
    fn default() -> Self {
        Self(SendWrapper::new(Requests::default()))
    }
}

#[cfg(feature = "audio")]
impl WebSource {
    /// The same source, with this microphone in the next request for a camera.
    pub(in crate::source) fn with_sound(&self, sound: SoundPart) -> Self {
        Self(SendWrapper::new(Requests { cameras: self.0.cameras.clone(), sound: Some(sound) }))
    }
}

impl Source for WebSource {
    /// The devices of the browser's last list, without modes: a browser converts to any mode. Before the user has
    /// granted access there is at most one, without id and label.
    ///
    /// # Errors
    /// [`ErrorName::NotSupported`](crate::error::ErrorName::NotSupported) if the page has no access to devices.
    fn devices(&self) -> Result<Vec<Device>, MediaError> {
        media_devices()?;
        Ok(devices::listed(DeviceKind::VideoInput))
    }

    /// # Errors
    /// Always [`ErrorName::NotSupported`](crate::error::ErrorName::NotSupported): there are no bytes to read.
    fn open(&self, _: &DeviceId, _: &NativeMode, _: &FramePool) -> Result<Box<dyn Stream>, MediaError> {
        Err(MediaError::not_supported("a browser's device has no bytes to read; spawn a track of it"))
    }
}

/// The source, if it is one of the page's own, which chooses and opens devices by itself and has no bytes to read.
pub(crate) fn page_source(source: &dyn Source) -> Option<&dyn PageSource> {
    let source: &dyn Any = source;
    #[cfg(feature = "audio")]
    if let Some(all) = source.downcast_ref::<AllDevices>() {
        return page_source(&*all.cameras).map(|_| all as &dyn PageSource);
    }
    let camera = source.downcast_ref::<WebSource>().map(|source| source as &dyn PageSource);
    camera.or_else(|| source.downcast_ref::<WebFileSource>().map(|source| source as &dyn PageSource))
}

impl PageSource for WebSource {
    fn start(
        &self,
        constraints: &VideoConstraints,
        only: Option<&DeviceId>,
        reporter: TrackReporter,
    ) -> Result<Box<dyn PageTrack>, MediaError> {
        let Requests { cameras, sound } = &*self.0;
        Ok(Box::new(cameras.ask(constraints, only, sound.as_ref(), reporter)?))
    }

    fn list(&self) -> ListedDevices {
        let cameras = |devices: Vec<Device>| -> Vec<Device> {
            devices.into_iter().filter(|device| device.kind == DeviceKind::VideoInput).collect()
        };
        Box::pin(async move {
            let (before, now) = devices::refresh().await?;
            Some((before.map(cameras), cameras(now)))
        })
    }
}
