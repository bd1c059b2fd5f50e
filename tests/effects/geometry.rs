//! Warps, against ffmpeg and against what they must show.

use bevy::math::{UVec2, Vec2};
use bevy_viewfinder::{
    effect::EffectStack,
    effects::{
        CropZoom, HexagonPixelate, LensDirection, LensDistortion, Perspective, QuadMirror, QuadMirrorPart,
    },
};

use crate::{
    ffmpeg::filtered,
    studio::{Picture, Studio},
};

/// The greatest difference of two pixels' values.
fn apart(one: [u8; 4], other: [u8; 4]) -> u8 {
    one.iter().zip(other).map(|(a, b)| a.abs_diff(b)).max().unwrap_or(0)
}

/// The greatest difference, and the mean one, of the pixels that are at least this far from every edge.
fn within(one: &Picture, other: &Picture, margin: u32) -> (u8, f64) {
    let (mut most, mut sum, mut count) = (0, 0.0, 0.0);
    for y in margin..one.size.y - margin {
        for x in margin..one.size.x - margin {
            let (a, b) = (one.clamped(x.into(), y.into()), other.clamped(x.into(), y.into()));
            let off = apart(a, b);
            most = most.max(off);
            sum += f64::from(off);
            count += 1.0;
        }
    }
    (most, sum / count)
}

fn straight() -> LensDistortion {
    LensDistortion { radial_a: 0.0, zoom: 1.0, ..LensDistortion::default() }
}

#[test]
fn an_undistorted_picture_is_that_of_ffmpegs_lenscorrection() {
    let picture = Picture::smooth();
    let mut studio = Studio::new(&picture);
    for (k1, k2) in [(-0.2, 0.0), (-0.25, 0.1), (-0.1, -0.1)] {
        let undistort =
            LensDistortion { direction: LensDirection::Undistort, radial_a: k1, radial_b: k2, ..straight() };
        // ffmpeg counts places from the middle of the first pixel: the middle of its lens is half a pixel off.
        let center = 0.5 + 0.5 / picture.size.as_vec2();
        let photo = studio.shoot(EffectStack::new().with(LensDistortion { center, ..undistort }));
        // ffmpeg's own bilinear mixing is off by up to two pixels in places (5.1): the nearest pixel is off by half of
        // one at most, which in this picture is 7.
        let expected = filtered(&picture, &format!("lenscorrection=k1={k1}:k2={k2}:i=nearest"));
        let (most, mean) = within(&photo, &expected, 1);
        assert!(most <= 7 && mean < 2.0, "k1 {k1}, k2 {k2}: off by {most}, {mean:.2} in the mean");
        assert!(photo.difference(&picture) > 20, "nothing was bent");
    }
}

#[test]
fn what_a_lens_bends_is_made_straight_again() {
    let picture = Picture::smooth();
    let mut studio = Studio::new(&picture);
    for lens in [
        LensDistortion { radial_a: -0.25, radial_b: 0.05, ..straight() },
        LensDistortion { radial_a: 0.2, radial_b: -0.05, radial_c: 0.02, ..straight() },
        LensDistortion {
            radial_a: -0.1,
            tangential_a: 0.02,
            tangential_b: -0.03,
            focal_length: 1.3,
            ..straight()
        },
    ] {
        let back = LensDistortion { direction: LensDirection::Undistort, ..lens.clone() };
        let bent = studio.shoot(EffectStack::new().with(lens.clone()));
        assert!(bent.difference(&picture) > 12, "{lens:?} bends nothing");
        let photo = studio.shoot(EffectStack::new().with(lens.clone()).with(back));
        // Pixels that were moved beyond the edges are lost.
        let (most, mean) = within(&photo, &picture, 12);
        assert!(most <= 3, "{lens:?}: off by {most}, {mean:.2} in the mean");
    }
}

#[test]
fn a_perspective_is_that_of_ffmpeg() {
    let picture = Picture::smooth();
    let mut studio = Studio::new(&picture);
    let size = picture.size.as_vec2();
    for [upper_left, upper_right, lower_right, lower_left] in [
        [(0.1, 0.2), (0.8, 0.05), (0.95, 0.9), (0.0, 0.7)],
        [(0.3, 0.1), (0.7, 0.1), (1.0, 1.0), (0.0, 1.0)],
        [(0.2, 0.0), (1.0, 0.3), (0.7, 1.0), (0.0, 0.8)],
    ]
    .map(|corners| corners.map(Vec2::from))
    {
        let photo = studio.shoot(EffectStack::new().with(Perspective {
            upper_left,
            upper_right,
            lower_right,
            lower_left,
        }));
        let place = |index: u32, corner: Vec2| {
            format!("x{index}={:.3}:y{index}={:.3}", corner.x * size.x, corner.y * size.y)
        };
        // ffmpeg's corners go row by row.
        let corners =
            [place(0, upper_left), place(1, upper_right), place(2, lower_left), place(3, lower_right)];
        let expected = filtered(
            &picture,
            &format!("perspective={}:interpolation=linear:sense=source", corners.join(":")),
        );
        let (most, mean) = within(&photo, &expected, 2);
        assert!(most <= 5 && mean < 1.5, "off by {most}, {mean:.2} in the mean");
    }
}

#[test]
fn a_honeycomb_has_the_color_of_each_cell_s_middle() {
    let scene = Picture::scene();
    let photo = Studio::new(&scene).shoot(EffectStack::new().with(HexagonPixelate { size: 10.0 }));
    // The middles of hexagons that touch each other: rows that are sqrt(3) / 2 apart, every second one shifted by half.
    let middles: Vec<(f64, f64)> = (-1..12)
        .flat_map(|row| {
            (-1..14).map(move |column| {
                let aside = if row % 2 == 0 { 0.0 } else { 5.0 };
                (f64::from(column) * 10.0 + aside, f64::from(row) * 10.0 * 0.75_f64.sqrt())
            })
        })
        .collect();
    let mut checked = 0;
    for y in 0..scene.size.y {
        for x in 0..scene.size.x {
            let place = (f64::from(x) + 0.5, f64::from(y) + 0.5);
            let mut nearest: Vec<(f64, (f64, f64))> = middles
                .iter()
                .map(|middle| ((middle.0 - place.0).hypot(middle.1 - place.1), *middle))
                .collect();
            nearest.sort_by(|a, b| a.0.total_cmp(&b.0));
            // On the line between two cells it may be either.
            if nearest[1].0 - nearest[0].0 < 0.01 {
                continue;
            }
            let (_, middle) = nearest[0];
            let clamp = |at: f64, length: u32| at.clamp(0.5, f64::from(length) - 0.5) - 0.5;
            let at = (clamp(middle.0, scene.size.x), clamp(middle.1, scene.size.y));
            // Between pixels, the sampler blends.
            let corner = (at.0.floor(), at.1.floor());
            let part = (at.0 - corner.0, at.1 - corner.1);
            let pixel = |dx: i64, dy: i64| scene.clamped(corner.0 as i64 + dx, corner.1 as i64 + dy);
            for channel in 0..3 {
                let value = |dx, dy| f64::from(pixel(dx, dy)[channel]);
                let top = value(0, 0) + part.0 * (value(1, 0) - value(0, 0));
                let bottom = value(0, 1) + part.0 * (value(1, 1) - value(0, 1));
                let expected = top + part.1 * (bottom - top);
                let found = f64::from(photo.clamped(x.into(), y.into())[channel]);
                assert!((found - expected).abs() <= 2.5, "{x}, {y} is {found} and not {expected}");
            }
            checked += 1;
        }
    }
    assert!(checked > 5000, "only {checked} pixels were checked");
}

#[test]
fn four_mirrored_pictures_meet_without_a_seam() {
    let picture = Picture::smooth();
    let mut studio = Studio::new(&picture);
    let UVec2 { x: width, y: height } = picture.size;
    let (right, bottom) = (i64::from(width) - 1, i64::from(height) - 1);
    for (part, middle) in [
        (QuadMirrorPart::Whole, (right, bottom)),
        (QuadMirrorPart::UpperLeft, (right / 2, bottom / 2)),
        (QuadMirrorPart::UpperRight, (right / 2, bottom / 2)),
        (QuadMirrorPart::LowerLeft, (right / 2, bottom / 2)),
        (QuadMirrorPart::LowerRight, (right / 2, bottom / 2)),
    ] {
        let photo = studio.shoot(EffectStack::new().with(QuadMirror { part }));
        let mirrored = Picture::from_fn(width, height, |x, y| {
            photo.clamped(right - i64::from(x), bottom - i64::from(y))
        });
        assert!(photo.difference(&mirrored) <= 1, "{part:?} isn't mirrored");
        // The middle of the frame is the inner corner of the part.
        let off = apart(photo.clamped(right / 2, bottom / 2), picture.clamped(middle.0, middle.1));
        assert!(off <= 12, "{part:?} is off by {off} in its middle");
    }
    // And the outer corners are that corner of the part which lies outwards.
    for (part, corner) in [
        (QuadMirrorPart::UpperLeft, (0, 0)),
        (QuadMirrorPart::UpperRight, (right, 0)),
        (QuadMirrorPart::LowerLeft, (0, bottom)),
        (QuadMirrorPart::LowerRight, (right, bottom)),
    ] {
        let photo = studio.shoot(EffectStack::new().with(QuadMirror { part }));
        for x in [0, right] {
            for y in [0, bottom] {
                let off = apart(photo.clamped(x, y), picture.clamped(corner.0, corner.1));
                assert!(off <= 6, "{part:?} is off by {off} at {x}, {y}");
            }
        }
    }
}

#[test]
fn a_zoomed_part_stays_within_the_picture() {
    let picture = Picture::smooth();
    let mut studio = Studio::new(&picture);
    let size = picture.size.as_vec2();
    for (center, corner) in [
        (Vec2::splat(0.5), Vec2::splat(0.25)),
        (Vec2::ZERO, Vec2::ZERO),
        (Vec2::ONE, Vec2::splat(0.5)),
        (Vec2::new(0.375, 0.9), Vec2::new(0.125, 0.5)),
    ] {
        let photo = studio.shoot(EffectStack::new().with(CropZoom { center, zoom: 2.0 }));
        let part = (corner * size).as_ivec2();
        // Four pixels for one: their mean is its color, but for what blends with its neighbors.
        for (x, y) in [(4, 5), (20, 12), (30, 25)] {
            let expected = picture.clamped(i64::from(part.x + x), i64::from(part.y + y));
            let found = photo.clamped(i64::from(2 * x), i64::from(2 * y));
            let off = apart(found, expected);
            assert!(off <= 4, "{center}: {x}, {y} is {found:?} and not {expected:?}");
        }
    }
}
