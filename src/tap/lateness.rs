//! Work that falls behind the frames that are shown.

use std::time::Duration;

use bevy::platform::time::Instant;

use super::TapFrames;

/// The longest time that a frame may wait for the work on it before it counts as one that isn't worked on.
const LONGEST_WORK: Duration = Duration::from_secs(1);

/// Tells whether the work on a tap's frames falls behind the frames that are shown.
#[derive(Debug, Default)]
pub(crate) struct Lateness {
    /// The time since which frames have waited.
    since: Option<Instant>,
}

impl Lateness {
    /// Takes notice of whether an output came, and of the capture time of the frame of the newest output.
    pub fn update(&mut self, has_output: bool, frames: Option<&TapFrames>, captured: Option<Instant>) {
        let newest = frames.and_then(TapFrames::latest).map(|frame| frame.captured);
        if has_output {
            self.since = None;
        } else if newest.is_some_and(|newest| captured.is_none_or(|captured| newest > captured)) {
            self.since.get_or_insert_with(Instant::now);
        }
    }

    /// Whether the frames that are shown may be newer than what is known of them.
    pub fn is_late(&self) -> bool {
        self.since.is_some_and(|since| since.elapsed() > LONGEST_WORK)
    }
}
