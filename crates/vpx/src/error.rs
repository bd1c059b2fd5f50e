//! The error type.

use thiserror::Error;

/// A failure of an encoder, a decoder or an image.
///
/// `Display` gives one line: what failed, why, and what to do next.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
#[non_exhaustive]
pub enum VpxError {
    /// No encoder for images of this size.
    #[error(
        "images of {width}x{height} can't be encoded: a side must have 1 to 16383 pixels, \
         and at most 512 if the other one has less than 16; scale the images"
    )]
    EncoderSize {
        /// The width, in pixels.
        width: u32,
        /// The height, in pixels.
        height: u32,
    },
    /// The image hasn't the size of the encoder.
    #[error(
        "an image of {width}x{height} can't be encoded at {encoder_width}x{encoder_height}: \
         scale it, or make another encoder"
    )]
    ImageSize {
        /// The width of the image, in pixels.
        width: u32,
        /// The height of the image, in pixels.
        height: u32,
        /// The width of the encoder, in pixels.
        encoder_width: u32,
        /// The height of the encoder, in pixels.
        encoder_height: u32,
    },
    /// The planes don't make an image.
    #[error("the planes don't make an image of {width}x{height}: {reason}")]
    Planes {
        /// The width of the image, in pixels.
        width: u32,
        /// The height of the image, in pixels.
        height: u32,
        /// The cause.
        reason: String,
    },
    /// The time of an image isn't after that of the image before.
    #[error("an image at {pts_ms} ms can't follow one at {last_ms} ms: drop it, or give it a later time")]
    Time {
        /// The time of the image, in milliseconds.
        pts_ms: u64,
        /// The time of the image before, in milliseconds.
        last_ms: u64,
    },
    /// The packet holds no bytes.
    #[error("an empty packet can't be decoded: skip it")]
    EmptyPacket,
    /// The packet is damaged, isn't of this codec, or is a delta frame without its key frame. The decoder can go on
    /// with the next key frame.
    #[error("the packet can't be decoded: {0}; go on with the next key frame")]
    Data(String),
    /// The stream has pictures of another format than 4:2:0 with 8 bits.
    #[error("pictures of the format {0} aren't supported, only 4:2:0 with 8 bits: convert the stream")]
    PictureFormat(String),
    /// The stream has pictures beyond [`DecoderConfig::max_side`](crate::DecoderConfig::max_side).
    #[error(
        "a picture of {width}x{height} is larger than the limit of {max_side}: raise the limit if you trust the stream"
    )]
    PictureSize {
        /// The width of the picture, in pixels.
        width: u32,
        /// The height of the picture, in pixels.
        height: u32,
        /// The limit of either side, in pixels.
        max_side: u32,
    },
    /// There is too little memory.
    #[error("{call} has too little memory: use smaller images, or close other programs")]
    Memory {
        /// The function of libvpx.
        call: &'static str,
    },
    /// Another failure that libvpx reports.
    #[error("{call} failed: {message}")]
    Library {
        /// The function of libvpx.
        call: &'static str,
        /// The text of the error code, and the detail if there is one.
        message: String,
    },
}
