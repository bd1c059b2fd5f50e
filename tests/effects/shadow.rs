//! The shadow of what is opaque, against the W3C's
//! [Filter Effects Module Level 1](https://www.w3.org/TR/filter-effects-1/#funcdef-filter-drop-shadow): alpha blurred,
//! moved and colored, and the picture laid over it.

use bevy::math::IVec2;
use bevy_viewfinder::{
    effect::{EffectColor, EffectStack},
    effects::DropShadow,
};

use crate::studio::{Picture, Studio};

/// The tolerance of a shadow, of 255: its passes round to 8 bits, and so does the sampler between two pixels.
const TOLERANCE: u8 = 2;

/// A disc and a half transparent bar, in the middle of nothing.
fn cut_out() -> Picture {
    Picture::from_fn(96, 80, |x, y| {
        let from_middle = (f64::from(x) - 40.0).hypot(f64::from(y) - 36.0);
        match (x, y) {
            _ if from_middle < 16.0 => [220, 120, (x * 2) as u8, 255],
            (60..72, 10..60) => [40, 200, 90, 128],
            _ => [0, 255, 0, 0],
        }
    })
}

/// The specification's shadow, computed from the whole kernel.
fn expected(picture: &Picture, offset: IVec2, deviation: f64, color: [f64; 4]) -> Picture {
    let reach = (5.0 * deviation).ceil() as i64;
    let weight = |distance: i64| (-0.5 * (distance as f64 / deviation).powi(2)).exp();
    let total: f64 = (-reach..=reach).map(weight).sum::<f64>().powi(2);
    let (width, height) = (i64::from(picture.size.x), i64::from(picture.size.y));
    let opaque = |x: i64, y: i64| match (0..width).contains(&x) && (0..height).contains(&y) {
        true => f64::from(picture.clamped(x, y)[3]) / 255.0,
        false => 0.0,
    };
    Picture::from_fn(picture.size.x, picture.size.y, |x, y| {
        let (left, top) = (i64::from(x) - i64::from(offset.x), i64::from(y) - i64::from(offset.y));
        let around = (-reach..=reach).flat_map(|dy| (-reach..=reach).map(move |dx| (dx, dy)));
        let shade: f64 = around.map(|(dx, dy)| weight(dx) * weight(dy) * opaque(left + dx, top + dy)).sum();
        let shadow = color[3] * shade / total;
        let [red, green, blue, alpha] =
            picture.clamped(i64::from(x), i64::from(y)).map(|value| f64::from(value) / 255.0);
        let result = alpha + shadow * (1.0 - alpha);
        let over = |above: f64, below: f64| match result {
            0.0 => 0.0,
            _ => (above * alpha + below * shadow * (1.0 - alpha)) / result,
        };
        let laid = [over(red, color[0]), over(green, color[1]), over(blue, color[2]), result];
        laid.map(|value| (value * 255.0).round() as u8)
    })
}

#[test]
fn a_shadow_is_blurred_alpha_beneath_the_picture() {
    let picture = cut_out();
    let mut studio = Studio::new(&picture);
    for (offset, deviation, color) in [
        (IVec2::new(8, 6), 3.0_f32, [0.0, 0.0, 0.0, 0.6]),
        (IVec2::new(-12, 0), 1.0, [0.2, 0.0, 0.6, 1.0]),
        (IVec2::new(0, 0), 7.0, [1.0, 0.9, 0.2, 1.0]),
    ] {
        let [red, green, blue, alpha] = color.map(|value| value as f32);
        let effect = DropShadow {
            color: EffectColor(bevy::color::Srgba { red, green, blue, alpha }),
            offset: offset.as_vec2(),
            std_deviation: deviation,
        };
        let photo = studio.shoot(EffectStack::new().with(effect));
        let expected = expected(&picture, offset, f64::from(deviation), color);
        // The color of what can hardly be seen is a rounded number divided by one: what is seen of it is compared.
        let seen =
            |pixel: [u8; 4]| [0, 1, 2].map(|part| f64::from(pixel[part]) * f64::from(pixel[3]) / 255.0);
        for (index, (is, should)) in photo.pixels.iter().zip(&expected.pixels).enumerate() {
            let (x, y) = (index % 96, index / 96);
            let colors = seen(*is).into_iter().zip(seen(*should));
            let most = colors.map(|(is, should)| (is - should).abs()).fold(0.0, f64::max);
            assert!(
                most <= f64::from(TOLERANCE) && is[3].abs_diff(should[3]) <= TOLERANCE,
                "{is:?} and not {should:?} at {x}, {y} ({offset}, {deviation} px)"
            );
        }
    }
}

#[test]
fn what_is_opaque_all_over_has_no_place_for_a_shadow() {
    let scene = Picture::scene();
    let photo = Studio::new(&scene).shoot(EffectStack::new().with(DropShadow::default()));
    assert!(photo.difference(&scene) <= 1);
}
