//! macOS and Windows, through nokhwa only.

use std::{
    collections::HashMap,
    sync::{Mutex, PoisonError, mpsc},
};

use ::nokhwa::{
    Camera, NokhwaError, nokhwa_check, nokhwa_initialize, query,
    utils::{ApiBackend, CameraIndex, CameraInfo, RequestedFormatType},
};

use super::{
    camera::{guarded, open_camera},
    control,
    error::nokhwa_error,
    format::native_mode,
};
use crate::{
    device::{Control, ControlCapabilities, ControlSettings, ControlValue, Device, DeviceId, NativeMode},
    error::MediaError,
    source::{
        StreamEvent,
        watch::{DeviceWatcher, PollingWatcher},
    },
};

/// The known modes of devices. Listing them means opening the device, so they are kept.
#[derive(Debug, Default)]
pub(super) struct System {
    modes: Mutex<HashMap<DeviceId, Vec<NativeMode>>>,
}

impl System {
    pub fn devices(&self) -> Result<Vec<Device>, MediaError> {
        let cameras = guarded(|| query(ApiBackend::Auto))
            .map_err(|error| nokhwa_error(&DeviceId::from("the list of cameras"), &error))?;
        Ok(cameras
            .iter()
            .map(|camera| {
                let id = id(camera);
                Device { modes: self.modes(&id), id, label: camera.human_name(), ..Default::default() }
            })
            .collect())
    }

    /// Requests the user's permission. Returns nokhwa's name of the device.
    pub fn prepare(&self, device: &DeviceId, _: &NativeMode) -> Result<CameraIndex, MediaError> {
        // Except on macOS this is always `true`.
        if !nokhwa_check() {
            let (answer, answered) = mpsc::channel();
            nokhwa_initialize(move |granted| {
                // It fails only if the waiting thread is gone.
                let _ = answer.send(granted);
            });
            if answered.recv() != Ok(true) {
                return Err(MediaError::not_allowed(
                    "the user doesn't let this app use the camera: allow it in the system's settings under \
                     privacy, camera; without NSCameraUsageDescription in Info.plist the user isn't even asked",
                ));
            }
        }
        Ok(index(device))
    }

    /// A polling watcher: nokhwa reports no changes.
    pub fn watch(&self) -> Box<dyn DeviceWatcher> {
        Box::new(PollingWatcher::default())
    }

    /// The modes of a device, in its own order. Empty if it can't be opened now.
    fn modes(&self, id: &DeviceId) -> Vec<NativeMode> {
        let mut known = self.modes.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(modes) = known.get(id) {
            return modes.clone();
        }
        let modes = compatible_modes(id).unwrap_or_default();
        // A device that another program uses is tried again the next time.
        if !modes.is_empty() {
            known.insert(id.clone(), modes.clone());
        }
        modes
    }
}

/// The controls that nokhwa can set.
#[derive(Default)]
pub(super) struct Controls {
    capabilities: ControlCapabilities,
}

impl Controls {
    pub fn of(_: &DeviceId, camera: &Camera) -> Self {
        // On macOS nokhwa calls a method that only iOS has, which ends the program.
        let controls = if cfg!(target_os = "macos") {
            Vec::new()
        } else {
            guarded(|| camera.camera_controls()).unwrap_or_default()
        };
        let read = controls.iter().filter_map(control::read);
        Self { capabilities: read.map(|(control, capability, _)| (control, capability)).collect() }
    }

    pub fn capabilities(&self) -> ControlCapabilities {
        self.capabilities.clone()
    }

    pub fn settings(&self, camera: &Camera) -> ControlSettings {
        self.capabilities
            .keys()
            .filter_map(|control| {
                let known = control::known(*control)?;
                let control = guarded(|| camera.camera_control(known)).ok()?;
                control::read(&control).map(|(control, _, value)| (control, value))
            })
            .collect()
    }

    pub fn set(
        &mut self,
        camera: &mut Camera,
        control: Control,
        value: &ControlValue,
    ) -> Result<(), MediaError> {
        let accepted = self.capabilities.get(&control).and_then(|capability| capability.accept(value));
        let (Some(ControlValue::Number(number)), Some(known)) = (accepted, control::known(control)) else {
            return Err(MediaError::not_supported(format!(
                "this device has no {control} that accepts {value:?}: use a value of its capabilities"
            )));
        };
        let raw = control::raw(control, number);
        guarded(|| camera.set_camera_control(known, raw)).map_err(|error| {
            MediaError::not_readable(format!(
                "the device rejected {number} for its {control} ({error}): try again, or leave the control unset"
            ))
        })
    }

    /// `None`: nokhwa reports no changes by other programs.
    pub fn poll(&mut self) -> Option<StreamEvent> {
        None
    }
}

fn compatible_modes(id: &DeviceId) -> Result<Vec<NativeMode>, NokhwaError> {
    let mut camera = open_camera(index(id), RequestedFormatType::None)?;
    let formats = guarded(|| camera.compatible_camera_formats());
    // Its drop can panic.
    let _ = guarded(|| {
        drop::<Camera>(camera);
        Ok(())
    });
    let mut modes: Vec<NativeMode> = Vec::new();
    for mode in formats?.into_iter().map(native_mode) {
        if mode.frame_rate > 0.0 && !modes.contains(&mode) {
            modes.push(mode);
        }
    }
    Ok(modes)
}

/// The system's id of a device, or its index in the list if it has none.
fn id(camera: &CameraInfo) -> DeviceId {
    let name = camera.misc();
    DeviceId(if name.is_empty() { camera.index().as_string() } else { name })
}

fn index(id: &DeviceId) -> CameraIndex {
    match id.0.parse() {
        Ok(place) => CameraIndex::Index(place),
        Err(_) => CameraIndex::String(id.0.clone()),
    }
}
