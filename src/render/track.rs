//! A track in the render world.

use bevy::{platform::time::Instant, prelude::*};

use super::{bound::BoundPasses, effects::RenderEffects, passes::Passes, planes::Planes};
use crate::{capture::Frames, report::CaptureReporter};

/// A track in the render world.
#[derive(Component, Debug)]
pub(super) struct RenderTrack {
    /// The track's entity in the main world.
    pub entity: Entity,
    /// What is drawn.
    pub image: AssetId<Image>,
    pub input: Input,
    pub mirrored: bool,
    /// The size that the track shows, where it crops and scales.
    pub crop: Option<UVec2>,
    /// The track is disabled or muted.
    pub hidden: bool,
    /// Its picture is black: while it is hidden, and until the first frame after that.
    pub black: bool,
    pub effects: RenderEffects,
    /// The planes of the newest frame; none until the first came.
    pub planes: Option<Planes>,
    pub passes: PassState,
    /// Something changed since the output was drawn.
    pub stale: bool,
    /// When the newest frame was captured.
    pub captured: Option<Instant>,
    /// It hasn't been drawn yet.
    pub fresh: bool,
}

/// Where a track's picture comes from.
#[derive(Debug)]
pub(super) enum Input {
    /// A capture. Its frames are counted, and corrupt ones reported, by its reporter.
    Capture { frames: Frames, reporter: CaptureReporter },
    /// An image of the app's.
    Image(AssetId<Image>),
}

/// A track's passes: those that are drawn, and those that are being compiled to take their place.
#[derive(Debug, Default)]
pub(super) struct PassState {
    pub ready: Option<Passes>,
    pub next: Option<Passes>,
    /// What the passes for the screen are drawn with, as long as passes, planes and size stay.
    pub bound: Option<BoundPasses>,
}
