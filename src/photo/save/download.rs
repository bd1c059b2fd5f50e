//! Saves photos as downloads of the browser.

use std::path::PathBuf;

use super::PhotoFile;
use crate::{
    error::MediaError,
    photo::PhotoFormat,
    web::{blob, download_blob, media_error},
};

/// Starts a download of these bytes. Returns the path that the app asked for: browsers don't tell the one they choose.
pub(super) fn put(file: &PhotoFile, format: PhotoFormat, bytes: &[u8]) -> Result<PathBuf, MediaError> {
    let blob = blob(bytes, format.mime_type())
        .map_err(|thrown| media_error(&thrown, "the photo can't be downloaded; take a smaller one"))?;
    download_blob(&blob, file.path())?;
    Ok(file.path().to_owned())
}
