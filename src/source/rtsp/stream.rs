//! An open camera.

use std::time::Duration;

use bevy::math::UVec2;
use viewfinder_rtsp::{Camera, Codec, Event, Frame as Encoded, Info, Options};

use super::error::media_error;
use crate::{
    device::NativeMode,
    error::{ErrorName, MediaError},
    frame::{Frame, FramePool, MAX_FRAME_SIDE, PixelFormat, jpeg::Header},
    source::{
        Stream, StreamEvent,
        live_video::{EncodedFrame, LiveDecoder},
        remote::silence_limit,
    },
};

/// The shortest time without a frame after which the connection ends by itself: by then a silent camera has been opened
/// again.
const SHORTEST_FRAME_LIMIT: Duration = Duration::from_secs(10);

/// A camera that is connected. A thread of its own reads it, and this one decodes its frames.
pub(super) struct RtspStream {
    camera: Camera,
    /// The URL without secrets.
    shown: String,
    decoder: Decoder,
    mode: NativeMode,
    silence_limit: Duration,
    pool: FramePool,
    /// The number of the next frame.
    sequence: u64,
    /// An event that comes after the last frame.
    next: Option<StreamEvent>,
}

/// The way from an encoded frame to a frame.
enum Decoder {
    /// The capture thread decodes JPEGs.
    Jpeg,
    H264(LiveDecoder),
}

impl RtspStream {
    /// Connects, and waits for the first frame.
    ///
    /// # Errors
    /// Those that [`RtspSource`](super::RtspSource) lists, and [`ErrorName::Abort`] once the camera isn't wanted any
    /// more.
    pub fn open(
        options: &Options,
        usual_rate: f64,
        silence: Duration,
        pool: &FramePool,
        is_wanted: &dyn Fn() -> bool,
    ) -> Result<Self, MediaError> {
        let frame_limit = silence.saturating_mul(4).max(SHORTEST_FRAME_LIMIT);
        let camera =
            Camera::connect(&options.clone().frame_limit(frame_limit), is_wanted).map_err(media_error)?;
        let info = camera.info();
        let shown = options.shown().to_owned();
        let size = UVec2::from(info.size);
        if size.max_element() > MAX_FRAME_SIDE {
            return Err(MediaError::not_supported(format!(
                "{shown} sends frames of {}x{} pixels, and a side may have at most {MAX_FRAME_SIDE}: set a smaller size \
                 in its settings",
                size.x, size.y
            )));
        }
        let (decoder, format) = match info.codec {
            Codec::Jpeg => (Decoder::Jpeg, PixelFormat::Mjpeg),
            _ => (Decoder::H264(open_h264(&shown, info)?), PixelFormat::I420),
        };
        let frame_rate = info.frame_rate.unwrap_or(usual_rate);
        Ok(Self {
            camera,
            shown,
            decoder,
            mode: NativeMode { size, frame_rate, format },
            silence_limit: silence_limit(silence, frame_rate),
            pool: pool.clone(),
            sequence: 0,
            next: None,
        })
    }

    /// Waits for an event. All frames that wait are decoded, and the newest is returned.
    fn newest(&mut self, wait: Duration) -> StreamEvent {
        let mut newest = None;
        let mut wait = wait;
        loop {
            match self.read(wait) {
                Ok(encoded) => newest = self.decode(encoded).or(newest),
                Err(StreamEvent::Pending) => break,
                Err(event) => match newest {
                    Some(_) => {
                        self.next = Some(event);
                        break;
                    }
                    None => return event,
                },
            }
            wait = Duration::ZERO;
        }
        match newest {
            Some(frame) => StreamEvent::Frame(frame),
            None => self.next.take().unwrap_or(StreamEvent::Pending),
        }
    }

    /// The next encoded frame, or another event.
    fn read(&mut self, wait: Duration) -> Result<Encoded, StreamEvent> {
        match self.camera.next(wait) {
            Ok(Event::Frame(frame)) => Ok(frame),
            Ok(Event::Pending) => Err(StreamEvent::Pending),
            Ok(Event::Corrupt(error)) => Err(StreamEvent::Corrupt(media_error(error))),
            Ok(_) => Err(StreamEvent::Disconnected),
            // The end comes next.
            Err(error) => Err(StreamEvent::Corrupt(media_error(error))),
        }
    }

    /// Decodes a frame. The result is the last one that is complete. An error is the next event.
    fn decode(&mut self, encoded: Encoded) -> Option<Frame> {
        let sequence = self.sequence;
        self.sequence += 1;
        let decoded = match &mut self.decoder {
            Decoder::Jpeg => Header::read(&encoded.data).map(|header| {
                let size = UVec2::new(header.width, header.height);
                let jpeg = Frame::packed(PixelFormat::Mjpeg, size, self.pool.copy_of(&encoded.data));
                Some(Frame { captured: encoded.arrived, sequence, ..jpeg })
            }),
            Decoder::H264(decoder) => {
                let encoded = EncodedFrame {
                    data: &encoded.data,
                    time: encoded.time,
                    is_key: encoded.is_key,
                    captured: encoded.arrived,
                    sequence,
                };
                decoder.decode(encoded, &self.pool)
            }
        };
        let frame = decoded.unwrap_or_else(|error| {
            self.next = Some(StreamEvent::Corrupt(self.unreadable(error)));
            None
        })?;
        self.mode.size = frame.size;
        Some(frame)
    }

    fn unreadable(&self, error: MediaError) -> MediaError {
        let message = match error.name {
            ErrorName::Data => format!(
                "{} sent a frame that can't be decoded: wait for its next key frame, or check the network",
                self.shown
            ),
            _ => format!("{} can't be shown: {}", self.shown, error.message),
        };
        MediaError { message: message.into(), ..error }
    }
}

/// A decoder of H.264.
fn open_h264(shown: &str, info: &Info) -> Result<LiveDecoder, MediaError> {
    if cfg!(not(feature = "h264")) {
        return Err(MediaError::not_supported(format!(
            "{shown} sends H.264, which this build can't decode: enable the feature `h264`, or set the camera to Motion \
             JPEG"
        )));
    }
    LiveDecoder::h264(UVec2::from(info.size), info.configuration.clone()).map_err(|error| MediaError {
        message: format!(
            "{shown} can't be shown: its H.264 can't be decoded; set another profile in its settings"
        )
        .into(),
        ..error
    })
}

impl Stream for RtspStream {
    fn mode(&self) -> NativeMode {
        self.mode
    }

    fn modes(&self) -> Option<Vec<NativeMode>> {
        Some(vec![self.mode])
    }

    fn next(&mut self, wait: Duration) -> Result<StreamEvent, MediaError> {
        if let Some(event) = self.next.take() {
            return Ok(event);
        }
        Ok(self.newest(wait))
    }

    fn silence_limit(&self) -> Option<Duration> {
        Some(self.silence_limit)
    }

    /// It has one mode.
    fn switches_mode_for_photos(&self) -> bool {
        false
    }
}
