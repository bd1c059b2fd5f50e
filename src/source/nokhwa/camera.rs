//! Calls into nokhwa.

use ::nokhwa::{
    Camera, NokhwaError,
    utils::{CameraIndex, FrameFormat, RequestedFormat, RequestedFormatType},
};

use crate::source::guard::catch_panic;

pub(super) fn open_camera(index: CameraIndex, request: RequestedFormatType) -> Result<Camera, NokhwaError> {
    const FORMATS: [FrameFormat; 6] = [
        FrameFormat::YUYV,
        FrameFormat::NV12,
        FrameFormat::MJPEG,
        FrameFormat::RAWRGB,
        FrameFormat::RAWBGR,
        FrameFormat::GRAY,
    ];
    guarded(|| Camera::new(index, RequestedFormat::with_formats(request, &FORMATS)))
}

/// Calls into nokhwa, and turns a panic there into an error.
pub(super) fn guarded<T>(call: impl FnOnce() -> Result<T, NokhwaError>) -> Result<T, NokhwaError> {
    catch_panic(call).unwrap_or_else(|_| {
        Err(NokhwaError::GeneralError("nokhwa can't read the answer of the camera's driver".into()))
    })
}
