//! Still images: PNG, JPEG and WebP, with their rotations and color profiles.

use super::{Outcome, files};

pub(super) fn run(data: &[u8]) -> Outcome {
    let is_webp = data.starts_with(b"RIFF") && data.get(8..12) == Some(b"WEBP");
    if !is_webp && !data.starts_with(b"\x89PNG") && !data.starts_with(b"\xff\xd8\xff") {
        return Outcome::Refused;
    }
    files::play("image.png", data)
}
