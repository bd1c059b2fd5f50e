use super::*;
use crate::error::ErrorName;
use MeteringMode::{Continuous, Manual, SingleShot};

/// A camera's knobs without a camera, that does as drivers do: it clamps, and its automatic modes make others inactive.
#[derive(Default)]
struct Fake {
    knobs: BTreeMap<Knob, Description>,
    values: BTreeMap<Knob, i64>,
    turned: Vec<(Knob, i64)>,
    gone: bool,
}

impl Panel for Fake {
    fn knobs(&self) -> BTreeMap<Knob, Description> {
        let mut knobs = self.knobs.clone();
        let automatic = |knob| self.values.get(&knob).is_some_and(|value| *value == 1);
        let exposes = self.values.get(&Knob::ExposureAuto).is_some_and(|value| *value != EXPOSURE_MANUAL);
        for (knob, inactive) in [
            (Knob::WhiteBalanceTemperature, automatic(Knob::AutoWhiteBalance)),
            (Knob::FocusAbsolute, automatic(Knob::FocusAuto)),
            (Knob::IsoSensitivity, automatic(Knob::IsoSensitivityAuto)),
            (Knob::ExposureAbsolute, exposes),
        ] {
            if let Some(description) = knobs.get_mut(&knob) {
                description.inactive = inactive;
            }
        }
        knobs
    }

    fn read(&self, knob: Knob) -> io::Result<i64> {
        if self.gone {
            return Err(rustix::io::Errno::NODEV.into());
        }
        self.values.get(&knob).copied().ok_or_else(|| rustix::io::Errno::INVAL.into())
    }

    fn turn(&mut self, knob: Knob, value: i64) -> io::Result<()> {
        if self.gone {
            return Err(rustix::io::Errno::NODEV.into());
        }
        let described = self.knobs().remove(&knob).ok_or(rustix::io::Errno::INVAL)?;
        if described.read_only || described.inactive {
            return Err(rustix::io::Errno::ACCESS.into());
        }
        self.turned.push((knob, value));
        if !described.write_only {
            self.values.insert(knob, value.clamp(described.min, described.max));
        }
        Ok(())
    }
}

impl Fake {
    fn has(mut self, knob: Knob, value: i64, description: Description) -> Self {
        self.knobs.insert(knob, description);
        self.values.insert(knob, value);
        self
    }

    fn number(self, knob: Knob, [min, value, max, step]: [i64; 4]) -> Self {
        self.has(knob, value, Description { min, max, step, ..Default::default() })
    }

    fn menu<const N: usize>(self, knob: Knob, value: i64, items: [(i64, i64); N]) -> Self {
        let items = items.map(|(index, value)| Item { index, value }).to_vec();
        let max = items.last().map_or(0, |item| item.index);
        self.has(knob, value, Description { max, step: 1, items, ..Default::default() })
    }

    fn button(mut self, knob: Knob) -> Self {
        self.knobs.insert(knob, Description { write_only: true, ..Default::default() });
        self
    }

    /// A webcam with everything.
    fn full() -> Self {
        Self::default()
            .number(Knob::AutoWhiteBalance, [0, 1, 1, 1])
            .button(Knob::DoWhiteBalance)
            .number(Knob::WhiteBalanceTemperature, [2800, 4600, 6500, 10])
            .menu(Knob::ExposureAuto, 3, [(1, 1), (3, 3)])
            .number(Knob::ExposureAbsolute, [3, 156, 2047, 1])
            .menu(Knob::AutoExposureBias, 2, [(0, -1000), (1, -500), (2, 0), (3, 500), (4, 1000)])
            .number(Knob::IsoSensitivityAuto, [0, 1, 1, 1])
            .menu(Knob::IsoSensitivity, 0, [(0, 100_000), (1, 200_000), (2, 400_000), (3, 800_000)])
            .number(Knob::Brightness, [-64, 0, 64, 1])
            .number(Knob::FocusAuto, [0, 1, 1, 1])
            .button(Knob::AutoFocusStart)
            .number(Knob::FocusAbsolute, [0, 0, 250, 5])
            .number(Knob::PanAbsolute, [-36_000, 0, 36_000, 3600])
            .number(Knob::TiltAbsolute, [-36_000, 0, 36_000, 3600])
            .number(Knob::ZoomAbsolute, [100, 100, 500, 1])
            .menu(Knob::FlashLedMode, 0, [(0, 0), (1, 1), (2, 2)])
            .number(Knob::Privacy, [0, 0, 1, 1])
    }
}

/// It has said that its shutter is open.
fn full() -> Controls<Fake> {
    let mut controls = Controls::new(Fake::full());
    let first = controls.look(controls.due());
    assert!(matches!(first, Some(StreamEvent::Muted(false))), "{first:?}");
    controls
}

fn number(value: f64) -> ControlValue {
    ControlValue::Number(value)
}

fn mode(value: MeteringMode) -> ControlValue {
    ControlValue::Mode(value)
}

/// What is heard in the next round but one.
fn heard(controls: &mut Controls<Fake>) -> Vec<String> {
    let mut heard = Vec::new();
    let mut now = controls.due();
    for _ in 0..2 * (Knob::Privacy as usize + 2) {
        heard.extend(controls.look(now).map(|next| format!("{next:?}")));
        assert!(controls.due() > now, "it waits between any two");
        now = controls.due();
    }
    heard
}

#[test]
fn capabilities_are_in_the_standards_units() {
    let capabilities = super::capabilities(Fake::full());
    let range = |min, max, step| Some(ControlCapability::Number(SettingsRange { min, max, step }));
    let modes = |modes: &[MeteringMode]| Some(ControlCapability::Modes(modes.to_vec()));
    let has = |control| capabilities.get(&control).cloned();
    assert_eq!(has(Control::WhiteBalanceMode), modes(&[Manual, SingleShot, Continuous]));
    assert_eq!(has(Control::ExposureMode), modes(&[Manual, Continuous]));
    assert_eq!(has(Control::FocusMode), modes(&[Manual, SingleShot, Continuous]));
    assert_eq!(has(Control::ExposureCompensation), range(-1.0, 1.0, 0.5));
    assert_eq!(has(Control::ExposureTime), range(3.0, 2047.0, 1.0));
    assert_eq!(has(Control::ColorTemperature), range(2800.0, 6500.0, 10.0));
    assert_eq!(has(Control::Iso), range(100.0, 800.0, 0.0), "the entries aren't evenly apart");
    assert_eq!(has(Control::Brightness), range(-64.0, 64.0, 1.0));
    assert_eq!(has(Control::Pan), range(-36_000.0, 36_000.0, 3600.0));
    assert_eq!(has(Control::Zoom), range(100.0, 500.0, 1.0));
    assert_eq!(has(Control::Torch), Some(ControlCapability::Booleans(vec![false, true])));
    for absent in [Control::PointsOfInterest, Control::Contrast, Control::Sharpness] {
        assert_eq!(has(absent), None);
    }
}

#[test]
fn what_cannot_be_read_or_set_is_no_capability() {
    for odd in [
        Description { max: 9, step: 1, read_only: true, ..Default::default() },
        Description { max: 9, step: 1, write_only: true, ..Default::default() },
        Description { min: 1, max: 0, step: 1, ..Default::default() },
    ] {
        let fake = Fake::default().has(Knob::ZoomAbsolute, 1, odd);
        assert_eq!(super::capabilities(fake), ControlCapabilities::new());
    }
}

#[test]
fn a_few_entries_make_a_few_modes() {
    let only = |items: [(i64, i64); 1]| {
        let fake = Fake::default().menu(Knob::ExposureAuto, items[0].0, items);
        super::capabilities(fake).remove(&Control::ExposureMode)
    };
    assert_eq!(only([(0, 0)]), Some(ControlCapability::Modes(vec![Continuous])));
    assert_eq!(only([(2, 2)]), Some(ControlCapability::Modes(vec![Manual])));
    // A lamp that only flashes is no torch.
    let flash = Fake::default().menu(Knob::FlashLedMode, 0, [(0, 0), (1, 1)]);
    assert_eq!(super::capabilities(flash), ControlCapabilities::new());
    // One that finds its white balance once, and then keeps it.
    let mut once = Controls::new(Fake::default().button(Knob::DoWhiteBalance));
    assert_eq!(once.settings(), ControlSettings::from([(Control::WhiteBalanceMode, mode(Manual))]));
    assert_eq!(once.set(Control::WhiteBalanceMode, &mode(SingleShot)), Ok(()));
    assert_eq!(once.panel.turned, [(Knob::DoWhiteBalance, 1)]);
    assert_eq!(once.settings(), ControlSettings::from([(Control::WhiteBalanceMode, mode(SingleShot))]));
}

#[test]
fn settings_are_what_the_knobs_say() {
    let mut controls = full();
    let read = |controls: &Controls<Fake>, control| controls.settings().remove(&control);
    assert_eq!(read(&controls, Control::WhiteBalanceMode), Some(mode(Continuous)));
    assert_eq!(read(&controls, Control::ExposureMode), Some(mode(Continuous)));
    assert_eq!(read(&controls, Control::ExposureCompensation), Some(number(0.0)));
    assert_eq!(read(&controls, Control::Iso), Some(number(100.0)));
    assert_eq!(read(&controls, Control::Torch), Some(ControlValue::Boolean(false)));
    assert_eq!(controls.settings().len(), controls.capabilities().len());
    // Another program leaves the iris to the camera.
    controls.panel.values.insert(Knob::ExposureAuto, EXPOSURE_SHUTTER_PRIORITY);
    assert_eq!(read(&controls, Control::ExposureMode), Some(mode(Manual)));
    // What the driver says no sense of is left out.
    controls.panel.values.insert(Knob::IsoSensitivity, 99);
    controls.panel.values.remove(&Knob::Brightness);
    assert_eq!(read(&controls, Control::Iso), None);
    assert_eq!(read(&controls, Control::Brightness), None);
}

#[test]
fn what_is_set_is_read_back() {
    let mut controls = full();
    for (control, value) in [
        (Control::WhiteBalanceMode, mode(Manual)),
        (Control::ExposureMode, mode(Manual)),
        (Control::FocusMode, mode(Manual)),
        (Control::ExposureCompensation, number(-0.5)),
        (Control::ExposureTime, number(500.0)),
        (Control::ColorTemperature, number(5000.0)),
        (Control::Iso, number(400.0)),
        (Control::Brightness, number(-10.0)),
        (Control::FocusDistance, number(35.0)),
        (Control::Pan, number(-7200.0)),
        (Control::Tilt, number(3600.0)),
        (Control::Zoom, number(250.0)),
        (Control::Torch, ControlValue::Boolean(true)),
    ] {
        assert_eq!(controls.set(control, &value), Ok(()), "{control}");
        assert_eq!(controls.settings().get(&control), Some(&value), "{control}");
    }
    let values = &controls.panel.values;
    assert_eq!(values[&Knob::AutoExposureBias], 1, "the entry, not its number");
    assert_eq!(values[&Knob::IsoSensitivity], 2);
    assert_eq!(values[&Knob::IsoSensitivityAuto], 0, "an ISO of one's own isn't automatic");
    assert_eq!(values[&Knob::FlashLedMode], 2);
    assert_eq!(heard(&mut controls), [""; 0], "what we do ourselves is no news");
}

#[test]
fn numbers_are_snapped() {
    let mut controls = full();
    for mode in [Control::WhiteBalanceMode, Control::FocusMode] {
        controls.set(mode, &ControlValue::Mode(Manual)).expect("it has the mode");
    }
    for (control, asked, got) in [
        (Control::ExposureCompensation, 0.3, 0.5),
        (Control::ExposureCompensation, -99.0, -1.0),
        (Control::Iso, 290.0, 200.0),
        (Control::Iso, 310.0, 400.0),
        (Control::ColorTemperature, 4444.0, 4440.0),
        (Control::FocusDistance, 1e300, 250.0),
        (Control::Pan, 2000.0, 3600.0),
    ] {
        assert_eq!(controls.set(control, &number(asked)), Ok(()));
        assert_eq!(controls.settings().remove(&control), Some(number(got)), "{control} {asked}");
    }
}

#[test]
fn what_has_no_effect_now_is_left_as_it_is() {
    let mut controls = full();
    for (control, value) in [(Control::ExposureTime, 99.0), (Control::ColorTemperature, 3000.0)] {
        let before = controls.settings().remove(&control);
        assert_eq!(controls.set(control, &number(value)), Ok(()));
        assert_eq!(controls.settings().remove(&control), before);
    }
    assert_eq!(controls.panel.turned, []);
}

#[test]
fn single_shot_ends_the_automatic_and_presses_the_button() {
    let mut controls = full();
    assert_eq!(controls.set(Control::FocusMode, &mode(SingleShot)), Ok(()));
    assert_eq!(controls.panel.turned, [(Knob::FocusAuto, 0), (Knob::AutoFocusStart, 1)]);
    let read = |controls: &Controls<Fake>| controls.settings().remove(&Control::FocusMode);
    assert_eq!(read(&controls), Some(mode(SingleShot)), "what was asked for is met");
    controls.panel.values.insert(Knob::FocusAuto, 1);
    assert_eq!(read(&controls), Some(mode(Continuous)), "another program has begun it again");
    controls.set(Control::FocusMode, &mode(Manual)).expect("it has the mode");
    assert_eq!(read(&controls), Some(mode(Manual)));
    controls.set(Control::Iso, &number(100.0)).expect("it has ISO");
    controls.set(Control::ExposureMode, &mode(Continuous)).expect("it has the mode");
    assert_eq!(controls.panel.values[&Knob::IsoSensitivityAuto], 1, "exposure is automatic as a whole");
}

#[test]
fn refusals_have_their_names() {
    let mut controls = full();
    let mut refused = |control, value: ControlValue| controls.set(control, &value).unwrap_err().name;
    assert_eq!(refused(Control::Contrast, number(1.0)), ErrorName::NotSupported);
    assert_eq!(refused(Control::Zoom, mode(Manual)), ErrorName::NotSupported);
    assert_eq!(refused(Control::Zoom, number(f64::NAN)), ErrorName::NotSupported);
    assert_eq!(refused(Control::ExposureMode, mode(SingleShot)), ErrorName::NotSupported);
    // As when another program holds it, which takes its rights away.
    controls.panel.knobs.get_mut(&Knob::ZoomAbsolute).expect("it has one").read_only = true;
    assert_eq!(controls.set(Control::Zoom, &number(200.0)).unwrap_err().name, ErrorName::NotReadable);
    controls.panel.gone = true;
    assert_eq!(controls.set(Control::Brightness, &number(1.0)).unwrap_err().name, ErrorName::NotFound);
    assert_eq!(heard(&mut controls), [""; 0], "the stream says that it is gone");
}

#[test]
fn what_others_do_is_heard_once() {
    let mut controls = full();
    assert_eq!(heard(&mut controls), [""; 0]);
    controls.panel.values.insert(Knob::Brightness, 7);
    assert_eq!(heard(&mut controls), ["Controls"]);
    // What a camera does by itself in an automatic mode is no news ...
    controls.panel.values.insert(Knob::ExposureAbsolute, 700);
    assert_eq!(heard(&mut controls), [""; 0]);
    // ... and a change of the mode is.
    controls.panel.values.insert(Knob::ExposureAuto, EXPOSURE_MANUAL);
    assert!(!heard(&mut controls).is_empty());
    assert_eq!(heard(&mut controls), [""; 0]);
}

#[test]
fn the_shutter_mutes() {
    let mut controls = full();
    controls.panel.values.insert(Knob::Privacy, 1);
    assert_eq!(heard(&mut controls), ["Muted(true)"]);
    controls.panel.values.insert(Knob::Privacy, 0);
    assert_eq!(heard(&mut controls), ["Muted(false)"]);
    // It is closed from the start, and can't be set.
    let mut closed = Fake::default().number(Knob::Privacy, [0, 1, 1, 1]);
    closed.knobs.get_mut(&Knob::Privacy).expect("it has one").read_only = true;
    let mut controls = Controls::new(closed);
    assert_eq!(controls.capabilities(), &ControlCapabilities::new());
    let first = controls.look(controls.due());
    assert!(matches!(first, Some(StreamEvent::Muted(true))), "{first:?}");
}
