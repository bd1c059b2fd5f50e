//! YUV4MPEG2 files.

use super::{Outcome, files};

pub(super) fn run(data: &[u8]) -> Outcome {
    if !data.starts_with(b"YUV4MPEG2") {
        return Outcome::Refused;
    }
    files::play("clip.y4m", data)
}
