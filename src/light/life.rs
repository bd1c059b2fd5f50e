//! Estimations from their beginning to their end.

use std::time::Duration;

use bevy::{platform::time::Instant, prelude::*};

use super::{
    LightEstimate, LightEstimation, LightEstimationFailed,
    estimate::{Pixels, Square, estimate},
};
use crate::{
    error::MediaError,
    marker::{MarkerDetection, MarkerDetections},
    systems::ViewfinderSystems,
    tap::{
        PixelTap, TapFrames,
        owner::{self, TapOwner, spawn_tap},
        receive_frames,
    },
    track::Hidden,
};

/// The size of the frames that the light is estimated from: the paper of a marker of an eighth of the width is wide
/// enough.
const SIZE: UVec2 = UVec2::new(160, 90);

/// The longest time between a frame and the one in which markers were found, whose paper is looked at.
const OLDEST_MARKERS: Duration = Duration::from_millis(500);

pub(super) fn plugin(app: &mut App) {
    app.add_plugins(owner::plugin::<LightEstimation, Estimating>)
        .add_systems(
            PreUpdate,
            receive
                .after(receive_frames)
                .in_set(ViewfinderSystems::Receive)
                .run_if(any_with_component::<Estimating>),
        )
        .add_systems(
            PostUpdate,
            begin.in_set(ViewfinderSystems::Request).run_if(any_match_filter::<Changed<LightEstimation>>),
        );
}

/// The tap of a [`LightEstimation`], on its entity.
#[derive(Component, Debug)]
struct Estimating {
    tap: Entity,
    /// The capture time of the newest frame.
    captured: Option<Instant>,
}

impl TapOwner for Estimating {
    fn tap(&self) -> Entity {
        self.tap
    }
}

/// Begins new estimations, and reports those that can't be.
fn begin(
    mut commands: Commands,
    estimations: Query<(Entity, &LightEstimation, Has<Estimating>), Changed<LightEstimation>>,
) {
    for (entity, estimation, has_begun) in &estimations {
        if !is_part(estimation.paper) {
            let error = MediaError::type_error(format!(
                "paper reflects a part of the light, above 0 and at most 1, and not {}",
                estimation.paper
            ));
            commands.trigger(LightEstimationFailed { entity, error });
        }
        if has_begun {
            continue;
        }
        let tap = PixelTap::rgba(entity).effects(false).size(SIZE);
        let estimating = |tap| Estimating { tap, captured: None };
        let failed = |entity, error| LightEstimationFailed { entity, error };
        spawn_tap(&mut commands, entity, "frames of a light estimation", tap, estimating, failed);
    }
}

/// Estimates the light of the newest frames.
fn receive(
    mut estimations: Query<(
        &LightEstimation,
        &mut LightEstimate,
        &mut Estimating,
        Option<&MarkerDetections>,
        Hidden,
    )>,
    taps: Query<&TapFrames, Changed<TapFrames>>,
) {
    for (estimation, mut shown, mut estimating, detections, hidden) in &mut estimations {
        let frame = taps.get(estimating.tap).ok().and_then(TapFrames::latest);
        // The frames of a hidden track are black, whatever the light.
        let is_usable = is_part(estimation.paper) && !hidden.is_hidden();
        let Some(frame) = frame.filter(|_| is_usable) else { continue };
        let is_new = |detections: &&MarkerDetections| {
            detections.captured.is_some_and(|captured| distance(captured, frame.captured) < OLDEST_MARKERS)
        };
        let markers = detections.filter(is_new).map_or(&[][..], |detections| &detections.markers);
        let next = estimate(Pixels::of(frame), markers.iter().map(square), estimation.paper);
        let before = estimating.captured.replace(frame.captured);
        let passed = before.map_or(Duration::ZERO, |before| frame.captured.saturating_duration_since(before));
        let constant = estimation.smoothing.as_secs_f32().max(1e-6);
        shown.follow(&next, 1.0 - (-passed.as_secs_f32() / constant).exp());
    }
}

/// Whether a surface can reflect this part of the light.
fn is_part(paper: f32) -> bool {
    paper > 0.0 && paper <= 1.0
}

/// The time between two times.
fn distance(a: Instant, b: Instant) -> Duration {
    a.saturating_duration_since(b).max(b.saturating_duration_since(a))
}

/// The dark square of a marker.
fn square(marker: &MarkerDetection) -> Square {
    Square { corners: marker.corners, cells: marker.family.cells() as f32 }
}
