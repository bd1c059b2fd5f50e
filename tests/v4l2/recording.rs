//! Recordings of real cameras.

use std::fs;

use bevy::prelude::*;
use bevy_viewfinder::{
    photo::IfExists,
    prelude::*,
    recorder::{RecorderStatistics, RecordingFile},
};

use crate::{
    bench::Vivid,
    mjpeg::Loopback,
    stage::{Event, Stage},
    track::live,
};

const MJPEG: &str = "video/x-matroska;codecs=mjpeg";

/// On a recorder whose file is complete.
#[derive(Component, Clone)]
struct Saved;

/// Records this many frames and returns the file.
fn record(stage: &mut Stage, recorder: MediaRecorder, frames: u64) -> Vec<u8> {
    let path = std::env::temp_dir().join("viewfinder-recording.mkv");
    let file = RecordingFile::new(&path).if_exists(IfExists::Replace);
    let recorder = stage.spawn((recorder.media_type(MJPEG), file));
    stage.app.world_mut().entity_mut(recorder).observe(
        |saved: On<RecordingSaved>, mut commands: Commands| {
            commands.entity(saved.entity).insert(Saved);
        },
    );
    stage.app.world_mut().trigger(StartRecording::new(recorder));
    stage.until("frames in the recording", |stage| {
        (stage.get::<RecorderStatistics>(recorder)?.frames >= frames).then_some(())
    });
    stage.app.world_mut().trigger(StopRecording::new(recorder));
    stage.until("the file", |stage| stage.get::<Saved>(recorder));
    let file = fs::read(&path).expect("the file is there");
    let _ = fs::remove_file(path);
    file
}

/// The places of these bytes.
fn places(file: &[u8], bytes: &[u8]) -> Vec<usize> {
    file.windows(bytes.len()).enumerate().filter(|(_, part)| *part == bytes).map(|(place, _)| place).collect()
}

#[test]
#[ignore = "needs the vivid driver: cargo xtask test runs it in a virtual machine"]
fn a_recording_shows_the_bars() {
    let vivid = Vivid::first();
    let mut stage = Stage::new();
    let track = live(&mut stage, &vivid);
    let file = record(&mut stage, MediaRecorder::new(track), 10);
    let starts = places(&file, b"\xff\xd8\xff\xe0\0\x10JFIF");
    assert!(starts.len() >= 10, "{} frames", starts.len());
    let last = image::load_from_memory(&file[starts[starts.len() - 1]..]).expect("a JPEG").to_rgb8();
    assert_eq!(last.dimensions(), (320, 180));
    // EBU's 75 % bars: the third is cyan, the sixth is red.
    for (bar, expected) in [(2, [0, 191, 191]), (5, [191, 0, 0])] {
        let pixel = last.get_pixel(bar * 40 + 20, 100).0;
        assert!(pixel.iter().zip(expected).all(|(a, b)| a.abs_diff(b) < 12), "bar {bar}: {pixel:?}");
    }
}

#[test]
#[ignore = "needs a loopback camera: cargo xtask test runs it in a virtual machine"]
fn the_jpegs_of_a_camera_are_in_the_recording_as_they_are() {
    let Some(loopback) = Loopback::feed() else {
        println!("skipped: the machine has no loopback camera (v4l2loopback)");
        return;
    };
    let device = loopback.until_listed();
    let mut stage = Stage::new();
    let track = stage.spawn((VideoTrack, VideoConstraints::new().device_id(exact(device.id))));
    stage.until_event("a live track", |event| match event {
        Event::Live(live) if *live == track => Some(()),
        Event::Failed(failed, error) if *failed == track => panic!("{error}"),
        _ => None,
    });
    stage.until_delivered(track, 4);
    let file = record(&mut stage, MediaRecorder::new(track).effects(false), 12);
    for (index, jpeg) in loopback.frames().iter().enumerate() {
        assert!(!places(&file, jpeg).is_empty(), "JPEG {index} is in no frame");
    }
}
