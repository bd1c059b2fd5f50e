//! Further tests of single effects.

use bevy::math::{UVec2, Vec2};
use bevy_viewfinder::{
    effect::{EffectColor, EffectStack},
    effects::{
        Bulge, ChromaKey, Edges, Flip, FlipAxis, Mirror, MirrorMode, Pixelate, Posterize, Swirl, Threshold,
        Vignette,
    },
};

use crate::studio::{Picture, Studio};

/// Effects that do nothing before they are told what, have a picture of their own, see something move, or need
/// something transparent.
const NEUTRAL: [&str; 20] = [
    "background",
    "brightness",
    "contrast",
    "drop_shadow",
    "exposure",
    "freeze",
    "gamma",
    "hue_rotate",
    "lut",
    "mask",
    "motion_detect",
    "opacity",
    "perspective",
    "picture_in_picture",
    "saturate",
    "slit_scan",
    "sticker",
    "temperature_tint",
    "temporal_denoise",
    "trails",
];

#[test]
fn every_effect_can_be_seen_by_default() {
    let scene = Picture::scene();
    let mut studio = Studio::new(&scene);
    let names: Vec<String> = studio.registry().iter().map(|effect| effect.name.to_owned()).collect();
    for name in names {
        let photo = studio.shoot(studio.stack(&name));
        let neutral = NEUTRAL.contains(&&*name);
        assert_eq!(photo.difference(&scene) > 8, !neutral, "{name} is off by {}", photo.difference(&scene));
    }
}

/// A photo of the scene, and which place of the scene each of its pixels must show.
fn shows(studio: &mut Studio, stack: EffectStack, place: impl Fn(i64, i64) -> (i64, i64)) {
    let scene = Picture::scene();
    let photo = studio.shoot(stack);
    let expected = Picture::from_fn(scene.size.x, scene.size.y, |x, y| {
        let (x, y) = place(i64::from(x), i64::from(y));
        scene.clamped(x, y)
    });
    assert!(photo.difference(&expected) <= 1, "it is off by {}", photo.difference(&expected));
}

#[test]
fn mirrors_show_one_half_twice() {
    let UVec2 { x: width, y: height } = Picture::scene().size;
    let (right, bottom) = (i64::from(width) - 1, i64::from(height) - 1);
    let studio = &mut Studio::new(&Picture::scene());
    let mirror = |mode| EffectStack::new().with(Mirror { mode });
    shows(studio, mirror(MirrorMode::LeftToRight), |x, y| (x.min(right - x), y));
    shows(studio, mirror(MirrorMode::RightToLeft), |x, y| (x.max(right - x), y));
    shows(studio, mirror(MirrorMode::TopToBottom), |x, y| (x, y.min(bottom - y)));
    shows(studio, mirror(MirrorMode::BottomToTop), |x, y| (x, y.max(bottom - y)));
    shows(studio, mirror(MirrorMode::Quad), |x, y| (x.min(right - x), y.min(bottom - y)));
    shows(studio, EffectStack::new().with(Flip { axis: FlipAxis::Both }), |x, y| (right - x, bottom - y));
    shows(studio, EffectStack::new().with(Flip { axis: FlipAxis::Vertical }), |x, y| (x, bottom - y));
}

#[test]
fn a_pixelated_picture_has_the_color_of_each_square_s_middle() {
    // Squares of odd length have a pixel in the middle; the last ones in a row or column may be cut.
    let last = |place: i64, length: u32| place.min(i64::from(length) - 1);
    let UVec2 { x: width, y: height } = Picture::scene().size;
    let studio = &mut Studio::new(&Picture::scene());
    shows(studio, EffectStack::new().with(Pixelate { size: 5.0 }), |x, y| {
        (last(x / 5 * 5 + 2, width), last(y / 5 * 5 + 2, height))
    });
}

#[test]
fn a_swirl_and_a_bulge_are_round_and_leave_what_is_beyond_them() {
    let scene = Picture::scene();
    let mut studio = Studio::new(&scene);
    let center = Vec2::new(0.4, 0.5);
    let radius = 0.25;
    for stack in [
        EffectStack::new().with(Swirl { center, radius, angle: 90.0 }),
        EffectStack::new().with(Bulge { center, radius, amount: 1.0 }),
    ] {
        let photo = studio.shoot(stack);
        let middle = center * scene.size.as_vec2();
        let reach = radius * scene.size.y as f32;
        let mut changed = 0;
        for (index, (before, after)) in scene.pixels.iter().zip(&photo.pixels).enumerate() {
            let index = index as u32;
            let place = UVec2::new(index % scene.size.x, index / scene.size.x).as_vec2() + 0.5;
            let off = before.iter().zip(after).map(|(a, b)| a.abs_diff(*b)).max().unwrap_or(0);
            if place.distance(middle) > reach {
                assert!(off <= 1, "{place} is beyond it, and off by {off}");
            }
            changed += u32::from(off > 8);
        }
        assert!(changed > 100, "only {changed} pixels are moved");
    }
}

#[test]
fn a_swirl_turns_its_middle_clockwise() {
    // Red is right of the middle; turned by 90° clockwise it is below.
    let cross = Picture::from_fn(65, 65, |x, y| {
        if x > 32 && x.abs_diff(32) > y.abs_diff(32) { [255, 0, 0, 255] } else { [0, 0, 255, 255] }
    });
    let stack = EffectStack::new().with(Swirl { center: Vec2::splat(0.5), radius: 2.0, angle: 90.0 });
    let photo = Studio::new(&cross).shoot(stack);
    assert_eq!(photo.clamped(32, 36), [255, 0, 0, 255]);
    assert_eq!(photo.clamped(36, 32), [0, 0, 255, 255]);
}

#[test]
fn a_vignette_is_round_and_darkest_in_the_corners() {
    let white = Picture::from_fn(96, 48, |_, _| [255; 4]);
    let vignette = Vignette { amount: 1.0, radius: 0.3, softness: 0.7 };
    let photo = Studio::new(&white).shoot(EffectStack::new().with(vignette));
    assert_eq!(photo.clamped(48, 24), [255; 4]);
    assert!(photo.clamped(0, 0)[0] < 16);
    // As far to the right as it is downwards.
    let (right, below) = (photo.clamped(48 + 22, 24), photo.clamped(48, 24 + 22));
    assert!(right[0].abs_diff(below[0]) <= 6, "{right:?} {below:?}");
    assert!(right[0] < 255);
}

#[test]
fn a_threshold_leaves_two_colors_and_posters_have_few() {
    let cube = Picture::color_cube();
    let mut studio = Studio::new(&cube);
    let photo = studio.shoot(EffectStack::new().with(Threshold { level: 0.5, softness: 0.0 }));
    for ([red, green, blue, _], pixel) in cube.pixels.iter().zip(&photo.pixels) {
        let luma = 0.2126 * f64::from(*red) + 0.7152 * f64::from(*green) + 0.0722 * f64::from(*blue);
        if (luma - 127.5).abs() > 0.1 {
            assert_eq!(*pixel, if luma > 127.5 { [255; 4] } else { [0, 0, 0, 255] });
        }
    }
    let photo = studio.shoot(EffectStack::new().with(Posterize { levels: 4 }));
    assert!(photo.pixels.iter().flatten().all(|value| [0, 85, 170, 255].contains(value)));
}

#[test]
fn a_green_screen_goes_and_what_is_before_it_stays() {
    // The screen, the screen in a soft shadow, skin, a grey shirt, a blue one, hair with the screen's shine.
    let colors: [[u8; 4]; 6] = [
        [0, 255, 0, 255],
        [10, 190, 20, 255],
        [224, 172, 140, 255],
        [128, 128, 128, 255],
        [40, 60, 180, 255],
        [90, 130, 80, 255],
    ];
    let picture = Picture::from_fn(6, 1, |x, _| colors[x as usize]);
    let mut studio = Studio::new(&picture);
    let key = ChromaKey { key_color: EffectColor::rgb(0.0, 1.0, 0.0), ..ChromaKey::default() };
    let photo = studio.shoot(EffectStack::new().with(key.clone()));
    let alpha: Vec<u8> = photo.pixels.iter().map(|pixel| pixel[3]).collect();
    assert_eq!(alpha[..2], [0, 0], "the screen is left");
    assert_eq!(alpha[2..5], [255, 255, 255], "somebody is see-through");
    for (was, is) in colors.iter().zip(&photo.pixels).take(5).skip(2) {
        let off = is.iter().zip(was).map(|(a, b)| a.abs_diff(*b)).max();
        assert!(off <= Some(1), "{was:?} has become {is:?}");
    }
    // The shine goes: less green, and luma stays.
    let [red, green, blue, alpha] = photo.pixels[5].map(f64::from);
    assert!(alpha > 0.0 && green < 130.0 && red > 90.0 && blue > 80.0, "{red} {green} {blue} {alpha}");
    let luma = |red: f64, green: f64, blue: f64| 0.2126 * red + 0.7152 * green + 0.0722 * blue;
    assert!((luma(red, green, blue) - luma(90.0, 130.0, 80.0)).abs() < 2.0);

    // A blue screen is another key, and a spill of 0 leaves colors alone.
    let blue = ChromaKey { key_color: EffectColor::rgb(0.16, 0.24, 0.7), similarity: 0.1, spill: 0.0, ..key };
    let photo = studio.shoot(EffectStack::new().with(blue));
    assert_eq!(photo.pixels.iter().map(|pixel| pixel[3]).collect::<Vec<_>>(), [255, 255, 255, 255, 0, 255]);
    assert!(photo.pixels.iter().zip(colors).all(|(a, b)| a[..3] == b[..3]));
}

#[test]
fn edges_are_where_luma_changes_and_nowhere_else() {
    let halves =
        Picture::from_fn(32, 16, |x, _| if x < 16 { [30, 30, 30, 255] } else { [200, 200, 200, 255] });
    let edges = Edges {
        color: EffectColor::rgb(1.0, 1.0, 1.0),
        background: EffectColor::rgb(0.0, 0.0, 0.0),
        ..Edges::default()
    };
    let photo = Studio::new(&halves).shoot(EffectStack::new().with(edges));
    for y in 0..16 {
        assert_eq!(photo.clamped(4, y), [0, 0, 0, 255]);
        assert_eq!(photo.clamped(27, y), [0, 0, 0, 255]);
        assert!(photo.clamped(15, y)[0] > 200 && photo.clamped(16, y)[0] > 200);
    }
}
