//! A recording while it is made: from frames to the pieces of a file.
//!
//! It reads no clock and waits for nothing: the caller gives the time of each event.

#[cfg(feature = "audio")]
mod sound;
#[cfg(all(test, feature = "audio"))]
mod tests;

use std::{
    sync::Arc,
    time::{Duration, SystemTime},
};

use bevy::{platform::time::Instant, prelude::*};

#[cfg(feature = "audio")]
use super::sound::track::SoundTrack;
use super::{
    clock::RecordingClock,
    container::{self, Description, Finish, Muxer, Sample, TrackKind, VideoTrack},
    counters::RecordingCounters,
    format::Format,
    job::LONGEST_STILL,
    output::Output,
    report::Report,
    video::{EncodedFrame, VideoEncoder},
};
use crate::{
    error::MediaError,
    frame::{Frame, PixelFormat, RgbaFrame},
};

/// A recording that is being made.
pub(super) struct Recording {
    clock: RecordingClock,
    size: UVec2,
    format: Format,
    encoder: Box<dyn VideoEncoder>,
    #[cfg(feature = "audio")]
    sound: Option<SoundTrack>,
    /// `None` before the first frame: the header of a file may need what the encoder knows after it.
    muxer: Option<Box<dyn Muxer>>,
    /// The newest frame, which is repeated if no other comes. Before the first it is black.
    newest: Option<Frame>,
    output: Output,
    counters: Arc<RecordingCounters>,
    /// Whether it may begin with black, because the track shows none of its frames.
    begins_black: bool,
}

impl Recording {
    /// A recording of frames of this size, which is started now.
    pub fn new(
        size: UVec2,
        format: Format,
        encoder: Box<dyn VideoEncoder>,
        output: Output,
        counters: Arc<RecordingCounters>,
        now: Instant,
    ) -> Self {
        let clock = RecordingClock::new(now);
        Self {
            clock,
            size,
            format,
            encoder,
            #[cfg(feature = "audio")]
            sound: None,
            muxer: None,
            newest: None,
            output,
            counters,
            begins_black: false,
        }
    }

    /// Sets whether it may begin with black, without a frame. Otherwise it begins with the first frame.
    pub fn begins_black(self, begins_black: bool) -> Self {
        Self { begins_black, ..self }
    }

    /// Records a frame, which arrived now: pixels, or a JPEG that is written as it is. A frame of another size is
    /// dropped and counted.
    ///
    /// # Errors
    /// The encoder's, or the disk's.
    pub fn frame(&mut self, frame: Frame, now: Instant) -> Result<(), MediaError> {
        if frame.size != self.size {
            self.counters.dropped.add(1);
            return Ok(());
        }
        self.count_skipped(&frame);
        // A track that turns black, or a still that is drawn with other effects, has no newer time of capture.
        let is_redrawn = self.newest.as_ref().is_some_and(|newest| frame.captured <= newest.captured);
        let time = self.clock.frame(if is_redrawn { now } else { frame.captured });
        self.newest = Some(frame);
        time.map_or(Ok(()), |time| self.encode(time))
    }

    /// Counts the frames that the renderer skipped before this one, because the GPU was behind.
    fn count_skipped(&mut self, frame: &Frame) {
        if let Some(last) = self.newest.as_ref().filter(|newest| newest.format == frame.format)
            && frame.format != PixelFormat::Mjpeg
        {
            self.counters.dropped.add(frame.sequence.saturating_sub(last.sequence + 1));
        }
    }

    /// The time until the last frame is to be [repeated](Self::repeat). `None` during a pause, and before the first
    /// frame.
    pub fn until_repeat(&self, now: Instant) -> Option<Duration> {
        let has_frame = self.begins_black || !self.clock.is_empty();
        (has_frame && !self.clock.is_paused())
            .then(|| LONGEST_STILL.saturating_sub(self.clock.since_frame(now)))
    }

    /// Repeats the last frame if none came for a while.
    ///
    /// # Errors
    /// The encoder's, or the disk's.
    pub fn repeat(&mut self, now: Instant) -> Result<(), MediaError> {
        if self.until_repeat(now) == Some(Duration::ZERO) { self.encode_newest(now) } else { Ok(()) }
    }

    /// Begins a pause.
    pub fn pause(&mut self, now: Instant) {
        self.clock.pause(now);
        self.output.report(Report::Paused);
    }

    /// Ends the pause.
    pub fn resume(&mut self, now: Instant) {
        #[cfg(feature = "audio")]
        self.rejoin_sound(now);
        self.clock.resume(now);
        self.output.report(Report::Resumed);
    }

    /// Reports the data so far as a chunk, which may be empty.
    ///
    /// # Errors
    /// The disk's.
    pub fn request_data(&mut self, now: Instant) -> Result<(), MediaError> {
        self.end_piece()?;
        self.output.chunk(self.clock.length(now));
        Ok(())
    }

    /// Ends the recording: reports the error, if there is one, the last chunk and the file.
    pub fn finish(mut self, error: Option<MediaError>, now: Instant) {
        let error = error.or_else(|| {
            // A recording without a frame is a black one.
            if self.clock.is_empty() { self.encode_newest(now).err() } else { None }
        });
        let length = self.clock.length(now);
        #[cfg(feature = "audio")]
        let error = error.or(self.finish_sound(length).err());
        let Self { muxer, mut output, counters, .. } = self;
        counters.length.set(length);
        let finished = muxer.map_or(Ok(Finish::default()), |muxer| muxer.finish(length));
        let (end, unfinished) = match finished {
            Ok(end) => (end, None),
            Err(error) => (Finish::default(), Some(error.into())),
        };
        let unwritten = output.piece(&end.tail).err();
        if let Some(error) = error.or(unfinished).or(unwritten) {
            output.report(Report::Failed(error));
        }
        output.finish(end.patches);
    }

    /// Encodes the newest frame once more.
    fn encode_newest(&mut self, now: Instant) -> Result<(), MediaError> {
        self.clock.frame(now).map_or(Ok(()), |time| self.encode(time))
    }

    /// Encodes the newest frame at this time.
    fn encode(&mut self, time: Duration) -> Result<(), MediaError> {
        if self.output.ends_chunk(time) {
            self.end_piece()?;
            self.output.chunk(time);
        }
        let EncodedFrame { data, is_key } = match &self.newest {
            Some(frame) if frame.format == PixelFormat::Mjpeg => {
                EncodedFrame { data: frame.buffer.to_vec(), is_key: true }
            }
            Some(frame) => self.encoder.encode(RgbaFrame::new(&frame.buffer, self.size)?, time)?,
            None => {
                let black = vec![0; self.size.element_product() as usize * 4];
                self.encoder.encode(RgbaFrame::new(&black, self.size)?, time)?
            }
        };
        self.counters.frames.add(1);
        self.counters.length.set(time);
        if self.muxer.is_none() {
            self.muxer = Some(self.begin_file()?);
        }
        if let Some(muxer) = &mut self.muxer {
            muxer.write(Sample { track: TrackKind::Video, time, is_key, data })?;
        }
        #[cfg(feature = "audio")]
        self.keep_sound_up(time)?;
        self.take_pieces()?;
        if self.output.ends_chunk_with_piece() && self.output.has_pending() {
            self.output.chunk(time);
        }
        Ok(())
    }

    /// Ends the current piece, and passes it on.
    fn end_piece(&mut self) -> Result<(), MediaError> {
        if let Some(muxer) = &mut self.muxer {
            muxer.cut()?;
        }
        self.take_pieces()
    }

    /// Passes on the pieces that are complete.
    fn take_pieces(&mut self) -> Result<(), MediaError> {
        match &mut self.muxer {
            Some(muxer) => self.output.piece(&muxer.take()),
            None => Ok(()),
        }
    }

    /// Begins the file. The encoder has encoded its first frame.
    fn begin_file(&self) -> Result<Box<dyn Muxer>, MediaError> {
        let UVec2 { x: width, y: height } = self.encoder.encoded_size();
        let video = VideoTrack {
            codec: self.format.video,
            width,
            height,
            color: self.encoder.color(),
            codec_private: self.encoder.codec_private().map(<[u8]>::to_vec).unwrap_or_default(),
        };
        #[cfg(feature = "audio")]
        let audio = self.audio_track();
        #[cfg(not(feature = "audio"))]
        let audio = None;
        container::open(
            self.format.container,
            &Description { video: Some(video), audio, created: Some(SystemTime::now()) },
        )
    }
}
