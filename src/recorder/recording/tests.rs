//! Recordings that are driven by a clock of the test's own.

use std::{fs, path::Path, process::Command, sync::Arc, time::Duration};

use bevy::{
    math::{UVec2, uvec2},
    platform::time::Instant,
};
use crossbeam_channel::unbounded;

use super::Recording;
use crate::{
    frame::{Frame, PixelFormat},
    recorder::{
        codec::VideoCodec,
        format::Format,
        output::Output,
        report::{Chunk, Report, Slices},
        sound::track::SoundTrack,
        video::{EncoderSettings, create},
    },
    source::audio::AudioSamples,
};

const SIZE: UVec2 = uvec2(32, 16);
const SAMPLE_RATE: u32 = 48_000;
const FRAME_RATE: u64 = 20;

/// A recording of Motion JPEG with sound in Matroska, and its reports.
fn recording(start: Instant) -> (Recording, crossbeam_channel::Receiver<Report>) {
    let (sender, reports) = unbounded();
    let format = Format::parse("video/x-matroska;codecs=mjpeg").expect("every build has it");
    let encoder = create(VideoCodec::Mjpeg, EncoderSettings::new(SIZE)).expect("a possible size");
    let output = Output::new(Slices::Whole, None, sender, Arc::default());
    let sound = SoundTrack::new(1, 64_000).expect("one channel");
    let recording = Recording::new(SIZE, format, encoder, output, Arc::default(), start);
    (recording.with_sound(Some(sound)), reports)
}

/// A frame of one gray, captured then.
fn frame(captured: Instant, gray: u8) -> Frame {
    let buffer = vec![gray; PixelFormat::Rgba32.packed_len(SIZE)];
    Frame { captured, ..Frame::packed(PixelFormat::Rgba32, SIZE, buffer.into()) }
}

/// The file in the reports.
fn file(reports: &crossbeam_channel::Receiver<Report>) -> Vec<u8> {
    let mut file = Vec::new();
    for report in reports.try_iter() {
        match report {
            Report::Chunk(Chunk { data, end, .. }) => {
                file.extend_from_slice(&data);
                for patch in end.unwrap_or_default() {
                    let at = patch.offset as usize;
                    file[at..at + patch.bytes.len()].copy_from_slice(&patch.bytes);
                }
            }
            Report::Failed(error) => panic!("{error}"),
            _ => {}
        }
    }
    file
}

/// The output of ffmpeg for a file.
fn ffmpeg(file: &Path, arguments: &[&str]) -> Vec<u8> {
    let output = Command::new("ffmpeg")
        .args(["-v", "error", "-i"])
        .arg(file)
        .args(arguments)
        .arg("-")
        .output()
        .expect("ffmpeg is installed");
    let errors = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success() && errors.is_empty(), "{errors}");
    output.stdout
}

/// The times at which the sound clicks, in seconds.
fn clicks(file: &Path) -> Vec<f64> {
    let sound = ffmpeg(file, &["-vn", "-f", "f32le", "-ac", "1", "-ar", "48000"]);
    let loud =
        sound.as_chunks().0.iter().map(|bytes| f32::from_le_bytes(*bytes).abs() > 0.4).collect::<Vec<_>>();
    let begins = |index: &usize| loud[*index] && !loud[index.saturating_sub(4_800)..*index].contains(&true);
    (1..loud.len()).filter(begins).map(|index| index as f64 / 48_000.0).collect()
}

/// The times of the bright frames, in seconds.
fn flashes(file: &Path) -> Vec<f64> {
    let grays = ffmpeg(
        file,
        &["-an", "-fps_mode", "passthrough", "-enc_time_base", "-1", "-f", "rawvideo", "-pix_fmt", "gray"],
    );
    let output = Command::new("ffprobe")
        .args(["-v", "error", "-of", "csv=p=0", "-select_streams", "v", "-show_entries", "packet=pts_time"])
        .arg(file)
        .output()
        .expect("ffprobe is installed");
    let times = String::from_utf8(output.stdout).expect("text");
    let times = times.lines().filter_map(|line| line.trim_end_matches(',').parse::<f64>().ok());
    let frames = grays.chunks(SIZE.element_product() as usize);
    times.zip(frames).filter(|(_, frame)| frame[0] > 128).map(|(time, _)| time).collect()
}

/// The offsets of the clicks from the flashes, in seconds, in a recording of so many seconds with a flash and a click
/// in each. The microphone's clock is fast by this part. Its blocks come late by some, and `pauses` are left out.
fn offsets(seconds: u64, drift: f64, pauses: &[(u64, u64)]) -> Vec<f64> {
    let start = Instant::now() + Duration::from_secs(1_000);
    let (mut recording, reports) = recording(start);
    let block_frames = SAMPLE_RATE as usize / 50;
    let mut sent = 0_usize;
    let mut noise = 1_u32;
    let is_paused = |ms: u64| pauses.iter().any(|(from, to)| (*from..*to).contains(&ms));
    for ms in (0..seconds * 1_000).step_by(10) {
        let now = start + Duration::from_millis(ms);
        for (from, to) in pauses {
            if *from == ms {
                recording.pause(now);
            } else if *to == ms {
                recording.resume(now);
            }
        }
        if ms % (1_000 / FRAME_RATE) == 0 {
            let gray = if ms % 1_000 == 500 { 250 } else { 10 };
            recording.frame(frame(now, gray), now).expect("it is encoded");
        }
        // The blocks that the microphone has captured until now.
        let time_of = |frame: usize| frame as f64 / f64::from(SAMPLE_RATE) / (1.0 + drift);
        while time_of(sent + block_frames) <= ms as f64 / 1_000.0 {
            let samples = (sent..sent + block_frames)
                .map(|frame| {
                    let time = time_of(frame) % 1.0;
                    if (0.5..0.51).contains(&time) { 0.8 } else { 0.01 * (frame as f32 * 0.05).sin() }
                })
                .collect();
            noise = noise.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
            let jitter = f64::from(noise >> 24) / 256.0 * 0.002;
            let captured = start + Duration::from_secs_f64(time_of(sent) + jitter);
            let block = AudioSamples { samples, channels: 1, sample_rate: SAMPLE_RATE, captured };
            recording.samples(&block).expect("it is encoded");
            sent += block_frames;
        }
    }
    recording.finish(None, start + Duration::from_secs(seconds));

    let folder = tempfile::tempdir().expect("a folder for temporary files");
    let path = folder.path().join("clip.mkv");
    fs::write(&path, file(&reports)).expect("temporary files can be written");
    let (clicks, flashes) = (clicks(&path), flashes(&path));
    let shown = (0..seconds * 1_000).step_by(1_000).filter(|ms| !is_paused(ms + 500)).count();
    assert_eq!((clicks.len(), flashes.len()), (shown, shown), "{clicks:?}, {flashes:?}");
    clicks.iter().zip(&flashes).map(|(click, flash)| click - flash).collect()
}

#[test]
fn sound_stays_in_step_with_frames_whatever_the_clock_of_the_microphone() {
    let seconds = if std::env::var_os("VIEWFINDER_SOAK").is_some() { 600 } else { 60 };
    for drift in [0.0, 150e-6, -300e-6] {
        let offsets = offsets(seconds, drift, &[]);
        let worst = offsets.iter().fold(0.0_f64, |worst, offset| worst.max(offset.abs()));
        println!("{seconds} s at {:+.0} ppm: at most {:.1} ms apart", drift * 1e6, worst * 1e3);
        assert!(worst <= 0.01, "{drift}: {worst} s");
    }
}

#[test]
fn sound_stays_in_step_with_frames_after_pauses() {
    let offsets = offsets(12, 100e-6, &[(2_200, 4_730), (6_000, 7_010), (9_490, 9_800)]);
    let worst = offsets.iter().fold(0.0_f64, |worst, offset| worst.max(offset.abs()));
    assert!(worst <= 0.01, "{offsets:?}");
}

#[test]
fn a_recording_waits_for_its_first_frame_unless_its_track_is_hidden() {
    let start = Instant::now() + Duration::from_secs(1_000);
    let late = start + Duration::from_secs(7);
    for begins_black in [false, true] {
        let (recording, reports) = recording(start);
        let mut recording = recording.begins_black(begins_black);
        assert_eq!(recording.until_repeat(late), begins_black.then_some(Duration::ZERO));
        recording.repeat(late).expect("it is encoded");
        recording.frame(frame(late, 200), late).expect("it is encoded");
        recording.finish(None, late + Duration::from_secs(1));
        let folder = tempfile::tempdir().expect("a folder for temporary files");
        let path = folder.path().join("clip.mkv");
        fs::write(&path, file(&reports)).expect("temporary files can be written");
        let frames =
            ffmpeg(&path, &["-an", "-fps_mode", "passthrough", "-f", "rawvideo", "-pix_fmt", "gray"]);
        let grays: Vec<_> = frames.chunks(512).map(|frame| frame[0] > 128).collect();
        assert_eq!(grays, if begins_black { vec![false, true] } else { vec![true] });
    }
}

#[test]
fn sound_that_arrives_before_the_first_frame_is_kept() {
    let start = Instant::now() + Duration::from_secs(1_000);
    let (mut recording, reports) = recording(start);
    let at = |ms: u64| start + Duration::from_millis(ms);
    // The first frame is captured at 200 ms, and arrives at 500 ms.
    for index in 0..10 {
        let samples = vec![if index < 3 { 0.1 } else { 0.7 }; 4_800].into();
        let block =
            AudioSamples { samples, channels: 1, sample_rate: SAMPLE_RATE, captured: at(index * 100) };
        if index == 5 {
            recording.frame(frame(at(200), 100), at(500)).expect("it is encoded");
        }
        recording.samples(&block).expect("it is encoded");
    }
    recording.finish(None, at(1_000));
    let folder = tempfile::tempdir().expect("a folder for temporary files");
    let path = folder.path().join("clip.mkv");
    fs::write(&path, file(&reports)).expect("temporary files can be written");
    let clicks = clicks(&path);
    assert!(clicks.len() == 1 && (clicks[0] - 0.1).abs() < 0.01, "{clicks:?}");
}

#[test]
fn a_microphone_that_falls_silent_does_not_hold_up_the_recording() {
    let start = Instant::now() + Duration::from_secs(1_000);
    let (mut recording, reports) = recording(start);
    for index in 0..60 {
        let now = start + Duration::from_millis(index * 100);
        recording.frame(frame(now, 100), now).expect("it is encoded");
        // It is there in the second second alone.
        if (10..20).contains(&index) {
            let samples = vec![0.5; 4_800].into();
            let block = AudioSamples { samples, channels: 1, sample_rate: SAMPLE_RATE, captured: now };
            recording.samples(&block).expect("it is encoded");
        }
    }
    recording.finish(None, start + Duration::from_secs(6));
    let folder = tempfile::tempdir().expect("a folder for temporary files");
    let path = folder.path().join("clip.mkv");
    fs::write(&path, file(&reports)).expect("temporary files can be written");
    let sound = ffmpeg(&path, &["-vn", "-f", "f32le", "-ac", "1", "-ar", "48000"]);
    let seconds = sound.len() as f64 / 4.0 / 48_000.0;
    assert!((5.99..6.1).contains(&seconds), "{seconds} s of sound");
    assert_eq!(ffmpeg(&path, &["-an", "-f", "rawvideo", "-pix_fmt", "gray"]).len() / 512, 60);
}
