use bevy::math::UVec2;
use image::{ImageEncoder, Rgb, RgbImage, codecs::jpeg::JpegEncoder};

use super::*;
use crate::{
    error::ErrorName,
    frame::jpeg::encoder::{Encoder, segment, shades},
};

fn jpeg(width: u32, height: u32) -> Vec<u8> {
    let picture = RgbImage::from_fn(width, height, |x, y| Rgb([(x * 3) as u8, (y * 3) as u8, 128]));
    let mut bytes = Vec::new();
    JpegEncoder::new_with_quality(&mut bytes, 95)
        .write_image(&picture, width, height, image::ExtendedColorType::Rgb8)
        .expect("an encoder that writes to memory");
    bytes
}

fn decode(bytes: &[u8]) -> Result<Frame, MediaError> {
    decode_of(UVec2::ZERO, bytes)
}

/// Decodes a frame with the size that its source reports.
fn decode_of(size: UVec2, bytes: &[u8]) -> Result<Frame, MediaError> {
    let frame = Frame::packed(PixelFormat::Mjpeg, size, bytes.to_vec().into());
    let frame = MjpegDecoder::default().decode(frame)?;
    frame.validate()?;
    Ok(frame)
}

/// A plane without padding.
fn plane(frame: &Frame, index: usize) -> Vec<u8> {
    let (row, _) = frame.format.plane_extent(index, frame.size);
    let rows = frame.plane(index).chunks(frame.planes[index].stride);
    rows.flat_map(|line| &line[..row]).copied().collect()
}

fn assert_near(plane: &[u8], width: usize, expected: impl Fn(usize, usize) -> u8) {
    for (index, sample) in plane.iter().enumerate() {
        let (x, y) = (index % width, index / width);
        assert!(sample.abs_diff(expected(x, y)) <= 1, "{sample} at {x},{y} is not {}", expected(x, y));
    }
}

#[test]
fn the_planes_are_the_picture() {
    for (width, height) in [(64, 48), (37, 23), (1, 1)] {
        let frame = decode(&jpeg(width, height)).expect("a whole JPEG");
        assert_eq!(frame.size, UVec2::new(width, height));
        assert_eq!((frame.format, frame.color), (PixelFormat::I444, ColorSpace::JPEG));
        let rgba = frame.to_rgba().expect("planes within the buffer");
        for (index, pixel) in rgba.chunks_exact(4).enumerate() {
            let (x, y) = (index as u32 % width, index as u32 / width);
            let expected = [(x * 3) as i32, (y * 3) as i32, 128];
            for (channel, expected) in expected.into_iter().enumerate() {
                let difference = (i32::from(pixel[channel]) - expected).abs();
                assert!(difference <= 12, "{width}x{height} at {x},{y}: {pixel:?} is not {expected}");
            }
        }
    }
}

#[test]
fn the_format_is_the_jpegs_own() {
    for (factors, format) in [
        ([(1, 1), (1, 1), (1, 1)], PixelFormat::I444),
        ([(2, 2), (2, 2), (2, 2)], PixelFormat::I444),
        ([(2, 1), (1, 1), (1, 1)], PixelFormat::I422),
        ([(2, 2), (1, 2), (1, 2)], PixelFormat::I422),
        ([(2, 2), (1, 1), (1, 1)], PixelFormat::I420),
        ([(1, 2), (1, 1), (1, 1)], PixelFormat::I440),
        ([(4, 1), (1, 1), (1, 1)], PixelFormat::I411),
    ] {
        let encoder = Encoder::yuv(50, 35, factors);
        let frame = decode(&encoder.encode()).expect("a JPEG");
        assert_eq!(frame.format, format, "{factors:?}");
        for (index, (.., samples)) in encoder.components.iter().enumerate() {
            let (width, _) = format.plane_extent(index, frame.size);
            assert_near(&plane(&frame, index), width, samples);
        }
    }
    let gray = decode(&Encoder::new(50, 35, &[(1, 2, 2, shades)]).encode()).expect("a JPEG");
    assert_eq!(gray.format, PixelFormat::Gray);
    assert_near(&plane(&gray, 0), 50, shades);
}

#[test]
fn chroma_without_a_format_becomes_that_of_a_finer_one() {
    for (factors, format) in [
        // 4:1:0, 4:4:1, a quarter each way, and thirds.
        ([(4, 2), (1, 1), (1, 1)], PixelFormat::I420),
        ([(1, 4), (1, 1), (1, 1)], PixelFormat::I440),
        ([(4, 4), (1, 1), (1, 1)], PixelFormat::I420),
        ([(3, 1), (1, 1), (1, 1)], PixelFormat::I422),
        // Different factors for Cb and Cr, and luma coarser than chroma.
        ([(2, 2), (1, 1), (1, 2)], PixelFormat::I422),
        ([(1, 1), (2, 2), (1, 1)], PixelFormat::I444),
        ([(2, 1), (3, 1), (3, 1)], PixelFormat::I444),
    ] {
        let encoder = Encoder::yuv(50, 35, factors);
        let frame = decode(&encoder.encode()).expect("a JPEG");
        assert_eq!(frame.format, format, "{factors:?}");
        let largest = |factor: fn(&(usize, usize)) -> usize| factors.iter().map(factor).max().unwrap_or(1);
        let (most_across, most_down) = (largest(|factor| factor.0), largest(|factor| factor.1));
        for (index, (.., samples)) in encoder.components.iter().enumerate() {
            let (width, _) = format.plane_extent(index, frame.size);
            let (across, down) = if index == 0 { (1, 1) } else { format.subsampling() };
            let (own_across, own_down) = factors[index];
            assert_near(&plane(&frame, index), width, |x, y| {
                samples(
                    x * across as usize * own_across / most_across,
                    y * down as usize * own_down / most_down,
                )
            });
        }
    }
}

#[test]
fn colors_that_are_no_luma_and_chroma_become_rgb() {
    let colors: [fn(usize, usize) -> u8; 3] =
        [shades, |x, y| (100 + x + y) as u8, |x, _| (250 - x * 3) as u8];
    let components = [(b'R', 1, 1, colors[0]), (b'G', 1, 1, colors[1]), (b'B', 1, 1, colors[2])];
    let frame = decode(&Encoder::new(50, 35, &components).encode()).expect("a JPEG");
    assert_eq!(frame.format, PixelFormat::Rgb24);
    assert_near(&plane(&frame, 0), 150, |x, y| colors[x % 3](x / 3, y));
}

/// The odd or the even lines of a frame.
fn field(polarity: Option<u8>, height: usize, luma: fn(usize, usize) -> u8) -> Vec<u8> {
    let components = [(1, 2, 1, luma), (2, 1, 1, luma), (3, 1, 1, |_, _| 99)];
    let mut encoder = Encoder::new(50, height, &components);
    if let Some(polarity) = polarity {
        segment(&mut encoder.segments, 0xe0, &[&b"AVI1"[..], &[polarity; 10]].concat());
    }
    encoder.encode()
}

#[test]
fn two_fields_are_woven_to_one_frame() {
    let odd: fn(usize, usize) -> u8 = |x, y| shades(x, 2 * y);
    let even: fn(usize, usize) -> u8 = |x, y| shades(x, 2 * y + 1);
    // The mark tells which field is on top. Without it the second one is.
    for (polarities, pictures) in [
        ([Some(1), Some(2)], [odd, even]),
        ([Some(2), Some(1)], [even, odd]),
        ([Some(0), Some(0)], [even, odd]),
        ([None, None], [even, odd]),
    ] {
        let [first, second] = [0, 1].map(|index| field(polarities[index], 24, pictures[index]));
        // Some recorders pad fields, and some omit end markers.
        let open = &first[..first.len() - 2];
        for bytes in [
            [&first[..], &second].concat(),
            [&first, &[0; 9][..], &second].concat(),
            [open, &second].concat(),
        ] {
            let frame = decode_of(UVec2::new(50, 48), &bytes).expect("two fields");
            assert_eq!((frame.size, frame.format), (UVec2::new(50, 48), PixelFormat::I422));
            assert_near(&plane(&frame, 0), 50, shades);
            assert_near(&plane(&frame, 1), 25, shades);
        }
    }
    // Different marks are enough, for any height that the source reports.
    let bytes = [field(Some(1), 25, odd), field(Some(2), 24, even)].concat();
    let frame = decode(&bytes).expect("two fields");
    assert_eq!(frame.size, UVec2::new(50, 49));
    assert_near(&plane(&frame, 0), 50, shades);
}

#[test]
fn a_second_jpeg_that_is_no_field_is_left_out() {
    let alone = field(None, 24, shades);
    let wide = Encoder::yuv(64, 24, [(2, 1), (1, 1), (1, 1)]).encode();
    let high = field(None, 30, shades);
    for (height, bytes) in [
        (24, [&alone[..], &alone].concat()),
        (0, [&alone[..], &alone].concat()),
        (48, [&alone[..], &wide].concat()),
        (48, [&alone[..], &high].concat()),
        (48, alone.clone()),
        (24, [&field(Some(1), 24, shades)[..], &alone].concat()),
    ] {
        let frame = decode_of(UVec2::new(50, height), &bytes).expect("the first is whole");
        assert_eq!(frame.size, UVec2::new(50, 24));
        assert_near(&plane(&frame, 0), 50, shades);
    }
    // A truncated field is an error.
    let bytes = [&alone[..], &alone[..alone.len() / 2]].concat();
    let error = decode_of(UVec2::new(50, 48), &bytes).expect_err("half a field");
    assert_eq!(error.name, ErrorName::Data, "{error}");
}

#[test]
fn broken_jpegs_are_named_errors() {
    let whole = jpeg(320, 240);
    for cut in [0, 1, 2, 20, 200, whole.len() / 2] {
        let error = decode(&whole[..cut]).expect_err("a JPEG cut short");
        assert_eq!(error.name, ErrorName::Data, "cut at {cut}: {error}");
    }
    assert!(decode(b"not a jpeg at all").is_err());
    // Damaged in the middle: any result is valid, but no panic.
    for position in (0..whole.len()).step_by(41) {
        let mut bytes = whole.clone();
        bytes[position] ^= 0xff;
        let _ = decode(&bytes);
    }
}

#[test]
fn one_decoder_takes_one_after_the_other() {
    let decoder = MjpegDecoder::default();
    let jpegs = [
        jpeg(64, 48),
        Encoder::yuv(50, 35, [(4, 2), (1, 1), (1, 1)]).encode(),
        Encoder::yuv(50, 35, [(2, 2), (1, 1), (1, 1)]).encode(),
        jpeg(64, 48)[..900].to_vec(),
    ];
    for _ in 0..2 {
        for bytes in &jpegs {
            let frame = Frame::packed(PixelFormat::Mjpeg, UVec2::ZERO, bytes.clone().into());
            let result = decoder.decode(frame).and_then(|frame| frame.to_rgba());
            assert_eq!(result, decode(bytes).and_then(|frame| frame.to_rgba()));
        }
    }
}
