//! Windows, through Media Foundation.

mod callback;
mod com;
mod control;
mod device;
mod reader;
mod sample;
#[cfg(test)]
mod tests;

use crate::{Camera, Error, Permission, camera::listed};

pub(crate) use reader::Stream;

pub(crate) fn list() -> Result<Vec<Camera>, Error> {
    let com = com::Com::start()?;
    listed(device::devices(&com)?.iter().map(|device| device::describe(&com, device)).collect())
}

pub(crate) fn ids() -> Result<Vec<String>, Error> {
    let com = com::Com::start()?;
    Ok(device::devices(&com)?.into_iter().map(|device| device.id).collect())
}

/// Media Foundation tells it only when a camera is opened.
pub(crate) fn permission() -> Permission {
    Permission::Unknown
}

/// Windows doesn't ask for desktop programs.
pub(crate) fn request_permission() -> Result<(), Error> {
    Ok(())
}
