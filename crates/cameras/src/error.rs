//! Errors, and the meaning of the systems' codes.

/// A failure of a camera or of the system. Each message has the call that failed, and the system's code and text.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum Error {
    /// This system, this camera or this build can't do it.
    #[error("not supported: {0}")]
    NotSupported(String),
    /// The user or the system denies this program access to cameras.
    #[error("access denied: {0}")]
    NotAllowed(String),
    /// The camera isn't connected, or not any more.
    #[error("no such camera: {0}")]
    NotFound(String),
    /// Another program uses the camera, or the bandwidth of its bus.
    #[error("in use: {0}")]
    InUse(String),
    /// The camera doesn't accept the format or the rate.
    #[error("format refused: {0}")]
    Format(String),
    /// Any other failure.
    #[error("{0}")]
    Failed(String),
}

impl Error {
    /// The error of a COM call: an `HRESULT` and its text.
    #[cfg(any(windows, test))]
    pub(crate) fn from_hresult(call: &str, code: i32, text: &str) -> Self {
        // The names are those of the system's headers.
        const ACCESS_DENIED: u32 = 0x8007_0005;
        const SHARING_VIOLATION: u32 = 0x8007_0020;
        const BUSY: u32 = 0x8007_00aa;
        const NO_SYSTEM_RESOURCES: u32 = 0x8007_05aa;
        const FAILED_START_STREAMING: u32 = 0xc00d_3704;
        const DEVICE_PREEMPTED: u32 = 0xc00d_3ea3;
        const DEVICE_INVALIDATED: u32 = 0xc00d_3ea2;
        const FILE_NOT_FOUND: u32 = 0x8007_0002;
        const PATH_NOT_FOUND: u32 = 0x8007_0003;
        const DEVICE_NOT_CONNECTED: u32 = 0x8007_048f;
        const NO_CAPTURE_DEVICES: u32 = 0xc00d_abe0;
        const INVALID_MEDIA_TYPE: u32 = 0xc00d_36b4;
        const NOT_IMPLEMENTED: u32 = 0x8000_4001;
        const NO_INTERFACE: u32 = 0x8000_4002;
        const PROPERTY_UNSUPPORTED: u32 = 0x8007_0490;
        const SET_UNSUPPORTED: u32 = 0x8007_0492;
        let code = code.cast_unsigned();
        let message = format!("{call}: {} (0x{code:08X})", text.trim());
        match code {
            ACCESS_DENIED => Self::NotAllowed(message),
            SHARING_VIOLATION | BUSY | NO_SYSTEM_RESOURCES | FAILED_START_STREAMING | DEVICE_PREEMPTED => {
                Self::InUse(message)
            }
            DEVICE_INVALIDATED | FILE_NOT_FOUND | PATH_NOT_FOUND | DEVICE_NOT_CONNECTED
            | NO_CAPTURE_DEVICES => Self::NotFound(message),
            INVALID_MEDIA_TYPE => Self::Format(message),
            NOT_IMPLEMENTED | NO_INTERFACE | PROPERTY_UNSUPPORTED | SET_UNSUPPORTED => {
                Self::NotSupported(message)
            }
            _ => Self::Failed(message),
        }
    }

    /// The error of a call to AVFoundation: the domain, code and text of an `NSError`.
    #[cfg(any(target_os = "macos", test))]
    pub(crate) fn from_ns_error(call: &str, domain: &str, code: isize, text: &str) -> Self {
        const USED_BY_ANOTHER_SESSION: isize = -11804;
        const DISCONNECTED: isize = -11808;
        const NOT_CONNECTED: isize = -11814;
        const IN_USE: isize = -11815;
        const LOCKED_BY_ANOTHER_PROCESS: isize = -11817;
        const NOT_AUTHORIZED: isize = -11836;
        const NOT_AUTHORIZED_FOR_DEVICE: isize = -11852;
        let message = format!("{call}: {} ({domain} {code})", text.trim());
        if domain != "AVFoundationErrorDomain" {
            return Self::Failed(message);
        }
        match code {
            NOT_AUTHORIZED | NOT_AUTHORIZED_FOR_DEVICE => Self::NotAllowed(message),
            DISCONNECTED | NOT_CONNECTED => Self::NotFound(message),
            USED_BY_ANOTHER_SESSION | IN_USE | LOCKED_BY_ANOTHER_PROCESS => Self::InUse(message),
            _ => Self::Failed(message),
        }
    }

    /// The error of an exception that AVFoundation threw. It throws `NSInvalidArgumentException` for formats, rates and
    /// values that the device doesn't have.
    #[cfg(any(target_os = "macos", test))]
    pub(crate) fn from_exception(call: &str, name: &str, reason: &str) -> Self {
        let message = format!("{call}: {name}: {reason}");
        match name {
            "NSInvalidArgumentException" | "NSRangeException" => Self::Format(message),
            _ => Self::Failed(message),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn codes_of_media_foundation_have_their_meaning() {
        let error = |code: u32| Error::from_hresult("ReadSample", code.cast_signed(), "text\r\n");
        assert!(matches!(error(0x8007_0005), Error::NotAllowed(_)));
        assert!(matches!(error(0xc00d_3704), Error::InUse(_)), "another program streams from it");
        assert!(matches!(error(0xc00d_3ea3), Error::InUse(_)));
        assert!(matches!(error(0xc00d_3ea2), Error::NotFound(_)), "it was unplugged");
        assert!(matches!(error(0xc00d_36b4), Error::Format(_)));
        assert!(matches!(error(0x8007_0490), Error::NotSupported(_)));
        assert_eq!(error(0x8000_ffff), Error::Failed("ReadSample: text (0x8000FFFF)".into()));
    }

    #[test]
    fn codes_of_avfoundation_have_their_meaning() {
        let error = |code| Error::from_ns_error("open", "AVFoundationErrorDomain", code, "text");
        assert!(matches!(error(-11852), Error::NotAllowed(_)));
        assert!(matches!(error(-11808), Error::NotFound(_)));
        assert!(matches!(error(-11815), Error::InUse(_)));
        assert_eq!(error(-11800), Error::Failed("open: text (AVFoundationErrorDomain -11800)".into()));
        let other = Error::from_ns_error("open", "NSOSStatusErrorDomain", -11808, "text");
        assert!(matches!(other, Error::Failed(_)), "the number means another thing in another domain");
    }

    #[test]
    fn exceptions_are_errors() {
        let error = Error::from_exception("set the rate", "NSInvalidArgumentException", "not supported");
        assert!(matches!(error, Error::Format(_)));
        assert!(matches!(Error::from_exception("start", "NSGenericException", "?"), Error::Failed(_)));
    }
}
