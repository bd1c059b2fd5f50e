//! Raw frames of all pixel formats, with any description of their bytes.
//!
//! An input is a head and the bytes of the frame. The head has a byte each for the format, the matrix, the range, the
//! chroma location and the rotation, two each for width and height, and two each for the offset and the stride of each
//! plane, which are added to those of packed planes.

use bevy::math::UVec2;
use bevy_viewfinder::{
    error::ErrorName,
    frame::{
        ChromaLocation, ColorRange, ColorSpace, Frame, MatrixCoefficients, PixelFormat, Plane, Rotation,
    },
};

use super::{Outcome, bytes::Bytes};

/// The largest number of pixels that are converted.
const MOST_PIXELS: u32 = 1 << 14;

pub(super) fn run(data: &[u8]) -> Outcome {
    let mut bytes = Bytes(data);
    let format = bytes.choice(PixelFormat::ALL);
    let color = ColorSpace {
        matrix: bytes.choice(&[
            MatrixCoefficients::Bt601,
            MatrixCoefficients::Bt709,
            MatrixCoefficients::Bt2020,
        ]),
        range: bytes.choice(&[ColorRange::Limited, ColorRange::Full]),
    };
    let chroma_location =
        bytes.choice(&[ChromaLocation::Left, ChromaLocation::Center, ChromaLocation::TopLeft]);
    let rotation = bytes.choice(&[
        Rotation::None,
        Rotation::Clockwise90,
        Rotation::Clockwise180,
        Rotation::Clockwise270,
    ]);
    let size = UVec2::new(bytes.u16().into(), bytes.u16().into());
    // Numbers near 0, and numbers whose sums overflow.
    let mut distance = |place: usize| match bytes.u16() {
        u16::MAX => usize::MAX,
        distance => place.wrapping_add_signed(distance.cast_signed().into()),
    };
    let planes = format
        .packed_planes(size)
        .map(|Plane { offset, stride }| Plane { offset: distance(offset), stride: distance(stride) });
    let buffer = bytes.0.to_vec().into();
    let frame = Frame { planes, color, chroma_location, rotation, ..Frame::packed(format, size, buffer) };
    if let Err(error) = frame.validate() {
        assert_eq!(error.name, ErrorName::Data, "{error}");
        assert_eq!(frame.to_rgba(), Err(error));
        return Outcome::Refused;
    }
    if format == PixelFormat::Mjpeg {
        assert_eq!(frame.to_rgba().map_err(|error| error.name), Err(ErrorName::NotSupported));
        return Outcome::Refused;
    }
    for (index, plane) in planes.iter().enumerate().take(format.plane_count()) {
        let (row_len, rows) = format.plane_extent(index, size);
        assert_eq!(frame.plane(index).len(), plane.stride * (rows - 1) + row_len);
    }
    if size.element_product() <= MOST_PIXELS {
        let rgba = frame.to_rgba().expect("it is valid");
        assert_eq!(rgba.len(), size.element_product() as usize * 4);
        let (pixels, _) = rgba.as_chunks::<4>();
        let is_opaque = !matches!(format, PixelFormat::Rgba32 | PixelFormat::Bgra32);
        assert!(!is_opaque || pixels.iter().all(|pixel| pixel[3] == 255));
        // The rows between the planes' own have no part in it.
        assert_eq!(Ok(&rgba), packed(&frame).to_rgba().as_ref());
    }
    Outcome::Accepted
}

/// The same frame without gaps between its rows.
fn packed(frame: &Frame) -> Frame {
    let mut buffer = vec![];
    for index in 0..frame.format.plane_count() {
        let (row_len, _) = frame.format.plane_extent(index, frame.size);
        for row in frame.plane(index).chunks(frame.planes[index].stride) {
            buffer.extend_from_slice(&row[..row_len]);
        }
    }
    let planes = frame.format.packed_planes(frame.size);
    Frame { planes, buffer: buffer.into(), ..frame.clone() }
}
