//! Effects on pictures that aren't a camera's.

use bevy::{prelude::*, render::sync_world::SyncToRenderWorld};

use super::EffectStack;
use crate::track::{ImageFormats, Mirrored, TrackImage, black, resize};

/// Has effects on any image of the app's, and not on a camera: the [`EffectStack`] beside it changes this image, and
/// what comes of it stands in the [`TrackImage`] beside it, which [`ShowTrack`](crate::track::ShowTrack) shows as it
/// shows a track's.
///
/// A still is drawn anew when it or its effects change. An image that the GPU draws, such as one that a camera of
/// Bevy's renders to, is drawn for each frame of the display, before Bevy's own cameras run: so what is seen of it is
/// its picture of the frame before.
///
/// An image that isn't a flat picture is told by [`FrameBroken`](crate::track::FrameBroken).
///
/// ```
/// # use bevy::prelude::*;
/// # use bevy_viewfinder::{effect::EffectInput, prelude::*};
/// # #[cfg(feature = "effects")]
/// fn setup(mut commands: Commands, assets: Res<AssetServer>) {
///     let picture = EffectInput(assets.load("pictures/portrait.jpg"));
///     let framed = commands.spawn((picture, EffectStack::new().with(Vignette::default()))).id();
///     commands.spawn((Sprite::default(), ShowTrack(framed)));
/// }
/// ```
#[derive(Component, Clone, Debug, PartialEq, Eq, Reflect, Deref)]
#[reflect(Component)]
#[require(EffectStack, Mirrored = Mirrored::No, SyncToRenderWorld)]
pub struct EffectInput(pub Handle<Image>);

pub(super) fn plugin(app: &mut App) {
    app.register_type::<EffectInput>()
        .add_systems(PostUpdate, fit_outputs.run_if(any_with_component::<EffectInput>));
}

/// Gives each an image for what comes of it, of its input's size.
fn fit_outputs(
    mut commands: Commands,
    inputs: Query<(Entity, Ref<EffectInput>, Option<&TrackImage>)>,
    mut events: MessageReader<AssetEvent<Image>>,
    mut images: ResMut<Assets<Image>>,
    formats: ImageFormats,
) {
    let is_change =
        |event: &AssetEvent<Image>| matches!(event, AssetEvent::Added { .. } | AssetEvent::Modified { .. });
    let any_changed = events.read().filter(|event| is_change(event)).count() > 0;
    for (entity, input, output) in &inputs {
        if output.is_some() && !any_changed && !input.is_changed() {
            continue;
        }
        let output = match output {
            Some(output) => output.0.clone(),
            None => images.add(black()),
        };
        if let Some(size) = images.get(&input.0).map(Image::size) {
            resize(&mut images, &output, size, &formats);
        }
        commands.entity(entity).try_insert_if_new(TrackImage(output));
    }
}
