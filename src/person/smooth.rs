//! The smoothing of masks over time.

use std::time::Duration;

/// A pause after which a mask is not smoothed by the one before.
const LONGEST_PAUSE: Duration = Duration::from_millis(500);

/// The change of a color, from 0 to 1, from which on the pixel is another thing.
const CHANGE: f32 = 0.35;

/// A color: red, green and blue.
type Color = [u8; 3];

/// Smooths masks where the model is in doubt, and nothing moves.
#[derive(Debug, Default)]
pub(super) struct Smoothing {
    mask: Vec<f32>,
    colors: Vec<Color>,
}

impl Smoothing {
    /// Smooths the mask that follows the one before after this time. `constant` is the time constant of pixels of 0.5
    /// whose color stays. There is a color for each value of the mask.
    ///
    /// The weight of the mask before falls with the certainty of the new one, `(2p - 1)²`, and with the change of the
    /// color, so that nothing trails behind people who move.
    pub fn smooth(
        &mut self,
        mask: &[f32],
        colors: impl Iterator<Item = Color>,
        passed: Duration,
        constant: Duration,
    ) -> &[f32] {
        if self.mask.len() != mask.len() || passed > LONGEST_PAUSE || constant.is_zero() {
            self.mask.clear();
            self.mask.extend_from_slice(mask);
            self.colors.clear();
            self.colors.extend(colors);
            return &self.mask;
        }
        let kept = (-passed.as_secs_f32() / constant.as_secs_f32()).exp();
        let before = self.mask.iter_mut().zip(&mut self.colors);
        for ((smoothed, before), (&next, color)) in before.zip(mask.iter().zip(colors)) {
            let certainty = 2.0 * next - 1.0;
            let kept = kept * (1.0 - certainty * certainty) * sameness(*before, color);
            *smoothed = next + (*smoothed - next) * kept;
            *before = color;
        }
        &self.mask
    }
}

/// 1 for equal colors, and 0 for those of different things.
fn sameness(before: Color, color: Color) -> f32 {
    let [red, green, blue] = [0, 1, 2].map(|k| before[k].abs_diff(color[k]));
    let change = f32::from(red.max(green).max(blue)) / (255.0 * CHANGE);
    let rest = (1.0 - change * change).max(0.0);
    rest * rest
}

#[cfg(test)]
mod tests {
    use super::*;

    const FRAME: Duration = Duration::from_millis(33);
    const CONSTANT: Duration = Duration::from_millis(80);

    /// Smooths a mask of pixels whose colors stay.
    fn smooth<'a>(
        smoothing: &'a mut Smoothing,
        mask: &[f32],
        passed: Duration,
        constant: Duration,
    ) -> &'a [f32] {
        smoothing.smooth(mask, std::iter::repeat_n([90; 3], mask.len()), passed, constant)
    }

    #[test]
    fn pixels_in_doubt_follow_slowly_and_others_at_once() {
        let mut smoothing = Smoothing::default();
        assert_eq!(smooth(&mut smoothing, &[0.0, 1.0, 0.2], FRAME, CONSTANT), [0.0, 1.0, 0.2]);
        let [sure, gone, doubtful] = smooth(&mut smoothing, &[1.0, 0.0, 0.5], FRAME, CONSTANT) else {
            panic!()
        };
        assert_eq!((*sure, *gone), (1.0, 0.0));
        assert!(*doubtful > 0.25 && *doubtful < 0.4, "{doubtful}");
    }

    #[test]
    fn a_flickering_edge_becomes_steady() {
        let spread = |constant| {
            let mut smoothing = Smoothing::default();
            let edge =
                (0..60).map(|frame| smooth(&mut smoothing, &[[0.35, 0.65][frame % 2]], FRAME, constant)[0]);
            let settled: Vec<f32> = edge.skip(20).collect();
            settled.iter().copied().fold(0.0, f32::max) - settled.iter().copied().fold(1.0, f32::min)
        };
        assert!(spread(CONSTANT) < 0.5 * spread(Duration::ZERO), "{}", spread(CONSTANT));
    }

    #[test]
    fn after_a_pause_or_at_another_size_the_mask_is_as_it_comes() {
        let mut smoothing = Smoothing::default();
        smooth(&mut smoothing, &[0.0, 0.0], FRAME, CONSTANT);
        assert_eq!(smooth(&mut smoothing, &[0.5, 0.5], Duration::from_secs(1), CONSTANT), [0.5, 0.5]);
        assert_eq!(smooth(&mut smoothing, &[0.4], FRAME, CONSTANT), [0.4]);
        assert_eq!(smooth(&mut smoothing, &[0.6], FRAME, Duration::ZERO), [0.6]);
    }

    #[test]
    fn pixels_in_doubt_whose_color_changes_follow_at_once() {
        let mut smoothing = Smoothing::default();
        let mut next = |mask: &[f32], colors: [Color; 3]| {
            smoothing.smooth(mask, colors.into_iter(), FRAME, CONSTANT).to_vec()
        };
        next(&[0.0; 3], [[90; 3]; 3]);
        let mask = next(&[0.5; 3], [[90; 3], [94, 87, 92], [90, 200, 90]]);
        assert!(mask[0] < 0.4 && mask[1] - mask[0] < 0.02 && mask[2] == 0.5, "{mask:?}");
        // The colors are those of the last frame.
        let mask = next(&[0.5; 3], [[90; 3], [94, 87, 92], [90, 200, 90]]);
        assert!(mask[0] < 0.47 && mask[2] == 0.5, "{mask:?}");
    }
}
