//! Requests for photos, and their answers.

use std::time::Duration;

use bevy::{platform::time::Instant, prelude::*};
use crossbeam_channel::{Receiver, TryRecvError, bounded};

use super::{Fit, Photo, PhotoFailed, PhotoTaken, save::Saving};
use crate::{
    capture::Still,
    error::MediaError,
    image_input::EffectInput,
    render::{Canvas, PhotoJob, PhotoJobs, PhotoResult},
    systems::ViewfinderSystems,
    track::{Capturing, TrackState, VideoTrack},
};

/// Asks for a photo of a track, at the full size that its device gives
/// ([`takePhoto()`](https://www.w3.org/TR/image-capture/#dom-imagecapture-takephoto)). Spawn it on an entity of its
/// own; the answer comes there. In a browser that has no `ImageCapture` the photo is the track's frame.
#[derive(Component, Clone, Debug, PartialEq, Reflect)]
#[reflect(Component)]
pub struct TakePhoto(PhotoRequest);

/// Asks for the frame that a track shows now, at the size that it shows it
/// ([`grabFrame()`](https://www.w3.org/TR/image-capture/#dom-imagecapture-grabframe)). Spawn it on an entity of its
/// own; the answer comes there.
#[derive(Component, Clone, Debug, PartialEq, Reflect)]
#[reflect(Component)]
pub struct GrabFrame(PhotoRequest);

#[derive(Clone, Debug, PartialEq, Reflect)]
struct PhotoRequest {
    track: Entity,
    effects: bool,
    mirrored: bool,
    canvas: Option<(UVec2, Fit)>,
}

impl PhotoRequest {
    fn of(track: Entity) -> Self {
        Self { track, effects: true, mirrored: false, canvas: None }
    }
}

macro_rules! options {
    ($request:ident) => {
        impl $request {
            /// Of this track, with its effects, not mirrored.
            pub fn of(track: Entity) -> Self {
                Self(PhotoRequest::of(track))
            }

            /// As the camera sees it.
            #[must_use]
            pub fn without_effects(mut self) -> Self {
                self.0.effects = false;
                self
            }

            /// Left to right, as in a mirror.
            #[must_use]
            pub fn mirrored(mut self) -> Self {
                self.0.mirrored = true;
                self
            }

            /// In a canvas of this size in pixels.
            #[must_use]
            pub fn canvas(mut self, size: UVec2, fit: Fit) -> Self {
                self.0.canvas = Some((size, fit));
                self
            }
        }
    };
}

options!(TakePhoto);
options!(GrabFrame);

/// What has a picture: a track, or an image with effects, which has no state.
type Pictured = Or<(With<VideoTrack>, With<EffectInput>)>;

/// A request that the renderer is working on.
#[derive(Component, Debug)]
struct Requested {
    track: Entity,
    reply: Receiver<PhotoResult>,
}

/// A request whose picture is still being taken.
#[derive(Component, Debug)]
struct Taking {
    job: Option<PhotoJob>,
    still: Receiver<Result<Still, MediaError>>,
    since: Instant,
}

/// How long a source may take for a photo: some never answer.
const LONGEST_EXPOSURE: Duration = Duration::from_secs(10);

/// A request that has its answer.
#[derive(Component, Debug)]
struct Answered;

pub(super) fn plugin(app: &mut App) {
    app.register_type::<TakePhoto>().register_type::<GrabFrame>();
    let asked = any_match_filter::<Or<(With<TakePhoto>, With<GrabFrame>)>>;
    app.add_systems(
        PreUpdate,
        (despawn_answered, answer, give_up).chain().in_set(ViewfinderSystems::Receive).run_if(asked),
    )
    .add_systems(PostUpdate, (request, draw_taken).chain().in_set(ViewfinderSystems::Request).run_if(asked));
}

/// Passes new requests on to the renderer, or answers at once where there can't be a photo.
fn request(
    mut commands: Commands,
    requests: Query<
        (Entity, Option<&TakePhoto>, Option<&GrabFrame>),
        Or<(Added<TakePhoto>, Added<GrabFrame>)>,
    >,
    tracks: Query<(Option<&TrackState>, Option<&Capturing>), Pictured>,
    jobs: Res<PhotoJobs>,
) {
    for (entity, take, grab) in &requests {
        let Some(request) = take.map(|take| &take.0).or(grab.map(|grab| &grab.0)) else { continue };
        let track = tracks.get(request.track);
        let refused = match &track {
            Ok((None | Some(TrackState::Live), _)) => None,
            Ok((Some(state), _)) => Some(MediaError::invalid_state(format!(
                "a photo can only be taken of a live track, and this one is {state:?}; wait for TrackLive"
            ))),
            Err(_) => Some(MediaError::not_supported("the entity is no video track")),
        };
        if let Some(error) = refused {
            commands.entity(entity).try_insert(Answered);
            commands.trigger(PhotoFailed { entity, error });
            continue;
        }
        let (reply, replied) = bounded(1);
        let job = PhotoJob {
            request: entity,
            track: request.track,
            effects: request.effects,
            mirrored: request.mirrored,
            as_shown: grab.is_some(),
            canvas: request.canvas.map(|(size, fit)| Canvas { size, fit }),
            still: None,
            reply,
        };
        commands.entity(entity).try_insert(Requested { track: request.track, reply: replied });
        let still = match (take, &track) {
            (Some(_), Ok((_, Some(Capturing { capture, .. })))) => capture.take_photo(),
            _ => None,
        };
        match still {
            Some(still) => {
                commands.entity(entity).try_insert(Taking { job: Some(job), still, since: Instant::now() });
            }
            None => draw(&mut commands, &jobs, job),
        }
    }
}

/// Has a photo drawn.
fn draw(commands: &mut Commands, jobs: &PhotoJobs, job: PhotoJob) {
    let entity = job.request;
    if jobs.0.send(job).is_err() {
        commands.entity(entity).try_remove::<Requested>().try_insert(Answered);
        let error = MediaError::not_supported("there is no renderer here that could draw a photo");
        commands.trigger(PhotoFailed { entity, error });
    }
}

/// Has the photos drawn that the source took by itself.
fn draw_taken(mut commands: Commands, mut requests: Query<(Entity, &mut Taking)>, jobs: Res<PhotoJobs>) {
    for (entity, mut taking) in &mut requests {
        let still = match taking.still.try_recv() {
            Ok(Ok(still)) => Some(still),
            // What the track shows is better than no photo.
            Ok(Err(error)) => {
                warn!("the photo is the track's frame: {error}");
                None
            }
            Err(TryRecvError::Empty) if taking.since.elapsed() < LONGEST_EXPOSURE => continue,
            Err(_) => None,
        };
        commands.entity(entity).try_remove::<Taking>();
        if let Some(job) = taking.job.take() {
            draw(&mut commands, &jobs, PhotoJob { still, ..job });
        }
    }
}

/// Hands out what the renderer replied.
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

/// Answers the requests whose track ended before the photo was taken.
fn give_up(
    mut commands: Commands,
    requests: Query<(Entity, &Requested)>,
    tracks: Query<Option<&TrackState>, Pictured>,
) {
    for (entity, Requested { track, .. }) in &requests {
        if !matches!(tracks.get(*track), Ok(None | Some(TrackState::Live))) {
            commands.entity(entity).try_remove::<(Requested, Taking)>().try_insert(Answered);
            let error = MediaError::operation("the track ended before the photo was taken");
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
        let picture = app.world_mut().spawn(EffectInput(Handle::default())).id();
        let note =
            |failed: On<PhotoFailed>, mut failures: ResMut<Failures>| failures.0.push(failed.error.name);
        app.world_mut().spawn(TakePhoto::of(picture)).observe(note);
        app.update();
        let job = jobs.try_recv().expect("the renderer is asked");
        app.update();
        assert_eq!(app.world().resource::<Failures>().0, [], "it may still be drawn");
        drop(job);
        app.update();
        assert_eq!(app.world().resource::<Failures>().0, [ErrorName::Unknown]);
    }
}
