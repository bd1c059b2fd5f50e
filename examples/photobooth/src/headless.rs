//! The booth without a window: four shots with four looks, and two recordings. They become a strip, a collage, a GIF, a
//! boomerang and a clip.

use std::{collections::VecDeque, path::PathBuf, time::Duration};

use bevy::{
    prelude::*,
    render::error_handler::{RenderError, RenderErrorHandler, RenderErrorPolicy},
    tasks::{AsyncComputeTaskPool, Task, futures::check_ready},
};
use bevy_viewfinder::{
    photo::{Fit, Photo},
    prelude::*,
    recorder::RecorderStatistics,
    track::FrameCorrupted,
};
use photobooth::words::Words;
use viewfinder_examples::{SourceArgument, fail, headless_app, note, print};

use crate::{
    animation::Animation,
    booth::{Layouts, lines},
    clip::{self, ClipFile, ClipRecorder},
    develop::{self, Developed, Negative},
    layout::Kind,
    look::Looks,
    options::Options,
    recording::Recording,
    settings::Settings,
    sticker::Stickers,
};

/// The looks of the shots.
const SHOWN: [&str; 4] = ["Natural", "Comic", "Newsprint", "Thermal"];

/// The pause before a shot, for a webcam to adjust its exposure and for people to move.
const WARM_UP: Duration = Duration::from_millis(700);
const BETWEEN_SHOTS: Duration = Duration::from_millis(500);

/// Runs the booth until its results are saved.
///
/// # Errors
/// [`ErrorName::NotSupported`] without a GPU.
pub fn run(options: Options, layouts: Layouts) -> Result<AppExit, MediaError> {
    Ok(headless_app(Duration::from_millis(8))?
        .insert_resource(options.settings.clone())
        .insert_resource(Looks::new(None, &options.settings))
        .insert_resource(options)
        .insert_resource(layouts)
        .insert_resource(RenderErrorHandler(stop))
        .init_resource::<Sitting>()
        .add_systems(Startup, start)
        .add_systems(Update, (shoot, record, film, finish).chain())
        .run())
}

/// Ends the app when the GPU fails: no photo will come any more.
fn stop(failure: &RenderError, main_world: &mut World, _: &mut World) -> RenderErrorPolicy {
    let message = format!("the GPU failed ({:?}): {}", failure.ty, failure.description);
    main_world.resource_mut::<Sitting>().error.get_or_insert(MediaError::operation(message));
    RenderErrorPolicy::StopRendering
}

/// The progress.
#[derive(Resource, Default)]
struct Sitting {
    /// The time of the next shot. `None` without a device, or while a shot is being taken.
    next_shot: Option<Duration>,
    photos: Vec<Photo>,
    recording: Option<Recording>,
    /// The frames of the boomerang.
    frames: Option<Vec<(Duration, Photo)>>,
    clip: Option<ClipFile>,
    /// The results that are still to be made. `None` before the recordings have ended.
    results: Option<VecDeque<Undeveloped>>,
    developing: Option<(&'static str, Task<Developed>)>,
    error: Option<MediaError>,
    /// The error of the last corrupt frame.
    broken: Option<MediaError>,
}

/// A result that is still to be made: its name, the name of its file without the extension, and its parts.
type Undeveloped = (&'static str, &'static str, Negative);

fn start(mut commands: Commands, settings: Res<Settings>) {
    let mut track = commands.spawn((VideoTrack, settings.constraints(), EffectStack::new(), Mirroring::Off));
    if let Some(source) = settings.track_source() {
        track.insert(source);
    }
    track
        .observe(|_: On<TrackLive>, mut sitting: ResMut<Sitting>, time: Res<Time<Real>>| {
            sitting.next_shot = Some(time.elapsed() + WARM_UP);
        })
        .observe(go_on_without_a_camera)
        .observe(|ended: On<TrackEnded>, mut sitting: ResMut<Sitting>| {
            match &ended.error {
                // The cause is more helpful than the failed shot.
                Some(error) => sitting.error = Some(error.clone()),
                None => {
                    sitting.error.get_or_insert_with(|| {
                        MediaError::operation(
                            "the source came to its end before the last shot; use a longer one",
                        )
                    });
                }
            }
        })
        .observe(|broken: On<FrameCorrupted>, mut sitting: ResMut<Sitting>| {
            sitting.broken = Some(broken.error.clone());
        })
        .observe(|failed: On<EffectFailed>, mut sitting: ResMut<Sitting>| {
            sitting.error.get_or_insert_with(|| failed.error.clone());
        });
}

/// Without a webcam the synthetic device is used, unless a certain device was requested.
fn go_on_without_a_camera(
    failed: On<TrackFailed>,
    mut commands: Commands,
    settings: Res<Settings>,
    sources: Query<(), With<TrackSource>>,
    mut sitting: ResMut<Sitting>,
) {
    if settings.source != SourceArgument::Default || sources.contains(failed.entity) {
        sitting.error.get_or_insert_with(|| failed.error.clone());
        return;
    }
    note(&format!("no camera: {}; continuing with the synthetic device", failed.error));
    commands.entity(failed.entity).insert((VideoTrack, TrackSource::synthetic()));
}

/// Takes the next shot when it is time, and starts the recordings after the last.
fn shoot(
    mut commands: Commands,
    mut sitting: ResMut<Sitting>,
    time: Res<Time<Real>>,
    settings: Res<Settings>,
    looks: Res<Looks>,
    mut track: Query<(Entity, &mut EffectStack, Option<&VideoSettings>), With<VideoTrack>>,
) {
    if sitting.next_shot.is_none_or(|at| time.elapsed() < at) {
        return;
    }
    let Ok((track, mut stack, shape)) = track.single_mut() else { return };
    sitting.next_shot = None;
    let Some(look) = SHOWN.get(sitting.photos.len()) else {
        *stack = EffectStack::new();
        let boomerang = &settings.boomerang;
        let (length, aspect) =
            (Duration::from_secs_f32(boomerang.seconds), shape.map_or(1.0, VideoSettings::aspect_ratio));
        let (rate, width) = (boomerang.frame_rate, boomerang.width);
        sitting.recording = Some(Recording::new(time.elapsed(), length, rate, width, aspect));
        clip::record(&mut commands, track);
        return;
    };
    *stack = looks.stack(looks.index_of(look).unwrap_or_default());
    commands
        .spawn(GrabFrame(track))
        .observe(|taken: On<PhotoTaken>, mut sitting: ResMut<Sitting>, time: Res<Time<Real>>| {
            sitting.photos.push(taken.photo.clone());
            sitting.next_shot = Some(time.elapsed() + BETWEEN_SHOTS);
        })
        .observe(fail_shot);
}

fn fail_shot(failed: On<PhotoFailed>, mut sitting: ResMut<Sitting>) {
    sitting.error.get_or_insert_with(|| failed.error.clone());
}

/// Takes the frames of the boomerang.
fn record(
    mut commands: Commands,
    mut sitting: ResMut<Sitting>,
    time: Res<Time<Real>>,
    track: Query<Entity, With<VideoTrack>>,
) {
    let (Some(recording), Ok(track)) = (&mut sitting.recording, track.single()) else { return };
    if let Some(at) = recording.due(time.elapsed()) {
        let options = PhotoOptions::new().canvas(recording.size, Fit::Cover);
        commands
            .spawn((GrabFrame(track), options))
            .observe(move |taken: On<PhotoTaken>, mut sitting: ResMut<Sitting>| {
                if let Some(recording) = &mut sitting.recording {
                    recording.add(at, taken.photo.clone());
                }
            })
            .observe(fail_shot);
    }
    if let Some(frames) = recording.finish(time.elapsed()) {
        sitting.recording = None;
        sitting.frames = Some(frames);
    }
}

/// Stops the clip when it is long enough, and takes it.
fn film(
    mut commands: Commands,
    mut sitting: ResMut<Sitting>,
    settings: Res<Settings>,
    mut recorders: Query<(Entity, &RecorderState, &RecorderStatistics, &mut ClipRecorder)>,
) {
    for (recorder, state, statistics, mut clip) in &mut recorders {
        let is_long_enough = statistics.length.as_secs_f32() >= settings.clip.seconds;
        if *state == RecorderState::Recording && is_long_enough {
            commands.trigger(StopRecording::new(recorder));
        }
        match clip.result.take() {
            Some(Ok(file)) => sitting.clip = Some(file),
            Some(Err(error)) => _ = sitting.error.get_or_insert(error),
            None => {}
        }
    }
}

/// The results, from the photos, the frames of the boomerang, and the clip.
fn results(
    photos: &[Photo],
    frames: Vec<(Duration, Photo)>,
    clip: ClipFile,
    settings: &Settings,
    layouts: &Layouts,
) -> VecDeque<Undeveloped> {
    let words = Words::new(settings.first_language());
    let print = |kind| {
        let mut of_kind = layouts.0.iter().filter(move |template| template.layout.kind == kind);
        let template = of_kind.next()?.clone();
        Some(Negative::Print { template, photos: photos.to_vec(), lines: lines(settings, &words) })
    };
    let pause = Duration::from_secs_f32(settings.gif.pause);
    let shots = Negative::Shots { photos: photos.to_vec(), pause, width: settings.gif.width };
    [
        ("strip", "strip", print(Kind::Strip)),
        ("collage", "collage", print(Kind::Collage)),
        ("GIF", "animation", Some(shots)),
        ("boomerang", "boomerang", Some(Negative::Recording(frames, Stickers::default()))),
        ("clip", "clip", Some(Negative::Clip(clip, Animation::default()))),
    ]
    .into_iter()
    .filter_map(|(name, file, negative)| Some((name, file, negative?)))
    .collect()
}

/// Makes one result after the other once all is taken. Ends the app after the last, after an error, or at the timeout.
fn finish(
    mut exit: MessageWriter<AppExit>,
    options: Res<Options>,
    layouts: Res<Layouts>,
    mut sitting: ResMut<Sitting>,
    time: Res<Time<Real>>,
    track: Query<&TrackStatistics>,
) {
    let sitting = &mut *sitting;
    if sitting.clip.is_some()
        && let Some(frames) = sitting.frames.take()
        && let Some(clip) = sitting.clip.take()
    {
        sitting.results = Some(results(&sitting.photos, frames, clip, &options.settings, &layouts));
    }
    if let Some((name, task)) = &mut sitting.developing
        && let Some(developed) = check_ready(task)
    {
        let printed = developed.saved.and_then(|path| print(&format!("{name}: {}\n", path.display())));
        sitting.developing = None;
        if let Err(error) = printed {
            sitting.error.get_or_insert(error);
        }
    }
    if let Some(results) = &mut sitting.results
        && sitting.developing.is_none()
        && sitting.error.is_none()
    {
        let Some((name, file, negative)) = results.pop_front() else {
            exit.write(AppExit::Success);
            return;
        };
        let folder = options.settings.out.clone().unwrap_or_else(|| PathBuf::from("out"));
        let path = folder.join(file).with_extension(negative.extension());
        let task = AsyncComputeTaskPool::get().spawn(async move { develop::develop(&negative, &path) });
        sitting.developing = Some((name, task));
    }
    if time.elapsed() > options.timeout {
        let shown = track.iter().any(|statistics| statistics.delivered_frames > 0);
        let broken = sitting.broken.clone().filter(|_| !shown);
        sitting.error.get_or_insert_with(|| {
            broken.unwrap_or_else(|| {
                MediaError::abort(format!(
                    "not all results within {} s; is the camera stalled? --timeout sets another time",
                    options.timeout.as_secs_f32()
                ))
            })
        });
    }
    if let Some(error) = &sitting.error {
        exit.write(fail(error));
    }
}
