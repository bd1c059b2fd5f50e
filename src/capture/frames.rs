//! The place of a track's newest frame.

use crate::frame::{FrameReader, Staging, TrackFrame};
#[cfg(target_family = "wasm")]
use crate::source::web::PageFrames;

/// The place of a track's newest frame. Clones are of the same place.
#[derive(Debug, Clone)]
pub(crate) enum Frames {
    /// A slot of bytes, and the memory of the GPU that they are copied to.
    Bytes(FrameReader<TrackFrame>, Staging),
    /// An element of the page, from which the GPU copies.
    #[cfg(target_family = "wasm")]
    Page(PageFrames),
}
