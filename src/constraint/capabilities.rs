//! The capabilities of a device.

use std::{fmt, ops::RangeInclusive};

use bevy::prelude::*;

use super::ResizeMode;
use crate::device::{ControlCapabilities, Device, DeviceId, FacingMode};

/// The capabilities of the device of a track
/// ([`MediaTrackCapabilities`](https://www.w3.org/TR/mediacapture-streams/#dom-mediatrackcapabilities)): all settings
/// that constraints can lead to. A component of each live track, like [`VideoSettings`](super::VideoSettings).
///
/// Capabilities that the device doesn't have are empty or absent.
#[derive(Component, Debug, Clone, Default, PartialEq, Reflect)]
#[reflect(Component, Debug, Clone, Default, PartialEq)]
#[non_exhaustive]
pub struct VideoCapabilities {
    /// The device.
    pub device_id: DeviceId,
    /// The identifier of the hardware that the device is part of. Empty if unknown.
    pub group_id: String,
    /// The widths, in pixels. Every width between the bounds is possible by cropping and scaling.
    pub width: Bounds<u32>,
    /// The heights, in pixels.
    pub height: Bounds<u32>,
    /// The ratios of width / height.
    pub aspect_ratio: Bounds<f64>,
    /// The frame rates, in Hz.
    pub frame_rate: Bounds<f64>,
    /// The directions that the device faces. Empty if unknown.
    pub facing_mode: Vec<FacingMode>,
    /// The ways to derive the frames of the track from those of the device.
    pub resize_mode: Vec<ResizeMode>,
    /// The capabilities of the controls.
    pub controls: ControlCapabilities,
}

/// The numbers from `min` to `max`, both included
/// ([`ULongRange`](https://www.w3.org/TR/mediacapture-streams/#dom-ulongrange),
/// [`DoubleRange`](https://www.w3.org/TR/mediacapture-streams/#dom-doublerange)).
///
/// `Display` gives `1 to 1280`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default, Reflect)]
pub struct Bounds<T> {
    /// The least number.
    pub min: T,
    /// The greatest number.
    pub max: T,
}

impl<T> Bounds<T> {
    /// The numbers from `min` to `max`, both included.
    pub const fn new(min: T, max: T) -> Self {
        Self { min, max }
    }

    /// Whether a number is one of these.
    pub fn contains(&self, number: T) -> bool
    where
        T: PartialOrd,
    {
        self.min <= number && number <= self.max
    }
}

impl<T> From<RangeInclusive<T>> for Bounds<T> {
    fn from(range: RangeInclusive<T>) -> Self {
        let (min, max) = range.into_inner();
        Self { min, max }
    }
}

impl<T> From<Bounds<T>> for RangeInclusive<T> {
    fn from(Bounds { min, max }: Bounds<T>) -> Self {
        min..=max
    }
}

impl<T: fmt::Display> fmt::Display for Bounds<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} to {}", self.min, self.max)
    }
}

impl Device {
    /// The capabilities of the device, as far as they are known before it is opened
    /// ([`getCapabilities()`](https://www.w3.org/TR/mediacapture-streams/#dom-inputdeviceinfo-getcapabilities)).
    pub fn capabilities(&self) -> VideoCapabilities {
        let most = |side: fn(UVec2) -> u32| self.modes.iter().map(|mode| side(mode.size)).max().unwrap_or(0);
        let (width, height) = (most(|size| size.x), most(|size| size.y));
        let rate = self.modes.iter().map(|mode| mode.frame_rate).fold(0.0, f64::max);
        VideoCapabilities {
            device_id: self.id.clone(),
            group_id: self.group_id.clone(),
            width: Bounds::new(1.min(width), width),
            height: Bounds::new(1.min(height), height),
            aspect_ratio: Bounds::new(1.0 / f64::from(height.max(1)), f64::from(width)),
            frame_rate: Bounds::new(0.0, rate),
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
    fn a_device_is_capable_of_anything_up_to_its_largest_modes() {
        let mode = |width, height, frame_rate| NativeMode {
            size: UVec2::new(width, height),
            frame_rate,
            format: PixelFormat::Yuyv,
        };
        let device = Device { modes: vec![mode(640, 480, 60.0), mode(1280, 400, 30.0)], ..default() };
        let capabilities = device.capabilities();
        assert_eq!((capabilities.width, capabilities.height), (Bounds::new(1, 1280), (1..=480).into()));
        assert_eq!(capabilities.frame_rate.to_string(), "0 to 60");
        assert!(capabilities.frame_rate.contains(60.0) && !capabilities.frame_rate.contains(60.1));
        assert!(capabilities.resize_mode.contains(&ResizeMode::None));
        assert_eq!(Device::default().capabilities().width, Bounds::default());
    }
}
