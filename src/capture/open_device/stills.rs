//! The requests for stills of a device, and the state of an exposure.

use std::collections::VecDeque;

use bevy::platform::time::Instant;

use super::settling::Settling;
use crate::{device::NativeMode, source::StillRequest};

/// The requests for stills that wait, and the exposure for those that don't.
#[derive(Debug, Default)]
pub(super) struct Stills {
    pub waiting: VecDeque<StillRequest>,
    pub exposure: Option<Exposure>,
    /// The device runs in its own mode again, and has sent no frame since.
    pub resuming: bool,
}

/// An exposure: the device takes stills for these requests.
#[derive(Debug)]
pub(super) struct Exposure {
    pub requests: Vec<StillRequest>,
    /// The mode of the stills.
    pub mode: NativeMode,
    pub stage: Stage,
    /// The time since which no frame arrived.
    pub quiet_since: Instant,
    /// The number of stills that were taken.
    pub taken: u32,
}

#[derive(Debug)]
pub(super) enum Stage {
    /// The device runs in the mode of its tracks, whose next frame shows how bright the scene is.
    Measuring,
    /// The device runs in the mode of the stills. It goes back to this mode.
    Settling(Settling, NativeMode),
    /// The exposure has settled: each frame is a still.
    Taking(NativeMode),
}

impl Stills {
    /// Whether the device works for a photo, so that its mode and controls must not be changed.
    pub fn is_exposing(&self) -> bool {
        self.exposure.is_some()
    }

    /// Whether the device runs in another mode than that of its tracks, or doesn't yet send frames in it again.
    pub fn mutes(&self) -> bool {
        let in_other_mode = |exposure: &Exposure| !matches!(exposure.stage, Stage::Measuring);
        self.resuming || self.exposure.as_ref().is_some_and(in_other_mode)
    }
}
