//! The errors of `viewfinder-cameras`, with the standard's names and an advice.

use viewfinder_cameras::Error;

use crate::error::MediaError;

/// The error of a call that concerned this camera.
pub(in crate::source) fn media_error(camera: &str, error: &Error) -> MediaError {
    match error {
        Error::NotSupported(_) => MediaError::not_supported(format!(
            "{camera} can't be used in this way here ({error}): use another source or another setting"
        )),
        Error::NotAllowed(_) => MediaError::not_allowed(format!(
            "the system denies this app access to {camera} ({error}): allow it in the privacy settings, camera"
        )),
        Error::NotFound(_) => MediaError::not_found(format!(
            "{camera} is not connected ({error}): plug it in and list the devices again"
        )),
        Error::InUse(_) => MediaError::not_readable(format!(
            "another program uses {camera} ({error}): close that program and try again"
        )),
        Error::Format(_) => MediaError::not_readable(format!(
            "{camera} refuses the mode ({error}): list the devices again and open another mode"
        )),
        _ => MediaError::not_readable(format!(
            "{camera} can't be read ({error}): unplug it, plug it in and try again"
        )),
    }
}

/// Whether no frame can follow this error.
pub(super) fn is_final(error: &Error) -> bool {
    matches!(error, Error::NotFound(_) | Error::NotAllowed(_) | Error::InUse(_))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::error::ErrorName;

    #[test]
    fn errors_have_the_standards_names_and_an_advice() {
        for (error, name, is_last) in [
            (Error::NotSupported("x".into()), ErrorName::NotSupported, false),
            (Error::NotAllowed("x".into()), ErrorName::NotAllowed, true),
            (Error::NotFound("x".into()), ErrorName::NotFound, true),
            (Error::InUse("x".into()), ErrorName::NotReadable, true),
            (Error::Format("x".into()), ErrorName::NotReadable, false),
            (Error::Failed("x".into()), ErrorName::NotReadable, false),
        ] {
            let media = media_error("the camera", &error);
            assert_eq!((media.name, is_final(&error)), (name, is_last), "{error}");
            assert!(media.message.contains("the camera") && media.message.contains("): "), "{media}");
        }
    }
}
