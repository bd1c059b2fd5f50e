//! From photos to a strip on disk.

use std::path::{Path, PathBuf};

use bevy_viewfinder::{photo::Photo, prelude::*};

use crate::{strip, system};

/// What came of it.
#[derive(Debug, Clone)]
pub struct Developed {
    /// The strip; none where it can't be made.
    pub strip: Option<Photo>,
    /// Where it was saved, or why it wasn't.
    pub saved: Result<PathBuf, MediaError>,
}

/// Puts photos on a strip and saves that. It takes a while: not on the main thread.
pub fn develop(photos: &[Photo], path: &Path) -> Developed {
    match strip::compose(photos, &system::now().to_string()) {
        Ok(strip) => Developed { saved: save(&strip, path), strip: Some(strip) },
        Err(error) => Developed { strip: None, saved: Err(error) },
    }
}

/// Saves a strip as PNG. It takes a while: not on the main thread.
///
/// # Errors
/// The disk's, or the browser's.
pub fn save(strip: &Photo, path: &Path) -> Result<PathBuf, MediaError> {
    system::save(strip, path)?;
    Ok(path.to_owned())
}
