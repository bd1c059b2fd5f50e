//! Streams, compared with the frames that `v4l2-ctl` captures.

use std::{thread, time::Duration};

use bevy::{math::UVec2, platform::time::Instant};
use bevy_viewfinder::{
    device::NativeMode,
    frame::{ColorRange, Frame, MatrixCoefficients, PixelFormat},
    source::{Source, StreamEvent, V4l2Source},
};

use crate::bench::{FORMATS, LONG, Vivid, next_frame};

#[test]
#[ignore = "needs the vivid driver: cargo xtask test runs it in a virtual machine"]
fn every_format_is_byte_for_byte_what_v4l2_ctl_captures() {
    let vivid = Vivid::first();
    let modes = vivid.listed().modes;
    let mut seen = 0;
    for (format, fourcc) in FORMATS {
        let Some(mode) = modes.iter().find(|mode| mode.format == format && mode.size.x == 640) else {
            continue;
        };
        let mut stream = vivid.open(mode).unwrap_or_else(|error| panic!("{fourcc}: {error}"));
        assert_eq!(stream.mode().format, format);
        let frame = next_frame(&mut *stream);
        drop(stream);
        assert_eq!((frame.size, frame.format), (mode.size, format));
        let theirs = vivid.capture(mode.size, fourcc);
        assert_eq!(frame.buffer.len(), theirs.len(), "{fourcc}");
        assert!(*frame.buffer == *theirs, "{fourcc} differs");
        seen += 1;
    }
    // All but MJPEG, which vivid lacks.
    assert_eq!(seen, FORMATS.len() - 1);
}

/// The colors of the eight bars, sampled in their middle.
fn bars(frame: &Frame) -> Vec<[u8; 3]> {
    let rgba = frame.to_rgba().expect("a picture");
    let (width, height) = (frame.size.x as usize, frame.size.y as usize);
    let middles = (0..8).map(|bar| (bar * 2 + 1) * width / 16);
    middles.map(|x| (height / 2 * width + x) * 4).map(|at| [rgba[at], rgba[at + 1], rgba[at + 2]]).collect()
}

#[test]
#[ignore = "needs the vivid driver: cargo xtask test runs it in a virtual machine"]
fn every_format_shows_the_same_colors() {
    let vivid = Vivid::first();
    let (on, off) = (191, 0);
    let expected = [
        [on, on, on],
        [on, on, off],
        [off, on, on],
        [off, on, off],
        [on, off, on],
        [on, off, off],
        [off, off, on],
        [off, off, off],
    ];
    let near = |ours: &[[u8; 3]]| {
        ours.iter().flatten().zip(expected.iter().flatten()).all(|(ours, theirs)| ours.abs_diff(*theirs) <= 3)
    };
    // The driver's color spaces: sRGB, BT.709, BT.2020; and ranges: default, full, limited.
    for (colorspace, matrix) in
        [(2, MatrixCoefficients::Bt601), (1, MatrixCoefficients::Bt709), (4, MatrixCoefficients::Bt2020)]
    {
        for (quantization, range) in
            [(0, ColorRange::Limited), (1, ColorRange::Full), (2, ColorRange::Limited)]
        {
            vivid.set_control("colorspace", colorspace);
            vivid.set_control("quantization", quantization);
            for (format, fourcc) in FORMATS {
                if format == PixelFormat::Mjpeg || format.is_gray() {
                    continue;
                }
                let mut stream = vivid.small(format).unwrap_or_else(|error| panic!("{fourcc}: {error}"));
                let frame = next_frame(&mut *stream);
                if format.is_yuv() {
                    assert_eq!((frame.color.matrix, frame.color.range), (matrix, range), "{fourcc}");
                    let ours = bars(&frame);
                    // vivid converts colors between color spaces as well. In its own they are pure.
                    if colorspace == 2 {
                        assert!(near(&ours), "{fourcc}, quantization {quantization}: {ours:?}");
                    }
                } else if colorspace == 2 && quantization != 2 {
                    let ours = bars(&frame);
                    assert!(near(&ours), "{fourcc}: {ours:?}");
                }
            }
        }
    }
}

#[test]
#[ignore = "needs the vivid driver: cargo xtask test runs it in a virtual machine"]
fn frames_are_counted_and_stamped() {
    let vivid = Vivid::first();
    let mut stream = vivid.small(PixelFormat::Yuyv).expect("opens");
    let mut last = next_frame(&mut *stream);
    for _ in 0..10 {
        let frame = next_frame(&mut *stream);
        assert!(frame.sequence > last.sequence);
        assert!(frame.captured > last.captured, "{:?} after {:?}", frame.captured, last.captured);
        assert!(frame.captured <= Instant::now());
        last = frame;
    }
}

#[test]
#[ignore = "needs the vivid driver: cargo xtask test runs it in a virtual machine"]
fn the_newest_frame_wins() {
    let vivid = Vivid::first();
    let mut stream = vivid.small(PixelFormat::Yuyv).expect("opens");
    let first = next_frame(&mut *stream).sequence;
    // Long enough for the driver to fill all buffers.
    thread::sleep(Duration::from_secs(2));
    let newest = next_frame(&mut *stream).sequence;
    assert!(newest > first + 1, "frame {newest} after frame {first}");
}

#[test]
#[ignore = "needs the vivid driver: cargo xtask test runs it in a virtual machine"]
fn buffers_go_round() {
    let vivid = Vivid::first();
    let mut stream = vivid.small(PixelFormat::Yuyv).expect("opens");
    let address = next_frame(&mut *stream).buffer.as_ptr();
    for _ in 0..5 {
        assert_eq!(next_frame(&mut *stream).buffer.as_ptr(), address);
    }
}

#[test]
#[ignore = "needs the vivid driver: cargo xtask test runs it in a virtual machine"]
fn the_mode_is_the_drivers() {
    let vivid = Vivid::first();
    for rate in [12.5, 60.0] {
        let wanted = NativeMode { size: UVec2::new(320, 180), frame_rate: rate, format: PixelFormat::Nv12 };
        assert_eq!(vivid.open(&wanted).expect("opens").mode(), wanted);
    }
    // A size between two of the driver's own.
    let odd = NativeMode { size: UVec2::new(641, 363), frame_rate: 30.0, format: PixelFormat::Yuyv };
    let mut stream = vivid.open(&odd).expect("opens");
    assert_ne!(stream.mode().size, odd.size);
    assert_eq!(next_frame(&mut *stream).size, stream.mode().size);
}

#[test]
#[ignore = "needs the vivid driver: cargo xtask test runs it in a virtual machine"]
fn two_cameras_run_at_once() {
    let mut streams = [0, 1].map(|number| Vivid::numbered(number).small(PixelFormat::Yuyv).expect("opens"));
    for stream in &mut streams {
        next_frame(&mut **stream);
    }
}

#[test]
#[ignore = "needs the vivid driver: cargo xtask test runs it in a virtual machine"]
fn a_dropped_stream_leaves_the_device_free() {
    let vivid = Vivid::first();
    let size = UVec2::new(320, 180);
    for _ in 0..3 {
        let mut stream = vivid.small(PixelFormat::Yuyv).expect("opens");
        next_frame(&mut *stream);
        drop(stream);
        assert_eq!(vivid.capture(size, "YUYV").len(), 320 * 180 * 2);
    }
}

#[test]
#[ignore = "needs the vivid driver: cargo xtask test runs it in a virtual machine"]
fn a_format_that_the_device_lacks_is_not_supported() {
    let vivid = Vivid::first();
    let error = vivid.small(PixelFormat::Mjpeg).err().expect("vivid has no MJPEG");
    assert_eq!(error.name, bevy_viewfinder::error::ErrorName::NotSupported);
}

#[test]
#[ignore = "needs the vivid driver: cargo xtask test runs it in a virtual machine"]
fn a_wait_of_zero_returns_a_frame_that_is_there() {
    let vivid = Vivid::first();
    let mut stream = V4l2Source
        .open(
            &vivid.id(),
            &NativeMode { size: UVec2::new(320, 180), frame_rate: 1.0, format: PixelFormat::Yuyv },
            &Default::default(),
        )
        .expect("opens");
    assert!(matches!(stream.next(LONG), Ok(StreamEvent::Frame(_))));
    assert!(matches!(stream.next(Duration::ZERO), Ok(StreamEvent::Pending)));
}
