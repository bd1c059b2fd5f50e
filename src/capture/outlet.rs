//! A track's end of a capture, on the side of its device: what is asked of it, where its frames go, what is said and
//! counted of them.

use std::{
    sync::{
        Arc,
        atomic::{AtomicBool, Ordering::Relaxed},
    },
    time::Duration,
};

use bevy::{math::UVec2, platform::time::Instant};
use crossbeam_channel::{Receiver, Sender};

use crate::{
    constraint::{VideoConstraints, VideoSettings},
    error::MediaError,
    frame::{Frame, FrameWriter},
    report::{Counters, Report, count},
};

/// Reports of broken frames that wait to be read; more are only counted.
const WAITING_REPORTS: usize = 8;

/// What the main thread switches on a track without waiting for an answer.
#[derive(Debug)]
pub(super) struct Switches {
    pub stopped: AtomicBool,
    pub enabled: AtomicBool,
}

impl Default for Switches {
    fn default() -> Self {
        Self { stopped: AtomicBool::new(false), enabled: AtomicBool::new(true) }
    }
}

/// A track, as its device knows it.
#[derive(Debug, Clone)]
pub(super) struct Outlet {
    pub report: Sender<Report>,
    pub writer: FrameWriter,
    pub counters: Arc<Counters>,
    pub switches: Arc<Switches>,
    /// Constraints that are to take the place of those that hold, in order.
    pub changes: Receiver<VideoConstraints>,
    /// The constraints that hold.
    pub constraints: VideoConstraints,
    /// The longest side of a texture that the track's renderer can make, in texels.
    pub longest_texture: u32,
}

impl Outlet {
    pub fn stopped(&self) -> bool {
        self.switches.stopped.load(Relaxed)
    }

    pub fn enabled(&self) -> bool {
        self.switches.enabled.load(Relaxed)
    }

    pub fn tell(&self, report: Report) {
        // Who has dropped the track hears nothing any more.
        let _ = self.report.send(report);
    }

    pub fn broken(&self, error: MediaError) {
        count(&self.counters.broken, 1);
        if self.report.len() < WAITING_REPORTS {
            self.tell(Report::Broken(error));
        }
    }
}

/// A track that is live: what it shows of its device's frames.
#[derive(Debug)]
pub(super) struct Live {
    pub outlet: Outlet,
    pub settings: VideoSettings,
    /// The least time between frames that are passed on.
    interval: Option<Duration>,
    due: Option<Instant>,
    size: Option<UVec2>,
    /// Whether it takes the frame that is at hand.
    pub taking: bool,
}

impl Live {
    pub fn new(outlet: Outlet, settings: VideoSettings) -> Self {
        let interval = frame_interval(&settings);
        Self { outlet, settings, interval, due: None, size: None, taking: false }
    }

    /// Takes over other settings, and says so where they differ.
    pub fn run_with(&mut self, settings: VideoSettings) {
        if self.settings != settings {
            self.interval = frame_interval(&settings);
            self.settings = settings.clone();
            self.outlet.tell(Report::Settings(settings));
        }
    }

    /// Whether a frame that was captured then is to be shown.
    pub fn wants(&mut self, captured: Instant) -> bool {
        self.outlet.enabled() && is_due(&mut self.due, captured, self.interval)
    }

    /// Drops the frame at hand, which is broken. The next one takes its turn.
    pub fn drop_broken(&mut self, error: MediaError) {
        self.due = None;
        self.outlet.broken(error);
    }

    /// Passes a frame on.
    pub fn show(&mut self, frame: Frame) {
        let upright = frame.rotation.upright(frame.size);
        if self.size.replace(upright) != Some(upright) {
            self.outlet.tell(Report::Resized(upright));
        }
        if self.outlet.writer.put(frame) {
            count(&self.outlet.counters.discarded, 1);
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
    use crate::{
        constraint::{exact, select_settings},
        device::{Device, NativeMode},
        frame::{PixelFormat, frame_slot},
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
    fn a_broken_frame_takes_no_turn() {
        let (report, reports) = crossbeam_channel::unbounded();
        let (writer, _reader) = frame_slot();
        let outlet = Outlet {
            report,
            writer,
            counters: Arc::default(),
            switches: Arc::default(),
            changes: crossbeam_channel::never(),
            constraints: VideoConstraints::new(),
            longest_texture: u32::MAX,
        };
        let mode = NativeMode { size: UVec2::splat(16), frame_rate: 30.0, format: PixelFormat::Grey };
        let device = Device { modes: vec![mode], ..Device::default() };
        let constraints = VideoConstraints::new().frame_rate(exact(10.0));
        let settings = select_settings(&[device], &constraints).expect("a lower rate than the device's");
        let mut track = Live::new(outlet, settings);
        let start = Instant::now();
        let captured = |frame: u32| start + Duration::from_secs(1) / 30 * frame;
        assert!(track.wants(captured(0)));
        track.drop_broken(MediaError::data("broken"));
        assert!(track.wants(captured(1)), "the turn of the broken frame");
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
