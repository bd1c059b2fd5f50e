//! Encoded video in a container, with the times of its frames.

use std::{collections::VecDeque, time::Duration};

use super::{
    clip::{Clip, DEFAULT_RATE, Span, choose_rate},
    decode::{Picture, Pixels, VideoDecoder, open_decoder},
    demux::{Demux, VideoCodec},
};
use crate::{
    device::NativeMode,
    error::{ErrorName, MediaError},
    frame::{Frame, FramePool, PixelFormat, Rotation},
};

/// The number of packets whose times give the frame rate of a file that has none.
const MEASURED_PACKETS: usize = 30;

/// The longest time for which the last frame is shown, if the file claims to last longer.
const LONGEST_LAST_FRAME: Duration = Duration::from_secs(1);

/// A video in a container.
#[derive(Debug)]
pub(super) struct Video {
    demux: Box<dyn Demux>,
    decoder: Box<dyn VideoDecoder>,
    mode: NativeMode,
    /// Whether frames are shown at the file's times, and not at a rate that was asked for.
    has_times: bool,
    pool: FramePool,
    /// The current frame, and then the ones that were decoded ahead: they tell when a frame is replaced.
    frames: VecDeque<Decoded>,
    /// Whether the first of the frames is the current one.
    has_current: bool,
    at_end: bool,
}

/// A frame, or a damaged place.
#[derive(Debug)]
struct Decoded {
    time: Duration,
    frame: Result<Frame, MediaError>,
}

impl Video {
    pub(super) fn open(mut demux: Box<dyn Demux>, frame_rate: Option<f64>) -> Result<Self, MediaError> {
        let decoder = open_decoder(demux.info())?;
        let rate = match demux.info().frame_duration {
            Some(duration) => 1.0 / duration.as_secs_f64(),
            None => measure_rate(&mut *demux)?,
        };
        let info = demux.info();
        let mode = NativeMode {
            size: info.crop.of(info.coded_size).unwrap_or(info.coded_size),
            frame_rate: choose_rate(frame_rate, rate),
            format: if info.codec == VideoCodec::Mjpeg { PixelFormat::Mjpeg } else { PixelFormat::I420 },
        };
        Ok(Self {
            demux,
            decoder,
            mode,
            has_times: frame_rate.is_none(),
            pool: FramePool::default(),
            frames: VecDeque::new(),
            has_current: false,
            at_end: false,
        })
    }

    /// Goes on from the last key frame at or before a time.
    fn restart(&mut self, from: Duration) -> Result<(), MediaError> {
        self.demux.seek(from)?;
        self.decoder.reset()?;
        self.frames.clear();
        self.has_current = false;
        self.at_end = false;
        Ok(())
    }
}

/// Measures the mean frame rate at the start of a file. Goes back to the start.
fn measure_rate(demux: &mut dyn Demux) -> Result<f64, MediaError> {
    let mut times = vec![];
    for _ in 0..MEASURED_PACKETS {
        match demux.next() {
            Ok(Some(packet)) => times.push(packet.time),
            Ok(None) => break,
            Err(error) if error.name == ErrorName::Data => {}
            Err(error) => return Err(error),
        }
    }
    demux.seek(Duration::ZERO)?;
    let (first, last) = (times.iter().min(), times.iter().max());
    let all = first.zip(last).map_or(0.0, |(first, last)| (*last - *first).as_secs_f64());
    Ok(if all > 0.0 { (times.len() - 1) as f64 / all } else { DEFAULT_RATE })
}

/// The frame of a picture.
fn frame(picture: Picture<'_>, mode: &NativeMode, rotation: Rotation, pool: &FramePool) -> Frame {
    let frame = match picture.pixels {
        Pixels::Jpeg(bytes) => Frame::packed(PixelFormat::Mjpeg, mode.size, pool.copy_of(bytes)),
        Pixels::I420(planes) => planes.to_frame(pool),
    };
    Frame { rotation, ..frame }
}

impl Clip for Video {
    fn mode(&self) -> NativeMode {
        self.mode
    }

    #[cfg(feature = "audio")]
    fn has_sound(&self) -> bool {
        true
    }

    fn duration(&self) -> Option<Duration> {
        self.demux.info().duration.filter(|_| self.has_times)
    }

    /// Decodes one packet, until the next frame and the one after it are there.
    fn prepare(&mut self) -> Result<bool, MediaError> {
        if self.at_end || self.frames.len() > 1 + usize::from(self.has_current) {
            return Ok(true);
        }
        let Self { demux, decoder, frames, mode, pool, at_end, .. } = self;
        let rotation = demux.info().rotation;
        // Times that go back are an error of the program that wrote the file.
        let previous = |frames: &VecDeque<Decoded>| frames.back().map_or(Duration::ZERO, |last| last.time);
        let mut keep = |picture: Picture<'_>| {
            let time = picture.time.max(previous(frames));
            frames.push_back(Decoded { time, frame: Ok(frame(picture, mode, rotation, pool)) });
        };
        let decoded = match demux.next() {
            Ok(Some(packet)) => decoder.decode(packet, &mut keep),
            Ok(None) => {
                *at_end = true;
                decoder.finish(&mut keep);
                Ok(())
            }
            Err(error) => Err(error),
        };
        match decoded {
            // The frames that depend on a lost one are lost with it.
            Err(error) if error.name == ErrorName::Data => {
                if frames.back().is_none_or(|last| last.frame.is_ok()) {
                    frames.push_back(Decoded { time: previous(frames), frame: Err(error) });
                }
            }
            other => other?,
        }
        Ok(false)
    }

    fn advance(&mut self) -> Result<bool, MediaError> {
        if self.has_current {
            self.frames.pop_front();
        }
        self.has_current = !self.frames.is_empty();
        Ok(self.has_current)
    }

    fn span(&self) -> Option<Span> {
        let current = self.frames.front().filter(|_| self.has_times)?;
        let next = self.frames.iter().skip(1).find(|next| next.frame.is_ok());
        let last = || {
            let usual = current.time.saturating_add(Duration::from_secs_f64(1.0 / self.mode.frame_rate));
            let longest = current.time.saturating_add(LONGEST_LAST_FRAME);
            self.duration().map_or(usual, |duration| duration.min(longest).max(usual))
        };
        Some(Span { start: current.time, end: next.map_or_else(last, |next| next.time) })
    }

    fn load(&mut self, _: &FramePool) -> Result<Option<Frame>, MediaError> {
        match self.frames.front_mut() {
            Some(Decoded { frame, .. }) => frame.clone().map(Some),
            None => Ok(None),
        }
    }

    fn rewind(&mut self) -> Result<(), MediaError> {
        self.restart(Duration::ZERO)
    }

    fn seek(&mut self, to: Duration) -> Result<bool, MediaError> {
        if self.has_times {
            self.restart(to)?;
        }
        Ok(self.has_times)
    }
}
