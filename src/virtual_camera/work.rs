//! The parts of a virtual camera's work that all systems share.

use bevy::math::UVec2;

use crate::device::DeviceId;

/// The settings of the work.
#[derive(Debug)]
pub(super) struct OutputSettings {
    /// The device, or an empty id for any.
    #[cfg_attr(not(target_os = "linux"), expect(dead_code, reason = "other systems open no device"))]
    pub device: DeviceId,
    /// The rate of the track in Hz.
    #[cfg_attr(not(target_os = "linux"), expect(dead_code, reason = "other systems open no device"))]
    pub frame_rate: Option<f64>,
}

/// The state of an open device.
#[cfg_attr(not(target_os = "linux"), expect(dead_code, reason = "other systems open no device"))]
#[derive(Debug)]
pub(super) struct Sent {
    /// The path of the device.
    pub device: DeviceId,
    pub size: UVec2,
    /// The number of different frames.
    pub frames: u64,
}

/// A size rounded down to even numbers, because two pixels share a chroma sample. At least 2x2.
pub(super) fn even(size: UVec2) -> UVec2 {
    (size / 2 * 2).max(UVec2::splat(2))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sizes_are_even() {
        assert_eq!(even(UVec2::new(640, 480)), UVec2::new(640, 480));
        assert_eq!(even(UVec2::new(641, 479)), UVec2::new(640, 478));
        assert_eq!(even(UVec2::new(1, 0)), UVec2::splat(2));
    }
}
