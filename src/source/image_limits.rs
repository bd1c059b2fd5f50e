//! The limits of still images. They are checked before an image is decoded.

use bevy::math::UVec2;

use crate::{error::MediaError, frame::MAX_FRAME_SIDE};

/// The largest number of pixels: 512 MiB as R, G, B and A.
pub(super) const MAX_PIXELS: u64 = 1 << 27;

/// The largest file whose bytes are all in memory while it is decoded.
pub(super) const MAX_BYTES: u64 = 256 << 20;

/// # Errors
/// [`ErrorName::NotSupported`](crate::error::ErrorName::NotSupported), with the limit.
pub(super) fn check_bytes(bytes: u64) -> Result<(), MediaError> {
    if bytes <= MAX_BYTES {
        return Ok(());
    }
    Err(MediaError::not_supported(format!(
        "the image has {bytes} bytes, and the limit is {MAX_BYTES}: save it smaller"
    )))
}

/// # Errors
/// [`ErrorName::NotSupported`](crate::error::ErrorName::NotSupported), with the limit.
pub(super) fn check_size(UVec2 { x: width, y: height }: UVec2) -> Result<(), MediaError> {
    let limit = if width.max(height) > MAX_FRAME_SIDE {
        format!("{MAX_FRAME_SIDE} for each side")
    } else if u64::from(width) * u64::from(height) > MAX_PIXELS {
        format!("{MAX_PIXELS} in total")
    } else {
        return Ok(());
    };
    Err(MediaError::not_supported(format!(
        "the image has {width}x{height} pixels, and the limit is {limit}: scale it down"
    )))
}

/// The number of bytes at the start of an image that have its size. Only a JPEG may have more before it.
#[cfg(target_family = "wasm")]
pub(super) const HEADERS_LEN: u32 = 1 << 20;

/// The size that an image claims in its first bytes. `None` for formats that aren't known here.
#[cfg(any(test, target_family = "wasm"))]
pub(super) fn claimed_size(start: &[u8]) -> Option<UVec2> {
    let bytes = |at: usize, count: usize| start.get(at..at.checked_add(count)?);
    let little = |at, count| {
        bytes(at, count).map(|bytes| bytes.iter().rev().fold(0, |sum, byte| sum << 8 | u32::from(*byte)))
    };
    let big = |at, count| {
        bytes(at, count).map(|bytes| bytes.iter().fold(0, |sum, byte| sum << 8 | u32::from(*byte)))
    };
    let (width, height) = match start {
        [0x89, b'P', b'N', b'G', ..] => (big(16, 4)?, big(20, 4)?),
        [b'G', b'I', b'F', ..] => (little(6, 2)?, little(8, 2)?),
        [b'R', b'I', b'F', b'F', ..] => match bytes(12, 4)? {
            b"VP8X" => (little(24, 3)? + 1, little(27, 3)? + 1),
            b"VP8L" => {
                let sides = little(21, 4)?;
                ((sides & 0x3fff) + 1, (sides >> 14 & 0x3fff) + 1)
            }
            b"VP8 " => (little(26, 2)? & 0x3fff, little(28, 2)? & 0x3fff),
            _ => return None,
        },
        // The height of a bitmap is negative if its first row is the top one.
        [b'B', b'M', ..] => (little(18, 4)?, little(22, 4)?.cast_signed().unsigned_abs()),
        [0xff, 0xd8, 0xff, ..] => {
            // Frame headers, which have codes around those of DHT, JPG and DAC.
            let is_frame = |code| matches!(code, 0xc0..=0xcf) && !matches!(code, 0xc4 | 0xc8 | 0xcc);
            let frame = crate::frame::jpeg::Markers::new(start).find(|marker| is_frame(marker.code))?;
            let side = |at: usize| Some(u32::from(u16::from_be_bytes(*frame.data.get(at..)?.first_chunk()?)));
            (side(3)?, side(1)?)
        }
        _ => return None,
    };
    Some(UVec2::new(width, height))
}

#[cfg(test)]
mod tests {
    use image::{ExtendedColorType, ImageEncoder, codecs};

    use super::*;
    use crate::error::ErrorName;

    #[test]
    fn the_size_of_an_image_is_in_its_first_bytes() {
        let size = UVec2::new(300, 7);
        let pixels = vec![9; 300 * 7 * 3];
        let mut files = [const { Vec::new() }; 3];
        let [png, jpeg, webp] = &mut files;
        let write = |encoder: &mut dyn FnMut() -> image::ImageResult<()>| encoder().expect("a small image");
        let rgb = ExtendedColorType::Rgb8;
        write(&mut || codecs::png::PngEncoder::new(&mut *png).write_image(&pixels, size.x, size.y, rgb));
        write(&mut || codecs::jpeg::JpegEncoder::new(&mut *jpeg).write_image(&pixels, size.x, size.y, rgb));
        write(&mut || {
            codecs::webp::WebPEncoder::new_lossless(&mut *webp).write_image(&pixels, size.x, size.y, rgb)
        });
        for file in &files {
            assert_eq!(claimed_size(file), Some(size));
            for cut in 0..file.len() {
                let claimed = claimed_size(&file[..cut]);
                assert!(claimed.is_none_or(|claimed| claimed == size), "cut at {cut}: {claimed:?}");
            }
        }
        let extended = b"RIFF\0\0\0\0WEBPVP8X\x0a\0\0\0\0\0\0\0\x2b\x01\0\x06\0\0";
        let lossy = b"RIFF\0\0\0\0WEBPVP8 \x0a\0\0\0\0\0\0\x9d\x01\x2a\x2c\x01\x07\0";
        let gif = b"GIF89a\x2c\x01\x07\0";
        let bitmap = b"BM\0\0\0\0\0\0\0\0\0\0\0\0\x28\0\0\0\x2c\x01\0\0\xf9\xff\xff\xff";
        for file in [&extended[..], lossy, gif, bitmap] {
            assert_eq!(claimed_size(file), Some(size), "{file:?}");
        }
        assert_eq!(claimed_size(b"no picture"), None);
        assert_eq!(claimed_size(b""), None);
    }

    #[test]
    fn an_error_of_a_large_image_has_the_limit() {
        assert_eq!(check_size(UVec2::new(32_768, 4_096)), Ok(()));
        assert_eq!(check_bytes(MAX_BYTES), Ok(()));
        for (error, limit) in [
            (check_size(UVec2::new(32_769, 1)), "32768"),
            (check_size(UVec2::splat(u32::MAX)), "32768"),
            (check_size(UVec2::new(32_768, 4_097)), "134217728"),
            (check_bytes(MAX_BYTES + 1), "268435456"),
        ] {
            let error = error.expect_err("too large");
            assert!(error.name == ErrorName::NotSupported && error.message.contains(limit), "{error}");
        }
    }
}
