//! A recording that an earlier page left.

use std::{path::Path, time::Duration};

use bevy::prelude::*;

use super::content::Content;
use crate::error::MediaError;

/// A recording that an earlier page left when it was closed or killed, up to the last second before.
///
/// The browser keeps it until [`delete`](Self::delete). [`read`](Self::read), [`save`](Self::save) and `delete` wait
/// for the browser, so spawn them on a task pool:
///
/// ```
/// # use bevy::{prelude::*, tasks::IoTaskPool};
/// use bevy_viewfinder::recorder::*;
///
/// fn find(mut commands: Commands) {
///     commands.spawn(FindInterruptedRecordings).observe(save);
/// }
///
/// fn save(found: On<InterruptedRecordingsFound>) {
///     for recording in found.recordings.clone() {
///         let task = async move {
///             match recording.save(&recording.name).await {
///                 Ok(()) => info!("{}: {:?} were saved", recording.name, recording.length),
///                 Err(error) => warn!("{error}"),
///             }
///         };
///         IoTaskPool::get().spawn(task).detach();
///     }
/// }
/// # bevy::ecs::system::assert_is_system(find);
/// ```
#[derive(Clone, Debug, Reflect)]
#[reflect(opaque)]
#[reflect(Debug, Clone)]
#[non_exhaustive]
pub struct InterruptedRecording {
    /// The name of its file, without a path.
    pub name: String,
    /// The type in full: `video/webm;codecs=vp8`.
    pub media_type: String,
    /// The number of bytes that are stored.
    pub bytes: u64,
    /// The length, without pauses.
    pub length: Duration,
    /// The time at which it was started, since the start of 1970 in UTC.
    pub started: Duration,
    pub(super) content: Content,
}

impl InterruptedRecording {
    /// The bytes of its file. A WebM or Matroska file has its duration.
    ///
    /// # Errors
    /// [`ErrorName::NotFound`](crate::error::ErrorName::NotFound) if it was deleted meanwhile,
    /// [`ErrorName::Data`](crate::error::ErrorName::Data) if nothing of it can be read,
    /// [`ErrorName::NotSupported`](crate::error::ErrorName::NotSupported) if the page may store nothing any more, and
    /// [`ErrorName::Operation`](crate::error::ErrorName::Operation) if there is no memory for it.
    pub async fn read(&self) -> Result<Vec<u8>, MediaError> {
        self.content.read().await
    }

    /// Starts a download of its file under the path's last component. The browser's copy stays: a user may cancel a
    /// download.
    ///
    /// # Errors
    /// Those of [`read`](Self::read), and `Operation` if the browser refuses the download.
    pub async fn save(&self, path: impl AsRef<Path>) -> Result<(), MediaError> {
        self.content.save(path.as_ref()).await
    }

    /// Deletes the browser's copy. One that is deleted already is no error.
    ///
    /// # Errors
    /// `NotSupported` if the page may store nothing any more, and `Operation` if the browser can't delete it.
    pub async fn delete(&self) -> Result<(), MediaError> {
        self.content.delete().await
    }
}
