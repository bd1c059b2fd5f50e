//! Clones of tracks.

use bevy::{ecs::system::SystemParam, prelude::*};

use super::TrackState;
use crate::{
    constraint::{VideoConstraints, VideoSettings},
    device::DeviceId,
    source::TrackSource,
};

/// Beside a [`VideoTrack`](super::VideoTrack) that is spawned: it is a clone of this track
/// ([`MediaStreamTrack.clone()`](https://www.w3.org/TR/mediacapture-streams/#dom-mediastreamtrack-clone)).
///
/// It takes over the track's source, constraints and state, starts enabled, and is on its own from then on: other
/// constraints, other effects, its own end. Both are shown of one capture of the same device. A clone of a track that is
/// still pending waits for it; one of a track that has ended has ended too.
///
/// ```
/// # use bevy::prelude::*;
/// use bevy_viewfinder::{effects::Invert, prelude::*};
///
/// fn negative(mut commands: Commands, track: Single<Entity, With<VideoTrack>>) {
///     commands.spawn((VideoTrack, CloneOf(*track), EffectStack::new().with(Invert::default())));
/// }
/// # bevy::ecs::system::assert_is_system(negative);
/// ```
#[derive(Component, Clone, Copy, Debug, PartialEq, Eq, Hash, Reflect)]
#[reflect(Component)]
pub struct CloneOf(#[entities] pub Entity);

/// A clone whose track is still pending.
#[derive(Component, Debug)]
pub(super) struct Waiting;

/// The tracks that others are clones of.
#[derive(SystemParam)]
pub(super) struct Originals<'w, 's> {
    tracks: Query<
        'w,
        's,
        (
            &'static TrackState,
            &'static VideoConstraints,
            Option<&'static VideoSettings>,
            Option<&'static TrackSource>,
        ),
    >,
}

/// What a clone takes over.
pub(super) enum Original {
    /// All of it is known.
    Live { constraints: Box<VideoConstraints>, source: Option<TrackSource>, device: DeviceId },
    /// Not yet.
    Pending,
    /// Nothing.
    Ended,
}

impl Originals<'_, '_> {
    pub fn of(&self, clone: CloneOf) -> Original {
        match self.tracks.get(clone.0) {
            Ok((TrackState::Pending, ..)) => Original::Pending,
            Ok((TrackState::Live, constraints, Some(settings), source)) => Original::Live {
                constraints: Box::new(constraints.clone()),
                source: source.cloned(),
                device: settings.device_id.clone(),
            },
            _ => Original::Ended,
        }
    }
}
