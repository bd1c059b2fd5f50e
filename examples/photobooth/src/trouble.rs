//! Kind texts for errors: what happened, and what a guest can do.

use bevy_viewfinder::error::{ErrorName, MediaError};

#[cfg(all(feature = "print", not(target_family = "wasm")))]
use crate::print::{PrintError, PrinterState};
use crate::words::Key;
#[cfg(not(target_family = "wasm"))]
use crate::{gallery::GalleryError, pickup::PickupError};

/// A problem, in the terms of a guest.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Trouble {
    /// There is no camera.
    NoCamera,
    /// The camera isn't allowed.
    Denied,
    /// Another program uses the camera.
    Busy,
    /// The camera was unplugged.
    Unplugged,
    /// The film of a file is over.
    FilmOver,
    /// The camera has another problem.
    Camera,
    /// The disk is full.
    DiskFull,
    /// The folder can't be used.
    Folder,
    /// There is no printer.
    NoPrinter,
    /// The printer is out of paper.
    Paper,
    /// The printer is out of ink.
    Ink,
    /// The paper is stuck.
    Jam,
    /// The printer is open.
    Cover,
    /// The printer has another problem.
    Printer,
    /// The guest has no prints left.
    PrintLimit,
    /// The upload failed.
    Upload,
    /// There is no network for the QR code.
    Network,
    /// The picture isn't the booth's own, so it stays.
    NotOurs,
    /// Anything else.
    Other,
}

impl Trouble {
    /// All problems.
    pub const ALL: [Self; 19] = [
        Self::NoCamera,
        Self::Denied,
        Self::Busy,
        Self::Unplugged,
        Self::FilmOver,
        Self::Camera,
        Self::DiskFull,
        Self::Folder,
        Self::NoPrinter,
        Self::Paper,
        Self::Ink,
        Self::Jam,
        Self::Cover,
        Self::Printer,
        Self::PrintLimit,
        Self::Upload,
        Self::Network,
        Self::NotOurs,
        Self::Other,
    ];

    /// The texts: what happened, and what to do next.
    pub const fn texts(self) -> (Key, Key) {
        match self {
            Self::NoCamera => (Key::ErrorNoCamera, Key::ErrorNoCameraAdvice),
            Self::Denied => (Key::ErrorDenied, Key::ErrorDeniedAdvice),
            Self::Busy => (Key::ErrorBusy, Key::ErrorBusyAdvice),
            Self::Unplugged => (Key::ErrorUnplugged, Key::ErrorUnpluggedAdvice),
            Self::FilmOver => (Key::FilmOver, Key::FilmOverAdvice),
            Self::Camera => (Key::ErrorCamera, Key::ErrorCameraAdvice),
            Self::DiskFull => (Key::ErrorDiskFull, Key::ErrorDiskFullAdvice),
            Self::Folder => (Key::ErrorFolder, Key::ErrorFolderAdvice),
            Self::NoPrinter => (Key::ErrorNoPrinter, Key::ErrorNoPrinterAdvice),
            Self::Paper => (Key::ErrorPaper, Key::ErrorPaperAdvice),
            Self::Ink => (Key::ErrorInk, Key::ErrorInkAdvice),
            Self::Jam => (Key::ErrorJam, Key::ErrorJamAdvice),
            Self::Cover => (Key::ErrorCover, Key::ErrorCoverAdvice),
            Self::Printer => (Key::ErrorPrinter, Key::ErrorPrinterAdvice),
            Self::PrintLimit => (Key::ErrorPrintLimit, Key::ErrorPrintLimitAdvice),
            Self::Upload => (Key::ErrorUpload, Key::ErrorUploadAdvice),
            Self::Network => (Key::ErrorNetwork, Key::ErrorNetworkAdvice),
            Self::NotOurs => (Key::ErrorNotOurs, Key::ErrorNotOursAdvice),
            Self::Other => (Key::ErrorOther, Key::ErrorOtherAdvice),
        }
    }

    /// The problem of a camera.
    pub fn of_camera(error: &MediaError) -> Self {
        match error.name {
            ErrorName::NotAllowed | ErrorName::Security => Self::Denied,
            ErrorName::NotFound | ErrorName::Overconstrained => Self::NoCamera,
            ErrorName::NotReadable => Self::Busy,
            _ => Self::Camera,
        }
    }

    /// The problem of a file that can't be written.
    pub fn of_file(error: &MediaError) -> Self {
        match error.name {
            // The advice is the only trace of the system's own error.
            ErrorName::Operation if error.message.contains("free some space") => Self::DiskFull,
            ErrorName::NotAllowed | ErrorName::NotFound | ErrorName::Operation => Self::Folder,
            _ => Self::Other,
        }
    }
}

#[cfg(not(target_family = "wasm"))]
impl From<&GalleryError> for Trouble {
    fn from(error: &GalleryError) -> Self {
        match error {
            GalleryError::DiskFull(_) => Self::DiskFull,
            GalleryError::NotOurs(_) => Self::NotOurs,
            GalleryError::NotAllowed(_) | GalleryError::NoFolder(_) | GalleryError::Disk { .. } => {
                Self::Folder
            }
            GalleryError::InvalidName(_) => Self::Other,
        }
    }
}

#[cfg(not(target_family = "wasm"))]
impl From<&PickupError> for Trouble {
    fn from(error: &PickupError) -> Self {
        match error {
            PickupError::NoNetwork(_) | PickupError::CannotListen { .. } => Self::Network,
            PickupError::NoRandomNumbers(_) | PickupError::TooLarge { .. } | PickupError::TooLong(_) => {
                Self::Other
            }
        }
    }
}

#[cfg(all(feature = "print", not(target_family = "wasm")))]
impl From<&PrintError> for Trouble {
    fn from(error: &PrintError) -> Self {
        match error {
            PrintError::NoCommand(_) | PrintError::NoPrinter(_) => Self::NoPrinter,
            PrintError::Limit { .. } => Self::PrintLimit,
            PrintError::NoAnswer(_)
            | PrintError::Refused(_)
            | PrintError::File { .. }
            | PrintError::Command { .. } => Self::Printer,
        }
    }
}

#[cfg(all(feature = "print", not(target_family = "wasm")))]
impl Trouble {
    /// The problem of a printer. `None` if it prints.
    pub const fn of_printer(state: PrinterState) -> Option<Self> {
        match state {
            PrinterState::Ready | PrinterState::Busy => None,
            PrinterState::PaperOut => Some(Self::Paper),
            PrinterState::InkOut => Some(Self::Ink),
            PrinterState::Jammed => Some(Self::Jam),
            PrinterState::CoverOpen => Some(Self::Cover),
            PrinterState::Offline | PrinterState::Stopped => Some(Self::Printer),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::words::{Language, Words};

    #[test]
    fn every_problem_has_its_own_kind_text_in_every_language() {
        for language in Language::ALL {
            let words = Words::new(language);
            let mut texts: Vec<_> = Trouble::ALL
                .into_iter()
                .map(|trouble| {
                    let (title, advice) = trouble.texts();
                    assert!(title.variables().is_empty() && advice.variables().is_empty(), "{trouble:?}");
                    (words.text(title), words.text(advice))
                })
                .collect();
            texts.sort();
            texts.dedup_by(|one, other| one.0 == other.0);
            assert_eq!(texts.len(), Trouble::ALL.len(), "{language:?}");
        }
    }

    #[test]
    fn files_that_are_not_written_are_named_by_their_cause() {
        use std::{io::ErrorKind, path::Path};
        for (kind, trouble) in [
            (ErrorKind::StorageFull, Trouble::DiskFull),
            (ErrorKind::QuotaExceeded, Trouble::DiskFull),
            (ErrorKind::PermissionDenied, Trouble::Folder),
            (ErrorKind::NotFound, Trouble::Folder),
            (ErrorKind::TimedOut, Trouble::Folder),
        ] {
            let error = MediaError::cannot_write(Path::new("a.png"), &kind.into());
            assert_eq!(Trouble::of_file(&error), trouble, "{error}");
        }
        assert_eq!(Trouble::of_file(&MediaError::data("no pixels")), Trouble::Other);
    }

    #[test]
    fn errors_of_the_camera_are_named_by_their_cause() {
        for (name, trouble) in [
            (ErrorName::NotAllowed, Trouble::Denied),
            (ErrorName::NotFound, Trouble::NoCamera),
            (ErrorName::NotReadable, Trouble::Busy),
            (ErrorName::Operation, Trouble::Camera),
        ] {
            assert_eq!(Trouble::of_camera(&MediaError::new(name, "")), trouble, "{name}");
        }
    }
}
