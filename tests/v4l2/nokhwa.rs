//! The same cameras through nokhwa, within its limits.

use bevy::math::UVec2;
use bevy_viewfinder::{
    device::{Control, ControlValue, DeviceId, NativeMode},
    error::{ErrorName, MediaError},
    frame::{FramePool, PixelFormat},
    source::{NokhwaSource, Source, Stream, StreamEvent, V4l2Source},
};

use crate::bench::{FORMATS, LONG, Vivid, last_error, next_frame};

const SMALL: NativeMode =
    NativeMode { size: UVec2::new(320, 180), frame_rate: 30.0, format: PixelFormat::Yuyv };

fn open(vivid: &Vivid, mode: &NativeMode) -> Result<Box<dyn Stream>, MediaError> {
    NokhwaSource::default().open(&vivid.id(), mode, &FramePool::default())
}

#[test]
#[ignore = "needs the vivid driver: cargo xtask test runs it in a virtual machine"]
fn the_list_is_the_drivers_without_modes_that_nokhwa_lacks() {
    Vivid::first();
    let ours = V4l2Source.devices().expect("cameras");
    let theirs = NokhwaSource::default().devices().expect("cameras");
    assert_eq!(theirs.len(), ours.len());
    for (ours, theirs) in ours.iter().zip(&theirs) {
        assert_eq!((&ours.id, &ours.label), (&theirs.id, &theirs.label));
        let whole = theirs.modes.iter().all(|mode| mode.frame_rate.fract() == 0.0);
        assert!(whole && theirs.modes.iter().all(|mode| ours.modes.contains(mode)));
    }
    assert!(theirs.iter().any(|device| device.modes.contains(&SMALL)));
}

#[test]
#[ignore = "needs the vivid driver: cargo xtask test runs it in a virtual machine"]
fn every_format_is_byte_for_byte_what_v4l2_ctl_captures() {
    let vivid = Vivid::first();
    let mut seen = 0;
    for (format, fourcc) in FORMATS {
        // The camera is left in a format and at a rate from which nokhwa alone can't start.
        vivid.v4l2_ctl(&["--set-fmt-video=width=640,height=360,pixelformat=NV21", "--set-parm=12.5"]);
        let mode = NativeMode { format, ..SMALL };
        let expected = match format {
            PixelFormat::Yuyv | PixelFormat::Nv12 | PixelFormat::Rgb24 | PixelFormat::Bgr24 => fourcc,
            _ => {
                assert_eq!(open(&vivid, &mode).err().map(|error| error.name), Some(ErrorName::NotSupported));
                continue;
            }
        };
        let mut stream = open(&vivid, &mode).unwrap_or_else(|error| panic!("{expected}: {error}"));
        assert_eq!(stream.mode(), mode);
        let frame = next_frame(&mut *stream);
        assert_eq!(next_frame(&mut *stream).sequence, frame.sequence + 1);
        drop(stream);
        let theirs = vivid.capture(mode.size, expected);
        assert!(*frame.buffer == *theirs, "{expected} differs");
        seen += 1;
    }
    assert_eq!(seen, 4);
}

#[test]
#[ignore = "needs the vivid driver: cargo xtask test runs it in a virtual machine"]
fn a_device_in_use_by_another_program_is_not_readable() {
    let vivid = Vivid::first();
    let error = vivid.while_held(|| open(&vivid, &SMALL).err());
    assert_eq!(error.expect("busy").name, ErrorName::NotReadable);
    next_frame(&mut *open(&vivid, &SMALL).expect("free again"));
}

#[test]
#[ignore = "needs the vivid driver: cargo xtask test runs it in a virtual machine"]
fn a_failure_to_start_is_an_error_of_open() {
    let vivid = Vivid::first();
    for name in ["inject_vidioc_reqbufs_error", "inject_vidioc_qbuf_error", "inject_vidioc_streamon_error"] {
        vivid.set_control(name, 1);
        let error = open(&vivid, &SMALL).err().unwrap_or_else(|| panic!("{name} fails"));
        assert_eq!(error.name, ErrorName::NotReadable, "{name}: {error}");
        next_frame(&mut *open(&vivid, &SMALL).unwrap_or_else(|error| panic!("after {name}: {error}")));
    }
}

#[test]
#[ignore = "needs the vivid driver: cargo xtask test runs it in a virtual machine"]
fn a_fatal_streaming_error_ends_the_stream() {
    let vivid = Vivid::first();
    let mut stream = open(&vivid, &SMALL).expect("opens");
    next_frame(&mut *stream);
    vivid.set_control("inject_fatal_streaming_error", 1);
    assert_eq!(last_error(&mut *stream).name, ErrorName::NotReadable);
    drop(stream);
    next_frame(&mut *open(&vivid, &SMALL).expect("opens again"));
}

#[test]
#[ignore = "needs the vivid driver: cargo xtask test runs it in a virtual machine"]
fn an_unplugged_device_ends_the_stream() {
    let vivid = Vivid::first();
    let mut stream = open(&vivid, &SMALL).expect("opens");
    next_frame(&mut *stream);
    Vivid::unplug();
    let error = last_error(&mut *stream);
    drop(stream);
    let gone = open(&vivid, &SMALL).err();
    Vivid::plug_in();
    assert_eq!(error.name, ErrorName::NotFound, "{error}");
    assert_eq!(gone.map(|error| error.name), Some(ErrorName::NotFound));
    next_frame(&mut *open(&Vivid::first(), &SMALL).expect("opens again"));
}

#[test]
#[ignore = "needs the vivid driver: cargo xtask test runs it in a virtual machine"]
fn controls_are_the_drivers() {
    let vivid = Vivid::first();
    let brightness = || vivid.v4l2_ctl(&["--get-ctrl", "brightness"]).trim().to_owned();
    let mut stream = open(&vivid, &SMALL).expect("opens");
    assert_eq!(stream.capabilities(), vivid.listed().controls);
    assert_eq!(stream.set(Control::Brightness, &ControlValue::Number(77.4)), Ok(()));
    assert_eq!(brightness(), "brightness: 77");
    assert_eq!(stream.settings().get(&Control::Brightness), Some(&ControlValue::Number(77.0)));
    vivid.set_control("brightness", 128);
    let reported = (0..200).any(|_| matches!(stream.next(LONG), Ok(StreamEvent::ControlsChanged)));
    assert!(reported, "a change by another program is reported");
    assert_eq!(stream.settings().get(&Control::Brightness), Some(&ControlValue::Number(128.0)));
    let absent = stream.set(Control::Zoom, &ControlValue::Number(2.0));
    assert_eq!(absent.err().map(|error| error.name), Some(ErrorName::NotSupported));
}

#[test]
#[ignore = "needs the vivid driver: cargo xtask test runs it in a virtual machine"]
fn a_node_that_is_no_camera_is_not_found() {
    for id in ["/dev/null", "/dev/video99", "front"] {
        let opened = NokhwaSource::default().open(&DeviceId::from(id), &SMALL, &FramePool::default());
        assert_eq!(opened.err().map(|error| error.name), Some(ErrorName::NotFound), "{id}");
    }
}
