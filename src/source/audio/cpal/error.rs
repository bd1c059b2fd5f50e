//! The errors of `cpal`, with the names of the standard.

use ::cpal::{Error, ErrorKind};

use crate::{error::MediaError, source::audio::AudioEvent};

/// Whether an error says that there is no microphone.
pub(super) fn is_absent(error: &Error) -> bool {
    matches!(
        error.kind(),
        ErrorKind::DeviceNotAvailable | ErrorKind::HostUnavailable | ErrorKind::UnsupportedOperation
    )
}

/// The error of a microphone, while this was done with it.
pub(super) fn media_error(doing: &str, error: &Error) -> MediaError {
    let failed = |advice: &str| format!("{doing} failed ({error}): {advice}");
    match error.kind() {
        ErrorKind::DeviceNotAvailable => {
            MediaError::not_found(failed("plug the microphone in, or choose another"))
        }
        ErrorKind::HostUnavailable => {
            MediaError::not_found(failed("start the system's sound service, or plug in a microphone"))
        }
        ErrorKind::PermissionDenied => {
            MediaError::not_allowed(failed("allow this app to use microphones in the system's settings"))
        }
        ErrorKind::DeviceBusy => {
            MediaError::not_readable(failed("close the program that uses the microphone, and try again"))
        }
        ErrorKind::ResourceExhausted => {
            MediaError::not_readable(failed("close other programs, and try again"))
        }
        ErrorKind::UnsupportedConfig => {
            MediaError::overconstrained("sampleRate", failed("ask for another sample rate or channel count"))
        }
        ErrorKind::UnsupportedOperation => MediaError::not_supported(failed("choose another microphone")),
        _ => MediaError::abort(failed("try again, or choose another microphone")),
    }
}

/// The event that an error of a running stream makes. `None` if the stream goes on: the route of the sound changed, or
/// samples were lost, which shows in the times of the next ones.
pub(super) fn ending(error: &Error) -> Option<AudioEvent> {
    match error.kind() {
        ErrorKind::DeviceChanged | ErrorKind::RealtimeDenied | ErrorKind::Xrun => None,
        ErrorKind::StreamInvalidated => Some(AudioEvent::Invalidated),
        ErrorKind::DeviceNotAvailable => Some(AudioEvent::Ended(Some(MediaError::not_found(
            "the microphone was unplugged: plug it in again, or choose another",
        )))),
        _ => Some(AudioEvent::Ended(Some(media_error("reading from the microphone", error)))),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::error::ErrorName;

    #[test]
    fn errors_have_the_names_of_the_standard() {
        for (kind, name) in [
            (ErrorKind::DeviceNotAvailable, ErrorName::NotFound),
            (ErrorKind::HostUnavailable, ErrorName::NotFound),
            (ErrorKind::PermissionDenied, ErrorName::NotAllowed),
            (ErrorKind::DeviceBusy, ErrorName::NotReadable),
            (ErrorKind::UnsupportedConfig, ErrorName::Overconstrained),
            (ErrorKind::BackendError, ErrorName::Abort),
        ] {
            assert_eq!(media_error("opening it", &kind.into()).name, name);
        }
    }

    #[test]
    fn a_stream_ends_only_by_errors_that_end_it() {
        for kind in [ErrorKind::Xrun, ErrorKind::DeviceChanged, ErrorKind::RealtimeDenied] {
            assert!(ending(&kind.into()).is_none(), "{kind:?}");
        }
        assert!(matches!(ending(&ErrorKind::StreamInvalidated.into()), Some(AudioEvent::Invalidated)));
        let gone = ending(&ErrorKind::DeviceNotAvailable.into());
        assert!(matches!(gone, Some(AudioEvent::Ended(Some(error))) if error.name == ErrorName::NotFound));
    }
}
