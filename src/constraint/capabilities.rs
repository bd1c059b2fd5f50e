//! What a device can do.

use bevy::prelude::*;

use super::ResizeMode;
use crate::device::{ControlCapabilities, Device, DeviceId, FacingMode};

/// What a track's device can do
/// ([`MediaTrackCapabilities`](https://www.w3.org/TR/mediacapture-streams/#dom-mediatrackcapabilities)): all that
/// constraints can lead to. It stands beside [`VideoSettings`](super::VideoSettings) on a live track.
///
/// What a device doesn't have is absent, never made up.
#[derive(Component, Debug, Clone, Default, PartialEq, Reflect)]
#[reflect(Component, Debug, Clone, Default, PartialEq)]
pub struct VideoCapabilities {
    /// The device.
    pub device_id: DeviceId,
    /// What the device shares with others of the same piece of hardware; empty where unknown.
    pub group_id: String,
    /// The least and the greatest width in pixels: any between can be had by cropping and scaling.
    pub width: (u32, u32),
    /// The least and the greatest height in pixels.
    pub height: (u32, u32),
    /// The least and the greatest width / height.
    pub aspect_ratio: (f64, f64),
    /// The least and the greatest frame rate in Hz.
    pub frame_rate: (f64, f64),
    /// Which way the device looks; empty where unknown.
    pub facing_mode: Vec<FacingMode>,
    /// How its picture can be made the track's.
    pub resize_mode: Vec<ResizeMode>,
    /// What its controls can be set to.
    pub controls: ControlCapabilities,
}

impl Device {
    /// What the device can do, as far as that is known before it is opened
    /// ([`getCapabilities()`](https://www.w3.org/TR/mediacapture-streams/#dom-inputdeviceinfo-getcapabilities)).
    pub fn capabilities(&self) -> VideoCapabilities {
        let most = |side: fn(UVec2) -> u32| self.modes.iter().map(|mode| side(mode.size)).max().unwrap_or(0);
        let (width, height) = (most(|size| size.x), most(|size| size.y));
        let rate = self.modes.iter().map(|mode| mode.frame_rate).fold(0.0, f64::max);
        VideoCapabilities {
            device_id: self.id.clone(),
            group_id: self.group_id.clone(),
            width: (1.min(width), width),
            height: (1.min(height), height),
            aspect_ratio: (1.0 / f64::from(height.max(1)), f64::from(width)),
            frame_rate: (0.0, rate),
            facing_mode: self.facing_mode.into_iter().collect(),
            resize_mode: vec![ResizeMode::None, ResizeMode::CropAndScale],
            controls: self.controls.clone(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{device::NativeMode, frame::PixelFormat};

    #[test]
    fn a_device_can_do_anything_up_to_its_largest_modes() {
        let mode = |width, height, frame_rate| NativeMode {
            size: UVec2::new(width, height),
            frame_rate,
            format: PixelFormat::Yuyv,
        };
        let device = Device { modes: vec![mode(640, 480, 60.0), mode(1280, 400, 30.0)], ..default() };
        let capabilities = device.capabilities();
        assert_eq!((capabilities.width, capabilities.height), ((1, 1280), (1, 480)));
        assert_eq!(capabilities.frame_rate, (0.0, 60.0));
        assert!(capabilities.resize_mode.contains(&ResizeMode::None));
        assert_eq!(Device::default().capabilities().width, (0, 0));
    }
}
