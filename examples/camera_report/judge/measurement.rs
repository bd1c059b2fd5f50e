//! The measurements of a mode that was opened and read for a short time.

use bevy_viewfinder::device::NativeMode;

/// The times of one frame, in seconds since the device was opened.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Sample {
    /// The device's count of the frame.
    pub sequence: u64,
    /// The time of capture that the device states. Negative if it is before the opening.
    pub captured: f64,
    /// The time at which the program received the frame, by its own clock.
    pub arrived: f64,
}

/// The measurements of one mode.
#[derive(Debug, Clone, PartialEq)]
pub struct Measurement {
    /// The mode that the device runs in.
    pub opened: NativeMode,
    /// The seconds that opening took.
    pub opening: f64,
    /// The seconds from opening to the first good frame. `None` if none came.
    pub first_frame: Option<f64>,
    /// The frames of the measured time, without those of the device's start.
    pub samples: Vec<Sample>,
    /// The number of good frames.
    pub good: u64,
    /// The number of frames that can't be used, and the reason of the last.
    pub corrupt: (u64, Option<String>),
    /// A frame that isn't of the opened mode, in words.
    pub foreign: Option<String>,
    /// Whether all pixels of the last frame have one color.
    pub is_one_color: bool,
    /// Whether the device says that it sends no frames for now, as with a closed shutter.
    pub is_muted: bool,
    /// Why the stream ended or fell silent before its time.
    pub end: Option<String>,
}
