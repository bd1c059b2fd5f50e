//! The browser's own cameras, by
//! [getUserMedia](https://www.w3.org/TR/mediacapture-streams/#dom-mediadevices-getusermedia).
//!
//! A hidden `<video>` plays the stream, and the GPU copies its frames from there: none passes through the app's
//! memory.

mod abilities;
mod bitmap;
mod camera;
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

pub(crate) use frames::{Mark, PageElement, PageFrames, Still};
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

/// The cameras that the browser gives this page: the [`DefaultSource`](super::DefaultSource) on the web.
///
/// The browser asks the user when the first track is spawned, and it is the browser that chooses a camera by the
/// track's constraints. Pages have cameras only where they are served over https, or from localhost.
///
/// Clones share what is known of the cameras, and so do the tracks of one source.
#[derive(Debug, Clone)]
pub struct WebSource(SendWrapper<Rc<Cameras>>);

impl Default for WebSource {
    fn default() -> Self {
        Self(SendWrapper::new(Rc::default()))
    }
}

impl Source for WebSource {
    /// The cameras as the browser last told them, without their modes: it makes of a camera whatever is asked. Before
    /// the user has granted one there is at most one, without id and label.
    ///
    /// # Errors
    /// [`ErrorName::NotSupported`](crate::error::ErrorName::NotSupported) where the page may have no cameras.
    fn devices(&self) -> Result<Vec<Device>, MediaError> {
        media_devices()?;
        Ok(self.0.list.heard())
    }

    /// # Errors
    /// [`ErrorName::NotSupported`](crate::error::ErrorName::NotSupported): there are no bytes.
    fn open(&self, _: &DeviceId, _: &NativeMode, _: &FramePool) -> Result<Box<dyn Stream>, MediaError> {
        Err(MediaError::not_supported("a browser's camera has no bytes to be read; spawn a track of it"))
    }
}

/// The source as one of the page, which chooses and opens devices by itself and gives no bytes.
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
