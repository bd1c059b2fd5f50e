//! The files that photos are saved to.

use std::path::{Path, PathBuf};

use bevy::prelude::*;

use super::name;
use crate::photo::PhotoFormat;

/// The file that a photo is saved to, and the rule for a file that is there already.
///
/// It converts from a path: `save_to_disk("me.png")`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PhotoFile {
    path: PathBuf,
    if_exists: IfExists,
    follows_links: bool,
}

/// The rule for a file that exists already where a photo or a recording is saved.
///
/// Browsers number their downloads by themselves, whatever the rule.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, Reflect)]
#[reflect(Debug, Clone, PartialEq, Hash, Default)]
#[non_exhaustive]
pub enum IfExists {
    /// The file gets the next free number, as downloads do: `me (1).png`. Anything at the path counts: files, folders,
    /// links, pipes and devices.
    #[default]
    Number,
    /// The file takes the place of the older one, and takes over its permissions. If the path is a symbolic link, the
    /// file that it points to is replaced, and the link stays. A pipe or a device is written to.
    Replace,
    /// Saving fails with [`InvalidState`](crate::error::ErrorName::InvalidState).
    Fail,
}

impl PhotoFile {
    /// The file of this path, which the app chose. Its extension is the photo's format.
    pub fn new(path: impl Into<PathBuf>) -> Self {
        Self { path: path.into(), if_exists: IfExists::default(), follows_links: true }
    }

    /// A file in this folder, whose name comes from elsewhere: a guest's text, a URL, a network.
    ///
    /// The name becomes one that every system allows, and that stays in the folder. Separators, control characters,
    /// `:*?"<>|` and invisible marks of direction become `_`. Dots and spaces at its ends are removed. Names of devices
    /// on Windows (`CON`) get a `_`, a name longer than 128 bytes is cut, and an empty one is `photo`. The extension of
    /// the format is appended unless the name has it. A symbolic link of that name isn't followed.
    pub fn in_folder(folder: impl Into<PathBuf>, name: &str, format: PhotoFormat) -> Self {
        let path = folder.into().join(name::sanitized(name, format));
        Self { path, if_exists: IfExists::default(), follows_links: false }
    }

    /// Sets the rule for a file that exists already.
    #[must_use]
    pub fn if_exists(self, if_exists: IfExists) -> Self {
        Self { if_exists, ..self }
    }

    /// The path. With [`IfExists::Number`] the photo's own may have a number.
    pub fn path(&self) -> &Path {
        &self.path
    }

    /// The rule for a file that exists already.
    #[cfg_attr(target_family = "wasm", expect(dead_code, reason = "browsers have a rule of their own"))]
    pub(super) fn rule(&self) -> IfExists {
        self.if_exists
    }

    /// Whether a symbolic link is replaced by the photo, or the file that it points to.
    #[cfg_attr(target_family = "wasm", expect(dead_code, reason = "browsers have no links"))]
    pub(super) fn follows_links(&self) -> bool {
        self.follows_links
    }
}

impl<P: Into<PathBuf>> From<P> for PhotoFile {
    fn from(path: P) -> Self {
        Self::new(path)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_from_elsewhere_stays_in_the_folder() {
        for name in [
            "../escape",
            "/etc/passwd",
            "..\\..\\escape",
            "C:\\Windows\\escape",
            "C:escape",
            "a/../../escape",
            "..",
            ".",
            "",
            "escape\0",
            "~/escape",
        ] {
            let file = PhotoFile::in_folder("folder", name, PhotoFormat::Png);
            assert_eq!(file.path().parent(), Some(Path::new("folder")), "{name:?}: {file:?}");
            let own = file.path().file_name().and_then(|name| name.to_str()).expect("a name in Unicode");
            assert!(!own.contains(['/', '\\', ':', '\0']), "{name:?}: {own}");
            assert!(own.ends_with(".png") && !own.starts_with('.'), "{name:?}: {own}");
        }
    }
}
