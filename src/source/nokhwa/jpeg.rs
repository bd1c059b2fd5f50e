//! Where a JPEG ends in a buffer that goes on behind it.

/// The bytes up to and with the marker that ends a JPEG; all bytes where there is none, or no JPEG. What follows in
/// the buffer can be the end of an older, longer JPEG, so the first end counts, and not one within a segment.
pub(super) fn len(bytes: &[u8]) -> usize {
    end(bytes).unwrap_or(bytes.len())
}

fn end(bytes: &[u8]) -> Option<usize> {
    if bytes.first_chunk() != Some(&[0xff, 0xd8]) {
        return None;
    }
    let mut at = 2;
    loop {
        // To the next marker: 0xff and a byte that is neither a stuffed zero nor one more 0xff.
        at += bytes.get(at..)?.iter().position(|byte| *byte == 0xff)?;
        let marker = *bytes.get(at + 1)?;
        at += match marker {
            0xff => 1,
            0xd9 => return Some(at + 2),
            // A stuffed zero, and markers without a segment.
            0x00 | 0x01 | 0xd0..=0xd8 => 2,
            // A segment, with its length in front. After that of a scan follow the scan's own bytes.
            _ => 2 + usize::from(u16::from_be_bytes(*bytes.get(at + 2..)?.first_chunk()?)),
        };
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A start, a segment that holds an end marker, a scan with a stuffed zero and a restart, and an end.
    const JPEG: [u8; 25] = [
        0xff, 0xd8, 0xff, 0xe1, 0, 6, 0xff, 0xd9, 1, 2, 0xff, 0xda, 0, 3, 9, 5, 0xff, 0, 6, 0xff, 0xd3, 7,
        0xff, 0xff, 0xd9,
    ];

    #[test]
    fn the_first_end_outside_of_segments_counts() {
        assert_eq!(len(&JPEG), JPEG.len());
        let mut buffer = JPEG.to_vec();
        buffer.extend([1, 2, 3, 0xff, 0xd9, 0, 0]);
        assert_eq!(len(&buffer), JPEG.len());
    }

    #[test]
    fn without_an_end_all_bytes_count() {
        for cut in 0..JPEG.len() {
            assert_eq!(len(&JPEG[..cut]), cut);
        }
        assert_eq!(len(&[0xff; 10]), 10);
        assert_eq!(len(b"not a JPEG \xff\xd9 at all"), 20);
    }

    #[test]
    fn a_real_jpeg_is_whole() -> Result<(), image::ImageError> {
        let picture =
            image::RgbImage::from_fn(67, 41, |x, y| image::Rgb([x as u8 * 3, y as u8 * 5, (x * y) as u8]));
        let mut jpeg = Vec::new();
        picture.write_to(&mut std::io::Cursor::new(&mut jpeg), image::ImageFormat::Jpeg)?;
        let whole = jpeg.len();
        jpeg.extend(jpeg.clone());
        assert_eq!(len(&jpeg), whole);
        Ok(())
    }
}
