//! Linux: nokhwa lists nodes that aren't cameras, without stable names, and opens a camera only when it happens
//! to be set to a format and a whole rate that nokhwa knows. So the list comes from the driver, and a camera is set
//! to its mode before nokhwa sees it. Of the controls nokhwa takes the relative ones, gives menus without their entries
//! and makes an error of a value that the driver rounds: they are the driver's too.

use ::nokhwa::{Camera, utils::CameraIndex};
use bevy::platform::time::Instant;

use super::format::camera_format;
use crate::{
    device::{Control, ControlCapabilities, ControlSettings, ControlValue, Device, DeviceId, NativeMode},
    error::MediaError,
    source::{
        DeviceWatcher, Source, StreamEvent,
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
    pub fn watch(&self) -> Box<dyn DeviceWatcher> {
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
    pub fn look(&mut self) -> Option<StreamEvent> {
        self.0.as_mut()?.look(Instant::now())
    }
}
