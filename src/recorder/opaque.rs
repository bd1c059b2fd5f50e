//! Transparency of frames, which recordings don't have.

/// Composes R, G, B, A pixels of straight alpha over black.
pub(super) fn compose_over_black(rgba: &mut [u8]) {
    let (pixels, _) = rgba.as_chunks_mut::<4>();
    // The common case is fast.
    if pixels.iter().fold(u8::MAX, |all, [.., alpha]| all & alpha) == u8::MAX {
        return;
    }
    for [channels @ .., alpha] in pixels {
        for channel in channels {
            *channel = scaled(*channel, *alpha);
        }
        *alpha = u8::MAX;
    }
}

/// The product of two numbers that stand for 0 to 1, rounded.
fn scaled(value: u8, factor: u8) -> u8 {
    let product = u16::from(value) * u16::from(factor) + 128;
    ((product + (product >> 8)) >> 8) as u8
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn transparent_pixels_become_darker_and_opaque_ones_stay() {
        let mut rgba = [200, 100, 50, 255, 200, 100, 51, 128, 255, 255, 255, 0, 255, 1, 0, 254];
        compose_over_black(&mut rgba);
        assert_eq!(rgba, [200, 100, 50, 255, 100, 50, 26, 255, 0, 0, 0, 255, 254, 1, 0, 255]);
    }

    #[test]
    fn products_are_rounded() {
        for value in 0..=255_u8 {
            for factor in 0..=255_u8 {
                let exact = f64::from(value) * f64::from(factor) / 255.0;
                assert_eq!(f64::from(scaled(value, factor)), exact.round(), "{value} * {factor}");
            }
        }
    }
}
