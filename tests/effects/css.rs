//! Effects that CSS also has, against the formulas of the W3C's
//! [Filter Effects Module Level 1](https://www.w3.org/TR/filter-effects-1/), section 13.

use bevy_viewfinder::{
    effect::EffectStack,
    effects::{Brightness, Contrast, Grayscale, HueRotate, Invert, Opacity, Saturate, Sepia},
};

use crate::studio::{Picture, Studio};

/// The tolerance of a filter, of 255.
const TOLERANCE: u8 = 2;

type Matrix = [[f64; 3]; 3];

/// `feColorMatrix`: the result is clamped.
fn color_matrix(matrix: Matrix) -> impl Fn([f64; 3]) -> [f64; 3] {
    move |[red, green, blue]| matrix.map(|[r, g, b]| (r * red + g * green + b * blue).clamp(0.0, 1.0))
}

/// `feComponentTransfer` of type `linear`.
fn linear(slope: f64, intercept: f64) -> impl Fn([f64; 3]) -> [f64; 3] {
    move |color| color.map(|value| (slope * value + intercept).clamp(0.0, 1.0))
}

fn grayscale(amount: f64) -> Matrix {
    let rest = 1.0 - amount.min(1.0);
    [
        [0.2126 + 0.7874 * rest, 0.7152 - 0.7152 * rest, 0.0722 - 0.0722 * rest],
        [0.2126 - 0.2126 * rest, 0.7152 + 0.2848 * rest, 0.0722 - 0.0722 * rest],
        [0.2126 - 0.2126 * rest, 0.7152 - 0.7152 * rest, 0.0722 + 0.9278 * rest],
    ]
}

fn sepia(amount: f64) -> Matrix {
    let rest = 1.0 - amount.min(1.0);
    [
        [0.393 + 0.607 * rest, 0.769 - 0.769 * rest, 0.189 - 0.189 * rest],
        [0.349 - 0.349 * rest, 0.686 + 0.314 * rest, 0.168 - 0.168 * rest],
        [0.272 - 0.272 * rest, 0.534 - 0.534 * rest, 0.131 + 0.869 * rest],
    ]
}

fn saturate(amount: f64) -> Matrix {
    [
        [0.213 + 0.787 * amount, 0.715 - 0.715 * amount, 0.072 - 0.072 * amount],
        [0.213 - 0.213 * amount, 0.715 + 0.285 * amount, 0.072 - 0.072 * amount],
        [0.213 - 0.213 * amount, 0.715 - 0.715 * amount, 0.072 + 0.928 * amount],
    ]
}

fn hue_rotate(degrees: f64) -> Matrix {
    let (sin, cos) = degrees.to_radians().sin_cos();
    [
        [
            0.213 + cos * 0.787 - sin * 0.213,
            0.715 - cos * 0.715 - sin * 0.715,
            0.072 - cos * 0.072 + sin * 0.928,
        ],
        [
            0.213 - cos * 0.213 + sin * 0.143,
            0.715 + cos * 0.285 + sin * 0.140,
            0.072 - cos * 0.072 - sin * 0.283,
        ],
        [
            0.213 - cos * 0.213 - sin * 0.787,
            0.715 - cos * 0.715 + sin * 0.715,
            0.072 + cos * 0.928 + sin * 0.072,
        ],
    ]
}

/// Takes a photo of all colors with the effect, and compares it to what the formula makes of them.
fn compare(studio: &mut Studio, stack: EffectStack, formula: impl Fn([f64; 3]) -> [f64; 3]) {
    let text = format!("{stack:?}");
    let photo = studio.shoot(stack);
    let cube = Picture::color_cube();
    for (&[red, green, blue, _], photographed) in cube.pixels.iter().zip(&photo.pixels) {
        let expected = formula([red, green, blue].map(|value| f64::from(value) / 255.0));
        let [r, g, b] = expected.map(|value| (value * 255.0).round() as u8);
        let off = photographed.iter().zip([r, g, b, 255]).map(|(a, b)| a.abs_diff(b)).max().unwrap_or(0);
        assert!(
            off <= TOLERANCE,
            "{text} of {:?} is {photographed:?} and not {:?}",
            [red, green, blue],
            [r, g, b]
        );
    }
}

#[test]
fn effects_that_css_has_are_those_of_css() {
    let mut studio = Studio::new(&Picture::color_cube());
    let studio = &mut studio;
    for amount in [0.0, 0.3, 1.0, 1.7] {
        let value = f64::from(amount);
        compare(studio, EffectStack::new().with(Grayscale { amount }), color_matrix(grayscale(value)));
        compare(studio, EffectStack::new().with(Sepia { amount }), color_matrix(sepia(value)));
        let inverted = value.min(1.0);
        compare(studio, EffectStack::new().with(Invert { amount }), linear(1.0 - 2.0 * inverted, inverted));
    }
    for amount in [0.0, 0.4, 1.0, 1.5, 3.0] {
        let value = f64::from(amount);
        compare(studio, EffectStack::new().with(Brightness { amount }), linear(value, 0.0));
        compare(studio, EffectStack::new().with(Contrast { amount }), linear(value, 0.5 - 0.5 * value));
        compare(studio, EffectStack::new().with(Saturate { amount }), color_matrix(saturate(value)));
    }
    for angle in [0.0, 33.0, 90.0, 180.0, 270.0, 360.0, -90.0] {
        compare(
            studio,
            EffectStack::new().with(HueRotate { angle }),
            color_matrix(hue_rotate(f64::from(angle))),
        );
    }
}

#[test]
fn effects_follow_each_other_as_filters_do() {
    let mut studio = Studio::new(&Picture::color_cube());
    let stack = EffectStack::new()
        .with(Sepia { amount: 0.8 })
        .with(HueRotate { angle: 120.0 })
        .with(Contrast { amount: 1.4 })
        .with(Invert { amount: 0.9 });
    compare(&mut studio, stack, |color| {
        let color = color_matrix(sepia(0.8))(color);
        let color = color_matrix(hue_rotate(120.0))(color);
        let color = linear(1.4, -0.2)(color);
        linear(-0.8, 0.9)(color)
    });
}

#[test]
fn opacity_is_alpha_alone() {
    let mut studio = Studio::new(&Picture::color_cube());
    let photo = studio.shoot(EffectStack::new().with(Opacity { amount: 0.4 }));
    for ([red, green, blue, _], photographed) in Picture::color_cube().pixels.iter().zip(photo.pixels) {
        assert_eq!(photographed, [*red, *green, *blue, 102]);
    }
}
