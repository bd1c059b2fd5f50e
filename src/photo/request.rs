//! Requests for photos, and their answers.

use std::time::Duration;

use bevy::{platform::time::Instant, prelude::*};
use crossbeam_channel::{Receiver, TryRecvError, bounded};

use super::{Fit, Photo, PhotoFailed, PhotoFormat, PhotoSaved, PhotoTaken, save::Saving};
use crate::{
    capture::Still,
    error::MediaError,
    image_input::EffectInput,
    render::{Canvas, PhotoJob, PhotoJobs, PhotoResult},
    systems::ViewfinderSystems,
    track::{Capturing, TrackState, VideoTrack},
};

/// Requests a photo of this track, at the full size of its device
/// ([`takePhoto()`](https://www.w3.org/TR/image-capture/#dom-imagecapture-takephoto)).
///
/// Spawn it on an entity of its own, with [`PhotoOptions`] if need be; the answer is triggered on that entity. In a
/// browser without `ImageCapture` the photo is the track's current frame.
#[derive(Component, Clone, Copy, Debug, PartialEq, Eq, Hash, Reflect)]
#[reflect(Component)]
#[require(PhotoOptions)]
pub struct TakePhoto(#[entities] pub Entity);

/// Requests the frame that this track shows now, at the size that it shows it
/// ([`grabFrame()`](https://www.w3.org/TR/image-capture/#dom-imagecapture-grabframe)).
///
/// Spawn it on an entity of its own, with [`PhotoOptions`] if need be; the answer is triggered on that entity.
#[derive(Component, Clone, Copy, Debug, PartialEq, Eq, Hash, Reflect)]
#[reflect(Component)]
#[require(PhotoOptions)]
pub struct GrabFrame(#[entities] pub Entity);

/// How a photo is drawn: a component on the entity of [`TakePhoto`] or [`GrabFrame`]. By default with the track's
/// effects, not mirrored, at the photo's own size.
///
/// ```
/// # use bevy::prelude::*;
/// use bevy_viewfinder::{photo::Fit, prelude::*};
///
/// fn thumbnail(mut commands: Commands, track: Single<Entity, With<VideoTrack>>) {
///     let options = PhotoOptions::new().effects(false).canvas(UVec2::splat(128), Fit::Cover);
///     commands.spawn((GrabFrame(*track), options)).observe(save_to_disk("thumbnail.png"));
/// }
/// # bevy::ecs::system::assert_is_system(thumbnail);
/// ```
#[derive(Component, Clone, Copy, Debug, PartialEq, Reflect)]
#[reflect(Component, Default)]
#[non_exhaustive]
pub struct PhotoOptions {
    /// Whether the track's effects are applied.
    pub effects: bool,
    /// Whether the photo is mirrored left to right. The track's [`Mirroring`](crate::track::Mirroring) doesn't count.
    pub mirrored: bool,
    /// The photo's size in pixels, and how the frame is fitted into it. `None` for the frame's own size.
    pub canvas: Option<(UVec2, Fit)>,
}

impl Default for PhotoOptions {
    fn default() -> Self {
        Self { effects: true, mirrored: false, canvas: None }
    }
}

impl PhotoOptions {
    /// The default options.
    pub fn new() -> Self {
        Self::default()
    }

    /// Sets whether the track's effects are applied.
    #[must_use]
    pub fn effects(self, effects: bool) -> Self {
        Self { effects, ..self }
    }

    /// Sets whether the photo is mirrored left to right.
    #[must_use]
    pub fn mirrored(self, mirrored: bool) -> Self {
        Self { mirrored, ..self }
    }

    /// Sets the photo's size in pixels, and how the frame is fitted into it.
    #[must_use]
    pub fn canvas(self, size: UVec2, fit: Fit) -> Self {
        Self { canvas: Some((size, fit)), ..self }
    }
}

/// A track, or an image with effects, which has no state.
type Photographable = Or<(With<VideoTrack>, With<EffectInput>)>;

/// A request whose photo is being taken or drawn.
#[derive(Component, Debug)]
struct Requested {
    track: Entity,
    reply: Receiver<PhotoResult>,
}

/// A request whose photo is being taken by the source itself.
#[derive(Component, Debug)]
struct Exposing {
    job: Option<PhotoJob>,
    still: Receiver<Result<Still, MediaError>>,
    since: Instant,
}

/// The longest time that a source may take for a photo. Some never answer.
const LONGEST_EXPOSURE: Duration = Duration::from_secs(10);

/// A request that was answered.
#[derive(Component, Debug)]
struct Answered;

pub(super) fn plugin(app: &mut App) {
    app.register_type::<TakePhoto>()
        .register_type::<GrabFrame>()
        .register_type::<PhotoOptions>()
        .register_type::<PhotoTaken>()
        .register_type::<PhotoFailed>()
        .register_type::<PhotoSaved>()
        .register_type::<PhotoFormat>();
    let requested = any_match_filter::<Or<(With<TakePhoto>, With<GrabFrame>)>>;
    app.add_systems(
        PreUpdate,
        (despawn_answered, answer, give_up).chain().in_set(ViewfinderSystems::Receive).run_if(requested),
    )
    .add_systems(
        PostUpdate,
        (request, draw_exposed).chain().in_set(ViewfinderSystems::Request).run_if(requested),
    );
}

/// Sends new requests to the source or the renderer. Answers at once those that can't be met.
fn request(
    mut commands: Commands,
    requests: Query<
        (Entity, Option<&TakePhoto>, Option<&GrabFrame>, &PhotoOptions),
        Or<(Added<TakePhoto>, Added<GrabFrame>)>,
    >,
    tracks: Query<(Option<&TrackState>, Option<&Capturing>), Photographable>,
    jobs: Res<PhotoJobs>,
) {
    for (entity, take, grab, options) in &requests {
        let Some(track_entity) = take.map(|take| take.0).or(grab.map(|grab| grab.0)) else { continue };
        let track = tracks.get(track_entity);
        let refused = match &track {
            Ok((None | Some(TrackState::Live), _)) => None,
            Ok((Some(state), _)) => Some(MediaError::invalid_state(format!(
                "a photo can only be taken of a live track, and this one is {state:?}; wait for TrackLive"
            ))),
            Err(_) => Some(MediaError::not_supported(
                "the entity is no video track, and no image with effects; name one with VideoTrack or EffectInput",
            )),
        };
        if let Some(error) = refused {
            commands.entity(entity).try_insert(Answered);
            commands.trigger(PhotoFailed { entity, error });
            continue;
        }
        let (reply, replied) = bounded(1);
        let job = PhotoJob {
            request: entity,
            track: track_entity,
            effects: options.effects,
            mirrored: options.mirrored,
            as_shown: grab.is_some(),
            canvas: options.canvas.map(|(size, fit)| Canvas { size, fit }),
            still: None,
            reply,
        };
        commands.entity(entity).try_insert(Requested { track: track_entity, reply: replied });
        let still = match (take, &track) {
            (Some(_), Ok((_, Some(Capturing { capture, .. })))) => capture.take_photo(),
            _ => None,
        };
        match still {
            Some(still) => {
                commands.entity(entity).try_insert(Exposing { job: Some(job), still, since: Instant::now() });
            }
            None => draw(&mut commands, &jobs, job),
        }
    }
}

/// Sends a photo to the renderer.
fn draw(commands: &mut Commands, jobs: &PhotoJobs, job: PhotoJob) {
    let entity = job.request;
    if jobs.0.send(job).is_err() {
        commands.entity(entity).try_remove::<Requested>().try_insert(Answered);
        let error = MediaError::not_supported(
            "photos are drawn by the renderer, and this app has none; add Bevy's RenderPlugin",
        );
        commands.trigger(PhotoFailed { entity, error });
    }
}

/// Sends photos that the source took by itself to the renderer.
fn draw_exposed(mut commands: Commands, mut requests: Query<(Entity, &mut Exposing)>, jobs: Res<PhotoJobs>) {
    for (entity, mut exposing) in &mut requests {
        let still = match exposing.still.try_recv() {
            Ok(Ok(still)) => Some(still),
            // The current frame is better than no photo.
            Ok(Err(error)) => {
                warn!("the photo is the track's frame: {error}");
                None
            }
            Err(TryRecvError::Empty) if exposing.since.elapsed() < LONGEST_EXPOSURE => continue,
            Err(_) => None,
        };
        commands.entity(entity).try_remove::<Exposing>();
        if let Some(job) = exposing.job.take() {
            draw(&mut commands, &jobs, PhotoJob { still, ..job });
        }
    }
}

/// Answers requests with what the renderer replied.
fn answer(mut commands: Commands, requests: Query<(Entity, &Requested)>) {
    for (entity, Requested { track, reply }) in &requests {
        let result = match reply.try_recv() {
            Ok(result) => result,
            Err(TryRecvError::Empty) => continue,
            Err(TryRecvError::Disconnected) => {
                Err(MediaError::unknown("the renderer dropped the photo; take another one"))
            }
        };
        commands.entity(entity).try_remove::<Requested>().try_insert(Answered);
        match result {
            Ok((size, rgba)) => {
                let photo = Photo { size, rgba: rgba.into() };
                commands.trigger(PhotoTaken { entity, track: *track, photo });
            }
            Err(error) => commands.trigger(PhotoFailed { entity, error }),
        }
    }
}

/// Answers requests whose track ended before the photo was taken.
fn give_up(
    mut commands: Commands,
    requests: Query<(Entity, &Requested)>,
    tracks: Query<Option<&TrackState>, Photographable>,
) {
    for (entity, Requested { track, .. }) in &requests {
        if !matches!(tracks.get(*track), Ok(None | Some(TrackState::Live))) {
            commands.entity(entity).try_remove::<(Requested, Exposing)>().try_insert(Answered);
            let error =
                MediaError::operation("the track ended before the photo was taken; take it of a live track");
            commands.trigger(PhotoFailed { entity, error });
        }
    }
}

/// Despawns the requests that were answered in an earlier frame and are not being saved.
fn despawn_answered(mut commands: Commands, requests: Query<Entity, (With<Answered>, Without<Saving>)>) {
    for request in &requests {
        commands.entity(request).try_despawn();
    }
}

#[cfg(test)]
mod tests {
    use crossbeam_channel::unbounded;

    use super::*;
    use crate::error::ErrorName;

    #[derive(Resource, Default)]
    struct Failures(Vec<ErrorName>);

    #[test]
    fn a_photo_that_the_renderer_drops_has_failed() {
        let (sender, jobs) = unbounded();
        let mut app = App::new();
        app.add_plugins(plugin).insert_resource(PhotoJobs(sender)).init_resource::<Failures>();
        let image = app.world_mut().spawn(EffectInput(Handle::default())).id();
        let note =
            |failed: On<PhotoFailed>, mut failures: ResMut<Failures>| failures.0.push(failed.error.name);
        app.world_mut().spawn(TakePhoto(image)).observe(note);
        app.update();
        let job = jobs.try_recv().expect("the renderer is asked");
        app.update();
        assert_eq!(app.world().resource::<Failures>().0, [], "it may still be drawn");
        drop(job);
        app.update();
        assert_eq!(app.world().resource::<Failures>().0, [ErrorName::Unknown]);
    }
}
