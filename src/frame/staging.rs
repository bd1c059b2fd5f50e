//! Memory of the GPU that the capture thread copies frames to. The renderer then records a copy to the textures, and
//! touches no pixel.
//!
//! The buffers of a track go round: a free one is mapped, so the capture thread copies a frame to it ([`Staging`]). The
//! renderer unmaps it, records the copy to the textures ([`StagedFrame::upload`]), and maps it again once the commands
//! are submitted ([`StagedUpload`]). While none is free, and before the renderer has offered any, frames are uploaded
//! from the memory of the CPU.
//!
//! A browser has one thread, and maps no memory. There nothing is staged.

#[cfg(not(target_family = "wasm"))]
#[path = "staging/native.rs"]
mod platform;
#[cfg(target_family = "wasm")]
#[path = "staging/web.rs"]
mod platform;

pub(crate) use platform::{StagedFrame, StagedUpload, Staging, StagingDevice};

use super::Frame;

/// A frame on its way from the device to the renderer.
#[derive(Debug)]
pub(crate) struct TrackFrame {
    /// The frame. If it is staged, without its bytes.
    pub frame: Frame,
    /// Its bytes in a buffer of the GPU.
    pub staged: Option<StagedFrame>,
}
