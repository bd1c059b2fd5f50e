//! The processor's time of a recorder's thread for each frame, and the frames that it loses at 30 Hz, beside ffmpeg
//! with the same codec library.

use std::{
    fs,
    path::Path,
    process::Command,
    thread,
    time::{Duration, Instant},
};

use bevy::{math::UVec2, prelude::*};
use bevy_viewfinder::{
    ViewfinderPlugins,
    device::NativeMode,
    frame::{Frame, FrameBuffer, PixelFormat},
    prelude::*,
    recorder::{BitRates, RecorderStatistics},
    source::{CustomFeed, CustomSource},
};
use measure::{Table, goal, headless};

/// Frames of the clip. It is played twice.
const FRAMES: usize = 150;
const FRAME_RATE: f64 = 30.0;

/// The sizes, and the bits per second.
const SIZES: [(UVec2, u32); 2] = [(UVec2::new(1280, 720), 2_500_000), (UVec2::new(1920, 1080), 5_000_000)];

/// A codec, and the options by which ffmpeg encodes it in the same way.
struct Case {
    name: &'static str,
    media_type: &'static str,
    peer: &'static str,
    options: &'static [&'static str],
    /// Whether ffmpeg uses the same library.
    is_same: bool,
}

const CASES: [Case; 4] = [
    Case {
        name: "VP8",
        media_type: "video/webm;codecs=vp8",
        peer: "ffmpeg, libvpx",
        options: &["libvpx", "-deadline", "realtime", "-cpu-used", "-6", "-lag-in-frames", "0"],
        is_same: true,
    },
    Case {
        name: "VP9",
        media_type: "video/webm;codecs=vp9",
        peer: "ffmpeg, libvpx-vp9",
        options: &[
            "libvpx-vp9",
            "-deadline",
            "realtime",
            "-cpu-used",
            "8",
            "-row-mt",
            "1",
            "-tile-columns",
            "2",
            "-aq-mode",
            "3",
            "-lag-in-frames",
            "0",
        ],
        is_same: true,
    },
    Case {
        name: "H.264, OpenH264",
        media_type: "video/x-matroska;codecs=avc1",
        peer: "ffmpeg, libx264 ultrafast",
        options: &["libx264", "-preset", "ultrafast", "-tune", "zerolatency"],
        is_same: false,
    },
    Case {
        name: "Motion JPEG",
        media_type: "video/x-matroska;codecs=mjpeg",
        peer: "ffmpeg, mjpeg",
        options: &["mjpeg", "-q:v", "3"],
        is_same: false,
    },
];

/// The file with the frames in RGBA.
const RAW: &str = "clip.rgba";

fn main() {
    let folder = std::env::temp_dir().join(format!("viewfinder-bench-{}", std::process::id()));
    fs::create_dir_all(&folder).expect("temporary files can be written");
    println!(
        "A moving test pattern with noise, {} frames at 30 Hz, drawn, read back, converted and encoded while it plays. \
         The times are those of the processor: of the recorder's threads, and of ffmpeg on one thread, which reads the \
         same frames as RGBA and converts them too, while the clip plays on. 1 is real time on one core.\n",
        2 * FRAMES
    );
    let mut table = Table::new(["codec", "size", "real time x", "peer", "real time x", "ratio", "lost"]);
    let mut goals = Vec::new();
    for (size, bit_rate) in SIZES {
        let clip = clip(size);
        convert(&clip, size, &folder.join(RAW));
        for case in &CASES {
            let (used, lost, peer) = record(case, &clip, size, bit_rate, &folder);
            let length = 2.0 * FRAMES as f64 / FRAME_RATE;
            let (ours, theirs) = (length / used.as_secs_f64(), length / 2.0 / peer.as_secs_f64());
            table.row([
                case.name.to_owned(),
                format!("{}p", size.y),
                format!("{ours:.1}"),
                case.peer.to_owned(),
                format!("{theirs:.1}"),
                format!("{:.2}", ours / theirs),
                lost.to_string(),
            ]);
            if case.is_same {
                goals.push((
                    format!("{}, {}p, at least 0.9 of its peer's speed", case.name, size.y),
                    ours / theirs,
                ));
            }
            if size.y == 720 {
                goal(&format!("{}, 720p at 30 Hz, no frame lost", case.name), lost, lost == 0);
            }
        }
    }
    println!("{table}");
    for (name, ratio) in goals {
        goal(&name, format!("{ratio:.2}"), ratio >= 0.9);
    }
    let _ = fs::remove_dir_all(folder);
}

/// The frames of the clip in I420.
fn clip(size: UVec2) -> Vec<FrameBuffer> {
    let source = format!("testsrc2=s={}x{}:r=30,noise=alls=8:allf=t", size.x, size.y);
    let output = Command::new("ffmpeg")
        .args(["-v", "error", "-f", "lavfi", "-i", &source, "-frames:v", &FRAMES.to_string()])
        .args(["-f", "rawvideo", "-pix_fmt", "yuv420p", "-"])
        .output()
        .expect("ffmpeg is installed");
    let len = PixelFormat::I420.packed_len(size);
    assert_eq!(output.stdout.len(), len * FRAMES, "{}", String::from_utf8_lossy(&output.stderr));
    output.stdout.chunks(len).map(|frame| frame.to_vec().into()).collect()
}

/// Writes the frames as RGBA.
fn convert(clip: &[FrameBuffer], size: UVec2, to: &Path) {
    let mut all = Vec::new();
    for buffer in clip {
        let frame = Frame::packed(PixelFormat::I420, size, buffer.clone());
        let rgba = frame.to_rgba().expect("frames in I420 can be converted");
        all.extend_from_slice(&rgba);
    }
    fs::write(to, all).expect("temporary files can be written");
}

/// The processor's time of a recording of the clip, the number of frames that it lost, and ffmpeg's time while the clip
/// plays on: a processor that also draws has less of its cache for an encoder.
fn record(
    case: &Case,
    clip: &[FrameBuffer],
    size: UVec2,
    bit_rate: u32,
    folder: &Path,
) -> (Duration, u64, Duration) {
    let mut app = headless::app(true);
    app.add_plugins(ViewfinderPlugins);
    headless::start(&mut app);
    let mode = NativeMode { size, frame_rate: FRAME_RATE, format: PixelFormat::I420 };
    let (source, feed) = CustomSource::new("the bench", [mode]);
    let track = app.world_mut().spawn((VideoTrack, TrackSource::new(source))).id();
    let push = |feed: &CustomFeed, index: usize| {
        feed.push(Frame::packed(PixelFormat::I420, size, clip[index % FRAMES].clone()));
    };
    let deadline = Instant::now() + Duration::from_secs(60);
    while app.world().get::<TrackStatistics>(track).is_none_or(|track| track.delivered_frames < 8) {
        push(&feed, 0);
        thread::sleep(Duration::from_millis(10));
        app.update();
        assert!(Instant::now() < deadline, "no frame came");
    }
    let extension = if case.media_type.starts_with("video/webm") { "webm" } else { "mkv" };
    let file = RecordingFile::new(folder.join(format!("{}-{}.{extension}", case.name, size.y)));
    let rates = BitRates { video: Some(bit_rate), ..default() };
    let recorder = MediaRecorder::new(track).media_type(case.media_type).bit_rates(rates);
    let recorder = app.world_mut().spawn((recorder, file)).id();
    app.world_mut().trigger(StartRecording::new(recorder));
    let mut due = Instant::now();
    let mut play = |app: &mut App, index: usize| {
        push(&feed, index);
        due += Duration::from_secs_f64(1.0 / FRAME_RATE);
        while Instant::now() < due {
            app.update();
            thread::sleep(Duration::from_millis(4));
        }
    };
    for index in 0..2 * FRAMES {
        play(&mut app, index);
    }
    let used = recorder_threads();
    let statistics = app.world().get::<RecorderStatistics>(recorder).copied().unwrap_or_default();
    app.world_mut().trigger(StopRecording::new(recorder));
    while app.world().get::<RecorderState>(recorder) != Some(&RecorderState::Inactive) {
        app.update();
    }
    assert!(statistics.frames > 0, "{} recorded nothing", case.name);
    let recorded = statistics.frames as f64;
    let peer = thread::scope(|scope| {
        let peer = scope.spawn(|| ffmpeg(case, &folder.join(RAW), size, bit_rate));
        let mut index = 0;
        while !peer.is_finished() {
            play(&mut app, index);
            index += 1;
        }
        peer.join().expect("ffmpeg encodes the clip")
    });
    (used.mul_f64(2.0 * FRAMES as f64 / recorded), statistics.dropped_frames, peer)
}

/// The processor's time so far of the threads of recorders, with those that their encoders have started.
fn recorder_threads() -> Duration {
    let mut nanoseconds = 0;
    for task in fs::read_dir("/proc/self/task").into_iter().flatten().flatten() {
        let read = |name: &str| fs::read_to_string(task.path().join(name)).unwrap_or_default();
        // The system cuts the name off.
        if read("comm").starts_with("viewfinder reco") {
            nanoseconds +=
                read("schedstat").split_whitespace().next().map_or(0, |time| time.parse().unwrap_or(0));
        }
    }
    Duration::from_nanos(nanoseconds)
}

/// The processor's time in which ffmpeg encodes the frames.
fn ffmpeg(case: &Case, raw: &Path, size: UVec2, bit_rate: u32) -> Duration {
    let output = Command::new("ffmpeg")
        .args([
            "-hide_banner",
            "-benchmark",
            "-threads",
            "1",
            "-f",
            "rawvideo",
            "-pix_fmt",
            "rgba",
            "-r",
            "30",
        ])
        .args(["-s", &format!("{}x{}", size.x, size.y), "-i"])
        .arg(raw)
        .arg("-c:v")
        .args(case.options)
        .args(["-pix_fmt", if case.name == "Motion JPEG" { "yuvj420p" } else { "yuv420p" }, "-threads", "1"])
        .args(["-b:v", &bit_rate.to_string(), "-g", "60", "-f", "null", "-"])
        .output()
        .expect("ffmpeg is installed");
    let text = String::from_utf8_lossy(&output.stderr);
    let seconds = |name: &str| {
        let line = text.lines().find(|line| line.starts_with("bench: utime"));
        let value = line.and_then(|line| line.split_once(name)?.1.split('s').next()?.parse::<f64>().ok());
        value.unwrap_or_else(|| panic!("ffmpeg tells no {name}: {text}"))
    };
    Duration::from_secs_f64(seconds("utime=") + seconds("stime="))
}
