//! Linux: nokhwa lists nodes that aren't cameras, without stable names, and opens a camera only when it happens
//! to be set to a format and a whole rate that nokhwa knows. So the list comes from the driver, and a camera is set
//! to its mode before nokhwa sees it. Of the controls nokhwa takes the relative ones, gives menus without their entries
//! and makes an error of a value that the driver rounds: they are the driver's too.

use std::{io, path::Path};

use ::nokhwa::{Camera, utils::CameraIndex};
use bevy::platform::time::Instant;

use super::camera_format;
use crate::{
    device::{Control, ControlCapabilities, ControlSettings, ControlValue, Device, DeviceId, NativeMode},
    error::MediaError,
    source::{
        Next, Source, Watch,
        v4l2::{self, V4l2Source},
    },
};

/// What is kept of the system from call to call: nothing.
#[derive(Debug, Default)]
pub(super) struct System;

impl System {
    pub fn devices(&self) -> Result<Vec<Device>, MediaError> {
        let mut devices = V4l2Source.devices()?;
        for device in &mut devices {
            device.modes.retain(|mode| camera_format(mode).is_some());
        }
        Ok(devices)
    }

    /// Sets a device to a mode. What comes back is nokhwa's name for the device.
    pub fn prepare(&self, device: &DeviceId, mode: &NativeMode) -> Result<CameraIndex, MediaError> {
        v4l2::prepare(device, mode).map(CameraIndex::Index)
    }
    /// The driver's own, as the list is.
    pub fn watch(&self) -> Box<dyn Watch> {
        V4l2Source.watch()
    }
}

/// The driver's controls, beside nokhwa.
#[derive(Default)]
pub(super) struct Controls(Option<v4l2::Controls>);

impl Controls {
    pub fn of(device: &DeviceId, _: &Camera) -> Self {
        Self(v4l2::controls(device))
    }

    pub fn capabilities(&self) -> ControlCapabilities {
        self.0.as_ref().map(|controls| controls.capabilities().clone()).unwrap_or_default()
    }

    pub fn settings(&self, _: &Camera) -> ControlSettings {
        self.0.as_ref().map(v4l2::Controls::settings).unwrap_or_default()
    }

    pub fn set(&mut self, _: &mut Camera, control: Control, value: &ControlValue) -> Result<(), MediaError> {
        match &mut self.0 {
            Some(controls) => controls.set(control, value),
            None => Err(MediaError::not_supported(format!("this camera has no {control} to set"))),
        }
    }

    /// What others have done to them.
    pub fn look(&mut self) -> Option<Next> {
        self.0.as_mut()?.look(Instant::now())
    }
}

/// The system's error that nokhwa has put into words: `... (os error 16)`.
pub(super) fn media_error(device: &DeviceId, text: &str) -> Option<MediaError> {
    let (_, number) = text.rsplit_once("(os error ")?;
    let number = number.split(')').next()?.parse().ok()?;
    Some(v4l2::media_error("reading from", Path::new(&device.0), &io::Error::from_raw_os_error(number)))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::error::ErrorName;

    #[test]
    fn the_systems_error_is_read_from_the_text() {
        let name = |text: &str| media_error(&DeviceId::from("/dev/video0"), text).map(|error| error.name);
        for (number, expected) in
            [(16, ErrorName::NotReadable), (19, ErrorName::NotFound), (13, ErrorName::NotAllowed)]
        {
            let text = format!("Could not capture frame: {}", io::Error::from_raw_os_error(number));
            assert_eq!(name(&text), Some(expected), "{text}");
        }
        assert_eq!(name("Could not capture frame: VIDIOC_DQBUF"), None);
        assert_eq!(name("(os error ?)"), None);
    }
}
