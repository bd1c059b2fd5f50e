//! Effects on images in place of tracks.

use bevy::{asset::AssetLoadFailedEvent, prelude::*, render::sync_world::SyncToRenderWorld};

use crate::{
    effect::{EffectStack, asset_failure},
    systems::ViewfinderSystems,
    track::{FrameCorrupted, ImageFormats, Mirroring, TrackImage, VideoTrack, black, resize},
};

/// Applies the [`EffectStack`] on the same entity to an image of the app's. The output is the [`TrackImage`] on the
/// same entity, which [`ShowTrack`](crate::track::ShowTrack) shows like a track.
///
/// A still image is drawn again when it or its effects change. An image that the GPU draws, such as the target of a
/// Bevy camera, is drawn for each frame of the display, before Bevy's cameras run: the output is one frame late.
///
/// [`FrameCorrupted`] reports an image that can't be loaded, or that isn't two-dimensional.
///
/// ```
/// # use bevy::prelude::*;
/// # use bevy_viewfinder::prelude::*;
/// # #[cfg(feature = "effects")]
/// # use bevy_viewfinder::effects::*;
/// # #[cfg(feature = "effects")]
/// fn setup(mut commands: Commands, assets: Res<AssetServer>) {
///     let input = EffectInput(assets.load("images/portrait.jpg"));
///     let output = commands.spawn((input, EffectStack::new().with(Vignette::default()))).id();
///     commands.spawn((Sprite::default(), ShowTrack(output)));
/// }
/// ```
#[derive(Component, Clone, Debug, PartialEq, Eq, Reflect, Deref)]
#[reflect(Component)]
#[require(EffectStack, Mirroring = Mirroring::Off, SyncToRenderWorld)]
pub struct EffectInput(pub Handle<Image>);

/// An entity that has frames.
pub(crate) type HasFrames = Or<(With<VideoTrack>, With<EffectInput>)>;

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

/// Adds the output images, and resizes them to the size of their inputs.
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
