//! The age of the frames that are shown while people are searched in them.

use std::{
    thread,
    time::{Duration, Instant},
};

use bevy::prelude::*;
use bevy_viewfinder::prelude::*;

use crate::{
    cutout::{SIZE, clouds, person, put},
    stage::Stage,
    tap::{fed, latest},
};

/// An app's frame of 60 Hz, and a camera's of 30 Hz.
const APP: Duration = Duration::from_micros(16_667);
const CAMERA: Duration = Duration::from_micros(33_333);

const LENGTH: Duration = Duration::from_secs(8);

/// The ages of the frames of a track when a tap after the effects has them, in milliseconds.
fn ages(more: impl Bundle) -> Vec<f64> {
    let mut picture = image::RgbaImage::from_fn(SIZE.x, SIZE.y, |x, y| {
        let [red, green, blue] = clouds(x, y);
        image::Rgba([red, green, blue, 255])
    });
    put(&mut picture, &person(), 120);
    let mut stage = Stage::new();
    let (track, feed) = fed(&mut stage, SIZE, more);
    let tap = stage.spawn(PixelTap::rgba(track).size(UVec2::splat(16)));
    let start = Instant::now();
    // The first second doesn't count.
    let end = start + LENGTH + Duration::from_secs(1);
    let filming = thread::spawn(move || {
        for frame in 0.. {
            let due = start + CAMERA * frame;
            thread::sleep(due.saturating_duration_since(Instant::now()));
            if due > end {
                break;
            }
            feed.push_rgba(SIZE, picture.as_raw()).expect("pixels of this size");
        }
    });
    let (mut ages, mut last) = (Vec::new(), start + Duration::from_secs(1));
    for frame in 0.. {
        let due = start + APP * frame;
        if due > end {
            break;
        }
        thread::sleep(due.saturating_duration_since(Instant::now()));
        stage.app.update();
        if let Some(frame) = latest(&stage, tap).filter(|frame| frame.captured != last) {
            assert!(ages.is_empty() || frame.captured > last, "an older frame after a newer one");
            if frame.captured > start + Duration::from_secs(1) {
                last = frame.captured;
                ages.push(1e3 * frame.captured.elapsed().as_secs_f64());
            }
        }
    }
    filming.join().expect("the camera has an end");
    ages.sort_by(f64::total_cmp);
    ages
}

/// `cargo test --test pipeline -- --ignored --nocapture ages_of_frames` prints the table of `docs/benchmarks.md`.
#[test]
#[ignore = "it prints times"]
fn ages_of_frames_with_and_without_a_search() {
    type Case = (&'static str, fn() -> Vec<f64>);
    let cases: [Case; 5] = [
        ("no search", || ages(())),
        ("faces", || ages(FaceTracking::new())),
        ("faces, frames not held", || ages(FaceTracking::new().hold_frames(false))),
        ("people", || ages(PersonSegmentation::new())),
        ("people, frames not held", || ages(PersonSegmentation::new().hold_frames(false))),
    ];
    println!("| search | frames/s | age, median | p95 | most |\n|---|---|---|---|---|");
    for (name, ages) in cases.into_iter().chain(cases) {
        let ages = ages();
        let at = |part: usize| ages[(ages.len() - 1) * part / 100];
        let rate = ages.len() as f64 / LENGTH.as_secs_f64();
        println!("| {name} | {rate:.1} | {:.1} ms | {:.1} ms | {:.1} ms |", at(50), at(95), at(100));
    }
}
