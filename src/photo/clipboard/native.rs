//! The system's clipboard.

use std::{
    borrow::Cow,
    sync::{Mutex, PoisonError},
};

use arboard::{Clipboard, Error, ImageData};
use bevy::prelude::*;

use crate::{
    error::MediaError,
    photo::{Photo, PhotoCopied, deliver},
};

/// The connection to the clipboard. On Linux the copied photo goes with it.
static CLIPBOARD: Mutex<Option<Clipboard>> = Mutex::new(None);

pub(super) fn copy(commands: &mut Commands, request: Entity, photo: &Photo) {
    let photo = photo.clone();
    deliver::in_background(commands, request, move |reporter| match put(&photo) {
        Ok(()) => reporter.finish(|commands, entity| commands.trigger(PhotoCopied { entity })),
        Err(error) => reporter.fail(error),
    });
}

fn put(photo: &Photo) -> Result<(), MediaError> {
    let mut connection = CLIPBOARD.lock().unwrap_or_else(PoisonError::into_inner);
    let clipboard = match &mut *connection {
        Some(clipboard) => clipboard,
        none => none.insert(Clipboard::new().map_err(|error| {
            MediaError::not_supported(format!(
                "the photo can't be copied, because this session has no clipboard ({error}); run the app in a \
                 desktop session"
            ))
        })?),
    };
    let image = ImageData {
        width: photo.size.x as usize,
        height: photo.size.y as usize,
        bytes: Cow::Borrowed(&photo.rgba),
    };
    let copied = clipboard.set_image(image);
    if copied.is_err() {
        // The connection may be lost. The next photo makes a new one.
        *connection = None;
    }
    copied.map_err(failed)
}

fn failed(error: Error) -> MediaError {
    match error {
        Error::ClipboardOccupied => MediaError::not_readable(
            "the photo can't be copied, because another program holds the clipboard; try again",
        ),
        Error::ClipboardNotSupported => MediaError::not_supported(
            "the photo can't be copied, because this session's clipboard takes no images; save it instead",
        ),
        error => MediaError::operation(format!("the photo can't be copied: {error}; try again, or save it")),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::error::ErrorName;

    #[test]
    fn failures_of_the_clipboard_have_a_name_by_their_cause() {
        let other = || Error::Unknown { description: "a test".into() };
        for (error, name) in [
            (Error::ClipboardOccupied, ErrorName::NotReadable),
            (Error::ClipboardNotSupported, ErrorName::NotSupported),
            (Error::ConversionFailure, ErrorName::Operation),
            (other(), ErrorName::Operation),
        ] {
            assert_eq!(failed(error).name, name);
        }
    }
}
