//! The statistics of tracks as Bevy diagnostics.

use bevy::{
    diagnostic::{Diagnostic, DiagnosticPath, DiagnosticsStore},
    prelude::*,
};

use super::{TrackStatistics, VideoTrack};

/// Adds the [`TrackStatistics`] of all tracks to Bevy's diagnostics, each track under a path of its own:
/// `viewfinder/ENTITY/frame_rate`.
///
/// It isn't part of [`ViewfinderPlugins`](crate::ViewfinderPlugins).
///
/// ```
/// # use bevy::{diagnostic::DiagnosticsStore, prelude::*};
/// use bevy_viewfinder::{prelude::*, track::TrackDiagnosticsPlugin};
///
/// fn print_rates(diagnostics: Res<DiagnosticsStore>, tracks: Query<Entity, With<VideoTrack>>) {
///     for track in &tracks {
///         let path = TrackDiagnosticsPlugin::path(track, &TrackDiagnosticsPlugin::FRAME_RATE);
///         let rate = diagnostics.get(&path).and_then(|rate| rate.smoothed());
///         println!("{track}: {rate:?} Hz");
///     }
/// }
/// # bevy::ecs::system::assert_is_system(print_rates);
/// ```
#[derive(Clone, Copy, Debug, Default)]
pub struct TrackDiagnosticsPlugin;

/// The number of measurements.
const COUNT: usize = 6;

/// The measurements of each track: name, unit, and value.
const MEASUREMENTS: [(DiagnosticPath, &str, fn(&TrackStatistics) -> f64); COUNT] = [
    (TrackDiagnosticsPlugin::FRAME_RATE, "Hz", |statistics| statistics.frame_rate),
    (TrackDiagnosticsPlugin::FRAME_AGE, "ms", |statistics| statistics.frame_age.as_secs_f64() * 1e3),
    (TrackDiagnosticsPlugin::DECODE_TIME, "ms", |statistics| statistics.decode_time.as_secs_f64() * 1e3),
    (TrackDiagnosticsPlugin::UPLOAD_TIME, "ms", |statistics| statistics.upload_time.as_secs_f64() * 1e3),
    (TrackDiagnosticsPlugin::DISCARDED_FRAMES, "", |statistics| statistics.discarded_frames as f64),
    (TrackDiagnosticsPlugin::BROKEN_FRAMES, "", |statistics| statistics.broken_frames as f64),
];

impl TrackDiagnosticsPlugin {
    /// Frames per second of the source, in Hz ([`TrackStatistics::frame_rate`]).
    pub const FRAME_RATE: DiagnosticPath = DiagnosticPath::const_new("frame_rate");
    /// Time from the capture of the last frame to its arrival on the GPU, in ms ([`TrackStatistics::frame_age`]).
    pub const FRAME_AGE: DiagnosticPath = DiagnosticPath::const_new("frame_age");
    /// Time to decode the last JPEG, in ms ([`TrackStatistics::decode_time`]).
    pub const DECODE_TIME: DiagnosticPath = DiagnosticPath::const_new("decode_time");
    /// Time to upload the last frame, in ms ([`TrackStatistics::upload_time`]).
    pub const UPLOAD_TIME: DiagnosticPath = DiagnosticPath::const_new("upload_time");
    /// Number of frames that a newer one replaced before they were shown ([`TrackStatistics::discarded_frames`]).
    pub const DISCARDED_FRAMES: DiagnosticPath = DiagnosticPath::const_new("discarded_frames");
    /// Number of frames that were dropped as corrupted ([`TrackStatistics::broken_frames`]).
    pub const BROKEN_FRAMES: DiagnosticPath = DiagnosticPath::const_new("broken_frames");

    /// The path of a measurement of one track.
    pub fn path(track: Entity, measurement: &DiagnosticPath) -> DiagnosticPath {
        DiagnosticPath::new(format!("viewfinder/{track}/{measurement}"))
    }
}

impl Plugin for TrackDiagnosticsPlugin {
    fn build(&self, app: &mut App) {
        app.init_resource::<DiagnosticsStore>().add_systems(Update, measure).add_observer(forget);
    }
}

/// The paths of a track's diagnostics, made once.
#[derive(Component, Debug)]
struct TrackDiagnostics([DiagnosticPath; COUNT]);

fn measure(
    mut commands: Commands,
    time: Res<Time<Real>>,
    mut store: ResMut<DiagnosticsStore>,
    tracks: Query<(Entity, &TrackStatistics, Option<&TrackDiagnostics>), With<VideoTrack>>,
) {
    let Some(now) = time.last_update() else { return };
    for (track, statistics, diagnostics) in &tracks {
        let Some(TrackDiagnostics(paths)) = diagnostics else {
            let paths = MEASUREMENTS.map(|(name, ..)| TrackDiagnosticsPlugin::path(track, &name));
            for (path, (_, unit, _)) in paths.iter().zip(MEASUREMENTS) {
                store.add(Diagnostic::new(path.clone()).with_suffix(unit));
            }
            commands.entity(track).try_insert(TrackDiagnostics(paths));
            continue;
        };
        for (path, (_, _, read)) in paths.iter().zip(MEASUREMENTS) {
            if let Some(diagnostic) = store.get_mut(path) {
                diagnostic.add_measurement(bevy::diagnostic::DiagnosticMeasurement {
                    time: now,
                    value: read(statistics),
                });
            }
        }
    }
}

/// Disables the diagnostics of a track that is gone.
fn forget(
    gone: On<Remove, TrackDiagnostics>,
    diagnostics: Query<&TrackDiagnostics>,
    mut store: ResMut<DiagnosticsStore>,
) {
    if let Ok(TrackDiagnostics(paths)) = diagnostics.get(gone.entity) {
        for path in paths {
            if let Some(diagnostic) = store.get_mut(path) {
                diagnostic.is_enabled = false;
                diagnostic.clear_history();
            }
        }
    }
}
