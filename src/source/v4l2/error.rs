//! What a failed system call means.

use std::{
    io,
    panic::{AssertUnwindSafe, catch_unwind},
    path::Path,
};

use rustix::io::Errno;

use crate::error::MediaError;

/// Runs calls into `v4l` and makes an error of a panic there.
pub(super) fn guarded<T>(call: impl FnOnce() -> io::Result<T>) -> io::Result<T> {
    catch_unwind(AssertUnwindSafe(call))
        .unwrap_or_else(|_| Err(io::Error::other("the driver said something that this program can't read")))
}

/// Whether a call failed because the device is no longer there.
pub(super) fn is_gone(error: &io::Error) -> bool {
    matches!(Errno::from_io_error(error), Some(Errno::NODEV | Errno::NXIO | Errno::NOENT | Errno::SHUTDOWN))
}

/// What a failed system call means. `doing` says what was tried, for the messages that have no better words.
pub(in crate::source) fn media_error(doing: &str, path: &Path, error: &io::Error) -> MediaError {
    let path = path.display();
    match Errno::from_io_error(error) {
        Some(Errno::ACCESS | Errno::PERM) => MediaError::not_allowed(format!(
            "{path} may not be used by this user: add the user to the group `video` \
             (`sudo usermod -aG video $USER`) and log in again; in a container or sandbox, pass the device in"
        )),
        Some(Errno::BUSY) => MediaError::not_readable(format!(
            "another program holds {path}: close that program and try again (`fuser {path}` names it)"
        )),
        Some(Errno::NOSPC) => MediaError::not_readable(format!(
            "the USB bus has no room for {path} in this mode: ask for a smaller size or rate, or use another port"
        )),
        Some(Errno::NOTTY) => MediaError::not_found(format!(
            "{path} isn't a camera: list the devices and take one of their ids"
        )),
        _ if is_gone(error) => MediaError::not_found(format!(
            "{path} isn't there (any more): plug it in and list the devices again"
        )),
        Some(_) => MediaError::not_readable(format!(
            "{doing} {path} failed ({error}): unplug the camera, plug it in again and try once more"
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
        let name = |errno: Errno| media_error("opening", Path::new("/dev/video0"), &errno.into()).name;
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
        let error = media_error("opening", Path::new("/dev/video0"), &result.unwrap_err());
        assert_eq!(error.name, ErrorName::Abort);
    }
}
