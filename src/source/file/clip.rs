//! What a file is to its stream, whatever its format.

use std::fmt::Debug;

use crate::{
    device::NativeMode,
    error::MediaError,
    frame::{Frame, FramePool},
};

/// How often a picture that doesn't change is sent again, in Hz, so that whoever comes late sees it too.
pub(super) const STILL_RATE: f64 = 1.0;

/// The rate of files that don't say theirs, in Hz.
pub(super) const DEFAULT_RATE: f64 = 25.0;

/// A file that is being read, picture by picture.
pub(super) trait Clip: Debug {
    /// The size, rate and format that the file says it has.
    fn mode(&self) -> NativeMode;

    /// Whether there is one picture that stays.
    fn is_still(&self) -> bool {
        false
    }

    /// Goes to the next picture without reading it: cheap. `false` at the end. A damaged place, behind which there is
    /// another picture, counts as a picture that can't be loaded.
    ///
    /// # Errors
    /// Whatever is wrong with the file from here on: nothing after this place can be found.
    fn advance(&mut self) -> Result<bool, MediaError>;

    /// Reads the picture gone to. [`None`] where the file says that it is the same as the last.
    ///
    /// # Errors
    /// [`ErrorName::Data`](crate::error::ErrorName::Data) for this one picture; others for the file.
    fn load(&mut self, pool: &FramePool) -> Result<Option<Frame>, MediaError>;

    /// Goes back to before the first picture.
    ///
    /// # Errors
    /// What the system says about reading the file.
    fn rewind(&mut self) -> Result<(), MediaError>;
}

pub(super) fn is_rate(rate: f64) -> bool {
    (0.001..=100_000.0).contains(&rate)
}

/// The rate to play at: the one asked for, or the file's, or the usual one if the file's makes no sense.
pub(super) fn choose_rate(asked: Option<f64>, file: f64) -> f64 {
    asked.unwrap_or(if is_rate(file) { file } else { DEFAULT_RATE })
}
