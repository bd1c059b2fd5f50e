//! Files from the desktop's dialog, and files dropped onto a window.

#[cfg(feature = "dialog")]
mod dialog;
pub(crate) mod identify;

use std::{collections::VecDeque, path::PathBuf};

use bevy::{
    prelude::*,
    tasks::{IoTaskPool, Task, futures::check_ready},
    window::FileDragAndDrop,
};

use super::{AcceptDrops, FileKind, PickedFile, answer};
use crate::{error::MediaError, systems::ViewfinderSystems};
use identify::identify;

pub(super) fn plugin(app: &mut App) {
    app.add_message::<FileDragAndDrop>().add_systems(
        PreUpdate,
        (
            report_examined.run_if(any_with_component::<Examining>),
            accept_drops.run_if(on_message::<FileDragAndDrop>),
        )
            .chain()
            .in_set(ViewfinderSystems::Receive),
    );
    #[cfg(feature = "dialog")]
    app.add_plugins(dialog::plugin);
    #[cfg(not(feature = "dialog"))]
    app.add_systems(
        PreUpdate,
        reject_dialogs.in_set(ViewfinderSystems::Receive).run_if(any_match_filter::<Added<super::PickFile>>),
    );
}

/// Answers requests for a dialog, of which this build has none.
#[cfg(not(feature = "dialog"))]
fn reject_dialogs(mut commands: Commands, requests: Query<Entity, Added<super::PickFile>>) {
    for entity in &requests {
        let error = MediaError::not_supported(
            "this build has no file dialog; enable the feature `dialog`, drop a file onto the window, or use a FileSource \
             of its path",
        );
        answer(&mut commands, entity, Some(Err(error)));
        commands.entity(entity).try_despawn();
    }
}

/// Dropped files whose first bytes are being read, oldest first.
#[derive(Component, Debug, Default)]
struct Examining(VecDeque<Task<Result<PickedFile, MediaError>>>);

/// Examines dropped files on another thread: a disk can be slow.
fn accept_drops(
    mut commands: Commands,
    mut drops: MessageReader<FileDragAndDrop>,
    targets: Query<(Entity, &AcceptDrops)>,
) {
    let dropped: Vec<PathBuf> = drops
        .read()
        .filter_map(|drop| match drop {
            FileDragAndDrop::DroppedFile { path_buf, .. } => Some(path_buf.clone()),
            _ => None,
        })
        .collect();
    if dropped.is_empty() {
        return;
    }
    for (entity, AcceptDrops { kind }) in &targets {
        let (dropped, kind) = (dropped.clone(), *kind);
        let task = IoTaskPool::get().spawn(async move { first_accepted(&dropped, kind) });
        commands
            .entity(entity)
            .entry::<Examining>()
            .or_default()
            .and_modify(|mut examining| examining.0.push_back(task));
    }
}

/// The first file that is accepted, or else the error of the first.
fn first_accepted(paths: &[PathBuf], kind: FileKind) -> Result<PickedFile, MediaError> {
    let mut files = paths.iter().map(|path| identify(path, kind));
    let first = files.next().unwrap_or_else(|| Err(kind.rejection("the drop")));
    if first.is_ok() { first } else { files.find(Result::is_ok).unwrap_or(first) }
}

/// Reports files that were examined.
fn report_examined(mut commands: Commands, mut targets: Query<(Entity, &mut Examining), With<AcceptDrops>>) {
    for (entity, mut examining) in &mut targets {
        while let Some(file) = examining.0.front_mut().and_then(check_ready) {
            examining.0.pop_front();
            answer(&mut commands, entity, Some(file));
        }
        if examining.0.is_empty() {
            commands.entity(entity).try_remove::<Examining>();
        }
    }
}

#[cfg(test)]
mod tests {
    use std::fs;

    use super::*;
    use crate::error::ErrorName;

    #[test]
    fn of_several_files_the_first_that_matches_is_taken() {
        let folder = tempfile::tempdir().expect("a temporary folder");
        let path = |name: &str| folder.path().join(name);
        fs::write(path("notes.png"), "no picture").expect("a temporary folder");
        fs::write(path("film.y4m"), "YUV4MPEG2 W1 H1\nFRAME\n").expect("a temporary folder");
        fs::write(path("photo.txt"), b"\xff\xd8\xff\xe0").expect("a temporary folder");
        let paths = ["notes.png", "film.y4m", "photo.txt"].map(path);
        let name = |kind| first_accepted(&paths, kind).map(|file| file.name);
        assert_eq!(name(FileKind::Any).as_deref(), Ok("film.y4m"));
        assert_eq!(name(FileKind::Image).as_deref(), Ok("photo.txt"));
        let error = first_accepted(&paths[..1], FileKind::Any).expect_err("no picture");
        assert_eq!(error.name, ErrorName::NotSupported);
        assert!(error.message.contains("notes.png"), "{error}");
    }
}
