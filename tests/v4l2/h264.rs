//! Cameras that send H.264: a loopback camera that is fed frames of ffmpeg's encoder.

use std::{fs, process::Command};

use bevy_viewfinder::{
    frame::{FramePool, PixelFormat},
    source::{Source, StreamEvent, V4l2Source},
};

use crate::{bench::LONG, mjpeg::Loopback};

/// The frames in the clip. The sixth and the eleventh are key frames again.
const FRAMES: usize = 15;
const BYTES: usize = 320 * 240 * 3 / 2;

fn ffmpeg(arguments: &str) {
    let arguments = arguments.split_whitespace();
    let output = Command::new("ffmpeg").args(["-v", "error", "-y"]).args(arguments).output().expect("ffmpeg");
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
}

/// The access units of a byte stream in which each begins with a delimiter.
fn access_units(stream: &[u8]) -> Vec<Vec<u8>> {
    const DELIMITER: [u8; 5] = [0, 0, 0, 1, 9];
    let mut starts: Vec<_> =
        (0..stream.len()).filter(|start| stream[*start..].starts_with(&DELIMITER)).collect();
    starts.push(stream.len());
    starts.windows(2).map(|ends| stream[ends[0]..ends[1]].to_vec()).collect()
}

/// A clip's access units, and the frames that ffmpeg decodes from them.
fn clip() -> (Vec<Vec<u8>>, Vec<Vec<u8>>) {
    let folder = tempfile::tempdir().expect("a folder");
    let (stream, pixels) = (folder.path().join("clip.h264"), folder.path().join("clip.yuv"));
    ffmpeg(&format!(
        "-f lavfi -i testsrc2=s=320x240 -frames:v {FRAMES} -pix_fmt yuv420p -c:v libx264 -profile:v baseline -g 5 -bf 0 \
         -x264-params aud=1:repeat-headers=1:scenecut=0 {}",
        stream.display()
    ));
    ffmpeg(&format!("-i {} -f rawvideo {}", stream.display(), pixels.display()));
    let pixels = fs::read(pixels).expect("ffmpeg decodes it");
    let expected: Vec<_> = pixels.chunks(BYTES).map(<[u8]>::to_vec).collect();
    let units = access_units(&fs::read(stream).expect("ffmpeg writes it"));
    assert_eq!((expected.len(), units.len()), (FRAMES, FRAMES));
    (units, expected)
}

/// Feeds a camera these access units until these frames have come, and no others. Returns the corrupt ones.
fn read_frames(units: Vec<Vec<u8>>, expected: &[Vec<u8>], wanted: [bool; FRAMES]) -> Option<u32> {
    let Some(loopback) = Loopback::feed_frames(b"H264", units) else {
        println!("skipped: the machine has no loopback camera (v4l2loopback)");
        return None;
    };
    let camera = loopback.until_listed();
    let mode = camera.modes[0];
    assert_eq!((mode.size.into(), mode.format), ((320, 240), PixelFormat::I420));
    let mut device = V4l2Source.open(&camera.id, &mode, &FramePool::default()).expect("opens");
    let (mut seen, mut last, mut corrupt) = ([false; FRAMES], None, 0);
    for _ in 0..200 {
        let frame = match device.next(LONG).expect("it goes on") {
            StreamEvent::Frame(frame) => frame,
            StreamEvent::Pending => continue,
            StreamEvent::Corrupt(error) => {
                assert!(error.message.contains("H.264: its next key frame"), "{error}");
                corrupt += 1;
                continue;
            }
            other => panic!("{other:?}"),
        };
        assert_eq!((frame.size.into(), frame.format), ((320, 240), PixelFormat::I420));
        assert!(last.is_none_or(|last| last < frame.captured), "frames are in the order of their capture");
        last = Some(frame.captured);
        let index = expected.iter().position(|pixels| **pixels == *frame.buffer);
        seen[index.expect("a frame is one that ffmpeg decodes, to the byte")] = true;
        if seen == wanted {
            return Some(corrupt);
        }
    }
    panic!("not all frames came: {seen:?}, and {corrupt} were corrupt");
}

#[test]
#[ignore = "needs a loopback camera: cargo xtask test runs it in a virtual machine"]
fn frames_are_those_that_ffmpeg_decodes() {
    let (units, expected) = clip();
    // The driver writes into buffers that are being read, if the reader is late, and reads its first frames from the
    // wrong places after a change of the number of buffers.
    if let Some(corrupt) = read_frames(units, &expected, [true; FRAMES]) {
        assert!(corrupt < 5, "{corrupt} corrupt frames");
    }
}

#[test]
#[ignore = "needs a loopback camera: cargo xtask test runs it in a virtual machine"]
fn no_frame_is_shown_that_depends_on_a_damaged_one() {
    let (mut units, expected) = clip();
    let len = units[6].len();
    units[6].truncate(len / 2);
    let wanted = std::array::from_fn(|index| !(6..10).contains(&index));
    if let Some(corrupt) = read_frames(units, &expected, wanted) {
        assert!(corrupt > 0, "the damaged frame is reported");
    }
}
