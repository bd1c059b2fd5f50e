//! Decodes image files to upright pixels.

use std::{
    fs::{self, File},
    io::{BufReader, Read},
    path::Path,
};

use bevy::math::UVec2;
use image::{DynamicImage, ImageDecoder, ImageError, ImageReader, Limits, metadata::Orientation};

use super::input;
use crate::{
    error::MediaError,
    frame::{
        Frame, FramePool, MAX_FRAME_SIDE, PixelFormat,
        jpeg::{Decoder, Header, Marker, Markers, Planes, SOI, SOS},
    },
};

/// The largest number of pixels: 512 MiB as R, G, B and A.
const MAX_PIXELS: u64 = 1 << 27;

/// The largest size of a JPEG, in bytes.
const MAX_JPEG_BYTES: u64 = 256 << 20;

/// The marker of the Exif segment, APP1.
const EXIF: u8 = 0xe1;

/// The size of the upright image. Only the file's headers are decoded.
pub(super) fn upright_size(path: &Path) -> Result<UVec2, MediaError> {
    if let Some(jpeg) = read_jpeg(path)? {
        let (header, orientation) = jpeg_header(&jpeg)?;
        return Ok(upright(orientation, UVec2::new(header.width, header.height)));
    }
    let (decoder, orientation) = decoder(path)?;
    Ok(upright(orientation, decoder.dimensions().into()))
}

/// The upright image as R, G, B, A bytes.
pub(super) fn decode(path: &Path, pool: &FramePool) -> Result<Frame, MediaError> {
    if let Some(jpeg) = read_jpeg(path)? {
        return decode_jpeg(&jpeg, pool);
    }
    let (decoder, orientation) = decoder(path)?;
    let mut picture = DynamicImage::from_decoder(decoder).map_err(error)?;
    picture.apply_orientation(orientation);
    let picture = picture.into_rgba8();
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
    let len = file.metadata().map_err(input::error)?.len();
    if len > MAX_JPEG_BYTES {
        return Err(MediaError::not_supported(format!(
            "the JPEG has {len} bytes, and the limit is {MAX_JPEG_BYTES}: save it smaller"
        )));
    }
    fs::read(path).map(Some).map_err(input::error)
}

fn jpeg_header(jpeg: &[u8]) -> Result<(Header, Orientation), MediaError> {
    let header = Header::read(jpeg)?;
    check_pixels(header.width, header.height)?;
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
    let mut buffer = pool.take(PixelFormat::Rgba32.packed_len(size));
    let (target, _) = buffer.as_chunks_mut::<4>();
    planes.for_each_row(&header, |y, row| {
        let (start, step) = line(orientation, size, y);
        let places = (0..row.len() as isize).map(|x| start.wrapping_add_signed(x * step));
        for (place, [red, green, blue]) in places.zip(row) {
            target[place] = [*red, *green, *blue, 255];
        }
    });
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

/// A decoder for other formats with limits, and the orientation of the image.
fn decoder(path: &Path) -> Result<(impl ImageDecoder + 'static, Orientation), MediaError> {
    let file = File::open(path).map_err(input::error)?;
    let mut reader = ImageReader::new(BufReader::new(file)).with_guessed_format().map_err(input::error)?;
    let mut limits = Limits::default();
    limits.max_image_width = Some(MAX_FRAME_SIDE);
    limits.max_image_height = Some(MAX_FRAME_SIDE);
    limits.max_alloc = Some(MAX_PIXELS * 4);
    reader.limits(limits.clone());
    let mut decoder = reader.into_decoder().map_err(error)?;
    let (width, height) = decoder.dimensions();
    check_pixels(width, height)?;
    // Images of 16 bits have more bytes than our pixels.
    limits.reserve(decoder.total_bytes()).map_err(error)?;
    let orientation = decoder.orientation().unwrap_or(Orientation::NoTransforms);
    Ok((decoder, orientation))
}

/// Rejects a large image before memory is allocated.
fn check_pixels(width: u32, height: u32) -> Result<(), MediaError> {
    if u64::from(width) * u64::from(height) <= MAX_PIXELS {
        return Ok(());
    }
    Err(MediaError::not_supported(format!(
        "the image has {width}x{height} pixels, and the limit is {MAX_PIXELS} in total: scale it down"
    )))
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
        error => MediaError::data(format!("the image is corrupt: {error}")),
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
        // A PNG header with one bit per pixel, without data.
        let mut png = b"\x89PNG\r\n\x1a\n\0\0\0\x0dIHDR".to_vec();
        png.extend([16_000_u32, 16_000].map(u32::to_be_bytes).concat());
        png.extend([1, 0, 0, 0, 0]);
        png.extend(checksum(&png[12..]).to_be_bytes());
        png.extend(b"\0\0\0\0IDAT\x35\xaf\x06\x1e");
        // A JPEG header, with as many bytes after it as its blocks need.
        let mut jpeg =
            b"\xff\xd8\xff\xc0\0\x0b\x08\x3e\x80\x3e\x80\x01\x01\x11\0\xff\xda\0\x08\x01\x01\0\0\x3f\0"
                .to_vec();
        jpeg.resize(2_000_000, 1);
        for (name, bytes) in [("large.png", png), ("large.jpg", jpeg)] {
            let path = folder.path().join(name);
            fs::write(&path, bytes).expect("a temporary folder");
            let error = upright_size(&path).expect_err("too large");
            assert_eq!(error.name, ErrorName::NotSupported, "{error}");
            assert!(error.message.contains("16000x16000"), "{error}");
        }
    }

    /// The checksum of PNG.
    fn checksum(bytes: &[u8]) -> u32 {
        let step = |state: u32, _: u32| if state & 1 == 1 { state >> 1 ^ 0xedb8_8320 } else { state >> 1 };
        let table = |byte: u32| (0..8).fold(byte, step);
        !bytes.iter().fold(!0, |state, byte| table((state ^ u32::from(*byte)) & 0xff) ^ state >> 8)
    }
}
