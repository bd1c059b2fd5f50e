//! Calibrates the webcam with a printed board of AprilTags: hold it still at different places and angles until all
//! views are taken. Key B shows the board, to print it or to film another screen. Space begins again. The result is
//! saved as `camera.yaml`, in the format of OpenCV. Without a webcam the example films a board of its own.

mod board;
mod collect;
mod screen;
mod simulation;

use bevy::{
    prelude::*,
    tasks::{AsyncComputeTaskPool, Task, futures::check_ready},
};
use bevy_viewfinder::{
    intrinsics::{Calibration, DistortionModel, calibrate},
    marker::{FiducialError, MarkerDetections, families},
    prelude::*,
};
use viewfinder_examples::fail;

use collect::{Advice, Collection, VIEWS};

/// The name of the file with the result.
const FILE: &str = "camera.yaml";

fn main() -> AppExit {
    if let Err(error) = require_gpu(&default()) {
        return fail(&error);
    }
    App::new()
        .add_plugins((DefaultPlugins, ViewfinderPlugins))
        .init_resource::<Collection>()
        .init_resource::<State>()
        .add_systems(Startup, (setup, screen::setup).chain())
        .add_systems(Update, (begin_again, collect, finish, simulation::move_board, screen::show).chain())
        .run()
}

/// The track that is calibrated.
#[derive(Component)]
struct Calibrated;

/// The state of the calibration.
#[derive(Resource)]
enum State {
    Collecting(Advice),
    Calculating(Task<Result<Calibration, FiducialError>>),
    Done(Calibration),
    Failed(String),
}

impl Default for State {
    fn default() -> Self {
        Self::Collecting(Advice::ShowBoard)
    }
}

fn setup(mut commands: Commands) {
    commands.spawn((Camera2d, IsDefaultUiCamera));
    let tracker = MarkerTracker::new().family(&families::TAG_36H11).max_size(UVec2::new(1920, 1080));
    let constraints = VideoConstraints::new().width(1280);
    commands.spawn((Calibrated, VideoTrack, constraints, Mirroring::Off, tracker)).observe(use_simulation);
}

/// Begins again at the press of a key.
fn begin_again(
    keys: Res<ButtonInput<KeyCode>>,
    mut state: ResMut<State>,
    mut collection: ResMut<Collection>,
) {
    if keys.just_pressed(KeyCode::Space) {
        *state = State::default();
        *collection = Collection::default();
    }
}

/// Takes views of the board until there are enough, and then calculates.
fn collect(
    mut state: ResMut<State>,
    mut collection: ResMut<Collection>,
    track: Option<
        Single<(&MarkerDetections, Option<&VideoSettings>), (With<Calibrated>, Changed<MarkerDetections>)>,
    >,
) {
    let (Some(track), State::Collecting(_)) = (track, &*state) else { return };
    let (detections, settings) = *track;
    let size = settings.map_or(detections.size, |settings| settings.size);
    let advice = collection.consider(&detections.markers, size);
    *state = State::Collecting(advice);
    if collection.views().len() == VIEWS {
        let views = collection.views().to_vec();
        let work = async move { calibrate(size.x, size.y, &views, DistortionModel::RadialTangential) };
        *state = State::Calculating(AsyncComputeTaskPool::get().spawn(work));
    }
}

/// Saves the result, and gives it to the track.
fn finish(mut commands: Commands, mut state: ResMut<State>, track: Single<Entity, With<Calibrated>>) {
    let State::Calculating(task) = &mut *state else { return };
    let Some(result) = check_ready(task) else { return };
    *state = match result {
        Ok(calibration) => {
            if let Ok(intrinsics) = CameraIntrinsics::try_from(calibration.camera) {
                commands.entity(*track).insert(intrinsics);
            }
            save(&calibration);
            State::Done(calibration)
        }
        Err(error) => State::Failed(error.to_string()),
    };
}

/// Writes the file on another thread. A page has no files: there the numbers are on the screen.
fn save(calibration: &Calibration) {
    #[cfg(not(target_family = "wasm"))]
    {
        let text = calibration.camera.to_opencv_yaml(Some(calibration.rms));
        let write = async move {
            match std::fs::write(FILE, text) {
                Ok(()) => info!("saved {FILE}"),
                Err(error) => error!("{FILE} can't be written: {error}; start the example in another folder"),
            }
        };
        bevy::tasks::IoTaskPool::get().spawn(write).detach();
    }
    #[cfg(target_family = "wasm")]
    let _ = calibration;
}

fn use_simulation(failed: On<TrackFailed>, mut commands: Commands) {
    warn!("no webcam: this is a rendered board. {}", failed.error);
    commands.insert_resource(Collection::default());
    commands.run_system_cached_with(simulation::build, failed.entity);
}
