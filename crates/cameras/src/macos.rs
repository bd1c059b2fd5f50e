//! macOS, through AVFoundation.
//!
//! AVFoundation throws Objective-C exceptions for arguments that a device doesn't accept. Every call is made inside of
//! [`exception::guarded`], which turns them into errors.

mod control;
mod delegate;
mod device;
mod exception;
mod permission;
mod sample;
mod session;

use crate::{Camera, Error};

pub(crate) use permission::{permission, request_permission};
pub(crate) use session::Stream;

pub(crate) fn list() -> Result<Vec<Camera>, Error> {
    exception::guarded("list the cameras", || {
        Ok(device::devices().iter().map(|device| device::describe(device)).collect())
    })
}

pub(crate) fn ids() -> Result<Vec<String>, Error> {
    exception::guarded("list the cameras", || {
        Ok(device::devices().iter().map(|device| device::id(device)).collect())
    })
}
