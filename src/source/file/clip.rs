//! The common interface of all file formats.

use std::{fmt::Debug, time::Duration};

use crate::{
    device::NativeMode,
    error::MediaError,
    frame::{Frame, FramePool},
};

/// The frame rate of a still, in Hz. It is repeated for tracks that join later.
pub(super) const STILL_RATE: f64 = 1.0;

/// The frame rate of files without one, in Hz.
pub(super) const DEFAULT_RATE: f64 = 25.0;

/// A file that is read frame by frame.
pub(super) trait Clip: Debug {
    /// The size, frame rate and format from the file.
    fn mode(&self) -> NativeMode;

    /// Whether the file is a single image.
    fn is_still(&self) -> bool {
        false
    }

    /// Whether the file is of a format that can have sound.
    #[cfg(feature = "audio")]
    fn has_sound(&self) -> bool {
        false
    }

    /// The duration, if the file has it.
    fn duration(&self) -> Option<Duration> {
        None
    }

    /// Does a part of the work that has to be done before [`advance`](Self::advance), such as decoding frames that the
    /// next one depends on. Returns `false` if more is to be done.
    ///
    /// # Errors
    /// The file is unreadable from here on.
    fn prepare(&mut self) -> Result<bool, MediaError> {
        Ok(true)
    }

    /// Advances to the next frame without reading it, which is cheap. Returns `false` at the end. A damaged place
    /// counts as a frame that can't be loaded, if another frame follows.
    ///
    /// # Errors
    /// The file is unreadable from here on.
    fn advance(&mut self) -> Result<bool, MediaError>;

    /// The time during which the current frame is shown. `None` if the file has no times: then frames come at the rate
    /// of the mode.
    fn span(&self) -> Option<Span> {
        None
    }

    /// Reads the current frame. `None` if it is a repetition of the previous one.
    ///
    /// # Errors
    /// [`ErrorName::Data`](crate::error::ErrorName::Data) if this frame is corrupt, others if the file is unreadable.
    fn load(&mut self, pool: &FramePool) -> Result<Option<Frame>, MediaError>;

    /// Goes back to before the first frame.
    ///
    /// # Errors
    /// The system's error of reading the file.
    fn rewind(&mut self) -> Result<(), MediaError>;

    /// Goes back or forward, to a place before the frame that is shown at a time. Returns `false` if the file has no
    /// times.
    ///
    /// # Errors
    /// The system's error of reading the file.
    fn seek(&mut self, to: Duration) -> Result<bool, MediaError> {
        let _ = to;
        Ok(false)
    }
}

/// The time during which a frame is shown, from the file's start.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(super) struct Span {
    pub start: Duration,
    pub end: Duration,
}

pub(super) fn is_rate(rate: f64) -> bool {
    (0.001..=100_000.0).contains(&rate)
}

/// The frame rate: the requested one, or the file's if that is valid, or the default.
pub(super) fn choose_rate(asked: Option<f64>, file: f64) -> f64 {
    asked.unwrap_or(if is_rate(file) { file } else { DEFAULT_RATE })
}
