//! The capture thread: it chooses and opens a device, reads its frames, and lets it go.
//!
//! The main thread never waits for a device. It starts a capture, reads its reports, and stops it by a flag; the
//! thread itself lists, chooses, opens, reads, decodes and drops the device. Stopping takes as long as the source
//! takes to come back from [`Stream::next`], which is at most [`LONGEST_WAIT`] for a source that keeps its word,
//! also when its driver stalls.

use std::{
    panic::{AssertUnwindSafe, catch_unwind},
    sync::{
        Arc,
        atomic::{AtomicBool, AtomicU64, Ordering::Relaxed},
    },
    time::Duration,
};

use bevy::{math::UVec2, platform::time::Instant, prelude::*};
use crossbeam_channel::{Receiver, Sender, unbounded};

use crate::{
    constraint::{VideoConstraints, VideoSettings, rank_settings},
    error::{ErrorName, MediaError},
    frame::{Frame, FramePool, FrameReader, FrameWriter, MjpegDecoder, frame_slot},
    source::{Next, Source, Stream},
};

/// How long a source may take to say that no frame came, and so the longest that stopping takes.
const LONGEST_WAIT: Duration = Duration::from_millis(50);

/// Reports of broken frames that wait to be read; more are only counted.
const WAITING_REPORTS: usize = 8;

/// A running capture. Dropping it stops it: the device is let go by its own thread, at once and without a wait.
#[derive(Debug)]
pub(crate) struct Capture {
    /// What the thread has to say.
    pub reports: Receiver<Report>,
    /// Where its newest frame lies.
    pub frames: FrameReader,
    /// What it has counted.
    pub counters: Arc<Counters>,
    stop: Arc<AtomicBool>,
}

/// What a capture thread says of itself.
#[derive(Debug)]
pub(crate) enum Report {
    /// The device is open and runs with these settings.
    Live(VideoSettings),
    /// No device could be had. The last report.
    Failed(MediaError),
    /// The frames have another size from now on.
    Resized(UVec2),
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
    /// Starts a thread that asks the source for a device that meets the constraints.
    ///
    /// # Errors
    /// [`ErrorName::NotSupported`] where there are no threads.
    pub fn start(source: Arc<dyn Source>, constraints: VideoConstraints) -> Result<Self, MediaError> {
        let (report, reports) = unbounded();
        let (writer, frames) = frame_slot();
        let counters = Arc::new(Counters::default());
        let stop = Arc::new(AtomicBool::new(false));
        let worker =
            Worker { report: report.clone(), writer, counters: counters.clone(), stop: stop.clone() };
        std::thread::Builder::new()
            .name("viewfinder capture".into())
            .spawn(move || {
                // A driver's binding that panics must not take the app's other tracks along.
                if catch_unwind(AssertUnwindSafe(|| worker.run(&*source, &constraints))).is_err() {
                    let error = MediaError::unknown(
                        "the capture thread panicked: this is a defect of the source; please report it",
                    );
                    let _ = report.send(Report::Ended(Some(error)));
                }
            })
            .map_err(|error| {
                MediaError::not_supported(format!("no capture thread can be started here: {error}"))
            })?;
        Ok(Self { reports, frames, counters, stop })
    }
}

impl Drop for Capture {
    fn drop(&mut self) {
        self.stop.store(true, Relaxed);
    }
}

/// What the capture thread holds.
struct Worker {
    report: Sender<Report>,
    writer: FrameWriter,
    counters: Arc<Counters>,
    stop: Arc<AtomicBool>,
}

impl Worker {
    fn run(&self, source: &dyn Source, constraints: &VideoConstraints) {
        let pool = FramePool::default();
        match self.open(source, constraints, &pool) {
            Ok((stream, settings)) => {
                let interval = frame_interval(&settings);
                let _ = self.report.send(Report::Live(settings));
                let end = self.read(stream, interval, &pool);
                let _ = self.report.send(Report::Ended(end));
            }
            Err(error) => {
                let _ = self.report.send(Report::Failed(error));
            }
        }
    }

    /// Steps 2 to 7 of getUserMedia: list, choose, open; the next best where one can't be opened.
    fn open(
        &self,
        source: &dyn Source,
        constraints: &VideoConstraints,
        pool: &FramePool,
    ) -> Result<(Box<dyn Stream>, VideoSettings), MediaError> {
        let devices = source.devices()?;
        if devices.is_empty() {
            return Err(MediaError::not_found(
                "there is no camera here; plug one in or choose another source",
            ));
        }
        constraints.validate()?;
        let mut failures: Vec<(VideoSettings, MediaError)> = Vec::new();
        for mut settings in rank_settings(&devices, constraints)? {
            if self.stopped() {
                break;
            }
            // One mode that fails says nothing of the others; a device that is held, gone or forbidden does.
            if failures.iter().any(|(failed, error)| {
                failed.device_id == settings.device_id && error.name != ErrorName::Abort
            }) {
                continue;
            }
            match source.open(&settings.device_id, &settings.native, pool) {
                Ok(stream) => {
                    settings.run_as(stream.mode());
                    return Ok((stream, settings));
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

    /// Reads until stopped or until the source ends, and says why it ended.
    fn read(
        &self,
        mut stream: Box<dyn Stream>,
        shortest_interval: Option<Duration>,
        pool: &FramePool,
    ) -> Option<MediaError> {
        let decoder = MjpegDecoder::new(pool.clone());
        let mut size = None;
        let mut sequence = None;
        let mut due: Option<Instant> = None;
        while !self.stopped() {
            if stream.lossless() && !self.writer.is_empty() {
                std::thread::sleep(Duration::from_millis(1));
                continue;
            }
            match stream.next(LONGEST_WAIT) {
                Ok(Next::Frame(frame)) => {
                    count(&self.counters.captured, 1);
                    if let Some(last) = sequence.replace(frame.sequence) {
                        count(&self.counters.lost, frame.sequence.saturating_sub(last + 1));
                    }
                    if !is_due(&mut due, frame.captured, shortest_interval) {
                        continue;
                    }
                    match self.ready(&decoder, frame) {
                        Ok(frame) => {
                            let upright = frame.rotation.upright(frame.size);
                            if size.replace(upright) != Some(upright) {
                                let _ = self.report.send(Report::Resized(upright));
                            }
                            if self.writer.put(frame) {
                                count(&self.counters.discarded, 1);
                            }
                        }
                        Err(error) => self.broken(error),
                    }
                }
                Ok(Next::Broken(error)) => {
                    count(&self.counters.captured, 1);
                    self.broken(error);
                }
                Ok(Next::Nothing) => {}
                Ok(Next::End) => return None,
                Err(error) => return Some(error),
            }
        }
        None
    }

    /// The frame as the renderer may rely on it: decoded and valid.
    fn ready(&self, decoder: &MjpegDecoder, frame: Frame) -> Result<Frame, MediaError> {
        frame.validate()?;
        let start = Instant::now();
        let compressed = frame.format == crate::frame::PixelFormat::Mjpeg;
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

    fn stopped(&self) -> bool {
        self.stop.load(Relaxed)
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
