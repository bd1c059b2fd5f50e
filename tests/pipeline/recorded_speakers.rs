//! A recording of a file that is played, with the sound that a microphone hears of it: PulseAudio's speakers and their
//! monitor.

use std::{env, path::Path, process::Command, time::Duration};

use bevy::platform::time::Instant;
use bevy_viewfinder::{
    audio::{AudioTrack, AudioTrackSource},
    prelude::*,
    source::{FileSource, audio::CpalSource},
};

use crate::{
    ffmpeg::ffmpeg,
    pulse::PulseAudio,
    recorded_sound::{clicks, times},
    recorder::{MJPEG, command, log, stage, state, until_stopped},
};

/// The length of the file, in seconds, which is played again and again.
const LENGTH: f64 = 2.0;

/// The time of the flash and the click in the file, in seconds.
const FLASH: f64 = 1.0;

/// The time before the first flash that counts, in seconds.
const WARM_UP: f64 = 4.0;

/// A file that is black and silent, with a flash and a click.
fn clip(folder: &Path) {
    let end = FLASH + 0.1;
    let during = format!("between(t\\,{FLASH}\\,{end})");
    let is_lit = format!("between(T\\,{FLASH}\\,{end})");
    ffmpeg(
        folder,
        &format!(
            "-f lavfi -i color=black:s=64x48:d={LENGTH}:r=20,geq=lum='if({is_lit}\\,235\\,16)':cb=128:cr=128 \
             -f lavfi -i aevalsrc={during}*sin(6000*t):d={LENGTH}:s=48000 -c:v mjpeg -c:a libopus -f matroska clip.mkv"
        ),
    );
}

/// The mean brightness of each frame.
fn brightness(file: &Path) -> Vec<u8> {
    let output = Command::new("ffmpeg")
        .args(["-v", "error", "-i"])
        .arg(file)
        .args([
            "-an",
            "-vf",
            "scale=1:1:flags=area,format=gray",
            "-fps_mode",
            "passthrough",
            "-f",
            "rawvideo",
            "-",
        ])
        .output()
        .expect("this test needs ffmpeg: cargo xtask test installs it");
    output.stdout
}

#[test]
fn the_sound_of_a_microphone_stays_in_step_with_the_frames() {
    let folder = tempfile::tempdir().expect("a folder for temporary files");
    let folder = folder.path();
    clip(folder);
    let server = PulseAudio::start();
    let seconds = if env::var_os("VIEWFINDER_SOAK").is_some() { 600 } else { 14 };
    let path = folder.to_str().expect("a path of ASCII");
    let variables = [("FOLDER", path), ("SECONDS", &seconds.to_string())];
    server.child_test("recorded_speakers::records_what_is_played", &variables);

    let file = folder.join("recording.mkv");
    let frames = brightness(&file);
    let begins = |index: usize| frames[index] > 128 && (index == 0 || frames[index - 1] <= 128);
    // The speakers and the microphone need a while to begin.
    let flashes: Vec<_> = times(&file, begins).into_iter().filter(|flash| *flash > WARM_UP).collect();
    let clicks = clicks(&file);
    let played = ((f64::from(seconds) - WARM_UP) / LENGTH) as usize;
    assert!((played - 1..=played + 1).contains(&flashes.len()), "flashes at {flashes:?}");
    // The speakers' own delay isn't known, and is always the same. A busy machine plays a click late, or not at all.
    let nearest =
        |flash: &f64| clicks.iter().map(|click| click - flash).min_by(|a, b| a.abs().total_cmp(&b.abs()));
    let delays: Vec<_> = flashes.iter().filter_map(nearest).collect();
    let delay = median(&delays);
    let near = delays.iter().filter(|near| (*near - delay).abs() <= 0.04).count();
    let quarters: Vec<_> = delays.chunks(delays.len().div_ceil(4)).map(median).collect();
    println!(
        "{seconds} s, {} flashes: a click {:.0} ms after its flash in the median, {near} within 40 ms of that; in each \
         quarter {:.0?} ms",
        flashes.len(),
        delay * 1e3,
        quarters.iter().map(|delay| delay * 1e3).collect::<Vec<_>>()
    );
    assert!(delay.abs() < 0.1 && near * 10 >= delays.len() * 9, "clicks {delays:.3?} s after their flashes");
    assert!(quarters.iter().all(|quarter| (quarter - delay).abs() <= 0.02), "the sound drifts: {quarters:?}");
}

fn median(values: &[f64]) -> f64 {
    let mut values = values.to_vec();
    values.sort_by(f64::total_cmp);
    values[values.len() / 2]
}

/// Records a file while it is played, with the default microphone.
#[test]
#[ignore = "a part of the test above, which runs it with a server"]
fn records_what_is_played() {
    let folder = env::var("FOLDER").expect("the folder");
    let folder = Path::new(&folder);
    let seconds = env::var("SECONDS").ok().and_then(|text| text.parse().ok()).expect("a number of seconds");
    let mut stage = stage();
    let source = FileSource::new(folder.join("clip.mkv"));
    source.player().set_volume(1.0);
    let player = source.player();
    let track = stage.spawn((VideoTrack, Mirroring::Off, TrackSource::new(source)));
    let audio = stage.spawn((AudioTrack, AudioTrackSource::new(CpalSource)));
    stage.until_live(track);
    stage.until_live(audio);
    let recorder = MediaRecorder::new(track).audio(audio).media_type(MJPEG);
    let recorder = stage.spawn((recorder, RecordingFile::new(folder.join("recording.mkv"))));
    command(&mut stage, StartRecording::new(recorder));
    let start = Instant::now();
    while start.elapsed() < Duration::from_secs(seconds) {
        stage.step();
        std::thread::sleep(Duration::from_millis(4));
    }
    assert_eq!(state(&stage, recorder), RecorderState::Recording);
    command(&mut stage, StopRecording::new(recorder));
    until_stopped(&mut stage, recorder, 1);
    let events = log(&stage, recorder);
    assert!(events.iter().all(|event| !event.starts_with("failed")), "{events:?}");
    assert_eq!(player.sound_error(), None);
}
