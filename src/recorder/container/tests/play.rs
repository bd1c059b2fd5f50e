//! Files of the muxers, played by this crate's own source of files, and compared with ffmpeg's decoding.

use std::{path::Path, process::Command, time::Duration};

use super::*;
use crate::{
    error::MediaError,
    frame::{Frame, FramePool, MjpegDecoder},
    source::{FileSource, Playback, Source, StreamEvent},
};

/// The lowest ratio to ffmpeg's decoding, in dB. Decoders of JPEG may differ by a little.
const LOWEST_RATIO: f64 = 40.0;

/// The frames of a file and their times, decoded.
fn play(path: &Path) -> Result<Vec<(Duration, Frame)>, MediaError> {
    let source = FileSource::new(path).playback(Playback::EveryFrame).looping(false);
    let player = source.player();
    let pool = FramePool::default();
    let decoder = MjpegDecoder::new(pool.clone());
    let device = source.devices()?.remove(0);
    let mut stream = source.open(&device.id, &device.modes[0], &pool)?;
    let mut frames = vec![];
    loop {
        match stream.next(Duration::from_secs(60))? {
            StreamEvent::Frame(frame) => frames.push((player.position(), decoder.decode(frame)?)),
            StreamEvent::Ended => return Ok(frames),
            StreamEvent::Pending => {}
            other => panic!("after {} frames: {other:?}", frames.len()),
        }
    }
}

/// The planes of all frames in 4:2:0, as ffmpeg decodes them.
fn decoded(path: &Path) -> Vec<u8> {
    let output = Command::new("ffmpeg")
        .args(["-v", "error", "-i"])
        .arg(path)
        .args(["-map", "0:v:0", "-fps_mode", "passthrough", "-f", "rawvideo", "-"])
        .output()
        .expect("ffmpeg is installed");
    output.stdout
}

/// The rows of a frame's planes without gaps.
fn planes(frame: &Frame) -> Vec<u8> {
    let rows = (0..frame.format.plane_count()).flat_map(|index| {
        let row_len = frame.format.plane_extent(index, frame.size).0;
        frame.plane(index).chunks(frame.planes[index].stride).map(move |row| &row[..row_len])
    });
    rows.flatten().copied().collect()
}

/// The ratio of the signal to the difference, in dB.
fn ratio(one: &[u8], other: &[u8]) -> f64 {
    assert_eq!(one.len(), other.len());
    let sum: u64 = one.iter().zip(other).map(|(one, other)| u64::from(one.abs_diff(*other)).pow(2)).sum();
    10.0 * (255.0 * 255.0 * one.len() as f64 / sum as f64).log10()
}

/// The combinations that this build decodes.
fn playable() -> impl Iterator<Item = (Container, VideoCodec)> {
    COMBINATIONS.into_iter().filter(|(_, codec)| codec.is_built())
}

#[test]
fn files_play_with_their_frames_and_times() {
    for (container, codec) in playable() {
        let recording = record(container, codec);
        for (state, bytes) in recording.states() {
            let name = format!("{container:?} {codec:?} {state}");
            let file = container.file(bytes);
            let frames = play(file.path()).expect(&name);
            let expected: Vec<_> = (0..90).map(|index| Duration::from_millis(frame_time(index))).collect();
            let times: Vec<_> = frames.iter().map(|(time, _)| *time).collect();
            assert_eq!(times, expected, "{name}");
            let decoded = decoded(file.path());
            let mut all = decoded.chunks(decoded.len() / 90);
            for (time, frame) in &frames {
                let ratio = ratio(&planes(frame), all.next().expect("90 frames"));
                assert!(ratio >= LOWEST_RATIO, "{name} at {time:?}: {ratio} dB");
            }
        }
    }
}

#[test]
fn a_file_of_a_killed_process_plays_up_to_its_last_piece() {
    for (container, codec) in playable() {
        let recording = record(container, codec);
        let mut random = Random::new(5);
        for _ in 0..4 {
            let piece = random.below(recording.pieces.len() as u64) as usize;
            let whole = recording.pieces[piece];
            let rest = recording.pieces.get(piece + 1).map_or(0, |next| random.below((next - whole) as u64));
            let cut = whole + rest as usize;
            let name = format!("{container:?} {codec:?} cut at {cut}");
            let expected = frames_of(container.file(&recording.live[..whole]).path(), "v");
            let frames = play(container.file(&recording.live[..cut]).path()).expect(&name);
            assert!(frames.len() >= expected, "{name}: {} of {expected} frames", frames.len());
        }
    }
}
