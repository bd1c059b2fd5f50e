//! Downloads.

use std::path::PathBuf;

use bevy::prelude::*;

use super::{Photo, PhotoTaken, save::deliver_file};
use crate::error::MediaError;

/// Downloads a photo under this name when it was taken, in the format of the extension
/// ([`PhotoFormat::from_path`](super::PhotoFormat::from_path)), to the folder that the browser's user has chosen. The
/// answer is [`PhotoSaved`](super::PhotoSaved), as soon as the download begins, or [`PhotoFailed`](super::PhotoFailed).
///
/// Only browsers have downloads: elsewhere the answer is
/// [`NotSupported`](crate::error::ErrorName::NotSupported). [`save_to_disk`](super::save_to_disk) is for both.
pub fn download(name: impl Into<String>) -> impl FnMut(On<PhotoTaken>, Commands) {
    let name = name.into();
    move |taken, mut commands| {
        let (name, photo) = (name.clone(), taken.photo.clone());
        deliver_file(&mut commands, taken.entity, move || start(&photo, name));
    }
}

fn start(photo: &Photo, name: String) -> Result<PathBuf, MediaError> {
    if cfg!(target_family = "wasm") {
        photo.save(name)
    } else {
        Err(MediaError::not_supported(format!(
            "'{name}' can't be downloaded, because only browsers have downloads; use save_to_disk"
        )))
    }
}
