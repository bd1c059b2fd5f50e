//! Calls into nokhwa.

use std::panic::{AssertUnwindSafe, catch_unwind};

use ::nokhwa::{
    Camera, NokhwaError,
    utils::{CameraIndex, FrameFormat, RequestedFormat, RequestedFormatType},
};

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

/// Runs a call into nokhwa and makes an error of a panic there.
pub(super) fn guarded<T>(call: impl FnOnce() -> Result<T, NokhwaError>) -> Result<T, NokhwaError> {
    catch_unwind(AssertUnwindSafe(call)).unwrap_or_else(|_| {
        Err(NokhwaError::GeneralError("the camera's driver said something that nokhwa can't read".into()))
    })
}
