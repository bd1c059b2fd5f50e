//! `--record`: a recording from the first frame on.

use std::path::Path;

use bevy::prelude::*;
use bevy_viewfinder::{
    photo::IfExists,
    prelude::*,
    recorder::{CommandRejected, RecorderStatistics},
};
use viewfinder_examples::print;

use crate::{Outcome, options::Options};

/// Starts the recording of a live track.
pub fn start(commands: &mut Commands, track: Entity, path: &Path) {
    let file = RecordingFile::new(path).if_exists(IfExists::Replace);
    commands
        .spawn((MediaRecorder::new(track), file))
        .observe(|rejected: On<CommandRejected>, mut outcome: ResMut<Outcome>| {
            outcome.error.get_or_insert(rejected.error.clone());
        })
        .observe(|failed: On<RecordingFailed>, mut outcome: ResMut<Outcome>| {
            outcome.error.get_or_insert(failed.error.clone());
        })
        .observe(|saved: On<RecordingSaved>, mut outcome: ResMut<Outcome>| {
            outcome.records = false;
            if let Err(error) = print(&format!("recording: {}\n", saved.path.display())) {
                outcome.error.get_or_insert(error);
            }
        })
        .trigger(StartRecording::new);
}

/// Stops a recording that is long enough. One of a file that came to its end stops by itself.
pub fn stop(
    mut commands: Commands,
    options: Res<Options>,
    recorders: Query<(Entity, &RecorderState, &RecorderStatistics)>,
) {
    for (recorder, state, statistics) in &recorders {
        if *state == RecorderState::Recording && statistics.length >= options.record_for() {
            commands.trigger(StopRecording::new(recorder));
        }
    }
}
