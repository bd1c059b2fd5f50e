//! The whole pipeline with no window: a camera, a file or the synthetic camera, with effects, to photos, a recording
//! and figures. For servers and for tests from outside.
//!
//! ```text
//! cargo run --example headless -- --source synthetic --effects "sepia:amount=0.7+vignette" --photo out.png
//! ```

mod list;
mod options;
mod record;
mod report;

use std::time::Duration;

use bevy::{
    prelude::*,
    render::error_handler::{RenderError, RenderErrorHandler, RenderErrorPolicy},
};
use bevy_viewfinder::{
    photo::{IfExists, PhotoFile},
    prelude::*,
    track::FrameCorrupted,
};
use viewfinder_examples::{fail, headless_app, misuse, parse_stack, print, without_gpu};

use options::Options;

fn main() -> AppExit {
    let done = match Options::parse() {
        Ok(Some(options)) => run(options),
        Ok(None) => print(options::USAGE).map(|()| AppExit::Success),
        Err(error) => return misuse(&format!("{error}; headless --help lists the options")),
    };
    done.unwrap_or_else(|error| fail(&error))
}

fn run(options: Options) -> Result<AppExit, MediaError> {
    if options.list {
        print(&list::devices(&options)?)?;
        return Ok(AppExit::Success);
    }
    if options.list_effects {
        print(&list::effects(without_gpu().world().resource()))?;
        return Ok(AppExit::Success);
    }
    Ok(headless_app(Duration::from_millis(4))?
        .init_resource::<Outcome>()
        .insert_resource(options)
        .insert_resource(RenderErrorHandler(stop))
        .add_systems(Startup, start)
        .add_systems(Update, (open.run_if(resource_exists::<Effects>), record::stop, finish).chain())
        .run())
}

/// Ends the app when the GPU fails: no photo is to be expected any more.
fn stop(failure: &RenderError, main_world: &mut World, _: &mut World) -> RenderErrorPolicy {
    let message = format!("the GPU failed ({:?}): {}", failure.ty, failure.description);
    main_world.resource_mut::<Outcome>().error.get_or_insert(MediaError::operation(message));
    RenderErrorPolicy::StopRendering
}

/// The work that is still to be done, and the first error.
#[derive(Resource, Default)]
struct Outcome {
    live_at: Option<Duration>,
    photos_to_come: usize,
    /// The recording isn't saved yet.
    records: bool,
    error: Option<MediaError>,
    /// Why the last broken frame couldn't be shown.
    broken: Option<MediaError>,
    ended: bool,
}

fn start(
    mut commands: Commands,
    options: Res<Options>,
    registry: Res<bevy_viewfinder::effect::EffectRegistry>,
    mut outcome: ResMut<Outcome>,
) {
    match parse_stack(&registry, &options.effects) {
        Ok(stack) => commands.insert_resource(Effects(stack)),
        Err(error) => outcome.error = Some(error),
    }
}

/// The effects of the track that is still to be opened.
#[derive(Resource)]
struct Effects(EffectStack);

/// Opens the track, once the pictures that effects have of their own are there: photos are to show them.
fn open(
    mut commands: Commands,
    options: Res<Options>,
    effects: Res<Effects>,
    assets: Res<AssetServer>,
    mut outcome: ResMut<Outcome>,
) {
    let Effects(stack) = &*effects;
    match stack.assets_loaded(&assets) {
        Ok(true) => {}
        Ok(false) => return,
        Err(error) => {
            outcome.error = Some(error);
            return;
        }
    }
    let stack = stack.clone();
    commands.remove_resource::<Effects>();
    // Photos have the size that the options ask for.
    let mut track = commands.spawn((VideoTrack, options.constraints(), stack, Mirroring::Off, HoldMode));
    if let Some(source) = options.track_source() {
        track.insert(source);
    }
    track
        .observe(capture)
        .observe(|failed: On<TrackFailed>, mut outcome: ResMut<Outcome>| {
            outcome.error.get_or_insert(failed.error.clone());
        })
        .observe(|ended: On<TrackEnded>, mut outcome: ResMut<Outcome>| {
            outcome.ended = true;
            if let Some(error) = &ended.error {
                // It says more than the photo that failed with it.
                outcome.error = Some(error.clone());
            }
        })
        .observe(|broken: On<FrameCorrupted>, mut outcome: ResMut<Outcome>| {
            outcome.broken = Some(broken.error.clone());
        })
        .observe(|failed: On<EffectFailed>, mut outcome: ResMut<Outcome>| {
            outcome.error.get_or_insert(failed.error.clone());
        });
}

/// Once the track is live, takes the photos and starts the recording that are asked for.
fn capture(
    live: On<TrackLive>,
    mut commands: Commands,
    options: Res<Options>,
    mut outcome: ResMut<Outcome>,
    time: Res<Time<Real>>,
) {
    outcome.live_at = Some(time.elapsed());
    let mut take = |options: PhotoOptions, path: &std::path::Path| {
        outcome.photos_to_come += 1;
        commands
            .spawn((TakePhoto(live.entity), options))
            .observe(save_to_disk(PhotoFile::new(path).if_exists(IfExists::Replace)))
            .observe(|saved: On<PhotoSaved>, mut outcome: ResMut<Outcome>| {
                outcome.photos_to_come -= 1;
                if let Err(error) = print(&format!("photo: {}\n", saved.path.display())) {
                    outcome.error.get_or_insert(error);
                }
            })
            .observe(|failed: On<PhotoFailed>, mut outcome: ResMut<Outcome>| {
                outcome.error.get_or_insert(failed.error.clone());
            });
    };
    if let Some(path) = &options.photo {
        take(PhotoOptions::new(), path);
    }
    if let Some(path) = &options.raw_photo {
        take(PhotoOptions::new().effects(false), path);
    }
    if let Some(path) = &options.record {
        outcome.records = true;
        record::start(&mut commands, live.entity, path);
    }
}

/// Ends the app when all is done, when something went wrong, or when the time is up.
fn finish(
    mut exit: MessageWriter<AppExit>,
    options: Res<Options>,
    outcome: Res<Outcome>,
    time: Res<Time<Real>>,
    track: Query<(Option<&VideoSettings>, &TrackStatistics), With<VideoTrack>>,
) {
    let mut fail_with = |error: &MediaError| _ = exit.write(fail(error));
    if let Some(error) = &outcome.error {
        return fail_with(error);
    }
    if time.elapsed() > options.timeout {
        let shown = track.iter().any(|(_, statistics)| statistics.delivered_frames > 0);
        let broken = outcome.broken.clone().filter(|_| !shown);
        return fail_with(&broken.unwrap_or_else(|| {
            MediaError::abort(format!(
                "not done within {} s; is the device stalled? --timeout sets another time",
                options.timeout.as_secs_f32()
            ))
        }));
    }
    let Some(live_at) = outcome.live_at else { return };
    let ran = time.elapsed().saturating_sub(live_at);
    let Ok((settings, statistics)) = track.single() else { return };
    if outcome.photos_to_come > 0 || outcome.records || (ran < options.run_for() && !outcome.ended) {
        return;
    }
    if statistics.delivered_frames == 0 && !outcome.ended {
        return;
    }
    if let Some(path) = &options.stats
        && let Err(error) = report::write(path, settings, statistics, ran)
    {
        return fail_with(&error);
    }
    exit.write(AppExit::Success);
}
