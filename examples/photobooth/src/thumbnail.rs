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

/// The longest time that a look waits for its people or faces.
const LONGEST_WAIT: Duration = Duration::from_secs(5);

/// The track that gets one look after the other.
#[derive(Component, Debug)]
struct Model {
    look: usize,
    /// The time at which it got the look. `None` once its photo is requested.
    since: Option<Duration>,
    /// Keeps the source open.
    _feed: CustomFeed,
}

pub fn plugin(app: &mut App) {
    app.init_resource::<Thumbnails>()
        .init_resource::<Due>()
        .add_observer(wait_for_exposure)
        .add_systems(Update, (grab_frame, photograph));
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
    time: Res<Time<Real>>,
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
    commands.spawn((
        Model { look: 0, since: Some(time.elapsed()), _feed: feed },
        VideoTrack,
        TrackSource::new(source),
        Mirroring::Off,
        looks.stack(0),
    ));
}

/// Takes a photo of a look, once its people or faces are known.
fn photograph(
    mut commands: Commands,
    time: Res<Time<Real>>,
    mut models: Query<(
        Entity,
        &mut Model,
        &TrackState,
        Ref<EffectStack>,
        Option<&PersonSegmentation>,
        Option<&PersonMask>,
        Option<&FaceTracking>,
        Option<&FaceDetections>,
    )>,
) {
    for (entity, mut model, state, stack, segmentation, mask, tracking, faces) in &mut models {
        let Some(since) = model.since else { continue };
        // A segmentation or a tracking begins after the stack has changed.
        if *state != TrackState::Live || stack.is_changed() {
            continue;
        }
        let has_mask = segmentation.is_none() || mask.is_some_and(|mask| mask.captured.is_some());
        let has_faces = tracking.is_none() || faces.is_some_and(|faces| faces.captured.is_some());
        if !(has_mask && has_faces) && time.elapsed() < since + LONGEST_WAIT {
            continue;
        }
        model.since = None;
        commands.spawn(GrabFrame(entity)).observe(change).observe(
            |failed: On<PhotoFailed>, mut commands: Commands, models: Query<Entity, With<Model>>| {
                warn!("no thumbnails: {}", failed.error);
                models.iter().for_each(|model| commands.entity(model).despawn());
            },
        );
    }
}

/// Stores the thumbnail and continues with the next look.
fn change(
    taken: On<PhotoTaken>,
    mut commands: Commands,
    mut models: Query<(&mut Model, &mut EffectStack)>,
    mut thumbnails: ResMut<Thumbnails>,
    mut images: ResMut<Assets<Image>>,
    looks: Res<Looks>,
    time: Res<Time<Real>>,
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
        model.since = Some(time.elapsed());
    } else {
        commands.entity(taken.track).despawn();
    }
}
