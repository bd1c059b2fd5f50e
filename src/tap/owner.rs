//! Taps that other rooms spawn for work of their own.

#[cfg(any(feature = "ar", feature = "barcode", feature = "face"))]
use bevy::ecs::system::SystemParam;
use bevy::prelude::*;

use super::{PixelTap, TapFailed};
#[cfg(any(feature = "ar", feature = "barcode", feature = "face"))]
use crate::{constraint::VideoSettings, image_input::EffectInput};
use crate::{
    error::MediaError,
    track::{TrackState, VideoTrack},
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

/// The error of a component that searches things in the frames of its entity, which has none.
#[cfg(any(feature = "barcode", feature = "face", feature = "person"))]
pub(crate) fn no_frames(things: &str, component: &str) -> MediaError {
    MediaError::not_found(format!(
        "{things} are searched in the frames of a track on the same entity, and there is none; insert {component} beside a `VideoTrack` or an `EffectInput`"
    ))
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
