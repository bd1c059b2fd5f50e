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
