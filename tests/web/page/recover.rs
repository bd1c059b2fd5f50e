//! The recordings that earlier pages left.

use std::sync::{Arc, Mutex};

use bevy::{prelude::*, tasks::IoTaskPool};
use bevy_viewfinder::{
    prelude::*,
    recorder::{
        FindInterruptedRecordings, FindInterruptedRecordingsFailed, InterruptedRecording,
        InterruptedRecordingsFound,
    },
};
use serde::{Deserialize, Serialize};

use crate::{
    browser,
    report::{Failure, Report},
};

/// A command for a recording that was left.
#[derive(Deserialize, Debug, Clone, Copy, PartialEq, Eq)]
#[serde(rename_all = "snake_case")]
pub enum Recovery {
    /// Publishes its bytes under the name of its file.
    Read,
    /// Downloads it.
    Save,
    Delete,
}

/// The recordings of the last list, in the page's report.
#[derive(Serialize, Default, Debug)]
#[serde(rename_all = "camelCase")]
pub struct Interrupted {
    /// The number of lists.
    lists: u32,
    recordings: Vec<Left>,
    /// The number of commands that were carried out, and the errors of lists and of commands.
    done: usize,
    failed: Vec<Failure>,
}

#[derive(Serialize, Debug)]
#[serde(rename_all = "camelCase")]
struct Left {
    name: String,
    media_type: String,
    bytes: u64,
    seconds: f64,
    /// Milliseconds since the start of 1970.
    started: f64,
}

impl From<&InterruptedRecording> for Left {
    fn from(recording: &InterruptedRecording) -> Self {
        Self {
            name: recording.name.clone(),
            media_type: recording.media_type.clone(),
            bytes: recording.bytes,
            seconds: recording.length.as_secs_f64(),
            started: recording.started.as_secs_f64() * 1e3,
        }
    }
}

/// The recordings of the last list, and the outcomes of commands.
#[derive(Resource, Default)]
struct Recoveries {
    found: Vec<InterruptedRecording>,
    outcomes: Arc<Mutex<Vec<Result<(), MediaError>>>>,
}

pub fn find(commands: &mut Commands) {
    commands
        .spawn(FindInterruptedRecordings)
        .observe(
            |found: On<InterruptedRecordingsFound>,
             mut recoveries: ResMut<Recoveries>,
             mut report: ResMut<Report>| {
                report.interrupted.lists += 1;
                report.interrupted.recordings = found.recordings.iter().map(Left::from).collect();
                recoveries.found.clone_from(&found.recordings);
            },
        )
        .observe(|failed: On<FindInterruptedRecordingsFailed>, mut report: ResMut<Report>| {
            report.interrupted.failed.push(Failure::from(&failed.error));
        });
}

pub fn carry_out(file: String, recovery: Recovery, commands: &mut Commands) {
    commands.queue(move |world: &mut World| {
        let recoveries = world.resource::<Recoveries>();
        let Some(recording) = recoveries.found.iter().find(|found| found.name == file).cloned() else {
            world.resource_mut::<Report>().refuse(&file, "no such recording was listed".to_owned());
            return;
        };
        let outcomes = recoveries.outcomes.clone();
        let task = async move {
            let outcome = match recovery {
                Recovery::Read => {
                    recording.read().await.map(|bytes| browser::publish_bytes(&recording.name, &bytes))
                }
                Recovery::Save => recording.save(&recording.name).await,
                Recovery::Delete => recording.delete().await,
            };
            if let Ok(mut outcomes) = outcomes.lock() {
                outcomes.push(outcome);
            }
        };
        IoTaskPool::get().spawn(task).detach();
    });
}

pub fn plugin(app: &mut App) {
    app.init_resource::<Recoveries>().add_systems(PreUpdate, receive);
}

fn receive(recoveries: Res<Recoveries>, mut report: ResMut<Report>) {
    let Ok(mut outcomes) = recoveries.outcomes.lock() else { return };
    for outcome in outcomes.drain(..) {
        report.interrupted.done += 1;
        if let Err(error) = outcome {
            report.interrupted.failed.push(Failure::from(&error));
        }
    }
}
