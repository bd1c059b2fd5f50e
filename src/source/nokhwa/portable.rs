//! macOS and Windows: everything through nokhwa.

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
    error::media_error,
    format::native_mode,
};
use crate::{
    device::{Control, ControlCapabilities, ControlSettings, ControlValue, Device, DeviceId, NativeMode},
    error::MediaError,
    source::{
        Next,
        watch::{Poll, Watch},
    },
};

/// The modes of the cameras that have been asked for them: asking means opening.
#[derive(Debug, Default)]
pub(super) struct System {
    modes: Mutex<HashMap<DeviceId, Vec<NativeMode>>>,
}

impl System {
    pub fn devices(&self) -> Result<Vec<Device>, MediaError> {
        let cameras = guarded(|| query(ApiBackend::Auto))
            .map_err(|error| media_error(&DeviceId::from("the list of cameras"), &error))?;
        Ok(cameras
            .iter()
            .map(|camera| {
                let id = id(camera);
                Device { modes: self.modes(&id), id, label: camera.human_name(), ..Default::default() }
            })
            .collect())
    }

    /// Sees to the user's permission. What comes back is nokhwa's name for the device.
    pub fn prepare(&self, device: &DeviceId, _: &NativeMode) -> Result<CameraIndex, MediaError> {
        // Everywhere but on macOS this is true from the start.
        if !nokhwa_check() {
            let (answer, answered) = mpsc::channel();
            nokhwa_initialize(move |granted| {
                // Nobody waits any more only if this thread is gone.
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

    /// Nothing tells: the list is asked for again and again.
    pub fn watch(&self) -> Box<dyn Watch> {
        Box::new(Poll::default())
    }

    /// The modes of a camera, in its own order; none where it can't be opened at present.
    fn modes(&self, id: &DeviceId) -> Vec<NativeMode> {
        let mut known = self.modes.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(modes) = known.get(id) {
            return modes.clone();
        }
        let modes = compatible_modes(id).unwrap_or_default();
        // A camera that another program holds today can be asked tomorrow.
        if !modes.is_empty() {
            known.insert(id.clone(), modes.clone());
        }
        modes
    }
}

/// The controls that nokhwa knows how to set.
#[derive(Default)]
pub(super) struct Controls {
    capabilities: ControlCapabilities,
}

impl Controls {
    pub fn of(_: &DeviceId, camera: &Camera) -> Self {
        // On macOS nokhwa asks for what only iOS has, which ends the program.
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
                "this camera has no {control} that could be {value:?}: take a value of its capabilities"
            )));
        };
        let raw = control::raw(control, number);
        guarded(|| camera.set_camera_control(known, raw)).map_err(|error| {
            MediaError::not_readable(format!(
                "the camera doesn't take {number} for its {control} ({error}): try again or leave it"
            ))
        })
    }

    /// Nothing is heard of what others do.
    pub fn look(&mut self) -> Option<Next> {
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

/// The system's own name of a camera, or its place in the list where it has none.
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
