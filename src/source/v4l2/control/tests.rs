use super::*;
use crate::error::ErrorName;
use MeteringMode::{Continuous, Manual, SingleShot};

/// Simulated controls. As in drivers, values are clamped, and automatic modes make other controls inactive.
#[derive(Default)]
struct FakeDevice {
    controls: BTreeMap<ControlId, Description>,
    values: BTreeMap<ControlId, i64>,
    set_values: Vec<(ControlId, i64)>,
    gone: bool,
}

impl ControlDevice for FakeDevice {
    fn controls(&self) -> BTreeMap<ControlId, Description> {
        let mut controls = self.controls.clone();
        let automatic = |id| self.values.get(&id).is_some_and(|value| *value == 1);
        let exposes =
            self.values.get(&ControlId::ExposureAuto).is_some_and(|value| *value != EXPOSURE_MANUAL);
        for (id, inactive) in [
            (ControlId::WhiteBalanceTemperature, automatic(ControlId::AutoWhiteBalance)),
            (ControlId::FocusAbsolute, automatic(ControlId::FocusAuto)),
            (ControlId::IsoSensitivity, automatic(ControlId::IsoSensitivityAuto)),
            (ControlId::ExposureAbsolute, exposes),
        ] {
            if let Some(description) = controls.get_mut(&id) {
                description.inactive = inactive;
            }
        }
        controls
    }

    fn read(&self, id: ControlId) -> io::Result<i64> {
        if self.gone {
            return Err(rustix::io::Errno::NODEV.into());
        }
        self.values.get(&id).copied().ok_or_else(|| rustix::io::Errno::INVAL.into())
    }

    fn set(&mut self, id: ControlId, value: i64) -> io::Result<()> {
        if self.gone {
            return Err(rustix::io::Errno::NODEV.into());
        }
        let described = self.controls().remove(&id).ok_or(rustix::io::Errno::INVAL)?;
        if described.read_only || described.inactive {
            return Err(rustix::io::Errno::ACCESS.into());
        }
        self.set_values.push((id, value));
        if !described.write_only {
            self.values.insert(id, value.clamp(described.min, described.max));
        }
        Ok(())
    }
}

impl FakeDevice {
    fn has(mut self, id: ControlId, value: i64, description: Description) -> Self {
        self.controls.insert(id, description);
        self.values.insert(id, value);
        self
    }

    fn number(self, id: ControlId, [min, value, max, step]: [i64; 4]) -> Self {
        self.has(id, value, Description { min, max, step, ..Default::default() })
    }

    fn menu<const N: usize>(self, id: ControlId, value: i64, items: [(i64, i64); N]) -> Self {
        let items = items.map(|(index, value)| Item { index, value }).to_vec();
        let max = items.last().map_or(0, |item| item.index);
        self.has(id, value, Description { max, step: 1, items, ..Default::default() })
    }

    fn button(mut self, id: ControlId) -> Self {
        self.controls.insert(id, Description { write_only: true, ..Default::default() });
        self
    }

    /// A webcam with all controls.
    fn full() -> Self {
        Self::default()
            .number(ControlId::AutoWhiteBalance, [0, 1, 1, 1])
            .button(ControlId::DoWhiteBalance)
            .number(ControlId::WhiteBalanceTemperature, [2800, 4600, 6500, 10])
            .menu(ControlId::ExposureAuto, 3, [(1, 1), (3, 3)])
            .number(ControlId::ExposureAbsolute, [3, 156, 2047, 1])
            .menu(ControlId::AutoExposureBias, 2, [(0, -1000), (1, -500), (2, 0), (3, 500), (4, 1000)])
            .number(ControlId::IsoSensitivityAuto, [0, 1, 1, 1])
            .menu(ControlId::IsoSensitivity, 0, [(0, 100_000), (1, 200_000), (2, 400_000), (3, 800_000)])
            .number(ControlId::Brightness, [-64, 0, 64, 1])
            .number(ControlId::FocusAuto, [0, 1, 1, 1])
            .button(ControlId::AutoFocusStart)
            .number(ControlId::FocusAbsolute, [0, 0, 250, 5])
            .number(ControlId::PanAbsolute, [-36_000, 0, 36_000, 3600])
            .number(ControlId::TiltAbsolute, [-36_000, 0, 36_000, 3600])
            .number(ControlId::ZoomAbsolute, [100, 100, 500, 1])
            .menu(ControlId::FlashLedMode, 0, [(0, 0), (1, 1), (2, 2)])
            .number(ControlId::Privacy, [0, 0, 1, 1])
    }
}

/// A device that has reported its open shutter.
fn full() -> Controls<FakeDevice> {
    let mut controls = Controls::new(FakeDevice::full());
    let first = controls.poll(controls.due());
    assert!(matches!(first, Some(StreamEvent::Muted(false))), "{first:?}");
    controls
}

fn number(value: f64) -> ControlValue {
    ControlValue::Number(value)
}

fn mode(value: MeteringMode) -> ControlValue {
    ControlValue::Mode(value)
}

/// The events of a full round.
fn events(controls: &mut Controls<FakeDevice>) -> Vec<String> {
    let mut events = Vec::new();
    let mut now = controls.due();
    for _ in 0..2 * (ControlId::Privacy as usize + 2) {
        events.extend(controls.poll(now).map(|next| format!("{next:?}")));
        assert!(controls.due() > now, "it waits between any two");
        now = controls.due();
    }
    events
}

#[test]
fn capabilities_are_in_the_standards_units() {
    let capabilities = super::capabilities(FakeDevice::full());
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
        let fake = FakeDevice::default().has(ControlId::ZoomAbsolute, 1, odd);
        assert_eq!(super::capabilities(fake), ControlCapabilities::new());
    }
}

#[test]
fn a_few_entries_make_a_few_modes() {
    let only = |items: [(i64, i64); 1]| {
        let fake = FakeDevice::default().menu(ControlId::ExposureAuto, items[0].0, items);
        super::capabilities(fake).remove(&Control::ExposureMode)
    };
    assert_eq!(only([(0, 0)]), Some(ControlCapability::Modes(vec![Continuous])));
    assert_eq!(only([(2, 2)]), Some(ControlCapability::Modes(vec![Manual])));
    // A flash without a torch mode is no torch.
    let flash = FakeDevice::default().menu(ControlId::FlashLedMode, 0, [(0, 0), (1, 1)]);
    assert_eq!(super::capabilities(flash), ControlCapabilities::new());
    // A device with single-shot white balance only.
    let mut once = Controls::new(FakeDevice::default().button(ControlId::DoWhiteBalance));
    assert_eq!(once.settings(), ControlSettings::from([(Control::WhiteBalanceMode, mode(Manual))]));
    assert_eq!(once.set(Control::WhiteBalanceMode, &mode(SingleShot)), Ok(()));
    assert_eq!(once.device.set_values, [(ControlId::DoWhiteBalance, 1)]);
    assert_eq!(once.settings(), ControlSettings::from([(Control::WhiteBalanceMode, mode(SingleShot))]));
}

#[test]
fn settings_are_the_values_of_the_devices_controls() {
    let mut controls = full();
    let read = |controls: &Controls<FakeDevice>, control| controls.settings().remove(&control);
    assert_eq!(read(&controls, Control::WhiteBalanceMode), Some(mode(Continuous)));
    assert_eq!(read(&controls, Control::ExposureMode), Some(mode(Continuous)));
    assert_eq!(read(&controls, Control::ExposureCompensation), Some(number(0.0)));
    assert_eq!(read(&controls, Control::Iso), Some(number(100.0)));
    assert_eq!(read(&controls, Control::Torch), Some(ControlValue::Boolean(false)));
    assert_eq!(controls.settings().len(), controls.capabilities().len());
    // Another program selects shutter priority.
    controls.device.values.insert(ControlId::ExposureAuto, EXPOSURE_SHUTTER_PRIORITY);
    assert_eq!(read(&controls, Control::ExposureMode), Some(mode(Manual)));
    // Values that no menu entry has are left out.
    controls.device.values.insert(ControlId::IsoSensitivity, 99);
    controls.device.values.remove(&ControlId::Brightness);
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
    let values = &controls.device.values;
    assert_eq!(values[&ControlId::AutoExposureBias], 1, "the entry, not its number");
    assert_eq!(values[&ControlId::IsoSensitivity], 2);
    assert_eq!(values[&ControlId::IsoSensitivityAuto], 0, "an ISO of one's own isn't automatic");
    assert_eq!(values[&ControlId::FlashLedMode], 2);
    assert_eq!(events(&mut controls), [""; 0], "an own change is no event");
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
    assert_eq!(controls.device.set_values, []);
}

#[test]
fn single_shot_ends_the_automatic_and_presses_the_button() {
    let mut controls = full();
    assert_eq!(controls.set(Control::FocusMode, &mode(SingleShot)), Ok(()));
    assert_eq!(controls.device.set_values, [(ControlId::FocusAuto, 0), (ControlId::AutoFocusStart, 1)]);
    let read = |controls: &Controls<FakeDevice>| controls.settings().remove(&Control::FocusMode);
    assert_eq!(read(&controls), Some(mode(SingleShot)), "what was asked for is met");
    controls.device.values.insert(ControlId::FocusAuto, 1);
    assert_eq!(read(&controls), Some(mode(Continuous)), "another program has begun it again");
    controls.set(Control::FocusMode, &mode(Manual)).expect("it has the mode");
    assert_eq!(read(&controls), Some(mode(Manual)));
    controls.set(Control::Iso, &number(100.0)).expect("it has ISO");
    controls.set(Control::ExposureMode, &mode(Continuous)).expect("it has the mode");
    assert_eq!(controls.device.values[&ControlId::IsoSensitivityAuto], 1, "exposure is automatic as a whole");
}

#[test]
fn refusals_have_their_names() {
    let mut controls = full();
    let mut refused = |control, value: ControlValue| controls.set(control, &value).unwrap_err().name;
    assert_eq!(refused(Control::Contrast, number(1.0)), ErrorName::NotSupported);
    assert_eq!(refused(Control::Zoom, mode(Manual)), ErrorName::NotSupported);
    assert_eq!(refused(Control::Zoom, number(f64::NAN)), ErrorName::NotSupported);
    assert_eq!(refused(Control::ExposureMode, mode(SingleShot)), ErrorName::NotSupported);
    // Another program has exclusive control.
    controls.device.controls.get_mut(&ControlId::ZoomAbsolute).expect("it has one").read_only = true;
    assert_eq!(controls.set(Control::Zoom, &number(200.0)).unwrap_err().name, ErrorName::NotReadable);
    controls.device.gone = true;
    assert_eq!(controls.set(Control::Brightness, &number(1.0)).unwrap_err().name, ErrorName::NotFound);
    assert_eq!(events(&mut controls), [""; 0], "reading a frame reports that it is gone");
}

#[test]
fn what_others_do_is_heard_once() {
    let mut controls = full();
    assert_eq!(events(&mut controls), [""; 0]);
    controls.device.values.insert(ControlId::Brightness, 7);
    assert_eq!(events(&mut controls), ["ControlsChanged"]);
    // Changes by an automatic mode are no event ...
    controls.device.values.insert(ControlId::ExposureAbsolute, 700);
    assert_eq!(events(&mut controls), [""; 0]);
    // ... but a change of the mode is.
    controls.device.values.insert(ControlId::ExposureAuto, EXPOSURE_MANUAL);
    assert!(!events(&mut controls).is_empty());
    assert_eq!(events(&mut controls), [""; 0]);
}

#[test]
fn the_shutter_mutes() {
    let mut controls = full();
    controls.device.values.insert(ControlId::Privacy, 1);
    assert_eq!(events(&mut controls), ["Muted(true)"]);
    controls.device.values.insert(ControlId::Privacy, 0);
    assert_eq!(events(&mut controls), ["Muted(false)"]);
    // The shutter is closed from the start, and can't be set.
    let mut closed = FakeDevice::default().number(ControlId::Privacy, [0, 1, 1, 1]);
    closed.controls.get_mut(&ControlId::Privacy).expect("it has one").read_only = true;
    let mut controls = Controls::new(closed);
    assert_eq!(controls.capabilities(), &ControlCapabilities::new());
    let first = controls.poll(controls.due());
    assert!(matches!(first, Some(StreamEvent::Muted(true))), "{first:?}");
}
