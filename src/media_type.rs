//! The media types of files, by their first bytes and by their extensions.

use std::path::Path;

/// Extensions of images in lower case, and their media types. An MPO file begins with a JPEG.
const IMAGES: [(&str, &str); 9] = [
    ("png", "image/png"),
    ("jpg", "image/jpeg"),
    ("jpeg", "image/jpeg"),
    ("jpe", "image/jpeg"),
    ("jfif", "image/jpeg"),
    ("jfi", "image/jpeg"),
    ("jif", "image/jpeg"),
    ("mpo", "image/mpo"),
    ("webp", "image/webp"),
];

/// Extensions of videos in lower case, and their media types.
#[cfg(not(target_family = "wasm"))]
const VIDEOS: [(&str, &str); 12] = [
    ("mp4", "video/mp4"),
    ("m4v", "video/mp4"),
    ("mov", "video/quicktime"),
    ("qt", "video/quicktime"),
    ("3gp", "video/3gpp"),
    ("3g2", "video/3gpp"),
    ("webm", "video/webm"),
    ("mkv", "video/matroska"),
    ("y4m", "video/x-yuv4mpeg"),
    ("avi", "video/x-msvideo"),
    ("mjpeg", MOTION_JPEG),
    ("mjpg", MOTION_JPEG),
];

/// Raw Motion JPEG. It begins like an image, or within one.
pub(crate) const MOTION_JPEG: &str = "video/x-motion-jpeg";

/// The number of bytes at the start of a file that determine its type.
pub(crate) const SIGNATURE_LEN: usize = 64;

/// Formats that are known by their first bytes alone: a file without them isn't one, whatever it is called.
const SIGNED: [&str; 10] = [
    "image/png",
    "image/apng",
    "image/jpeg",
    "image/gif",
    "image/webp",
    "video/webm",
    "video/matroska",
    "video/x-matroska",
    "video/x-yuv4mpeg",
    "video/x-msvideo",
];

/// The type of a file of unknown content.
const UNKNOWN: &str = "application/octet-stream";

/// The media type of an image file, by its name. `None` for other files.
pub(crate) fn image(path: &Path) -> Option<&'static str> {
    by_extension(&IMAGES, path)
}

/// Whether a [`FileSource`](crate::source::FileSource) reads files of this type.
#[cfg(not(target_family = "wasm"))]
pub(crate) fn is_readable(media_type: &str) -> bool {
    IMAGES.iter().chain(&VIDEOS).any(|(_, readable)| *readable == media_type)
}

/// The media type of a file that a [`FileSource`](crate::source::FileSource) may read, by its name. `None` for others.
#[cfg(not(target_family = "wasm"))]
pub(crate) fn file(path: &Path) -> Option<&'static str> {
    image(path).or_else(|| by_extension(&VIDEOS, path))
}

/// The extensions of files of these types that a [`FileSource`](crate::source::FileSource) reads.
#[cfg(all(feature = "dialog", not(target_family = "wasm")))]
pub(crate) fn extensions(matches: impl Fn(&str) -> bool) -> Vec<&'static str> {
    let known = IMAGES.iter().chain(&VIDEOS);
    known.filter(|(_, media_type)| matches(media_type)).map(|(extension, _)| *extension).collect()
}

fn by_extension(known: &[(&str, &'static str)], path: &Path) -> Option<&'static str> {
    let extension = path.extension()?.to_str()?;
    let (_, media_type) = known.iter().find(|(known, _)| known.eq_ignore_ascii_case(extension))?;
    Some(media_type)
}

/// The media type of a file by its first [`SIGNATURE_LEN`] bytes. Where they don't determine it, it is the claimed
/// type: that of the extension, or of the browser.
pub(crate) fn of_content<'a>(start: &[u8], claimed: &'a str) -> &'a str {
    match by_signature(start) {
        // An image may be the first of many.
        Some("image/jpeg") if claimed == MOTION_JPEG => claimed,
        // Containers of videos hold sound alone too.
        Some(found) if found.starts_with("video/") && claimed.starts_with("audio/") => claimed,
        Some(found) => found,
        None if SIGNED.contains(&claimed) => UNKNOWN,
        None if claimed.is_empty() => UNKNOWN,
        None => claimed,
    }
}

/// The media type of a file by the signature of its format, as in *MIME Sniffing* where that has it
/// (<https://mimesniff.spec.whatwg.org/#matching-an-image-type-pattern>).
fn by_signature(start: &[u8]) -> Option<&'static str> {
    Some(match start {
        [0x89, b'P', b'N', b'G', b'\r', b'\n', 0x1a, b'\n', ..] => "image/png",
        [0xff, 0xd8, 0xff, ..] => "image/jpeg",
        [b'G', b'I', b'F', b'8', b'7' | b'9', b'a', ..] => "image/gif",
        [b'R', b'I', b'F', b'F', _, _, _, _, b'W', b'E', b'B', b'P', ..] => "image/webp",
        [b'R', b'I', b'F', b'F', _, _, _, _, b'A', b'V', b'I', b' ', ..] => "video/x-msvideo",
        [b'Y', b'U', b'V', b'4', b'M', b'P', b'E', b'G', b'2', ..] => "video/x-yuv4mpeg",
        [0x1a, 0x45, 0xdf, 0xa3, header @ ..] => {
            // EBML: the type of the document is near its start.
            if header.windows(4).any(|word| word == b"webm") { "video/webm" } else { "video/matroska" }
        }
        [_, _, _, _, b'f', b't', b'y', b'p', brand @ ..] => match brand.first_chunk()? {
            b"avif" | b"avis" => "image/avif",
            b"heic" | b"heix" | b"mif1" | b"msf1" => "image/heic",
            b"qt  " => "video/quicktime",
            [b'3', b'g', ..] => "video/3gpp",
            b"M4A " | b"M4B " => "audio/mp4",
            _ => "video/mp4",
        },
        _ => return None,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn extensions_match_in_any_case() {
        let of = |name: &str| image(Path::new(name));
        assert_eq!(of("a/b.JPE"), Some("image/jpeg"));
        assert_eq!(of("b.tar.png"), Some("image/png"));
        for other in ["png", ".png", "b.pngs", "b.", ""] {
            assert_eq!(of(other), None, "{other}");
        }
        assert_eq!(file(Path::new("b.Y4M")), Some("video/x-yuv4mpeg"));
        assert_eq!(file(Path::new("b.MOV")), Some("video/quicktime"));
        assert_eq!(file(Path::new("b.txt")), None);
    }

    #[test]
    fn the_content_decides_and_not_the_claim() {
        const PNG: &[u8] = b"\x89PNG\r\n\x1a\n\0\0\0\x0dIHDR";
        for claimed in ["image/png", "image/jpeg", "text/plain", "video/mp4", ""] {
            assert_eq!(of_content(PNG, claimed), "image/png");
        }
        for (start, media_type) in [
            (&b"\xff\xd8\xff\xe0"[..], "image/jpeg"),
            (b"GIF89a", "image/gif"),
            (b"RIFF\0\0\0\0WEBPVP8 ", "image/webp"),
            (b"RIFF\0\0\0\0AVI LIST", "video/x-msvideo"),
            (b"YUV4MPEG2 W1 H1\n", "video/x-yuv4mpeg"),
            (b"\x1a\x45\xdf\xa3\x01\0\0\0\0\0\0\x1f\x42\x82\x84webm", "video/webm"),
            (b"\x1a\x45\xdf\xa3\x01\0\0\0\0\0\0\x23\x42\x82\x88matroska", "video/matroska"),
            (b"\0\0\0\x20ftypisom\0\0\x02\0", "video/mp4"),
            (b"\0\0\0\x1cftypavif", "image/avif"),
        ] {
            assert_eq!(of_content(start, "application/pdf"), media_type);
        }
    }

    #[test]
    fn a_claim_without_the_signature_of_its_format_is_false() {
        for start in [&b""[..], b"no picture", b"\x89PN", b"\0\0\0\x20ftyp"] {
            for claimed in ["image/png", "image/jpeg", "image/webp", "video/webm", "video/x-matroska", ""] {
                assert_eq!(of_content(start, claimed), UNKNOWN, "{claimed}");
            }
            // Formats without a signature, or with several.
            for claimed in ["image/svg+xml", "image/heic", "video/mp4", "text/plain"] {
                assert_eq!(of_content(start, claimed), claimed);
            }
        }
    }

    #[test]
    fn sound_and_motion_jpeg_stay_what_they_are() {
        assert_eq!(of_content(b"\xff\xd8\xff\xe0", MOTION_JPEG), MOTION_JPEG);
        assert_eq!(of_content(b"--boundary\r\n", MOTION_JPEG), MOTION_JPEG);
        assert_eq!(of_content(b"\x1a\x45\xdf\xa3webm", "audio/webm"), "audio/webm");
        assert_eq!(of_content(b"\0\0\0\x20ftypM4A ", "audio/x-m4a"), "audio/mp4");
    }
}
