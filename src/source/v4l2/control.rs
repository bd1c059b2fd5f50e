//! What a camera's knobs mean: the standard's camera controls, in its units, on the kernel's.
//!
//! | control | `V4L2_CID_...` |
//! |---|---|
//! | white balance mode | `AUTO_WHITE_BALANCE`; single-shot is `DO_WHITE_BALANCE` |
//! | exposure mode | `EXPOSURE_AUTO`: continuous is aperture priority where there is such, manual may leave the iris to the device |
//! | focus mode | `FOCUS_AUTO`; single-shot is `AUTO_FOCUS_START` |
//! | exposure compensation | `AUTO_EXPOSURE_BIAS`, in 0.001 EV |
//! | exposure time | `EXPOSURE_ABSOLUTE`, in units of 100 microseconds as in the standard |
//! | color temperature | `WHITE_BALANCE_TEMPERATURE`, in kelvin |
//! | ISO | `ISO_SENSITIVITY`, in 0.001; asking for one ends `ISO_SENSITIVITY_AUTO`, and continuous exposure begins it again |
//! | brightness, contrast, saturation, sharpness | those of the same names |
//! | focus distance | `FOCUS_ABSOLUTE`: the driver's numbers, larger is nearer |
//! | pan, tilt | `PAN_ABSOLUTE`, `TILT_ABSOLUTE`, in arc seconds |
//! | zoom | `ZOOM_ABSOLUTE`: the driver's numbers |
//! | torch | `FLASH_LED_MODE` |
//!
//! - A knob that can't be both read and set (but for buttons) is no capability. One that has no effect at present is.
//! - A mode that is carried out once stays the setting until another is set, so that what was asked for is met and isn't
//!   carried out over and over.
//! - A menu of numbers is a range: with a step where its entries are evenly apart, else without, and a number between is
//!   the nearest entry's.
//! - `PRIVACY`, the shutter before the lens, mutes.
//!
//! V4L2 has events for changes that others make, but no safe and well-kept crate gives them, so knobs are read again:
//! one at a time, each about once a second ([`ROUND`]), so that no USB camera is kept busy. Those that have no effect are
//! left out: what a camera does by itself in an automatic mode is no news.

mod panel;

use std::{
    collections::{BTreeMap, BTreeSet},
    io,
    time::Duration,
};

use bevy::platform::time::Instant;

use super::error::is_gone;
use crate::{
    device::{
        Control, ControlCapabilities, ControlCapability, ControlSettings, ControlValue, MeteringMode,
        SettingsRange,
    },
    error::MediaError,
    source::Next,
};
pub use panel::NodePanel;
use panel::{Description, Item, Knob, Panel};

/// How long it takes until every knob has been looked at again.
const ROUND: Duration = Duration::from_secs(1);

/// `V4L2_EXPOSURE_AUTO` and its like.
const EXPOSURE_AUTO: i64 = 0;
const EXPOSURE_MANUAL: i64 = 1;
const EXPOSURE_SHUTTER_PRIORITY: i64 = 2;
const EXPOSURE_APERTURE_PRIORITY: i64 = 3;

/// `V4L2_FLASH_LED_MODE_NONE` and `V4L2_FLASH_LED_MODE_TORCH`.
const LAMP_OFF: i64 = 0;
const LAMP_TORCH: i64 = 2;

/// The controls of an open camera.
pub struct Controls<P = NodePanel> {
    panel: P,
    knobs: BTreeMap<Knob, Description>,
    capabilities: ControlCapabilities,
    /// The knobs as they were last seen.
    seen: BTreeMap<Knob, i64>,
    /// Those that are still to be looked at in this round.
    round: Vec<Knob>,
    /// When to look at the next.
    due: Instant,
    /// From one to the next.
    pause: Duration,
    /// Whether the shutter is closed, once that is known.
    muted: Option<bool>,
    /// The modes that were last set to be carried out once.
    once: BTreeSet<Control>,
}

impl<P: Panel> Controls<P> {
    pub fn new(panel: P) -> Self {
        let knobs = panel.knobs();
        let capabilities = Control::ALL
            .into_iter()
            .filter_map(|control| Some((control, capability(&knobs, control)?)))
            .collect();
        let now = Instant::now();
        let mut this = Self {
            panel,
            knobs,
            capabilities,
            seen: BTreeMap::new(),
            round: Vec::new(),
            due: now,
            pause: ROUND / 4,
            muted: None,
            once: BTreeSet::new(),
        };
        this.round = this.watched();
        for knob in &this.round {
            if *knob != Knob::Privacy
                && let Ok(value) = this.panel.read(*knob)
            {
                this.seen.insert(*knob, value);
            }
        }
        this
    }

    pub fn capabilities(&self) -> &ControlCapabilities {
        &self.capabilities
    }

    /// What the controls are set to. One that the driver fails to tell is left out.
    pub fn settings(&self) -> ControlSettings {
        self.capabilities.keys().filter_map(|control| Some((*control, self.value(*control)?))).collect()
    }

    /// Sets a control; [`Stream::set`](crate::source::Stream::set) says how.
    pub fn set(&mut self, control: Control, value: &ControlValue) -> Result<(), MediaError> {
        let Some(capability) = self.capabilities.get(&control) else {
            return Err(MediaError::not_supported(format!("this camera has no {control} to set")));
        };
        let set = match capability.accept(value) {
            Some(ControlValue::Mode(mode)) => self.set_mode(control, mode),
            Some(ControlValue::Number(number)) => self.set_number(control, number),
            Some(ControlValue::Boolean(on)) => {
                self.turn(Knob::FlashLedMode, if on { LAMP_TORCH } else { LAMP_OFF })
            }
            Some(ControlValue::Points(_)) | None => {
                return Err(MediaError::not_supported(format!(
                    "this camera's {control} can't be {value:?}: take a value of its capabilities"
                )));
            }
        };
        set.map_err(|error| {
            let what = format!("the camera doesn't take {value:?} for its {control} ({error})");
            if is_gone(&error) {
                MediaError::not_found(format!("{what}: it was unplugged"))
            } else {
                MediaError::not_readable(format!(
                    "{what}: another program may hold it; try again or leave it"
                ))
            }
        })
    }

    /// When there is something to look at.
    pub fn due(&self) -> Instant {
        self.due
    }

    /// Looks at one knob when it is time to, and says what others have done to it.
    pub fn look(&mut self, now: Instant) -> Option<Next> {
        if now < self.due {
            return None;
        }
        let Some(knob) = self.round.pop() else {
            self.knobs = self.panel.knobs();
            self.round = self.watched();
            self.pause = ROUND / (self.round.len() as u32 + 1);
            self.due = now + self.pause;
            return None;
        };
        self.due = now + self.pause;
        // A device that is gone says so when it is read.
        let value = self.panel.read(knob).ok()?;
        if knob == Knob::Privacy {
            let muted = value != 0;
            return (self.muted.replace(muted) != Some(muted)).then_some(Next::Muted(muted));
        }
        let before = self.seen.insert(knob, value);
        before.is_some_and(|before| before != value).then_some(Next::Controls)
    }

    /// The knobs that are looked at: those that a control reads, as far as they have an effect, and the shutter.
    fn watched(&self) -> Vec<Knob> {
        let read = |knob: Knob| self.capabilities.keys().any(|control| reads(*control) == Some(knob));
        self.knobs
            .iter()
            .filter(|(knob, description)| {
                **knob == Knob::Privacy && !description.write_only
                    || read(**knob) && is_value(description) && !description.inactive
            })
            .map(|(knob, _)| *knob)
            .collect()
    }

    fn value(&self, control: Control) -> Option<ControlValue> {
        let knob = reads(control)?;
        let has = self.knobs.get(&knob).is_some_and(is_value);
        Some(match control {
            Control::WhiteBalanceMode | Control::FocusMode => {
                let automatic = has && self.panel.read(knob).ok()? != 0;
                ControlValue::Mode(match automatic {
                    true => MeteringMode::Continuous,
                    false if self.once.contains(&control) => MeteringMode::SingleShot,
                    false => MeteringMode::Manual,
                })
            }
            Control::ExposureMode => ControlValue::Mode(match self.panel.read(knob).ok()? {
                EXPOSURE_MANUAL | EXPOSURE_SHUTTER_PRIORITY => MeteringMode::Manual,
                _ => MeteringMode::Continuous,
            }),
            Control::Torch => ControlValue::Boolean(self.panel.read(knob).ok()? == LAMP_TORCH),
            _ => {
                let raw = self.panel.read(knob).ok()?;
                let items = &self.knobs.get(&knob)?.items;
                let number = match items.iter().find(|item| item.index == raw) {
                    Some(item) => item.value,
                    None if items.is_empty() => raw,
                    None => return None,
                };
                ControlValue::Number(number as f64 / unit(control))
            }
        })
    }

    fn set_mode(&mut self, control: Control, mode: MeteringMode) -> io::Result<()> {
        let (auto, once) = match control {
            Control::WhiteBalanceMode => (Knob::AutoWhiteBalance, Knob::DoWhiteBalance),
            Control::FocusMode => (Knob::FocusAuto, Knob::AutoFocusStart),
            _ => return self.set_exposure_mode(mode),
        };
        if self.knobs.get(&auto).is_some_and(is_value) {
            self.turn(auto, (mode == MeteringMode::Continuous).into())?;
        }
        self.once.remove(&control);
        if mode == MeteringMode::SingleShot {
            self.turn(once, 1)?;
            self.once.insert(control);
        }
        Ok(())
    }

    fn set_exposure_mode(&mut self, mode: MeteringMode) -> io::Result<()> {
        let manual = mode == MeteringMode::Manual;
        let wanted = exposure_modes(mode);
        let has =
            |wanted: &i64| self.knobs.get(&Knob::ExposureAuto).is_some_and(|knob| has_item(knob, *wanted));
        let Some(wanted) = wanted.into_iter().find(has) else {
            return Err(io::ErrorKind::InvalidInput.into());
        };
        self.turn(Knob::ExposureAuto, wanted)?;
        if !manual && self.knobs.get(&Knob::IsoSensitivityAuto).is_some_and(is_value) {
            self.turn(Knob::IsoSensitivityAuto, 1)?;
        }
        Ok(())
    }

    fn set_number(&mut self, control: Control, number: f64) -> io::Result<()> {
        let Some(knob) = reads(control) else { return Err(io::ErrorKind::InvalidInput.into()) };
        if control == Control::Iso && self.knobs.get(&Knob::IsoSensitivityAuto).is_some_and(is_value) {
            self.turn(Knob::IsoSensitivityAuto, 0)?;
        }
        let raw = number * unit(control);
        let distance = |item: &&Item| (item.value as f64 - raw).abs();
        let items = self.knobs.get(&knob).map_or(&[][..], |description| &description.items);
        let nearest = items.iter().min_by(|a, b| distance(a).total_cmp(&distance(b)));
        // Within the driver's own range, so that the cast cuts nothing off.
        let raw = nearest.map_or(raw.round() as i64, |item| item.index);
        self.turn(knob, raw)
    }

    /// Sets a knob, unless it has no effect now: drivers differ in what they then do.
    fn turn(&mut self, knob: Knob, value: i64) -> io::Result<()> {
        if self.panel.knobs().get(&knob).is_some_and(|knob| knob.inactive) {
            return Ok(());
        }
        self.panel.turn(knob, value)?;
        // What we did ourselves is no news.
        if let Some(seen) = self.seen.get_mut(&knob)
            && let Ok(value) = self.panel.read(knob)
        {
            *seen = value;
        }
        Ok(())
    }
}

/// What the controls of a camera can be set to.
pub(super) fn capabilities(panel: impl Panel) -> ControlCapabilities {
    let knobs = panel.knobs();
    let known = |control| Some((control, capability(&knobs, control)?));
    Control::ALL.into_iter().filter_map(known).collect()
}

/// The knob that says what a control is set to.
const fn reads(control: Control) -> Option<Knob> {
    Some(match control {
        Control::WhiteBalanceMode => Knob::AutoWhiteBalance,
        Control::ExposureMode => Knob::ExposureAuto,
        Control::FocusMode => Knob::FocusAuto,
        Control::PointsOfInterest => return None,
        Control::ExposureCompensation => Knob::AutoExposureBias,
        Control::ExposureTime => Knob::ExposureAbsolute,
        Control::ColorTemperature => Knob::WhiteBalanceTemperature,
        Control::Iso => Knob::IsoSensitivity,
        Control::Brightness => Knob::Brightness,
        Control::Contrast => Knob::Contrast,
        Control::Saturation => Knob::Saturation,
        Control::Sharpness => Knob::Sharpness,
        Control::FocusDistance => Knob::FocusAbsolute,
        Control::Pan => Knob::PanAbsolute,
        Control::Tilt => Knob::TiltAbsolute,
        Control::Zoom => Knob::ZoomAbsolute,
        Control::Torch => Knob::FlashLedMode,
    })
}

/// How many of the driver's units one of the standard's is.
const fn unit(control: Control) -> f64 {
    match control {
        Control::ExposureCompensation | Control::Iso => 1000.0,
        _ => 1.0,
    }
}

/// `EXPOSURE_AUTO` for a mode, the better one first.
const fn exposure_modes(mode: MeteringMode) -> [i64; 2] {
    match mode {
        MeteringMode::Manual => [EXPOSURE_MANUAL, EXPOSURE_SHUTTER_PRIORITY],
        _ => [EXPOSURE_APERTURE_PRIORITY, EXPOSURE_AUTO],
    }
}

/// Whether a knob can be read and set.
const fn is_value(knob: &Description) -> bool {
    !knob.read_only && !knob.write_only
}

fn has_item(knob: &Description, index: i64) -> bool {
    knob.items.iter().any(|item| item.index == index)
}

/// What a control can be set to with these knobs, where it can be set.
fn capability(knobs: &BTreeMap<Knob, Description>, control: Control) -> Option<ControlCapability> {
    let value = |knob| knobs.get(&knob).filter(|description| is_value(description));
    let button = |knob| knobs.get(&knob).is_some_and(|description| !description.read_only);
    let automatic = |auto, once| {
        let (auto, once) = (value(auto).is_some(), button(once));
        let modes = [
            (MeteringMode::Manual, auto || once),
            (MeteringMode::SingleShot, once),
            (MeteringMode::Continuous, auto),
        ];
        there(modes)
    };
    let knob = reads(control)?;
    match control {
        Control::WhiteBalanceMode => automatic(Knob::AutoWhiteBalance, Knob::DoWhiteBalance),
        Control::FocusMode => automatic(Knob::FocusAuto, Knob::AutoFocusStart),
        Control::ExposureMode => {
            let has = |mode| {
                let any = |knob| exposure_modes(mode).iter().any(|index| has_item(knob, *index));
                (mode, value(knob).is_some_and(any))
            };
            there([has(MeteringMode::Manual), has(MeteringMode::Continuous)])
        }
        Control::Torch => {
            let lamp = value(knob)?;
            (has_item(lamp, LAMP_OFF) && has_item(lamp, LAMP_TORCH))
                .then(|| ControlCapability::Booleans(vec![false, true]))
        }
        _ => range(value(knob)?, unit(control)).map(ControlCapability::Number),
    }
}

fn there<const N: usize>(modes: [(MeteringMode, bool); N]) -> Option<ControlCapability> {
    let modes: Vec<_> = modes.into_iter().filter_map(|(mode, there)| there.then_some(mode)).collect();
    (!modes.is_empty()).then_some(ControlCapability::Modes(modes))
}

fn range(knob: &Description, unit: f64) -> Option<SettingsRange> {
    let (min, max, step) = if knob.items.is_empty() {
        (knob.min, knob.max, knob.step.max(1))
    } else {
        let mut values: Vec<_> = knob.items.iter().map(|item| item.value).collect();
        values.sort_unstable();
        values.dedup();
        let step = values.get(1).map_or(0, |second| second.saturating_sub(values[0]));
        let even = values.windows(2).all(|pair| pair[1].saturating_sub(pair[0]) == step);
        (values[0], values[values.len() - 1], if even { step } else { 0 })
    };
    let in_unit = |number: i64| number as f64 / unit;
    (min <= max).then(|| SettingsRange { min: in_unit(min), max: in_unit(max), step: in_unit(step) })
}

#[cfg(test)]
mod tests;
