//! Linux. nokhwa lists nodes that aren't cameras, has no stable ids, and opens a device only if that is set to a format
//! and an integer frame rate that nokhwa knows. So the list comes from the driver, and a device is set to its mode
//! before nokhwa opens it. The controls come from the driver too: nokhwa's are relative, have menus without entries,
//! and fail for values that the driver rounds.

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

/// The state of the system, which is empty on Linux.
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

    /// Sets a device to a mode. Returns nokhwa's name of the device.
    pub fn prepare(&self, device: &DeviceId, mode: &NativeMode) -> Result<CameraIndex, MediaError> {
        v4l2::prepare(device, mode).map(CameraIndex::Index)
    }
    /// The watcher of `V4l2Source`, like the list.
    pub fn watch(&self) -> Box<dyn DeviceWatcher> {
        V4l2Source.watch()
    }
}

/// The driver's controls.
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
            None => Err(MediaError::not_supported(format!("this device has no control {control}"))),
        }
    }

    /// Polls for changes by other programs.
    pub fn poll(&mut self) -> Option<StreamEvent> {
        self.0.as_mut()?.poll(Instant::now())
    }
}
