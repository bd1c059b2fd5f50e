//! The meaning of nokhwa's errors.

#[cfg(target_os = "linux")]
use std::{io, path::Path};

use ::nokhwa::NokhwaError;

#[cfg(target_os = "linux")]
use crate::source::v4l2;
use crate::{device::DeviceId, error::MediaError};

/// The error of a failed call of nokhwa, which reports the system's errors as text only.
pub(super) fn nokhwa_error(device: &DeviceId, error: &NokhwaError) -> MediaError {
    let text = error.to_string();
    if let Some(error) = system_error(device, &text) {
        return error;
    }
    let says = |words: &[&str]| words.iter().any(|word| text.contains(word));
    // The words and numbers of Media Foundation and AVFoundation.
    if says(&["0x80070005", "not authorized", "permission"]) {
        MediaError::not_allowed(format!(
            "the system denies this app access to {device}: allow it in the privacy settings, camera ({text})"
        ))
    } else if says(&["Already in use", "0xC00D3704", "0xC00D3EA3", "0x80070020"]) {
        MediaError::not_readable(format!(
            "another program uses {device}: close that program and try again ({text})"
        ))
    } else if says(&["Not Found", "No device", "Device is null", "0xC00D3EA2", "0x80070002"]) {
        MediaError::not_found(format!(
            "{device} is not connected: plug it in and list the devices again ({text})"
        ))
    } else if matches!(error, NokhwaError::UnsupportedOperationError(_) | NokhwaError::NotImplementedError(_))
    {
        MediaError::not_supported(format!(
            "nokhwa doesn't support cameras on this system: use another source ({text})"
        ))
    } else {
        MediaError::not_readable(format!(
            "{device} can't be read: unplug it, plug it in and try again ({text})"
        ))
    }
}

/// The system's error in nokhwa's text: `... (os error 16)`.
#[cfg(target_os = "linux")]
fn system_error(device: &DeviceId, text: &str) -> Option<MediaError> {
    let (_, number) = text.rsplit_once("(os error ")?;
    let number = number.split(')').next()?.parse().ok()?;
    Some(v4l2::system_error("reading from", Path::new(&device.0), &io::Error::from_raw_os_error(number)))
}

/// The texts of other systems have no common format.
#[cfg(not(target_os = "linux"))]
fn system_error(_: &DeviceId, _: &str) -> Option<MediaError> {
    None
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::error::ErrorName;

    #[test]
    fn errors_have_the_standards_names() {
        let name = |text: &str| {
            nokhwa_error(&DeviceId::from("camera"), &NokhwaError::OpenDeviceError("0".into(), text.into()))
                .name
        };
        assert_eq!(name("Access is denied. (0x80070005)"), ErrorName::NotAllowed);
        assert_eq!(name("Already in use"), ErrorName::NotReadable);
        assert_eq!(name("Not Found"), ErrorName::NotFound);
        assert_eq!(name("something else"), ErrorName::NotReadable);
    }

    #[cfg(target_os = "linux")]
    #[test]
    fn the_systems_error_is_read_from_the_text() {
        let name = |text: &str| system_error(&DeviceId::from("/dev/video0"), text).map(|error| error.name);
        for (number, expected) in
            [(16, ErrorName::NotReadable), (19, ErrorName::NotFound), (13, ErrorName::NotAllowed)]
        {
            let text = format!("Could not capture frame: {}", io::Error::from_raw_os_error(number));
            assert_eq!(name(&text), Some(expected), "{text}");
        }
        assert_eq!(name("Could not capture frame: VIDIOC_DQBUF"), None);
        assert_eq!(name("(os error ?)"), None);
    }
}
