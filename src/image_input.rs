//! Effects on pictures that aren't a camera's.

use bevy::{asset::AssetLoadFailedEvent, prelude::*, render::sync_world::SyncToRenderWorld};

use crate::{
    effect::{EffectStack, asset_failure},
    systems::ViewfinderSystems,
    track::{FrameCorrupted, ImageFormats, Mirroring, TrackImage, black, resize},
};

/// Has effects on any image of the app's, and not on a camera: the [`EffectStack`] beside it changes this image, and
/// what comes of it stands in the [`TrackImage`] beside it, which [`ShowTrack`](crate::track::ShowTrack) shows as it
/// shows a track's.
///
/// A still is drawn anew when it or its effects change. An image that the GPU draws, such as one that a camera of
/// Bevy's renders to, is drawn for each frame of the display, before Bevy's own cameras run: so what is seen of it is
/// its picture of the frame before.
///
/// An image that can't be read, or isn't a flat picture, is told by [`FrameCorrupted`].
///
/// ```
/// # use bevy::prelude::*;
/// # use bevy_viewfinder::prelude::*;
/// # #[cfg(feature = "effects")]
/// # use bevy_viewfinder::effects::*;
/// # #[cfg(feature = "effects")]
/// fn setup(mut commands: Commands, assets: Res<AssetServer>) {
///     let picture = EffectInput(assets.load("pictures/portrait.jpg"));
///     let framed = commands.spawn((picture, EffectStack::new().with(Vignette::default()))).id();
///     commands.spawn((Sprite::default(), ShowTrack(framed)));
/// }
/// ```
#[derive(Component, Clone, Debug, PartialEq, Eq, Reflect, Deref)]
#[reflect(Component)]
#[require(EffectStack, Mirroring = Mirroring::Off, SyncToRenderWorld)]
pub struct EffectInput(pub Handle<Image>);

pub(crate) fn plugin(app: &mut App) {
    app.register_type::<EffectInput>().add_systems(
        PostUpdate,
        (
            fit_outputs,
            report_unreadable.run_if(
                any_match_filter::<Changed<EffectInput>>.or_else(on_message::<AssetLoadFailedEvent<Image>>),
            ),
        )
            .in_set(ViewfinderSystems::Show)
            .run_if(any_with_component::<EffectInput>),
    );
}

/// Reports images that can't be loaded.
fn report_unreadable(
    mut commands: Commands,
    mut failures: MessageReader<AssetLoadFailedEvent<Image>>,
    assets: Option<Res<AssetServer>>,
    inputs: Query<(Entity, Ref<EffectInput>)>,
) {
    let failures: Vec<AssetId<Image>> = failures.read().map(|failure| failure.id).collect();
    let Some(assets) = assets else { return };
    for (entity, input) in &inputs {
        if (input.is_changed() || failures.contains(&input.id()))
            && let Some(error) = asset_failure(&input.0.clone().untyped(), &assets)
        {
            commands.trigger(FrameCorrupted { entity, error });
        }
    }
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
