//! The decoding of devices that send encoded video.

use std::{collections::VecDeque, time::Duration};

use bevy::{math::UVec2, platform::time::Instant};

use super::file::{
    decode::{Picture, Pixels, VideoDecoder, open_decoder},
    demux::{Crop, DeclaredColor, Packet, VideoCodec, VideoInfo},
};
use crate::{
    error::MediaError,
    frame::{Frame, FramePool, Rotation},
};

/// The most origins that are kept: more than a decoder holds back.
const MOST_ORIGINS: usize = 32;

/// A decoder of a stream that has no end and may lose frames.
#[derive(Debug)]
pub(super) struct LiveDecoder {
    decoder: Box<dyn VideoDecoder>,
    /// A frame was lost, so the decoder waits for a key frame.
    needs_key: bool,
    /// The origins of the last encoded frames: a decoder returns a picture some frames later.
    origins: VecDeque<Origin>,
}

/// A frame as the device sent it.
#[derive(Debug, Clone, Copy)]
pub(super) struct EncodedFrame<'a> {
    /// The encoded bytes.
    pub data: &'a [u8],
    /// The time at which it is shown, from any start.
    pub time: Duration,
    /// Whether the device says that a decoder can start here.
    pub is_key: bool,
    pub captured: Instant,
    pub sequence: u64,
}

/// The origin of a frame.
#[derive(Debug, Clone, Copy)]
struct Origin {
    time: Duration,
    captured: Instant,
    sequence: u64,
}

impl LiveDecoder {
    /// A decoder of H.264. `configuration` is an `avcC` record, or empty for a byte stream with start codes.
    ///
    /// # Errors
    /// [`ErrorName::NotSupported`](crate::error::ErrorName::NotSupported) if this build has no decoder, and the
    /// decoder's own errors.
    pub fn h264(size: UVec2, configuration: Vec<u8>) -> Result<Self, MediaError> {
        let decoder = open_decoder(&VideoInfo {
            codec: VideoCodec::H264,
            coded_size: size,
            crop: Crop::default(),
            rotation: Rotation::default(),
            color: DeclaredColor::default(),
            duration: None,
            frame_duration: None,
            codec_private: configuration,
        })?;
        Ok(Self { decoder, needs_key: true, origins: VecDeque::new() })
    }

    /// Decodes a frame. Returns the last picture that is complete, which can be that of an earlier frame. There can be
    /// one although this frame can't be decoded. While a key frame is missing, other frames are ignored.
    pub fn decode(
        &mut self,
        encoded: EncodedFrame<'_>,
        pool: &FramePool,
    ) -> (Option<Frame>, Result<(), MediaError>) {
        let EncodedFrame { data, time, captured, sequence, .. } = encoded;
        let is_key = encoded.is_key || self.decoder.is_key_frame(data);
        if self.needs_key && !is_key {
            return (None, Ok(()));
        }
        self.origins.push_back(Origin { time, captured, sequence });
        if self.origins.len() > MOST_ORIGINS {
            self.origins.pop_front();
        }
        let (origins, mut frame) = (&self.origins, None);
        let mut keep = |picture: Picture<'_>| {
            let origin = origins.iter().find(|origin| origin.time == picture.time);
            if let (Pixels::I420(planes), Some(origin)) = (picture.pixels, origin) {
                let Origin { captured, sequence, .. } = *origin;
                frame = Some(Frame { captured, sequence, ..planes.to_frame(pool) });
            }
        };
        let decoded = self.decoder.decode(Packet { time, is_key, is_shown: true, data }, &mut keep);
        self.needs_key = decoded.is_err();
        (frame, decoded)
    }

    /// Ignores frames until the next key frame, because a frame was lost.
    #[cfg(all(feature = "native", target_os = "linux"))]
    pub fn frame_lost(&mut self) {
        self.needs_key = true;
    }
}
