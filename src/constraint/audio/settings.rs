//! The settings of an audio track, and the capabilities of a microphone.

use bevy::prelude::*;

#[cfg(not(target_family = "wasm"))]
use crate::device::{AudioFormat, AudioMode, Device};
use crate::{constraint::Bounds, device::DeviceId};

/// The settings of an audio track
/// ([`MediaTrackSettings`](https://www.w3.org/TR/mediacapture-streams/#dom-mediatracksettings)). A component of each
/// live one. A setting that a browser doesn't report is 0, `false` or empty.
#[derive(Component, Debug, Clone, PartialEq, Reflect)]
#[reflect(Component, Debug, Clone, PartialEq)]
#[non_exhaustive]
pub struct AudioSettings {
    /// The microphone.
    pub device_id: DeviceId,
    /// The identifier of the hardware that the microphone is part of. Empty if unknown.
    pub group_id: String,
    /// The name of the microphone, for people.
    pub label: String,
    /// Frames per second, in Hz.
    pub sample_rate: u32,
    /// The bits of a sample of the device.
    pub sample_size: u32,
    /// The number of channels.
    pub channel_count: u32,
    /// The length of a block of samples, in seconds.
    pub latency: f64,
    /// Whether the sound of the speakers is removed.
    pub echo_cancellation: bool,
    /// Whether the volume is evened out.
    pub auto_gain_control: bool,
    /// Whether noise is removed.
    pub noise_suppression: bool,
}

impl AudioSettings {
    /// The settings of a track of a microphone that sends this format unchanged.
    #[cfg(not(target_family = "wasm"))]
    pub(crate) fn new(device: &Device, format: &AudioFormat) -> Self {
        Self {
            device_id: device.id.clone(),
            group_id: device.group_id.clone(),
            label: device.label.clone(),
            sample_rate: format.sample_rate,
            sample_size: format.sample_size.into(),
            channel_count: format.channel_count.into(),
            latency: format.latency,
            echo_cancellation: false,
            auto_gain_control: false,
            noise_suppression: false,
        }
    }
}

/// The capabilities of the microphone of a track
/// ([`MediaTrackCapabilities`](https://www.w3.org/TR/mediacapture-streams/#dom-mediatrackcapabilities)): a component of
/// each live one. Not every combination of them is possible. One that a browser doesn't report is 0 to 0, or empty.
#[derive(Component, Debug, Clone, PartialEq, Reflect)]
#[reflect(Component, Debug, Clone, PartialEq)]
#[non_exhaustive]
pub struct AudioCapabilities {
    /// The microphone.
    pub device_id: DeviceId,
    /// The identifier of the hardware that the microphone is part of. Empty if unknown.
    pub group_id: String,
    /// Frames per second, in Hz.
    pub sample_rate: Bounds<u32>,
    /// The bits of a sample of the device.
    pub sample_size: Bounds<u32>,
    /// The number of channels.
    pub channel_count: Bounds<u32>,
    /// The length of a block of samples, in seconds.
    pub latency: Bounds<f64>,
    /// Whether the sound of the speakers can be removed: natively `false` alone.
    pub echo_cancellation: Vec<bool>,
    /// Whether the volume can be evened out: natively `false` alone.
    pub auto_gain_control: Vec<bool>,
    /// Whether noise can be removed: natively `false` alone.
    pub noise_suppression: Vec<bool>,
}

impl AudioCapabilities {
    /// The capabilities of a microphone with these modes.
    #[cfg(not(target_family = "wasm"))]
    pub(crate) fn new(device: &Device, modes: &[AudioMode]) -> Self {
        let whole = |least: fn(&AudioMode) -> u32, greatest: fn(&AudioMode) -> u32| {
            let least = modes.iter().map(least).min().unwrap_or_default();
            Bounds::new(least, modes.iter().map(greatest).max().unwrap_or_default())
        };
        let least = modes.iter().map(|mode| mode.min_latency).reduce(f64::min).unwrap_or_default();
        let greatest = modes.iter().map(|mode| mode.max_latency).reduce(f64::max).unwrap_or_default();
        Self {
            device_id: device.id.clone(),
            group_id: device.group_id.clone(),
            sample_rate: whole(|mode| mode.min_sample_rate, |mode| mode.max_sample_rate),
            sample_size: whole(|mode| mode.sample_size.into(), |mode| mode.sample_size.into()),
            channel_count: whole(|mode| mode.channel_count.into(), |mode| mode.channel_count.into()),
            latency: Bounds::new(least, greatest),
            echo_cancellation: vec![false],
            auto_gain_control: vec![false],
            noise_suppression: vec![false],
        }
    }
}
