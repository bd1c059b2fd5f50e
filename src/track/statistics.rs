//! What a track has counted.

use std::time::Duration;

use bevy::{platform::time::Instant, prelude::*};

use crate::report::CaptureCounters;

/// What a track has counted since it was asked for
/// ([`MediaStreamTrackVideoStats`](https://www.w3.org/TR/mediacapture-extensions/#the-mediastreamtrackvideostats-interface), and more).
#[derive(Component, Clone, Copy, Debug, Default, PartialEq, Reflect)]
#[reflect(Component, Default)]
pub struct TrackStatistics {
    /// Frames that the source gave, in all.
    pub total_frames: u64,
    /// Frames that reached the GPU.
    pub delivered_frames: u64,
    /// Frames that gave way to a newer one before they were shown.
    pub discarded_frames: u64,
    /// Frames that were thrown away because they were broken.
    pub broken_frames: u64,
    /// Frames that the source itself lost: gaps in its count.
    pub lost_frames: u64,
    /// Times that the device fell silent: it sent no frame for five intervals, at least a second
    /// ([`MuteReason::Silence`](crate::track::MuteReason::Silence)).
    pub silences: u64,
    /// Times that the silent device was opened again.
    pub reopened: u64,
    /// Frames per second that the source gives, over the last second or so.
    pub frame_rate: f64,
    /// From the capture of the last delivered frame to its arrival on the GPU.
    pub frame_age: Duration,
    /// What decoding the last JPEG took, on the capture thread; zero where none is decoded.
    pub decode_time: Duration,
    /// What handing the last frame to the GPU took, on the render thread.
    pub upload_time: Duration,
    /// When the rate was measured last, and what had been counted then.
    #[reflect(ignore)]
    measured: Option<(Instant, u64)>,
}

/// Over how long the rate is measured.
const MEASURE: Duration = Duration::from_millis(500);

impl TrackStatistics {
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
