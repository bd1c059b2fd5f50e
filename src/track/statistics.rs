//! What a track has counted.

use std::{sync::atomic::Ordering::Relaxed, time::Duration};

use bevy::{platform::time::Instant, prelude::*};

use crate::report::Counters;

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
    pub(super) fn read(&mut self, counters: &Counters) {
        let count = |counter: &std::sync::atomic::AtomicU64| counter.load(Relaxed);
        let time = |counter| Duration::from_nanos(count(counter));
        self.total_frames = count(&counters.captured);
        self.delivered_frames = count(&counters.delivered);
        self.discarded_frames = count(&counters.discarded);
        self.broken_frames = count(&counters.broken);
        self.lost_frames = count(&counters.lost);
        self.silences = count(&counters.silences);
        self.reopened = count(&counters.reopened);
        self.frame_age = time(&counters.age_nanos);
        self.decode_time = time(&counters.decode_nanos);
        self.upload_time = time(&counters.upload_nanos);
        let now = Instant::now();
        let (since, before) = *self.measured.get_or_insert((now, self.total_frames));
        let passed = now - since;
        if passed >= MEASURE {
            self.frame_rate = (self.total_frames - before) as f64 / passed.as_secs_f64();
            self.measured = Some((now, self.total_frames));
        }
    }
}
