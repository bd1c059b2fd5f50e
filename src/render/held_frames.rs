//! Frames that wait on the GPU until they are released.

use std::{collections::VecDeque, time::Duration};

use bevy::{platform::time::Instant, render::renderer::RenderDevice};

use super::{commands::FrameCommands, planes::Planes};
use crate::error::MediaError;

/// The most frames that wait. While there are as many, newer ones stay in the track's slot: the frame that is being
/// processed is never the one that is dropped.
const MOST_FRAMES: usize = 4;

/// The longest time that a frame waits.
const LONGEST_WAIT: Duration = Duration::from_secs(2);

/// The frames of a track that wait until all of its [holders](crate::track::HoldsFramesOf) have released them.
///
/// Frames are copied on the GPU, so that taps and passes stay bound to the same planes.
#[derive(Debug, Default)]
pub(super) struct HeldFrames {
    /// The planes that frames are written to, and that taps read.
    newest: Option<Planes>,
    /// The capture time of the newest frame.
    captured: Option<Instant>,
    /// The number of frames that came.
    count: u64,
    /// From the oldest to the newest.
    waiting: VecDeque<HeldFrame>,
    /// The planes of frames that wait no more.
    free: Vec<Option<Planes>>,
}

/// A frame that waits.
#[derive(Debug)]
struct HeldFrame {
    planes: Option<Planes>,
    captured: Instant,
    arrived: Instant,
}

/// The frames of a track that may be shown.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Release {
    /// All frames.
    All,
    /// The frames that were captured up to this time.
    UpTo(Option<Instant>),
}

impl Release {
    /// Whether the frame may be shown now.
    fn includes(self, frame: &HeldFrame, now: Instant) -> bool {
        let is_released = match self {
            Self::All => true,
            Self::UpTo(last) => last.is_some_and(|last| frame.captured <= last),
        };
        is_released || now.saturating_duration_since(frame.arrived) > LONGEST_WAIT
    }
}

impl HeldFrames {
    /// The newest frame, its time of capture, and the number of frames that came. `None` before the first.
    pub fn newest(&self) -> Option<(&Planes, Instant, u64)> {
        Some((self.newest.as_ref()?, self.captured?, self.count))
    }

    /// Receives a frame by this upload, unless too many wait.
    pub fn receive(
        &mut self,
        upload: impl FnOnce(&mut Option<Planes>, &mut FrameCommands) -> Option<Instant>,
        device: &RenderDevice,
        commands: &mut FrameCommands,
    ) -> Result<(), MediaError> {
        if self.waiting.len() == MOST_FRAMES {
            return Ok(());
        }
        let Some(captured) = upload(&mut self.newest, commands) else { return Ok(()) };
        let mut planes = self.free.pop().flatten();
        if let Some(newest) = &self.newest {
            newest.copy_to(&mut planes, device, commands.encoder(device))?;
        }
        self.waiting.push_back(HeldFrame { planes, captured, arrived: Instant::now() });
        self.captured = Some(captured);
        self.count += 1;
        Ok(())
    }

    /// Copies the newest frame that is released to these planes, and forgets those before it. Returns its time of
    /// capture.
    pub fn show(
        &mut self,
        release: Release,
        shown: &mut Option<Planes>,
        device: &RenderDevice,
        commands: &mut FrameCommands,
    ) -> Result<Option<Instant>, MediaError> {
        let now = Instant::now();
        let Some(last) = self.waiting.iter().rposition(|frame| release.includes(frame, now)) else {
            return Ok(None);
        };
        let mut captured = None;
        for (index, frame) in self.waiting.drain(..=last).enumerate() {
            if let Some(planes) = frame.planes.as_ref().filter(|_| index == last) {
                planes.copy_to(shown, device, commands.encoder(device))?;
                captured = Some(frame.captured);
            }
            self.free.push(frame.planes);
        }
        Ok(captured)
    }
}
