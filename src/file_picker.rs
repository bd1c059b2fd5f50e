//! Files instead of cameras: chosen by the user, or dropped onto the window or the page's canvas. A file becomes a
//! track by its [`TrackSource`], so that effects and photos work on it as on any camera.
//!
//! ```
//! # use bevy::prelude::*;
//! use bevy_viewfinder::prelude::*;
//!
//! fn setup(mut commands: Commands) {
//!     commands.spawn(AcceptDrops::default()).observe(show_file);
//! }
//!
//! /// Run at a click: browsers open a dialog only for users who did something.
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

/// Which files are wanted. Of several, the first that matches is taken.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, Reflect)]
pub enum FileKind {
    /// Pictures: `image/*`.
    Image,
    /// Videos: `video/*`.
    Video,
    /// Either.
    #[default]
    Any,
}

impl FileKind {
    /// What a file input accepts
    /// ([`accept`](https://html.spec.whatwg.org/multipage/input.html#attr-input-accept)).
    pub const fn accept(self) -> &'static str {
        match self {
            Self::Image => "image/*",
            Self::Video => "video/*",
            Self::Any => "image/*,video/*",
        }
    }

    /// Whether files of this MIME type are wanted.
    pub fn matches(self, media_type: &str) -> bool {
        self.accept().split(',').any(|kind| media_type.starts_with(kind.trim_end_matches('*')))
    }

    /// That none of the files is wanted. `name` is that of one of them.
    fn refusal(self, name: &str) -> MediaError {
        let wanted = match self {
            Self::Image => "a picture",
            Self::Video => "a video",
            Self::Any => "a picture or a video",
        };
        MediaError::not_supported(format!("{name} isn't {wanted}; take a file that is"))
    }
}

/// Asks the user for a file, by a dialog. Spawn it on an entity of its own, at a click or a key: browsers open none
/// otherwise. The answer, [`FilePicked`] or [`FilePickFailed`], comes there, and the entity is despawned.
///
/// Dropping the entity closes nothing that is open, but nobody hears of the answer. There is a dialog in browsers
/// only, as yet: elsewhere the answer is [`NotSupported`](crate::error::ErrorName::NotSupported).
#[derive(Component, Clone, Copy, Debug, Default, PartialEq, Eq, Reflect)]
#[reflect(Component, Default)]
pub struct PickFile {
    /// What is wanted.
    pub kind: FileKind,
    /// Phones may offer to take the picture, or film, by this camera, instead of choosing a file
    /// ([`capture`](https://www.w3.org/TR/html-media-capture/#the-capture-attribute)).
    pub capture: Option<FacingMode>,
}

impl PickFile {
    /// A picture.
    pub fn image() -> Self {
        Self { kind: FileKind::Image, capture: None }
    }

    /// A video.
    pub fn video() -> Self {
        Self { kind: FileKind::Video, capture: None }
    }

    /// Offers to take it by a camera that looks this way.
    #[must_use]
    pub fn capture(mut self, facing_mode: FacingMode) -> Self {
        self.capture = Some(facing_mode);
        self
    }
}

/// Takes files that are dropped onto the window, or onto the page's canvas, for as long as it lives. They come as
/// [`FilePicked`], and what isn't wanted as [`FilePickFailed`].
#[derive(Component, Clone, Copy, Debug, Default, PartialEq, Eq, Reflect)]
#[reflect(Component, Default)]
pub struct AcceptDrops {
    /// What is wanted.
    pub kind: FileKind,
}

/// A file that the user chose. It has not been read yet: what is wrong with it, the track says.
#[derive(Clone, Debug)]
pub struct PickedFile {
    /// Its name, without a path.
    pub name: String,
    /// Its MIME type: `image/png`.
    pub media_type: String,
    /// What makes a track of it: insert it beside [`VideoTrack`](crate::track::VideoTrack).
    pub source: TrackSource,
}

/// The user chose a file, or dropped one. Sent to the entity with [`PickFile`] or [`AcceptDrops`].
#[derive(EntityEvent, Clone, Debug)]
pub struct FilePicked {
    /// Who asked.
    pub entity: Entity,
    /// What for.
    pub file: PickedFile,
}

/// No file was chosen, or none that is wanted. Sent to the entity with [`PickFile`] or [`AcceptDrops`].
#[derive(EntityEvent, Clone, Debug)]
pub struct FilePickFailed {
    /// Who asked.
    pub entity: Entity,
    /// Why: Abort where the user chose none, NotSupported for a file of another kind or where there is no dialog,
    /// NotAllowed where the browser saw no click that the dialog could be for.
    pub error: MediaError,
}

pub(crate) fn plugin(app: &mut App) {
    app.register_type::<PickFile>().register_type::<AcceptDrops>();
    #[cfg(not(target_family = "wasm"))]
    app.add_plugins(native::plugin);
    #[cfg(target_family = "wasm")]
    app.add_plugins(web::plugin);
}

/// Tells the entity what came of it.
fn answer(commands: &mut Commands, entity: Entity, picked: Result<PickedFile, MediaError>) {
    match picked {
        Ok(file) => commands.trigger(FilePicked { entity, file }),
        Err(error) => commands.trigger(FilePickFailed { entity, error }),
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
