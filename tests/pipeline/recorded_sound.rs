//! Recordings with the sound of a microphone.

use std::{path::Path, process::Command, time::Duration};

use bevy::{platform::time::Instant, prelude::*};
use bevy_viewfinder::{
    audio::{AudioSamples, AudioTrack, AudioTrackSource},
    frame::{Frame, PixelFormat},
    prelude::*,
    recorder::*,
    source::{
        CustomFeed,
        audio::{SyntheticMicrophone, scripted::ScriptedMicrophone},
    },
};

use crate::{
    recorder::{MJPEG, SIZE, command, log, stage, state, until_frames, until_stopped},
    stage::Stage,
    tap::fed,
};

const SAMPLE_RATE: usize = 48_000;

/// A live microphone of this source.
fn microphone(stage: &mut Stage, source: AudioTrackSource) -> Entity {
    let track = stage.spawn((AudioTrack, source));
    stage.until_live(track);
    track
}

/// Pushes a frame of one gray that was captured then, and waits until it is recorded.
fn push(stage: &mut Stage, recorder: Entity, feed: &CustomFeed, captured: Instant, gray: u8) {
    let before = stage.get::<RecorderStatistics>(recorder).map_or(0, |it| it.frames);
    let buffer = vec![gray; PixelFormat::Rgba32.packed_len(SIZE)];
    feed.push(Frame { captured, ..Frame::packed(PixelFormat::Rgba32, SIZE, buffer.into()) });
    until_frames(stage, recorder, before + 1);
}

/// The decoded sound of a file.
fn sound(file: &Path) -> Vec<f32> {
    let output = Command::new("ffmpeg")
        .args(["-v", "error", "-i"])
        .arg(file)
        .args(["-vn", "-f", "f32le", "-ac", "1", "-ar", "48000", "-"])
        .output()
        .expect("this test needs ffmpeg: cargo xtask test installs it");
    let errors = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success() && errors.is_empty(), "{errors}");
    output.stdout.as_chunks().0.iter().map(|bytes| f32::from_le_bytes(*bytes)).collect()
}

/// The times of the clicks in a file, in seconds.
pub fn clicks(file: &Path) -> Vec<f64> {
    let sound = sound(file);
    let is_loud = |index: usize| sound[index].abs() > 0.4;
    let begins = |index: &usize| {
        is_loud(*index) && (index.saturating_sub(4_800)..*index).all(|before| !is_loud(before))
    };
    (0..sound.len()).filter(begins).map(|index| index as f64 / SAMPLE_RATE as f64).collect()
}

/// The times of some frames, by their index, in seconds.
pub fn times(file: &Path, is_wanted: impl Fn(usize) -> bool) -> Vec<f64> {
    let output = Command::new("ffprobe")
        .args(["-v", "error", "-of", "csv=p=0", "-select_streams", "v", "-show_entries", "packet=pts_time"])
        .arg(file)
        .output()
        .expect("this test needs ffprobe: cargo xtask test installs it");
    let text = String::from_utf8(output.stdout).expect("ffprobe writes text");
    let times = text.lines().filter_map(|line| line.trim_end_matches(',').parse().ok());
    times.enumerate().filter(|(index, _)| is_wanted(*index)).map(|(_, time)| time).collect()
}

#[test]
fn a_click_is_heard_when_the_flash_is_seen() {
    let folder = tempfile::tempdir().expect("a folder for temporary files");
    let path = folder.path().join("clip.mkv");
    let mut stage = stage();
    let (track, feed) = fed(&mut stage, SIZE, ());
    let origin = Instant::now();
    let source = SyntheticMicrophone::new().sample_rate(44_100).clock_origin(origin);
    let audio = microphone(&mut stage, AudioTrackSource::new(source));
    let recorder = MediaRecorder::new(track).audio(audio).media_type(MJPEG);
    let recorder = stage.spawn((recorder, RecordingFile::new(&path)));
    command(&mut stage, StartRecording::new(recorder));
    let mut flashes = Vec::new();
    let mut frames = 0;
    let first_second = origin.elapsed().as_secs() + 1;
    for second in first_second..first_second + 4 {
        let flash = origin + Duration::from_secs(second);
        for (at, gray) in [(flash - Duration::from_millis(400), 10), (flash, 240)] {
            while Instant::now() < at {
                stage.step();
                std::thread::sleep(Duration::from_millis(2));
            }
            if gray > 128 {
                flashes.push(frames);
            }
            push(&mut stage, recorder, &feed, at, gray);
            frames = stage.get::<RecorderStatistics>(recorder).map_or(0, |it| it.frames as usize);
        }
    }
    // The last click is on its way.
    let end = Instant::now() + Duration::from_millis(400);
    while Instant::now() < end {
        stage.step();
    }
    command(&mut stage, StopRecording::new(recorder));
    until_stopped(&mut stage, recorder, 1);
    let events = log(&stage, recorder);
    assert_eq!(events[0], "started video/x-matroska;codecs=mjpeg,opus");
    assert!(events.iter().all(|event| !event.starts_with("failed")), "{events:?}");

    let clicks = clicks(&path);
    let flashes = times(&path, |index| flashes.contains(&index));
    assert_eq!(flashes.len(), 4);
    for flash in &flashes {
        let nearest = clicks.iter().map(|click| (click - flash).abs()).fold(f64::INFINITY, f64::min);
        assert!(nearest <= 0.04, "a flash at {flash} s, clicks at {clicks:?}");
    }
}

/// A block of a tenth of a second, captured now.
fn block(value: f32) -> AudioSamples {
    AudioSamples {
        samples: (0..SAMPLE_RATE / 10)
            .map(|index| if index / 50 % 2 == 0 { value } else { -value })
            .collect(),
        channels: 1,
        sample_rate: SAMPLE_RATE as u32,
        captured: Instant::now() - Duration::from_millis(100),
    }
}

#[test]
fn a_microphone_that_is_unplugged_leaves_silence() {
    let folder = tempfile::tempdir().expect("a folder for temporary files");
    let path = folder.path().join("clip.mkv");
    let mut stage = stage();
    let (track, feed) = fed(&mut stage, SIZE, ());
    let (source, script) = ScriptedMicrophone::new();
    let audio = microphone(&mut stage, AudioTrackSource::new(source));
    let recorder = MediaRecorder::new(track).audio(audio).media_type(MJPEG);
    let recorder = stage.spawn((recorder, RecordingFile::new(&path)));
    command(&mut stage, StartRecording::new(recorder));
    let start = Instant::now();
    push(&mut stage, recorder, &feed, start, 10);
    for tenth in 1..=20 {
        while start.elapsed() < Duration::from_millis(100 * tenth) {
            stage.step();
            std::thread::sleep(Duration::from_millis(2));
        }
        if tenth == 11 {
            script.unplug();
        } else if tenth < 11 {
            script.push(block(0.5));
        }
        push(&mut stage, recorder, &feed, Instant::now(), 10);
    }
    assert_eq!(state(&stage, recorder), RecorderState::Recording, "the camera goes on");
    command(&mut stage, StopRecording::new(recorder));
    until_stopped(&mut stage, recorder, 1);
    assert!(log(&stage, recorder).iter().all(|event| !event.starts_with("failed")));

    let sound = sound(&path);
    let loudness = |from: f64, to: f64| {
        let part = &sound[(from * SAMPLE_RATE as f64) as usize..(to * SAMPLE_RATE as f64) as usize];
        part.iter().map(|sample| sample.abs()).sum::<f32>() / part.len() as f32
    };
    assert!(loudness(0.3, 0.8) > 0.3, "{}", loudness(0.3, 0.8));
    assert!(loudness(1.4, 1.9) < 0.01, "{}", loudness(1.4, 1.9));
    let frames = times(&path, |_| true);
    assert!(sound.len() as f64 / SAMPLE_RATE as f64 > frames[frames.len() - 1], "as long as the video");
}

#[test]
fn what_is_no_live_microphone_is_not_supported() {
    let mut stage = stage();
    let (track, _feed) = fed(&mut stage, SIZE, ());
    let (source, script) = ScriptedMicrophone::new();
    let ended = microphone(&mut stage, AudioTrackSource::new(source));
    script.unplug();
    stage.until("the end of the track", |stage| {
        (stage.get::<TrackState>(ended) == Some(TrackState::Ended)).then_some(())
    });
    for audio in [track, ended, Entity::PLACEHOLDER] {
        let recorder = stage.spawn(MediaRecorder::new(track).audio(audio).media_type(MJPEG));
        command(&mut stage, StartRecording::new(recorder));
        assert_eq!(log(&stage, recorder), ["rejected NotSupportedError"]);
        assert_eq!(state(&stage, recorder), RecorderState::Inactive);
    }
}
