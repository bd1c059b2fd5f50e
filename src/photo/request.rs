//! Requests for photos, and their answers.

use std::{collections::VecDeque, time::Duration};

use bevy::{
    platform::time::Instant,
    prelude::*,
    tasks::{AsyncComputeTaskPool, Task, futures::check_ready},
};
use crossbeam_channel::{Receiver, TryRecvError, bounded, unbounded};

use super::{
    LocalTime, Photo, PhotoFailed, PhotoFormat, PhotoOptions, PhotoOrigin, PhotoSaved, PhotoTaken,
    deliver::Delivering, sharpness::sharpest,
};
use crate::{
    capture::Frames,
    constraint::VideoSettings,
    device::{PhotoCapabilities, PhotoSettings},
    error::MediaError,
    image_input::EffectInput,
    render::{Canvas, PhotoJob, PhotoJobs, PhotoResult},
    source::{Still, StillAnswer, StillRequest},
    systems::ViewfinderSystems,
    track::{Capturing, HoldMode, ModeHolders, TrackState, VideoTrack},
};

/// Requests a photo of this track from its device
/// ([`takePhoto()`](https://www.w3.org/TR/image-capture/#dom-imagecapture-takephoto)).
///
/// Spawn it on an entity of its own, with [`PhotoSettings`] and [`PhotoOptions`] if need be; the answer is triggered on
/// that entity: [`PhotoTaken`] or [`PhotoFailed`].
///
/// A native device is brought into the mode that is nearest to the settings, by default its largest one, and back. The
/// photo is the first frame after the exposure has settled, at most a second after the device's first frame in that
/// mode. Meanwhile the track is [`Muted`](crate::track::Muted), which by default holds its last frame. The mode doesn't
/// change if it fits already, if another track uses the device, if the track is recorded, or if it has [`HoldMode`]:
/// then the photo is the whole frame of the device ([`PhotoTaken::origin`]).
///
/// In a browser the photo is the `ImageCapture`'s. A browser without one grabs the track's frame.
#[derive(Component, Clone, Copy, Debug, PartialEq, Eq, Hash, Reflect)]
#[reflect(Component)]
#[require(PhotoOptions, PhotoSettings)]
pub struct TakePhoto(#[entities] pub Entity);

/// Requests the frame that this track shows now, at the size that it shows it
/// ([`grabFrame()`](https://www.w3.org/TR/image-capture/#dom-imagecapture-grabframe)).
///
/// Spawn it on an entity of its own, with [`PhotoOptions`] if need be; the answer is triggered on that entity.
#[derive(Component, Clone, Copy, Debug, PartialEq, Eq, Hash, Reflect)]
#[reflect(Component)]
#[require(PhotoOptions)]
pub struct GrabFrame(#[entities] pub Entity);

/// A track, or an image with effects, which has no state.
type Photographable = Or<(With<VideoTrack>, With<EffectInput>)>;

/// A request whose photos are being taken or drawn.
#[derive(Component, Debug)]
struct Requested {
    track: Entity,
    options: PhotoOptions,
    /// The photo is of the frame as the track shows it, and not of the whole frame of the device.
    as_shown: bool,
    origin: PhotoOrigin,
    /// Receives stills of the device, until they are complete.
    stills: Option<Receiver<Result<StillAnswer, MediaError>>>,
    /// The number of stills that were received.
    received: u32,
    /// Receive what the renderer draws, in order.
    drawn: VecDeque<Receiver<PhotoResult>>,
    /// The number of photos that were drawn.
    taken: u32,
    /// The photos among which the sharpest will be chosen.
    candidates: Vec<Photo>,
    choice: Option<Task<Option<(usize, Photo)>>>,
    /// The time of the last answer.
    since: Instant,
}

/// The longest time that a device may take for a photo, or for the next one of a burst. Some never answer.
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
        .register_type::<PhotoFormat>()
        .register_type::<PhotoOrigin>();
    let requested = any_match_filter::<Or<(With<TakePhoto>, With<GrabFrame>)>>;
    app.add_systems(
        PreUpdate,
        // An answer of the device counts, even if its track has ended since.
        (despawn_answered, receive_stills, answer, give_up)
            .chain()
            .in_set(ViewfinderSystems::Receive)
            .run_if(requested),
    )
    .add_systems(
        PostUpdate,
        (request, receive_stills).chain().in_set(ViewfinderSystems::Request).run_if(requested),
    );
}

/// Sends new requests to the device or the renderer. Answers at once those that can't be met.
fn request(
    mut commands: Commands,
    requests: Query<
        (Entity, Option<&TakePhoto>, Option<&GrabFrame>, &PhotoOptions, Option<&PhotoSettings>),
        Or<(Added<TakePhoto>, Added<GrabFrame>)>,
    >,
    tracks: Query<
        (
            Option<&TrackState>,
            Option<&Capturing>,
            Option<&VideoSettings>,
            Option<&PhotoCapabilities>,
            Has<HoldMode>,
            Has<ModeHolders>,
        ),
        Photographable,
    >,
    jobs: Res<PhotoJobs>,
) {
    for (entity, take, grab, options, settings) in &requests {
        let Some(track_entity) = take.map(|take| take.0).or(grab.map(|grab| grab.0)) else { continue };
        let track = tracks.get(track_entity);
        let settings = take.and(settings).copied().unwrap_or_default();
        let checked = match &track {
            Ok((None | Some(TrackState::Live), _, _, capabilities, ..)) => options
                .check()
                .and_then(|()| capabilities.map_or(Ok(()), |capabilities| capabilities.check(&settings))),
            Ok((Some(state), ..)) => Err(MediaError::invalid_state(format!(
                "a photo can only be taken of a live track, and this one is {state:?}; wait for TrackLive"
            ))),
            Err(_) => Err(MediaError::not_supported(
                "the entity is no video track, and no image with effects; name one with VideoTrack or EffectInput",
            )),
        };
        if let Err(error) = checked {
            fail(&mut commands, entity, error);
            continue;
        }
        let mut requested = Requested {
            track: track_entity,
            options: *options,
            as_shown: grab.is_some(),
            origin: PhotoOrigin::Frame,
            stills: None,
            received: 0,
            drawn: VecDeque::new(),
            taken: 0,
            candidates: Vec::new(),
            choice: None,
            since: Instant::now(),
        };
        if let Ok((_, Some(capturing), video, capabilities, holds_mode, is_held)) = &track
            && take.is_some()
            && !frame_is_largest(capturing, *video, *capabilities, &settings)
        {
            let (reply, stills) = unbounded();
            capturing.capture.take_stills(StillRequest {
                settings,
                count: options.burst,
                holds_mode: *holds_mode || *is_held,
                reply,
            });
            requested.stills = Some(stills);
        } else if let Err(error) = requested.draw(entity, None, &jobs) {
            fail(&mut commands, entity, error);
            continue;
        }
        commands.entity(entity).try_insert(requested);
    }
}

/// Whether the device runs in its largest mode already, so that it need not be asked. The browser takes photos by
/// itself.
fn frame_is_largest(
    capturing: &Capturing,
    video: Option<&VideoSettings>,
    capabilities: Option<&PhotoCapabilities>,
    settings: &PhotoSettings,
) -> bool {
    let (Some(video), Some(capabilities)) = (video, capabilities) else { return false };
    matches!(capturing.capture.frames, Frames::Bytes(..))
        && *settings == PhotoSettings::default()
        && capabilities.none_exceeds(video.native.size)
}

impl Requested {
    /// Sends a still, or the next frames of the track, to the renderer.
    ///
    /// # Errors
    /// [`ErrorName::NotSupported`](crate::error::ErrorName::NotSupported) without a renderer.
    fn draw(&mut self, request: Entity, still: Option<Still>, jobs: &PhotoJobs) -> Result<(), MediaError> {
        let frames = if still.is_some() { 1 } else { self.options.burst };
        let (reply, drawn) = bounded(frames as usize);
        let job = PhotoJob {
            request,
            track: self.track,
            effects: self.options.effects,
            mirrored: self.options.mirrored,
            as_shown: self.as_shown,
            canvas: self.options.canvas.map(|(size, fit)| Canvas { size, fit }),
            still,
            frames,
            last: None,
            reply,
        };
        self.drawn.push_back(drawn);
        jobs.0.send(job).map_err(|_| {
            MediaError::not_supported(
                "photos are drawn by the renderer, and this app has none; add Bevy's RenderPlugin",
            )
        })
    }

    /// Takes the next still that has arrived. `None` if none has.
    fn next_still(&mut self) -> Option<Result<StillAnswer, MediaError>> {
        match self.stills.as_ref()?.try_recv() {
            Ok(answer) => Some(answer),
            Err(TryRecvError::Empty) if self.since.elapsed() < LONGEST_EXPOSURE => None,
            Err(TryRecvError::Empty) => Some(Err(MediaError::unknown(format!(
                "the device took no photo for {} s; take another one",
                LONGEST_EXPOSURE.as_secs()
            )))),
            Err(TryRecvError::Disconnected) => Some(Err(ended())),
        }
    }

    /// Takes the next photo that was drawn. `None` if none was.
    fn next_photo(&mut self) -> Option<Result<Photo, MediaError>> {
        let result = match self.drawn.front()?.try_recv() {
            Ok(result) => result,
            Err(TryRecvError::Disconnected) => {
                Err(MediaError::unknown("the renderer dropped the photo; take another one"))
            }
            Err(TryRecvError::Empty) if self.taken > 0 && self.since.elapsed() >= LONGEST_EXPOSURE => {
                Err(MediaError::unknown(format!(
                    "the track showed no other frame for {} s, so the burst has {} photos; take fewer",
                    LONGEST_EXPOSURE.as_secs(),
                    self.taken
                )))
            }
            Err(TryRecvError::Empty) => return None,
        };
        self.since = Instant::now();
        Some(result.map(|(size, rgba)| Photo::new(size, rgba).taken_at(LocalTime::now())))
    }

    /// Whether all photos are taken, and the last step is to choose one.
    fn is_choosing(&self) -> bool {
        self.choice.is_some()
    }
}

fn ended() -> MediaError {
    MediaError::operation("the track ended before the photo was taken; take it of a live track")
}

/// Sends the stills that devices took to the renderer.
fn receive_stills(
    mut commands: Commands,
    mut requests: Query<(Entity, &mut Requested)>,
    jobs: Res<PhotoJobs>,
) {
    for (entity, mut requested) in &mut requests {
        let requested = &mut *requested;
        while let Some(answer) = requested.next_still() {
            requested.since = Instant::now();
            let sent = match answer {
                Ok(StillAnswer::Still(still)) => {
                    requested.received += 1;
                    requested.origin = PhotoOrigin::Still;
                    if requested.received == requested.options.burst {
                        requested.stills = None;
                    }
                    requested.draw(entity, Some(still), &jobs)
                }
                Ok(answer) => {
                    requested.stills = None;
                    if matches!(answer, StillAnswer::SharedFrame) {
                        requested.origin = PhotoOrigin::SharedFrame;
                    }
                    requested.draw(entity, None, &jobs)
                }
                Err(_) if requested.options.or_frame && requested.received == 0 => {
                    requested.stills = None;
                    requested.draw(entity, None, &jobs)
                }
                Err(error) => Err(error),
            };
            if let Err(error) = sent {
                fail(&mut commands, entity, error);
                requested.stills = None;
            }
        }
    }
}

/// Closes a request that needs no more answers.
fn close(commands: &mut Commands, entity: Entity) {
    commands.entity(entity).try_remove::<Requested>().try_insert(Answered);
}

/// Answers a request with an error, once.
fn fail(commands: &mut Commands, entity: Entity, error: MediaError) {
    close(commands, entity);
    commands.trigger(PhotoFailed { entity, error });
}

/// Answers requests with what the renderer replied.
fn answer(mut commands: Commands, mut requests: Query<(Entity, &mut Requested)>) {
    for (entity, mut requested) in &mut requests {
        let requested = &mut *requested;
        let Requested { track, origin, options, .. } = *requested;
        let taken = |photo, index| PhotoTaken { entity, track, photo, origin, index };
        while let Some(photo) = requested.next_photo() {
            let photo = match photo {
                Ok(photo) => photo,
                Err(error) => {
                    fail(&mut commands, entity, error);
                    requested.drawn.clear();
                    break;
                }
            };
            let index = requested.taken;
            requested.taken += 1;
            if options.sharpest && options.burst > 1 {
                requested.candidates.push(photo);
            } else {
                commands.trigger(taken(photo, index));
            }
            if requested.taken == requested.options.burst {
                requested.drawn.clear();
                let candidates = std::mem::take(&mut requested.candidates);
                if candidates.is_empty() {
                    close(&mut commands, entity);
                } else {
                    requested.choice =
                        Some(AsyncComputeTaskPool::get().spawn(async move { sharpest(candidates) }));
                }
            } else if requested.origin == PhotoOrigin::Still {
                // The next still has a receiver of its own.
                requested.drawn.pop_front();
            }
        }
        if let Some(choice) = &mut requested.choice
            && let Some(Some((index, photo))) = check_ready(choice)
        {
            commands.trigger(taken(photo, index as u32));
            close(&mut commands, entity);
        }
    }
}

/// Answers requests whose track ended before the photo was taken.
fn give_up(
    mut commands: Commands,
    requests: Query<(Entity, &Requested)>,
    tracks: Query<Option<&TrackState>, Photographable>,
) {
    for (entity, requested) in &requests {
        let is_live = matches!(tracks.get(requested.track), Ok(None | Some(TrackState::Live)));
        if !is_live && !requested.is_choosing() {
            fail(&mut commands, entity, ended());
        }
    }
}

/// Despawns the requests that were answered in an earlier frame and are not being delivered.
fn despawn_answered(mut commands: Commands, requests: Query<Entity, (With<Answered>, Without<Delivering>)>) {
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
