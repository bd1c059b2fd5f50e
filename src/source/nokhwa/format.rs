//! Conversion between nokhwa's modes and [`NativeMode`]s.

use ::nokhwa::utils::{CameraFormat, FrameFormat, Resolution};
use bevy::math::UVec2;

use crate::{device::NativeMode, frame::PixelFormat};

pub(super) const fn pixel_format(format: FrameFormat) -> PixelFormat {
    match format {
        FrameFormat::MJPEG => PixelFormat::Mjpeg,
        FrameFormat::YUYV => PixelFormat::Yuyv,
        FrameFormat::NV12 => PixelFormat::Nv12,
        FrameFormat::GRAY => PixelFormat::Gray,
        FrameFormat::RAWRGB => PixelFormat::Rgb24,
        FrameFormat::RAWBGR => PixelFormat::Bgr24,
    }
}

/// The mode in nokhwa. `None` if nokhwa doesn't support it.
pub(super) fn camera_format(mode: &NativeMode) -> Option<CameraFormat> {
    let format = match mode.format {
        PixelFormat::Mjpeg => FrameFormat::MJPEG,
        PixelFormat::Yuyv => FrameFormat::YUYV,
        PixelFormat::Nv12 => FrameFormat::NV12,
        // On Linux nokhwa requests a code that no driver has.
        PixelFormat::Gray if !cfg!(target_os = "linux") => FrameFormat::GRAY,
        PixelFormat::Rgb24 => FrameFormat::RAWRGB,
        PixelFormat::Bgr24 => FrameFormat::RAWBGR,
        _ => return None,
    };
    let whole = mode.frame_rate.round();
    if (mode.frame_rate - whole).abs() > 1e-6 || !(1.0..=10_000.0).contains(&whole) {
        return None;
    }
    // By the check above the cast loses nothing.
    Some(CameraFormat::new(Resolution::new(mode.size.x, mode.size.y), format, whole as u32))
}

pub(super) fn native_mode(format: CameraFormat) -> NativeMode {
    NativeMode {
        size: size(format.resolution()),
        frame_rate: f64::from(format.frame_rate()),
        format: pixel_format(format.format()),
    }
}

pub(super) fn size(resolution: Resolution) -> UVec2 {
    UVec2::new(resolution.width(), resolution.height())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn modes_go_there_and_back() {
        for format in
            [PixelFormat::Mjpeg, PixelFormat::Yuyv, PixelFormat::Nv12, PixelFormat::Rgb24, PixelFormat::Bgr24]
        {
            let mode = NativeMode { size: UVec2::new(640, 480), frame_rate: 30.0, format };
            assert_eq!(camera_format(&mode).map(native_mode), Some(mode));
        }
    }

    #[test]
    fn what_nokhwa_cannot_say_is_no_mode_of_its() {
        let mode = NativeMode { size: UVec2::new(640, 480), frame_rate: 30.0, format: PixelFormat::Yuyv };
        for frame_rate in [30000.0 / 1001.0, 12.5, 0.0, f64::NAN, f64::INFINITY, -30.0] {
            assert_eq!(camera_format(&NativeMode { frame_rate, ..mode }), None, "{frame_rate}");
        }
        assert_eq!(camera_format(&NativeMode { format: PixelFormat::I420, ..mode }), None);
    }
}
