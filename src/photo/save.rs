//! Writes photos to disk, on another thread.

use std::{
    io,
    path::{Path, PathBuf},
};

use bevy::{
    prelude::*,
    tasks::{AsyncComputeTaskPool, Task, futures::check_ready},
};

use super::{Photo, PhotoFailed, PhotoFormat, PhotoSaved, PhotoTaken};
use crate::error::MediaError;

/// Photos that are being encoded and written. Their request stays until they are done.
#[derive(Component, Debug, Default)]
pub(super) struct Saving(Vec<Task<Result<PathBuf, MediaError>>>);

pub(super) fn plugin(app: &mut App) {
    app.add_systems(PreUpdate, report_saved);
}

/// Saves a photo to this file when it was taken; the extension says the format ([`PhotoFormat::of_path`]). The
/// answer is [`PhotoSaved`] or [`PhotoFailed`]. An older file of the name is replaced only once the new one is
/// written whole.
pub fn save_to_disk(path: impl Into<PathBuf>) -> impl FnMut(On<PhotoTaken>, Commands) {
    let path = path.into();
    move |taken, mut commands| {
        let (path, photo) = (path.clone(), taken.photo.clone());
        let task = AsyncComputeTaskPool::get().spawn(async move { save(&photo, &path).map(|()| path) });
        commands
            .entity(taken.entity)
            .entry::<Saving>()
            .or_default()
            .and_modify(|mut saving| saving.0.push(task));
    }
}

/// Encodes and writes.
fn save(photo: &Photo, path: &Path) -> Result<(), MediaError> {
    let bytes = photo.encode(PhotoFormat::of_path(path)?)?;
    // Written beside it first, so that a full disk leaves neither half a photo nor takes the older one along.
    let mut part = path.as_os_str().to_owned();
    part.push(".part");
    let part = PathBuf::from(part);
    std::fs::write(&part, bytes).and_then(|()| std::fs::rename(&part, path)).map_err(|error| {
        let _ = std::fs::remove_file(&part);
        disk_error(path, &error)
    })
}

/// An error of the disk by the standard's names.
fn disk_error(path: &Path, error: &io::Error) -> MediaError {
    let message = format!("{}: {error}", path.display());
    match error.kind() {
        io::ErrorKind::PermissionDenied | io::ErrorKind::ReadOnlyFilesystem => {
            MediaError::not_allowed(message)
        }
        io::ErrorKind::NotFound | io::ErrorKind::NotADirectory => MediaError::not_found(message),
        _ => MediaError::operation(message),
    }
}

/// Says what became of the photos that were being saved.
fn report_saved(mut commands: Commands, mut savings: Query<(Entity, &mut Saving)>) {
    for (entity, mut saving) in &mut savings {
        saving.0.retain_mut(|task| match check_ready(task) {
            Some(Ok(path)) => {
                commands.trigger(PhotoSaved { entity, path });
                false
            }
            Some(Err(error)) => {
                commands.trigger(PhotoFailed { entity, error });
                false
            }
            None => true,
        });
        if saving.0.is_empty() {
            commands.entity(entity).remove::<Saving>();
        }
    }
}
