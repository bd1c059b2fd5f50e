//! The formats of microphones.

use bevy::prelude::*;

/// The formats of sound that a microphone offers.
#[derive(Debug, Clone, Copy, PartialEq, Reflect)]
#[reflect(Debug, Clone, PartialEq)]
pub struct AudioMode {
    /// The least number of frames per second, in Hz.
    pub min_sample_rate: u32,
    /// The greatest number of frames per second, in Hz.
    pub max_sample_rate: u32,
    /// The number of channels.
    pub channel_count: u16,
    /// The bits of a sample.
    pub sample_size: u16,
    /// The least length of a block of samples, in seconds.
    pub min_latency: f64,
    /// The greatest length of a block of samples, in seconds.
    pub max_latency: f64,
}

/// A format of sound.
#[derive(Debug, Clone, Copy, PartialEq, Reflect)]
#[reflect(Debug, Clone, PartialEq)]
pub struct AudioFormat {
    /// Frames per second, in Hz.
    pub sample_rate: u32,
    /// The number of channels.
    pub channel_count: u16,
    /// The bits of a sample.
    pub sample_size: u16,
    /// The length of a block of samples, in seconds.
    pub latency: f64,
}
