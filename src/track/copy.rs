//! Clones of tracks.

use std::sync::Arc;

use bevy::{ecs::system::SystemParam, prelude::*};

use super::{TrackState, VideoTrack};
use crate::{
    constraint::{VideoConstraints, VideoSettings},
    device::DeviceId,
    error::MediaError,
    source::TrackSource,
};

/// Makes a spawned [`VideoTrack`] a clone of this track
/// ([`MediaStreamTrack.clone()`](https://www.w3.org/TR/mediacapture-streams/#dom-mediastreamtrack-clone)).
///
/// It takes over the track's source, constraints and state, starts enabled, and is independent from then on: other
/// constraints, other effects, its own end. Both show one capture of the same device. A clone of a track that is
/// still pending waits for it. A clone of a track that has ended has ended too.
///
/// Other components on the same entity apply to the clone alone:
///
/// - [`VideoConstraints`] that aren't empty, and differ from the track's, are applied once the clone has been made:
///   [`ConstraintsApplied`](super::ConstraintsApplied) or [`ConstraintsRejected`](super::ConstraintsRejected) follows
///   [`TrackLive`](super::TrackLive). If they are rejected, the clone keeps those of its track.
/// - [`TrackEnabled`](super::TrackEnabled), [`Mirroring`](super::Mirroring), [`TrackImage`](super::TrackImage) and
///   [`EffectStack`](crate::effect::EffectStack) are the clone's own. They are not taken over from the track.
/// - A [`TrackSource`] other than the track's own contradicts `CloneOf`: the clone fails with
///   [`TypeError`](crate::error::ErrorName::Type).
///
/// ```
/// # use bevy::prelude::*;
/// use bevy_viewfinder::prelude::*;
///
/// fn thumbnail(mut commands: Commands, track: Single<Entity, With<VideoTrack>>) {
///     commands.spawn((VideoTrack, CloneOf(*track), VideoConstraints::new().width(exact(160))));
/// }
/// # bevy::ecs::system::assert_is_system(thumbnail);
/// ```
#[derive(Component, Clone, Copy, Debug, PartialEq, Eq, Hash, Reflect)]
#[reflect(Component)]
pub struct CloneOf(#[entities] pub Entity);

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
            Has<VideoTrack>,
        ),
    >,
}

/// The state that a clone takes over.
pub(super) enum Original {
    /// The track is live.
    Live { constraints: Box<VideoConstraints>, source: Option<TrackSource>, device: DeviceId },
    /// The track is pending.
    Pending,
    /// The track has ended.
    Ended,
}

impl Originals<'_, '_> {
    /// The track that is to be cloned, for a clone with this source of its own.
    ///
    /// # Errors
    /// The entity is no track, or the clone has another source.
    pub fn get(&self, clone: CloneOf, own: Option<&TrackSource>) -> Result<Original, MediaError> {
        let Ok((state, constraints, settings, source, is_track)) = self.tracks.get(clone.0) else {
            return Err(MediaError::not_found(
                "the entity of CloneOf is no video track, or was despawned; name one with VideoTrack",
            ));
        };
        match (state, settings) {
            (TrackState::Pending, _) if is_track => Ok(Original::Pending),
            (TrackState::Live, Some(settings)) => {
                let is_other =
                    |own: &TrackSource| source.is_none_or(|source| !Arc::ptr_eq(&own.0, &source.0));
                if own.is_some_and(is_other) {
                    return Err(MediaError::type_error(
                        "a clone has the source of its track, and another TrackSource is on the same entity; remove \
                         either CloneOf or TrackSource",
                    ));
                }
                Ok(Original::Live {
                    constraints: Box::new(constraints.clone()),
                    source: source.cloned(),
                    device: settings.device_id.clone(),
                })
            }
            _ => Ok(Original::Ended),
        }
    }
}
