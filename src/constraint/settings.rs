//! The settings of a track.

use bevy::{math::UVec2, prelude::*};

use crate::device::{ControlSettings, Device, DeviceId, FacingMode, NativeMode};

/// The way to derive the frames of a track from those of its device
/// ([`VideoResizeModeEnum`](https://www.w3.org/TR/mediacapture-streams/#dom-videoresizemodeenum)).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default, Reflect)]
#[reflect(Debug, Clone, PartialEq, Hash, Default)]
#[non_exhaustive]
pub enum ResizeMode {
    /// Unchanged: size and rate are those of a native mode.
    #[default]
    None,
    /// Cropped to the aspect ratio of the track, scaled down to its size, and frames left out down to its rate. Never
    /// scaled up.
    CropAndScale,
}

impl ResizeMode {
    /// The standard's name: `crop-and-scale`.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::None => "none",
            Self::CropAndScale => "crop-and-scale",
        }
    }

    /// The mode of this name in the standard. `None` if the name is unknown.
    pub fn from_name(name: &str) -> Option<Self> {
        [Self::None, Self::CropAndScale].into_iter().find(|mode| mode.as_str() == name)
    }
}

/// The settings of a video track
/// ([`MediaTrackSettings`](https://www.w3.org/TR/mediacapture-streams/#dom-mediatracksettings)), and the native mode
/// behind them. A component of each live track.
#[derive(Component, Debug, Clone, PartialEq, Reflect)]
#[reflect(Component, Debug, Clone, PartialEq)]
#[non_exhaustive]
pub struct VideoSettings {
    /// The device.
    pub device_id: DeviceId,
    /// The identifier of the hardware that the device is part of. Empty if unknown.
    pub group_id: String,
    /// The name of the device, for people.
    pub label: String,
    /// Width and height of the frames of the track, in pixels. At most those of the native mode.
    pub size: UVec2,
    /// Frames per second of the track, in Hz. At most that of the native mode.
    pub frame_rate: f64,
    /// Whether frames are cropped, scaled down or left out.
    pub resize_mode: ResizeMode,
    /// The direction that the device faces, if known.
    pub facing_mode: Option<FacingMode>,
    /// The native mode of the device.
    pub native: NativeMode,
    /// The values of the controls. In settings that [`select_settings`](super::select_settings) returns, the values to
    /// set.
    pub controls: ControlSettings,
}

impl VideoSettings {
    /// The settings of a track that shows a native mode of a device unchanged. No controls are known.
    pub fn new(device: &Device, native: NativeMode) -> Self {
        Self {
            device_id: device.id.clone(),
            group_id: device.group_id.clone(),
            label: device.label.clone(),
            size: native.size,
            frame_rate: native.frame_rate,
            resize_mode: ResizeMode::None,
            facing_mode: device.facing_mode,
            native,
            controls: ControlSettings::new(),
        }
    }

    /// Width / height.
    pub fn aspect_ratio(&self) -> f64 {
        f64::from(self.size.x) / f64::from(self.size.y)
    }

    /// Whether the size of the track follows that of the device.
    pub fn shows_native_size(&self) -> bool {
        self.resize_mode == ResizeMode::None || self.size == self.native.size
    }

    /// Replaces the native mode by the one that the device really uses.
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
