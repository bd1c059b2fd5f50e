//! Raw Motion JPEG, which may begin within a JPEG or with the headers of an HTTP camera.

use super::{Outcome, files};

pub(super) fn run(data: &[u8]) -> Outcome {
    files::play("clip.mjpeg", data)
}
