//! The browser's devices, by
//! [getUserMedia](https://www.w3.org/TR/mediacapture-streams/#dom-mediadevices-getusermedia).
//!
//! A hidden `<video>` element plays the stream, and the GPU copies its frames from there, without a pass through the
//! app's memory.

mod bitmap;
mod camera;
mod capabilities;
mod change;
mod devices;
mod dictionary;
mod file;
mod fit;
mod frames;
mod photo;
mod refusal;
mod track;
mod video;

use std::{any::Any, rc::Rc};

use send_wrapper::SendWrapper;

pub use file::WebFileSource;

pub(crate) use frames::{FrameInfo, PageElement, PageFrames, Still};
pub(crate) use track::{ListedDevices, PageSource, PageTrack, TrackReporter};

use super::{Source, Stream};
use crate::{
    constraint::VideoConstraints,
    device::{Device, DeviceId, NativeMode},
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
/// Clones share the list of devices, and so do the tracks of one source.
#[derive(Debug, Clone)]
pub struct WebSource(SendWrapper<Rc<Cameras>>);

impl Default for WebSource {
    fn default() -> Self {
        Self(SendWrapper::new(Rc::default()))
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
        Ok(self.0.list.devices())
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
        Ok(Box::new(self.0.ask(constraints, only, reporter)?))
    }

    fn list(&self) -> ListedDevices {
        let cameras = Rc::clone(&self.0);
        Box::pin(async move { cameras.list.refresh().await })
    }
}
