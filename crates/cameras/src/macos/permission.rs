//! The user's permission.

use std::sync::mpsc;

use block2::RcBlock;
use objc2::runtime::Bool;
use objc2_av_foundation::{AVAuthorizationStatus, AVCaptureDevice};
use objc2_foundation::{NSBundle, NSString};

use super::{device::video, exception::guarded};
use crate::{Error, Permission, control::avfoundation::missing_usage_text};

pub(crate) fn permission() -> Permission {
    guarded("ask for the permission", || {
        // SAFETY: The method takes the media type of video, which is one of the two that it accepts.
        let status = unsafe { AVCaptureDevice::authorizationStatusForMediaType(video()?) };
        Ok(match status {
            AVAuthorizationStatus::NotDetermined => Permission::NotAsked,
            AVAuthorizationStatus::Authorized => Permission::Granted,
            AVAuthorizationStatus::Restricted | AVAuthorizationStatus::Denied => Permission::Denied,
            _ => Permission::Unknown,
        })
    })
    .unwrap_or(Permission::Unknown)
}

pub(crate) fn request_permission() -> Result<(), Error> {
    match permission() {
        Permission::Granted => Ok(()),
        Permission::Denied => Err(denied()),
        _ if ask()? => Ok(()),
        _ => Err(denied()),
    }
}

/// Asks the user, and waits for the answer.
fn ask() -> Result<bool, Error> {
    let bundle = NSBundle::mainBundle();
    let has_text =
        bundle.objectForInfoDictionaryKey(&NSString::from_str("NSCameraUsageDescription")).is_some();
    if let Some(reason) = missing_usage_text(&bundle.bundlePath().to_string(), has_text) {
        return Err(Error::NotAllowed(reason));
    }
    let (answer, answered) = mpsc::channel();
    guarded("ask the user", move || {
        let handler = RcBlock::new(move |granted: Bool| {
            // It fails only if nobody waits any more.
            let _ = answer.send(granted.as_bool());
        });
        // SAFETY: The media type is that of video. The block takes a Boolean, as the method calls it, may be called on
        // any thread (its only value is a `Sender`, which is `Send` and `Sync`), and is retained by the method.
        unsafe { AVCaptureDevice::requestAccessForMediaType_completionHandler(video()?, &handler) };
        Ok(())
    })?;
    // The system drops the block without a call only if it can't ask.
    Ok(answered.recv().unwrap_or(false))
}

fn denied() -> Error {
    Error::NotAllowed(
        "System Settings, Privacy & Security, Camera doesn't let this program use cameras".into(),
    )
}
