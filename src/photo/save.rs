//! Saves photos: to disk on another thread, or as downloads in a browser.

#[cfg(not(target_family = "wasm"))]
mod disk;
#[cfg(target_family = "wasm")]
mod download;

use std::path::{Path, PathBuf};

use bevy::{
    prelude::*,
    tasks::{AsyncComputeTaskPool, Task, futures::check_ready},
};

#[cfg(not(target_family = "wasm"))]
use disk as target;
#[cfg(target_family = "wasm")]
use download as target;

use super::{Photo, PhotoFailed, PhotoFormat, PhotoSaved, PhotoTaken};
use crate::{error::MediaError, systems::ViewfinderSystems};

/// Photos that are being encoded and written. The entity of the request lives until they are done.
#[derive(Component, Debug, Default)]
pub(super) struct Saving(Vec<Task<Result<PathBuf, MediaError>>>);

pub(super) fn plugin(app: &mut App) {
    app.add_systems(
        PreUpdate,
        report_saved.in_set(ViewfinderSystems::Receive).run_if(any_with_component::<Saving>),
    );
}

/// Saves a photo to this file when it was taken, in the format of the extension ([`PhotoFormat::from_path`]). The
/// answer is [`PhotoSaved`] or [`PhotoFailed`].
///
/// An older file is replaced once the new one is complete, which takes over its permissions. If the path is a symbolic
/// link, the file that it points to is replaced, and the link stays. A pipe or a device is written to.
///
/// In a browser the photo is downloaded under the file's name, to the user's folder of downloads.
pub fn save_to_disk(path: impl Into<PathBuf>) -> impl FnMut(On<PhotoTaken>, Commands) {
    let path = path.into();
    move |taken, mut commands| {
        let (path, photo) = (path.clone(), taken.photo.clone());
        let task = AsyncComputeTaskPool::get().spawn(async move { photo.save(&path).map(|()| path) });
        commands
            .entity(taken.entity)
            .entry::<Saving>()
            .or_default()
            .and_modify(|mut saving| saving.0.push(task));
    }
}

impl Photo {
    /// Saves the photo as [`save_to_disk`] does, and returns when it is done. Slow: call it off the main thread.
    ///
    /// # Errors
    /// Those of [`PhotoFormat::from_path`], [`Photo::encode`] and [`MediaError::cannot_write`].
    pub fn save(&self, path: &Path) -> Result<(), MediaError> {
        let format = PhotoFormat::from_path(path)?;
        target::put(path, format, &self.encode(format)?)
    }
}

/// Reports the photos that were saved, or that couldn't be.
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
            commands.entity(entity).try_remove::<Saving>();
        }
    }
}
