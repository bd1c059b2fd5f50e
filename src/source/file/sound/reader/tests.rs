//! Sound that ffmpeg encoded.

use std::{fs, path::PathBuf, process::Command, time::Duration};

use tempfile::TempDir;

use super::SoundReader;
use crate::error::ErrorName;

/// The time of the click, in seconds.
const CLICK: f64 = 1.5;

/// A video of three seconds with a short click, in this file, by these options of ffmpeg.
fn make(folder: &TempDir, name: &str, options: &str) -> PathBuf {
    let path = folder.path().join(name);
    let click = format!("aevalsrc=between(t\\,{CLICK}\\,{})*sin(6000*t):d=3:s=48000", CLICK + 0.004);
    let status = Command::new("ffmpeg")
        .args([
            "-v",
            "error",
            "-y",
            "-f",
            "lavfi",
            "-i",
            "testsrc2=s=64x48:d=3:r=10",
            "-f",
            "lavfi",
            "-i",
            &click,
        ])
        .args(options.split_whitespace())
        .arg(&path)
        .status()
        .expect("this test needs ffmpeg: cargo xtask test installs it");
    assert!(status.success(), "ffmpeg {options}");
    path
}

/// The time of the loudest sample in seconds, the greatest gap between blocks, and the start of the first block.
fn listen(name: &str, reader: &mut SoundReader) -> (f64, f64, f64) {
    let rate = f64::from(reader.sample_rate());
    let (mut click, mut loudest, mut gap) = (0.0, 0.0, 0.0_f64);
    let (mut first, mut end) = (None, None);
    while let Some(sound) = reader.next().expect("good sound") {
        first.get_or_insert(sound.start);
        gap = gap.max(end.map_or(0.0, |end: f64| (sound.start - end).abs()));
        for (index, frame) in sound.samples.chunks(sound.channels).enumerate() {
            if frame[0].abs() > loudest {
                (click, loudest) = (sound.start + index as f64 / rate, frame[0].abs());
            }
        }
        end = Some(sound.start + (sound.samples.len() / sound.channels) as f64 / rate);
    }
    assert!(loudest > 0.1, "{name} has no click: {first:?} to {end:?}, {loudest}");
    (click, gap, first.expect("a block"))
}

#[test]
fn every_codec_has_its_click_at_its_time_also_after_a_seek() {
    let folder = tempfile::tempdir().expect("a folder for temporary files");
    for (name, options) in [
        ("opus.webm", "-c:v libvpx -c:a libopus"),
        ("vorbis.webm", "-c:v libvpx -c:a libvorbis"),
        ("opus.mp4", "-c:v libx264 -c:a libopus"),
        ("aac.mp4", "-c:v libx264 -c:a aac"),
        ("aac.mkv", "-c:v mjpeg -c:a aac -ar 44100"),
        ("mp3.mkv", "-c:v mjpeg -c:a libmp3lame -ac 2"),
        ("pcm.mov", "-c:v mjpeg -c:a pcm_s16le"),
        ("pcm.mkv", "-c:v mjpeg -c:a pcm_f32le -ac 2"),
        ("fragments.mp4", "-c:v libx264 -bf 0 -c:a aac -movflags frag_keyframe+empty_moov"),
    ] {
        let path = make(&folder, name, options);
        let mut reader = SoundReader::open(&path).unwrap_or_else(|error| panic!("{name}: {error}"));
        let (click, gap, _) = listen(name, &mut reader);
        // The delay of AAC's and MP3's encoders is one of 20 to 50 ms.
        assert!((click - CLICK).abs() < 0.06, "{name}: the click is at {click}");
        assert!(gap < 0.002, "{name}: a gap of {gap} s");
        for to in [1.2, 0.0, 1.4] {
            reader.seek(Duration::from_secs_f64(to)).unwrap_or_else(|error| panic!("{name}: {error}"));
            let (again, _, first) = listen(name, &mut reader);
            assert!(
                (again - click).abs() < 0.002,
                "{name} after {to} s: the click is at {again}, not {click}"
            );
            assert!(first >= to - 0.06 && first < to + 0.06, "{name}: {first} after a seek to {to}");
        }
        reader.seek(Duration::from_secs(100)).unwrap_or_else(|error| panic!("{name}: {error}"));
        while reader.next().expect("no damage").is_some_and(|sound| sound.start < 100.0) {}
    }
}

#[test]
fn the_center_and_the_rear_of_surround_sound_are_read() {
    let folder = tempfile::tempdir().expect("a folder for temporary files");
    let path = make(&folder, "surround.mkv", "-c:v mjpeg -c:a pcm_s16le -ac 6");
    let mut reader = SoundReader::open(&path).expect("six channels");
    assert_eq!(reader.next().expect("good sound").expect("a block").channels, 6);
}

#[test]
fn sound_that_cannot_be_played_has_a_named_error() {
    let folder = tempfile::tempdir().expect("a folder for temporary files");
    let error = |path: &PathBuf| SoundReader::open(path).err().map(|error| error.name);
    for (name, options, expected) in [
        ("silent.mp4", "-c:v libx264 -an", ErrorName::NotFound),
        ("surround.webm", "-c:v libvpx -c:a libopus -ac 6", ErrorName::NotSupported),
        ("surround.mp4", "-c:v libx264 -c:a aac -ac 6", ErrorName::NotSupported),
        ("ac3.mkv", "-c:v mjpeg -c:a ac3", ErrorName::NotSupported),
    ] {
        assert_eq!(error(&make(&folder, name, options)), Some(expected), "{name}");
    }
    assert_eq!(error(&folder.path().join("missing.mp4")), Some(ErrorName::NotReadable));
}

#[test]
fn damaged_files_never_panic_or_hang() {
    let folder = tempfile::tempdir().expect("a folder for temporary files");
    for (name, options) in [
        ("opus.webm", "-c:v libvpx -c:a libopus"),
        ("aac.mp4", "-c:v libx264 -c:a aac -movflags +faststart"),
        ("vorbis.webm", "-c:v libvpx -c:a libvorbis"),
    ] {
        let good = fs::read(make(&folder, name, options)).expect("it was just written");
        let path = folder.path().join("damaged");
        let mut seed = 1_u32;
        let mut random = move || {
            seed = seed.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
            (seed >> 8) as usize
        };
        for round in 0..60 {
            let mut bytes = good.clone();
            match round % 3 {
                0 => bytes.truncate(random() % good.len()),
                1 => {
                    for _ in 0..20 {
                        let at = random() % bytes.len();
                        bytes[at] = random() as u8;
                    }
                }
                _ => {
                    let at = random() % (bytes.len() - 64);
                    bytes[at..at + 64].fill(0xff);
                }
            }
            fs::write(&path, &bytes).expect("a file can be written");
            let Ok(mut reader) = SoundReader::open(&path) else { continue };
            // Some damage makes a packet's time wrong: the number of blocks is bounded by the file, not by its times.
            let mut blocks = 0;
            while let Ok(Some(_)) = reader.next() {
                blocks += 1;
                assert!(blocks < 10_000, "{name}, round {round}");
            }
            let _ = reader.seek(Duration::from_secs(1));
            let _ = reader.next();
        }
    }
}
