//! Detects that a device has adjusted its exposure after it was opened.

use std::time::Duration;

use bevy::platform::time::Instant;

/// The number of frames over which the mean luma must be steady.
const STEADY_FRAMES: usize = 3;
/// The mean luma is steady if it moves by less than this part of its full range.
const STEADY: f32 = 0.02;
/// A frame with less than this part of the luma before is too dark: the device has just begun to adjust its exposure.
const BRIGHT_ENOUGH: f32 = 0.5;
/// Exposure counts as settled after this time in any case.
const LONGEST_SETTLING: Duration = Duration::from_secs(1);

/// The exposure of a device since it was opened.
#[derive(Debug)]
pub(super) struct Settling {
    /// The mean luma before the device was opened again, 0 to 1, if a frame came.
    before: Option<f32>,
    /// The time of capture of the first frame.
    first: Option<Instant>,
    /// The mean luma of the last frames, the newest first.
    recent: [Option<f32>; STEADY_FRAMES],
}

impl Settling {
    pub fn new(before: Option<f32>) -> Self {
        Self { before, first: None, recent: [None; STEADY_FRAMES] }
    }

    /// A frame of this time of capture and this mean luma, 0 to 1. Returns whether the exposure has settled.
    pub fn is_settled(&mut self, captured: Instant, luma: f32) -> bool {
        let first = *self.first.get_or_insert(captured);
        self.recent.rotate_right(1);
        self.recent[0] = Some(luma);
        let range = self.recent.iter().try_fold((luma, luma), |(least, most), luma| {
            let luma = (*luma)?;
            Some((least.min(luma), most.max(luma)))
        });
        let is_steady = range.is_some_and(|(least, most)| most - least < STEADY);
        let is_bright = self.before.is_none_or(|before| luma >= before * BRIGHT_ENOUGH);
        (is_steady && is_bright) || captured.saturating_duration_since(first) >= LONGEST_SETTLING
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The number of frames, one in 34 ms, until the exposure has settled.
    fn frames_until_settled(before: Option<f32>, luma: impl Fn(u32) -> f32) -> u32 {
        let start = Instant::now();
        let mut settling = Settling::new(before);
        let captured = |frame: u32| start + Duration::from_millis(34) * frame;
        let settled = (0..100).find(|frame| settling.is_settled(captured(*frame), luma(*frame)));
        settled.expect("it settles after a second at the latest") + 1
    }

    #[test]
    fn a_steady_exposure_settles_in_three_frames() {
        assert_eq!(frames_until_settled(Some(0.4), |_| 0.4), 3);
        assert_eq!(frames_until_settled(None, |_| 0.4), 3);
        assert_eq!(frames_until_settled(Some(0.4), |_| 0.9), 3, "a flash, or a window that was opened");
    }

    #[test]
    fn dark_frames_are_skipped_even_if_they_are_steady() {
        assert_eq!(frames_until_settled(Some(0.5), |frame| if frame < 8 { 0.02 } else { 0.5 }), 11);
        assert_eq!(frames_until_settled(Some(0.02), |_| 0.02), 3, "a dark room");
    }

    #[test]
    fn an_exposure_that_rises_settles_once_it_is_steady() {
        assert_eq!(frames_until_settled(Some(0.5), |frame| (0.1 * frame as f32).min(0.5)), 8);
    }

    #[test]
    fn an_exposure_that_never_settles_is_taken_after_a_second() {
        assert_eq!(frames_until_settled(None, |frame| if frame % 2 == 0 { 0.2 } else { 0.8 }), 31);
        assert_eq!(frames_until_settled(Some(0.5), |_| 0.1), 31, "the light went out");
    }
}
