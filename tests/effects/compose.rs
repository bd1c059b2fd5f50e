//! Effects that sample another image: look-up tables against ffmpeg, blending against the W3C's formulas, places and
//! shapes.

use bevy::prelude::*;
use bevy_viewfinder::{
    device::NativeMode,
    effect::{CubeLut, EffectColor},
    effects::*,
    frame::PixelFormat,
    prelude::*,
    source::CustomSource,
};

use crate::{
    ffmpeg::filtered,
    studio::{Picture, Studio},
};

type Rgba = [f64; 4];

fn unit(pixel: [u8; 4]) -> Rgba {
    pixel.map(|value| f64::from(value) / 255.0)
}

/// The picture that a formula makes of two.
fn both(below: &Picture, above: &Picture, formula: impl Fn(Rgba, Rgba) -> Rgba) -> Picture {
    let pixels = below.pixels.iter().zip(&above.pixels);
    let pixels = pixels.map(|(below, above)| {
        formula(unit(*below), unit(*above)).map(|value| (value.clamp(0.0, 1.0) * 255.0).round() as u8)
    });
    Picture { size: below.size, pixels: pixels.collect() }
}

/// Another picture of the same size, with alpha of all kinds.
fn layer(size: UVec2) -> Picture {
    Picture::from_fn(size.x, size.y, |x, y| {
        [(x * 7 % 256) as u8, (y * 11 % 256) as u8, ((x + y) * 5 % 256) as u8, (x * 3 + y * 4 % 256) as u8]
    })
}

/// The greatest difference of what can be seen: where alpha is nothing, colors are not.
fn visible_difference(one: &Picture, other: &Picture) -> u8 {
    let apart = |(one, other): (&[u8; 4], &[u8; 4])| {
        let first = if one[3].min(other[3]) < 8 { 3 } else { 0 };
        (first..4).map(|part| one[part].abs_diff(other[part])).max().unwrap_or(0)
    };
    one.pixels.iter().zip(&other.pixels).map(apart).max().unwrap_or(0)
}

fn lut(table: Handle<CubeLut>, strength: f32) -> EffectStack {
    EffectStack::new().with(Lut { strength, ..Lut::new(table) })
}

#[test]
fn a_cube_is_that_of_ffmpegs_lut3d_and_curves_are_those_of_lut1d() {
    let colors = Picture::color_cube();
    let mut studio = Studio::new(&colors);
    let folder = tempfile::tempdir().expect("a folder for temporary files");
    let file = folder.path().join("table.cube");
    let mut compare = |text: String, filter: &str| {
        std::fs::write(&file, &text).expect("a file can be written");
        let table = CubeLut::parse(text.as_bytes()).unwrap_or_else(|error| panic!("{error}"));
        let handle = studio.add(table.clone());
        let photo = studio.shoot(lut(handle, 1.0));
        let expected = filtered(&colors, &format!("{filter}=file={}", file.display()));
        // ffmpeg cuts off what is below a whole number.
        let off = photo.difference(&expected);
        assert!(off <= 2, "{:?} of {filter} is off by {off}", table.shape());
        assert!(photo.difference(&colors) > 20, "nothing was graded");
    };
    for size in [2, 5, 17, 33, 65] {
        // Each channel hears of the others, and the corners of the cube are no straight lines.
        let cube = CubeLut::from_fn("Test", size, |[red, green, blue]| {
            [red * (1.0 - 0.5 * blue), (green + 0.3 * red * blue).powf(0.7).min(1.0), 1.0 - blue * green]
        });
        compare(cube.expect("a cube").to_text(), "lut3d");
    }
    for size in [2, 7, 1024, 5000] {
        let mut text = format!("LUT_1D_SIZE {size}\n");
        for index in 0..size {
            let value = index as f32 / (size - 1) as f32;
            text.push_str(&format!("{} {} {}\n", value.powf(0.6), 1.0 - value, value * value));
        }
        compare(text, "lut1d");
    }
}

#[test]
fn a_table_begins_and_ends_where_its_domain_does() {
    let colors = Picture::color_cube();
    let mut studio = Studio::new(&colors);
    // Tables that leave colors as they are, with room beyond them; and one of half of the colors, whose ends go on.
    let cube = "LUT_3D_SIZE 2\nDOMAIN_MIN -1 -1 -1\nDOMAIN_MAX 2 3 4\n-1 -1 -1\n2 -1 -1\n-1 3 -1\n2 3 -1\n-1 -1 4\n2 -1 4\n-1 3 4\n2 3 4\n";
    let curves = "LUT_1D_SIZE 3\nDOMAIN_MIN -1 -1 -1\nDOMAIN_MAX 3 3 3\n-1 -1 -1\n1 1 1\n3 3 3\n";
    for text in [cube, curves] {
        let table = studio.add(CubeLut::parse(text.as_bytes()).expect("a table"));
        let photo = studio.shoot(lut(table, 1.0));
        assert!(photo.difference(&colors) <= 1, "{text} is off by {}", photo.difference(&colors));
    }
    let half = "LUT_1D_SIZE 2\nDOMAIN_MIN 0.2 0.2 0.2\nDOMAIN_MAX 0.6 0.6 0.6\n0 0 0\n1 1 1\n";
    let table = studio.add(CubeLut::parse(half.as_bytes()).expect("a table"));
    let photo = studio.shoot(lut(table, 0.5));
    let expected = both(&colors, &colors, |[red, green, blue, alpha], _| {
        let [red, green, blue] = [red, green, blue].map(|value| {
            let graded = ((value - 0.2) / 0.4).clamp(0.0, 1.0);
            0.5 * (value + graded)
        });
        [red, green, blue, alpha]
    });
    assert!(photo.difference(&expected) <= 1, "off by {}", photo.difference(&expected));
}

/// `B(Cb, Cs)` of the W3C's Compositing and Blending, section 10.
fn blended(mode: BlendMode, below: f64, above: f64) -> f64 {
    match mode {
        BlendMode::Normal => above,
        BlendMode::Multiply => below * above,
        BlendMode::Screen => 1.0 - (1.0 - below) * (1.0 - above),
        BlendMode::Overlay => blended(BlendMode::HardLight, above, below),
        BlendMode::Darken => below.min(above),
        BlendMode::Lighten => below.max(above),
        BlendMode::HardLight if above <= 0.5 => below * 2.0 * above,
        BlendMode::HardLight => blended(BlendMode::Screen, below, 2.0 * above - 1.0),
        BlendMode::SoftLight if above <= 0.5 => below - (1.0 - 2.0 * above) * below * (1.0 - below),
        BlendMode::SoftLight => {
            let root =
                if below <= 0.25 { ((16.0 * below - 12.0) * below + 4.0) * below } else { below.sqrt() };
            below + (2.0 * above - 1.0) * (root - below)
        }
        BlendMode::Difference => (below - above).abs(),
        BlendMode::Add => (below + above).min(1.0),
    }
}

/// A pixel on another, by the specification's sections 5 and 10, with the straight alpha that both have.
fn composited(mode: BlendMode, below: Rgba, above: Rgba) -> Rgba {
    let alpha = above[3] + below[3] * (1.0 - above[3]);
    let channel = |index: usize| {
        let mixed = (1.0 - below[3]) * above[index] + below[3] * blended(mode, below[index], above[index]);
        (above[3] * mixed + (1.0 - above[3]) * below[3] * below[index]) / alpha.max(1e-9)
    };
    [channel(0), channel(1), channel(2), alpha]
}

#[test]
fn a_sticker_is_laid_on_by_the_formulas_of_the_specification() {
    let scene = Picture::scene();
    let mut studio = Studio::new(&scene);
    let above = layer(scene.size);
    let image = studio.image(&above);
    let modes = [
        BlendMode::Normal,
        BlendMode::Multiply,
        BlendMode::Screen,
        BlendMode::Overlay,
        BlendMode::Darken,
        BlendMode::Lighten,
        BlendMode::HardLight,
        BlendMode::SoftLight,
        BlendMode::Difference,
        BlendMode::Add,
    ];
    for blend_mode in modes {
        for (opacity, ground) in [(1.0, 1.0), (0.6, 1.0), (0.8, 0.5)] {
            let sticker =
                Sticker { size: 1.0, opacity, blend_mode, image: image.clone().into(), ..default() };
            let photo = studio.shoot(EffectStack::new().with(Opacity { amount: ground }).with(sticker));
            let expected = both(&scene, &above, |mut below, mut above| {
                below[3] *= f64::from(ground);
                above[3] *= f64::from(opacity);
                composited(blend_mode, below, above)
            });
            let off = visible_difference(&photo, &expected);
            assert!(off <= 2, "{blend_mode:?}, opacity {opacity}, ground {ground}: off by {off}");
        }
    }
}

#[test]
fn a_sticker_lies_where_it_is_put_as_large_and_turned_as_is_said() {
    let scene = Picture::from_fn(96, 64, |_, _| [10, 20, 30, 255]);
    let mut studio = Studio::new(&scene);
    // Its upper half is red, its lower green; it is twice as wide as high.
    let image = studio.image(&Picture::from_fn(16, 8, |_, y| {
        [if y < 4 { 255 } else { 0 }, if y < 4 { 0 } else { 255 }, 0, 255]
    }));
    let mut at = |sticker: Sticker, places: &[(i64, i64, [u8; 3])]| {
        let photo = studio.shoot(EffectStack::new().with(Sticker { image: image.clone().into(), ..sticker }));
        for (x, y, [red, green, blue]) in places {
            assert_eq!(photo.clamped(*x, *y), [*red, *green, *blue, 255], "{x}, {y}");
        }
    };
    let (ground, red, green) = ([10, 20, 30], [255, 0, 0], [0, 255, 0]);
    // 24 by 12 pixels around (32, 16).
    let put = Sticker { position: Vec2::new(1.0 / 3.0, 0.25), size: 0.25, ..default() };
    at(put.clone(), &[(20, 10, red), (43, 10, red), (20, 21, green), (43, 21, green), (32, 13, red)]);
    at(put.clone(), &[(19, 16, ground), (44, 16, ground), (32, 9, ground), (32, 22, ground)]);
    // A quarter of a turn: what was up is right.
    let turned = Sticker { rotation: 90.0, ..put };
    at(
        turned,
        &[(36, 6, red), (36, 26, red), (28, 6, green), (28, 26, green), (22, 16, ground), (42, 16, ground)],
    );
}

#[test]
fn what_is_behind_shines_through_where_the_picture_is_transparent() {
    let scene = Picture::scene();
    let mut studio = Studio::new(&scene);
    let there = layer(scene.size);
    let image = studio.image(&there);
    for fit in [BackgroundFit::Stretch, BackgroundFit::Cover, BackgroundFit::Contain, BackgroundFit::Tile] {
        let background = Background { image: image.clone().into(), fit, zoom: 1.0 };
        let photo = studio.shoot(EffectStack::new().with(Opacity { amount: 0.4 }).with(background));
        let expected = both(&there, &scene, |there, mut picture| {
            picture[3] *= 0.4;
            composited(BlendMode::Normal, there, picture)
        });
        let off = visible_difference(&photo, &expected);
        assert!(off <= 2, "{fit:?} is off by {off}");
    }
}

#[test]
fn a_background_is_fitted_as_css_does_it() {
    let scene = Picture::from_fn(96, 64, |_, _| [0, 0, 0, 255]);
    let mut studio = Studio::new(&scene);
    // A red and a green half, each 8 by 16 pixels.
    let image = studio
        .image(&Picture::from_fn(16, 16, |x, _| if x < 8 { [255, 0, 0, 255] } else { [0, 255, 0, 255] }));
    let mut at = |fit, zoom, places: &[(i64, i64, [u8; 4])]| {
        let background = Background { image: image.clone().into(), fit, zoom };
        let photo = studio.shoot(EffectStack::new().with(Opacity { amount: 0.0 }).with(background));
        for (x, y, color) in places {
            let seen = photo.clamped(*x, *y);
            assert!(
                seen == *color || (seen[3] == 0 && color[3] == 0),
                "{fit:?} {zoom}: {x}, {y} is {seen:?}"
            );
        }
    };
    let (red, green, none) = ([255, 0, 0, 255], [0, 255, 0, 255], [0; 4]);
    at(BackgroundFit::Stretch, 1.0, &[(1, 1, red), (40, 60, red), (55, 1, green), (95, 63, green)]);
    at(BackgroundFit::Cover, 1.0, &[(1, 1, red), (40, 60, red), (55, 1, green), (95, 63, green)]);
    // 64 by 64 pixels in the middle.
    at(
        BackgroundFit::Contain,
        1.0,
        &[(14, 32, none), (18, 32, red), (40, 1, red), (55, 63, green), (81, 32, none)],
    );
    at(BackgroundFit::Contain, 0.5, &[(30, 32, none), (34, 32, red), (62, 32, green), (48, 14, none)]);
    at(BackgroundFit::Tile, 1.0, &[(1, 1, red), (12, 1, green), (17, 20, red), (93, 62, green)]);
    at(BackgroundFit::Tile, 2.0, &[(1, 1, red), (14, 1, red), (18, 1, green), (34, 1, red), (50, 40, green)]);
}

#[test]
fn a_mask_cuts_by_brightness_or_by_alpha() {
    let scene = Picture::scene();
    let mut studio = Studio::new(&scene);
    let shape = layer(scene.size);
    let image = studio.image(&shape);
    for channel in [MaskChannel::Luma, MaskChannel::Alpha] {
        for (amount, inversion) in [(1.0, 0.0), (0.4, 0.0), (1.0, 1.0), (0.7, 0.25)] {
            let mask = Mask { image: image.clone().into(), channel, amount, inversion };
            let photo = studio.shoot(EffectStack::new().with(mask));
            let expected = both(&scene, &shape, |[red, green, blue, alpha], shape| {
                let bright = match channel {
                    MaskChannel::Luma => {
                        (0.2126 * shape[0] + 0.7152 * shape[1] + 0.0722 * shape[2]) * shape[3]
                    }
                    MaskChannel::Alpha => shape[3],
                };
                let stays = bright + f64::from(inversion) * (1.0 - 2.0 * bright);
                [red, green, blue, alpha * (1.0 + f64::from(amount) * (stays - 1.0))]
            });
            let off = visible_difference(&photo, &expected);
            assert!(off <= 2, "{channel:?}, {amount}, {inversion}: off by {off}");
        }
    }
}

#[test]
fn a_picture_in_the_picture_has_a_frame_round_corners_and_a_shadow() {
    let scene = Picture::from_fn(96, 64, |_, _| [100, 100, 100, 255]);
    let mut studio = Studio::new(&scene);
    let image = studio.image(&Picture::from_fn(20, 20, |_, _| [0, 0, 255, 255])).into();
    // 24 by 24 pixels around the middle: 36 to 60, 20 to 44.
    let window = PictureInPicture {
        image,
        position: Vec2::splat(0.5),
        size: 0.25,
        roundness: 0.5,
        border: 3.0,
        border_color: EffectColor::rgb(1.0, 1.0, 1.0),
        shadow: 1.0,
        shadow_radius: 6.0,
        opacity: 1.0,
    };
    let photo = studio.shoot(EffectStack::new().with(window.clone()));
    assert_eq!(photo.clamped(48, 32), [0, 0, 255, 255], "the image");
    assert_eq!(photo.clamped(36, 32), [0, 0, 255, 255], "the image's edge");
    assert_eq!(photo.clamped(34, 32), [255; 4], "the frame");
    assert_ne!(photo.clamped(36, 20), [0, 0, 255, 255], "a round corner");
    assert!(photo.clamped(48, 49)[0] < 80, "the shadow below");
    assert_eq!(photo.clamped(2, 2), [100, 100, 100, 255], "what is further away");
    let plain = PictureInPicture { roundness: 0.0, border: 0.0, shadow: 0.0, ..window };
    let photo = studio.shoot(EffectStack::new().with(plain));
    for (x, y, inside) in [(36, 20, true), (59, 43, true), (35, 32, false), (60, 32, false), (48, 44, false)]
    {
        let color = if inside { [0, 0, 255, 255] } else { [100, 100, 100, 255] };
        assert_eq!(photo.clamped(x, y), color, "{x}, {y}");
    }
}

#[test]
fn a_film_runs_behind_the_picture() {
    // The foreground is green except for a block, and the key removes the green.
    let front = Picture::from_fn(96, 64, |x, _| if x < 48 { [200, 40, 60, 255] } else { [0, 255, 0, 255] });
    let mut studio = Studio::new(&front);
    let size = UVec2::new(48, 32);
    let mode = NativeMode { size, frame_rate: 30.0, format: PixelFormat::Rgba32 };
    let (source, feed) = CustomSource::new("Behind", [mode]);
    let behind = studio.app().world_mut().spawn((VideoTrack, TrackSource::new(source))).id();
    studio.update_until(|world| world.get::<TrackState>(behind) == Some(&TrackState::Live));
    let image = studio.app().world().get::<TrackImage>(behind).expect("its picture").0.clone();
    let background = Background { image: image.into(), ..default() };
    let stack = EffectStack::new().with(ChromaKey::default()).with(background);
    for (count, color) in [(1, [10, 20, 200, 255]), (2, [90, 90, 10, 255])] {
        feed.push_rgba(size, &Picture::from_fn(size.x, size.y, |_, _| color).bytes())
            .expect("four bytes a pixel");
        studio.update_until(|world| {
            world.get::<TrackStatistics>(behind).is_some_and(|counted| counted.delivered_frames >= count)
        });
        studio.update(3);
        let photo = studio.shoot(stack.clone());
        for y in [4, 32, 60] {
            assert_eq!(photo.clamped(20, y), [200, 40, 60, 255], "what is in front");
            let seen = photo.clamped(76, y);
            let near = seen.iter().zip(color).all(|(seen, color)| seen.abs_diff(color) <= 1);
            assert!(near, "{seen:?} and not {color:?} behind");
        }
    }
}
