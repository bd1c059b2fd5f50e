//! The booth without a window: four shots with four looks, then a strip.

use std::{path::PathBuf, time::Duration};

use bevy::{
    prelude::*,
    render::error_handler::{RenderError, RenderErrorHandler, RenderErrorPolicy},
    tasks::{AsyncComputeTaskPool, Task, futures::check_ready},
};
use bevy_viewfinder::{photo::Photo, prelude::*, track::FrameCorrupted};
use viewfinder_examples::{SourceArgument, fail, headless_app, note, print};

use crate::{
    develop::{self, Developed},
    look::{LOOKS, index_of},
    options::Options,
    strip::SHOTS,
};

/// The looks of the four shots.
const SHOWN: [&str; SHOTS] = ["Natural", "Comic", "Newsprint", "Thermal"];

/// The pause before a shot, for a webcam to adjust its exposure and for people to move.
const WARM_UP: Duration = Duration::from_millis(700);
const BETWEEN_SHOTS: Duration = Duration::from_millis(500);

/// Runs the booth until the strip is saved.
///
/// # Errors
/// [`ErrorName::NotSupported`] without a GPU.
pub fn run(options: Options) -> Result<AppExit, MediaError> {
    Ok(headless_app(Duration::from_millis(8))?
        .insert_resource(options)
        .insert_resource(RenderErrorHandler(stop))
        .init_resource::<Sitting>()
        .add_systems(Startup, start)
        .add_systems(Update, (shoot, finish).chain())
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
    developing: Option<Task<Developed>>,
    error: Option<MediaError>,
    /// The error of the last corrupt frame.
    broken: Option<MediaError>,
}

fn start(mut commands: Commands, options: Res<Options>) {
    let mut track = commands.spawn((VideoTrack, options.constraints(), EffectStack::new(), Mirroring::Off));
    if let Some(source) = options.track_source() {
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
                        MediaError::operation("the source came to its end before the fourth shot")
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
    options: Res<Options>,
    sources: Query<(), With<TrackSource>>,
    mut sitting: ResMut<Sitting>,
) {
    if options.source != SourceArgument::Default || sources.contains(failed.entity) {
        sitting.error.get_or_insert_with(|| failed.error.clone());
        return;
    }
    note(&format!("no camera: {}; continuing with the synthetic device", failed.error));
    commands.entity(failed.entity).insert((VideoTrack, TrackSource::synthetic()));
}

/// Takes the next shot when it is time.
fn shoot(
    mut commands: Commands,
    mut sitting: ResMut<Sitting>,
    time: Res<Time<Real>>,
    mut track: Query<(Entity, &mut EffectStack), With<VideoTrack>>,
) {
    if sitting.next_shot.is_none_or(|at| time.elapsed() < at) || sitting.photos.len() >= SHOTS {
        return;
    }
    let Ok((track, mut stack)) = track.single_mut() else { return };
    let look = SHOWN.get(sitting.photos.len()).and_then(|name| index_of(name)).unwrap_or_default();
    *stack = LOOKS[look].stack();
    sitting.next_shot = None;
    commands
        .spawn(GrabFrame(track))
        .observe(|taken: On<PhotoTaken>, mut sitting: ResMut<Sitting>, time: Res<Time<Real>>| {
            sitting.photos.push(taken.photo.clone());
            sitting.next_shot = Some(time.elapsed() + BETWEEN_SHOTS);
        })
        .observe(|failed: On<PhotoFailed>, mut sitting: ResMut<Sitting>| {
            sitting.error.get_or_insert_with(|| failed.error.clone());
        });
}

/// Starts the strip once all photos are taken. Ends the app when the strip is saved, after an error, or at the timeout.
fn finish(
    mut exit: MessageWriter<AppExit>,
    options: Res<Options>,
    mut sitting: ResMut<Sitting>,
    time: Res<Time<Real>>,
    track: Query<&TrackStatistics>,
) {
    if sitting.photos.len() == SHOTS && sitting.developing.is_none() {
        let photos = sitting.photos.clone();
        let folder = options.out.clone().unwrap_or_else(|| PathBuf::from("out"));
        let task = AsyncComputeTaskPool::get()
            .spawn(async move { develop::develop(&photos, &folder.join("strip.png")) });
        sitting.developing = Some(task);
    }
    if let Some(developed) = sitting.developing.as_mut().and_then(check_ready) {
        match developed.saved.and_then(|path| print(&format!("strip: {}\n", path.display()))) {
            Ok(()) => {
                exit.write(AppExit::Success);
                return;
            }
            Err(error) => sitting.error = Some(error),
        }
    }
    if time.elapsed() > options.timeout {
        let shown = track.iter().any(|statistics| statistics.delivered_frames > 0);
        let broken = sitting.broken.clone().filter(|_| !shown);
        sitting.error.get_or_insert_with(|| {
            broken.unwrap_or_else(|| {
                MediaError::abort(format!(
                    "no strip within {} s; is the camera stalled? --timeout sets another time",
                    options.timeout.as_secs_f32()
                ))
            })
        });
    }
    if let Some(error) = &sitting.error {
        exit.write(fail(error));
    }
}
