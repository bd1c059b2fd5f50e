//! Devices that don't do what they say, and what the report says of them.

use std::{
    sync::{
        Arc,
        atomic::{AtomicBool, Ordering::Relaxed},
    },
    thread,
    time::Duration,
};

use bevy::{math::UVec2, platform::time::Instant};
use bevy_viewfinder::{
    device::{
        Control, ControlCapabilities, ControlCapability, ControlSettings, ControlValue, Device, DeviceId,
        NativeMode, SettingsRange,
    },
    error::MediaError,
    frame::{Frame, FramePool, PixelFormat},
    source::{Source, Stream, StreamEvent},
};

use crate::{
    check::{Extent, check},
    judge::Verdict,
    report::{Entry, Section},
};

const MODE: NativeMode = NativeMode { size: UVec2::new(64, 48), frame_rate: 60.0, format: PixelFormat::Gray };

/// A difference between what a device does and what it says.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Lie {
    None,
    /// It sends every second frame, and doesn't count the others.
    HalfRate,
    /// The time stamps go backwards.
    FallingStamps,
    /// It runs at another size.
    OtherSize,
    /// It sends a frame of another size than it says.
    OtherFrame,
    /// It opens and sends nothing.
    Silence,
    /// Its control keeps its value.
    StuckControl,
    /// It can't be opened twice.
    NeverFree,
    /// Opening it never returns.
    Hang,
}

#[derive(Debug)]
struct Liar {
    lie: Lie,
    was_opened: AtomicBool,
}

impl Source for Liar {
    fn devices(&self) -> Result<Vec<Device>, MediaError> {
        Ok(vec![Device {
            id: "liar".into(),
            label: "Liar".into(),
            modes: vec![MODE],
            controls: capabilities(),
            ..Device::default()
        }])
    }

    fn open(&self, _: &DeviceId, mode: &NativeMode, _: &FramePool) -> Result<Box<dyn Stream>, MediaError> {
        if self.lie == Lie::Hang {
            thread::park();
        }
        if self.was_opened.swap(true, Relaxed) && self.lie == Lie::NeverFree {
            return Err(MediaError::not_readable("another program uses it"));
        }
        let mut mode = *mode;
        if self.lie == Lie::OtherSize {
            mode.size /= 2;
        }
        Ok(Box::new(LiarStream { lie: self.lie, mode, opened: Instant::now(), frames: 0, brightness: 5.0 }))
    }
}

fn capabilities() -> ControlCapabilities {
    let range = SettingsRange { min: 0.0, max: 10.0, step: 1.0 };
    [(Control::Brightness, ControlCapability::Number(range))].into()
}

struct LiarStream {
    lie: Lie,
    mode: NativeMode,
    opened: Instant,
    frames: u64,
    brightness: f64,
}

impl Stream for LiarStream {
    fn mode(&self) -> NativeMode {
        self.mode
    }

    fn next(&mut self, wait: Duration) -> Result<StreamEvent, MediaError> {
        let rate = if self.lie == Lie::HalfRate { MODE.frame_rate / 2.0 } else { MODE.frame_rate };
        let interval = Duration::from_secs_f64(1.0 / rate);
        let due = self.opened + interval * (self.frames as u32 + 1);
        let left = due.saturating_duration_since(Instant::now());
        if self.lie == Lie::Silence || left > wait {
            thread::sleep(wait);
            return Ok(StreamEvent::Pending);
        }
        thread::sleep(left);
        let size = if self.lie == Lie::OtherFrame { self.mode.size / 2 } else { self.mode.size };
        let pixels: Vec<u8> = (0..size.x * size.y).map(|index| index as u8).collect();
        let mut frame = Frame::packed(PixelFormat::Gray, size, pixels.into());
        frame.sequence = self.frames;
        frame.captured = match self.lie {
            // Frames are captured ever earlier.
            Lie::FallingStamps => self.opened - interval * self.frames as u32,
            _ => due,
        };
        self.frames += 1;
        Ok(StreamEvent::Frame(frame))
    }

    fn capabilities(&self) -> ControlCapabilities {
        capabilities()
    }

    fn settings(&mut self) -> ControlSettings {
        [(Control::Brightness, ControlValue::Number(self.brightness))].into()
    }

    fn set(&mut self, _: Control, value: &ControlValue) -> Result<(), MediaError> {
        if let (Some(number), false) = (value.as_number(), self.lie == Lie::StuckControl) {
            self.brightness = number;
        }
        Ok(())
    }
}

/// The report on a device with this lie.
fn entries(lie: Lie) -> Vec<Entry> {
    let source: Arc<dyn Source> = Arc::new(Liar { lie, was_opened: AtomicBool::new(false) });
    let device = source.devices().expect("it lists itself").remove(0);
    check(&source, &device, Extent { quick: false, unplug: false }, |_| {})
}

/// The verdict and the reason of a check of a section.
fn finding(entries: &[Entry], section: Section, check: &str) -> (Verdict, String) {
    let findings = entries.iter().filter(|entry| entry.section == section).flat_map(|entry| &entry.findings);
    let finding = findings.clone().find(|finding| finding.check == check);
    let finding = finding.unwrap_or_else(|| panic!("no {check} in {entries:?}"));
    (finding.verdict, finding.reason.clone())
}

#[test]
fn an_honest_device_passes() {
    let entries = entries(Lie::None);
    let sections: Vec<_> = entries.iter().map(|entry| entry.section).collect();
    assert_eq!(sections, [Section::Modes, Section::Controls, Section::Closing, Section::Track]);
    for entry in &entries {
        // A busy machine may lose frames, which is no failure of the device.
        assert!(entry.verdict() < Verdict::Fail, "{entries:?}");
    }
}

#[test]
fn half_of_the_rate_that_a_device_states_fails() {
    let (verdict, reason) = finding(&entries(Lie::HalfRate), Section::Modes, "rate");
    assert_eq!(verdict, Verdict::Fail, "{reason}");
    assert!(reason.contains("instead of 60.0 Hz"), "{reason}");
}

#[test]
fn time_stamps_that_fall_fail() {
    let (verdict, reason) = finding(&entries(Lie::FallingStamps), Section::Modes, "time stamps");
    assert_eq!(verdict, Verdict::Fail, "{reason}");
    assert!(reason.contains("before the one before"), "{reason}");
}

#[test]
fn another_size_than_the_listed_one_fails() {
    let (verdict, reason) = finding(&entries(Lie::OtherSize), Section::Modes, "opens");
    assert!(verdict == Verdict::Fail && reason.contains("32x24"), "{reason}");
    let (verdict, reason) = finding(&entries(Lie::OtherFrame), Section::Modes, "frames");
    assert!(verdict == Verdict::Fail && reason.contains("32x24"), "{reason}");
}

#[test]
fn a_device_that_sends_nothing_fails() {
    let entries = entries(Lie::Silence);
    let (verdict, reason) = finding(&entries, Section::Modes, "frames");
    assert!(verdict == Verdict::Fail && reason.contains("no frame for "), "{reason}");
    assert_eq!(finding(&entries, Section::Closing, "opens again").0, Verdict::Fail);
    assert_eq!(finding(&entries, Section::Track, "becomes live").0, Verdict::Fail);
}

#[test]
fn a_control_that_keeps_its_value_fails() {
    let (verdict, reason) = finding(&entries(Lie::StuckControl), Section::Controls, "round trip");
    assert!(verdict == Verdict::Fail && reason.contains("5 is read back after 0"), "{reason}");
}

#[test]
fn a_device_that_stays_busy_fails() {
    let (verdict, reason) = finding(&entries(Lie::NeverFree), Section::Closing, "opens again");
    assert!(verdict == Verdict::Fail && reason.contains("NotReadableError"), "{reason}");
}

#[test]
fn a_driver_that_hangs_ends_the_report() {
    let entries = entries(Lie::Hang);
    assert_eq!(entries.len(), 1, "{entries:?}");
    let (verdict, reason) = finding(&entries, Section::Modes, "opens");
    assert!(verdict == Verdict::Fail && reason.contains("didn't answer"), "{reason}");
}
