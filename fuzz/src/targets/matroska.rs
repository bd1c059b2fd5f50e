//! Matroska and WebM files.

use super::{Outcome, packets};

pub(super) fn run(data: &[u8]) -> Outcome {
    if !data.starts_with(&[0x1a, 0x45, 0xdf, 0xa3]) {
        return Outcome::Refused;
    }
    packets::read("clip.mkv", data)
}
