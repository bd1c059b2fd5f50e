//! Systems without cameras that this crate knows.

use std::time::Duration;

use crate::{
    Camera, Control, ControlChange, ControlInfo, ControlState, Error, Event, Format, Frame, Permission,
    RateRange,
};

fn not_supported() -> Error {
    Error::NotSupported("this crate has cameras on macOS and Windows only".into())
}

pub(crate) fn list() -> Result<Vec<Camera>, Error> {
    Err(not_supported())
}

pub(crate) fn ids() -> Result<Vec<String>, Error> {
    Err(not_supported())
}

pub(crate) fn permission() -> Permission {
    Permission::Unknown
}

pub(crate) fn request_permission() -> Result<(), Error> {
    Err(not_supported())
}

/// There is no value of this type.
#[derive(Debug)]
pub(crate) enum Stream {}

impl Stream {
    pub(crate) fn open(_: &Camera, _: &Format, _: &RateRange, _: f64) -> Result<Self, Error> {
        Err(not_supported())
    }

    pub(crate) fn next(&mut self, _: Duration, _: &mut dyn FnMut(&Frame<'_>)) -> Result<Event<()>, Error> {
        match *self {}
    }

    pub(crate) fn control_info(&self, _: Control) -> Option<ControlInfo> {
        match *self {}
    }

    pub(crate) fn control(&self, _: Control) -> Option<ControlState> {
        match *self {}
    }

    pub(crate) fn set_control(&self, _: Control, _: ControlChange) -> Result<(), Error> {
        match *self {}
    }
}
