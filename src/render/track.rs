//! A track in the render world.

use bevy::{platform::time::Instant, prelude::*, render::render_resource::TextureId};

use super::{
    bound::BoundPasses,
    effects::RenderEffects,
    held_frames::{HeldFrames, Release},
    layout::CameraView,
    passes::Passes,
    planes::Planes,
};
use crate::{capture::Frames, report::CaptureReporter, track::LensCorrection};

/// A track in the render world.
#[derive(Component, Debug)]
pub(super) struct RenderTrack {
    /// The track's entity in the main world.
    pub entity: Entity,
    /// The image that is drawn into.
    pub image: AssetId<Image>,
    pub input: Input,
    pub mirrored: bool,
    /// The size that the track crops and scales to, if it does.
    pub crop: Option<UVec2>,
    /// The lens whose distortion is undone.
    pub lens: Option<LensCorrection>,
    /// The track is disabled or muted.
    pub hidden: bool,
    /// It is drawn black: while it is hidden, and until the first frame after that.
    pub black: bool,
    pub effects: RenderEffects,
    /// The frames that may be shown.
    pub release: Release,
    /// The frames that may not be shown yet. `None` while all may.
    pub held: Option<HeldFrames>,
    /// The planes of the frame that is shown; `None` before the first.
    pub planes: Option<Planes>,
    pub passes: PassState,
    /// Something changed since the output was drawn.
    pub stale: bool,
    /// The capture time of the frame that is shown.
    pub captured: Option<Instant>,
    /// The frame that is shown hasn't been drawn yet.
    pub fresh: bool,
    /// The number of frames that were shown.
    pub frames: u64,
    /// How often the output was drawn.
    pub drawn: u64,
    /// The texture that it was drawn into last.
    pub drawn_into: Option<TextureId>,
}

impl RenderTrack {
    /// How the frame that is shown is seen.
    pub fn camera_view(&self) -> CameraView {
        CameraView { crop: self.crop, lens: self.lens, black: self.black }
    }

    /// The planes of the frame that is shown, its time of capture, and the number of frames so far.
    pub fn shown(&self) -> Option<(&Planes, Instant, u64)> {
        Some((self.planes.as_ref()?, self.captured?, self.frames))
    }

    /// The same of the newest frame, which may not be shown yet.
    pub fn newest(&self) -> Option<(&Planes, Instant, u64)> {
        self.held.as_ref().and_then(HeldFrames::newest).or_else(|| self.shown())
    }
}

/// The input of a track.
#[derive(Debug)]
pub(super) enum Input {
    /// A capture. Its frames are counted, and corrupt ones reported, by its reporter.
    Capture { frames: Frames, reporter: CaptureReporter },
    /// An `Image` asset.
    Image(AssetId<Image>),
}

/// The passes of a track: those that are drawn, and those that are being compiled to replace them.
#[derive(Debug, Default)]
pub(super) struct PassState {
    pub ready: Option<Passes>,
    pub next: Option<Passes>,
    /// The passes that are drawn, bound to their inputs, as long as planes and size stay.
    pub bound: Option<BoundPasses>,
}
