//! Whether the frame rate holds.

use super::{Finding, Sample};

const CHECK: &str = "rate";

/// The part by which a rate may be off.
const TOLERANCE: f64 = 0.1;

/// The part of the listed rate below which, and above whose inverse, it is another rate.
const ANOTHER_RATE: f64 = 0.6;

/// Compares the rate that the device runs at with the one that it states, in Hz. Frames that were lost on their way
/// count: they show in the device's count.
pub fn rate(stated: f64, samples: &[Sample]) -> Finding {
    let Some((frames, seconds)) = span(samples) else {
        return Finding::fail(CHECK, "too few frames came to measure a rate");
    };
    let measured = frames / seconds;
    if !(stated.is_finite() && stated > 0.0) {
        return Finding::pass(CHECK, format!("{measured:.1} Hz; the device states no rate"));
    }
    let ratio = measured / stated;
    // The first and the last frame may each be off by a part of an interval.
    let tolerance = TOLERANCE + 1.0 / frames;
    let compared = format!("{measured:.1} Hz instead of {stated:.1} Hz");
    if (ratio - 1.0).abs() <= tolerance {
        Finding::pass(CHECK, format!("{measured:.1} Hz"))
    } else if ratio < ANOTHER_RATE {
        Finding::fail(
            CHECK,
            format!(
                "{compared}: in the dark many cameras lower their rate, so try again in good light; \
                 on USB, try another port without a hub"
            ),
        )
    } else if ratio < 1.0 {
        Finding::warn(CHECK, format!("{compared}: try again in good light"))
    } else if ratio > 1.0 / ANOTHER_RATE {
        Finding::fail(CHECK, format!("{compared}: the device lists a wrong rate"))
    } else {
        Finding::warn(CHECK, compared)
    }
}

/// The number of intervals between the first frame and the last, lost ones included, and the seconds that they took.
/// `None` without two frames at different times.
pub fn span(samples: &[Sample]) -> Option<(f64, f64)> {
    let (first, last) = (samples.first()?, samples.last()?);
    let seconds = last.arrived - first.arrived;
    let received = samples.len() as u64 - 1;
    // A device whose count doesn't rise is counted by what arrived.
    let rises = samples.windows(2).all(|pair| pair[1].sequence > pair[0].sequence);
    let counted = if rises { last.sequence - first.sequence } else { received };
    (received > 0 && seconds > 0.0).then_some((counted as f64, seconds))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::judge::Verdict;

    /// Frames that arrive at this rate, of which the device counts each or every second one.
    fn frames(rate: f64, count: u64, sequence_step: u64) -> Vec<Sample> {
        let at = |index: u64| index as f64 / rate;
        let sample = |index| Sample {
            sequence: index * sequence_step,
            captured: at(index) - 0.01,
            arrived: at(index),
        };
        (0..count).map(sample).collect()
    }

    fn verdict(stated: f64, samples: &[Sample]) -> Verdict {
        rate(stated, samples).verdict
    }

    #[test]
    fn a_rate_holds_within_a_tenth() {
        for measured in [27.5, 30.0, 32.5] {
            assert_eq!(verdict(30.0, &frames(measured, 40, 1)), Verdict::Pass, "{measured}");
        }
        assert_eq!(verdict(30.0, &frames(22.0, 40, 1)), Verdict::Warn);
        assert_eq!(verdict(30.0, &frames(40.0, 40, 1)), Verdict::Warn);
    }

    #[test]
    fn half_of_the_rate_and_twice_the_rate_fail() {
        let half = rate(30.0, &frames(15.0, 20, 1));
        assert_eq!(half.verdict, Verdict::Fail);
        assert!(half.reason.contains("15.0 Hz instead of 30.0 Hz"), "{}", half.reason);
        assert_eq!(verdict(30.0, &frames(60.0, 40, 1)), Verdict::Fail);
    }

    #[test]
    fn lost_frames_are_frames_of_the_device() {
        assert_eq!(verdict(30.0, &frames(15.0, 20, 2)), Verdict::Pass);
    }

    #[test]
    fn a_count_that_stands_still_is_not_used() {
        assert_eq!(verdict(30.0, &frames(30.0, 20, 0)), Verdict::Pass);
        assert_eq!(verdict(30.0, &frames(15.0, 20, 0)), Verdict::Fail);
    }

    #[test]
    fn a_slow_mode_has_few_frames_and_a_wide_tolerance() {
        // Three frames of a mode of 1 Hz, of which one was late by 0.4 s.
        let times = [0.0, 1.0, 2.4];
        let samples: Vec<_> = (0..)
            .zip(times)
            .map(|(sequence, arrived)| Sample { sequence, captured: arrived, arrived })
            .collect();
        assert_eq!(verdict(1.0, &samples), Verdict::Pass);
    }

    #[test]
    fn without_frames_or_a_stated_rate_nothing_is_divided() {
        assert_eq!(verdict(30.0, &[]), Verdict::Fail);
        assert_eq!(verdict(30.0, &frames(30.0, 1, 1)), Verdict::Fail);
        for stated in [0.0, f64::NAN, f64::INFINITY, -1.0] {
            assert_eq!(verdict(stated, &frames(30.0, 20, 1)), Verdict::Pass, "{stated}");
        }
        let at_once = vec![Sample { sequence: 0, captured: 0.0, arrived: 0.0 }; 3];
        assert_eq!(verdict(30.0, &at_once), Verdict::Fail);
    }
}
