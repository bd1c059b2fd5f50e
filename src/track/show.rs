//! Sprites and UI nodes that show a track.

use bevy::prelude::*;

#[cfg(any(feature = "bevy_sprite", feature = "bevy_ui"))]
use super::TrackImage;
#[cfg(any(feature = "bevy_sprite", feature = "bevy_ui"))]
use crate::systems::ViewfinderSystems;

/// Shows a track on this entity's [`Sprite`] or [`ImageNode`], for as long as the track exists.
///
/// For a material, read the track's [`TrackImage`](super::TrackImage) instead.
#[derive(Component, Clone, Copy, Debug, PartialEq, Eq, Reflect)]
#[reflect(Component)]
#[relationship(relationship_target = ShownBy)]
pub struct ShowTrack(pub Entity);

/// The entities that show this track.
#[derive(Component, Clone, Debug, Default, PartialEq, Eq, Reflect)]
#[reflect(Component)]
#[relationship_target(relationship = ShowTrack)]
pub struct ShownBy(Vec<Entity>);

pub(super) fn plugin(app: &mut App) {
    app.register_type::<ShowTrack>().register_type::<ShownBy>();
    #[cfg(feature = "bevy_sprite")]
    app.add_systems(
        PostUpdate,
        show::<Sprite>.in_set(ViewfinderSystems::Show).run_if(any_with_component::<ShowTrack>),
    );
    #[cfg(feature = "bevy_ui")]
    app.add_systems(
        PostUpdate,
        show::<ImageNode>.in_set(ViewfinderSystems::Show).run_if(any_with_component::<ShowTrack>),
    );
}

/// A component that shows an image.
#[cfg(any(feature = "bevy_sprite", feature = "bevy_ui"))]
trait Shows: Component<Mutability = bevy::ecs::component::Mutable> {
    fn image(&mut self) -> &mut Handle<Image>;
}

#[cfg(feature = "bevy_sprite")]
impl Shows for Sprite {
    fn image(&mut self) -> &mut Handle<Image> {
        &mut self.image
    }
}

#[cfg(feature = "bevy_ui")]
impl Shows for ImageNode {
    fn image(&mut self) -> &mut Handle<Image> {
        &mut self.image
    }
}

#[cfg(any(feature = "bevy_sprite", feature = "bevy_ui"))]
fn show<T: Shows>(mut viewers: Query<(&mut T, Ref<ShowTrack>)>, tracks: Query<Ref<TrackImage>>) {
    for (mut viewer, track) in &mut viewers {
        if let Ok(image) = tracks.get(track.0)
            && (track.is_changed() || image.is_changed() || viewer.is_added())
        {
            *viewer.image() = image.0.clone();
        }
    }
}
