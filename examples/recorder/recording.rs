//! The recorder: its commands, and its events as notices.

use std::path::PathBuf;

use bevy::prelude::*;
use bevy_viewfinder::{
    prelude::*,
    recorder::{CommandRejected, RecordingStarted, RecordingStopped},
};

use crate::{
    Action,
    arguments::Arguments,
    camera::{self, Viewfinder},
    figures::{bytes, clock},
    notice::Notice,
    types::Types,
};

/// The file that was saved last, until its recording has stopped.
#[derive(Component, Debug, Default)]
struct LastFile(Option<PathBuf>);

pub fn plugin(app: &mut App) {
    app.add_systems(Startup, setup.after(camera::open)).add_observer(act);
}

/// The recorder of the chosen type, and its file. Further recordings get a number: `recording (1).webm`.
fn of_type(track: Entity, types: &Types, arguments: &Arguments) -> (MediaRecorder, RecordingFile) {
    let (media_type, extension) =
        types.chosen().map_or(("", "webm"), |chosen| (chosen.media_type, chosen.extension));
    let path = arguments.folder.join("recording").with_extension(extension);
    (MediaRecorder::new(track).media_type(media_type), RecordingFile::new(path))
}

fn setup(
    mut commands: Commands,
    track: Single<Entity, With<Viewfinder>>,
    types: Res<Types>,
    arguments: Res<Arguments>,
) {
    commands
        .spawn((of_type(*track, &types, &arguments), LastFile::default()))
        .observe(|_: On<RecordingStarted>, mut notice: ResMut<Notice>| notice.clear())
        .observe(|saved: On<RecordingSaved>, mut last: Single<&mut LastFile>| {
            last.0 = Some(saved.path.clone());
        })
        .observe(tell_saved)
        .observe(|failed: On<RecordingFailed>, mut notice: ResMut<Notice>| notice.warn(&failed.error))
        .observe(|rejected: On<CommandRejected>, mut notice: ResMut<Notice>| notice.warn(&rejected.error));
}

fn tell_saved(stopped: On<RecordingStopped>, mut last: Single<&mut LastFile>, mut notice: ResMut<Notice>) {
    let Some(path) = last.0.take() else { return };
    let done = if cfg!(target_family = "wasm") { "Downloaded" } else { "Saved" };
    let path = std::path::absolute(&path).unwrap_or(path);
    let figures = stopped.statistics;
    notice.tell(
        format!("{done}: {}", path.display()),
        format!("{}, {}", clock(figures.length), bytes(figures.bytes)),
    );
}

fn act(
    action: On<Action>,
    mut commands: Commands,
    recorder: Single<(Entity, &RecorderState)>,
    track: Single<Entity, With<Viewfinder>>,
    mut types: ResMut<Types>,
    arguments: Res<Arguments>,
) {
    let (recorder, state) = *recorder;
    match (*action, state) {
        (Action::Record, RecorderState::Inactive) => commands.trigger(StartRecording::new(recorder)),
        (Action::Record, _) => commands.trigger(StopRecording::new(recorder)),
        (Action::Pause, RecorderState::Recording) => commands.trigger(PauseRecording::new(recorder)),
        (Action::Pause, RecorderState::Paused) => commands.trigger(ResumeRecording::new(recorder)),
        (Action::NextType, RecorderState::Inactive) if types.count() > 1 => {
            types.next();
            commands.entity(recorder).insert(of_type(*track, &types, &arguments));
        }
        _ => {}
    }
}
