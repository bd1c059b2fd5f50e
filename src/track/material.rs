//! Materials that show a track.

use std::{fmt::Debug, marker::PhantomData};

use bevy::{
    asset::{AssetEventSystems, UntypedAssetId},
    prelude::*,
};

use super::TrackImage;

/// Lets materials of this type show tracks: add `TrackMaterialPlugin::<StandardMaterial>::default()`, and give a
/// material the [`TrackImage`] of a track as its texture.
///
/// Sprites and UI nodes need no such plugin. Bevy binds a material's textures when the material changes, but not when
/// one of its images gets another texture, as a track's image does when its size becomes known or changes. This plugin
/// then marks materials as changed: those with the track's image among their dependencies (`#[dependency]`), and those
/// without dependencies. From frame to frame no material is bound again.
#[derive(Debug)]
pub struct TrackMaterialPlugin<M>(PhantomData<fn() -> M>);

impl<M> Default for TrackMaterialPlugin<M> {
    fn default() -> Self {
        Self(PhantomData)
    }
}

impl<M: Asset> Plugin for TrackMaterialPlugin<M> {
    fn build(&self, app: &mut App) {
        // Before the materials' events are sent, so that the renderer receives them in this frame.
        app.add_systems(
            PostUpdate,
            rebind::<M>.run_if(on_message::<AssetEvent<Image>>).before(AssetEventSystems),
        );
    }
}

fn rebind<M: Asset>(
    mut events: MessageReader<AssetEvent<Image>>,
    tracks: Query<&TrackImage>,
    materials: Option<ResMut<Assets<M>>>,
) {
    let Some(mut materials) = materials else { return };
    let changed: Vec<UntypedAssetId> = events
        .read()
        .filter_map(|event| match event {
            AssetEvent::Modified { id } => tracks.iter().any(|image| image.id() == *id).then(|| id.untyped()),
            _ => None,
        })
        .collect();
    if changed.is_empty() {
        return;
    }
    let shows_it = |material: &M| {
        let (mut named, mut shown) = (false, false);
        material.visit_dependencies(&mut |id| {
            named = true;
            shown |= changed.contains(&id);
        });
        shown || !named
    };
    let stale: Vec<AssetId<M>> =
        materials.iter().filter(|(_, material)| shows_it(material)).map(|(id, _)| id).collect();
    for id in stale {
        if let Some(material) = materials.get_mut(id) {
            // The value is unchanged: `into_inner` marks it as changed.
            material.into_inner();
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[derive(Asset, TypePath)]
    struct Surface(#[dependency] Handle<Image>);

    #[test]
    fn only_materials_that_show_the_track_are_rebound_and_only_when_its_texture_changes() {
        let mut app = App::new();
        app.add_plugins((MinimalPlugins, AssetPlugin::default(), TrackMaterialPlugin::<Surface>::default()));
        app.init_asset::<Image>().init_asset::<Surface>();
        let mut images = app.world_mut().resource_mut::<Assets<Image>>();
        let (shown, other) = (images.add(Image::default()), images.add(Image::default()));
        let mut surfaces = app.world_mut().resource_mut::<Assets<Surface>>();
        let shows = surfaces.add(Surface(shown.clone()));
        let _shows_not = surfaces.add(Surface(other.clone()));
        app.world_mut().spawn(TrackImage(shown.clone()));
        let mut modified = |changed: Option<&Handle<Image>>| {
            if let Some(changed) = changed {
                let mut images = app.world_mut().resource_mut::<Assets<Image>>();
                images.get_mut(changed).expect("it is held").into_inner();
            }
            app.world_mut().resource_mut::<Messages<AssetEvent<Surface>>>().clear();
            app.update();
            app.update();
            let messages = app.world().resource::<Messages<AssetEvent<Surface>>>();
            let modified = messages.iter_current_update_messages().filter_map(|event| match event {
                AssetEvent::Modified { id } => Some(*id),
                _ => None,
            });
            modified.collect::<Vec<AssetId<Surface>>>()
        };
        modified(None);
        assert_eq!(modified(Some(&shown)), [shows.id()]);
        assert!(modified(Some(&other)).is_empty());
        assert!(modified(None).is_empty());
    }
}
