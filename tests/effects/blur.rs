//! Blurs, against a convolution with the whole kernel.

use bevy_viewfinder::{
    effect::EffectStack,
    effects::{BoxBlur, GaussianBlur},
};

use crate::studio::{Picture, Studio};

/// The tolerance of a blur, of 255. Its passes round to 8 bits, and so does the sampler between two pixels.
const TOLERANCE: u8 = 2;

/// The picture convolved with this kernel along rows and along columns. `kernel[i]` is the weight at a distance of
/// `i` pixels.
pub fn convolved(picture: &Picture, kernel: &[f64]) -> Picture {
    let reach = kernel.len() as i64 - 1;
    let weight = |distance: i64| kernel[distance.unsigned_abs() as usize];
    let total: f64 = (-reach..=reach).map(weight).sum::<f64>().powi(2);
    Picture::from_fn(picture.size.x, picture.size.y, |x, y| {
        let mut sum = [0.0; 4];
        for dy in -reach..=reach {
            for dx in -reach..=reach {
                let pixel = picture.clamped(i64::from(x) + dx, i64::from(y) + dy);
                for (sum, value) in sum.iter_mut().zip(pixel) {
                    *sum += weight(dx) * weight(dy) * f64::from(value);
                }
            }
        }
        sum.map(|sum| (sum / total).round() as u8)
    })
}

#[test]
fn a_gaussian_blur_is_a_convolution_with_its_standard_deviation() {
    let scene = Picture::scene();
    let mut studio = Studio::new(&scene);
    for std_deviation in [0.5, 1.0, 2.5, 7.0] {
        let photo = studio.shoot(EffectStack::new().with(GaussianBlur { std_deviation }));
        let deviation = f64::from(std_deviation);
        // So far out that what is beyond doesn't count: further than the effect looks.
        let kernel: Vec<f64> = (0..=(5.0 * deviation).ceil() as i32)
            .map(|distance| (-0.5 * (f64::from(distance) / deviation).powi(2)).exp())
            .collect();
        let off = photo.difference(&convolved(&scene, &kernel));
        assert!(off <= TOLERANCE, "{std_deviation} px is off by {off}");
    }
}

#[test]
fn a_box_blur_is_the_mean_of_a_square() {
    let scene = Picture::scene();
    let mut studio = Studio::new(&scene);
    for (radius, kernel) in
        [(1.0, vec![1.0; 2]), (2.0, vec![1.0; 3]), (2.5, vec![1.0, 1.0, 1.0, 0.5]), (6.0, vec![1.0; 7])]
    {
        let photo = studio.shoot(EffectStack::new().with(BoxBlur { radius }));
        let off = photo.difference(&convolved(&scene, &kernel));
        assert!(off <= TOLERANCE, "{radius} px is off by {off}");
    }
}

#[test]
fn what_is_transparent_lends_no_color_to_what_is_blurred() {
    let half = Picture::from_fn(32, 8, |x, _| if x < 16 { [0, 255, 0, 0] } else { [200, 100, 50, 255] });
    let mut studio = Studio::new(&half);
    let photo = studio.shoot(EffectStack::new().with(GaussianBlur { std_deviation: 3.0 }));
    // Far from the edge nothing is blended; near it, alpha is.
    assert_eq!(photo.clamped(31, 4), [200, 100, 50, 255]);
    let [red, green, blue, alpha] = photo.clamped(18, 4);
    assert!(
        red.abs_diff(200) <= 4 && green.abs_diff(100) <= 8 && blue.abs_diff(50) <= 4,
        "{red} {green} {blue}"
    );
    assert!((128..255).contains(&alpha), "{alpha}");
}
