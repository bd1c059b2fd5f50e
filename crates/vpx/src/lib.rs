//! Real-time VP8 and VP9 encoding and decoding: a small safe wrapper over the system's libvpx.
//!
//! An [`Encoder`] makes one [`Packet`] of each [`I420`] image, at once: it holds no image back and drops none. A
//! [`Decoder`] makes at most one [`Picture`] of each packet. Neither reads or writes files: the packets are those of a
//! WebM, Matroska or IVF file.
//!
//! ```
//! use viewfinder_vpx::{Codec, Decoder, Encoder, EncoderConfig, I420};
//!
//! let mut encoder = Encoder::new(EncoderConfig::new(Codec::Vp8, 320, 180).bit_rate(500_000))?;
//! let mut decoder = Decoder::new(Codec::Vp8)?;
//! let bytes = vec![128; 320 * 180 * 3 / 2];
//! for frame in 0..5 {
//!     let image = I420::packed(320, 180, &bytes)?;
//!     let packet = encoder.encode(&image, frame * 33, false)?;
//!     assert_eq!(packet.is_key, frame == 0);
//!     let picture = decoder.decode(packet.data)?.expect("each packet shows a picture");
//!     assert_eq!(picture.width, 320);
//! }
//! # Ok::<(), viewfinder_vpx::VpxError>(())
//! ```
//!
//! # Requirements
//! libvpx 1.12 or newer with its headers, `pkg-config`, and `libclang` for `bindgen`. Use a release of libvpx with all
//! security fixes if you decode files of unknown origin.

#![deny(unsafe_op_in_unsafe_fn)]
#![warn(clippy::undocumented_unsafe_blocks, missing_docs, missing_debug_implementations)]

mod decoder;
mod encoder;
mod error;
mod ffi;
mod image;

pub use decoder::{Decoder, DecoderConfig, Picture, Plane};
pub use encoder::{Encoder, EncoderConfig, KeyFrameInterval, Packet};
pub use error::VpxError;
pub use ffi::version;
pub use image::I420;

/// A video codec of libvpx.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Codec {
    /// VP8, in Matroska and WebM `V_VP8`.
    Vp8,
    /// VP9 with profile 0, in Matroska and WebM `V_VP9`.
    Vp9,
}

/// The matrix from YUV to RGB.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
#[non_exhaustive]
pub enum ColorSpace {
    /// Not known, as in all VP8 streams, which are usually BT.601.
    #[default]
    Unknown,
    /// BT.601.
    Bt601,
    /// BT.709.
    Bt709,
    /// SMPTE 170M, whose matrix is that of BT.601.
    Smpte170,
    /// SMPTE 240M.
    Smpte240,
    /// BT.2020.
    Bt2020,
}

/// The range of the values of the pixels.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
pub enum ColorRange {
    /// Luma from 16 to 235, and chroma from 16 to 240.
    #[default]
    Studio,
    /// 0 to 255.
    Full,
}

/// The number of threads that this computer runs at the same time, at most `limit`.
fn cores(limit: u32) -> u32 {
    std::thread::available_parallelism()
        .map_or(1, |cores| u32::try_from(cores.get()).unwrap_or(limit).min(limit))
}
