//! Exceptions of Objective-C.

use std::panic::AssertUnwindSafe;

use objc2::{exception, msg_send, rc::Retained, runtime::AnyObject};
use objc2_foundation::{NSError, NSString};

use crate::Error;

/// Calls into AVFoundation, with a pool for what it autoreleases, and turns an exception into an error.
///
/// Values that the call has changed may be half changed after an exception. They are objects of AVFoundation, which the
/// callers then release.
pub(super) fn guarded<T>(call: &str, body: impl FnOnce() -> Result<T, Error>) -> Result<T, Error> {
    objc2::rc::autoreleasepool(|_| match exception::catch(AssertUnwindSafe(body)) {
        Ok(result) => result,
        Err(Some(thrown)) => {
            let object: &AnyObject = (*thrown).as_ref();
            let (name, reason) = describe(object);
            Err(Error::from_exception(call, &name, &reason))
        }
        Err(None) => Err(Error::Failed(format!("{call}: an exception without an object"))),
    })
}

/// The name and the reason of an exception.
fn describe(thrown: &AnyObject) -> (String, String) {
    if !thrown.class().responds_to(objc2::sel!(reason)) || !thrown.class().responds_to(objc2::sel!(name)) {
        return ("exception".into(), format!("{thrown:?}"));
    }
    // SAFETY: It responds to both selectors, so it is an `NSException`, whose `name` and `reason` take no arguments and
    // return a string or nil.
    let (name, reason): (Option<Retained<NSString>>, Option<Retained<NSString>>) =
        unsafe { (msg_send![thrown, name], msg_send![thrown, reason]) };
    let text = |string: Option<Retained<NSString>>| string.map(|text| text.to_string()).unwrap_or_default();
    (text(name), text(reason))
}

/// The error of a call that returned an `NSError`.
pub(super) fn ns_error(call: &str, error: &NSError) -> Error {
    Error::from_ns_error(
        call,
        &error.domain().to_string(),
        error.code(),
        &error.localizedDescription().to_string(),
    )
}
