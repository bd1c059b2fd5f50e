//! Whether frames come, and are those of the mode.

use super::{Finding, Measurement, rate::span};

const CHECK: &str = "frames";

/// The part of frames that may be lost on their way before an app notices.
const LOST: f64 = 0.1;

/// Judges the frames of a mode.
pub fn frames(measurement: &Measurement) -> Finding {
    let Measurement { good, corrupt: (corrupt, reason), first_frame, .. } = measurement;
    let reason = reason.as_deref().unwrap_or("no reason");
    let Some(first_frame) = first_frame else {
        return Finding::fail(CHECK, none(measurement));
    };
    if let Some(end) = &measurement.end {
        return Finding::fail(CHECK, format!("after {good} frames: {end}"));
    }
    if let Some(foreign) = &measurement.foreign {
        return Finding::fail(CHECK, foreign.as_str());
    }
    if corrupt >= good {
        return Finding::fail(CHECK, format!("{corrupt} of {} can't be used: {reason}", corrupt + good));
    }
    if *corrupt > 0 {
        return Finding::warn(CHECK, format!("{corrupt} of {} can't be used: {reason}", corrupt + good));
    }
    if measurement.is_one_color {
        return Finding::warn(CHECK, "all pixels have one color: is the lens covered?");
    }
    if let Some((counted, _)) = span(&measurement.samples) {
        let lost = counted - (measurement.samples.len() as f64 - 1.0);
        if lost > 1.0 && lost / counted > LOST {
            return Finding::warn(
                CHECK,
                format!(
                    "{lost} of {counted} were lost on their way: the bus or this machine is too slow for this mode"
                ),
            );
        }
    }
    Finding::pass(CHECK, format!("the first after {first_frame:.2} s"))
}

/// Why no good frame came.
fn none(measurement: &Measurement) -> String {
    if measurement.is_muted {
        return "the device is muted: open its shutter, or press its mute button, and try again".into();
    }
    match (&measurement.corrupt, &measurement.end) {
        ((corrupt, Some(reason)), _) if *corrupt > 0 => format!("all {corrupt} can't be used: {reason}"),
        (_, Some(end)) => format!("none came: {end}"),
        _ => "none came".into(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::judge::{Sample, Verdict, mode::tests::measurement};

    fn verdict(change: impl FnOnce(&mut Measurement)) -> Verdict {
        let mut measurement = measurement();
        change(&mut measurement);
        frames(&measurement).verdict
    }

    #[test]
    fn good_frames_pass_and_bad_ones_do_not() {
        assert_eq!(verdict(|_| {}), Verdict::Pass);
        assert_eq!(verdict(|it| it.corrupt = (1, Some("damaged".into()))), Verdict::Warn);
        assert_eq!(verdict(|it| it.corrupt = (it.good, Some("damaged".into()))), Verdict::Fail);
        assert_eq!(verdict(|it| it.foreign = Some("another size".into())), Verdict::Fail);
        assert_eq!(verdict(|it| it.is_one_color = true), Verdict::Warn);
        assert_eq!(verdict(|it| it.end = Some("unplugged".into())), Verdict::Fail);
    }

    #[test]
    fn lost_frames_are_a_flaw() {
        let lose = |it: &mut Measurement| {
            for (index, sample) in it.samples.iter_mut().enumerate() {
                *sample = Sample { sequence: index as u64 * 2, ..*sample };
            }
        };
        assert_eq!(verdict(lose), Verdict::Warn);
        assert_eq!(verdict(|it| _ = it.samples.remove(10)), Verdict::Pass, "one may be lost");
    }

    #[test]
    fn silence_fails_and_says_why() {
        let silent = |change: fn(&mut Measurement)| {
            let mut silent = Measurement { good: 0, first_frame: None, samples: vec![], ..measurement() };
            change(&mut silent);
            let finding = frames(&silent);
            assert_eq!(finding.verdict, Verdict::Fail);
            finding.reason
        };
        assert_eq!(silent(|_| {}), "none came");
        assert!(silent(|it| it.is_muted = true).contains("shutter"));
        assert!(silent(|it| it.end = Some("no frame for 5 s".into())).contains("5 s"));
        assert!(
            silent(|it| it.corrupt = (7, Some("no JPEG".into()))).contains("all 7 can't be used: no JPEG")
        );
    }
}
