//! Failures of real devices, and their errors.

use std::{env, fs, os::unix::fs::PermissionsExt, process::Command, time::Duration};

use bevy::math::UVec2;
use bevy_viewfinder::{
    device::{DeviceId, NativeMode},
    error::ErrorName,
    frame::PixelFormat,
    source::{Source, Stream, StreamEvent, V4l2Source},
};

use crate::bench::{LONG, Vivid, last_error, next_frame, nodes};

const SOON: Duration = Duration::from_millis(300);

#[test]
#[ignore = "needs the vivid driver: cargo xtask test runs it in a virtual machine"]
fn a_device_in_use_by_another_program_is_not_readable() {
    let vivid = Vivid::first();
    let (listed, error) = vivid.while_held(|| (vivid.listed(), vivid.small(PixelFormat::Yuyv).err()));
    assert!(!listed.modes.is_empty(), "a busy device is still listed");
    let error = error.expect("busy");
    assert_eq!(error.name, ErrorName::NotReadable, "{error}");
    assert!(error.message.contains("another program"), "{error}");
    next_frame(&mut *vivid.small(PixelFormat::Yuyv).expect("free again"));
}

#[test]
#[ignore = "needs the vivid driver: cargo xtask test runs it in a virtual machine"]
fn a_device_without_rights_is_not_allowed() {
    const CHILD: &str = "VIEWFINDER_TEST_AS_NOBODY";
    if env::var_os(CHILD).is_some() {
        // This user may not use any camera.
        let node = nodes().into_iter().map(|(node, _)| node).next().expect("a node");
        let id = DeviceId::from(node.display().to_string());
        assert_eq!(V4l2Source.devices().unwrap_err().name, ErrorName::NotAllowed);
        let mode = NativeMode { size: UVec2::new(320, 180), frame_rate: 30.0, format: PixelFormat::Yuyv };
        for id in [id, DeviceId::from("v4l2:platform:vivid-000:vivid:0")] {
            let error = V4l2Source.open(&id, &mode, &Default::default()).err().expect("refused");
            assert_eq!(error.name, ErrorName::NotAllowed, "{error}");
        }
        return;
    }
    Vivid::first();
    for (node, _) in nodes() {
        fs::set_permissions(node, fs::Permissions::from_mode(0o600)).expect("root may");
    }
    let output = Command::new("setpriv")
        .args(["--reuid=65534", "--regid=65534", "--clear-groups"])
        .arg(env::current_exe().expect("this program"))
        .args(["--exact", "failures::a_device_without_rights_is_not_allowed", "--ignored"])
        .env(CHILD, "1")
        .output()
        .expect("setpriv is installed");
    let text = String::from_utf8_lossy(&output.stdout);
    assert!(output.status.success() && text.contains("1 passed"), "{text}");
}

#[test]
#[ignore = "needs the vivid driver: cargo xtask test runs it in a virtual machine"]
fn a_stalled_device_sends_nothing_and_then_goes_on() {
    let vivid = Vivid::first();
    let mut stream = vivid.small(PixelFormat::Yuyv).expect("opens");
    next_frame(&mut *stream);
    vivid.set_control("percentage_of_dropped_buffers", 100);
    // Frames that were in flight may still arrive.
    let nothing = (0..20).any(|_| matches!(stream.next(SOON), Ok(StreamEvent::Pending)));
    assert!(nothing, "it stalls");
    for _ in 0..3 {
        assert!(matches!(stream.next(SOON), Ok(StreamEvent::Pending)));
    }
    vivid.set_control("percentage_of_dropped_buffers", 0);
    for _ in 0..10 {
        next_frame(&mut *stream);
    }
}

#[test]
#[ignore = "needs the vivid driver: cargo xtask test runs it in a virtual machine"]
fn a_stalled_device_can_be_closed() {
    let vivid = Vivid::first();
    let mut stream = vivid.small(PixelFormat::Yuyv).expect("opens");
    vivid.set_control("percentage_of_dropped_buffers", 100);
    while !matches!(stream.next(SOON), Ok(StreamEvent::Pending)) {}
    drop(stream);
    vivid.set_control("percentage_of_dropped_buffers", 0);
    next_frame(&mut *vivid.small(PixelFormat::Yuyv).expect("free again"));
}

#[test]
#[ignore = "needs the vivid driver: cargo xtask test runs it in a virtual machine"]
fn a_damaged_frame_is_corrupt_and_the_next_is_good() {
    let vivid = Vivid::first();
    let mut stream = vivid.small(PixelFormat::Yuyv).expect("opens");
    next_frame(&mut *stream);
    vivid.set_control("inject_v4l2_buf_flag_error", 1);
    let broken = broken_among(&mut *stream, 20);
    assert_eq!(broken, [ErrorName::Data]);
}

#[test]
#[ignore = "needs the vivid driver: cargo xtask test runs it in a virtual machine"]
fn a_buffer_that_the_driver_refuses_is_not_lost() {
    let vivid = Vivid::first();
    let mut stream = vivid.small(PixelFormat::Yuyv).expect("opens");
    next_frame(&mut *stream);
    // More often than there are buffers.
    for _ in 0..8 {
        vivid.set_control("inject_vidioc_qbuf_error", 1);
        assert_eq!(broken_among(&mut *stream, 5), [ErrorName::NotReadable]);
    }
}

/// The error names of the corrupt frames among the next few. All others must be good.
fn broken_among(stream: &mut dyn Stream, count: usize) -> Vec<ErrorName> {
    let mut broken = Vec::new();
    for _ in 0..count {
        match stream.next(LONG).expect("it goes on") {
            StreamEvent::Frame(frame) => frame.validate().expect("a sound frame"),
            StreamEvent::Corrupt(error) => broken.push(error.name),
            other => panic!("{other:?}"),
        }
    }
    broken
}

#[test]
#[ignore = "needs the vivid driver: cargo xtask test runs it in a virtual machine"]
fn a_fatal_streaming_error_ends_the_stream() {
    let vivid = Vivid::first();
    let mut stream = vivid.small(PixelFormat::Yuyv).expect("opens");
    next_frame(&mut *stream);
    vivid.set_control("inject_fatal_streaming_error", 1);
    let error = last_error(&mut *stream);
    assert_eq!(error.name, ErrorName::NotReadable, "{error}");
    drop(stream);
    next_frame(&mut *vivid.small(PixelFormat::Yuyv).expect("opens again"));
}

#[test]
#[ignore = "needs the vivid driver: cargo xtask test runs it in a virtual machine"]
fn a_failure_to_start_is_an_error_of_open() {
    let vivid = Vivid::first();
    for name in ["inject_vidioc_reqbufs_error", "inject_vidioc_qbuf_error", "inject_vidioc_streamon_error"] {
        vivid.set_control(name, 1);
        let error = vivid.small(PixelFormat::Yuyv).err().unwrap_or_else(|| panic!("{name} fails"));
        assert_eq!(error.name, ErrorName::NotReadable, "{name}: {error}");
        next_frame(
            &mut *vivid.small(PixelFormat::Yuyv).unwrap_or_else(|error| panic!("after {name}: {error}")),
        );
    }
}

#[test]
#[ignore = "needs the vivid driver: cargo xtask test runs it in a virtual machine"]
fn an_unplugged_device_ends_the_stream_and_leaves_the_list() {
    let vivid = Vivid::first();
    let listed = vivid.listed();
    let mut stream = vivid.small(PixelFormat::Yuyv).expect("opens");
    next_frame(&mut *stream);
    Vivid::unplug();
    let error = last_error(&mut *stream);
    let again = stream.next(LONG).err();
    drop(stream);
    let left = V4l2Source.devices();
    let gone = V4l2Source.open(&listed.id, &listed.modes[0], &Default::default()).err();
    Vivid::plug_in();
    assert_eq!(error.name, ErrorName::NotFound, "{error}");
    assert_eq!(again.map(|error| error.name), Some(ErrorName::NotFound), "it stays so");
    assert!(left.is_ok_and(|left| left.iter().all(|device| device.id != listed.id)));
    assert_eq!(gone.map(|error| error.name), Some(ErrorName::NotFound));
    // After it is plugged in again, it is the same device.
    assert_eq!(Vivid::first().listed(), listed);
    next_frame(
        &mut *V4l2Source.open(&listed.id, &listed.modes[0], &Default::default()).expect("opens again"),
    );
}

#[test]
#[ignore = "needs the vivid driver: cargo xtask test runs it in a virtual machine"]
fn a_device_that_disconnects_ends_the_stream() {
    let vivid = Vivid::first();
    let mut stream = vivid.small(PixelFormat::Yuyv).expect("opens");
    next_frame(&mut *stream);
    vivid.set_control("disconnect", 1);
    let error = last_error(&mut *stream);
    // The node stays, without a device behind it, until its last user closes it.
    let gone = vivid.small(PixelFormat::Yuyv).err();
    let left = V4l2Source.devices();
    drop(stream);
    assert_eq!(error.name, ErrorName::NotFound, "{error}");
    assert_eq!(gone.map(|error| error.name), Some(ErrorName::NotFound));
    assert!(left.is_ok_and(|left| left.iter().all(|device| device.group_id != "platform:vivid-000")));
    next_frame(&mut *vivid.small(PixelFormat::Yuyv).expect("opens again"));
}

#[test]
#[ignore = "needs the vivid driver: cargo xtask test runs it in a virtual machine"]
fn a_fake_id_is_not_found() {
    let mode = Vivid::first().listed().modes[0];
    for id in ["/dev/video99", "/dev/null", "v4l2:usb-nowhere:Camera:0", "front"] {
        let error =
            V4l2Source.open(&DeviceId::from(id), &mode, &Default::default()).err().expect("no such device");
        assert_eq!(error.name, ErrorName::NotFound, "{id}: {error}");
    }
}

#[test]
#[ignore = "needs the vivid driver: cargo xtask test runs it in a virtual machine"]
fn a_count_and_a_clock_that_wrap_go_on() {
    let vivid = Vivid::first();
    vivid.set_control("wrap_sequence_number", 1);
    vivid.set_control("wrap_timestamp", 1);
    let mode = NativeMode { size: UVec2::new(320, 180), frame_rate: 60.0, format: PixelFormat::Gray };
    let mut stream = vivid.open(&mode).expect("opens");
    let mut last = next_frame(&mut *stream);
    // The driver starts 128 frames before its counter wraps.
    let end = last.sequence + 200;
    while last.sequence < end {
        let frame = next_frame(&mut *stream);
        assert!(frame.sequence > last.sequence && frame.sequence < last.sequence + 100, "{}", frame.sequence);
        assert!(frame.captured > last.captured && frame.captured.elapsed() < LONG, "a plausible time");
        last = frame;
    }
    drop(stream);
    vivid.set_control("wrap_sequence_number", 0);
    vivid.set_control("wrap_timestamp", 0);
}
