//! Taps that other rooms spawn for work of their own.

use std::time::Duration;

#[cfg(any(feature = "ar", feature = "barcode", feature = "face"))]
use bevy::ecs::system::SystemParam;
use bevy::{platform::time::Instant, prelude::*};

use super::{PixelTap, TapFailed, TapFrames};
#[cfg(any(feature = "ar", feature = "barcode", feature = "face"))]
use crate::{constraint::VideoSettings, image_input::EffectInput};
use crate::{
    error::MediaError,
    track::{HoldsFramesOf, TrackState, VideoTrack},
};

/// A component on a track's entity that has a tap of its own, which goes with it.
pub(crate) trait TapOwner: Component {
    /// The entity of the tap.
    fn tap(&self) -> Entity;
}

/// Ends the owner `T` when the component `C` that it works for is removed, and despawns its tap.
pub(crate) fn plugin<C: Component, T: TapOwner>(app: &mut App) {
    app.add_observer(end::<C, T>).add_observer(despawn_tap::<T>);
}

/// Spawns a tap, and inserts its owner on an entity. Failures of the tap are triggered as the event that `failed` makes
/// of them.
pub(crate) fn spawn_tap<T, E>(
    commands: &mut Commands,
    entity: Entity,
    name: &'static str,
    tap: PixelTap,
    owner: impl FnOnce(Entity) -> T + Send + 'static,
    failed: fn(Entity, MediaError) -> E,
) where
    T: TapOwner,
    E: for<'a> Event<Trigger<'a>: Default>,
{
    commands.queue(move |world: &mut World| {
        // It may have gone since.
        if world.get_entity(entity).is_err() {
            return;
        }
        let tap = world
            .spawn((Name::new(name), tap))
            .observe(move |removed: On<Remove, PixelTap>, owners: Query<&T>, mut commands: Commands| {
                if owners.get(entity).is_ok_and(|owner| owner.tap() == removed.entity) {
                    commands.entity(entity).try_remove::<T>();
                    commands.trigger(failed(
                        entity,
                        MediaError::operation(
                            "the tap of this component was despawned; it begins again with another one",
                        ),
                    ));
                }
            })
            .observe(move |tap_failed: On<TapFailed>, mut commands: Commands| {
                commands.trigger(failed(entity, tap_failed.error.clone()));
            })
            .id();
        world.entity_mut(entity).insert(owner(tap));
    });
}

/// Lets a tap hold the frames of its track, or not.
pub(crate) fn hold_frames(commands: &mut Commands, tap: Entity, track: Entity, holds: bool) {
    let Ok(mut tap) = commands.get_entity(tap) else { return };
    if holds {
        tap.try_insert_if_new(HoldsFramesOf(track));
    } else {
        tap.try_remove::<HoldsFramesOf>();
    }
}

/// Whether work within this budget is ever done: in a browser a budget of zero ends it.
pub(crate) fn has_time(budget: Duration) -> bool {
    !(cfg!(target_family = "wasm") && budget.is_zero())
}

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

/// Whether this is a track that has ended. An [`EffectInput`](crate::image_input::EffectInput) doesn't end.
pub(crate) fn has_ended(track: Option<&VideoTrack>, state: Option<&TrackState>) -> bool {
    track.is_some() && state == Some(&TrackState::Ended)
}

/// Chooses the sizes of taps.
#[cfg(any(feature = "ar", feature = "barcode", feature = "face"))]
#[derive(SystemParam)]
pub(crate) struct FitTaps<'w, 's> {
    frames: Query<'w, 's, (Option<&'static VideoSettings>, Option<&'static EffectInput>)>,
    images: Option<Res<'w, Assets<Image>>>,
    taps: Query<'w, 's, &'static mut PixelTap>,
}

#[cfg(any(feature = "ar", feature = "barcode", feature = "face"))]
impl FitTaps<'_, '_> {
    /// Scales the frames of an entity down for its tap, if they are larger than a limit.
    pub fn fit(&mut self, entity: Entity, tap: Entity, limit: UVec2) {
        let Ok(mut tap) = self.taps.get_mut(tap) else { return };
        let (settings, input) = self.frames.get(entity).unwrap_or_default();
        let image = || Some(self.images.as_ref()?.get(&input?.0)?.size());
        let size = settings.map(|settings| settings.size).or_else(image);
        let size = size.and_then(|size| reduced(size, limit));
        tap.set_if_neq(PixelTap { size, ..*tap });
    }
}

/// The size of frames that are larger than a limit: the same shape within it. `None` if they aren't larger.
#[cfg(any(feature = "ar", feature = "barcode", feature = "face"))]
fn reduced(size: UVec2, limit: UVec2) -> Option<UVec2> {
    let limit = limit.max(UVec2::ONE);
    if size.cmple(limit).all() {
        return None;
    }
    let scale = (limit.as_dvec2() / size.as_dvec2()).min_element();
    Some((size.as_dvec2() * scale).round().as_uvec2().max(UVec2::ONE))
}

fn end<C: Component, T: TapOwner>(removed: On<Remove, C>, mut commands: Commands) {
    if let Ok(mut entity) = commands.get_entity(removed.entity) {
        entity.try_remove::<T>();
    }
}

fn despawn_tap<T: TapOwner>(removed: On<Remove, T>, owners: Query<&T>, mut commands: Commands) {
    if let Ok(owner) = owners.get(removed.entity) {
        commands.entity(owner.tap()).try_despawn();
    }
}

#[cfg(all(test, any(feature = "ar", feature = "barcode", feature = "face")))]
mod tests {
    use super::*;

    #[test]
    fn large_frames_are_reduced_to_the_same_shape() {
        let limit = UVec2::new(1280, 720);
        assert_eq!(reduced(UVec2::new(640, 480), limit), None);
        assert_eq!(reduced(UVec2::new(3840, 2160), limit), Some(limit));
        assert_eq!(reduced(UVec2::new(1080, 1920), limit), Some(UVec2::new(405, 720)));
        assert_eq!(reduced(UVec2::new(32_768, 1), UVec2::ZERO), Some(UVec2::ONE));
    }
}
