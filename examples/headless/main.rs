//! The whole pipeline with no window: a camera, a file or the synthetic camera, with effects, to photos and figures.
//! For servers and for tests from outside.
//!
//! ```text
//! cargo run --example headless -- --source synthetic --effects "sepia:amount=0.7+vignette" --photo out.png
//! ```

mod list;
mod options;
mod plugins;
mod report;

use std::{process::ExitCode, time::Duration};

use bevy::prelude::*;
use bevy_viewfinder::{prelude::*, track::FrameBroken};

use options::Options;

fn main() -> ExitCode {
    let options = match Options::parse() {
        Ok(Some(options)) => options,
        Ok(None) => {
            println!("{}", options::USAGE);
            return ExitCode::SUCCESS;
        }
        Err(error) => {
            eprintln!("error: {error}\n{}", options::USAGE);
            return ExitCode::from(2);
        }
    };
    if options.list {
        return match list::devices(&options) {
            Ok(()) => ExitCode::SUCCESS,
            Err(error) => fail(&error),
        };
    }
    let mut app = App::new();
    app.add_plugins((plugins::headless(Duration::from_millis(4)), ViewfinderPlugin));
    if options.list_effects {
        list::effects(app.world().resource());
        return ExitCode::SUCCESS;
    }
    app.init_resource::<Outcome>()
        .insert_resource(options)
        .add_systems(Startup, start)
        .add_systems(Update, (open.run_if(resource_exists::<Effects>), finish).chain());
    match app.run() {
        AppExit::Success => ExitCode::SUCCESS,
        AppExit::Error(code) => ExitCode::from(code.get()),
    }
}

/// Says on one line what went wrong.
fn fail(error: &MediaError) -> ExitCode {
    eprintln!("error: {}", error.to_string().replace('\n', " "));
    ExitCode::from(3)
}

/// What is still to be done, and what went wrong.
#[derive(Resource, Default)]
struct Outcome {
    live_at: Option<Duration>,
    photos_to_come: usize,
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
    if options.record.is_some() {
        outcome.error = Some(MediaError::not_supported("this build can't record; leave out --record"));
        return;
    }
    match registry.parse_stack(&options.effects) {
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
    let mut track = commands.spawn((VideoTrack, options.constraints(), stack, Mirrored::No));
    if let Some(source) = options.track_source() {
        track.insert(source);
    }
    track
        .observe(photograph)
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
        .observe(|broken: On<FrameBroken>, mut outcome: ResMut<Outcome>| {
            outcome.broken = Some(broken.error.clone());
        })
        .observe(|failed: On<EffectFailed>, mut outcome: ResMut<Outcome>| {
            outcome.error.get_or_insert(failed.error.clone());
        });
}

/// Once the track is live, takes the photos that are asked for.
fn photograph(
    live: On<TrackLive>,
    mut commands: Commands,
    options: Res<Options>,
    mut outcome: ResMut<Outcome>,
    time: Res<Time<Real>>,
) {
    outcome.live_at = Some(time.elapsed());
    let mut take = |request: TakePhoto, path: &std::path::Path| {
        outcome.photos_to_come += 1;
        commands
            .spawn(request)
            .observe(save_to_disk(path.to_owned()))
            .observe(|saved: On<PhotoSaved>, mut outcome: ResMut<Outcome>| {
                println!("photo: {}", saved.path.display());
                outcome.photos_to_come -= 1;
            })
            .observe(|failed: On<PhotoFailed>, mut outcome: ResMut<Outcome>| {
                outcome.error.get_or_insert(failed.error.clone());
            });
    };
    if let Some(path) = &options.photo {
        take(TakePhoto::of(live.entity), path);
    }
    if let Some(path) = &options.raw_photo {
        take(TakePhoto::of(live.entity).without_effects(), path);
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
    let mut fail_with = |error: &MediaError| {
        fail(error);
        exit.write(AppExit::from_code(3));
    };
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
    if outcome.photos_to_come > 0 || (ran < options.run_for() && !outcome.ended) {
        return;
    }
    if statistics.delivered_frames == 0 && !outcome.ended {
        return;
    }
    if let Some(path) = &options.stats
        && let Err(error) = report::write(path, settings, statistics, ran)
    {
        return fail_with(&MediaError::operation(format!("{}: {error}", path.display())));
    }
    exit.write(AppExit::Success);
}
