//! The files of recordings, as ffprobe and ffmpeg read them.

use std::{
    fs,
    path::Path,
    process::{Command, Output},
    time::Duration,
};

use bevy::{
    app::AppExit,
    camera::{ClearColorConfig, RenderTarget},
    prelude::*,
    render::render_resource::TextureFormat,
};
use bevy_viewfinder::{
    device::NativeMode,
    effects::Invert,
    frame::{Frame, PixelFormat},
    photo::IfExists,
    prelude::*,
    recorder::*,
    source::CustomSource,
};

use crate::{
    recorder::{MJPEG, SIZE, command, feed, log, log_events, stage, state, until_frames, until_stopped},
    stage::{Stage, default_plugins},
    tap::{fed, push},
};

fn run(program: &str, arguments: &[&str], file: &Path) -> Output {
    let output = Command::new(program).args(arguments).arg(file).output();
    output.expect("this test needs ffmpeg: cargo xtask test installs it")
}

/// The file as ffprobe reads it.
pub struct Probed {
    /// The codec, width and height.
    stream: String,
    /// The length of the file in seconds; `None` if it isn't known.
    pub length: Option<f64>,
    /// The times of the frames, in seconds.
    pub times: Vec<f64>,
}

pub fn probe(file: &Path) -> Probed {
    let show = |entries: &str| {
        // Warnings are left out: of tiny JPEGs, its own too, ffmpeg says that an EOI is missing.
        let arguments = ["-v", "error", "-of", "csv=p=0", "-show_entries", entries];
        let output = run("ffprobe", &arguments, file);
        let errors = String::from_utf8_lossy(&output.stderr);
        assert!(output.status.success() && errors.is_empty(), "{}: {errors}", file.display());
        String::from_utf8(output.stdout).expect("ffprobe writes text")
    };
    Probed {
        stream: show("stream=codec_name,width,height").trim().to_owned(),
        length: show("format=duration").trim().parse().ok(),
        times: show("frame=pts_time")
            .lines()
            .filter_map(|line| line.trim_end_matches(',').parse().ok())
            .collect(),
    }
}

/// The pixels of all frames: R, G, B.
pub fn pixels(file: &Path, size: UVec2) -> Vec<Vec<u8>> {
    let output = Command::new("ffmpeg")
        .args(["-v", "error", "-i"])
        .arg(file)
        // Frames may follow each other faster than the rate that ffmpeg guesses.
        .args(["-fps_mode", "passthrough", "-enc_time_base", "1:90000"])
        .args(["-f", "rawvideo", "-pix_fmt", "rgb24", "-"])
        .output()
        .expect("this test needs ffmpeg: cargo xtask test installs it");
    assert!(
        output.status.success() && output.stderr.is_empty(),
        "{}",
        String::from_utf8_lossy(&output.stderr)
    );
    let frame = size.element_product() as usize * 3;
    assert_eq!(output.stdout.len() % frame, 0, "whole frames of {size}");
    output.stdout.chunks(frame).map(<[u8]>::to_vec).collect()
}

fn at(frame: &[u8], size: UVec2, x: u32, y: u32) -> u8 {
    frame[((y * size.x + x) * 3) as usize]
}

/// The types that this build records, with the names of their codecs, and the extensions of their files.
const TYPES: [(&str, &str, &str); 7] = [
    ("video/mp4;codecs=avc1", "h264", "mp4"),
    ("video/x-matroska;codecs=avc1", "h264", "mkv"),
    (MJPEG, "mjpeg", "mkv"),
    ("video/webm;codecs=vp8", "vp8", "webm"),
    ("video/webm;codecs=vp9", "vp9", "webm"),
    ("video/x-matroska;codecs=vp8", "vp8", "mkv"),
    ("video/mp4;codecs=vp9", "vp9", "mp4"),
];

#[test]
fn every_type_is_a_file_that_other_programs_read() {
    let folder = tempfile::tempdir().expect("a folder for temporary files");
    let mut stage = stage();
    let (track, source) = fed(&mut stage, SIZE, EffectStack::new().with(Invert { amount: 1.0 }));
    let mut recorded = 0;
    for (media_type, codec, extension) in TYPES {
        if !MediaRecorder::is_type_supported(media_type) {
            // The tests have the other codecs on Linux alone.
            assert!(!cfg!(target_os = "linux") && codec != "mjpeg", "{media_type}");
            continue;
        }
        recorded += 1;
        let path = folder.path().join(format!("{codec}.{extension}"));
        push(&mut stage, track, &source, SIZE, |_, _| 15);
        let recorder = stage.spawn((
            MediaRecorder::new(track).media_type(media_type),
            RecordingFile::new(&path).if_exists(IfExists::Replace),
        ));
        command(&mut stage, StartRecording::new(recorder));
        until_frames(&mut stage, recorder, 1);
        feed(&mut stage, recorder, track, &source, &[15, 115, 215, 55]);
        let figures = stage.get::<RecorderStatistics>(recorder).expect("figures");
        command(&mut stage, StopRecording::new(recorder));
        until_stopped(&mut stage, recorder, 1);
        let name = path.file_name().and_then(|name| name.to_str()).expect("a name");
        assert_eq!(
            log(&stage, recorder),
            [&*format!("started {media_type}"), &*format!("saved {name}"), "stopped"]
        );

        let probed = probe(&path);
        assert_eq!(probed.stream, format!("{codec},{},{}", SIZE.x, SIZE.y));
        assert_eq!(probed.times.len() as u64, figures.frames, "{media_type}");
        assert_eq!(probed.times[0], 0.0);
        assert!(probed.times.is_sorted_by(|a, b| a < b), "{media_type}: {:?}", probed.times);
        let length = probed.length.expect("a finished file has a length");
        assert!(length > figures.length.as_secs_f64() - 0.002, "{media_type}: {length} and {figures:?}");
        assert_eq!(fs::metadata(&path).expect("the file").len(), {
            let end = stage.get::<RecorderStatistics>(recorder).expect("figures");
            end.bytes
        });
        let frames = pixels(&path, SIZE);
        let last: Vec<u8> = frames[frames.len() - 4..].iter().map(|frame| at(frame, SIZE, 30, 20)).collect();
        for (gray, expected) in last.iter().zip([240, 140, 40, 200]) {
            assert!(gray.abs_diff(expected) <= 5, "{media_type}: {last:?}, inverted");
        }
    }
    assert!(recorded >= 1);
}

#[test]
fn chunks_one_after_the_other_are_the_file() {
    let folder = tempfile::tempdir().expect("a folder for temporary files");
    let path = folder.path().join("clip.mkv");
    let mut stage = stage();
    let (track, source) = fed(&mut stage, SIZE, ());
    push(&mut stage, track, &source, SIZE, |x, _| x as u8);
    let recorder = stage.spawn((MediaRecorder::new(track).media_type(MJPEG), RecordingFile::new(&path)));
    stage.app.init_resource::<Chunks>();
    stage
        .app
        .world_mut()
        .entity_mut(recorder)
        .observe(|chunk: On<RecordingChunk>, mut chunks: ResMut<Chunks>| chunks.0.push(chunk.clone()));
    command(&mut stage, StartRecording::new(recorder).time_slice(Duration::from_millis(50)));
    let grays: Vec<u8> = (0..12).map(|step| step * 20).collect();
    for gray in grays {
        feed(&mut stage, recorder, track, &source, &[gray]);
        std::thread::sleep(Duration::from_millis(20));
    }
    command(&mut stage, RequestData::new(recorder));
    command(&mut stage, StopRecording::new(recorder));
    until_stopped(&mut stage, recorder, 1);
    let chunks = std::mem::take(&mut stage.app.world_mut().resource_mut::<Chunks>().0);
    assert!(chunks.len() >= 4, "{}", chunks.len());
    assert!(chunks.iter().enumerate().all(|(index, chunk)| chunk.index as usize == index));
    let codes: Vec<Duration> = chunks.iter().map(|chunk| chunk.time_code).collect();
    assert!(codes[0] == Duration::ZERO && codes.is_sorted(), "{codes:?}");
    let sliced = &codes[..codes.len() - 1];
    assert!(sliced.windows(2).all(|pair| pair[1] - pair[0] >= Duration::from_millis(50)), "{codes:?}");
    assert!(chunks.iter().rev().skip(1).all(|chunk| !chunk.is_last && chunk.patches.is_empty()));

    let mut buffer = RecordingBuffer::default();
    let whole = chunks.iter().find_map(|chunk| buffer.push(chunk)).expect("the last chunk");
    assert!(whole == fs::read(&path).expect("the file"), "with the patches they are the same");
    // Without them it plays too.
    let live = folder.path().join("live.mkv");
    fs::write(&live, chunks.iter().flat_map(|chunk| chunk.data.to_vec()).collect::<Vec<u8>>())
        .expect("there is room");
    assert_eq!(probe(&live).times, probe(&path).times);
}

#[derive(Resource, Default)]
struct Chunks(Vec<RecordingChunk>);

#[test]
fn a_track_of_another_size_is_fitted_with_black_bars() {
    let folder = tempfile::tempdir().expect("a folder for temporary files");
    let path = folder.path().join("clip.mkv");
    let mut stage = stage();
    let (track, source) = fed(&mut stage, SIZE, ());
    push(&mut stage, track, &source, SIZE, |_, _| 200);
    let recorder = stage.spawn((MediaRecorder::new(track).media_type(MJPEG), RecordingFile::new(&path)));
    command(&mut stage, StartRecording::new(recorder));
    until_frames(&mut stage, recorder, 1);
    // Upright: as wide as a quarter of the recording.
    let upright = UVec2::new(16, 48);
    push(&mut stage, track, &source, upright, |_, _| 200);
    until_frames(&mut stage, recorder, 2);
    push(&mut stage, track, &source, upright, |_, _| 200);
    until_frames(&mut stage, recorder, 3);
    command(&mut stage, StopRecording::new(recorder));
    until_stopped(&mut stage, recorder, 1);
    let frames = pixels(&path, SIZE);
    let last = frames.last().expect("a frame");
    let row: Vec<u8> = [4, 16, 32, 48, 60].map(|x| at(last, SIZE, x, 24)).into();
    assert!(row[0] < 16 && row[1] < 16 && row[2] > 180 && row[3] < 16 && row[4] < 16, "{row:?}");
}

#[test]
fn a_view_of_the_game_is_recorded_in_its_colors() {
    let folder = tempfile::tempdir().expect("a folder for temporary files");
    let (own, inverted) = (folder.path().join("own.mkv"), folder.path().join("inverted.mkv"));
    let mut stage = Stage::of(default_plugins(), log_events);
    let image = Image::new_target_texture(SIZE.x, SIZE.y, TextureFormat::Rgba8UnormSrgb, None);
    let image = stage.app.world_mut().resource_mut::<Assets<Image>>().add(image);
    // A wall of one color, and a sprite before its left half.
    let wall = |red, green, blue| ClearColorConfig::Custom(Color::srgb_u8(red, green, blue));
    let first = Camera { clear_color: wall(200, 60, 40), ..default() };
    let camera = stage.spawn((Camera2d, first, RenderTarget::from(image.clone())));
    let size = SIZE.as_vec2() * Vec2::new(0.5, 1.0);
    stage.spawn((
        Sprite::from_color(Color::srgb_u8(20, 180, 220), size),
        Transform::from_xyz(-16.0, 0.0, 0.0),
    ));
    let view = stage.spawn((EffectInput(image), EffectStack::new().with(Invert { amount: 1.0 })));
    stage.until("the first view", |stage| {
        let photo = stage.shoot(GrabFrame(view));
        photo.pixel(48, 24).filter(|pixel| (40..70).contains(&pixel[0]))
    });

    // The effects are on the recording, and may be left out.
    let recorders = [(&own, false), (&inverted, true)].map(|(path, effects)| {
        let recorder = MediaRecorder::new(view).media_type(MJPEG).effects(effects);
        stage.spawn((recorder, RecordingFile::new(path)))
    });
    for recorder in recorders {
        command(&mut stage, StartRecording::new(recorder));
        until_frames(&mut stage, recorder, 2);
    }
    let mut second = stage.app.world_mut().get_mut::<Camera>(camera).expect("it is there");
    second.clear_color = wall(30, 40, 210);
    stage.steps(5);
    for recorder in recorders {
        let before = stage.get::<RecorderStatistics>(recorder).expect("figures").frames;
        until_frames(&mut stage, recorder, before + 3);
        command(&mut stage, StopRecording::new(recorder));
        until_stopped(&mut stage, recorder, 1);
    }
    for (path, expected) in [
        (own, [[20, 180, 220], [200, 60, 40], [20, 180, 220], [30, 40, 210]]),
        (inverted, [[235, 75, 35], [55, 195, 215], [235, 75, 35], [225, 215, 45]]),
    ] {
        let frames = pixels(&path, SIZE);
        let (first, last) = (&frames[0], &frames[frames.len() - 1]);
        let color = |frame: &[u8], x: usize| {
            let start = (24 * SIZE.x as usize + x) * 3;
            [frame[start], frame[start + 1], frame[start + 2]]
        };
        let seen = [color(first, 12), color(first, 52), color(last, 12), color(last, 52)];
        for (value, wanted) in seen.as_flattened().iter().zip(expected.as_flattened()) {
            assert!(value.abs_diff(*wanted) <= 8, "{}: {seen:?}", path.display());
        }
    }
}

#[test]
fn a_disabled_track_is_recorded_black() {
    let folder = tempfile::tempdir().expect("a folder for temporary files");
    let path = folder.path().join("clip.mkv");
    let mut stage = stage();
    let (track, source) = fed(&mut stage, SIZE, ());
    push(&mut stage, track, &source, SIZE, |_, _| 200);
    let recorder = stage.spawn((MediaRecorder::new(track).media_type(MJPEG), RecordingFile::new(&path)));
    command(&mut stage, StartRecording::new(recorder));
    feed(&mut stage, recorder, track, &source, &[200]);
    let before = stage.get::<RecorderStatistics>(recorder).expect("figures").frames;
    stage.app.world_mut().entity_mut(track).insert(TrackEnabled(false));
    // The second one is the black frame again, a second later.
    until_frames(&mut stage, recorder, before + 2);
    assert_eq!(state(&stage, recorder), RecorderState::Recording, "it goes on");
    command(&mut stage, StopRecording::new(recorder));
    until_stopped(&mut stage, recorder, 1);
    let frames = pixels(&path, SIZE);
    assert!(at(&frames[0], SIZE, 30, 20) > 180);
    assert!(at(frames.last().expect("a frame"), SIZE, 30, 20) < 10);
    let times = probe(&path).times;
    assert!(times[times.len() - 1] - times[times.len() - 2] > 0.9, "{times:?}");
}

/// A JPEG file of one gray.
fn jpeg(size: UVec2, gray: u8) -> Vec<u8> {
    let mut file = Vec::new();
    let pixels = vec![gray; size.element_product() as usize];
    image::codecs::jpeg::JpegEncoder::new_with_quality(&mut file, 77)
        .encode(&pixels, size.x, size.y, image::ExtendedColorType::L8)
        .expect("a JPEG of this size");
    file
}

/// The files of Motion JPEG, one for each frame.
fn jpegs(file: &Path) -> Vec<Vec<u8>> {
    let output = Command::new("ffmpeg")
        .args(["-v", "error", "-i"])
        .arg(file)
        .args(["-c", "copy", "-f", "image2pipe", "-"])
        .output()
        .expect("this test needs ffmpeg: cargo xtask test installs it");
    let starts: Vec<_> = output
        .stdout
        .windows(4)
        .enumerate()
        .filter(|(_, four)| four.starts_with(&[0xff, 0xd8, 0xff]))
        .collect();
    let ends = starts.iter().skip(1).map(|(start, _)| *start).chain([output.stdout.len()]);
    starts.iter().zip(ends).map(|((start, _), end)| output.stdout[*start..end].to_vec()).collect()
}

#[test]
fn the_files_of_a_camera_with_motion_jpeg_are_recorded_as_they_are() {
    let folder = tempfile::tempdir().expect("a folder for temporary files");
    let path = folder.path().join("clip.mkv");
    let mut stage = stage();
    let mode = NativeMode { size: SIZE, frame_rate: 30.0, format: PixelFormat::Mjpeg };
    let (source, feed) = CustomSource::new("a camera with Motion JPEG", [mode]);
    let track = stage.spawn((VideoTrack, TrackSource::new(source)));
    stage.until_live(track);
    let push = |stage: &mut Stage, size: UVec2, file: Vec<u8>| {
        let before = stage.get::<TrackStatistics>(track).map_or(0, |it| it.delivered_frames);
        feed.push(Frame::packed(PixelFormat::Mjpeg, size, file.into()));
        stage.until_delivered(track, before + 1);
    };
    push(&mut stage, SIZE, jpeg(SIZE, 20));
    let recorder = MediaRecorder::new(track).media_type(MJPEG).effects(false);
    let recorder = stage.spawn((recorder, RecordingFile::new(&path)));
    command(&mut stage, StartRecording::new(recorder));
    let files = [jpeg(SIZE, 60), jpeg(SIZE, 120), jpeg(SIZE, 180)];
    for (index, file) in files[..2].iter().enumerate() {
        push(&mut stage, SIZE, file.clone());
        until_frames(&mut stage, recorder, index as u64 + 1);
    }
    // A disabled track, and a frame of another size, are drawn and encoded: no such file shows them.
    stage.app.world_mut().entity_mut(track).insert(TrackEnabled(false));
    until_frames(&mut stage, recorder, 3);
    stage.app.world_mut().entity_mut(track).insert(TrackEnabled(true));
    stage.step();
    push(&mut stage, SIZE, files[2].clone());
    until_frames(&mut stage, recorder, 4);
    push(&mut stage, SIZE / 2, jpeg(SIZE / 2, 240));
    until_frames(&mut stage, recorder, 5);
    command(&mut stage, StopRecording::new(recorder));
    until_stopped(&mut stage, recorder, 1);

    let recorded = jpegs(&path);
    let places: Vec<_> =
        files.iter().map(|file| recorded.iter().position(|recorded| recorded == file)).collect();
    assert!(places[0].is_some() && places[0] < places[1] && places[1] < places[2], "{places:?}");
    let frames = pixels(&path, SIZE);
    assert_eq!((frames.len(), probe(&path).times.len()), (recorded.len(), recorded.len()));
    let grays: Vec<_> = frames.iter().map(|frame| at(frame, SIZE, 30, 20)).collect();
    let between = &grays[places[1].unwrap_or(0) + 1..places[2].unwrap_or(0)];
    assert!(between.iter().any(|gray| *gray < 10), "black while it is disabled: {grays:?}");
    assert!(grays[grays.len() - 1] > 230, "the frame of another size, fitted: {grays:?}");
}

/// A recording of a fed track to this file.
fn recording(stage: &mut Stage, file: RecordingFile) -> Entity {
    let (track, source) = fed(stage, SIZE, ());
    push(stage, track, &source, SIZE, |_, _| 200);
    let recorder = stage.spawn((MediaRecorder::new(track).media_type(MJPEG), file));
    command(stage, StartRecording::new(recorder));
    until_frames(stage, recorder, 1);
    feed(stage, recorder, track, &source, &[100, 50]);
    recorder
}

#[test]
fn a_despawned_recorder_and_an_app_that_exits_leave_complete_files() {
    let folder = tempfile::tempdir().expect("a folder for temporary files");
    let (despawned, exited) = (folder.path().join("despawned.mkv"), folder.path().join("exited.mkv"));
    let mut stage = stage();
    let first = recording(&mut stage, RecordingFile::new(&despawned));
    recording(&mut stage, RecordingFile::new(&exited));
    stage.app.world_mut().despawn(first);
    stage.app.world_mut().write_message(AppExit::Success);
    stage.app.update();
    for file in [despawned, exited] {
        let probed = probe(&file);
        assert!(probed.length.is_some() && probed.times.len() >= 3, "{}", file.display());
    }
}

#[cfg(target_os = "linux")]
#[test]
fn a_full_disk_ends_the_recording_with_an_error() {
    let folder = tempfile::tempdir().expect("a folder for temporary files");
    let path = folder.path().join("full.mkv");
    std::os::unix::fs::symlink("/dev/full", &path).expect("a link");
    let mut stage = stage();
    let (track, source) = fed(&mut stage, SIZE, ());
    push(&mut stage, track, &source, SIZE, |_, _| 200);
    let file = RecordingFile::new(&path).if_exists(IfExists::Replace);
    let recorder = stage.spawn((MediaRecorder::new(track).media_type(MJPEG), file));
    command(&mut stage, StartRecording::new(recorder));
    until_stopped(&mut stage, recorder, 1);
    assert_eq!(log(&stage, recorder)[1..], ["failed OperationError", "stopped"]);
    assert_eq!(state(&stage, recorder), RecorderState::Inactive);
}

#[test]
fn files_that_are_there_and_folders_that_are_not() {
    let folder = tempfile::tempdir().expect("a folder for temporary files");
    let path = folder.path().join("clip.mkv");
    fs::write(&path, "older").expect("our own file");
    let mut stage = stage();
    for (file, expected) in [
        (RecordingFile::new(&path), "saved clip (1).mkv"),
        // It changes nothing natively.
        (RecordingFile::new(&path).recoverable(), "saved clip (2).mkv"),
        (RecordingFile::new(&path).if_exists(IfExists::Fail), "failed InvalidStateError"),
        (RecordingFile::new(folder.path().join("none/clip.mkv")), "failed NotFoundError"),
        (RecordingFile::new(folder.path().join("clip.avi")), "rejected NotSupportedError"),
        (RecordingFile::new(folder.path().join("clip.webm")), "rejected NotSupportedError"),
    ] {
        let (track, source) = fed(&mut stage, SIZE, ());
        push(&mut stage, track, &source, SIZE, |_, _| 200);
        let recorder = stage.spawn((MediaRecorder::new(track).media_type(MJPEG), file));
        command(&mut stage, StartRecording::new(recorder));
        if expected.starts_with("saved") {
            until_frames(&mut stage, recorder, 1);
        }
        command(&mut stage, StopRecording::new(recorder));
        stage.until("an answer", |stage| (!log(stage, recorder).is_empty()).then_some(()));
        stage.until(expected, |stage| log(stage, recorder).contains(&expected.to_owned()).then_some(()));
    }
    assert_eq!(fs::read(&path).expect("the file"), b"older");
}
