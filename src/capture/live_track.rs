//! A live track of an open device: its settings, and the frames that it takes.

use std::time::Duration;

use bevy::{math::UVec2, platform::time::Instant};

use super::sink::TrackSink;
use crate::{
    constraint::VideoSettings,
    error::MediaError,
    frame::{Frame, FrameRef},
    report::CaptureReport,
};

/// A live track of an open device: its settings, and the frames that it takes.
#[derive(Debug)]
pub(super) struct LiveTrack {
    pub sink: TrackSink,
    pub settings: VideoSettings,
    /// The shortest time between frames that are shown. `None` if all are.
    interval: Option<Duration>,
    due: Option<Instant>,
    size: Option<UVec2>,
    /// Whether it takes the frame that is being delivered.
    pub taking: bool,
}

impl LiveTrack {
    pub fn new(sink: TrackSink, settings: VideoSettings) -> Self {
        let interval = frame_interval(&settings);
        Self { sink, settings, interval, due: None, size: None, taking: false }
    }

    /// Applies other settings, and reports them if they differ.
    pub fn apply_settings(&mut self, settings: VideoSettings) {
        if self.settings != settings {
            self.interval = frame_interval(&settings);
            self.settings = settings.clone();
            self.sink.report(CaptureReport::SettingsChanged(settings));
        }
    }

    /// Whether a frame of this time of capture is to be shown.
    pub fn wants(&mut self, captured: Instant) -> bool {
        self.sink.enabled() && is_due(&mut self.due, captured, self.interval)
    }

    /// Drops a frame that is corrupt. The next one takes its turn.
    pub fn drop_corrupt(&mut self, error: MediaError) {
        self.due = None;
        self.sink.reporter.frame_corrupted(error);
    }

    /// Puts a frame into the track's slot, in memory of the GPU, or else as the frame with bytes of its own that
    /// `owned` returns.
    pub fn show(&mut self, frame: &FrameRef<'_>, owned: impl FnOnce() -> Frame) {
        let upright = frame.rotation.upright(frame.size);
        if self.size.replace(upright) != Some(upright) {
            self.sink.report(CaptureReport::Resized(upright));
        }
        if self.sink.writer.put(self.sink.staging.stage(frame, owned)) {
            self.sink.reporter.counters.discarded.add(1);
        }
    }
}

/// The time between frames of a track with a lower rate than its device's.
fn frame_interval(settings: &VideoSettings) -> Option<Duration> {
    let slower = settings.frame_rate > 0.0 && settings.frame_rate < settings.native.frame_rate * 0.99;
    slower.then(|| Duration::from_secs_f64(1.0 / settings.frame_rate))
}

/// Whether a frame of this time of capture is to be shown, if frames are at least an interval apart in the long run.
fn is_due(due: &mut Option<Instant>, captured: Instant, interval: Option<Duration>) -> bool {
    let Some(interval) = interval else { return true };
    let next = due.unwrap_or(captured);
    // Devices are early and late by a little: a quarter of an interval early is early enough.
    if captured + interval / 4 < next {
        return false;
    }
    // After a gap the count starts again, so that no burst makes up for it.
    *due = Some(if captured > next + interval { captured } else { next } + interval);
    true
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{
        constraint::{VideoConstraints, exact, select_settings},
        device::{Device, NativeMode},
        frame::{PixelFormat, frame_slot},
        report::CaptureReporter,
    };

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
    fn a_corrupt_frame_takes_no_turn() {
        let (reporter, reports) = CaptureReporter::new();
        let (writer, _reader) = frame_slot();
        let sink = TrackSink {
            reporter,
            writer,
            staging: Default::default(),
            switches: std::sync::Arc::default(),
            changes: crossbeam_channel::never(),
            stills: crossbeam_channel::never(),
            constraints: VideoConstraints::new(),
            longest_texture: u32::MAX,
        };
        let mode = NativeMode { size: UVec2::splat(16), frame_rate: 30.0, format: PixelFormat::Gray };
        let device = Device { modes: vec![mode], ..Device::default() };
        let constraints = VideoConstraints::new().frame_rate(exact(10.0));
        let settings = select_settings(&[device], &constraints).expect("a lower rate than the device's");
        let mut track = LiveTrack::new(sink, settings);
        let start = Instant::now();
        let captured = |frame: u32| start + Duration::from_secs(1) / 30 * frame;
        assert!(track.wants(captured(0)));
        track.drop_corrupt(MediaError::data("broken"));
        assert!(track.wants(captured(1)), "the turn of the corrupt frame");
        assert!(!track.wants(captured(2)) && !track.wants(captured(3)));
        assert!(track.wants(captured(4)));
        assert_eq!(reports.len(), 1);
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
