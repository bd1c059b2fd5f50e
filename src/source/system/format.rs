//! The formats of `viewfinder-cameras` as modes, and the way back.

use bevy::math::UVec2;
use viewfinder_cameras::{Camera, Color, ColorRange as Range, Format, Layout, Matrix, Selection, select};

use crate::{
    device::NativeMode,
    frame::{ColorRange, ColorSpace, MatrixCoefficients, PixelFormat},
};

/// The layouts, and the pixel formats that they are. Of the two layouts of one format only the order of the planes
/// differs.
const LAYOUTS: [(Layout, PixelFormat); 15] = [
    (Layout::Yuyv, PixelFormat::Yuyv),
    (Layout::Yvyu, PixelFormat::Yvyu),
    (Layout::Uyvy, PixelFormat::Uyvy),
    (Layout::Nv12, PixelFormat::Nv12),
    (Layout::Nv21, PixelFormat::Nv21),
    (Layout::Nv16, PixelFormat::Nv16),
    (Layout::Nv24, PixelFormat::Nv24),
    (Layout::I420, PixelFormat::I420),
    (Layout::Yv12, PixelFormat::I420),
    (Layout::Gray, PixelFormat::Gray),
    (Layout::Rgb24, PixelFormat::Rgb24),
    (Layout::Bgr24, PixelFormat::Bgr24),
    (Layout::Bgrx32, PixelFormat::Bgrx32),
    (Layout::Rgbx32, PixelFormat::Rgbx32),
    (Layout::Jpeg, PixelFormat::Mjpeg),
];

/// The pixel format of a layout. `None` if this crate doesn't have it.
pub(super) fn pixel_format(layout: Layout) -> Option<PixelFormat> {
    LAYOUTS.into_iter().find_map(|(own, format)| (own == layout).then_some(format))
}

/// The modes of a camera in its own order. Formats that this crate doesn't have are left out.
pub(super) fn modes(camera: &Camera) -> Vec<NativeMode> {
    let mut modes = Vec::new();
    for format in &camera.formats {
        let Some(pixels) = format.code.layout().and_then(pixel_format) else { continue };
        let size = UVec2::new(format.width, format.height);
        for frame_rate in format.rates.iter().flat_map(|range| range.usual()) {
            let mode = NativeMode { size, frame_rate, format: pixels };
            // Several codes can mean one format (420v and 420f).
            if !modes.contains(&mode) {
                modes.push(mode);
            }
        }
    }
    modes
}

/// The format of a camera, and the range of its rates, that are a mode.
pub(super) fn choose(camera: &Camera, mode: &NativeMode) -> Option<Selection> {
    let layouts = LAYOUTS.into_iter().filter(|(_, format)| *format == mode.format);
    layouts
        .filter_map(|(layout, _)| select(&camera.formats, layout, mode.size.x, mode.size.y, mode.frame_rate))
        .next()
}

/// The mode that a camera runs in. It isn't the requested one if another program has started the camera in another
/// format, and shares it.
pub(super) fn running_mode(format: &Format, frame_rate: f64, requested: NativeMode) -> NativeMode {
    let size = UVec2::new(format.width, format.height);
    match format.code.layout().and_then(pixel_format) {
        Some(pixels) if (pixels, size) != (requested.format, requested.size) => {
            NativeMode { size, frame_rate, format: pixels }
        }
        _ => requested,
    }
}

/// The color space of frames. Without information it is that of unlabeled video, as for other sources.
pub(super) fn color_space(format: PixelFormat, color: Color) -> ColorSpace {
    if format == PixelFormat::Mjpeg {
        return ColorSpace::JPEG;
    }
    ColorSpace {
        matrix: match color.matrix {
            // The weights of SMPTE 240M differ by less than 0.02 from those of BT.709.
            Some(Matrix::Bt709 | Matrix::Smpte240) => MatrixCoefficients::Bt709,
            Some(Matrix::Bt2020) => MatrixCoefficients::Bt2020,
            _ => MatrixCoefficients::Bt601,
        },
        range: match color.range {
            Some(Range::Full) => ColorRange::Full,
            _ => ColorRange::Limited,
        },
    }
}

#[cfg(test)]
mod tests {
    use viewfinder_cameras::{PixelCode, RateRange};

    use super::*;

    fn format(code: PixelCode, size: (u32, u32), rates: &[(f64, f64)]) -> Format {
        Format {
            index: 0,
            code,
            width: size.0,
            height: size.1,
            rates: rates.iter().map(|(min, max)| RateRange::new(*min, *max)).collect(),
            color: Color::default(),
            stride: None,
        }
    }

    fn camera(formats: Vec<Format>) -> Camera {
        let mut camera = Camera::new("id", "a camera");
        camera.formats = formats;
        camera
    }

    /// The built-in camera of nokhwa#204, and a format of ten bits.
    #[test]
    fn every_listed_mode_can_be_chosen() {
        let os = |code: &[u8; 4]| PixelCode::OsType(u32::from_be_bytes(*code));
        let camera = camera(vec![
            format(os(b"x420"), (1920, 1080), &[(1.0, 30.0)]),
            format(os(b"420v"), (1920, 1080), &[(15.0, 30.0)]),
            format(os(b"420f"), (1920, 1080), &[(15.0, 30.0)]),
            format(os(b"yuvs"), (640, 480), &[(5.0, 5.0), (30000.0 / 1001.0, 30000.0 / 1001.0)]),
            format(os(b"dmb1"), (1280, 720), &[(60.0, 60.0)]),
        ]);
        let modes = modes(&camera);
        let rates: Vec<_> = modes.iter().map(|mode| (mode.format, mode.frame_rate.round())).collect();
        let nv12 = [15.0, 20.0, 24.0, 25.0, 30.0].map(|rate| (PixelFormat::Nv12, rate));
        let others = [(PixelFormat::Yuyv, 5.0), (PixelFormat::Yuyv, 30.0), (PixelFormat::Mjpeg, 60.0)];
        assert_eq!(rates, [&nv12[..], &others].concat());
        for mode in &modes {
            let chosen = choose(&camera, mode).expect("it is listed");
            let format = &camera.formats[chosen.format];
            assert_eq!(format.code.layout().and_then(pixel_format), Some(mode.format));
            assert!((chosen.rate - mode.frame_rate).abs() < 1e-9);
        }
        let other = NativeMode { frame_rate: 60.0, ..modes[0] };
        assert_eq!(choose(&camera, &other), None);
    }

    #[test]
    fn both_orders_of_the_chroma_planes_are_one_format() {
        let camera = camera(vec![format(PixelCode::four_cc(*b"YV12"), (640, 480), &[(30.0, 30.0)])]);
        let modes = modes(&camera);
        assert_eq!(modes[0].format, PixelFormat::I420);
        assert!(choose(&camera, &modes[0]).is_some());
    }

    #[test]
    fn a_shared_camera_runs_in_the_format_of_another_program() {
        let requested =
            NativeMode { size: UVec2::new(640, 480), frame_rate: 30.0, format: PixelFormat::Nv12 };
        let same = format(PixelCode::Spa(23), (640, 480), &[(30.0, 30.0)]);
        assert_eq!(running_mode(&same, 15.0, requested), requested);
        let other = format(PixelCode::Spa(4), (1280, 720), &[(10.0, 10.0)]);
        let running = NativeMode { size: UVec2::new(1280, 720), frame_rate: 10.0, format: PixelFormat::Yuyv };
        assert_eq!(running_mode(&other, 10.0, requested), running);
    }

    #[test]
    fn the_color_is_that_of_the_system() {
        let color = |matrix, range| color_space(PixelFormat::Nv12, Color { matrix, range, primaries: None });
        assert_eq!(color(None, None), ColorSpace::default());
        assert_eq!(
            color(Some(Matrix::Bt709), Some(Range::Full)),
            ColorSpace { matrix: MatrixCoefficients::Bt709, range: ColorRange::Full }
        );
        let jpeg = Color { matrix: Some(Matrix::Bt709), range: Some(Range::Limited), primaries: None };
        assert_eq!(color_space(PixelFormat::Mjpeg, jpeg), ColorSpace::JPEG);
    }
}
