//! Saves photos: to disk on another thread, or as downloads in a browser.

#[cfg(not(target_family = "wasm"))]
mod disk;
#[cfg(target_family = "wasm")]
mod download;
mod file;
mod name;

use std::path::PathBuf;

use bevy::prelude::*;

#[cfg(not(target_family = "wasm"))]
use disk as target;
#[cfg(target_family = "wasm")]
use download as target;
pub use file::{IfExists, PhotoFile};

use super::{Photo, PhotoFormat, PhotoSaved, PhotoTaken, deliver};
use crate::error::MediaError;

/// Saves a photo to this file when it was taken, in the format of the extension ([`PhotoFormat::from_path`]). The
/// answer is [`PhotoSaved`] with the file's path, or [`PhotoFailed`](super::PhotoFailed).
///
/// A path alone never replaces a file: a second `me.png` becomes `me (1).png`. [`PhotoFile`] has other rules, and names
/// that come from elsewhere. The photo is written beside the file and renamed when it is complete, so a full disk or a
/// killed process leaves the files that were there.
///
/// In a browser the photo is downloaded under the file's name, to the user's folder of downloads.
///
/// ```
/// # use bevy::prelude::*;
/// use bevy_viewfinder::{photo::{IfExists, PhotoFile, PhotoFormat}, prelude::*};
///
/// # #[derive(Resource)] struct Guest { name: String }
/// fn shoot(mut commands: Commands, track: Single<Entity, With<VideoTrack>>, guest: Res<Guest>) {
///     let newest = PhotoFile::new("newest.png").if_exists(IfExists::Replace);
///     let for_guest = PhotoFile::in_folder("guests", &guest.name, PhotoFormat::jpeg());
///     commands.spawn(TakePhoto(*track)).observe(save_to_disk(newest)).observe(save_to_disk(for_guest));
/// }
/// # bevy::ecs::system::assert_is_system(shoot);
/// ```
pub fn save_to_disk(file: impl Into<PhotoFile>) -> impl FnMut(On<PhotoTaken>, Commands) {
    let file = file.into();
    move |taken, mut commands| {
        let (file, photo) = (file.clone(), taken.photo.clone());
        deliver_file(&mut commands, taken.entity, move || photo.save(file));
    }
}

/// Makes a file in the background, and answers with its path.
pub(super) fn deliver_file(
    commands: &mut Commands,
    request: Entity,
    save: impl FnOnce() -> Result<PathBuf, MediaError> + Send + 'static,
) {
    deliver::in_background(commands, request, move |reporter| match save() {
        Ok(path) => reporter.finish(|commands, entity| commands.trigger(PhotoSaved { entity, path })),
        Err(error) => reporter.fail(error),
    });
}

impl Photo {
    /// Saves the photo as [`save_to_disk`] does, and returns the path of the file. Slow: call it off the main thread.
    ///
    /// # Errors
    /// Those of [`PhotoFormat::from_path`], [`Photo::encode`] and [`MediaError::cannot_write`], and
    /// [`ErrorName::InvalidState`](crate::error::ErrorName::InvalidState) for a file that exists and may not be
    /// replaced ([`IfExists::Fail`]).
    pub fn save(&self, file: impl Into<PhotoFile>) -> Result<PathBuf, MediaError> {
        let file = file.into();
        let format = PhotoFormat::from_path(file.path())?;
        target::put(&file, format, &self.encode(format)?)
    }
}
