//! The frames of a camera.

use std::{
    fmt,
    time::{Duration, Instant},
};

use crate::error::Error;

/// A codec of a camera's frames.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Codec {
    /// H.264. Each unit of a frame has a length of four bytes before it, as in MP4, and key frames begin with the
    /// parameter sets.
    H264,
    /// JPEG. Each frame is a file of its own.
    Jpeg,
}

/// The description of a camera's stream.
#[derive(Clone, PartialEq)]
#[non_exhaustive]
pub struct Info {
    /// The codec.
    pub codec: Codec,
    /// The width and height that are shown, in pixels.
    pub size: (u32, u32),
    /// The frames per second, if the camera tells them.
    pub frame_rate: Option<f64>,
    /// The configuration of a decoder: `avcC` (`AVCDecoderConfigurationRecord` of ISO/IEC 14496-15) for H.264. Empty
    /// for JPEG.
    pub configuration: Vec<u8>,
}

impl fmt::Debug for Info {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Info")
            .field("codec", &self.codec)
            .field("size", &self.size)
            .field("frame_rate", &self.frame_rate)
            .finish_non_exhaustive()
    }
}

/// An encoded frame.
#[derive(Clone, PartialEq)]
#[non_exhaustive]
pub struct Frame {
    /// The encoded bytes, as the [`Codec`] describes them.
    pub data: Vec<u8>,
    /// Whether a decoder can start here.
    pub is_key: bool,
    /// The time since the first frame, by the clock of the camera. Times don't fall in a good stream.
    pub time: Duration,
    /// The time at which its last packet arrived.
    pub arrived: Instant,
    /// The packets that were lost on the way since the frame before.
    pub lost_packets: u32,
    /// The frames that were dropped since the frame before, because [`Camera::next`](crate::Camera::next) was called
    /// too rarely.
    pub dropped_frames: u64,
    /// The description of the stream from here on, if it differs from the one before.
    pub new_info: Option<Info>,
}

impl fmt::Debug for Frame {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Frame")
            .field("len", &self.data.len())
            .field("is_key", &self.is_key)
            .field("time", &self.time)
            .field("arrived", &self.arrived)
            .field("lost_packets", &self.lost_packets)
            .field("dropped_frames", &self.dropped_frames)
            .field("new_info", &self.new_info)
            .finish_non_exhaustive()
    }
}

/// The result of [`Camera::next`](crate::Camera::next).
#[derive(Debug, Clone, PartialEq)]
#[non_exhaustive]
pub enum Event {
    /// A frame.
    Frame(Frame),
    /// No frame came within the wait.
    Pending,
    /// Packets came that can't be used. The next frame may be good.
    Corrupt(Error),
    /// The camera closed the connection.
    Ended,
}
