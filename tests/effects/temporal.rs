//! Temporal effects on films of known frames, a tenth of a second apart, and the effect that compares.

use bevy::prelude::*;
use bevy_viewfinder::{effects::*, prelude::*};

use crate::{
    ffmpeg::filmed,
    studio::{Picture, Studio},
};

/// A bright block on a dark picture, somewhere else in each frame.
fn block(frame: u32) -> Picture {
    Picture::from_fn(64, 48, |x, y| match (x / 8 == frame, y / 16) {
        (true, 1) => [240, 200 - 10 * frame as u8, 100, 255],
        _ => [20, 30, 10 + 3 * frame as u8, 255],
    })
}

/// A film as a stack written as text leaves it, frame by frame.
fn through(stack: &str, film: &[Picture]) -> Vec<Picture> {
    let mut studio = Studio::new(&film[0]);
    let stack = studio.stack(stack);
    let track = studio.track();
    studio.app().world_mut().entity_mut(track).insert(stack);
    let mut seen = Vec::new();
    for (index, picture) in film.iter().enumerate() {
        if index > 0 {
            studio.film(picture);
        }
        seen.push(studio.shoot_as_it_is("a frame"));
    }
    seen
}

fn film() -> Vec<Picture> {
    (0..5).map(block).collect()
}

#[test]
fn trails_fade_as_ffmpegs_lagfun_does() {
    // Half of the light in a frame's time.
    let seen = through("trails:half_life=0.1", &film());
    for (seen, expected) in seen.iter().zip(filmed(&film(), "lagfun=decay=0.5")) {
        assert!(seen.difference(&expected) <= 2, "off by {}", seen.difference(&expected));
    }
}

#[test]
fn ghosts_fade_into_what_is_there() {
    let seen = through("trails:mode=ghosts,half_life=0.1", &film());
    let mut expected: Vec<[f64; 4]> = block(0).pixels.iter().map(|pixel| pixel.map(f64::from)).collect();
    for (frame, seen) in seen.iter().enumerate().skip(1) {
        let picture = block(frame as u32);
        for ((kept, new), shown) in expected.iter_mut().zip(&picture.pixels).zip(&seen.pixels) {
            for channel in 0..4 {
                kept[channel] = 0.5 * (kept[channel] + f64::from(new[channel]));
                assert!((kept[channel] - f64::from(shown[channel])).abs() <= 1.0, "frame {frame}: {shown:?}");
            }
        }
    }
}

#[test]
fn the_difference_of_frames_is_ffmpegs() {
    let seen = through("frame_difference:gain=1", &film());
    assert!(seen[0].pixels.iter().all(|pixel| *pixel == [0, 0, 0, 255]), "the first has none");
    let expected = filmed(&film(), "tblend=all_mode=difference");
    assert_eq!(expected.len(), 4);
    for (seen, expected) in seen[1..].iter().zip(expected) {
        assert!(seen.difference(&expected) <= 1, "off by {}", seen.difference(&expected));
    }
}

#[test]
fn a_frozen_picture_is_the_last_before_it_was_frozen() {
    let film = film();
    let mut studio = Studio::new(&film[0]);
    let set = |studio: &mut Studio, amount| {
        let stack = EffectStack::new().with(Freeze { amount, interval: 0.0 });
        studio.shoot(stack)
    };
    assert_eq!(set(&mut studio, 0.0).difference(&film[0]), 0);
    studio.film(&film[1]);
    assert_eq!(set(&mut studio, 0.0).difference(&film[1]), 0);
    for later in [2, 3] {
        studio.film(&film[later]);
        assert!(set(&mut studio, 1.0).difference(&film[1]) <= 1, "frame {later}");
    }
    // Let go again, it moves at once.
    assert_eq!(set(&mut studio, 0.0).difference(&film[3]), 0);
    // Another picture each 10 µs is every picture.
    for (seen, picture) in through("freeze:interval=0.00001", &film).iter().zip(&film) {
        assert!(seen.difference(picture) <= 1);
    }
}

#[test]
fn what_moves_is_painted_and_nothing_else() {
    let still = vec![block(1); 3];
    for seen in through("motion_detect", &still) {
        assert_eq!(seen.difference(&still[0]), 0, "nothing moved");
    }
    let seen = through("motion_detect:highlight=#00ff00,afterglow=0", &[block(1), block(3)]);
    let expected = Picture::from_fn(64, 48, |x, y| match (x / 8, y / 16) {
        (1 | 3, 1) => [0, 255, 0, 255],
        _ => block(3).clamped(x.into(), y.into()),
    });
    assert!(seen[1].difference(&expected) <= 1, "off by {}", seen[1].difference(&expected));

    // Cut out, only what moves is left of the picture.
    let seen = through("motion_detect:mode=cut_out,afterglow=0", &[block(1), block(3)]);
    for (place, pixel) in seen[1].pixels.iter().enumerate() {
        let moved = matches!((place % 64 / 8, place / 64 / 16), (1 | 3, 1));
        assert_eq!(pixel[3], if moved { 255 } else { 0 }, "pixel {place}");
    }
}

#[test]
fn a_slow_slit_leaves_what_it_saw_and_a_fast_one_sees_all() {
    let film = [block(1), block(3)];
    // In the first seconds of an hour's path the line is at the left edge. The path of two frames is less than a pixel.
    let seen = through("slit_scan:duration=100000,angle=0,line_color=#ffffff00", &film);
    let right = |picture: &Picture| picture.pixels.iter().skip(4).step_by(64).copied().collect::<Vec<_>>();
    assert_eq!(right(&seen[1]), right(&film[0]));
    assert_eq!(seen[1].clamped(12, 20), film[0].clamped(12, 20), "the block is where it was");
    let seen = through("slit_scan:duration=0.000001,line_color=#ffffff00", &film);
    assert!(seen[1].difference(&film[1]) <= 1);
}

#[test]
fn noise_averages_out_and_what_moves_stays_sharp() {
    // Noise of the same kind, and other in each frame, on a block that jumps at the end.
    let noisy = |clean: &Picture, frame: u32| {
        Picture::from_fn(64, 48, |x, y| {
            let noise = (x * 7919 + y * 104_729 + frame * 1_299_709).wrapping_mul(2_654_435_761) >> 28;
            let [red, green, blue, alpha] = clean.clamped(x.into(), y.into());
            let [red, green, blue] = [red, green, blue].map(|value| value.saturating_add(noise as u8) - 8);
            [red, green, blue, alpha]
        })
    };
    let mean_error = |picture: &Picture, clean: &Picture| {
        let pairs = picture.pixels.iter().flatten().zip(clean.pixels.iter().flatten());
        pairs.map(|(a, b)| f64::from(a.abs_diff(*b))).sum::<f64>() / picture.pixels.len() as f64
    };
    let mut film: Vec<Picture> = (0..12).map(|frame| noisy(&block(1), frame)).collect();
    film.push(noisy(&block(4), 12));
    let seen = through("temporal_denoise:strength=0.85,threshold=0.2", &film);
    let (before, after) = (mean_error(&film[11], &block(1)), mean_error(&seen[11], &block(1)));
    assert!(after < 0.5 * before, "an error of {after} and not {before}");
    for (x, y) in [(36, 20), (12, 20)] {
        assert_eq!(seen[12].clamped(x, y), film[12].clamped(x, y), "what moved isn't averaged");
    }
}

#[test]
fn a_picture_is_seen_before_and_after_its_effects() {
    let scene = Picture::scene();
    let mut studio = Studio::new(&scene);
    let inverted = studio.shoot(studio.stack("invert"));
    let seen = studio.shoot(studio.stack("invert+split_compare:position=0.25,line_color=#ff0000"));
    let edge = 97.0 * 0.25;
    for y in 0..64 {
        for x in 0..97_u32 {
            let from_line = f64::from(x) + 0.5 - edge;
            let place = (i64::from(x), i64::from(y));
            let expected = match from_line {
                ..-1.5 => scene.clamped(place.0, place.1),
                1.5.. => inverted.clamped(place.0, place.1),
                -0.5..0.5 => [255, 0, 0, 255],
                _ => continue,
            };
            let pixel = seen.clamped(place.0, place.1);
            let near = pixel.iter().zip(expected).all(|(a, b)| a.abs_diff(b) <= 1);
            assert!(near, "{pixel:?} and not {expected:?} at {x}, {y}");
        }
    }
    // From above to below; and what was moved before it is compared with what wasn't.
    let seen = studio.shoot(studio.stack("flip+split_compare:angle=90,line_width=0"));
    assert_eq!(seen.clamped(10, 10), scene.clamped(10, 10));
    assert_eq!(seen.clamped(10, 50), scene.clamped(86, 50));
}
