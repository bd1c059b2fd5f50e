//! Checks the chunks of a WebP file (RFC 9649).

use std::path::Path;

use super::input::Input;
use crate::error::MediaError;

/// Whether the chunks of the color profile and of Exif are as long as they claim. Decoders allocate that much memory
/// before they read them.
///
/// # Errors
/// Those of reading the file.
pub(super) fn has_sound_metadata(path: &Path) -> Result<bool, MediaError> {
    let mut input = Input::open(path)?;
    // The header of the file.
    input.skip(12)?;
    while input.left() >= 8 {
        let [kind @ .., a, b, c, d] = input.read::<8>()?;
        let len = u64::from(u32::from_le_bytes([a, b, c, d]));
        if matches!(&kind, b"ICCP" | b"EXIF") && len > input.left() {
            return Ok(false);
        }
        // Chunks have an even length in the file.
        input.skip(len.next_multiple_of(2))?;
    }
    Ok(true)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn metadata_that_claims_more_than_the_file_has_is_found() {
        let folder = tempfile::tempdir().expect("a temporary folder");
        let path = folder.path().join("still.webp");
        let chunk =
            |kind: &[u8; 4], claimed: u32, data: &[u8]| [kind, &claimed.to_le_bytes()[..], data].concat();
        let is_sound = |chunks: &[Vec<u8>]| {
            std::fs::write(&path, [&b"RIFF\0\0\0\0WEBP"[..], &chunks.concat()].concat())
                .expect("a temporary folder");
            has_sound_metadata(&path).expect("a file that was just written")
        };
        let image = chunk(b"VP8L", 3, b"abc\0");
        assert!(is_sound(&[image.clone(), chunk(b"EXIF", 4, b"abcd")]));
        assert!(is_sound(&[chunk(b"ICCP", 1, b"a\0"), image.clone()]));
        assert!(is_sound(&[]));
        assert!(!is_sound(&[image.clone(), chunk(b"EXIF", u32::MAX, b"abcd")]));
        assert!(!is_sound(&[chunk(b"ICCP", 5, b"abcd")]));
        // The image's own chunk is for the decoder to check.
        assert!(is_sound(&[chunk(b"VP8L", u32::MAX, b"abcd")]));
    }
}
