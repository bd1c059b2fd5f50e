//! A track's statistics among Bevy's diagnostics.

use bevy::{
    diagnostic::{Diagnostic, DiagnosticPath, DiagnosticsStore},
    prelude::*,
};

use super::{TrackStatistics, VideoTrack};

/// Puts what the tracks count into Bevy's diagnostics, at `viewfinder/ENTITY/frame_rate` (Hz),
/// `.../frame_age`, `.../decode_time`, `.../upload_time` (ms), `.../discarded_frames` and `.../broken_frames`.
#[derive(Clone, Copy, Debug, Default)]
pub struct TrackDiagnosticsPlugin;

/// What is measured of each track: its name, its unit, and how it is read.
const MEASURES: [(&str, &str, fn(&TrackStatistics) -> f64); 6] = [
    ("frame_rate", "Hz", |statistics| statistics.frame_rate),
    ("frame_age", "ms", |statistics| statistics.frame_age.as_secs_f64() * 1e3),
    ("decode_time", "ms", |statistics| statistics.decode_time.as_secs_f64() * 1e3),
    ("upload_time", "ms", |statistics| statistics.upload_time.as_secs_f64() * 1e3),
    ("discarded_frames", "", |statistics| statistics.discarded_frames as f64),
    ("broken_frames", "", |statistics| statistics.broken_frames as f64),
];

impl TrackDiagnosticsPlugin {
    /// Where a track's measure is found: `TrackDiagnosticsPlugin::path(track, "frame_age")`.
    pub fn path(track: Entity, measure: &str) -> DiagnosticPath {
        DiagnosticPath::new(format!("viewfinder/{track}/{measure}"))
    }
}

impl Plugin for TrackDiagnosticsPlugin {
    fn build(&self, app: &mut App) {
        app.init_resource::<DiagnosticsStore>().add_systems(Update, measure).add_observer(forget);
    }
}

/// The paths of a track's diagnostics, made once.
#[derive(Component, Debug)]
struct TrackDiagnostics([DiagnosticPath; MEASURES.len()]);

fn measure(
    mut commands: Commands,
    time: Res<Time<Real>>,
    mut store: ResMut<DiagnosticsStore>,
    tracks: Query<(Entity, &TrackStatistics, Option<&TrackDiagnostics>), With<VideoTrack>>,
) {
    let Some(now) = time.last_update() else { return };
    for (track, statistics, diagnostics) in &tracks {
        let Some(TrackDiagnostics(paths)) = diagnostics else {
            let paths = MEASURES.map(|(name, ..)| TrackDiagnosticsPlugin::path(track, name));
            for (path, (_, unit, _)) in paths.iter().zip(MEASURES) {
                store.add(Diagnostic::new(path.clone()).with_suffix(unit));
            }
            commands.entity(track).try_insert(TrackDiagnostics(paths));
            continue;
        };
        for (path, (_, _, read)) in paths.iter().zip(MEASURES) {
            if let Some(diagnostic) = store.get_mut(path) {
                diagnostic.add_measurement(bevy::diagnostic::DiagnosticMeasurement {
                    time: now,
                    value: read(statistics),
                });
            }
        }
    }
}

/// A track that is gone measures nothing more.
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
