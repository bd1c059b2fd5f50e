//! The smoothing of masks over time.

use std::time::Duration;

/// A pause after which a mask is not smoothed by the one before.
const LONGEST_PAUSE: Duration = Duration::from_millis(500);

/// Smooths masks where the model is in doubt.
#[derive(Debug, Default)]
pub(super) struct Smoothing {
    mask: Vec<f32>,
}

impl Smoothing {
    /// Smooths the mask that follows the one before after this time. `constant` is the time constant of pixels of 0.5.
    ///
    /// The weight of the mask before falls with the certainty of the new one, `(2p - 1)²`.
    pub fn smooth(&mut self, mask: &[f32], passed: Duration, constant: Duration) -> &[f32] {
        if self.mask.len() != mask.len() || passed > LONGEST_PAUSE || constant.is_zero() {
            self.mask.clear();
            self.mask.extend_from_slice(mask);
            return &self.mask;
        }
        let kept = (-passed.as_secs_f32() / constant.as_secs_f32()).exp();
        for (smoothed, &next) in self.mask.iter_mut().zip(mask) {
            let certainty = 2.0 * next - 1.0;
            *smoothed = next + (*smoothed - next) * kept * (1.0 - certainty * certainty);
        }
        &self.mask
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const FRAME: Duration = Duration::from_millis(33);
    const CONSTANT: Duration = Duration::from_millis(80);

    #[test]
    fn pixels_in_doubt_follow_slowly_and_others_at_once() {
        let mut smoothing = Smoothing::default();
        assert_eq!(smoothing.smooth(&[0.0, 1.0, 0.2], FRAME, CONSTANT), [0.0, 1.0, 0.2]);
        let [sure, gone, doubtful] = smoothing.smooth(&[1.0, 0.0, 0.5], FRAME, CONSTANT) else { panic!() };
        assert_eq!((*sure, *gone), (1.0, 0.0));
        assert!(*doubtful > 0.25 && *doubtful < 0.4, "{doubtful}");
    }

    #[test]
    fn a_flickering_edge_becomes_steady() {
        let spread = |constant| {
            let mut smoothing = Smoothing::default();
            let edge = (0..60).map(|frame| smoothing.smooth(&[[0.35, 0.65][frame % 2]], FRAME, constant)[0]);
            let settled: Vec<f32> = edge.skip(20).collect();
            settled.iter().copied().fold(0.0, f32::max) - settled.iter().copied().fold(1.0, f32::min)
        };
        assert!(spread(CONSTANT) < 0.5 * spread(Duration::ZERO), "{}", spread(CONSTANT));
    }

    #[test]
    fn after_a_pause_or_at_another_size_the_mask_is_as_it_comes() {
        let mut smoothing = Smoothing::default();
        smoothing.smooth(&[0.0, 0.0], FRAME, CONSTANT);
        assert_eq!(smoothing.smooth(&[0.5, 0.5], Duration::from_secs(1), CONSTANT), [0.5, 0.5]);
        assert_eq!(smoothing.smooth(&[0.4], FRAME, CONSTANT), [0.4]);
        assert_eq!(smoothing.smooth(&[0.6], FRAME, Duration::ZERO), [0.6]);
    }
}
