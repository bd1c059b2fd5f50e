//! Masks of people beside the truth: a person who was cut out by hand, in motion before many backgrounds.

use std::time::{Duration, Instant};

use bevy::prelude::*;
use bevy_viewfinder::{
    effects::*,
    frame::{Frame, PixelFormat},
    prelude::*,
    source::CustomFeed,
};
use image::RgbaImage;

use crate::{
    cutout::{
        Background::{self, Painted, Photo},
        SIZE, clouds, person, put, random,
    },
    stage::Stage,
    tap::fed,
};

/// The backgrounds before which the mask is that of the person.
const BACKGROUNDS: [Background; 20] = [
    Painted("gray", |_, _| [118; 3]),
    Painted("white", |_, _| [242; 3]),
    Painted("black", |_, _| [8; 3]),
    Painted("skin", |_, _| [217, 173, 145]),
    Painted("green", |_, _| [30, 180, 60]),
    Painted("gradient", |x, y| [(x * 255 / SIZE.x) as u8, (y * 255 / SIZE.y) as u8, 90]),
    Painted("shade", |x, y| [(40 + 180 * y / SIZE.y) as u8, (30 + 150 * y / SIZE.y) as u8, (x / 5) as u8]),
    Painted("noise", |x, y| [0, 1, 2].map(|k| random(3 * (SIZE.x * y + x) + k))),
    Painted("grains", |x, y| [random(SIZE.x * (y / 4) + x / 4) / 2 + 60; 3]),
    Painted("rings", |x, y| {
        let away = Vec2::new(x as f32 - 320.0, y as f32 - 180.0).length() / 360.0;
        [(128.0 + 102.0 * (40.0 * away).sin()) as u8; 3]
    }),
    Painted("stripes", |x, _| [if x / 16 % 2 == 0 { 25 } else { 230 }; 3]),
    Painted("bars", |_, y| [if y / 9 % 2 == 0 { 50 } else { 230 }; 3]),
    Painted("squares", |x, y| [if (x / 20 + y / 20) % 2 == 0 { 40 } else { 215 }; 3]),
    Painted("clouds", clouds),
    Photo("brick"),
    Photo("clock"),
    Photo("grass"),
    Photo("gravel"),
    Photo("hubble"),
    Photo("rocket"),
];

const INTERVAL: Duration = Duration::from_millis(33);

/// A person before a camera, and her cutout.
struct Film {
    stage: Stage,
    track: Entity,
    feed: CustomFeed,
    captured: Instant,
}

impl Film {
    fn new(segmentation: PersonSegmentation) -> Self {
        let mut stage = Stage::new();
        let effects = EffectStack::new().with(PersonCutout::default());
        let (track, feed) = fed(&mut stage, SIZE, (segmentation, effects));
        Self { stage, track, feed, captured: Instant::now() }
    }

    /// Films a picture, so long after the one before. Returns how opaque each pixel of the cutout is.
    fn mask(&mut self, picture: &RgbaImage, after: Duration) -> Vec<u8> {
        self.captured += after;
        let mut frame = Frame::packed(PixelFormat::Rgba32, SIZE, picture.as_raw().clone().into());
        frame.captured = self.captured;
        self.feed.push(frame);
        let (track, captured) = (self.track, self.captured);
        self.stage.until("the mask of the frame", |stage| {
            stage.get::<PersonMask>(track).filter(|mask| mask.captured == Some(captured))
        });
        self.stage.until("the frame with its mask", |stage| {
            let photo = stage.shoot(GrabFrame(track));
            shows(&photo.rgba, picture).then(|| photo.rgba.chunks_exact(4).map(|pixel| pixel[3]).collect())
        })
    }
}

/// Whether a cutout is that of a picture: its opaque pixels have the colors of it.
fn shows(cutout: &[u8], picture: &RgbaImage) -> bool {
    let opaque = cutout.chunks_exact(4).zip(picture.pixels()).filter(|(pixel, _)| pixel[3] == 255);
    let apart = |(pixel, color): (&[u8], &image::Rgba<u8>)| u64::from(pixel[1].abs_diff(color.0[1]));
    let (sum, count) = opaque.map(apart).fold((0, 0), |(sum, count), apart| (sum + apart, count + 1));
    count > 0 && sum <= count
}

/// A picture of the person, so far from the left, and whether each pixel is hers.
fn compose(background: &RgbaImage, person: &RgbaImage, left: i64) -> (RgbaImage, Vec<bool>) {
    let mut picture = background.clone();
    put(&mut picture, person, left);
    let mut truth = RgbaImage::from_pixel(SIZE.x, SIZE.y, image::Rgba([0, 0, 0, 255]));
    let mut white = person.clone();
    white.pixels_mut().for_each(|pixel| pixel.0[..3].fill(255));
    put(&mut truth, &white, left);
    (picture, truth.pixels().map(|pixel| pixel.0[0] > 127).collect())
}

/// The pixels that are both in the mask and hers, divided by those that are in one of both. No pixel is left out, hair
/// included.
fn intersection_over_union(mask: &[u8], truth: &[bool]) -> f32 {
    let pairs = || mask.iter().map(|opacity| *opacity > 127).zip(truth.iter().copied());
    let both = pairs().filter(|(mask, truth)| *mask && *truth).count();
    let either = pairs().filter(|(mask, truth)| *mask || *truth).count();
    both as f32 / either as f32
}

/// The least and the mean over the frames of a person who walks by.
fn walk(film: &mut Film, background: Background) -> [f32; 2] {
    let (drawn, person) = (background.draw(), person());
    let shares: Vec<f32> = (0..3)
        .map(|step| {
            let (picture, truth) = compose(&drawn, &person, 40 + 24 * step);
            // A new background is a cut.
            let after = if step == 0 { Duration::from_secs(1) } else { INTERVAL };
            intersection_over_union(&film.mask(&picture, after), &truth)
        })
        .collect();
    let least = shares.iter().copied().fold(1.0, f32::min);
    let mean = shares.iter().sum::<f32>() / shares.len() as f32;
    println!("| {background} | {least:.3} | {mean:.3} |");
    [least, mean]
}

#[test]
fn a_person_in_motion_is_cut_out_of_twenty_backgrounds() {
    let mut film = Film::new(PersonSegmentation::new());
    let low: Vec<_> = BACKGROUNDS
        .into_iter()
        .map(|background| (background.to_string(), walk(&mut film, background)))
        .filter(|(_, [least, _])| *least < 0.95)
        .collect();
    assert!(low.is_empty(), "below 0.95: {low:?}");
}

/// The picture with the noise of a sensor: a standard deviation of about 4 of 255.
fn noisy(picture: &RgbaImage, frame: u32) -> RgbaImage {
    let mut noisy = picture.clone();
    for (index, pixel) in (0u32..).zip(noisy.pixels_mut()) {
        for (k, value) in (0..3).zip(&mut pixel.0[..3]) {
            let noise = |n: u32| i16::from(random((frame * 921_600 + 3 * index + k) * 2 + n)) / 26;
            *value = (i16::from(*value) + noise(0) - noise(1)).clamp(0, 255) as u8;
        }
    }
    noisy
}

/// The parts of the pixels whose opacity changes by more than a fifth from one frame to the next, while a person stands
/// still before a camera.
fn flicker(film: &mut Film, background: Background) -> Vec<f32> {
    let (picture, _) = compose(&background.draw(), &person(), 90);
    let masks: Vec<_> = (0..6)
        .map(|frame| {
            film.mask(&noisy(&picture, frame), [INTERVAL, Duration::from_secs(1)][usize::from(frame == 0)])
        })
        .collect();
    let changes = masks.windows(2).map(|pair| {
        let changed =
            pair[0].iter().zip(&pair[1]).filter(|(before, after)| before.abs_diff(**after) > 51).count();
        changed as f32 / pair[0].len() as f32
    });
    changes.collect()
}

#[test]
fn the_edges_of_a_person_at_rest_hardly_flicker() {
    let backgrounds = ["stripes", "hubble"];
    let chosen = || BACKGROUNDS.into_iter().filter(|it| backgrounds.contains(&it.to_string().as_str()));
    let mean = |all: &[f32]| all.iter().sum::<f32>() / all.len() as f32;
    let mut film = Film::new(PersonSegmentation::new());
    let mut steady = Vec::new();
    for background in chosen() {
        let changed = flicker(&mut film, background);
        println!("{background}: {:.3} % of the pixels change", 100.0 * mean(&changed));
        assert!(changed.iter().all(|part| *part < 0.001), "{background}: {changed:?}");
        steady.extend(changed);
    }
    let mut film = Film::new(PersonSegmentation::new().smoothing(Duration::ZERO));
    let rough: Vec<f32> = chosen().flat_map(|background| flicker(&mut film, background)).collect();
    println!("smoothed {:.3} %, else {:.3} %", 100.0 * mean(&steady), 100.0 * mean(&rough));
    assert!(mean(&steady) < 0.8 * mean(&rough), "{} {}", mean(&steady), mean(&rough));
}
