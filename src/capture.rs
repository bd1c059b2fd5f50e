//! From a source to frames: chooses and opens a device, reads its frames, and lets it go.
//!
//! The main thread never waits for a device. It starts a capture, reads its reports, and stops it by dropping it.
//! Natively a [`Driver`] is a thread ([`thread`]): it lists, chooses, opens, reads, decodes and drops the device, and
//! stops within the time that a source may take to come back from [`Stream::next`]. In the browser, which has one
//! thread for everything ([`page`]), sources are asked in passing, once per frame of the app, and the browser's own
//! camera sends its frames by itself.

#[cfg(target_family = "wasm")]
mod page;
#[cfg(not(target_family = "wasm"))]
mod thread;

use std::{
    sync::{
        Arc,
        atomic::{AtomicU64, Ordering::Relaxed},
    },
    time::Duration,
};

use bevy::{math::UVec2, platform::time::Instant, prelude::*};
use crossbeam_channel::{Receiver, Sender, unbounded};

#[cfg(target_family = "wasm")]
pub(crate) use page::Still;
#[cfg(target_family = "wasm")]
use page::{Driver, PageFrames};
#[cfg(not(target_family = "wasm"))]
use thread::Driver;
#[cfg(not(target_family = "wasm"))]
pub(crate) use thread::Still;

use crate::{
    constraint::{VideoConstraints, VideoSettings, rank_settings},
    error::{ErrorName, MediaError},
    frame::{Frame, FramePool, FrameReader, FrameWriter, MjpegDecoder, PixelFormat, frame_slot},
    source::{Next, Source, Stream},
};

/// Reports of broken frames that wait to be read; more are only counted.
const WAITING_REPORTS: usize = 8;

/// A running capture. Dropping it stops it: the device is let go at once and without a wait.
#[derive(Debug)]
pub(crate) struct Capture {
    /// What it has to say.
    pub reports: Receiver<Report>,
    /// Where its newest frame lies.
    pub frames: Frames,
    /// What it has counted.
    pub counters: Arc<Counters>,
    driver: Driver,
}

/// Where a track's newest frame lies. Clones are of the same place.
#[derive(Debug, Clone)]
pub(crate) enum Frames {
    /// In a slot, as bytes.
    Bytes(FrameReader),
    /// In the page, as an element that the GPU can copy from.
    #[cfg(target_family = "wasm")]
    Page(PageFrames),
}

/// What a capture says of itself.
#[derive(Debug)]
pub(crate) enum Report {
    /// The device is open and runs with these settings.
    Live(VideoSettings),
    /// No device could be had. The last report.
    Failed(MediaError),
    /// The frames have another size from now on.
    Resized(UVec2),
    /// The device runs with other settings from now on.
    #[cfg(target_family = "wasm")]
    Settings(VideoSettings),
    /// The source began, or ceased, to give no picture for a while.
    #[cfg(target_family = "wasm")]
    Muted(bool),
    /// A frame was thrown away because it was broken.
    Broken(MediaError),
    /// The source ended: in the ordinary way, or because of this error. The last report.
    Ended(Option<MediaError>),
}

/// What is counted on the way of a track's frames. Each number is written by one thread.
#[derive(Debug, Default)]
pub(crate) struct Counters {
    /// Frames that the source gave, broken ones too.
    pub captured: AtomicU64,
    /// Frames that the source itself lost: gaps in its count.
    pub lost: AtomicU64,
    /// Frames that were broken.
    pub broken: AtomicU64,
    /// Frames that gave way to a newer one before anybody took them.
    pub discarded: AtomicU64,
    /// Frames that reached the GPU.
    pub delivered: AtomicU64,
    /// Nanoseconds that the last JPEG took to decode.
    pub decode_nanos: AtomicU64,
    /// Nanoseconds that the last upload took on the render thread.
    pub upload_nanos: AtomicU64,
    /// Nanoseconds from the capture of the last delivered frame to its upload.
    pub age_nanos: AtomicU64,
}

/// Adds to a counter.
pub(crate) fn count(counter: &AtomicU64, more: u64) {
    counter.fetch_add(more, Relaxed);
}

/// Sets a counter to a time.
pub(crate) fn clock(counter: &AtomicU64, time: Duration) {
    counter.store(time.as_nanos() as u64, Relaxed);
}

impl Capture {
    /// Asks the source for a device that meets the constraints.
    ///
    /// # Errors
    /// [`ErrorName::NotSupported`] where nothing can be captured at all.
    pub fn start(source: Arc<dyn Source>, constraints: VideoConstraints) -> Result<Self, MediaError> {
        let (report, reports) = unbounded();
        let counters = Arc::new(Counters::default());
        let (driver, frames) = Driver::start(source, constraints, report, counters.clone())?;
        Ok(Self { reports, frames, counters, driver })
    }

    /// Lets what has no thread of its own do its work; called once per frame of the app.
    pub fn poll(&self) {
        self.driver.poll();
    }

    /// Takes a photo that is more than a frame, where the source has such: it comes later.
    pub fn take_photo(&self) -> Option<Receiver<Result<Still, MediaError>>> {
        self.driver.take_photo()
    }
}

/// What reads a source of bytes: where its frames go, and what is said and counted of them.
#[derive(Debug)]
struct Worker {
    report: Sender<Report>,
    writer: FrameWriter,
    counters: Arc<Counters>,
}

impl Worker {
    /// A worker, and where its frames will be.
    fn new(report: Sender<Report>, counters: Arc<Counters>) -> (Self, Frames) {
        let (writer, frames) = frame_slot();
        (Self { report, writer, counters }, Frames::Bytes(frames))
    }

    /// Steps 2 to 7 of getUserMedia: list, choose, open; the next best where one can't be opened.
    ///
    /// `stopped` is asked before each device, since opening one may take its time.
    fn open(
        &self,
        source: &dyn Source,
        constraints: &VideoConstraints,
        stopped: impl Fn() -> bool,
    ) -> Result<Reading, MediaError> {
        let devices = source.devices()?;
        if devices.is_empty() {
            return Err(MediaError::not_found(
                "there is no camera here; plug one in or choose another source",
            ));
        }
        constraints.validate()?;
        let pool = FramePool::default();
        let mut failures: Vec<(VideoSettings, MediaError)> = Vec::new();
        for mut settings in rank_settings(&devices, constraints)? {
            if stopped() {
                break;
            }
            // One mode that fails says nothing of the others; a device that is held, gone or forbidden does.
            if failures.iter().any(|(failed, error)| {
                failed.device_id == settings.device_id && error.name != ErrorName::Abort
            }) {
                continue;
            }
            match source.open(&settings.device_id, &settings.native, &pool) {
                Ok(stream) => {
                    settings.run_as(stream.mode());
                    let reading = Reading::new(stream, frame_interval(&settings), pool);
                    let _ = self.report.send(Report::Live(settings));
                    return Ok(reading);
                }
                Err(error) => failures.push((settings, error)),
            }
        }
        // The first failure is that of the device that fits best.
        Err(failures
            .into_iter()
            .next()
            .map(|(_, error)| error)
            .unwrap_or_else(|| MediaError::abort("the track was stopped before a device was opened")))
    }

    /// The frame as the renderer may rely on it: decoded and valid.
    fn ready(&self, decoder: &MjpegDecoder, frame: Frame) -> Result<Frame, MediaError> {
        frame.validate()?;
        let start = Instant::now();
        let compressed = frame.format == PixelFormat::Mjpeg;
        let frame = decoder.decode(frame)?;
        if compressed {
            clock(&self.counters.decode_nanos, start.elapsed());
            frame.validate()?;
        }
        Ok(frame)
    }

    fn broken(&self, error: MediaError) {
        count(&self.counters.broken, 1);
        if self.report.len() < WAITING_REPORTS {
            let _ = self.report.send(Report::Broken(error));
        }
    }
}

/// An open device that is being read.
struct Reading {
    stream: Box<dyn Stream>,
    decoder: MjpegDecoder,
    /// The least time between frames that are passed on.
    interval: Option<Duration>,
    size: Option<UVec2>,
    sequence: Option<u64>,
    due: Option<Instant>,
}

/// What came of reading once.
#[derive(Debug)]
enum Read {
    /// A frame, good or bad.
    Frame,
    /// Nothing in the time given.
    Nothing,
    /// The last frame must be taken before there is another.
    Full,
    /// The source ended: in the ordinary way, or because of this error.
    Ended(Option<MediaError>),
}

impl Reading {
    fn new(stream: Box<dyn Stream>, interval: Option<Duration>, pool: FramePool) -> Self {
        let decoder = MjpegDecoder::new(pool);
        Self { stream, decoder, interval, size: None, sequence: None, due: None }
    }

    /// Waits for one frame, at most this long, and passes it on.
    fn read(&mut self, worker: &Worker, wait: Duration) -> Read {
        if self.stream.lossless() && !worker.writer.is_empty() {
            return Read::Full;
        }
        match self.stream.next(wait) {
            Ok(Next::Frame(frame)) => self.pass_on(worker, frame),
            Ok(Next::Broken(error)) => {
                count(&worker.counters.captured, 1);
                worker.broken(error);
            }
            Ok(Next::Nothing | Next::Controls | Next::Muted(_)) => return Read::Nothing,
            Ok(Next::End) => return Read::Ended(None),
            Err(error) => return Read::Ended(Some(error)),
        }
        Read::Frame
    }

    fn pass_on(&mut self, worker: &Worker, frame: Frame) {
        count(&worker.counters.captured, 1);
        if let Some(last) = self.sequence.replace(frame.sequence) {
            count(&worker.counters.lost, frame.sequence.saturating_sub(last + 1));
        }
        if !is_due(&mut self.due, frame.captured, self.interval) {
            return;
        }
        match worker.ready(&self.decoder, frame) {
            Ok(frame) => {
                let upright = frame.rotation.upright(frame.size);
                if self.size.replace(upright) != Some(upright) {
                    let _ = worker.report.send(Report::Resized(upright));
                }
                if worker.writer.put(frame) {
                    count(&worker.counters.discarded, 1);
                }
            }
            Err(error) => worker.broken(error),
        }
    }
}

/// The time between frames where the track is to have fewer of them than its device gives.
fn frame_interval(settings: &VideoSettings) -> Option<Duration> {
    let slower = settings.frame_rate > 0.0 && settings.frame_rate < settings.native.frame_rate * 0.99;
    slower.then(|| Duration::from_secs_f64(1.0 / settings.frame_rate))
}

/// Whether a frame captured now is to be shown, for frames at least an interval apart in the long run.
fn is_due(due: &mut Option<Instant>, captured: Instant, interval: Option<Duration>) -> bool {
    let Some(interval) = interval else { return true };
    let next = due.unwrap_or(captured);
    // Cameras are early and late by a little; a quarter of an interval early is still its turn.
    if captured + interval / 4 < next {
        return false;
    }
    // After a gap the count begins anew, so that no burst makes up for it.
    *due = Some(if captured > next + interval { captured } else { next } + interval);
    true
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn thirty_frames_a_second_become_ten() {
        let start = Instant::now();
        let mut due = None;
        let shown = (0..300)
            .filter(|frame| {
                let captured = start + Duration::from_secs_f64(f64::from(*frame) / 30.0);
                is_due(&mut due, captured, Some(Duration::from_millis(100)))
            })
            .count();
        assert_eq!(shown, 100);
    }

    #[test]
    fn a_gap_is_not_made_up_for() {
        let start = Instant::now();
        let interval = Some(Duration::from_millis(100));
        let mut due = None;
        assert!(is_due(&mut due, start, interval));
        let late = start + Duration::from_secs(5);
        assert!(is_due(&mut due, late, interval));
        assert!(!is_due(&mut due, late + Duration::from_millis(33), interval));
    }
}
