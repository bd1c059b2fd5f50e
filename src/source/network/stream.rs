//! An open camera.

use std::{thread, time::Duration};

use bevy::{math::UVec2, platform::time::Instant};
use crossbeam_channel::{Receiver, RecvTimeoutError, bounded};
use ureq::Agent;

use super::{
    camera::Camera,
    connection::{agent, no_answer},
    reader::{Ends, Opening, run},
};
use crate::{
    device::NativeMode,
    error::MediaError,
    frame::{FramePool, FrameReader, NoFrame, PixelFormat, frame_slot},
    source::{Stream, StreamEvent, guard::LONGEST_WAIT, remote::silence_limit},
};

/// The errors of single images that may wait to be reported.
const WAITING_FLAWS: usize = 8;

/// A camera that is connected. A thread reads it.
pub(super) struct NetworkStream {
    _connection: Connection,
    mode: NativeMode,
    silence_limit: Duration,
    frames: FrameReader,
    flaws: Receiver<MediaError>,
}

/// Ends a connection when it is dropped, whatever its thread waits for.
struct Connection(Agent);

impl Drop for Connection {
    fn drop(&mut self) {
        self.0.clone().shutdown();
    }
}

impl NetworkStream {
    /// Connects, and waits for the first image.
    ///
    /// # Errors
    /// Those that [`NetworkSource`](super::NetworkSource) lists, and
    /// [`ErrorName::Abort`](crate::error::ErrorName::Abort) once the camera isn't wanted any more.
    pub fn open(
        camera: &Camera,
        frame_rate: f64,
        silence: Duration,
        pool: &FramePool,
        is_wanted: &dyn Fn() -> bool,
    ) -> Result<Self, MediaError> {
        let connection = Connection(agent(camera)?);
        // The answer, and then the first image or a failure.
        let (opening, opened) = bounded(2);
        let (writer, frames) = frame_slot();
        let (flaw, flaws) = bounded(WAITING_FLAWS);
        let ends = Ends { opening, frames: writer, flaws: flaw, pool: pool.clone() };
        let (own, agent) = (camera.clone(), connection.0.clone());
        thread::Builder::new()
            .name("viewfinder network".into())
            .spawn(move || run(&own, &agent, ends))
            .map_err(|error| {
                MediaError::not_readable(format!(
                    "{} can't be read, because the system starts no more threads ({error}): stop other tracks first",
                    camera.shown
                ))
            })?;
        let size = wait_for_first(camera, &opened, &flaws, is_wanted)?;
        let mode = NativeMode { size, frame_rate, format: PixelFormat::Mjpeg };
        let silence_limit = silence_limit(silence, frame_rate);
        Ok(Self { _connection: connection, mode, silence_limit, frames, flaws })
    }
}

/// Waits for the size of the first image.
fn wait_for_first(
    camera: &Camera,
    opened: &Receiver<Opening>,
    flaws: &Receiver<MediaError>,
    is_wanted: &dyn Fn() -> bool,
) -> Result<UVec2, MediaError> {
    let deadline = Instant::now().checked_add(camera.connect_limit);
    let mut has_answered = false;
    loop {
        let left = deadline.map_or(LONGEST_WAIT, |end| end.saturating_duration_since(Instant::now()));
        match opened.recv_timeout(left.min(LONGEST_WAIT)) {
            Ok(Opening::Answered) => has_answered = true,
            Ok(Opening::First(size)) => return Ok(size),
            // An image that can't be shown says more than the end after it.
            Ok(Opening::Failed(error)) => return Err(flaws.try_recv().unwrap_or(error)),
            Err(RecvTimeoutError::Disconnected) => {
                return Err(MediaError::unknown(format!(
                    "the connection to {} ended by a defect of this library: please report it",
                    camera.shown
                )));
            }
            Err(RecvTimeoutError::Timeout) if !is_wanted() => {
                return Err(MediaError::abort(format!(
                    "the track was stopped before {} sent a frame: spawn it again",
                    camera.shown
                )));
            }
            Err(RecvTimeoutError::Timeout) if !left.is_zero() => {}
            Err(RecvTimeoutError::Timeout) if !has_answered => return Err(no_answer(camera)),
            // It sends images, but none can be shown.
            Err(RecvTimeoutError::Timeout) => {
                return Err(flaws.try_recv().unwrap_or_else(|_| {
                    MediaError::not_readable(format!(
                        "{} answered, but sent no image within {} s: start the camera again, or allow more time by \
                         NetworkSource::connect_limit",
                        camera.shown,
                        camera.connect_limit.as_secs_f32()
                    ))
                }));
            }
        }
    }
}

impl Stream for NetworkStream {
    fn mode(&self) -> NativeMode {
        self.mode
    }

    fn modes(&self) -> Option<Vec<NativeMode>> {
        Some(vec![self.mode])
    }

    fn next(&mut self, wait: Duration) -> Result<StreamEvent, MediaError> {
        if let Ok(flaw) = self.flaws.try_recv() {
            return Ok(StreamEvent::Corrupt(flaw));
        }
        Ok(match self.frames.wait(wait) {
            Ok(frame) => {
                self.mode.size = frame.size;
                StreamEvent::Frame(frame)
            }
            Err(NoFrame::Pending) => StreamEvent::Pending,
            Err(NoFrame::Closed) => {
                self.flaws.try_recv().map_or(StreamEvent::Disconnected, StreamEvent::Corrupt)
            }
        })
    }

    fn silence_limit(&self) -> Option<Duration> {
        Some(self.silence_limit)
    }

    /// It has one mode.
    fn switches_mode_for_photos(&self) -> bool {
        false
    }
}
