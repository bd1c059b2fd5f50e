//! AVI files.

use super::{Outcome, files};

pub(super) fn run(data: &[u8]) -> Outcome {
    if !data.starts_with(b"RIFF") || data.get(8..12) != Some(b"AVI ") {
        return Outcome::Refused;
    }
    files::play("clip.avi", data)
}
