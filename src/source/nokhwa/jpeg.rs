//! The end of a JPEG in a larger buffer.

use crate::frame::jpeg::{EOI, Header, Markers};

/// The number of bytes up to the end marker of a JPEG, inclusive; all bytes if there is none, or no JPEG.
///
/// The buffer can contain the end of an older, longer JPEG, so the first end marker outside of segments counts. But a
/// similar JPEG directly after the first is the other field of an interlaced frame.
pub(super) fn len(bytes: &[u8]) -> usize {
    let Some(first) = end(bytes) else { return bytes.len() };
    second_field(bytes, first).unwrap_or(first)
}

fn end(bytes: &[u8]) -> Option<usize> {
    if !bytes.starts_with(&[0xff, 0xd8]) {
        return None;
    }
    Markers::new(bytes).find(|marker| marker.code == EOI).map(|marker| marker.end)
}

fn second_field(bytes: &[u8], first: usize) -> Option<usize> {
    let padding = bytes[first..].iter().position(|byte| *byte != 0)?;
    let second = &bytes[first + padding..];
    let len = end(second)?;
    let is_like = Header::read(bytes).ok()?.is_like(&Header::read(second).ok()?);
    is_like.then_some(first + padding + len)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::frame::jpeg::encoder::Encoder;

    /// A start, a segment with an end marker in it, a scan with a stuffed zero and a restart marker, and an end.
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
    fn a_second_field_belongs_to_the_frame() {
        let jpeg = |width| Encoder::yuv(width, 41, [(2, 1), (1, 1), (1, 1)]).encode();
        let field = jpeg(67);
        for padding in [0, 5] {
            let padding = vec![0; padding];
            let frame = [&field[..], &padding, &field].concat();
            assert_eq!(len(&[&frame[..], &[0, 1, 2, 0xff, 0xd9]].concat()), frame.len());
        }
        // Remains of an older frame, and other images, don't.
        for behind in [&field[10..], &jpeg(66), &[1], &field[..field.len() / 2]] {
            assert_eq!(len(&[&field[..], behind].concat()), field.len());
        }
    }
}
