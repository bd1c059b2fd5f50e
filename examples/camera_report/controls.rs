//! Sets each control to its bounds, reads it back, and sets it to its former value.

use std::{
    collections::BTreeMap,
    time::{Duration, Instant},
};

use bevy_viewfinder::{
    device::{
        Control, ControlCapabilities, ControlCapability, ControlSettings, ControlValue, DeviceId,
        MeteringMode, NativeMode,
    },
    error::MediaError,
    frame::FramePool,
    source::{Source, Stream},
};

use crate::judge::{ControlRun, Trial};

/// The longest time that a device may take to reach a value: a zoom lens moves.
const SETTLING: Duration = Duration::from_millis(1500);

/// The longest wait for a frame, after which a value is read again.
const WAIT: Duration = Duration::from_millis(50);

/// The longest time that all controls may take.
pub const LIMIT: Duration = Duration::from_secs(180);

/// Opens the device, and tries all of its controls.
///
/// # Errors
/// Those of [`Source::open`].
pub fn try_controls(
    source: &dyn Source,
    device: &DeviceId,
    mode: &NativeMode,
) -> Result<Vec<ControlRun>, MediaError> {
    let mut stream = source.open(device, mode, &FramePool::default())?;
    let capabilities = stream.capabilities();
    let before = stream.settings();
    // Modes come before the values that they enable.
    let mut runs: Vec<_> = Control::ALL
        .iter()
        .filter_map(|control| Some((*control, capabilities.get(control)?)))
        .map(|(control, capability)| {
            let without_effect = enable(&mut *stream, &capabilities, control);
            let values = if without_effect.is_none() { values(capability) } else { Vec::new() };
            let trials = values.into_iter().map(|(name, value)| set(&mut *stream, control, name, value));
            let trials = trials.collect();
            ControlRun { control, capability: capability.clone(), without_effect, trials, restored: None }
        })
        .collect();
    restore(&mut *stream, &before, &mut runs);
    Ok(runs)
}

/// The values to try, each with its name.
fn values(capability: &ControlCapability) -> Vec<(&'static str, ControlValue)> {
    match capability {
        ControlCapability::Number(range) if range.min < range.max => {
            // The last number on a step may be before the end of the range.
            [("min", range.min), ("max", range.snap(range.max))]
                .map(|(name, number)| (name, ControlValue::Number(number)))
                .into()
        }
        ControlCapability::Modes(modes) if modes.len() > 1 => {
            modes.iter().map(|mode| ("", ControlValue::Mode(*mode))).collect()
        }
        ControlCapability::Booleans(values) if values.len() > 1 => {
            values.iter().map(|value| ("", ControlValue::Boolean(*value))).collect()
        }
        _ => Vec::new(),
    }
}

/// The mode that a control needs to have an effect.
fn needed_mode(control: Control) -> Option<(Control, MeteringMode)> {
    match control {
        Control::ExposureTime | Control::Iso => Some((Control::ExposureMode, MeteringMode::Manual)),
        Control::ExposureCompensation => Some((Control::ExposureMode, MeteringMode::Continuous)),
        Control::ColorTemperature => Some((Control::WhiteBalanceMode, MeteringMode::Manual)),
        Control::FocusDistance => Some((Control::FocusMode, MeteringMode::Manual)),
        _ => None,
    }
}

/// Brings the device into the mode that a control needs. Returns why it can't have an effect, if it can't.
fn enable(stream: &mut dyn Stream, capabilities: &ControlCapabilities, control: Control) -> Option<String> {
    let (mode_control, mode) = needed_mode(control)?;
    let capability = capabilities.get(&mode_control)?;
    let value = ControlValue::Mode(mode);
    let why = || format!("{mode_control} can't be {}", mode.as_str());
    if capability.accept(&value).is_none() {
        return Some(why());
    }
    match set(stream, mode_control, "", value.clone()).answer {
        Ok(Some(now)) if now == value => None,
        _ => Some(why()),
    }
}

/// Sets a control, and reads it back until it has the value or the time is over.
fn set(stream: &mut dyn Stream, control: Control, name: &str, asked: ControlValue) -> Trial {
    let answer = stream.set(control, &asked).map(|()| {
        let start = Instant::now();
        loop {
            let now = stream.settings().remove(&control);
            if now.as_ref() == Some(&asked) || start.elapsed() >= SETTLING {
                return now;
            }
            // The device goes on while frames are taken. An error shows in the next value that is set.
            let _ = stream.next(WAIT);
        }
    });
    Trial { name: name.into(), asked, answer }
}

/// Sets all controls to their former values: first the numbers, while the modes still let them be set.
fn restore(stream: &mut dyn Stream, before: &ControlSettings, runs: &mut [ControlRun]) {
    let mut answers = BTreeMap::new();
    let (modes, numbers): (Vec<_>, Vec<_>) = before.iter().partition(|(_, value)| value.as_mode().is_some());
    for (control, value) in numbers.into_iter().chain(modes) {
        if let Some(run) = runs.iter().find(|run| run.control == *control)
            && !run.trials.is_empty()
        {
            answers.insert(*control, set(stream, *control, "before", value.clone()));
        }
    }
    for run in runs {
        // A value that has no effect in the former mode needn't stay.
        let is_judged = needed_mode(run.control).is_none();
        run.restored = answers.remove(&run.control).filter(|_| is_judged);
    }
}

#[cfg(test)]
mod tests {
    use bevy::math::UVec2;
    use bevy_viewfinder::{
        device::{Device, SettingsRange},
        frame::PixelFormat,
        source::scripted::{Script, ScriptedSource},
    };

    use super::*;
    use crate::judge::{self, Verdict};

    const MODE: NativeMode =
        NativeMode { size: UVec2::new(320, 240), frame_rate: 30.0, format: PixelFormat::Yuyv };

    /// A device with these controls.
    fn scripted(
        controls: impl IntoIterator<Item = (Control, ControlCapability)>,
    ) -> (ScriptedSource, Script) {
        ScriptedSource::from_devices([Device {
            id: "a".into(),
            modes: vec![MODE],
            controls: controls.into_iter().collect(),
            ..Device::default()
        }])
    }

    fn number(min: f64, max: f64) -> ControlCapability {
        ControlCapability::Number(SettingsRange { min, max, step: 1.0 })
    }

    fn verdicts(source: &ScriptedSource) -> Vec<(Control, Verdict)> {
        let runs = try_controls(source, &"a".into(), &MODE).expect("it opens");
        let worst = |run| judge::control(run).into_iter().map(|finding| finding.verdict).max();
        runs.iter().map(|run| (run.control, worst(run).expect("a finding"))).collect()
    }

    #[test]
    fn good_controls_pass_and_have_their_former_values() {
        let modes = ControlCapability::Modes(vec![MeteringMode::Continuous, MeteringMode::Manual]);
        let (source, script) = scripted([
            (Control::ExposureMode, modes),
            (Control::ExposureTime, number(1.0, 100.0)),
            (Control::Brightness, number(0.0, 255.0)),
            (Control::Torch, ControlCapability::Booleans(vec![false, true])),
        ]);
        let before: Vec<_> = Control::ALL.map(|control| script.control(control)).into();
        let verdicts = verdicts(&source);
        assert_eq!(verdicts.len(), 4);
        assert!(verdicts.iter().all(|(_, verdict)| *verdict == Verdict::Pass), "{verdicts:?}");
        assert_eq!(Control::ALL.map(|control| script.control(control)).to_vec(), before);
    }

    #[test]
    fn a_control_that_is_refused_fails_alone() {
        let (source, script) =
            scripted([(Control::Brightness, number(0.0, 9.0)), (Control::Contrast, number(0.0, 9.0))]);
        script.jam(Control::Contrast);
        assert_eq!(
            verdicts(&source),
            [(Control::Brightness, Verdict::Pass), (Control::Contrast, Verdict::Fail)]
        );
    }

    #[test]
    fn a_value_without_effect_is_not_judged() {
        // Exposure can't be set by hand.
        let (source, _script) = scripted([
            (Control::ExposureMode, ControlCapability::Modes(vec![MeteringMode::Continuous])),
            (Control::ExposureTime, number(1.0, 100.0)),
        ]);
        let runs = try_controls(&source, &"a".into(), &MODE).expect("it opens");
        let findings = judge::control(&runs[1]);
        assert_eq!(findings[0].verdict, Verdict::Pass);
        assert!(findings[0].reason.contains("exposureMode can't be manual"), "{findings:?}");
    }
}
