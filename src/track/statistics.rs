//! The statistics of tracks.

use std::time::Duration;

use bevy::{platform::time::Instant, prelude::*};

use crate::report::CaptureCounters;

/// The counts and times of a track since its request
/// ([`MediaStreamTrackVideoStats`](https://www.w3.org/TR/mediacapture-extensions/#the-mediastreamtrackvideostats-interface),
/// and more). They are updated after each frame that is delivered or dropped, and at least twice a second.
#[derive(Component, Clone, Copy, Debug, Default, PartialEq, Reflect)]
#[reflect(Component, Default)]
pub struct TrackStatistics {
    /// All frames of the source.
    pub total_frames: u64,
    /// Frames that reached the GPU. Of those that are held there until they were searched for markers, some are never
    /// shown.
    pub delivered_frames: u64,
    /// Frames that a newer one replaced before they were shown.
    pub discarded_frames: u64,
    /// Frames that were dropped as corrupted ([`FrameCorrupted`](super::FrameCorrupted)).
    pub broken_frames: u64,
    /// Frames that the source lost: gaps in its count.
    pub lost_frames: u64,
    /// Times that the device fell silent: it sent no frame for five intervals, at least a second
    /// ([`MuteReason::Silence`](crate::track::MuteReason::Silence)).
    pub silences: u64,
    /// Times that the silent device was opened again.
    pub reopened: u64,
    /// Frames per second of the source, averaged over about the last second.
    pub frame_rate: f64,
    /// Time from the capture of the last delivered frame to its arrival on the GPU.
    pub frame_age: Duration,
    /// Time to decode the last JPEG, on the capture thread. Zero if no frame is a JPEG.
    pub decode_time: Duration,
    /// Time that the upload of the last frame takes on the render thread. It doesn't depend on the frame's size if the
    /// capture thread had memory of the GPU for it, which it has after the first frames.
    pub upload_time: Duration,
    /// The time of the last measurement of the rate, and the count of frames then.
    #[reflect(ignore)]
    measured: Option<(Instant, u64)>,
}

/// The period over which the rate is measured.
const MEASURE: Duration = Duration::from_millis(500);

impl TrackStatistics {
    /// Whether a frame was delivered or dropped since the last reading, or that was a while ago.
    pub(super) fn is_outdated(&self, counters: &CaptureCounters) -> bool {
        self.delivered_frames != counters.delivered.get()
            || self.discarded_frames != counters.discarded.get()
            || self.broken_frames != counters.broken.get()
            || self.silences != counters.silences.get()
            || self.reopened != counters.reopened.get()
            || self.measured.is_none_or(|(since, _)| since.elapsed() >= MEASURE)
    }

    pub(super) fn read(&mut self, counters: &CaptureCounters) {
        self.total_frames = counters.captured.get();
        self.delivered_frames = counters.delivered.get();
        self.discarded_frames = counters.discarded.get();
        self.broken_frames = counters.broken.get();
        self.lost_frames = counters.lost.get();
        self.silences = counters.silences.get();
        self.reopened = counters.reopened.get();
        self.frame_age = counters.frame_age.get();
        self.decode_time = counters.decode_time.get();
        self.upload_time = counters.upload_time.get();
        let now = Instant::now();
        let (since, before) = *self.measured.get_or_insert((now, self.total_frames));
        let passed = now - since;
        if passed >= MEASURE {
            self.frame_rate = (self.total_frames - before) as f64 / passed.as_secs_f64();
            self.measured = Some((now, self.total_frames));
        }
    }
}
