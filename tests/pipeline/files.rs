//! Files with no frame that can be shown, and with some.

use std::path::{Path, PathBuf};

use bevy::{prelude::*, render::renderer::RenderDevice};
use bevy_viewfinder::{
    internal::MAX_FRAME_SIDE,
    prelude::*,
    source::{FileSource, Playback},
};
use image::{ExtendedColorType, ImageEncoder, codecs::jpeg::JpegEncoder};

use crate::stage::{Event, Stage};

/// A JPEG that is one gray.
fn jpeg(gray: u8) -> Vec<u8> {
    let mut bytes = Vec::new();
    JpegEncoder::new_with_quality(&mut bytes, 95)
        .write_image(&[gray; 16 * 16], 16, 16, ExtendedColorType::L8)
        .expect("an encoder that writes to memory");
    bytes
}

/// A JPEG that is valid up to its frame header, and broken after it.
fn broken_jpeg() -> Vec<u8> {
    let mut bytes = vec![0xff, 0xd8, 0xff, 0xc0, 0, 11, 8, 0, 16, 0, 16, 1, 1, 0x11, 0];
    bytes.extend([0xff, 0xda, 0, 8, 1, 1, 0, 0, 63, 0, 0xff, 0xd9]);
    bytes
}

fn write(folder: &tempfile::TempDir, name: &str, parts: &[Vec<u8>]) -> PathBuf {
    let path = folder.path().join(name);
    std::fs::write(&path, parts.concat()).expect("a folder to write to");
    path
}

/// All ways to play a file.
fn ways(path: &Path) -> [FileSource; 4] {
    let source = FileSource::new(path);
    [
        source.clone(),
        source.clone().paused(true),
        source.clone().playback(Playback::EveryFrame),
        source.looping(false),
    ]
}

/// The error that ends the track. This many of its frames are corrupt.
fn end(source: FileSource, broken: u64) -> MediaError {
    let mut stage = Stage::new();
    let track = stage.spawn((VideoTrack, TrackSource::new(source)));
    let error = stage.until_event("the end", |event| match event {
        Event::Ended(entity, error) if *entity == track => Some(error.clone()),
        _ => None,
    });
    let error = error.expect("why it ended");
    let reasons: Vec<_> = (stage.diary().iter())
        .filter_map(|event| match event {
            Event::Broken(entity, reason) if *entity == track => Some(reason.clone()),
            _ => None,
        })
        .collect();
    assert_eq!(reasons.last(), Some(&error), "the reason of the last frame");
    let statistics = stage.get::<TrackStatistics>(track).expect("statistics of a track");
    assert_eq!((statistics.broken_frames, statistics.delivered_frames), (broken, 0));
    error
}

#[test]
fn a_file_without_a_good_frame_ends_with_the_reason() {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let path = write(&folder, "broken.mjpeg", &[broken_jpeg(), broken_jpeg(), broken_jpeg()]);
    for source in ways(&path) {
        let error = end(source, 3);
        assert_eq!(error.name, ErrorName::Data, "{error}");
    }
}

#[test]
fn a_file_whose_frames_are_too_large_for_the_gpu_ends_with_the_reason() {
    let longest = Stage::new().app.world().resource::<RenderDevice>().limits().max_texture_dimension_2d;
    // A GPU without such a limit can't fail here.
    if longest >= MAX_FRAME_SIDE {
        return;
    }
    let width = longest + 1;
    let folder = tempfile::tempdir().expect("a temporary folder");
    let header = format!("YUV4MPEG2 W{width} H1 Cmono\n").into_bytes();
    let frame = [&b"FRAME\n"[..], &vec![128; width as usize]].concat();
    let clip = write(&folder, "wide.y4m", &[header, frame.clone(), frame]);
    let still = folder.path().join("wide.png");
    image::GrayImage::new(width, 1).save(&still).expect("a folder to write to");
    for (path, frames) in [(clip, 2), (still, 1)] {
        for source in ways(&path) {
            let error = end(source, frames);
            assert!(error.name == ErrorName::NotSupported && error.message.contains("too large"), "{error}");
        }
    }
}

#[test]
fn the_first_good_frame_is_shown_and_corrupt_ones_are_skipped() {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let path = write(&folder, "some.mjpeg", &[broken_jpeg(), broken_jpeg(), jpeg(200), broken_jpeg()]);
    let [looping, paused, fast, _] = ways(&path);
    for source in [looping, paused, fast] {
        let mut stage = Stage::new();
        let track = stage.spawn((VideoTrack, TrackSource::new(source)));
        stage.until_delivered(track, 1);
        let photo = stage.shoot(TakePhoto(track));
        assert!(photo.rgba[..3].iter().all(|value| value.abs_diff(200) <= 2), "{:?}", &photo.rgba[..4]);
        assert_eq!(stage.get::<TrackState>(track), Some(TrackState::Live));
    }
}
