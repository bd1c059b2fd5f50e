//! File sources, compared with ffmpeg, ffprobe and Pillow, which must be installed, and network cameras.

mod broken;
#[allow(dead_code)]
mod camera;
mod folder;
mod icc;
mod jpeg;
mod metadata;
mod network;
mod pillow;
mod play;
#[cfg(all(feature = "audio", target_os = "linux"))]
mod pulse;
mod reject;
#[cfg_attr(not(feature = "h264"), allow(dead_code, unused_imports))]
mod rtsp;
#[allow(dead_code)]
#[path = "../uploads/server.rs"]
mod server;
#[cfg(all(feature = "audio", target_os = "linux"))]
mod sound;
mod still;
mod video;
mod y4m;

use std::{ffi::OsStr, path::Path, process::Command, time::Duration};

use bevy_viewfinder::{
    device::Device,
    error::MediaError,
    frame::{Frame, FramePool},
    source::{FileSource, Playback, Source, Stream, StreamEvent},
};
use tempfile::TempDir;

/// Longer than reading a small file takes.
const LONG: Duration = Duration::from_secs(60);

fn folder() -> TempDir {
    tempfile::tempdir().expect("a temporary folder")
}

/// Runs a program and returns its standard output.
fn run<S: AsRef<OsStr>>(program: &str, arguments: impl IntoIterator<Item = S>) -> Vec<u8> {
    let output = Command::new(program).args(arguments).output().unwrap_or_else(|error| {
        panic!("{program} is needed for this test (`cargo xtask test` installs it): {error}")
    });
    assert!(output.status.success(), "{program}: {}", String::from_utf8_lossy(&output.stderr));
    output.stdout
}

/// Makes a file of ffmpeg's moving test pattern. The options are those of the output.
fn make(path: &Path, size: (u32, u32), frames: u32, options: &str) {
    let (width, height) = size;
    // The test pattern has even sizes only, and the smaller it is the less it moves.
    let picture = format!("testsrc2=size=640x480:rate=25,format=gbrp,scale={width}:{height}");
    let mut arguments = vec!["-v", "error", "-y", "-f", "lavfi", "-i", &picture, "-frames:v"];
    let frames = frames.to_string();
    arguments.push(&frames);
    arguments.extend(options.split_whitespace());
    let path = path.to_str().expect("a path of ASCII");
    arguments.push(path);
    run("ffmpeg", arguments);
}

/// All frames of a file as ffmpeg decodes them: raw, one after the other, in the file's format or in another.
fn raw(path: &Path, format: Option<&str>) -> Vec<u8> {
    let path = path.to_str().expect("a path of ASCII");
    let format = format.map_or(vec![], |format| vec!["-pix_fmt", format]);
    let input = ["-v", "error", "-i", path, "-map", "0:v", "-f", "rawvideo"];
    run("ffmpeg", input.into_iter().chain(format).chain(["-"]))
}

/// The lengths of a file's frames in bytes, as ffprobe finds them.
fn packet_sizes(path: &Path) -> Vec<usize> {
    let path = path.to_str().expect("a path of ASCII");
    let entries = ["-show_entries", "packet=size", "-of", "csv=p=0"];
    let output =
        run("ffprobe", ["-v", "error", "-select_streams", "v:0"].into_iter().chain(entries).chain([path]));
    let text = String::from_utf8(output).expect("numbers");
    text.lines().filter_map(|line| line.trim_matches(',').parse().ok()).collect()
}

/// The file, played once, as fast as it is read.
fn once(path: &Path) -> FileSource {
    FileSource::new(path).playback(Playback::EveryFrame).looping(false)
}

fn device(source: &FileSource) -> Result<Device, MediaError> {
    Ok(source.devices()?.pop().expect("a file is a device"))
}

fn open(source: &FileSource, pool: &FramePool) -> Result<Box<dyn Stream>, MediaError> {
    let device = device(source)?;
    source.open(&device.id, &device.modes[0], pool)
}

/// All frames up to the end.
fn frames(source: &FileSource) -> Vec<Frame> {
    let mut stream = open(source, &FramePool::default()).expect("a good file");
    let mut frames = vec![];
    loop {
        match stream.next(LONG).expect("a good file") {
            StreamEvent::Frame(frame) => {
                assert_eq!(frame.validate(), Ok(()));
                frames.push(frame);
            }
            StreamEvent::Ended => return frames,
            other => panic!("after {} frames: {other:?}", frames.len()),
        }
    }
}

/// The mean absolute difference of bytes.
fn difference(a: &[u8], b: &[u8]) -> f64 {
    assert_eq!(a.len(), b.len());
    let sum: u64 = a.iter().zip(b).map(|(a, b)| u64::from(a.abs_diff(*b))).sum();
    sum as f64 / a.len().max(1) as f64
}
