//! The place of a track's newest frame.

use crate::frame::FrameReader;
#[cfg(target_family = "wasm")]
use crate::source::web::PageFrames;

/// Where a track's newest frame lies. Clones are of the same place.
#[derive(Debug, Clone)]
pub(crate) enum Frames {
    /// In a slot, as bytes.
    Bytes(FrameReader),
    /// In the page, as an element that the GPU can copy from.
    #[cfg(target_family = "wasm")]
    Page(PageFrames),
}
