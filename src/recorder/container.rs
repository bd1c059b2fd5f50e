//! Containers of recordings: Matroska, WebM and MP4, written as a stream.
//!
//! A [`Muxer`] takes encoded samples and returns bytes; it reads and writes no file. The bytes leave it in whole pieces
//! (clusters of Matroska, fragments of MP4), so a killed process leaves a file that ends with a whole piece, and such a
//! file plays. At the end [`Muxer::finish`] returns the last bytes and some [`RecordingPatch`]es of earlier ones. With
//! the patches the file has a duration and an index for seeking; without them it is a live stream that plays from its
//! start.

mod ebml;
mod interleave;
mod matroska;
mod mp4;
mod open;
#[cfg(test)]
mod tests;

use std::time::{Duration, SystemTime};

use thiserror::Error;

pub use open::open;

use super::{RecordingPatch, codec::VideoCodec, color::Color};
use crate::error::MediaError;

/// The longest piece: a cluster or a fragment.
const MAX_PIECE_DURATION: Duration = Duration::from_secs(1);

/// The size at which a piece ends even if it is short.
const MAX_PIECE_BYTES: usize = 64 << 20;

/// The size of the largest sample. MP4 counts the bytes of a fragment in 31 bits.
const MAX_SAMPLE_BYTES: usize = 256 << 20;

/// The rate of Opus, in samples per second. An encoder's input may have another rate, a decoder's output has this one.
const OPUS_SAMPLE_RATE: u32 = 48_000;

/// A codec of an audio track.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum AudioCodec {
    /// Opus, mono or stereo.
    Opus,
}

/// The video track of a file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct VideoTrack {
    /// The codec of the samples.
    pub codec: VideoCodec,
    /// The width in pixels.
    pub width: u32,
    /// The height in pixels.
    pub height: u32,
    /// The color space.
    pub color: Color,
    /// The decoder's configuration: for H.264 an `AVCDecoderConfigurationRecord`, empty for other codecs.
    pub codec_private: Vec<u8>,
}

/// The audio track of a file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AudioTrack {
    /// The codec of the samples.
    pub codec: AudioCodec,
    /// The number of channels: 1 or 2.
    pub channels: u8,
    /// The number of 48 kHz samples that a decoder removes from its first output: the encoder's delay.
    pub pre_skip: u16,
}

/// The content of a file. It has at most one track of each kind, and at least one track.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Description {
    /// The video track.
    pub video: Option<VideoTrack>,
    /// The audio track.
    pub audio: Option<AudioTrack>,
    /// The time at which the recording began.
    pub created: Option<SystemTime>,
}

impl Description {
    /// Checks the rules that all containers have in common.
    fn check(&self) -> Result<(), ContainerError> {
        if self.video.is_none() && self.audio.is_none() {
            return Err(ContainerError::NoTrack);
        }
        if let Some(video) = &self.video {
            let invalid = |reason| Err(ContainerError::InvalidTrack { track: TrackKind::Video, reason });
            // MP4 has 15 bits for the size of a track.
            let size = 1..=i16::MAX as u32;
            if !size.contains(&video.width) || !size.contains(&video.height) {
                return invalid("its width and height must be from 1 to 32767 pixels");
            }
            if (video.codec == VideoCodec::H264) == video.codec_private.is_empty() {
                return invalid("H.264 needs a decoder configuration record, other codecs must have none");
            }
        }
        if let Some(audio) = &self.audio
            && !matches!(audio.channels, 1 | 2)
        {
            let reason = "Opus needs one or two channels";
            return Err(ContainerError::InvalidTrack { track: TrackKind::Audio, reason });
        }
        Ok(())
    }

    /// The start of the recording since the Unix epoch.
    fn created_since_epoch(&self) -> Option<Duration> {
        self.created?.duration_since(SystemTime::UNIX_EPOCH).ok()
    }
}

/// The kind of a track, which is its name in a file.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum TrackKind {
    /// The video track.
    Video,
    /// The audio track.
    Audio,
}

impl std::fmt::Display for TrackKind {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(match self {
            Self::Video => "video",
            Self::Audio => "audio",
        })
    }
}

/// An encoded video frame or audio packet.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Sample {
    /// The track of the sample.
    pub track: TrackKind,
    /// The time of the sample since the file's start.
    pub time: Duration,
    /// Whether a decoder can start here. Always true for audio.
    pub is_key: bool,
    /// The encoded bytes.
    pub data: Vec<u8>,
}

/// A writer of one container format.
///
/// The bytes of all calls of [`take`](Self::take), in order, and those of [`Finish::tail`] are the file.
///
/// The times of a track rise by at least one millisecond from sample to sample: an earlier sample is moved to one
/// millisecond after the one before it. Without effect are samples with no data, and video samples before the first key
/// frame, because nothing can decode them. Samples of both tracks are written in the order of their times, for which
/// up to one second of them is held back.
pub trait Muxer: std::fmt::Debug + Send {
    /// Adds a sample.
    fn write(&mut self, sample: Sample) -> Result<(), ContainerError>;

    /// Ends the current piece, so that [`take`](Self::take) returns it. Samples that are held back stay for the next
    /// piece.
    fn cut(&mut self) -> Result<(), ContainerError>;

    /// Removes the bytes of the pieces that are complete. The file's header comes with the first call.
    fn take(&mut self) -> Vec<u8>;

    /// Ends the file. The duration is that of the recording; the file is longer if its last sample is later.
    fn finish(self: Box<Self>, duration: Duration) -> Result<Finish, ContainerError>;
}

/// The end of a file.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Finish {
    /// The last bytes. With them the file is complete as a live stream.
    pub tail: Vec<u8>,
    /// Changes of bytes that were written before, to be made in this order after the tail was written: the file plays
    /// after each of them.
    pub patches: Vec<RecordingPatch>,
}

/// A failure of a [`Muxer`].
#[derive(Debug, Clone, PartialEq, Eq, Error)]
pub enum ContainerError {
    /// The description has no track.
    #[error("a recording without tracks can't be written; add a video or an audio track")]
    NoTrack,
    /// The container has no place for the codec.
    #[error("{container} files can't hold {codec}; choose another container or codec")]
    UnsupportedCodec {
        /// The name of the container.
        container: &'static str,
        /// The name of the codec.
        codec: VideoCodec,
    },
    /// The description of a track is invalid.
    #[error("the {track} track can't be written: {reason}")]
    InvalidTrack {
        /// The track.
        track: TrackKind,
        /// The rule that it breaks.
        reason: &'static str,
    },
    /// A sample of a track that the file hasn't.
    #[error("the file has no {0} track; add it to the file's description")]
    NoSuchTrack(TrackKind),
    /// A sample that no container holds.
    #[error("a sample of {0} bytes is too large for a file; record with a lower bit rate")]
    SampleTooLarge(usize),
    /// A box of MP4 that can't be written, for example for an invalid decoder configuration.
    #[error("the MP4 file can't be written: {0}; check the decoder configuration, or record to Matroska")]
    Mp4(String),
}

impl From<ContainerError> for MediaError {
    fn from(error: ContainerError) -> Self {
        let message = error.to_string();
        match error {
            ContainerError::UnsupportedCodec { .. } | ContainerError::InvalidTrack { .. } => {
                Self::not_supported(message)
            }
            _ => Self::operation(message),
        }
    }
}
