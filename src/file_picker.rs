//! Files as tracks: chosen by the user in a dialog, or dropped onto the window or the page's canvas. A file becomes a
//! track by its [`TrackSource`], so that effects and photos work on it as on any device.
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

#[cfg(not(target_family = "wasm"))]
mod native;
#[cfg(target_family = "wasm")]
mod web;

use bevy::prelude::*;

use crate::{device::FacingMode, error::MediaError, source::TrackSource};

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
/// Despawning the entity closes no open dialog, but ignores its answer. Only browsers have a dialog: elsewhere the
/// answer is [`NotSupported`](crate::error::ErrorName::NotSupported).
#[derive(Component, Clone, Copy, Debug, Default, PartialEq, Eq, Reflect)]
#[reflect(Component, Default)]
pub struct PickFile {
    /// The accepted files.
    pub kind: FileKind,
    /// The camera by which phones may offer to take a new photo or video
    /// ([`capture`](https://www.w3.org/TR/html-media-capture/#the-capture-attribute)).
    pub capture: Option<FacingMode>,
}

impl PickFile {
    /// An image or a video.
    pub fn new() -> Self {
        Self::default()
    }

    /// An image.
    pub fn image() -> Self {
        Self { kind: FileKind::Image, capture: None }
    }

    /// A video.
    pub fn video() -> Self {
        Self { kind: FileKind::Video, capture: None }
    }

    /// Offers to take a new photo or video by the camera of this facing mode.
    #[must_use]
    pub fn capture(mut self, facing_mode: FacingMode) -> Self {
        self.capture = Some(facing_mode);
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

/// A file that the user chose. It has not been read yet: a track of it fails if it can't be read.
#[derive(Clone, Debug, Reflect)]
#[reflect(opaque)]
#[reflect(Debug, Clone)]
#[non_exhaustive]
pub struct PickedFile {
    /// Its name, without a path.
    pub name: String,
    /// Its MIME type: `image/png`.
    pub media_type: String,
    /// The source of its frames: insert it with [`VideoTrack`](crate::track::VideoTrack) to make a track of the file.
    pub source: TrackSource,
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

/// The user closed the dialog without a file. Triggered on the entity with [`PickFile`].
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
    /// dialog without a click or a key press.
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
