//! Clips by ffmpeg, compared with the frames that ffmpeg decodes.

use std::{
    path::{Path, PathBuf},
    process::Command,
};

use bevy::prelude::*;
use bevy_viewfinder::{photo::Photo, prelude::*, source::FileSource};

use crate::stage::{Event, Stage};

/// Runs ffmpeg; `cargo xtask test` installs it.
fn ffmpeg(folder: &Path, arguments: &str) {
    let status = Command::new("ffmpeg")
        .args(["-v", "error", "-y"])
        .args(arguments.split_whitespace())
        .current_dir(folder)
        .status()
        .expect("this test needs ffmpeg: cargo xtask test installs it");
    assert!(status.success(), "ffmpeg {arguments}");
}

/// The first frame of a file as the track shows it.
fn first_frame(stage: &mut Stage, path: PathBuf) -> Photo {
    let track = stage.spawn((VideoTrack, TrackSource::new(FileSource::new(path).paused(true))));
    stage.until_event("a live track", |event| match event {
        Event::Live(live) if *live == track => Some(()),
        Event::Failed(failed, error) if *failed == track => panic!("{error}"),
        _ => None,
    });
    let photo = stage.shoot(TakePhoto(track));
    stage.app.world_mut().despawn(track);
    photo
}

/// The peak signal-to-noise ratio to ffmpeg's own first frame of the file, in dB.
fn likeness(folder: &Path, file: &str, photo: &Photo) -> f64 {
    ffmpeg(folder, &format!("-i {file} -frames:v 1 -f rawvideo -pix_fmt rgb24 {file}.rgb"));
    let expected = std::fs::read(folder.join(format!("{file}.rgb"))).expect("what ffmpeg has just written");
    let pixels = photo.rgba.chunks_exact(4).flat_map(|pixel| &pixel[..3]);
    assert_eq!(expected.len(), photo.rgba.len() / 4 * 3, "{file}: a picture of another size");
    let squares: f64 = pixels.zip(&expected).map(|(a, b)| f64::from(a.abs_diff(*b)).powi(2)).sum();
    10.0 * (255.0_f64.powi(2) / (squares / expected.len() as f64).max(1e-9)).log10()
}

#[test]
fn a_y4m_clip_of_any_sampling_size_and_range_matches_ffmpegs_frame() {
    let folder = tempfile::tempdir().expect("a folder for temporary files");
    let mut stage = Stage::new();
    for pattern in ["testsrc2", "mandelbrot"] {
        for size in ["320:240", "321:241", "320:241", "321:240"] {
            for format in ["yuv420p", "yuv422p", "yuv444p", "yuvj420p", "yuvj444p", "gray"] {
                let filter = format!("scale={size},format={format}");
                ffmpeg(
                    folder.path(),
                    &format!("-f lavfi -i {pattern}=s=640x480 -frames:v 1 -vf {filter} -strict -1 clip.y4m"),
                );
                let photo = first_frame(&mut stage, folder.path().join("clip.y4m"));
                let decibels = likeness(folder.path(), "clip.y4m", &photo);
                assert!(decibels >= 40.0, "{pattern} {size} {format}: {decibels:.1} dB");
            }
        }
    }
}

#[test]
fn a_motion_jpeg_clip_matches_ffmpegs_frame() {
    let folder = tempfile::tempdir().expect("a folder for temporary files");
    let mut stage = Stage::new();
    for format in ["yuvj420p", "yuvj422p", "yuvj444p"] {
        for file in ["clip.avi", "clip.mjpeg"] {
            let codec = format!("-c:v mjpeg -pix_fmt {format} -q:v 3");
            ffmpeg(folder.path(), &format!("-f lavfi -i testsrc2=s=642x358 -frames:v 3 {codec} {file}"));
            let photo = first_frame(&mut stage, folder.path().join(file));
            let decibels = likeness(folder.path(), file, &photo);
            assert!(decibels >= 35.0, "{file} {format}: {decibels:.1} dB");
        }
    }
}

#[test]
fn a_photo_of_a_still_is_the_still() {
    let folder = tempfile::tempdir().expect("a folder for temporary files");
    let mut stage = Stage::new();
    ffmpeg(folder.path(), "-f lavfi -i testsrc2=s=161x121 -frames:v 1 -pix_fmt rgba still.png");
    let photo = first_frame(&mut stage, folder.path().join("still.png"));
    let still = image::open(folder.path().join("still.png")).expect("a picture").to_rgba8();
    assert_eq!((photo.size.x, photo.size.y), still.dimensions());
    assert_eq!(photo.rgba[..], still.as_raw()[..]);
}
