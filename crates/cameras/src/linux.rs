//! Linux, through the camera portal and PipeWire.
//!
//! The portal asks the user, and opens a connection to PipeWire that shows the cameras. A program that isn't in a
//! sandbox connects to the user's own PipeWire where there is no portal. What maps formats, properties and buffers is
//! in [`crate::spa`], and calls nothing.

mod cameras;
mod connection;
mod memory;
mod nodes;
mod portal;
mod stream;
mod watch;
mod worker;

use std::{sync::LazyLock, time::Duration};

use crate::{
    Camera, Control, ControlChange, ControlInfo, ControlState, Error, Event, Format, Frame, Permission,
    RateRange,
};

pub use cameras::{Cameras, Options, Route};
pub use watch::{Change, Watcher};

/// The cameras of the crate's own functions.
static CAMERAS: LazyLock<Cameras> = LazyLock::new(Cameras::default);

pub(crate) fn list() -> Result<Vec<Camera>, Error> {
    CAMERAS.list()
}

pub(crate) fn ids() -> Result<Vec<String>, Error> {
    CAMERAS.ids()
}

pub(crate) fn permission() -> Permission {
    CAMERAS.permission()
}

pub(crate) fn request_permission() -> Result<(), Error> {
    CAMERAS.request_permission()
}

/// A camera that runs, on a thread of its own.
#[derive(Debug)]
pub(crate) struct Stream(stream::ActiveStream);

impl Stream {
    pub(crate) fn open(
        camera: &Camera,
        format: &Format,
        range: &RateRange,
        rate: f64,
    ) -> Result<Self, Error> {
        CAMERAS.start(camera, format, range, rate)
    }

    /// The format and the rate that the camera runs with. They differ from the chosen ones if another program has
    /// started it.
    pub(crate) fn agreed(&self, format: &Format, rate: f64) -> (Format, f64) {
        (self.0.format(format), self.0.rate(rate))
    }

    pub(crate) fn next(
        &mut self,
        wait: Duration,
        read: &mut dyn FnMut(&Frame<'_>),
    ) -> Result<Event<()>, Error> {
        self.0.next(wait, read)
    }

    /// PipeWire's cameras have no controls that all plugins name alike.
    pub(crate) fn control_info(&self, _: Control) -> Option<ControlInfo> {
        None
    }

    pub(crate) fn control(&self, _: Control) -> Option<ControlState> {
        None
    }

    pub(crate) fn set_control(&self, control: Control, _: ControlChange) -> Result<(), Error> {
        Err(Error::NotSupported(format!("cameras of PipeWire have no control {control:?} here")))
    }
}

#[cfg(test)]
mod tests {
    use pipewire::spa::sys;

    use crate::PixelCode;

    /// The crate has SPA's numbers as numbers. Here they are those of the headers.
    #[test]
    fn numbers_of_formats_are_those_of_the_headers() {
        for (number, name) in [
            (sys::SPA_VIDEO_FORMAT_I420, "I420"),
            (sys::SPA_VIDEO_FORMAT_YV12, "YV12"),
            (sys::SPA_VIDEO_FORMAT_YUY2, "YUY2"),
            (sys::SPA_VIDEO_FORMAT_UYVY, "UYVY"),
            (sys::SPA_VIDEO_FORMAT_RGBx, "RGBx"),
            (sys::SPA_VIDEO_FORMAT_BGRx, "BGRx"),
            (sys::SPA_VIDEO_FORMAT_RGBA, "RGBA"),
            (sys::SPA_VIDEO_FORMAT_BGRA, "BGRA"),
            (sys::SPA_VIDEO_FORMAT_RGB, "RGB"),
            (sys::SPA_VIDEO_FORMAT_BGR, "BGR"),
            (sys::SPA_VIDEO_FORMAT_YVYU, "YVYU"),
            (sys::SPA_VIDEO_FORMAT_NV12, "NV12"),
            (sys::SPA_VIDEO_FORMAT_NV21, "NV21"),
            (sys::SPA_VIDEO_FORMAT_GRAY8, "GRAY8"),
            (sys::SPA_VIDEO_FORMAT_NV16, "NV16"),
            (sys::SPA_VIDEO_FORMAT_NV24, "NV24"),
            (sys::SPA_MEDIA_SUBTYPE_h264, "H264"),
            (sys::SPA_MEDIA_SUBTYPE_mjpg, "MJPG"),
        ] {
            assert_eq!(PixelCode::Spa(number).to_string(), name);
        }
    }
}
