//! The options of one recording.

use std::time::Duration;

use bevy::prelude::*;

use super::{
    BitRates, KeyFrameInterval, RecordingFile, format::Format, microphone::Microphone, report::Slices,
};

/// The longest time without a frame. After it the last frame is repeated, so that a process that is killed loses no
/// more than this.
pub(super) const LONGEST_STILL: Duration = Duration::from_secs(1);

/// A recording that is to be started.
#[derive(Debug)]
pub(super) struct Job {
    pub format: Format,
    /// The size of the renderer's frames.
    pub size: UVec2,
    pub microphone: Option<Microphone>,
    /// Whether the track shows none of its frames, so that the recording begins black.
    #[cfg_attr(target_family = "wasm", expect(dead_code, reason = "the renderer draws the black frames"))]
    pub begins_black: bool,
    pub bit_rates: BitRates,
    pub key_frames: KeyFrameInterval,
    pub slices: Slices,
    pub file: Option<RecordingFile>,
}
