//! Thumbnails of the looks. They are drawn once, from one frame: a second track is fed with that frame, gets one look
//! after the other, and is despawned.

use std::time::Duration;

use bevy::prelude::*;
use bevy_viewfinder::{
    device::NativeMode,
    frame::PixelFormat,
    photo::Fit,
    prelude::*,
    source::{CustomFeed, CustomSource},
};

use crate::{feed::Viewfinder, look::Looks};

/// The size of a thumbnail in pixels.
pub const SIZE: UVec2 = UVec2::new(240, 160);

/// The time for a webcam to adjust its exposure.
const WARM_UP: Duration = Duration::from_millis(900);

/// The thumbnails, in the order of [`Looks`].
#[derive(Resource, Debug, Default)]
pub struct Thumbnails(pub Vec<Handle<Image>>);

/// The time to draw them.
#[derive(Resource, Debug, Default)]
struct Due(Option<Duration>);

/// The track that gets one look after the other.
#[derive(Component, Debug)]
struct Model {
    look: usize,
    /// Keeps the source open.
    _feed: CustomFeed,
}

pub fn plugin(app: &mut App) {
    app.init_resource::<Thumbnails>()
        .init_resource::<Due>()
        .add_observer(wait_for_exposure)
        .add_systems(Update, grab_frame);
}

fn wait_for_exposure(
    live: On<TrackLive>,
    mut due: ResMut<Due>,
    time: Res<Time<Real>>,
    viewfinders: Query<(), With<Viewfinder>>,
) {
    if viewfinders.contains(live.entity) {
        due.0 = Some(time.elapsed() + WARM_UP);
    }
}

fn grab_frame(
    mut commands: Commands,
    mut due: ResMut<Due>,
    time: Res<Time<Real>>,
    track: Query<(Entity, &Mirroring), With<Viewfinder>>,
) {
    if due.0.is_none_or(|due| time.elapsed() < due) {
        return;
    }
    due.0 = None;
    let Ok((track, mirrored)) = track.single() else { return };
    let mirrored = *mirrored != Mirroring::Off;
    let options = PhotoOptions::new().effects(false).mirrored(mirrored).canvas(SIZE, Fit::Cover);
    commands.spawn((GrabFrame(track), options)).observe(pose);
}

/// Spawns a track that is fed with the frame.
fn pose(
    taken: On<PhotoTaken>,
    mut commands: Commands,
    models: Query<Entity, With<Model>>,
    looks: Res<Looks>,
) {
    for model in &models {
        commands.entity(model).despawn();
    }
    let mode = NativeMode { size: SIZE, frame_rate: 30.0, format: PixelFormat::Rgba32 };
    let (source, feed) = CustomSource::new("Thumbnails", [mode]);
    if let Err(error) = feed.push_rgba(taken.photo.size, &taken.photo.rgba) {
        warn!("no thumbnails: {error}");
        return;
    }
    commands
        .spawn((
            Model { look: 0, _feed: feed },
            VideoTrack,
            TrackSource::new(source),
            Mirroring::Off,
            looks.stack(0),
        ))
        .observe(|live: On<TrackLive>, mut commands: Commands| photograph(&mut commands, live.entity));
}

fn photograph(commands: &mut Commands, model: Entity) {
    commands
        .spawn(GrabFrame(model))
        .observe(change)
        .observe(|failed: On<PhotoFailed>| warn!("no thumbnail: {}", failed.error));
}

/// Stores the thumbnail and continues with the next look.
fn change(
    taken: On<PhotoTaken>,
    mut commands: Commands,
    mut models: Query<(&mut Model, &mut EffectStack)>,
    mut thumbnails: ResMut<Thumbnails>,
    mut images: ResMut<Assets<Image>>,
    looks: Res<Looks>,
) {
    let Ok((mut model, mut stack)) = models.get_mut(taken.track) else { return };
    let thumbnail = images.add(taken.photo.to_image());
    match thumbnails.0.get_mut(model.look) {
        Some(older) => *older = thumbnail,
        None => thumbnails.0.push(thumbnail),
    }
    model.look += 1;
    if model.look < looks.len() {
        *stack = looks.stack(model.look);
        photograph(&mut commands, taken.track);
    } else {
        commands.entity(taken.track).despawn();
    }
}
