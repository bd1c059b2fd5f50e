//! The vocabulary of devices: their identity, their native modes and their controls.

#[cfg(feature = "audio")]
mod audio;
mod control;
mod lens;
mod photo;
mod properties;

use std::fmt;

use bevy::{math::UVec2, prelude::*};

#[cfg(feature = "audio")]
pub use audio::{AudioFormat, AudioMode};
pub use control::{
    Control, ControlCapabilities, ControlCapability, ControlSettings, ControlValue, MeteringMode,
    SettingsRange,
};
pub use lens::main_camera;
pub use photo::{FillLightMode, PhotoCapabilities, PhotoSettings, RedEyeReduction};
pub(crate) use properties::properties;

use crate::frame::PixelFormat;

/// The identifier of a device. It stays the same from run to run if the system allows it
/// ([`deviceId`](https://www.w3.org/TR/mediacapture-streams/#dom-mediadeviceinfo-deviceid)).
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord, Default, Reflect)]
#[reflect(Debug, Clone, PartialEq, Hash, Default)]
pub struct DeviceId(pub String);

impl From<&str> for DeviceId {
    fn from(id: &str) -> Self {
        Self(id.into())
    }
}

impl From<String> for DeviceId {
    fn from(id: String) -> Self {
        Self(id)
    }
}

impl From<&DeviceId> for DeviceId {
    fn from(id: &DeviceId) -> Self {
        id.clone()
    }
}

impl fmt::Display for DeviceId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// The kind of a media device ([`MediaDeviceKind`](https://www.w3.org/TR/mediacapture-streams/#dom-mediadevicekind)).
///
/// `Display` gives the name for people: `camera`, `microphone`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Default, Reflect)]
#[reflect(Debug, Clone, PartialEq, Hash, Default)]
#[non_exhaustive]
pub enum DeviceKind {
    /// A source of video, such as a webcam.
    #[default]
    VideoInput,
    /// A source of audio, such as a microphone: those of an `AudioSource`, with the feature `audio`.
    AudioInput,
}

impl DeviceKind {
    /// The standard's name: `videoinput`.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::VideoInput => "videoinput",
            Self::AudioInput => "audioinput",
        }
    }

    /// The kind of this name in the standard. `None` if the name is unknown.
    pub fn from_name(name: &str) -> Option<Self> {
        [Self::VideoInput, Self::AudioInput].into_iter().find(|kind| kind.as_str() == name)
    }
}

impl fmt::Display for DeviceKind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::VideoInput => "camera",
            Self::AudioInput => "microphone",
        })
    }
}

/// The direction that a video device faces
/// ([`VideoFacingModeEnum`](https://www.w3.org/TR/mediacapture-streams/#dom-videofacingmodeenum)).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Reflect)]
#[reflect(Debug, Clone, PartialEq, Hash)]
#[non_exhaustive]
pub enum FacingMode {
    /// Toward the user: a front camera.
    User,
    /// Away from the user: a back camera.
    Environment,
    /// To the user's left.
    Left,
    /// To the user's right.
    Right,
}

impl FacingMode {
    /// The standard's name: `environment`.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::User => "user",
            Self::Environment => "environment",
            Self::Left => "left",
            Self::Right => "right",
        }
    }

    /// The mode of this name in the standard. `None` if the name is unknown.
    pub fn from_name(name: &str) -> Option<Self> {
        [Self::User, Self::Environment, Self::Left, Self::Right]
            .into_iter()
            .find(|mode| mode.as_str() == name)
    }
}

/// A media device: its identity and its capabilities.
///
/// The fields from [`facing_mode`](Self::facing_mode) on describe video devices, and are empty for others.
#[derive(Debug, Clone, PartialEq, Default, Reflect)]
#[reflect(Debug, Clone, PartialEq, Default)]
pub struct Device {
    /// The identifier that constraints request it by.
    pub id: DeviceId,
    /// The name for people.
    pub label: String,
    /// The identifier of the hardware that the device is part of, shared by all devices of it. Empty if unknown.
    pub group_id: String,
    /// Whether it captures video or audio.
    pub kind: DeviceKind,
    /// The direction that it faces, if known.
    pub facing_mode: Option<FacingMode>,
    /// The sizes, rates and pixel formats that it offers, in its own order.
    pub modes: Vec<NativeMode>,
    /// The capabilities of its controls, as far as they are known before it is opened.
    pub controls: ControlCapabilities,
}

/// A size, rate and pixel format that a device offers.
#[derive(Debug, Clone, Copy, PartialEq, Reflect)]
#[reflect(Debug, Clone, PartialEq)]
pub struct NativeMode {
    /// Width and height in pixels.
    pub size: UVec2,
    /// Frames per second, in Hz. The value is a real number, such as 30000 / 1001.
    pub frame_rate: f64,
    /// The format of the pixels that the device sends.
    pub format: PixelFormat,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn modes_and_kinds_are_found_by_their_names() {
        for mode in [FacingMode::User, FacingMode::Environment, FacingMode::Left, FacingMode::Right] {
            assert_eq!(FacingMode::from_name(mode.as_str()), Some(mode));
        }
        assert_eq!(FacingMode::from_name("above"), None);
        for mode in
            [MeteringMode::None, MeteringMode::Manual, MeteringMode::SingleShot, MeteringMode::Continuous]
        {
            assert_eq!(MeteringMode::from_name(mode.as_str()), Some(mode));
        }
        assert_eq!(MeteringMode::from_name("single shot"), None);
        for kind in [DeviceKind::VideoInput, DeviceKind::AudioInput] {
            assert_eq!(DeviceKind::from_name(kind.as_str()), Some(kind));
        }
        assert_eq!(DeviceKind::from_name("audiooutput"), None);
    }
}
