//! Every pixel format, against its conversion on the CPU.

use bevy::prelude::*;
use bevy_viewfinder::{
    device::NativeMode,
    frame::{
        ChromaLocation, ColorRange, ColorSpace, Frame, FramePool, MatrixCoefficients, PixelFormat, Plane,
        Rotation,
    },
    photo::Photo,
    prelude::*,
    source::CustomSource,
};

use crate::stage::Stage;

/// The formats that the GPU converts.
fn uncompressed() -> impl Iterator<Item = PixelFormat> {
    PixelFormat::ALL.iter().copied().filter(|format| *format != PixelFormat::Mjpeg)
}

/// A frame of 8 by 6 areas of one color each, with rows longer than they need be.
fn patches(format: PixelFormat, size: UVec2, color: ColorSpace) -> Frame {
    let mut planes = [Plane::default(); 3];
    let mut bytes = Vec::new();
    for (index, place) in planes.iter_mut().enumerate().take(format.plane_count()) {
        let (row_bytes, rows) = format.plane_extent(index, size);
        let stride = row_bytes.next_multiple_of(4) + 12;
        *place = Plane { offset: bytes.len() + 5, stride };
        bytes.resize(bytes.len() + 5, 0xee);
        for row in 0..rows {
            for byte in 0..stride {
                // The areas of all planes cover each other, whatever their sampling.
                let (column, line) = (byte * 8 / row_bytes.max(1), row * 6 / rows);
                let channel = if index > 0 { index } else { byte % 4 };
                bytes.push(if byte < row_bytes {
                    (column * 29 + line * 41 + channel * 67 + 7) as u8
                } else {
                    0xee
                });
            }
        }
    }
    let mut frame = Frame::packed(format, size, FramePool::default().copy_of(&bytes));
    frame.planes = planes;
    frame.color = color;
    frame
}

/// Shows a frame and takes its photo.
pub fn shown(stage: &mut Stage, frame: Frame) -> Photo {
    photos(stage, frame, (), [TakePhoto]).remove(0)
}

/// Shows a frame in a track with these components and takes photos of it.
fn photos<B: Bundle, const N: usize>(
    stage: &mut Stage,
    frame: Frame,
    more: impl Bundle,
    requests: [fn(Entity) -> B; N],
) -> Vec<Photo> {
    let mode = NativeMode { size: frame.size, frame_rate: 30.0, format: frame.format };
    let (source, feed) = CustomSource::new("patches", [mode]);
    let track = stage.spawn((VideoTrack, TrackSource::new(source), more));
    stage.until_live(track);
    feed.push(frame);
    stage.until_delivered(track, 1);
    let photos = requests.into_iter().map(|request| stage.shoot(request(track))).collect();
    stage.app.world_mut().despawn(track);
    photos
}

/// A frame of noise: neighboring chroma samples differ as much as they can.
fn noise(format: PixelFormat, size: UVec2) -> Frame {
    let hash = |index: u32| (index.wrapping_mul(2_654_435_761) ^ 0x9e37).wrapping_mul(2_246_822_519) >> 24;
    let bytes: Vec<u8> = (0..format.packed_len(size) as u32).map(|index| hash(index) as u8).collect();
    Frame::packed(format, size, bytes.into())
}

/// The greatest difference between the channels of two images.
fn difference(photo: &Photo, size: UVec2, expected: &[u8]) -> u8 {
    assert_eq!(photo.size, size);
    assert_eq!(photo.rgba.len(), expected.len());
    photo.rgba.iter().zip(expected).map(|(a, b)| a.abs_diff(*b)).max().unwrap_or(0)
}

const LOCATIONS: [ChromaLocation; 3] =
    [ChromaLocation::Left, ChromaLocation::Center, ChromaLocation::TopLeft];

/// How far the GPU may be off: the sampler mixes chroma with 8 bits of precision, and the matrix doubles it.
const TOLERANCE: u8 = 3;

#[test]
fn chroma_is_interpolated_as_on_the_cpu() {
    let mut stage = Stage::new();
    let subsampled = uncompressed().filter(|format| format.subsampling() != (1, 1));
    for format in subsampled {
        for size in [UVec2::new(32, 24), UVec2::new(33, 17), UVec2::new(2, 5), UVec2::new(7, 2)] {
            for location in LOCATIONS {
                let mut frame = noise(format, size);
                frame.chroma_location = location;
                let expected = frame.to_rgba().expect("a whole frame");
                let off = difference(&shown(&mut stage, frame), size, &expected);
                assert!(off <= TOLERANCE, "{format:?} {size} {location:?}: off by {off}");
            }
        }
    }
}

#[test]
fn rotation_and_mirror_do_not_shift_chroma() {
    let mut stage = Stage::new();
    let size = UVec2::new(32, 24);
    for format in [PixelFormat::Nv12, PixelFormat::I420, PixelFormat::Yuyv] {
        for rotation in
            [Rotation::None, Rotation::Clockwise90, Rotation::Clockwise180, Rotation::Clockwise270]
        {
            let mut frame = noise(format, size);
            frame.rotation = rotation;
            let rgba = frame.to_rgba().expect("a whole frame");
            let image = image::RgbaImage::from_raw(size.x, size.y, rgba).expect("four bytes for each pixel");
            let upright = match rotation {
                Rotation::None => image,
                Rotation::Clockwise90 => image::imageops::rotate90(&image),
                Rotation::Clockwise180 => image::imageops::rotate180(&image),
                Rotation::Clockwise270 => image::imageops::rotate270(&image),
            };
            let mirrored = image::imageops::flip_horizontal(&upright);
            let requests: [fn(Entity) -> (TakePhoto, PhotoOptions); 2] = [
                |track| (TakePhoto(track), PhotoOptions::new()),
                |track| (TakePhoto(track), PhotoOptions::new().mirrored(true)),
            ];
            let shown = photos(&mut stage, frame, (), requests);
            for (photo, expected) in shown.iter().zip([upright, mirrored]) {
                let off = difference(photo, expected.dimensions().into(), expected.as_raw());
                assert!(off <= TOLERANCE, "{format:?} {rotation:?}: off by {off}");
            }
        }
    }
}

#[test]
fn a_crop_does_not_shift_chroma() {
    let mut stage = Stage::new();
    let size = UVec2::new(64, 48);
    for format in [PixelFormat::Nv12, PixelFormat::I420, PixelFormat::Yuyv] {
        let frame = noise(format, size);
        let rgba = frame.to_rgba().expect("a whole frame");
        let image = image::RgbaImage::from_raw(size.x, size.y, rgba).expect("four bytes for each pixel");
        let expected = image::imageops::crop_imm(&image, 17, 0, 30, 48).to_image();
        let constraints = VideoConstraints::new().width(exact(30)).height(exact(48));
        let shown = photos(&mut stage, frame, constraints, [GrabFrame]);
        let off = difference(&shown[0], UVec2::new(30, 48), expected.as_raw());
        assert!(off <= TOLERANCE, "{format:?}: off by {off}");
    }
}

#[test]
fn every_format_matrix_and_range_is_converted_as_on_the_cpu() {
    let mut stage = Stage::new();
    let size = UVec2::new(64, 48);
    for format in uncompressed() {
        for matrix in [MatrixCoefficients::Bt601, MatrixCoefficients::Bt709, MatrixCoefficients::Bt2020] {
            for range in [ColorRange::Limited, ColorRange::Full] {
                let color = ColorSpace { matrix, range };
                let expected = patches(format, size, color).to_rgba().expect("a whole frame");
                let photo = shown(&mut stage, patches(format, size, color));
                assert_eq!(photo.size, size);
                // The middle of each area, where all neighbors have the same chroma.
                for (x, y) in (0..8).flat_map(|x| (0..6).map(move |y| (x * 8 + 4, y * 8 + 4))) {
                    let start = ((y * size.x + x) * 4) as usize;
                    let pixel = photo.pixel(x, y).expect("within the picture");
                    for (value, expected) in pixel.into_iter().zip(&expected[start..start + 4]) {
                        assert!(
                            value.abs_diff(*expected) <= 1,
                            "{format:?} {color:?} at {x},{y}: {pixel:?}, not {:?}",
                            &expected
                        );
                    }
                }
                if !format.is_yuv() {
                    break;
                }
            }
        }
    }
}

#[test]
fn odd_sizes_are_shown_whole() {
    let mut stage = Stage::new();
    for format in uncompressed() {
        for size in [UVec2::new(1, 1), UVec2::new(33, 17), UVec2::new(2, 5), UVec2::new(7, 2)] {
            let mut frame = patches(format, size, ColorSpace::JPEG);
            // One color, so that every pixel can be compared, also in the last column and row.
            frame.buffer.fill(90);
            let expected = frame.to_rgba().expect("a whole frame");
            let photo = shown(&mut stage, frame);
            assert_eq!(photo.size, size);
            let off = photo.rgba.iter().zip(&expected).map(|(a, b)| a.abs_diff(*b)).max();
            assert!(off <= Some(1), "{format:?} {size}: off by {off:?}");
        }
    }
}

#[test]
fn a_turned_sensor_is_shown_upright() {
    let mut stage = Stage::new();
    let size = UVec2::new(64, 32);
    // Red in the top left quarter, blue in the bottom right one, of the sensor.
    let sensor = |rotation| {
        let pixels: Vec<u8> = (0..32)
            .flat_map(|y| (0..64).map(move |x| (x < 32, y < 16)))
            .flat_map(|place| match place {
                (true, true) => [255, 0, 0, 255],
                (false, false) => [0, 0, 255, 255],
                _ => [0, 0, 0, 255],
            })
            .collect();
        let mut frame = Frame::packed(PixelFormat::Rgba32, size, pixels.into());
        frame.rotation = rotation;
        frame
    };
    // A clockwise turn moves the top left to the top right, and so on.
    for (rotation, upright, red, blue) in [
        (Rotation::None, (64, 32), (8, 8), (56, 24)),
        (Rotation::Clockwise90, (32, 64), (24, 8), (8, 56)),
        (Rotation::Clockwise180, (64, 32), (56, 24), (8, 8)),
        (Rotation::Clockwise270, (32, 64), (8, 56), (24, 8)),
    ] {
        let photo = shown(&mut stage, sensor(rotation));
        assert_eq!((photo.size.x, photo.size.y), upright, "{rotation:?}");
        assert_eq!(photo.pixel(red.0, red.1), Some([255, 0, 0, 255]), "{rotation:?}");
        assert_eq!(photo.pixel(blue.0, blue.1), Some([0, 0, 255, 255]), "{rotation:?}");
    }
}
