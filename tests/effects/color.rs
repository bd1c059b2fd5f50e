//! Colors, against ffmpeg and against what papers and manuals say.

use bevy::math::UVec2;
use bevy_viewfinder::{
    effect::{EffectColor, EffectStack},
    effects::{
        ChromaKey, ColorDeficiency, ColorKey, Curves, CurvesChannel, Daltonize, DaltonizeMode, Dither,
        Levels, LumaKey, Technicolor, TechnicolorProcess,
    },
};

use crate::{
    ffmpeg::filtered,
    studio::{Picture, Studio},
};

type Rgb = [f64; 3];

/// Compares a photo of all colors with what a formula makes of them; the formula's fourth value is alpha.
fn compare(studio: &mut Studio, stack: EffectStack, tolerance: u8, formula: impl Fn(Rgb) -> [f64; 4]) {
    let text = format!("{stack:?}");
    let photo = studio.shoot(stack);
    for (&[red, green, blue, _], pixel) in Picture::color_cube().pixels.iter().zip(&photo.pixels) {
        let expected = formula([red, green, blue].map(|value| f64::from(value) / 255.0))
            .map(|value| (value.clamp(0.0, 1.0) * 255.0).round() as u8);
        let off = pixel.iter().zip(expected).map(|(a, b)| a.abs_diff(b)).max().unwrap_or(0);
        assert!(off <= tolerance, "{text} of {:?} is {pixel:?} and not {expected:?}", [red, green, blue]);
    }
}

fn opaque([red, green, blue]: Rgb) -> [f64; 4] {
    [red, green, blue, 1.0]
}

fn luma([red, green, blue]: Rgb) -> f64 {
    0.2126 * red + 0.7152 * green + 0.0722 * blue
}

#[test]
fn levels_are_those_of_ffmpeg() {
    let cube = Picture::color_cube();
    let mut studio = Studio::new(&cube);
    // Input beyond the input range exceeds the output range in ffmpeg. Here it doesn't.
    for (in_black, in_white, out_black, out_white) in
        [(0.1, 0.9, 0.0, 1.0), (0.0, 1.0, 0.2, 0.7), (0.25, 0.6, 0.0, 1.0), (0.0, 1.0, 1.0, 0.0)]
    {
        let levels = Levels { in_black, in_white, gamma: 1.0, out_black, out_white };
        let photo = studio.shoot(EffectStack::new().with(levels));
        let channel = |name: char| {
            format!(
                "{name}imin={in_black}:{name}imax={in_white}:{name}omin={out_black}:{name}omax={out_white}"
            )
        };
        let expected =
            filtered(&cube, &format!("colorlevels={}:{}:{}", channel('r'), channel('g'), channel('b')));
        assert!(photo.difference(&expected) <= 2, "it is off by {}", photo.difference(&expected));
    }
}

#[test]
fn a_gamma_of_levels_is_a_power() {
    let mut studio = Studio::new(&Picture::color_cube());
    for gamma in [0.5, 1.0, 2.2] {
        let levels = Levels { in_black: 0.1, in_white: 0.8, gamma, ..Levels::default() };
        compare(&mut studio, EffectStack::new().with(levels), 1, |color| {
            opaque(color.map(|value| ((value - 0.1) / 0.7).clamp(0.0, 1.0).powf(1.0 / f64::from(gamma))))
        });
    }
}

#[test]
fn curves_are_those_of_ffmpeg() {
    let cube = Picture::color_cube();
    let mut studio = Studio::new(&cube);
    for points in [[0.0, 0.17, 0.5, 0.83, 1.0], [0.2, 0.1, 0.7, 0.6, 0.9], [1.0, 0.8, 0.3, 0.25, 0.0]] {
        let [black, shadows, midtones, highlights, white] = points;
        let knots = format!("0/{black} 0.25/{shadows} 0.5/{midtones} 0.75/{highlights} 1/{white}");
        for (channel, name) in [
            (CurvesChannel::All, "all"),
            (CurvesChannel::Red, "red"),
            (CurvesChannel::Green, "green"),
            (CurvesChannel::Blue, "blue"),
        ] {
            let curves = Curves { channel, black, shadows, midtones, highlights, white };
            let photo = studio.shoot(EffectStack::new().with(curves));
            let expected = filtered(&cube, &format!("curves={name}='{knots}'"));
            // ffmpeg rounds where its knots are to whole values.
            assert!(photo.difference(&expected) <= 3, "{name} is off by {}", photo.difference(&expected));
        }
    }
}

/// From display-encoded to light (IEC 61966-2-1).
fn decoded(value: f64) -> f64 {
    if value <= 0.04045 { value / 12.92 } else { ((value + 0.055) / 1.055).powf(2.4) }
}

fn encoded(value: f64) -> f64 {
    let value = value.clamp(0.0, 1.0);
    if value <= 0.003_130_8 { value * 12.92 } else { 1.055 * value.powf(1.0 / 2.4) - 0.055 }
}

/// Table 1 of Machado, Oliveira and Fernandes (2009), severity 1.
fn machado(deficiency: ColorDeficiency) -> [[f64; 3]; 3] {
    match deficiency {
        ColorDeficiency::Protan => [
            [0.152286, 1.052583, -0.204868],
            [0.114503, 0.786281, 0.099216],
            [-0.003882, -0.048116, 1.051998],
        ],
        ColorDeficiency::Deutan => {
            [[0.367322, 0.860646, -0.227968], [0.280085, 0.672501, 0.047413], [-0.011820, 0.042940, 0.968881]]
        }
        ColorDeficiency::Tritan => [
            [1.255528, -0.076749, -0.178779],
            [-0.078411, 0.930809, 0.147602],
            [0.004733, 0.691367, 0.303900],
        ],
    }
}

fn seen(color: Rgb, deficiency: ColorDeficiency, severity: f64) -> Rgb {
    let light = color.map(decoded);
    let matrix = machado(deficiency);
    std::array::from_fn(|row| {
        let full: f64 = matrix[row].iter().zip(light).map(|(factor, value)| factor * value).sum();
        encoded(light[row] + severity * (full - light[row]))
    })
}

const DEFICIENCIES: [ColorDeficiency; 3] =
    [ColorDeficiency::Protan, ColorDeficiency::Deutan, ColorDeficiency::Tritan];

#[test]
fn other_eyes_are_simulated_as_machado_says() {
    let mut studio = Studio::new(&Picture::color_cube());
    for deficiency in DEFICIENCIES {
        for severity in [0.4, 1.0] {
            let daltonize = Daltonize { mode: DaltonizeMode::Simulate, deficiency, severity };
            compare(&mut studio, EffectStack::new().with(daltonize), 2, |color| {
                opaque(seen(color, deficiency, f64::from(severity)))
            });
        }
    }
}

#[test]
fn who_is_color_blind_sees_more_of_a_corrected_picture() {
    // Pairs that look alike to them.
    let pairs = [
        (ColorDeficiency::Protan, [0.72, 0.35, 0.25], [0.42, 0.45, 0.24]),
        (ColorDeficiency::Deutan, [0.70, 0.42, 0.30], [0.50, 0.50, 0.28]),
        (ColorDeficiency::Tritan, [0.45, 0.60, 0.75], [0.43, 0.62, 0.62]),
    ];
    for (deficiency, one, other) in pairs {
        let bytes = |color: Rgb| color.map(|value| (value * 255.0_f64).round() as u8);
        let picture = Picture::from_fn(2, 1, |x, _| {
            let [red, green, blue] = bytes(if x == 0 { one } else { other });
            [red, green, blue, 255]
        });
        let daltonize = Daltonize { mode: DaltonizeMode::Correct, deficiency, severity: 1.0 };
        let photo = Studio::new(&picture).shoot(EffectStack::new().with(daltonize));
        let apart = |a: Rgb, b: Rgb| {
            let (a, b) = (seen(a, deficiency, 1.0), seen(b, deficiency, 1.0));
            a.iter().zip(b).map(|(a, b)| (a - b).powi(2)).sum::<f64>().sqrt()
        };
        let color = |x: usize| [0, 1, 2].map(|part| f64::from(photo.pixels[x][part]) / 255.0);
        let (before, after) = (apart(one, other), apart(color(0), color(1)));
        assert!(after > 1.3 * before, "{deficiency:?}: {before:.3} apart before, {after:.3} after");
    }
    // Colors that they see correctly don't change.
    let greys = Picture::from_fn(16, 1, |x, _| [x as u8 * 17, x as u8 * 17, x as u8 * 17, 255]);
    let mut studio = Studio::new(&greys);
    for deficiency in DEFICIENCIES {
        let daltonize = Daltonize { mode: DaltonizeMode::Correct, deficiency, severity: 1.0 };
        let photo = studio.shoot(EffectStack::new().with(daltonize));
        assert!(photo.difference(&greys) <= 1, "{deficiency:?} is off by {}", photo.difference(&greys));
    }
}

/// Bayer's matrix of this side, made of the one of half its side as he made it.
fn bayer(side: usize) -> Vec<Vec<f64>> {
    if side == 1 {
        return vec![vec![0.0]];
    }
    let half = bayer(side / 2);
    let mut matrix = vec![vec![0.0; side]; side];
    for (y, row) in matrix.iter_mut().enumerate() {
        for (x, cell) in row.iter_mut().enumerate() {
            let quarter = [[0.0, 2.0], [3.0, 1.0]][y / (side / 2)][x / (side / 2)];
            *cell = 4.0 * half[y % (side / 2)][x % (side / 2)] + quarter;
        }
    }
    matrix
}

#[test]
fn dots_are_set_in_bayers_order() {
    let scene = Picture::scene();
    let mut studio = Studio::new(&scene);
    let matrix = bayer(8);
    for levels in [2, 3, 5] {
        let photo = studio.shoot(EffectStack::new().with(Dither { amount: 1.0, levels, size: 1.0 }));
        let highest = f64::from(levels - 1);
        let mut wrong = 0;
        for (index, (before, after)) in scene.pixels.iter().zip(&photo.pixels).enumerate() {
            let UVec2 { x, y } = UVec2::new(index as u32 % scene.size.x, index as u32 / scene.size.x);
            let limit = (matrix[y as usize % 8][x as usize % 8] + 0.5) / 64.0;
            for (value, dotted) in before.iter().zip(after).take(3) {
                let level = (f64::from(*value) / 255.0 * highest + limit).floor().min(highest);
                let expected = (level / highest * 255.0).round() as u8;
                wrong += u32::from(dotted.abs_diff(expected) > 1);
            }
        }
        // A value on the limit itself may fall to either side.
        assert!(wrong <= 20, "{wrong} values of {} levels are others", levels);
    }
}

#[test]
fn dithered_grey_is_as_bright_as_it_was() {
    for grey in [30, 100, 128, 201] {
        let even = Picture::from_fn(64, 64, |_, _| [grey, grey, grey, 255]);
        let photo =
            Studio::new(&even).shoot(EffectStack::new().with(Dither { amount: 1.0, levels: 2, size: 2.0 }));
        let sum: f64 = photo.pixels.iter().map(|pixel| f64::from(pixel[0])).sum();
        let mean = sum / photo.pixels.len() as f64;
        assert!((mean - f64::from(grey)).abs() <= 2.5, "{grey} has become {mean}");
        assert!(photo.pixels.iter().all(|pixel| pixel[0] == 0 || pixel[0] == 255));
    }
}

/// The greatest error of the means of blocks of 8 by 8 pixels, in steps of the output.
fn block_error(photo: &Picture, expected: impl Fn(u32) -> f64) -> f64 {
    let mut worst: f64 = 0.0;
    for left in (0..photo.size.x).step_by(8) {
        let block = (left..left + 8).flat_map(|x| (0..8).map(move |y| (x, y)));
        let values = block.map(|(x, y)| {
            let [red, ..] = photo.pixels[(y * photo.size.x + x) as usize];
            f64::from(red) - expected(x)
        });
        worst = worst.max((values.sum::<f64>() / 64.0).abs());
    }
    worst
}

#[test]
fn dithering_hides_the_bands_of_a_gradient() {
    // 256 levels become 6.
    let ramp = Picture::from_fn(256, 8, |x, _| [x as u8, x as u8, x as u8, 255]);
    let darker = Levels { in_black: 0.0, in_white: 1.0, gamma: 1.0, out_black: 0.0, out_white: 0.02 };
    let mut studio = Studio::new(&ramp);
    let [banded, dithered] =
        [EffectStack::new().with(darker.clone()), EffectStack::new().with(darker).with(Dither::BANDS)]
            .map(|stack| block_error(&studio.shoot(stack), |x| f64::from(x) * 0.02));
    assert!(banded > 0.3, "bands: {banded}");
    assert!(dithered < 0.05, "{dithered}");
}

#[test]
fn a_chroma_key_is_that_of_obs() {
    // The chroma of limited-range BT.709, as OBS Studio's filter has it.
    let chroma = |[red, green, blue]: Rgb| {
        [
            -0.100644 * red - 0.338572 * green + 0.439216 * blue,
            0.439216 * red - 0.398942 * green - 0.040274 * blue,
        ]
    };
    let mut studio = Studio::new(&Picture::color_cube());
    for (key, similarity, smoothness, spill) in [
        ([0.0, 1.0, 0.0], 0.4, 0.08, 0.1),
        ([0.0, 0.0, 1.0], 0.3, 0.2, 0.3),
        ([0.1, 0.7, 0.25], 0.1, 0.4, 0.25),
    ] {
        let [red, green, blue] = key.map(|value| value as f32);
        let effect = ChromaKey {
            key_color: EffectColor::rgb(red, green, blue),
            similarity: similarity as f32,
            smoothness: smoothness as f32,
            spill: spill as f32,
        };
        compare(&mut studio, EffectStack::new().with(effect), 2, |color| {
            let (here, there) = (chroma(color), chroma(key));
            let beyond = (here[0] - there[0]).hypot(here[1] - there[1]) - similarity;
            let ramp = |width: f64| (beyond / width).clamp(0.0, 1.0).powf(1.5);
            let grey = luma(color);
            let [red, green, blue] = color.map(|value| grey + ramp(spill) * (value - grey));
            [red, green, blue, ramp(smoothness)]
        });
    }
}

#[test]
fn color_and_luma_keys_are_those_of_obs() {
    let mut studio = Studio::new(&Picture::color_cube());
    for (key, similarity, smoothness) in [([0.0, 1.0, 0.0], 0.4, 0.05), ([0.9, 0.4, 0.2], 0.2, 0.5)] {
        let [red, green, blue] = key.map(|value| value as f32);
        let effect = ColorKey {
            key_color: EffectColor::rgb(red, green, blue),
            similarity: similarity as f32,
            smoothness: smoothness as f32,
        };
        compare(&mut studio, EffectStack::new().with(effect), 1, |color| {
            let apart = color.iter().zip(key).map(|(a, b)| (a - b).powi(2)).sum::<f64>().sqrt();
            let [red, green, blue] = color;
            [red, green, blue, ((apart - similarity) / smoothness).clamp(0.0, 1.0)]
        });
    }
    for (min, min_smoothness, max, max_smoothness) in [(0.2, 0.1, 1.0, 0.2), (0.1, 0.3, 0.7, 0.5)] {
        let effect = LumaKey {
            min: min as f32,
            min_smoothness: min_smoothness as f32,
            max: max as f32,
            max_smoothness: max_smoothness as f32,
        };
        compare(&mut studio, EffectStack::new().with(effect), 1, |color| {
            let smooth = |from: f64, to: f64, value: f64| {
                let place = ((value - from) / (to - from)).clamp(0.0, 1.0);
                place * place * (3.0 - 2.0 * place)
            };
            let bright = luma(color);
            let [red, green, blue] = color;
            let above = smooth(min, min + min_smoothness, bright);
            let below = 1.0 - smooth(max - max_smoothness, max, bright);
            [red, green, blue, above * below]
        });
    }
}

#[test]
fn early_film_keeps_grey_and_two_strips_know_two_colors() {
    let cube = Picture::color_cube();
    let mut studio = Studio::new(&cube);
    for process in [TechnicolorProcess::ThreeStrip, TechnicolorProcess::TwoStrip] {
        let photo = studio.shoot(EffectStack::new().with(Technicolor { process, amount: 1.0 }));
        let mut colors = std::collections::BTreeSet::new();
        for ([red, green, blue, _], [r, g, b, _]) in cube.pixels.iter().zip(&photo.pixels) {
            if red == green && green == blue {
                assert!(r.abs_diff(*g) <= 1 && g.abs_diff(*b) <= 1, "{process:?} colors grey");
            }
            // Which colors are brightest, and by how much green and blue differ.
            colors.insert((r > g, g.abs_diff(*b) > 25));
        }
        let apart = colors.iter().any(|(_, apart)| *apart);
        assert_eq!(apart, process == TechnicolorProcess::ThreeStrip, "{process:?}: {colors:?}");
    }
}
