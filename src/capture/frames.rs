//! The place of a track's newest frame.

use crate::frame::FrameReader;
#[cfg(target_family = "wasm")]
use crate::source::web::PageFrames;

/// The place of a track's newest frame. Clones are of the same place.
#[derive(Debug, Clone)]
pub(crate) enum Frames {
    /// A slot of bytes.
    Bytes(FrameReader),
    /// An element of the page, from which the GPU copies.
    #[cfg(target_family = "wasm")]
    Page(PageFrames),
}
