//! MP4 and QuickTime files.

use super::{Outcome, packets};

pub(super) fn run(data: &[u8]) -> Outcome {
    packets::read("clip.mp4", data)
}
