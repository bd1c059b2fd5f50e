//! Reports and counters of captures. Sources, captures, the renderer and tracks share them.

#[cfg(feature = "audio")]
mod audio;

use std::{
    sync::{
        Arc,
        atomic::{AtomicU64, Ordering::Relaxed},
    },
    time::Duration,
};

use bevy::{math::UVec2, reflect::Reflect};
use crossbeam_channel::{Receiver, Sender, unbounded};

#[cfg(feature = "audio")]
pub(crate) use audio::AudioReport;

use crate::{
    constraint::{VideoCapabilities, VideoConstraints, VideoSettings},
    device::{PhotoCapabilities, PhotoSettings},
    error::MediaError,
};

/// Reports of corrupt frames that may wait to be read. More are only counted.
const WAITING_REPORTS: usize = 8;

/// One step in the life of a capture, reported to its track.
#[derive(Debug)]
pub(crate) enum CaptureReport {
    /// The app is to ask the user before the device is opened.
    AwaitingConsent,
    /// The device is open and runs with these settings, within these capabilities.
    Live(Box<(VideoSettings, VideoCapabilities)>),
    /// The device takes photos within these capabilities, by default with these settings.
    Photo(Box<(PhotoCapabilities, PhotoSettings)>),
    /// No device can be opened. The last report.
    Failed(MediaError),
    /// The frames have another size from now on.
    Resized(UVec2),
    /// The device runs with other settings from now on.
    SettingsChanged(VideoSettings),
    /// These constraints hold from now on.
    ConstraintsApplied(Box<VideoConstraints>),
    /// These constraints can't be met. Those before them still hold.
    ConstraintsRejected(Box<(VideoConstraints, MediaError)>),
    /// The source sends no frames for this reason, or sends frames again.
    Muted(Option<MuteReason>),
    /// The silent device was opened again.
    Reopened,
    /// The silent device can't be opened for now. The capture tries again later.
    ReopenFailed(MediaError),
    /// A frame was dropped because it is corrupt, or too large for the renderer.
    FrameCorrupted(MediaError),
    /// The source ended: in the ordinary way, or because of this error. The last report.
    Ended(Option<MediaError>),
}

/// The reason for which a live track is muted.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Hash, Reflect)]
#[non_exhaustive]
pub enum MuteReason {
    /// The device, the system or the browser says so: its privacy shutter is closed, the user has paused the camera, or
    /// another program has it for now.
    #[default]
    Source,
    /// The device says that it runs, and has sent no frame for five intervals of its frame rate (at least a second), or
    /// another [limit](crate::source::Stream::silence_limit) of its source; or its connection broke.
    Silence,
    /// The device runs in another mode for a [photo](crate::photo::TakePhoto).
    Photo,
}

/// The sending end of a capture's reports, with its counters. Clones report for the same capture.
#[derive(Debug, Clone)]
pub(crate) struct CaptureReporter {
    reports: Sender<CaptureReport>,
    pub counters: Arc<CaptureCounters>,
}

impl CaptureReporter {
    /// A reporter, and the end that receives its reports.
    pub fn new() -> (Self, Receiver<CaptureReport>) {
        let (sender, receiver) = unbounded();
        (Self { reports: sender, counters: Arc::default() }, receiver)
    }

    pub fn report(&self, report: CaptureReport) {
        // The track may have been dropped meanwhile.
        let _ = self.reports.send(report);
    }

    /// Counts and reports a corrupt frame. While many reports wait to be read it is only counted.
    pub fn frame_corrupted(&self, error: MediaError) {
        self.counters.broken.add(1);
        if self.reports.len() < WAITING_REPORTS {
            self.report(CaptureReport::FrameCorrupted(error));
        }
    }

    /// Reports whether and why the track is muted, and counts silences.
    pub fn muted(&self, reason: Option<MuteReason>) {
        if reason == Some(MuteReason::Silence) {
            self.counters.silences.add(1);
        }
        self.report(CaptureReport::Muted(reason));
    }

    /// Counts and reports a reopening of the silent device.
    pub fn reopened(&self) {
        self.counters.reopened.add(1);
        self.report(CaptureReport::Reopened);
    }
}

/// Counters along the way of a track's frames.
#[derive(Debug, Default)]
pub(crate) struct CaptureCounters {
    /// Frames that the source sent, broken ones too.
    pub captured: Counter,
    /// Frames that the source itself lost: gaps in its sequence.
    pub lost: Counter,
    /// Frames that were broken.
    pub broken: Counter,
    /// Silences of the device.
    pub silences: Counter,
    /// Reopenings of the silent device that succeeded.
    pub reopened: Counter,
    /// Frames that a newer one replaced before they were taken.
    pub discarded: Counter,
    /// Frames that reached the GPU.
    pub delivered: Counter,
    /// Time that the last JPEG took to decode.
    pub decode_time: Timer,
    /// Time that the last upload took on the render thread.
    pub upload_time: Timer,
    /// Time from the capture of the last delivered frame to its upload.
    pub frame_age: Timer,
}

/// A count that any thread adds to and reads.
#[derive(Debug, Default)]
pub(crate) struct Counter(AtomicU64);

impl Counter {
    pub fn add(&self, more: u64) {
        self.0.fetch_add(more, Relaxed);
    }

    pub fn get(&self) -> u64 {
        self.0.load(Relaxed)
    }
}

/// A time that any thread sets and reads, in whole nanoseconds.
#[derive(Debug, Default)]
pub(crate) struct Timer(AtomicU64);

impl Timer {
    pub fn set(&self, time: Duration) {
        self.0.store(u64::try_from(time.as_nanos()).unwrap_or(u64::MAX), Relaxed);
    }

    pub fn get(&self) -> Duration {
        Duration::from_nanos(self.0.load(Relaxed))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn corrupt_frames_are_all_counted_and_a_few_reported() {
        let (reporter, reports) = CaptureReporter::new();
        for _ in 0..20 {
            reporter.frame_corrupted(MediaError::data("broken"));
        }
        assert_eq!((reporter.counters.broken.get(), reports.len()), (20, WAITING_REPORTS));
    }
}
