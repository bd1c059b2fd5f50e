//! Filters, against ffmpeg, and against what papers say, computed here once more in the plainest way.

use bevy::math::{UVec2, Vec2};
use bevy_viewfinder::{
    effect::{EffectColor, EffectStack},
    effects::{
        Ascii, Bilateral, Bloom, Canny, ChromaticAberration, Crosshatch, Crt, Denoise, DotScreen,
        GaussianBlur, Ink, Kuwahara, Median, MotionBlur, Sketch, TiltShift, UnsharpMask, Vhs, ZoomBlur,
    },
};

use crate::{
    blur::convolved,
    ffmpeg::filtered,
    studio::{Picture, Studio},
};

type Rgb = [f64; 3];

/// The color of a pixel, 0 to 1; outside, that of the nearest within.
fn color(picture: &Picture, x: i64, y: i64) -> Rgb {
    let [red, green, blue, _] = picture.clamped(x, y);
    [red, green, blue].map(|value| f64::from(value) / 255.0)
}

fn luma([red, green, blue]: Rgb) -> f64 {
    0.2126 * red + 0.7152 * green + 0.0722 * blue
}

fn square_distance(a: Rgb, b: Rgb) -> f64 {
    a.iter().zip(b).map(|(a, b)| (a - b).powi(2)).sum()
}

/// A picture of what this says of each place.
fn picture_of(size: UVec2, pixel: impl Fn(i64, i64) -> Rgb) -> Picture {
    Picture::from_fn(size.x, size.y, |x, y| {
        let [red, green, blue] =
            pixel(x.into(), y.into()).map(|value| (value.clamp(0.0, 1.0) * 255.0).round() as u8);
        [red, green, blue, 255]
    })
}

/// The part of the pixels that are off by more than this.
fn part_off(one: &Picture, other: &Picture, tolerance: u8) -> f64 {
    assert_eq!(one.size, other.size);
    let off = one.pixels.iter().zip(&other.pixels);
    let off = off.filter(|(a, b)| a.iter().zip(*b).any(|(a, b)| a.abs_diff(*b) > tolerance));
    off.count() as f64 / one.pixels.len() as f64
}

fn mean(picture: &Picture) -> f64 {
    let sum: f64 = picture.pixels.iter().flat_map(|pixel| &pixel[..3]).map(|value| f64::from(*value)).sum();
    sum / (picture.pixels.len() * 3) as f64
}

/// 48 by 48 pixels of one grey: whole letters, dots and strokes.
fn even(level: u8) -> Picture {
    Picture::from_fn(48, 48, |_, _| [level, level, level, 255])
}

/// Half black, half white, side by side. 64 by 32 pixels.
fn halves() -> Picture {
    Picture::from_fn(64, 32, |x, _| if x < 32 { [0, 0, 0, 255] } else { [255; 4] })
}

#[test]
fn a_median_is_that_of_ffmpeg() {
    let scene = Picture::scene();
    let mut studio = Studio::new(&scene);
    for radius in 1..=3 {
        let photo = studio.shoot(EffectStack::new().with(Median { radius }));
        let expected = filtered(&scene, &format!("median=radius={radius}"));
        // At the edges ffmpeg sees other pixels beyond.
        let mut off = 0;
        for y in radius..scene.size.y - radius {
            for x in radius..scene.size.x - radius {
                let (a, b) = (photo.clamped(x.into(), y.into()), expected.clamped(x.into(), y.into()));
                off = a.iter().zip(b).map(|(a, b)| a.abs_diff(b)).max().unwrap_or(0).max(off);
            }
        }
        assert_eq!(off, 0, "a radius of {radius}");
    }
}

#[test]
fn an_unsharp_mask_adds_what_a_blur_takes() {
    let scene = Picture::scene();
    let mut studio = Studio::new(&scene);
    for (std_deviation, amount) in [(1.0_f32, 1.0_f32), (2.0, 1.5), (5.0, 0.7)] {
        let photo =
            studio.shoot(EffectStack::new().with(UnsharpMask { amount, std_deviation, threshold: 0.0 }));
        let deviation = f64::from(std_deviation);
        let kernel: Vec<f64> = (0..=(5.0 * deviation).ceil() as i32)
            .map(|distance| (-0.5 * (f64::from(distance) / deviation).powi(2)).exp())
            .collect();
        let blurred = convolved(&scene, &kernel);
        let expected = picture_of(scene.size, |x, y| {
            let (here, soft) = (color(&scene, x, y), color(&blurred, x, y));
            [0, 1, 2].map(|part| here[part] + f64::from(amount) * (here[part] - soft[part]))
        });
        let off = photo.difference(&expected);
        assert!(off <= 3, "{std_deviation} px, {amount}: off by {off}");
    }
    // Faint noise is left alone, and a threshold that nothing reaches leaves all.
    let photo = studio.shoot(EffectStack::new().with(UnsharpMask {
        amount: 5.0,
        std_deviation: 2.0,
        threshold: 1.0,
    }));
    assert!(photo.difference(&scene) <= 1);
}

#[test]
fn a_bilateral_filter_is_that_of_tomasi_and_manduchi() {
    let scene = Picture::scene();
    let mut studio = Studio::new(&scene);
    for (std_deviation, similarity) in [(1.5_f32, 0.1_f32), (3.0, 0.3)] {
        let photo = studio.shoot(EffectStack::new().with(Bilateral { std_deviation, similarity }));
        let deviation = f64::from(std_deviation);
        let reach = (2.0 * deviation).ceil() as i64;
        let expected = picture_of(scene.size, |x, y| {
            let here = color(&scene, x, y);
            let (mut sum, mut total) = ([0.0; 3], 0.0);
            for dy in -reach..=reach {
                for dx in -reach..=reach {
                    let there = color(&scene, x + dx, y + dy);
                    let place = (dx * dx + dy * dy) as f64 / (2.0 * deviation.powi(2));
                    let unlike = square_distance(here, there) / (2.0 * f64::from(similarity).powi(2));
                    let weight = (-place - unlike).exp();
                    total += weight;
                    for (sum, value) in sum.iter_mut().zip(there) {
                        *sum += weight * value;
                    }
                }
            }
            sum.map(|sum| sum / total)
        });
        let off = photo.difference(&expected);
        assert!(off <= 1, "{std_deviation} px, {similarity}: off by {off}");
    }
}

#[test]
fn a_kuwahara_filter_is_the_mean_of_the_most_even_square() {
    let scene = Picture::scene();
    let mut studio = Studio::new(&scene);
    for radius in [1_i64, 3, 5] {
        let photo = studio.shoot(EffectStack::new().with(Kuwahara { radius: radius as u32 }));
        let expected = picture_of(scene.size, |x, y| {
            let squares = [(-1, -1), (1, -1), (-1, 1), (1, 1)].map(|(right, down)| {
                let colors: Vec<Rgb> = (0..=radius)
                    .flat_map(|dy| (0..=radius).map(move |dx| (dx * right, dy * down)))
                    .map(|(dx, dy)| color(&scene, x + dx, y + dy))
                    .collect();
                let count = colors.len() as f64;
                let mean = [0, 1, 2].map(|part| colors.iter().map(|color| color[part]).sum::<f64>() / count);
                let spread = colors.iter().map(|color| square_distance(*color, mean)).sum::<f64>() / count;
                (spread, mean)
            });
            let least = squares.into_iter().min_by(|a, b| a.0.total_cmp(&b.0));
            least.map(|(_, mean)| mean).unwrap_or_default()
        });
        // Where two squares are as even, either will do.
        let part = part_off(&photo, &expected, 1);
        assert!(part <= 0.01, "{radius} px: {part:.4} of the pixels are others");
    }
}

/// The same noise in every run, about normal, with this standard deviation in values of 255.
fn noisy(picture: &Picture, deviation: f64) -> Picture {
    let mut state = 1_u64;
    let mut lot = move || {
        state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (state >> 40) as f64 / (1_u64 << 24) as f64
    };
    let mut noisy = picture.clone();
    for pixel in &mut noisy.pixels {
        for value in &mut pixel[..3] {
            // Twelve lots have a variance of 1.
            let noise = (0..12).map(|_| lot()).sum::<f64>() - 6.0;
            *value = (f64::from(*value) + deviation * noise).round().clamp(0.0, 255.0) as u8;
        }
    }
    noisy
}

/// Peak signal-to-noise ratio, in dB.
fn likeness(one: &Picture, other: &Picture) -> f64 {
    let values = one.pixels.iter().zip(&other.pixels).flat_map(|(a, b)| a[..3].iter().zip(&b[..3]));
    let squares: f64 = values.map(|(a, b)| f64::from(a.abs_diff(*b)).powi(2)).sum();
    10.0 * (255.0_f64.powi(2) / (squares / (one.pixels.len() * 3) as f64).max(1e-9)).log10()
}

#[test]
fn noise_is_taken_by_non_local_means_and_edges_are_left() {
    let clean = Picture::from_fn(64, 48, |x, y| match (x / 16, y / 16) {
        (1, 1) => [220, 60, 50, 255],
        (2, _) => [30, 90, 180, 255],
        _ => [120, 130, 110, 255],
    });
    let noisy = noisy(&clean, 12.0);
    let strength = 0.07_f32;
    let photo = Studio::new(&noisy).shoot(EffectStack::new().with(Denoise { strength }));

    let expected = picture_of(noisy.size, |x, y| {
        let (mut sum, mut total) = ([0.0; 3], 0.0);
        for (dx, dy) in (-2..=2).flat_map(|dy| (-2..=2).map(move |dx| (dx, dy))) {
            let patch = (-1..=1).flat_map(|row| (-1..=1).map(move |column| (column, row)));
            let unlike: f64 = patch
                .map(|(column, row)| {
                    let here = color(&noisy, x + column, y + row);
                    square_distance(here, color(&noisy, x + dx + column, y + dy + row))
                })
                .sum();
            let weight = (-unlike / 27.0 / f64::from(strength).powi(2)).exp();
            total += weight;
            for (sum, value) in sum.iter_mut().zip(color(&noisy, x + dx, y + dy)) {
                *sum += weight * value;
            }
        }
        sum.map(|sum| sum / total)
    });
    let off = photo.difference(&expected);
    assert!(off <= 1, "off by {off}");
    let (before, after) = (likeness(&noisy, &clean), likeness(&photo, &clean));
    assert!(after > before + 6.0, "{before:.1} dB before, {after:.1} dB after");
}

#[test]
fn a_motion_blur_is_the_mean_along_a_line() {
    let scene = Picture::scene();
    let mut studio = Studio::new(&scene);
    for (angle, (right, down)) in [(0.0, (1, 0)), (90.0, (0, 1)), (180.0, (1, 0))] {
        for distance in [4.0_f32, 9.0, 20.0] {
            let photo = studio.shoot(EffectStack::new().with(MotionBlur { distance, angle }));
            let reach = f64::from(distance) / 2.0;
            let expected = picture_of(scene.size, |x, y| {
                let (mut sum, mut total) = ([0.0; 3], 0.0);
                for step in -(reach.ceil() as i64)..=reach.ceil() as i64 {
                    let weight = (reach - step.abs() as f64 + 1.0).clamp(0.0, 1.0);
                    total += weight;
                    for (sum, value) in sum.iter_mut().zip(color(&scene, x + step * right, y + step * down)) {
                        *sum += weight * value;
                    }
                }
                sum.map(|sum| sum / total)
            });
            let off = photo.difference(&expected);
            assert!(off <= 2, "{distance} px at {angle}°: off by {off}");
        }
    }
}

/// Luma blurred by a Gaussian.
fn soft_luma(picture: &Picture, deviation: f64) -> impl Fn(i64, i64) -> f64 + use<> {
    let UVec2 { x: width, y: height } = picture.size;
    let reach = (4.0 * deviation).ceil() as i64;
    let weight = |distance: i64| (-0.5 * (distance as f64 / deviation).powi(2)).exp();
    let total: f64 = (-reach..=reach).map(weight).sum::<f64>().powi(2);
    let values: Vec<f64> = (0..i64::from(height))
        .flat_map(|y| (0..i64::from(width)).map(move |x| (x, y)))
        .map(|(x, y)| {
            let around = (-reach..=reach).flat_map(|dy| (-reach..=reach).map(move |dx| (dx, dy)));
            let sum: f64 =
                around.map(|(dx, dy)| weight(dx) * weight(dy) * luma(color(picture, x + dx, y + dy))).sum();
            sum / total
        })
        .collect();
    move |x, y| {
        let x = x.clamp(0, i64::from(width) - 1);
        let y = y.clamp(0, i64::from(height) - 1);
        values[(y * i64::from(width) + x) as usize]
    }
}

#[test]
fn canny_draws_the_edges_that_his_paper_says() {
    let scene = Picture::scene();
    let (width, height) = (i64::from(scene.size.x), i64::from(scene.size.y));
    let (deviation, low, high) = (1.4_f32, 0.04_f32, 0.1_f32);
    let canny = Canny {
        std_deviation: deviation,
        low,
        high,
        color: EffectColor::rgb(1.0, 1.0, 1.0),
        background: EffectColor::rgb(0.0, 0.0, 0.0),
    };
    let photo = Studio::new(&scene).shoot(EffectStack::new().with(canny));

    let at = soft_luma(&scene, f64::from(deviation));
    let slope = |x: i64, y: i64| {
        // Clamped to the picture, as the pass that finds slopes only has those of the picture.
        let (x, y) = (x.clamp(0, width - 1), y.clamp(0, height - 1));
        let across = at(x + 1, y - 1) + 2.0 * at(x + 1, y) + at(x + 1, y + 1)
            - at(x - 1, y - 1)
            - 2.0 * at(x - 1, y)
            - at(x - 1, y + 1);
        let down = at(x - 1, y + 1) + 2.0 * at(x, y + 1) + at(x + 1, y + 1)
            - at(x - 1, y - 1)
            - 2.0 * at(x, y - 1)
            - at(x + 1, y - 1);
        (across / 4.0, down / 4.0)
    };
    let steep = |x: i64, y: i64| {
        let (across, down) = slope(x, y);
        across.hypot(down)
    };
    let mut edges = vec![0_u8; (width * height) as usize];
    for y in 0..height {
        for x in 0..width {
            let (across, down) = slope(x, y);
            // To the nearest of eight neighbors.
            let eighth = (down.atan2(across) / std::f64::consts::FRAC_PI_4).round() as i64;
            let (dx, dy) = match eighth.rem_euclid(4) {
                0 => (1, 0),
                1 => (1, 1),
                2 => (0, 1),
                _ => (1, -1),
            };
            let here = steep(x, y);
            let ridge = here > steep(x - dx, y - dy) && here >= steep(x + dx, y + dy);
            edges[(y * width + x) as usize] =
                u8::from(ridge && here >= f64::from(low)) + u8::from(ridge && here >= f64::from(high));
        }
    }
    // Along weak edges from strong ones: as far as the effect says that it goes, and as far as there are any.
    let mut as_said = Vec::new();
    for step in 0.. {
        if step == 8 {
            as_said = edges.clone();
        }
        let mut found = Vec::new();
        for y in 0..height {
            for x in 0..width {
                let near = (-1..=1).flat_map(|dy| (-1..=1).map(move |dx| (x + dx, y + dy)));
                let mut near = near.filter(|(x, y)| (0..width).contains(x) && (0..height).contains(y));
                let strong = near.any(|(x, y)| edges[(y * width + x) as usize] == 2);
                if strong && edges[(y * width + x) as usize] == 1 {
                    found.push((y * width + x) as usize);
                }
            }
        }
        if found.is_empty() {
            break;
        }
        for index in found {
            edges[index] = 2;
        }
    }
    assert!(photo.pixels.iter().all(|pixel| [[0, 0, 0, 255], [255; 4]].contains(pixel)));
    let drawn = || photo.pixels.iter().map(|pixel| pixel[0] == 255);
    let count = |edges: &[u8]| edges.iter().filter(|edge| **edge == 2).count();
    assert!(count(&as_said) > 100 && count(&edges) > count(&as_said), "this picture shows too little");
    let missing = as_said.iter().zip(drawn()).filter(|(edge, drawn)| **edge == 2 && !drawn).count();
    let invented = edges.iter().zip(drawn()).filter(|(edge, drawn)| **edge != 2 && *drawn).count();
    // Where two neighbors are as steep, the sampler's 8 bits decide which of them is the line.
    let few = count(&as_said) / 20;
    assert!(missing <= few && invented <= few, "{missing} pixels are missing, {invented} are no edges");
    let beside = |is_edge: &dyn Fn(usize) -> bool, index: usize| {
        let (x, y) = (index as i64 % width, index as i64 / width);
        let near = (-1..=1).flat_map(|dy| (-1..=1).map(move |dx| (x + dx, y + dy)));
        let mut near = near.filter(|(x, y)| (0..width).contains(x) && (0..height).contains(y));
        near.any(|(x, y)| is_edge((y * width + x) as usize))
    };
    let is_drawn = |index: usize| photo.pixels[index][0] == 255;
    for (index, edge) in as_said.iter().enumerate() {
        let place = (index as i64 % width, index as i64 / width);
        assert!(*edge != 2 || beside(&is_drawn, index), "no line is drawn near {place:?}");
        assert!(!is_drawn(index) || beside(&|index| edges[index] == 2, index), "no edge is near {place:?}");
    }
}

#[test]
fn ink_is_the_extended_difference_of_gaussians() {
    let scene = Picture::scene();
    let (deviation, strength, threshold, softness) = (1.2_f32, 8.0_f32, 0.45_f32, 0.3_f32);
    let ink = Ink {
        amount: 1.0,
        std_deviation: deviation,
        strength,
        threshold,
        softness,
        ink: EffectColor::rgb(0.0, 0.0, 0.0),
        paper: EffectColor::rgb(1.0, 1.0, 1.0),
    };
    let photo = Studio::new(&scene).shoot(EffectStack::new().with(ink));
    let narrow = soft_luma(&scene, f64::from(deviation));
    let wide = soft_luma(&scene, 1.6 * f64::from(deviation));
    let expected = picture_of(scene.size, |x, y| {
        let sharp = narrow(x, y) + f64::from(strength) * (narrow(x, y) - wide(x, y));
        let white = 1.0 - ((f64::from(threshold) - sharp) / f64::from(softness)).clamp(0.0, 1.0);
        [white; 3]
    });
    // Differences count twenty-sevenfold, and so do the sampler's 8 bits between two pixels.
    let part = part_off(&photo, &expected, 12);
    assert!(part <= 0.01, "{part:.4} of the pixels are others");
    assert!(expected.pixels.iter().any(|pixel| pixel[0] == 0) && mean(&expected) > 60.0);
}

#[test]
fn what_is_bright_shines_and_what_is_dim_does_not() {
    let lamp = Picture::from_fn(64, 64, |x, y| match (x, y) {
        (28..36, 28..36) => [255; 4],
        _ => [20, 20, 20, 255],
    });
    let bloom = Bloom { amount: 2.0, threshold: 0.5, radius: 16.0 };
    let photo = Studio::new(&lamp).shoot(EffectStack::new().with(bloom.clone()));
    let row: Vec<u8> = (36..56).map(|x| photo.clamped(x, 32)[0]).collect();
    assert!(row.is_sorted_by(|a, b| a >= b), "it doesn't fade: {row:?}");
    assert!(row[0] > 60 && row[6] > 30, "it doesn't shine: {row:?}");
    assert_eq!(photo.clamped(32, 32), [255; 4]);
    assert_eq!(photo.clamped(2, 2), [20, 20, 20, 255]);
    // As far up as to the side.
    for distance in 5..16 {
        let (side, up) = (photo.clamped(31 + distance, 31), photo.clamped(31, 31 + distance));
        assert!(side[0].abs_diff(up[0]) <= 1, "{side:?} {up:?}");
    }
    let dim = Picture::from_fn(64, 64, |x, _| if x < 32 { [20, 20, 20, 255] } else { [120, 120, 120, 255] });
    let photo = Studio::new(&dim).shoot(EffectStack::new().with(bloom));
    assert!(photo.difference(&dim) <= 1);
}

#[test]
fn a_tilted_shift_is_sharp_in_its_strip_and_a_gaussian_blur_far_from_it() {
    let scene = Picture::scene();
    let mut studio = Studio::new(&scene);
    let shift = TiltShift { position: 0.1, angle: 0.0, width: 0.4, softness: 0.1, std_deviation: 2.5 };
    let photo = studio.shoot(EffectStack::new().with(shift));
    let blurred = studio.shoot(EffectStack::new().with(GaussianBlur { std_deviation: 2.5 }));
    for y in 0..64 {
        for x in 0..97 {
            let off = |other: &Picture| {
                let pairs = photo.clamped(x, y).into_iter().zip(other.clamped(x, y));
                pairs.map(|(a, b)| a.abs_diff(b)).max().unwrap_or(0)
            };
            // The strip ends at 0.3 of the height, and the blur is whole from 0.4; its kernel reaches 8 pixels.
            if y < 18 {
                assert!(off(&scene) <= 1, "{x}, {y} isn't sharp");
            } else if y > 35 {
                assert!(off(&blurred) <= 2, "{x}, {y} isn't blurred: off by {}", off(&blurred));
            }
        }
    }
}

#[test]
fn a_zoomed_blur_leaves_its_middle_and_smears_outwards() {
    // Rings, which are smeared, and rays, which aren't.
    let rings = Picture::from_fn(65, 65, |x, y| {
        let ring = (f64::from(x) - 32.0).hypot(f64::from(y) - 32.0) as u32 / 4 % 2;
        [255 * ring as u8, 255 * ring as u8, 255 * ring as u8, 255]
    });
    let rays = Picture::from_fn(65, 65, |x, y| {
        let ray =
            ((f64::from(y) - 32.0).atan2(f64::from(x) - 32.0) * 2.0 / std::f64::consts::PI + 4.5) as u32 % 2;
        [255 * ray as u8, 255 * ray as u8, 255 * ray as u8, 255]
    });
    let zoom = ZoomBlur { center: Vec2::splat(0.5), strength: 0.4 };
    let spread = |picture: &Picture| {
        let outer = (0..65).flat_map(|y| (0..65).map(move |x| (x, y)));
        let outer = outer.filter(|(x, y)| {
            let reach = (*x as f64 - 32.0).hypot(*y as f64 - 32.0);
            reach > 22.0 && reach < 30.0
        });
        let grey: Vec<f64> = outer.map(|(x, y)| f64::from(picture.clamped(x, y)[0])).collect();
        let mean = grey.iter().sum::<f64>() / grey.len() as f64;
        (grey.iter().map(|value| (value - mean).powi(2)).sum::<f64>() / grey.len() as f64).sqrt()
    };
    let photo = Studio::new(&rings).shoot(EffectStack::new().with(zoom.clone()));
    assert!(spread(&photo) < 0.4 * spread(&rings), "rings: {} of {}", spread(&photo), spread(&rings));
    assert!(photo.clamped(32, 32)[0] <= 1);
    let photo = Studio::new(&rays).shoot(EffectStack::new().with(zoom));
    assert!(spread(&photo) > 0.9 * spread(&rays), "rays: {} of {}", spread(&photo), spread(&rays));
}

#[test]
fn a_cheap_lens_fringes_outwards_and_not_in_its_middle() {
    // A white line left of the middle, and one in it.
    let lines = Picture::from_fn(65, 33, |x, _| if x == 8 || x == 32 { [255; 4] } else { [0, 0, 0, 255] });
    let aberration = ChromaticAberration { offset: 4.0, center: Vec2::splat(0.5) };
    let photo = Studio::new(&lines).shoot(EffectStack::new().with(aberration));
    let brightest = |part: usize, places: std::ops::Range<i64>| {
        places.max_by_key(|x| photo.clamped(*x, 16)[part]).unwrap_or_default()
    };
    // Half a diagonal is 36.4 pixels: what is 24 pixels from the middle is 3.0 further out in red and 2.4
    // further in in blue.
    assert_eq!([0, 1, 2].map(|part| brightest(part, 0..20)), [5, 8, 10]);
    assert_eq!([0, 1, 2].map(|part| brightest(part, 26..40)), [32, 32, 32]);
}

#[test]
fn the_brighter_it_is_the_denser_are_letters_and_the_lighter_are_prints() {
    let ink = EffectColor::rgb(0.0, 0.0, 0.0);
    let paper = EffectColor::rgb(1.0, 1.0, 1.0);
    let stacks = [
        EffectStack::new().with(Ascii { size: 8.0, color: 0.0, ink: paper, paper: ink, ..Ascii::default() }),
        EffectStack::new().with(DotScreen::default()),
        EffectStack::new().with(Crosshatch { ink, paper, ..Crosshatch::default() }),
    ];
    let mut steps = stacks.each_ref().map(|_| Vec::new());
    for level in [0, 40, 80, 120, 160, 200, 255] {
        let mut studio = Studio::new(&even(level));
        for (stack, steps) in stacks.iter().zip(&mut steps) {
            steps.push(mean(&studio.shoot(stack.clone())));
        }
    }
    let [letters, dots, strokes] = steps;
    for (name, steps) in [("letters", &letters), ("dots", &dots), ("strokes", &strokes)] {
        assert!(steps.is_sorted_by(|a, b| a <= b), "{name}: {steps:?}");
    }
    assert_eq!((letters[0], dots[0]), (0.0, 0.0));
    assert_eq!((dots[6], strokes[6]), (255.0, 255.0));
    // 18 dots of a cell of 48.
    assert!((letters[6] - 255.0 * 18.0 / 48.0).abs() < 1.0, "{letters:?}");
    // Dots have about the brightness of what they stand for.
    assert!((dots[3] - 120.0).abs() < 16.0, "{dots:?}");
}

#[test]
fn a_pencil_draws_where_it_is_darker_than_around() {
    let photo = Studio::new(&halves()).shoot(EffectStack::new().with(Sketch::default()));
    let column = |x: i64| photo.clamped(x, 16)[0];
    // Paper on both sides, and a line on the dark side of the edge.
    assert!(column(4) > 240 && column(60) > 240, "{} {}", column(4), column(60));
    assert!(column(31) < 60 && column(33) > 240, "{} {}", column(31), column(33));
}

#[test]
fn tape_smears_colors_and_not_brightness() {
    // Red and a grey of the same luma.
    let grey = (0.2126_f64 * 255.0).round() as u8;
    let bars =
        Picture::from_fn(96, 32, |x, _| if x < 48 { [255, 0, 0, 255] } else { [grey, grey, grey, 255] });
    let tape = Vhs { amount: 1.0, bleed: 16.0, jitter: 0.0, noise: 0.0 };
    let photo = Studio::new(&bars).shoot(EffectStack::new().with(tape));
    let redness = |x: i64| i32::from(photo.clamped(x, 10)[0]) - i32::from(photo.clamped(x, 10)[1]);
    assert!(redness(20) > 180 && redness(52) > 60 && redness(90).abs() <= 2);
    assert!((45..70).map(redness).collect::<Vec<_>>().is_sorted_by(|a, b| a + 1 >= *b));
    for x in [60, 75, 90] {
        let [red, green, blue] = color(&photo, x, 10);
        let bright = luma([red, green, blue]);
        assert!((bright - 0.04 - 0.94 * 0.2126).abs() < 0.02, "{bright} at {x}");
    }
}

#[test]
fn a_tube_has_dark_corners_lines_and_a_mask() {
    let white = Picture::from_fn(96, 96, |_, _| [255; 4]);
    let mut studio = Studio::new(&white);
    let tube = Crt { amount: 1.0, curvature: 0.6, spacing: 4.0, mask: 0.5 };
    let photo = studio.shoot(EffectStack::new().with(tube.clone()));
    for (x, y) in [(0, 0), (95, 0), (0, 95), (95, 95)] {
        assert_eq!(photo.clamped(x, y), [0, 0, 0, 255]);
    }
    let flat = studio.shoot(EffectStack::new().with(Crt { curvature: 0.0, ..tube }));
    // Every fourth line is bright, and each column lets one color through.
    let row = |y: i64| flat.clamped(48, y)[0];
    assert!(row(48) > row(50) && row(48) == row(52) && row(50) == row(54));
    for x in 45..51 {
        let pixel = flat.clamped(x, 48);
        let brightest = (0..3).max_by_key(|part| pixel[*part]);
        assert_eq!(brightest, Some((x % 3) as usize), "{pixel:?} at {x}");
    }
}
