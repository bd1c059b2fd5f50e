//! Whether the time stamps of frames can be trusted.

use super::{Finding, Sample};

const CHECK: &str = "time stamps";

/// The seconds by which a time stamp may be ahead of the clock: its precision.
const AHEAD: f64 = 0.002;

/// The age of a frame from which on it is old, in seconds.
const OLD: f64 = 0.5;

/// The seconds, and the part of the measured time, by which the device's clock may differ from ours.
const DRIFT: (f64, f64) = (0.1, 0.1);

/// Checks that the time stamps rise, don't lie in the future, and run like the clock.
pub fn time_stamps(samples: &[Sample]) -> Finding {
    let (Some(first), Some(last)) = (samples.first(), samples.last()) else {
        return Finding::fail(CHECK, "no frame came");
    };
    let pairs = samples.len() - 1;
    let steps = || samples.windows(2).map(|pair| pair[1].captured - pair[0].captured);
    let falls = steps().filter(|step| *step < 0.0).count();
    if falls > 0 {
        let farthest = steps().fold(0.0, f64::min) * -1e3;
        return Finding::fail(
            CHECK,
            format!("{falls} of {pairs} time stamps are before the one before, by up to {farthest:.1} ms"),
        );
    }
    let ahead = samples.iter().map(|sample| sample.captured - sample.arrived).fold(f64::MIN, f64::max);
    if ahead > AHEAD {
        return Finding::fail(CHECK, format!("time stamps are up to {:.1} ms in the future", ahead * 1e3));
    }
    let equal = steps().filter(|step| *step == 0.0).count();
    if equal > 0 {
        return Finding::warn(CHECK, format!("{equal} of {pairs} frames have the time of the frame before"));
    }
    let (theirs, ours) = (last.captured - first.captured, last.arrived - first.arrived);
    if (theirs - ours).abs() > DRIFT.0 + DRIFT.1 * ours {
        return Finding::warn(
            CHECK,
            format!("they rise by {theirs:.2} s within {ours:.2} s: the device's clock is wrong"),
        );
    }
    let age = median_age(samples);
    let aged = format!("frames are {:.0} ms old when they arrive", age * 1e3);
    if age > OLD { Finding::warn(CHECK, aged) } else { Finding::pass(CHECK, aged) }
}

/// The median of the ages of frames, in seconds. There is at least one.
fn median_age(samples: &[Sample]) -> f64 {
    let mut ages: Vec<_> = samples.iter().map(|sample| sample.arrived - sample.captured).collect();
    ages.sort_by(f64::total_cmp);
    ages[ages.len() / 2]
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::judge::Verdict;

    /// Frames at 30 Hz whose time stamps this gives.
    fn stamped(captured: impl Fn(f64) -> f64) -> Vec<Sample> {
        let sample = |index: u32| {
            let arrived = f64::from(index) / 30.0;
            Sample { sequence: index.into(), captured: captured(arrived), arrived }
        };
        (0..30).map(sample).collect()
    }

    fn verdict(captured: impl Fn(f64) -> f64) -> Verdict {
        time_stamps(&stamped(captured)).verdict
    }

    #[test]
    fn stamps_that_rise_with_the_clock_pass() {
        let finding = time_stamps(&stamped(|arrived| arrived - 0.02));
        assert_eq!(finding, Finding::pass(CHECK, "frames are 20 ms old when they arrive"));
    }

    #[test]
    fn stamps_that_fall_fail() {
        let finding = time_stamps(&stamped(|arrived| -arrived - 0.02));
        assert_eq!(finding.verdict, Verdict::Fail);
        assert!(finding.reason.starts_with("29 of 29"), "{}", finding.reason);
        let mut once = stamped(|arrived| arrived - 0.02);
        once[10].captured -= 0.05;
        let finding = time_stamps(&once);
        assert!(finding.verdict == Verdict::Fail && finding.reason.starts_with("1 of 29"), "{finding:?}");
    }

    #[test]
    fn stamps_in_the_future_fail_and_precision_is_forgiven() {
        assert_eq!(verdict(|arrived| arrived + 0.02), Verdict::Fail);
        assert_eq!(verdict(|arrived| arrived + 0.001), Verdict::Pass);
    }

    #[test]
    fn stamps_that_stand_still_or_run_too_slowly_are_flaws() {
        assert_eq!(verdict(|_| -0.1), Verdict::Warn);
        assert_eq!(verdict(|arrived| arrived / 2.0 - 0.1), Verdict::Warn);
    }

    #[test]
    fn old_frames_are_a_flaw() {
        assert_eq!(verdict(|arrived| arrived - 2.0), Verdict::Warn);
    }

    #[test]
    fn no_frame_fails_and_one_passes() {
        assert_eq!(time_stamps(&[]).verdict, Verdict::Fail);
        assert_eq!(time_stamps(&stamped(|arrived| arrived)[..1]).verdict, Verdict::Pass);
    }
}
