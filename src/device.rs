//! Cameras: what each is, and what it can do.

mod control;

use bevy::{math::UVec2, prelude::*};

pub use control::{
    Control, ControlCapabilities, ControlCapability, ControlSettings, ControlValue, MeteringMode,
    SettingsRange,
};

use crate::frame::PixelFormat;

/// A device's own identifier: stable from run to run where the system allows it
/// ([Media Capture and Streams, `deviceId`](https://www.w3.org/TR/mediacapture-streams/#dom-mediadeviceinfo-deviceid)).
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord, Default, Reflect)]
pub struct DeviceId(pub String);

impl<T: Into<String>> From<T> for DeviceId {
    fn from(id: T) -> Self {
        Self(id.into())
    }
}

impl std::fmt::Display for DeviceId {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(&self.0)
    }
}

/// Which way a camera looks ([`VideoFacingModeEnum`](https://www.w3.org/TR/mediacapture-streams/#dom-videofacingmodeenum)).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Reflect)]
pub enum FacingMode {
    /// At the user: a selfie camera.
    User,
    /// Away from the user.
    Environment,
    /// To the user's left.
    Left,
    /// To the user's right.
    Right,
}

impl FacingMode {
    /// The standard's word for it.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::User => "user",
            Self::Environment => "environment",
            Self::Left => "left",
            Self::Right => "right",
        }
    }

    /// The mode that the standard calls so. `None` if it has no such name.
    pub fn from_name(name: &str) -> Option<Self> {
        [Self::User, Self::Environment, Self::Left, Self::Right]
            .into_iter()
            .find(|mode| mode.as_str() == name)
    }
}

/// A camera: who it is and what it can do.
#[derive(Debug, Clone, PartialEq, Default, Reflect)]
pub struct Device {
    /// What to ask for it by.
    pub id: DeviceId,
    /// Its name, for people.
    pub label: String,
    /// What it shares with the other devices of the same piece of hardware; empty where unknown.
    pub group_id: String,
    /// Which way it looks, where that is known.
    pub facing_mode: Option<FacingMode>,
    /// The sizes, rates and pixel formats that it offers, in its own order.
    pub modes: Vec<NativeMode>,
    /// What can be set of it beside those, as far as that is known before it is opened.
    pub controls: ControlCapabilities,
}

/// A size, rate and pixel format that a device offers.
#[derive(Debug, Clone, Copy, PartialEq, Reflect)]
pub struct NativeMode {
    /// Width and height in pixels.
    pub size: UVec2,
    /// Frames per second, in Hz. A camera's rate is real: 30000 / 1001 is a rate.
    pub frame_rate: f64,
    /// How the device sends its pixels.
    pub format: PixelFormat,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn modes_are_found_by_their_names() {
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
    }
}
