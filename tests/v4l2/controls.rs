//! Camera controls: `v4l2-ctl` reads what we set, and the other way round.

use std::time::Instant;

use bevy_viewfinder::{
    device::{Control, ControlCapability, ControlValue, SettingsRange},
    error::ErrorName,
    frame::PixelFormat,
    source::{Stream, StreamEvent},
};

use crate::bench::{LONG, Vivid, next_frame};

/// The controls that vivid has, with `v4l2-ctl`'s names.
const CONTROLS: [(Control, &str); 3] = [
    (Control::Brightness, "brightness"),
    (Control::Contrast, "contrast"),
    (Control::Saturation, "saturation"),
];

/// The value of a control as `v4l2-ctl` prints it.
fn read(vivid: &Vivid, name: &str) -> f64 {
    let text = vivid.v4l2_ctl(&["--get-ctrl", name]);
    let (_, value) = text.trim().split_once(": ").unwrap_or_else(|| panic!("{text}"));
    value.parse().expect("a number")
}

/// The line of a control in `v4l2-ctl`'s list:
/// `brightness 0x00980900 (int) : min=0 max=255 step=1 default=128 value=128`.
fn listed(vivid: &Vivid, name: &str) -> SettingsRange {
    let text = vivid.v4l2_ctl(&["--list-ctrls"]);
    let line = text.lines().map(str::trim).find(|line| line.starts_with(name)).expect("the control");
    let number = |name: &str| {
        let word = line.split_whitespace().find_map(|word| word.strip_prefix(name)).expect("a number of it");
        word.parse().expect("a number")
    };
    SettingsRange { min: number("min="), max: number("max="), step: number("step=") }
}

/// Reads until the stream reports changed controls.
fn controls_changed(stream: &mut dyn Stream) -> bool {
    let start = Instant::now();
    while start.elapsed() < LONG {
        if matches!(stream.next(LONG).expect("it goes on"), StreamEvent::ControlsChanged) {
            return true;
        }
    }
    false
}

#[test]
#[ignore = "needs the vivid driver: cargo xtask test runs it in a virtual machine"]
fn capabilities_are_those_that_v4l2_ctl_lists() {
    let vivid = Vivid::first();
    let device = vivid.listed();
    let stream = vivid.small(PixelFormat::Yuyv).expect("opens");
    assert_eq!(stream.capabilities(), device.controls, "the list has the controls of the open device");
    let known: Vec<_> = device.controls.keys().copied().collect();
    assert_eq!(known, CONTROLS.map(|(control, _)| control), "and no others");
    for (control, name) in CONTROLS {
        let capability = device.controls.get(&control);
        assert_eq!(capability, Some(&ControlCapability::Number(listed(&vivid, name))), "{name}");
    }
}

#[test]
#[ignore = "needs the vivid driver: cargo xtask test runs it in a virtual machine"]
fn v4l2_ctl_reads_the_controls_that_we_set() {
    let vivid = Vivid::first();
    let mut stream = vivid.small(PixelFormat::Yuyv).expect("opens");
    let plain = next_frame(&mut *stream).buffer.to_vec();
    for (index, (control, name)) in CONTROLS.into_iter().enumerate() {
        let before =
            stream.settings().remove(&control).and_then(|value| value.as_number()).expect("a number");
        assert_eq!(before, read(&vivid, name), "{name}");
        // Values off the step or above the range are snapped.
        for (asked, got) in [(40.3 + index as f64, 40.0 + index as f64), (9999.0, 255.0)] {
            stream
                .set(control, &ControlValue::Number(asked))
                .unwrap_or_else(|error| panic!("{name}: {error}"));
            assert_eq!(read(&vivid, name), got, "{name}");
            assert_eq!(stream.settings().remove(&control), Some(ControlValue::Number(got)), "{name}");
        }
        // The picture changes too, after the frames that were in flight.
        let other = (0..20).any(|_| *next_frame(&mut *stream).buffer != *plain);
        assert!(other, "{name} changes the frame");
        stream.set(control, &ControlValue::Number(before)).unwrap_or_else(|error| panic!("{name}: {error}"));
    }
    assert!((0..20).any(|_| *next_frame(&mut *stream).buffer == *plain), "the frame is as before");
    let absent = stream.set(Control::Zoom, &ControlValue::Number(2.0)).unwrap_err();
    assert_eq!(absent.name, ErrorName::NotSupported, "{absent}");
}

#[test]
#[ignore = "needs the vivid driver: cargo xtask test runs it in a virtual machine"]
fn controls_set_by_v4l2_ctl_are_reported_and_read() {
    let vivid = Vivid::first();
    let mut stream = vivid.small(PixelFormat::Yuyv).expect("opens");
    for (control, name) in CONTROLS {
        let before = read(&vivid, name);
        vivid.set_control(name, 77);
        assert!(controls_changed(&mut *stream), "{name} is reported");
        assert_eq!(stream.settings().remove(&control), Some(ControlValue::Number(77.0)), "{name}");
        vivid.set_control(name, before as i64);
        assert!(controls_changed(&mut *stream), "{name} is reported again");
    }
    // The controls of a camera that sends no frames are read too.
    vivid.set_control("percentage_of_dropped_buffers", 100);
    vivid.set_control("contrast", 99);
    let reported = controls_changed(&mut *stream);
    vivid.set_control("percentage_of_dropped_buffers", 0);
    vivid.set_control("contrast", 128);
    assert!(reported, "while it stalls");
}

#[test]
#[ignore = "needs the vivid driver: cargo xtask test runs it in a virtual machine"]
fn our_own_changes_are_not_reported() {
    let vivid = Vivid::first();
    let mut stream = vivid.small(PixelFormat::Yuyv).expect("opens");
    stream.set(Control::Brightness, &ControlValue::Number(90.0)).expect("it has one");
    let start = Instant::now();
    while start.elapsed().as_secs() < 3 {
        let next = stream.next(LONG).expect("it goes on");
        assert!(
            !matches!(next, StreamEvent::ControlsChanged),
            "our own change is reported as another program's"
        );
    }
    stream.set(Control::Brightness, &ControlValue::Number(128.0)).expect("it has one");
}

#[test]
#[ignore = "needs the vivid driver: cargo xtask test runs it in a virtual machine"]
fn setting_a_control_of_an_unplugged_camera_is_an_error() {
    let vivid = Vivid::first();
    let mut stream = vivid.small(PixelFormat::Yuyv).expect("opens");
    next_frame(&mut *stream);
    Vivid::unplug();
    let refused = stream.set(Control::Brightness, &ControlValue::Number(1.0)).err();
    let settings = stream.settings();
    drop(stream);
    Vivid::plug_in();
    assert_eq!(refused.map(|error| error.name), Some(ErrorName::NotFound));
    assert!(settings.is_empty(), "{settings:?}");
}
