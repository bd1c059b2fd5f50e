//! Files as tracks: chosen by the user in a dialog, or dropped onto the window or the page's canvas. A file becomes a
//! track by its [`TrackSource`], so that effects and photos work on it as on any device. Its own bytes can be read and
//! saved unchanged ([`PickedFile::read`], [`PickedFile::save`]).
//!
//! The content of a file decides whether it is an image or a video: its first bytes, and only for formats without a
//! signature the extension or the type that the browser reports.
//!
//! ```
//! # use bevy::prelude::*;
//! use bevy_viewfinder::prelude::*;
//!
//! fn setup(mut commands: Commands) {
//!     commands.spawn(AcceptDrops::default()).observe(show_file);
//! }
//!
//! /// Runs at a click: browsers open a dialog only after a user's action.
//! fn choose(mut commands: Commands) {
//!     commands.spawn(PickFile::image().capture(FacingMode::User)).observe(show_file);
//! }
//!
//! fn show_file(picked: On<FilePicked>, mut commands: Commands) {
//!     commands.spawn((VideoTrack, picked.file.source.clone()));
//! }
//! # App::new().add_systems(Startup, setup).add_systems(Update, choose);
//! ```

mod content;
#[cfg(not(target_family = "wasm"))]
pub(crate) mod native;
#[cfg(target_family = "wasm")]
mod web;

use std::path::Path;

use bevy::prelude::*;
use content::Content;

use crate::{
    device::FacingMode,
    error::MediaError,
    source::{FilePlayer, TrackSource},
};

/// The kind of files that are accepted. Of several files the first that matches is taken.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, Reflect)]
pub enum FileKind {
    /// Images: `image/*`.
    Image,
    /// Videos: `video/*`.
    Video,
    /// Either.
    #[default]
    Any,
}

impl FileKind {
    /// The value of a file input's `accept` attribute
    /// ([`accept`](https://html.spec.whatwg.org/multipage/input.html#attr-input-accept)).
    pub const fn accept(self) -> &'static str {
        match self {
            Self::Image => "image/*",
            Self::Video => "video/*",
            Self::Any => "image/*,video/*",
        }
    }

    /// Whether files of this MIME type are accepted.
    pub fn matches(self, media_type: &str) -> bool {
        self.accept().split(',').any(|kind| media_type.starts_with(kind.trim_end_matches('*')))
    }

    /// The error if none of the files is accepted. `name` is the name of one of them.
    fn rejection(self, name: &str) -> MediaError {
        let wanted = match self {
            Self::Image => "an image",
            Self::Video => "a video",
            Self::Any => "an image or a video",
        };
        MediaError::not_supported(format!("{name} isn't {wanted}; choose a file that is"))
    }
}

/// Requests a file from the user, in a dialog.
///
/// Spawn it on an entity of its own, at a click or a key press: browsers open no dialog otherwise. The answer,
/// [`FilePicked`], [`FilePickCanceled`] or [`FilePickFailed`], is triggered on that entity, which is then despawned.
///
/// Despawning the entity closes no open dialog, but ignores its answer. Desktops have a dialog with the feature
/// `dialog`: the system's own on Windows and macOS, that of `xdg-desktop-portal` or `zenity` on Linux. Without it the
/// answer is [`NotSupported`](crate::error::ErrorName::NotSupported). On Linux a portal that fails looks like a
/// canceled dialog, and only the log has the reason.
#[derive(Component, Clone, Copy, Debug, Default, PartialEq, Eq, Reflect)]
#[reflect(Component, Default)]
#[non_exhaustive]
pub struct PickFile {
    /// The accepted files.
    pub kind: FileKind,
    /// Whether phones may offer to take a new photo or video
    /// ([`capture`](https://www.w3.org/TR/html-media-capture/#the-capture-attribute)). Only browsers do.
    pub capture: bool,
    /// The camera for it, [`FacingMode::User`] or [`FacingMode::Environment`]. `None` for the phone's choice.
    pub facing_mode: Option<FacingMode>,
}

impl PickFile {
    /// An image or a video.
    pub fn new() -> Self {
        Self::default()
    }

    /// An image.
    pub fn image() -> Self {
        Self { kind: FileKind::Image, ..Self::default() }
    }

    /// A video.
    pub fn video() -> Self {
        Self { kind: FileKind::Video, ..Self::default() }
    }

    /// Offers to take a new photo or video by the camera of this facing mode. `None` for the phone's choice.
    #[must_use]
    pub fn capture(mut self, facing_mode: impl Into<Option<FacingMode>>) -> Self {
        self.capture = true;
        self.facing_mode = facing_mode.into();
        self
    }
}

/// Accepts files that are dropped onto the window or the page's canvas, for as long as it lives. They are reported by
/// [`FilePicked`], and files of other kinds by [`FilePickFailed`].
#[derive(Component, Clone, Copy, Debug, Default, PartialEq, Eq, Reflect)]
#[reflect(Component, Default)]
pub struct AcceptDrops {
    /// The accepted files.
    pub kind: FileKind,
}

/// A file that the user chose. Only its first bytes have been read yet: a track of it fails if the rest is corrupt.
///
/// Its own bytes are there too, unchanged, whether a track can show them or not. [`read`](Self::read) and
/// [`save`](Self::save) block the thread that polls them while the disk is read, so spawn them on a task pool:
///
/// ```
/// # use bevy::{prelude::*, tasks::IoTaskPool};
/// use bevy_viewfinder::prelude::*;
///
/// fn keep(picked: On<FilePicked>) {
///     let file = picked.file.clone();
///     let task = async move {
///         match file.save("original.jpg").await {
///             Ok(()) => info!("{} is saved", file.name),
///             Err(error) => warn!("{error}"),
///         }
///     };
///     IoTaskPool::get().spawn(task).detach();
/// }
/// ```
#[derive(Clone, Debug, Reflect)]
#[reflect(opaque)]
#[reflect(Debug, Clone)]
#[non_exhaustive]
pub struct PickedFile {
    /// Its name, without a path.
    pub name: String,
    /// Its MIME type, by its content: `image/png`.
    pub media_type: String,
    /// The source of its frames: insert it with [`VideoTrack`](crate::track::VideoTrack) to make a track of the file.
    pub source: TrackSource,
    /// The handle that pauses a video and seeks in it.
    pub player: FilePlayer,
    content: Content,
}

impl PickedFile {
    /// The file's bytes, unchanged.
    ///
    /// # Errors
    /// [`ErrorName::NotFound`](crate::error::ErrorName::NotFound),
    /// [`ErrorName::NotAllowed`](crate::error::ErrorName::NotAllowed) or
    /// [`ErrorName::NotReadable`](crate::error::ErrorName::NotReadable) if the file can't be read any more,
    /// [`ErrorName::Operation`](crate::error::ErrorName::Operation) if there is no memory for it.
    pub async fn read(&self) -> Result<Vec<u8>, MediaError> {
        self.content.read().await
    }

    /// Saves a copy of the file under this path. It is not loaded into memory. In a browser, starts a download under
    /// the path's last component.
    ///
    /// # Errors
    /// The errors of [`read`](Self::read), and those of [`MediaError::cannot_write`]: also if there is a file of this
    /// name already, which stays as it is.
    pub async fn save(&self, path: impl AsRef<Path>) -> Result<(), MediaError> {
        self.content.save(path.as_ref()).await
    }

    /// The file's path, for an upload that streams it.
    #[cfg(not(target_family = "wasm"))]
    pub fn path(&self) -> &Path {
        self.content.path()
    }

    /// The browser's handle of the file, for an upload that streams it.
    #[cfg(target_family = "wasm")]
    pub fn file(&self) -> &web_sys::File {
        self.content.file()
    }
}

/// The user chose a file, or dropped one. Triggered on the entity with [`PickFile`] or [`AcceptDrops`].
#[derive(EntityEvent, Clone, Debug, Reflect)]
#[reflect(Event)]
#[non_exhaustive]
pub struct FilePicked {
    /// The entity of the request.
    pub entity: Entity,
    /// The file.
    pub file: PickedFile,
}

/// The user closed the dialog without a file, which is no failure. Triggered on the entity with [`PickFile`].
#[derive(EntityEvent, Clone, Debug, Reflect)]
#[reflect(Event)]
#[non_exhaustive]
pub struct FilePickCanceled {
    /// The entity of the request.
    pub entity: Entity,
}

/// There is no dialog, or the file isn't accepted. Triggered on the entity with [`PickFile`] or [`AcceptDrops`].
#[derive(EntityEvent, Clone, Debug, Reflect)]
#[reflect(Event)]
#[non_exhaustive]
pub struct FilePickFailed {
    /// The entity of the request.
    pub entity: Entity,
    /// `NotSupported` for a file of another kind or if there is no dialog here, `NotAllowed` if the browser opens no
    /// dialog without a click or a key press, `NotFound`, `NotAllowed` or `NotReadable` if the file can't be read.
    pub error: MediaError,
}

pub(crate) fn plugin(app: &mut App) {
    app.register_type::<PickFile>()
        .register_type::<AcceptDrops>()
        .register_type::<FilePicked>()
        .register_type::<FilePickCanceled>()
        .register_type::<FilePickFailed>();
    #[cfg(not(target_family = "wasm"))]
    app.add_plugins(native::plugin);
    #[cfg(target_family = "wasm")]
    app.add_plugins(web::plugin);
}

/// Triggers the event of an answer. `None` if the user canceled.
fn answer(commands: &mut Commands, entity: Entity, picked: Option<Result<PickedFile, MediaError>>) {
    match picked {
        None => commands.trigger(FilePickCanceled { entity }),
        Some(Ok(file)) => commands.trigger(FilePicked { entity, file }),
        Some(Err(error)) => commands.trigger(FilePickFailed { entity, error }),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_new_photo_may_be_offered_by_any_camera() {
        let any = PickFile::image().capture(None);
        assert_eq!((any.capture, any.facing_mode), (true, None));
        let front = PickFile::video().capture(FacingMode::User);
        assert_eq!((front.capture, front.facing_mode), (true, Some(FacingMode::User)));
        assert!(!PickFile::new().capture);
    }

    #[test]
    fn kinds_match_by_the_first_word_of_the_type() {
        assert!(FileKind::Image.matches("image/png") && !FileKind::Image.matches("video/mp4"));
        assert!(FileKind::Video.matches("video/webm") && !FileKind::Video.matches("image/png"));
        assert!(FileKind::Any.matches("image/jpeg") && FileKind::Any.matches("video/mp4"));
        for kind in [FileKind::Image, FileKind::Video, FileKind::Any] {
            for other in ["", "text/plain", "text/image/png", "imagery/png", "application/octet-stream"] {
                assert!(!kind.matches(other), "{kind:?} {other:?}");
            }
        }
    }
}
