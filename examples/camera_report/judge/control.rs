//! Whether a control keeps the values that it is set to.

use bevy_viewfinder::{
    device::{Control, ControlCapability, ControlValue},
    error::MediaError,
};

use super::{Finding, Verdict};

const CHECK: &str = "round trip";
const RESTORED: &str = "restored";

/// The part of a range within which a value that isn't the requested one counts as rounded.
const ROUNDED: f64 = 0.02;

/// A value that a control was set to, and the answer.
#[derive(Debug, Clone, PartialEq)]
pub struct Trial {
    /// The name of the value: `min`.
    pub name: String,
    pub asked: ControlValue,
    /// The value that was read back; none if the device had no value for it any more.
    pub answer: Result<Option<ControlValue>, MediaError>,
}

/// All trials of a control.
#[derive(Debug, Clone, PartialEq)]
pub struct ControlRun {
    pub control: Control,
    pub capability: ControlCapability,
    /// Why the control can't have an effect, if it can't. It isn't tried then.
    pub without_effect: Option<String>,
    pub trials: Vec<Trial>,
    /// The last trial: the value that the control had at first. `None` if it had none.
    pub restored: Option<Trial>,
}

/// Judges a control.
pub fn control(run: &ControlRun) -> Vec<Finding> {
    if let Some(reason) = &run.without_effect {
        return vec![Finding::pass(CHECK, format!("not judged: {reason}"))];
    }
    if run.trials.is_empty() {
        return vec![Finding::pass(CHECK, "not judged: it has one value, or values that aren't tried")];
    }
    let wrong: Vec<(Verdict, String)> = run.trials.iter().filter_map(|trial| fault(run, trial)).collect();
    let mut findings = vec![match wrong.iter().map(|(verdict, _)| *verdict).max() {
        None => Finding::pass(CHECK, tried(run)),
        Some(verdict) => {
            let reasons: Vec<_> = wrong.into_iter().map(|(_, reason)| reason).collect();
            Finding { check: CHECK, verdict, reason: reasons.join("; ") }
        }
    }];
    if let Some((_, reason)) = run.restored.as_ref().and_then(|trial| fault(run, trial)) {
        findings.push(Finding::warn(RESTORED, reason));
    }
    findings
}

/// The values that were read back, in words.
fn tried(run: &ControlRun) -> String {
    let values =
        run.trials.iter().map(|trial| format!("{} {}", trial.name, text(&trial.asked)).trim().to_owned());
    values.collect::<Vec<_>>().join(", ")
}

/// The fault of a trial. `None` if the value was read back.
fn fault(run: &ControlRun, trial: &Trial) -> Option<(Verdict, String)> {
    let asked = text(&trial.asked);
    match &trial.answer {
        Err(error) => Some((Verdict::Fail, format!("{asked} is refused: {error}"))),
        Ok(None) => Some((Verdict::Fail, format!("after {asked} it has no value"))),
        Ok(Some(got)) => {
            let verdict = match distance(&run.capability, &trial.asked, got) {
                Distance::Same => return None,
                Distance::Rounded => Verdict::Warn,
                Distance::Different => Verdict::Fail,
            };
            Some((verdict, format!("{} is read back after {asked}", text(got))))
        }
    }
}

#[derive(Debug, PartialEq, Eq)]
enum Distance {
    Same,
    /// The device rounds more coarsely than it says.
    Rounded,
    Different,
}

fn distance(capability: &ControlCapability, asked: &ControlValue, got: &ControlValue) -> Distance {
    let (ControlCapability::Number(range), ControlValue::Number(asked), ControlValue::Number(got)) =
        (capability, asked, got)
    else {
        return if asked == got { Distance::Same } else { Distance::Different };
    };
    let off = (asked - got).abs();
    // Units are converted, so that the last digits differ.
    if off <= (range.step / 2.0).max(asked.abs() * 1e-6).max(1e-9) {
        Distance::Same
    } else if off <= (range.step * 1.5).max((range.max - range.min).abs() * ROUNDED) {
        Distance::Rounded
    } else {
        Distance::Different
    }
}

/// A value, in words.
fn text(value: &ControlValue) -> String {
    match value {
        ControlValue::Number(number) => format!("{}", (number * 1e3).round() / 1e3),
        ControlValue::Mode(mode) => mode.as_str().into(),
        ControlValue::Boolean(on) => if *on { "on" } else { "off" }.into(),
        other => format!("{other:?}"),
    }
}

#[cfg(test)]
mod tests {
    use bevy_viewfinder::device::{MeteringMode, SettingsRange};

    use super::*;

    const RANGE: SettingsRange = SettingsRange { min: 0.0, max: 255.0, step: 1.0 };

    fn trial(name: &str, asked: f64, got: f64) -> Trial {
        Trial {
            name: name.into(),
            asked: ControlValue::Number(asked),
            answer: Ok(Some(ControlValue::Number(got))),
        }
    }

    fn run(trials: Vec<Trial>) -> ControlRun {
        ControlRun {
            control: Control::Brightness,
            capability: ControlCapability::Number(RANGE),
            without_effect: None,
            trials,
            restored: Some(trial("before", 128.0, 128.0)),
        }
    }

    fn verdicts(run: &ControlRun) -> Vec<Verdict> {
        control(run).into_iter().map(|finding| finding.verdict).collect()
    }

    #[test]
    fn values_that_are_read_back_pass() {
        let findings = control(&run(vec![trial("min", 0.0, 0.0), trial("max", 255.0, 255.0)]));
        assert_eq!(findings, [Finding::pass(CHECK, "min 0, max 255")]);
    }

    #[test]
    fn a_rounded_value_is_a_flaw_and_another_one_fails() {
        assert_eq!(verdicts(&run(vec![trial("min", 0.0, 3.0)])), [Verdict::Warn]);
        let findings = control(&run(vec![trial("min", 0.0, 0.0), trial("max", 255.0, 128.0)]));
        assert_eq!(findings, [Finding::fail(CHECK, "128 is read back after 255")]);
    }

    #[test]
    fn a_refused_value_fails_with_its_error() {
        let refused =
            Trial { answer: Err(MediaError::not_readable("it is stuck")), ..trial("min", 0.0, 0.0) };
        let findings = control(&run(vec![refused.clone()]));
        assert_eq!(findings[0].verdict, Verdict::Fail);
        assert!(findings[0].reason.contains("NotReadableError: it is stuck"), "{findings:?}");
        let gone = Trial { answer: Ok(None), ..refused };
        assert_eq!(verdicts(&run(vec![gone])), [Verdict::Fail]);
    }

    #[test]
    fn a_control_without_effect_is_not_judged() {
        let without_effect = Some("exposureMode can't be manual".into());
        let findings = control(&ControlRun { without_effect, ..run(vec![]) });
        assert_eq!(findings, [Finding::pass(CHECK, "not judged: exposureMode can't be manual")]);
    }

    #[test]
    fn a_value_that_does_not_come_back_is_a_flaw() {
        let changed =
            ControlRun { restored: Some(trial("before", 128.0, 0.0)), ..run(vec![trial("min", 0.0, 0.0)]) };
        assert_eq!(verdicts(&changed), [Verdict::Pass, Verdict::Warn]);
    }

    #[test]
    fn modes_and_switches_are_compared_as_they_are() {
        let mode = |asked, got| Trial {
            name: String::new(),
            asked: ControlValue::Mode(asked),
            answer: Ok(Some(ControlValue::Mode(got))),
        };
        let run = |trial| ControlRun {
            capability: ControlCapability::Modes(vec![MeteringMode::Manual, MeteringMode::Continuous]),
            restored: None,
            ..run(vec![trial])
        };
        let kept = control(&run(mode(MeteringMode::Manual, MeteringMode::Manual)));
        assert_eq!(kept, [Finding::pass(CHECK, "manual")]);
        let lost = run(mode(MeteringMode::Manual, MeteringMode::Continuous));
        assert_eq!(verdicts(&lost), [Verdict::Fail]);
    }

    #[test]
    fn a_control_with_one_value_needs_no_trial() {
        assert_eq!(verdicts(&run(vec![])), [Verdict::Pass]);
    }
}
