//! From photos to a strip on disk.

use std::path::{Path, PathBuf};

use bevy_viewfinder::{photo::Photo, prelude::*};

use crate::{strip, system};

/// The strip and its file.
#[derive(Debug, Clone)]
pub struct Developed {
    /// The strip. `None` if it can't be made.
    pub strip: Option<Photo>,
    /// The path of the file, or the error.
    pub saved: Result<PathBuf, MediaError>,
}

/// Puts photos on a strip and saves it. Slow: not for the main thread.
pub fn develop(photos: &[Photo], path: &Path) -> Developed {
    match strip::compose(photos, &system::now().to_string()) {
        Ok(strip) => Developed { saved: save(&strip, path), strip: Some(strip) },
        Err(error) => Developed { strip: None, saved: Err(error) },
    }
}

/// Saves a strip as PNG. Slow: not for the main thread.
///
/// # Errors
/// Errors of the disk or the browser.
pub fn save(strip: &Photo, path: &Path) -> Result<PathBuf, MediaError> {
    system::save(strip, path)?;
    Ok(path.to_owned())
}
