//! The meaning of failed system calls.

use std::{io, path::Path};

use rustix::io::Errno;

use crate::{error::MediaError, source::guard::catch_panic};

/// Calls into `v4l` or `linuxvideo`, and turns a panic there into an error.
pub(super) fn guarded<T>(call: impl FnOnce() -> io::Result<T>) -> io::Result<T> {
    catch_panic(call)
        .unwrap_or_else(|_| Err(io::Error::other("the driver's answer is malformed or of an unknown type")))
}

/// Whether a call failed because the device is gone.
pub(super) fn is_gone(error: &io::Error) -> bool {
    matches!(Errno::from_io_error(error), Some(Errno::NODEV | Errno::NXIO | Errno::NOENT | Errno::SHUTDOWN))
}

/// The error of a failed system call on a device. `doing` is the action for the messages that have no better words.
pub(in crate::source) fn system_error(doing: &str, path: &Path, error: &io::Error) -> MediaError {
    let path = path.display();
    match Errno::from_io_error(error) {
        Some(Errno::ACCESS | Errno::PERM) => MediaError::not_allowed(format!(
            "this user may not open {path}: add the user to the group `video` \
             (`sudo usermod -aG video $USER`) and log in again; in a container or sandbox, pass the device in"
        )),
        Some(Errno::BUSY) => MediaError::not_readable(format!(
            "another program uses {path}: close that program and try again (`fuser {path}` names it)"
        )),
        Some(Errno::NOSPC) => MediaError::not_readable(format!(
            "the USB bus has too little bandwidth for {path} in this mode: request a smaller size or frame rate, or use another port"
        )),
        Some(Errno::NOTTY) => {
            MediaError::not_found(format!("{path} isn't a camera: list the devices and use one of their ids"))
        }
        _ if is_gone(error) => {
            MediaError::not_found(format!("{path} is not connected: plug it in and list the devices again"))
        }
        Some(_) => MediaError::not_readable(format!(
            "{doing} {path} failed ({error}): unplug the camera, plug it in again and retry"
        )),
        None => MediaError::abort(format!("{doing} {path} failed ({error}): try another mode or device")),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::error::ErrorName;

    #[test]
    fn the_systems_errors_have_the_standards_names() {
        let name = |errno: Errno| system_error("opening", Path::new("/dev/video0"), &errno.into()).name;
        assert_eq!(name(Errno::ACCESS), ErrorName::NotAllowed);
        assert_eq!(name(Errno::PERM), ErrorName::NotAllowed);
        assert_eq!(name(Errno::BUSY), ErrorName::NotReadable);
        assert_eq!(name(Errno::IO), ErrorName::NotReadable);
        assert_eq!(name(Errno::NODEV), ErrorName::NotFound);
        assert_eq!(name(Errno::NOENT), ErrorName::NotFound);
        assert_eq!(name(Errno::NOTTY), ErrorName::NotFound);
    }

    #[test]
    fn a_panic_in_a_dependency_is_an_error() {
        let result = guarded(|| -> io::Result<()> { panic!("on purpose, by a test") });
        let error = system_error("opening", Path::new("/dev/video0"), &result.unwrap_err());
        assert_eq!(error.name, ErrorName::Abort);
    }
}
