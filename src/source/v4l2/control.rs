//! The standard's controls, in the standard's units, mapped to the kernel's controls.
//!
//! | control | `V4L2_CID_...` |
//! |---|---|
//! | white balance mode | `AUTO_WHITE_BALANCE`; single-shot is `DO_WHITE_BALANCE` |
//! | exposure mode | `EXPOSURE_AUTO`: continuous prefers aperture priority, manual includes shutter priority |
//! | focus mode | `FOCUS_AUTO`; single-shot is `AUTO_FOCUS_START` |
//! | exposure compensation | `AUTO_EXPOSURE_BIAS`, in 0.001 EV |
//! | exposure time | `EXPOSURE_ABSOLUTE`, in units of 100 microseconds as in the standard |
//! | color temperature | `WHITE_BALANCE_TEMPERATURE`, in kelvin |
//! | ISO | `ISO_SENSITIVITY`, in 0.001; setting it ends `ISO_SENSITIVITY_AUTO`, continuous exposure starts that |
//! | brightness, contrast, saturation, sharpness | those of the same names |
//! | focus distance | `FOCUS_ABSOLUTE`: the driver's numbers, larger is nearer |
//! | pan, tilt | `PAN_ABSOLUTE`, `TILT_ABSOLUTE`, in arc seconds |
//! | zoom | `ZOOM_ABSOLUTE`: the driver's numbers |
//! | torch | `FLASH_LED_MODE` |
//!
//! - A control is a capability only if it can be both read and set, or is a button. It may have no effect at present.
//! - A single-shot mode stays the setting until another is set. So the constraint is met, and isn't applied repeatedly.
//! - A menu of integers is a range. It has a step if its entries are evenly spaced. Other numbers select the nearest
//!   entry.
//! - `PRIVACY`, the shutter in front of the lens, mutes the track.
//!
//! V4L2 has events for changes by other programs, but no safe and maintained crate supports them. So controls are
//! polled one at a time, each about once a second ([`ROUND`]), to keep the USB bus free. Inactive controls are skipped:
//! a device changes them by itself in an automatic mode.

mod device;

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
    source::StreamEvent,
};
pub use device::NodeControls;
use device::{ControlDevice, ControlId, Description, Item};

/// The time in which every control is polled once.
const ROUND: Duration = Duration::from_secs(1);

/// `V4L2_EXPOSURE_AUTO` and the other values of `EXPOSURE_AUTO`.
const EXPOSURE_AUTO: i64 = 0;
const EXPOSURE_MANUAL: i64 = 1;
const EXPOSURE_SHUTTER_PRIORITY: i64 = 2;
const EXPOSURE_APERTURE_PRIORITY: i64 = 3;

/// `V4L2_FLASH_LED_MODE_NONE` and `V4L2_FLASH_LED_MODE_TORCH`.
const LAMP_OFF: i64 = 0;
const LAMP_TORCH: i64 = 2;

/// The controls of an open device.
pub struct Controls<P = NodeControls> {
    device: P,
    controls: BTreeMap<ControlId, Description>,
    capabilities: ControlCapabilities,
    /// The last polled values.
    seen: BTreeMap<ControlId, i64>,
    /// The controls that are still to be polled in this round.
    round: Vec<ControlId>,
    /// The time of the next poll.
    due: Instant,
    /// The time between two polls.
    pause: Duration,
    /// Whether the shutter is closed. `None` until it is polled.
    muted: Option<bool>,
    /// The controls that were last set to single-shot.
    once: BTreeSet<Control>,
}

impl<P: ControlDevice> Controls<P> {
    pub fn new(device: P) -> Self {
        let controls = device.controls();
        let capabilities = Control::ALL
            .into_iter()
            .filter_map(|control| Some((control, capability(&controls, control)?)))
            .collect();
        let now = Instant::now();
        let mut this = Self {
            device,
            controls,
            capabilities,
            seen: BTreeMap::new(),
            round: Vec::new(),
            due: now,
            pause: ROUND / 4,
            muted: None,
            once: BTreeSet::new(),
        };
        this.round = this.watched();
        for id in &this.round {
            if *id != ControlId::Privacy
                && let Ok(value) = this.device.read(*id)
            {
                this.seen.insert(*id, value);
            }
        }
        this
    }

    pub fn capabilities(&self) -> &ControlCapabilities {
        &self.capabilities
    }

    /// The values of the controls, without those that the driver fails to report.
    pub fn settings(&self) -> ControlSettings {
        self.capabilities.keys().filter_map(|control| Some((*control, self.value(*control)?))).collect()
    }

    /// Sets a control, as [`Stream::set`](crate::source::Stream::set) describes.
    pub fn set(&mut self, control: Control, value: &ControlValue) -> Result<(), MediaError> {
        let Some(capability) = self.capabilities.get(&control) else {
            return Err(MediaError::not_supported(format!("this device has no control {control}")));
        };
        let set = match capability.accept(value) {
            Some(ControlValue::Mode(mode)) => self.set_mode(control, mode),
            Some(ControlValue::Number(number)) => self.set_number(control, number),
            Some(ControlValue::Boolean(on)) => {
                self.write(ControlId::FlashLedMode, if on { LAMP_TORCH } else { LAMP_OFF })
            }
            Some(ControlValue::Points(_)) | None => {
                return Err(MediaError::not_supported(format!(
                    "this device's {control} can't be {value:?}: use a value of its capabilities"
                )));
            }
        };
        set.map_err(|error| {
            let what = format!("the device rejected {value:?} for its {control} ({error})");
            if is_gone(&error) {
                MediaError::not_found(format!("{what}: it was unplugged; plug it in again"))
            } else {
                MediaError::not_readable(format!(
                    "{what}: another program may control it; try again, or leave the control unset"
                ))
            }
        })
    }

    /// The time of the next poll.
    pub fn due(&self) -> Instant {
        self.due
    }

    /// Polls one control if it is due. Returns an event if another program or the device changed it.
    pub fn poll(&mut self, now: Instant) -> Option<StreamEvent> {
        if now < self.due {
            return None;
        }
        let Some(id) = self.round.pop() else {
            self.controls = self.device.controls();
            self.round = self.watched();
            self.pause = ROUND / (self.round.len() as u32 + 1);
            self.due = now + self.pause;
            return None;
        };
        self.due = now + self.pause;
        // Reading a frame reports that the device is gone.
        let value = self.device.read(id).ok()?;
        if id == ControlId::Privacy {
            let muted = value != 0;
            return (self.muted.replace(muted) != Some(muted)).then_some(StreamEvent::Muted(muted));
        }
        let before = self.seen.insert(id, value);
        before.is_some_and(|before| before != value).then_some(StreamEvent::ControlsChanged)
    }

    /// The controls to poll: those with a constraint that are active, and the shutter.
    fn watched(&self) -> Vec<ControlId> {
        let read = |id: ControlId| self.capabilities.keys().any(|control| reads(*control) == Some(id));
        self.controls
            .iter()
            .filter(|(id, description)| {
                **id == ControlId::Privacy && !description.write_only
                    || read(**id) && is_value(description) && !description.inactive
            })
            .map(|(id, _)| *id)
            .collect()
    }

    fn value(&self, control: Control) -> Option<ControlValue> {
        let id = reads(control)?;
        let has = self.controls.get(&id).is_some_and(is_value);
        Some(match control {
            Control::WhiteBalanceMode | Control::FocusMode => {
                let automatic = has && self.device.read(id).ok()? != 0;
                ControlValue::Mode(match automatic {
                    true => MeteringMode::Continuous,
                    false if self.once.contains(&control) => MeteringMode::SingleShot,
                    false => MeteringMode::Manual,
                })
            }
            Control::ExposureMode => ControlValue::Mode(match self.device.read(id).ok()? {
                EXPOSURE_MANUAL | EXPOSURE_SHUTTER_PRIORITY => MeteringMode::Manual,
                _ => MeteringMode::Continuous,
            }),
            Control::Torch => ControlValue::Boolean(self.device.read(id).ok()? == LAMP_TORCH),
            _ => {
                let raw = self.device.read(id).ok()?;
                let items = &self.controls.get(&id)?.items;
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
            Control::WhiteBalanceMode => (ControlId::AutoWhiteBalance, ControlId::DoWhiteBalance),
            Control::FocusMode => (ControlId::FocusAuto, ControlId::AutoFocusStart),
            _ => return self.set_exposure_mode(mode),
        };
        if self.controls.get(&auto).is_some_and(is_value) {
            self.write(auto, (mode == MeteringMode::Continuous).into())?;
        }
        self.once.remove(&control);
        if mode == MeteringMode::SingleShot {
            self.write(once, 1)?;
            self.once.insert(control);
        }
        Ok(())
    }

    fn set_exposure_mode(&mut self, mode: MeteringMode) -> io::Result<()> {
        let manual = mode == MeteringMode::Manual;
        let wanted = exposure_modes(mode);
        let has = |wanted: &i64| {
            self.controls.get(&ControlId::ExposureAuto).is_some_and(|listed| has_item(listed, *wanted))
        };
        let Some(wanted) = wanted.into_iter().find(has) else {
            return Err(io::ErrorKind::InvalidInput.into());
        };
        self.write(ControlId::ExposureAuto, wanted)?;
        if !manual && self.controls.get(&ControlId::IsoSensitivityAuto).is_some_and(is_value) {
            self.write(ControlId::IsoSensitivityAuto, 1)?;
        }
        Ok(())
    }

    fn set_number(&mut self, control: Control, number: f64) -> io::Result<()> {
        let Some(id) = reads(control) else { return Err(io::ErrorKind::InvalidInput.into()) };
        if control == Control::Iso && self.controls.get(&ControlId::IsoSensitivityAuto).is_some_and(is_value)
        {
            self.write(ControlId::IsoSensitivityAuto, 0)?;
        }
        let raw = number * unit(control);
        let distance = |item: &&Item| (item.value as f64 - raw).abs();
        let items = self.controls.get(&id).map_or(&[][..], |description| &description.items);
        let nearest = items.iter().min_by(|a, b| distance(a).total_cmp(&distance(b)));
        // Within the driver's range, so the cast loses nothing.
        let raw = nearest.map_or(raw.round() as i64, |item| item.index);
        self.write(id, raw)
    }

    /// Sets a control, unless it is inactive: drivers handle that differently.
    fn write(&mut self, id: ControlId, value: i64) -> io::Result<()> {
        if self.device.controls().get(&id).is_some_and(|listed| listed.inactive) {
            return Ok(());
        }
        self.device.set(id, value)?;
        // Our own change is no event.
        if let Some(seen) = self.seen.get_mut(&id)
            && let Ok(value) = self.device.read(id)
        {
            *seen = value;
        }
        Ok(())
    }
}

/// The capabilities of a device.
pub(super) fn capabilities(device: impl ControlDevice) -> ControlCapabilities {
    let controls = device.controls();
    let known = |control| Some((control, capability(&controls, control)?));
    Control::ALL.into_iter().filter_map(known).collect()
}

/// The kernel's control that holds the value of a control.
const fn reads(control: Control) -> Option<ControlId> {
    Some(match control {
        Control::WhiteBalanceMode => ControlId::AutoWhiteBalance,
        Control::ExposureMode => ControlId::ExposureAuto,
        Control::FocusMode => ControlId::FocusAuto,
        Control::PointsOfInterest => return None,
        Control::ExposureCompensation => ControlId::AutoExposureBias,
        Control::ExposureTime => ControlId::ExposureAbsolute,
        Control::ColorTemperature => ControlId::WhiteBalanceTemperature,
        Control::Iso => ControlId::IsoSensitivity,
        Control::Brightness => ControlId::Brightness,
        Control::Contrast => ControlId::Contrast,
        Control::Saturation => ControlId::Saturation,
        Control::Sharpness => ControlId::Sharpness,
        Control::FocusDistance => ControlId::FocusAbsolute,
        Control::Pan => ControlId::PanAbsolute,
        Control::Tilt => ControlId::TiltAbsolute,
        Control::Zoom => ControlId::ZoomAbsolute,
        Control::Torch => ControlId::FlashLedMode,
    })
}

/// The number of the driver's units in one of the standard's.
const fn unit(control: Control) -> f64 {
    match control {
        Control::ExposureCompensation | Control::Iso => 1000.0,
        _ => 1.0,
    }
}

/// The values of `EXPOSURE_AUTO` for a mode, the better one first.
const fn exposure_modes(mode: MeteringMode) -> [i64; 2] {
    match mode {
        MeteringMode::Manual => [EXPOSURE_MANUAL, EXPOSURE_SHUTTER_PRIORITY],
        _ => [EXPOSURE_APERTURE_PRIORITY, EXPOSURE_AUTO],
    }
}

/// Whether a control can be both read and set.
const fn is_value(description: &Description) -> bool {
    !description.read_only && !description.write_only
}

fn has_item(description: &Description, index: i64) -> bool {
    description.items.iter().any(|item| item.index == index)
}

/// The capability of a control. `None` if it can't be set.
fn capability(controls: &BTreeMap<ControlId, Description>, control: Control) -> Option<ControlCapability> {
    let value = |id| controls.get(&id).filter(|description| is_value(description));
    let button = |id| controls.get(&id).is_some_and(|description| !description.read_only);
    let automatic = |auto, once| {
        let (auto, once) = (value(auto).is_some(), button(once));
        let modes = [
            (MeteringMode::Manual, auto || once),
            (MeteringMode::SingleShot, once),
            (MeteringMode::Continuous, auto),
        ];
        available(modes)
    };
    let id = reads(control)?;
    match control {
        Control::WhiteBalanceMode => automatic(ControlId::AutoWhiteBalance, ControlId::DoWhiteBalance),
        Control::FocusMode => automatic(ControlId::FocusAuto, ControlId::AutoFocusStart),
        Control::ExposureMode => {
            let has = |mode| {
                let any = |listed| exposure_modes(mode).iter().any(|index| has_item(listed, *index));
                (mode, value(id).is_some_and(any))
            };
            available([has(MeteringMode::Manual), has(MeteringMode::Continuous)])
        }
        Control::Torch => {
            let lamp = value(id)?;
            (has_item(lamp, LAMP_OFF) && has_item(lamp, LAMP_TORCH))
                .then(|| ControlCapability::Booleans(vec![false, true]))
        }
        _ => range(value(id)?, unit(control)).map(ControlCapability::Number),
    }
}

fn available<const N: usize>(modes: [(MeteringMode, bool); N]) -> Option<ControlCapability> {
    let modes: Vec<_> = modes.into_iter().filter_map(|(mode, available)| available.then_some(mode)).collect();
    (!modes.is_empty()).then_some(ControlCapability::Modes(modes))
}

fn range(description: &Description, unit: f64) -> Option<SettingsRange> {
    let (min, max, step) = if description.items.is_empty() {
        (description.min, description.max, description.step.max(1))
    } else {
        let mut values: Vec<_> = description.items.iter().map(|item| item.value).collect();
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
