//! The options of one recording.

use bevy::prelude::*;

use super::{
    BitRates, KeyFrameInterval, RecordingFile, format::Format, microphone::Microphone, report::Slices,
};

/// A recording that is to be started.
#[derive(Debug)]
pub(super) struct Job {
    pub format: Format,
    /// The size of the renderer's frames.
    pub size: UVec2,
    pub microphone: Option<Microphone>,
    pub bit_rates: BitRates,
    pub key_frames: KeyFrameInterval,
    /// Whether JPEGs of the device may be recorded as they are.
    pub forwards_jpeg: bool,
    pub slices: Slices,
    pub file: Option<RecordingFile>,
}
