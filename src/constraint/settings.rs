//! What was chosen.

use bevy::{math::UVec2, prelude::*};

use crate::device::{ControlSettings, DeviceId, FacingMode, NativeMode};

/// How a device's picture becomes the track's
/// ([`VideoResizeModeEnum`](https://www.w3.org/TR/mediacapture-streams/#dom-videoresizemodeenum)).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default, Reflect)]
pub enum ResizeMode {
    /// As the device offers it: size and rate are those of a native mode.
    #[default]
    None,
    /// Cropped to the track's aspect ratio and scaled down to its size, and frames left out down to its
    /// rate. Never scaled up.
    CropAndScale,
}

impl ResizeMode {
    /// The standard's word for it.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::None => "none",
            Self::CropAndScale => "crop-and-scale",
        }
    }

    /// The mode that the standard calls so. `None` if it has no such name.
    pub fn from_name(name: &str) -> Option<Self> {
        [Self::None, Self::CropAndScale].into_iter().find(|mode| mode.as_str() == name)
    }
}

/// The settings of a video track
/// ([`MediaTrackSettings`](https://www.w3.org/TR/mediacapture-streams/#dom-mediatracksettings)), and the
/// native mode that yields them.
#[derive(Component, Debug, Clone, PartialEq, Reflect)]
#[reflect(Component, Debug, Clone, PartialEq)]
pub struct VideoSettings {
    /// The device.
    pub device_id: DeviceId,
    /// What the device shares with others of the same piece of hardware; empty where unknown.
    pub group_id: String,
    /// The device's name, for people.
    pub label: String,
    /// Width and height of the track's picture in pixels, at most those of the native mode.
    pub size: UVec2,
    /// Frames per second of the track, in Hz, at most that of the native mode.
    pub frame_rate: f64,
    /// Whether size and rate are the device's own.
    pub resize_mode: ResizeMode,
    /// Which way the device looks, where that is known.
    pub facing_mode: Option<FacingMode>,
    /// The mode to open the device in.
    pub native: NativeMode,
    /// What the device's controls are set to. Of a choice that no device has carried out yet: what they are to be set to.
    pub controls: ControlSettings,
}

impl VideoSettings {
    /// Width / height.
    pub fn aspect_ratio(&self) -> f64 {
        f64::from(self.size.x) / f64::from(self.size.y)
    }

    /// Whether the track's size is whatever the device sends, so that it changes with it.
    pub fn shows_native_size(&self) -> bool {
        self.resize_mode == ResizeMode::None || self.size == self.native.size
    }

    /// Takes over the mode that the device really runs in, where it differs from the one that was chosen.
    pub(crate) fn run_as(&mut self, mode: NativeMode) {
        if self.shows_native_size() {
            self.size = mode.size;
        }
        if self.frame_rate >= self.native.frame_rate {
            self.frame_rate = mode.frame_rate;
        }
        self.native = mode;
    }
}
