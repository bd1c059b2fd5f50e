//! Uploads: photos and files to a server, over HTTP or HTTPS.
//!
//! Nothing is sent unless the app spawns a request with [`upload`] or [`UploadFile`], and nothing is sent anywhere but
//! to the URL that it names.

mod events;
mod failure;
mod job;
#[cfg(not(target_family = "wasm"))]
mod native;
mod options;
#[cfg(target_family = "wasm")]
mod web;

use std::{
    path::{Path, PathBuf},
    sync::Arc,
};

use bevy::prelude::*;

pub use events::{UploadFailed, UploadProgress, Uploaded};
use job::{Content, Job};
#[cfg(not(target_family = "wasm"))]
use native as platform;
pub use options::Upload;
#[cfg(target_family = "wasm")]
use web as platform;

use super::{
    PhotoTaken,
    deliver::{self, HandedOver},
};
use crate::{media_type, systems::ViewfinderSystems};

/// Uploads a photo when it was taken: by default as the file `photo` of a form (`multipart/form-data`), as PNG. The
/// answer is [`Uploaded`] or [`UploadFailed`], after any number of [`UploadProgress`]. Despawning the request cancels
/// the upload.
///
/// ```
/// # use bevy::prelude::*;
/// use bevy_viewfinder::{photo::{PhotoFormat, Upload, UploadFailed, Uploaded, upload}, prelude::*};
///
/// fn shoot(mut commands: Commands, track: Single<Entity, With<VideoTrack>>) {
///     let to = Upload::new("https://example.com/photos").format(PhotoFormat::jpeg()).text("event", "Wedding");
///     commands
///         .spawn(TakePhoto(*track))
///         .observe(upload(to))
///         .observe(|uploaded: On<Uploaded>| info!("the server says {}", uploaded.text()))
///         .observe(|failed: On<UploadFailed>| warn!("{}", failed.error));
/// }
/// # bevy::ecs::system::assert_is_system(shoot);
/// ```
pub fn upload(to: impl Into<Upload>) -> impl FnMut(On<PhotoTaken>, Commands) {
    let to = to.into();
    move |taken, mut commands| {
        let format = to.format;
        let job = Job {
            content: Content::Photo(taken.photo.clone(), format),
            name: to.name.clone().unwrap_or_else(|| format!("photo.{}", format.extension())),
            media_type: format.mime_type().to_owned(),
            to: to.clone(),
        };
        start(&mut commands, taken.entity, job);
    }
}

/// Uploads a file, unchanged: a recording, or a file that the user picked.
///
/// Spawn it on an entity of its own. The answer, [`Uploaded`] or [`UploadFailed`], is triggered on that entity, which
/// is then despawned. Despawning it earlier cancels the upload.
///
/// A file on disk is read while it is sent, so its size doesn't matter for the app's memory.
#[derive(Component, Clone, Debug, Reflect)]
#[reflect(opaque)]
#[reflect(Component, Debug, Clone)]
pub struct UploadFile {
    content: Content,
    name: String,
    media_type: String,
    to: Upload,
}

impl UploadFile {
    /// The file of this path. Its media type is that of its extension. Pages can't read files by their paths: in a
    /// browser the answer is [`NotSupported`](crate::error::ErrorName::NotSupported).
    pub fn path(path: impl Into<PathBuf>, to: impl Into<Upload>) -> Self {
        let path = path.into();
        let name = path.file_name().map(|name| name.to_string_lossy().into_owned()).unwrap_or_default();
        let media_type = media_type_of(&path).to_owned();
        Self { content: Content::File(path), name, media_type, to: to.into() }
    }

    /// A file of these bytes, of this name and media type (`image/png`).
    pub fn bytes(
        bytes: impl Into<Arc<[u8]>>,
        name: impl Into<String>,
        media_type: impl Into<String>,
        to: impl Into<Upload>,
    ) -> Self {
        Self {
            content: Content::Bytes(bytes.into()),
            name: name.into(),
            media_type: media_type.into(),
            to: to.into(),
        }
    }
}

/// The media type of a file, by its extension.
fn media_type_of(path: &Path) -> &'static str {
    const OTHERS: [(&str, &str); 7] = [
        ("avi", "video/x-msvideo"),
        ("gif", "image/gif"),
        ("json", "application/json"),
        ("mkv", "video/x-matroska"),
        ("mov", "video/quicktime"),
        ("mp4", "video/mp4"),
        ("webm", "video/webm"),
    ];
    let extension = path.extension().and_then(|extension| extension.to_str()).unwrap_or_default();
    let other = OTHERS.iter().find(|(known, _)| known.eq_ignore_ascii_case(extension));
    media_type::image(path).or(other.map(|(_, name)| *name)).unwrap_or("application/octet-stream")
}

fn start(commands: &mut Commands, request: Entity, job: Job) {
    let reporter = deliver::begin(commands, request, |commands, entity, error| {
        commands.trigger(UploadFailed { entity, error, status: None });
    });
    match job.to.check() {
        Ok(()) => platform::send(job, reporter),
        Err(error) => reporter.fail(error),
    }
}

/// Starts the uploads of files.
fn upload_files(mut commands: Commands, requests: Query<(Entity, &UploadFile), Added<UploadFile>>) {
    for (request, UploadFile { content, name, media_type, to }) in &requests {
        let job = Job {
            content: content.clone(),
            name: to.name.as_ref().unwrap_or(name).clone(),
            media_type: media_type.clone(),
            to: to.clone(),
        };
        commands.entity(request).try_insert(HandedOver);
        start(&mut commands, request, job);
    }
}

pub(super) fn plugin(app: &mut App) {
    app.register_type::<UploadFile>()
        .register_type::<UploadProgress>()
        .register_type::<Uploaded>()
        .register_type::<UploadFailed>()
        .add_systems(
            PostUpdate,
            upload_files.in_set(ViewfinderSystems::Request).run_if(any_match_filter::<Added<UploadFile>>),
        );
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_media_type_is_that_of_the_extension() {
        for (path, media_type) in [
            ("a/b.PNG", "image/png"),
            ("b.webm", "video/webm"),
            ("b.Mp4", "video/mp4"),
            ("b.xyz", "application/octet-stream"),
            ("b", "application/octet-stream"),
        ] {
            assert_eq!(media_type_of(Path::new(path)), media_type, "{path}");
        }
    }
}
