//! Controls of devices.

use windows::{
    Win32::Media::{
        DirectShow::{IAMCameraControl, IAMVideoProcAmp},
        MediaFoundation::IMFMediaSource,
    },
    core::Interface as _,
};

use super::com::During;
use crate::{
    Control, ControlChange, ControlInfo, ControlState, Error,
    control::directshow::{self, Interface, RawRange},
};

/// A property of a camera, through the interface that has it.
enum Property {
    Camera(IAMCameraControl, i32),
    ProcAmp(IAMVideoProcAmp, i32),
}

impl Property {
    /// `None` if Windows or the camera has none.
    fn of(source: &IMFMediaSource, control: Control) -> Option<Self> {
        let (interface, number) = directshow::property(control)?;
        match interface {
            Interface::Camera => Some(Self::Camera(source.cast().ok()?, number)),
            Interface::ProcAmp => Some(Self::ProcAmp(source.cast().ok()?, number)),
        }
    }

    fn range(&self) -> Result<RawRange, Error> {
        let mut raw = RawRange::default();
        let RawRange { min, max, step, default, flags } = &mut raw;
        // SAFETY: The pointers are valid for the call.
        unsafe {
            match self {
                Self::Camera(camera, number) => camera.GetRange(*number, min, max, step, default, flags),
                Self::ProcAmp(amp, number) => amp.GetRange(*number, min, max, step, default, flags),
            }
        }
        .during("GetRange")?;
        Ok(raw)
    }

    fn get(&self) -> Result<(i32, i32), Error> {
        let (mut value, mut flags) = (0, 0);
        // SAFETY: The pointers are valid for the call.
        unsafe {
            match self {
                Self::Camera(camera, number) => camera.Get(*number, &mut value, &mut flags),
                Self::ProcAmp(amp, number) => amp.Get(*number, &mut value, &mut flags),
            }
        }
        .during("Get")?;
        Ok((value, flags))
    }

    fn set(&self, value: i32, flags: i32) -> Result<(), Error> {
        // SAFETY: The functions have no precondition. A value that the camera doesn't accept is an error.
        unsafe {
            match self {
                Self::Camera(camera, number) => camera.Set(*number, value, flags),
                Self::ProcAmp(amp, number) => amp.Set(*number, value, flags),
            }
        }
        .during("Set")
    }
}

pub(super) fn info(source: &IMFMediaSource, control: Control) -> Option<ControlInfo> {
    let range = Property::of(source, control)?.range().ok()?;
    directshow::info(control, &range)
}

pub(super) fn state(source: &IMFMediaSource, control: Control) -> Option<ControlState> {
    let (value, flags) = Property::of(source, control)?.get().ok()?;
    Some(directshow::state(control, value, flags))
}

pub(super) fn set(source: &IMFMediaSource, control: Control, change: ControlChange) -> Result<(), Error> {
    let property = Property::of(source, control)
        .ok_or_else(|| Error::NotSupported(format!("the camera has no {control:?}")))?;
    let (present, _) = property.get()?;
    let (value, flags) = directshow::arguments(control, change, &property.range()?, present)?;
    property.set(value, flags)
}
