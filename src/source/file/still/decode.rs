//! Decodes image files to upright pixels.

use std::{
    fs::{self, File},
    io::{BufReader, Read},
    path::Path,
};

use bevy::math::UVec2;
use image::{
    DynamicImage, ImageDecoder, ImageError, ImageFormat, ImageReader, Limits, metadata::Orientation,
};

use super::{
    color::{self, ToSrgb},
    input, webp,
};
use crate::{
    error::MediaError,
    frame::{
        Frame, FramePool, MAX_FRAME_SIDE, PixelFormat,
        jpeg::{Color, Decoder, Header, Marker, Markers, Planes, SOI, SOS},
    },
    source::image_limits::{MAX_PIXELS, check_bytes, check_size},
};

/// The largest memory of a decoded image before its conversion, in MiB. Images of 16 bits have more bytes than our
/// pixels.
const MAX_DECODED_MIB: u64 = 512;

/// The marker of the Exif segment, APP1.
const EXIF: u8 = 0xe1;

/// The size of the upright image. Only the file's headers are decoded.
pub(super) fn upright_size(path: &Path) -> Result<UVec2, MediaError> {
    if let Some(jpeg) = read_jpeg(path)? {
        let (header, orientation) = jpeg_header(&jpeg)?;
        return Ok(upright(orientation, UVec2::new(header.width, header.height)));
    }
    let (decoder, Metadata { orientation, .. }) = decoder(path)?;
    Ok(upright(orientation, decoder.dimensions().into()))
}

/// The upright image as R, G, B, A bytes, in sRGB.
pub(super) fn decode(path: &Path, pool: &FramePool) -> Result<Frame, MediaError> {
    if let Some(jpeg) = read_jpeg(path)? {
        return decode_jpeg(&jpeg, pool);
    }
    let (decoder, Metadata { orientation, icc }) = decoder(path)?;
    let mut picture = DynamicImage::from_decoder(decoder).map_err(error)?;
    picture.apply_orientation(orientation);
    let picture = color::to_rgba8(picture, icc.as_deref())?;
    let size = picture.dimensions().into();
    Ok(Frame::packed(PixelFormat::Rgba32, size, picture.into_raw().into()))
}

/// The bytes of a file, if it is a JPEG.
fn read_jpeg(path: &Path) -> Result<Option<Vec<u8>>, MediaError> {
    let mut file = File::open(path).map_err(input::error)?;
    let mut start = [0; 2];
    if file.read_exact(&mut start).is_err() || start != [0xff, SOI] {
        return Ok(None);
    }
    check_bytes(file.metadata().map_err(input::error)?.len())?;
    fs::read(path).map(Some).map_err(input::error)
}

fn jpeg_header(jpeg: &[u8]) -> Result<(Header, Orientation), MediaError> {
    let header = Header::read(jpeg)?;
    check_size(UVec2::new(header.width, header.height))?;
    let exif = Markers::new(jpeg)
        .take_while(|marker| marker.code != SOS)
        .filter(|marker| marker.code == EXIF)
        .find_map(|Marker { data, .. }| data.strip_prefix(b"Exif\0\0"));
    let orientation = exif.and_then(Orientation::from_exif_chunk).unwrap_or(Orientation::NoTransforms);
    Ok((header, orientation))
}

fn decode_jpeg(jpeg: &[u8], pool: &FramePool) -> Result<Frame, MediaError> {
    let (header, orientation) = jpeg_header(jpeg)?;
    let mut planes = Planes::default();
    planes.decode(&mut Decoder::default(), jpeg, &header)?;
    let size = UVec2::new(header.width, header.height);
    let icc = color::jpeg_profile(jpeg);
    let mut to_srgb = icc.and_then(|icc| ToSrgb::<u8>::new(&icc, header.color == Color::Gray));
    let mut result = Ok(());
    let mut buffer = pool.take(PixelFormat::Rgba32.packed_len(size));
    let (target, _) = buffer.as_chunks_mut::<4>();
    planes.for_each_row(&header, |y, row| {
        let (start, step) = line(orientation, size, y);
        let places = (0..row.len() as isize).map(|x| start.wrapping_add_signed(x * step));
        if let Some(to_srgb) = &mut to_srgb {
            match to_srgb.convert(row.as_flattened(), 3) {
                Ok(row) => places.zip(row.as_chunks().0).for_each(|(place, pixel)| target[place] = *pixel),
                Err(error) => result = Err(error),
            }
        } else {
            for (place, [red, green, blue]) in places.zip(row) {
                target[place] = [*red, *green, *blue, 255];
            }
        }
    });
    result?;
    Ok(Frame::packed(PixelFormat::Rgba32, upright(orientation, size), buffer))
}

/// The destination of a row in the upright image: the index of its first pixel, and the step to the next.
fn line(orientation: Orientation, size: UVec2, y: usize) -> (usize, isize) {
    let (width, height) = (size.x as usize, size.y as usize);
    let below = height - 1 - y;
    let (right, down) = (1, height as isize);
    match orientation {
        Orientation::NoTransforms => (y * width, right),
        Orientation::FlipHorizontal => (y * width + width - 1, -right),
        Orientation::FlipVertical => (below * width, right),
        Orientation::Rotate180 => (below * width + width - 1, -right),
        Orientation::Rotate90 => (below, down),
        Orientation::Rotate90FlipH => (y, down),
        Orientation::Rotate270 => ((width - 1) * height + y, -down),
        Orientation::Rotate270FlipH => ((width - 1) * height + below, -down),
    }
}

/// The properties of an image that its pixels don't have.
struct Metadata {
    orientation: Orientation,
    /// The color profile.
    icc: Option<Vec<u8>>,
}

/// A decoder for other formats with limits, and the metadata of the image.
fn decoder(path: &Path) -> Result<(impl ImageDecoder + 'static, Metadata), MediaError> {
    let file = File::open(path).map_err(input::error)?;
    let mut reader = ImageReader::new(BufReader::new(file)).with_guessed_format().map_err(input::error)?;
    let is_webp = reader.format() == Some(ImageFormat::WebP);
    let mut limits = Limits::default();
    limits.max_image_width = Some(MAX_FRAME_SIDE);
    limits.max_image_height = Some(MAX_FRAME_SIDE);
    limits.max_alloc = Some(MAX_DECODED_MIB << 20);
    reader.limits(limits.clone());
    let mut decoder = reader.into_decoder().map_err(error)?;
    check_size(decoder.dimensions().into())?;
    limits.reserve(decoder.total_bytes()).map_err(error)?;
    let mut metadata = Metadata { orientation: Orientation::NoTransforms, icc: None };
    if !is_webp || webp::has_sound_metadata(path)? {
        // Damaged metadata is no damage of the image.
        let exif = decoder.exif_metadata().ok().flatten();
        // Some programs write the header of a JPEG's segment into other formats too.
        let exif = exif.as_deref().map(|exif| exif.strip_prefix(b"Exif\0\0").unwrap_or(exif));
        metadata.orientation =
            exif.and_then(Orientation::from_exif_chunk).unwrap_or(Orientation::NoTransforms);
        metadata.icc = decoder.icc_profile().ok().flatten();
    }
    Ok((decoder, metadata))
}

fn upright(orientation: Orientation, size: UVec2) -> UVec2 {
    match orientation {
        Orientation::Rotate90
        | Orientation::Rotate270
        | Orientation::Rotate90FlipH
        | Orientation::Rotate270FlipH => UVec2::new(size.y, size.x),
        _ => size,
    }
}

fn error(error: ImageError) -> MediaError {
    match error {
        ImageError::IoError(error) => input::error(error),
        ImageError::Unsupported(error) => {
            MediaError::not_supported(format!("the image can't be read: {error}; save it as PNG"))
        }
        ImageError::Limits(error) => MediaError::not_supported(format!(
            "the image is too large ({error}): the limits are {MAX_FRAME_SIDE} pixels for each side, {MAX_PIXELS} in total, \
             and {MAX_DECODED_MIB} MiB of memory; scale it down"
        )),
        error => MediaError::data(format!("the image is corrupt: {error}; choose another")),
    }
}

#[cfg(test)]
mod tests {
    use image::{Rgba, RgbaImage};

    use super::*;
    use crate::error::ErrorName;

    #[test]
    fn pixels_are_turned_as_image_turns_them() {
        let size = UVec2::new(3, 2);
        let picture = RgbaImage::from_fn(size.x, size.y, |x, y| Rgba([x as u8, y as u8, 7, 255]));
        for orientation in (1..=8).filter_map(Orientation::from_exif) {
            let mut expected = DynamicImage::from(picture.clone());
            expected.apply_orientation(orientation);
            assert_eq!(upright(orientation, size), UVec2::new(expected.width(), expected.height()));
            let mut turned = [[0; 4]; 6];
            for y in 0..2 {
                let (start, step) = line(orientation, size, y);
                for x in 0..3 {
                    turned[start.wrapping_add_signed(x * step)] = picture[(x as u32, y as u32)].0;
                }
            }
            assert_eq!(turned.as_flattened(), expected.as_bytes(), "{orientation:?}");
        }
    }

    #[test]
    fn what_is_too_large_is_refused_before_memory_is_taken() {
        let folder = tempfile::tempdir().expect("a temporary folder");
        // A header without data.
        let png = |size: [u32; 2], bits: u8, color: u8| {
            let mut png = b"\x89PNG\r\n\x1a\n\0\0\0\x0dIHDR".to_vec();
            png.extend(size.map(u32::to_be_bytes).concat());
            png.extend([bits, color, 0, 0, 0]);
            png.extend(checksum(&png[12..]).to_be_bytes());
            png.extend(b"\0\0\0\0IDAT\x35\xaf\x06\x1e");
            png
        };
        // Lossless WebP: two sides of 14 bits, less 1.
        let webp = b"RIFF\x1a\0\0\0WEBPVP8L\x0d\0\0\0\x2f\xfe\xbf\xff\x0f\0\0\0\0\0\0\0\0\0".to_vec();
        // A JPEG header, with as many bytes after it as its blocks need.
        let mut jpeg =
            b"\xff\xd8\xff\xc0\0\x0b\x08\x3e\x80\x3e\x80\x01\x01\x11\0\xff\xda\0\x08\x01\x01\0\0\x3f\0"
                .to_vec();
        jpeg.resize(2_000_000, 1);
        for (name, bytes, limit) in [
            // One bit per pixel.
            ("large.png", png([16_000, 16_000], 1, 0), "the limit is 134217728"),
            ("wide.png", png([40_000, 1], 8, 0), "32768 pixels for each side"),
            ("high.png", png([1, u32::MAX >> 1], 8, 0), "32768 pixels for each side"),
            // Four channels of 16 bits.
            ("deep.png", png([9_000, 9_000], 16, 6), "512 MiB of memory"),
            ("large.webp", webp, "the limit is 134217728"),
            ("large.jpg", jpeg, "the limit is 134217728"),
        ] {
            let path = folder.path().join(name);
            fs::write(&path, bytes).expect("a temporary folder");
            let error = upright_size(&path).expect_err("too large");
            assert_eq!(error.name, ErrorName::NotSupported, "{name}: {error}");
            assert!(error.message.contains(limit), "{name}: {error}");
        }
    }

    /// The checksum of PNG.
    fn checksum(bytes: &[u8]) -> u32 {
        let step = |state: u32, _: u32| if state & 1 == 1 { state >> 1 ^ 0xedb8_8320 } else { state >> 1 };
        let table = |byte: u32| (0..8).fold(byte, step);
        !bytes.iter().fold(!0, |state, byte| table((state ^ u32::from(*byte)) & 0xff) ^ state >> 8)
    }
}
