//! The camera controls: what can be set of a camera beside its size and rate
//! ([Image Capture](https://www.w3.org/TR/image-capture/#constrainable-properties)), each by one name, for code that
//! treats them alike: a panel of sliders, a driver.

use std::{collections::BTreeMap, fmt};

use bevy::prelude::*;

/// A camera control. In this order they are set: modes before the values that they make room for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Reflect)]
pub enum Control {
    /// `whiteBalanceMode`: a [`MeteringMode`].
    WhiteBalanceMode,
    /// `exposureMode`: a [`MeteringMode`].
    ExposureMode,
    /// `focusMode`: a [`MeteringMode`].
    FocusMode,
    /// `pointsOfInterest`: where to measure, 0 to 1 across and down from the top left.
    PointsOfInterest,
    /// `exposureCompensation`: in EV; for automatic exposure.
    ExposureCompensation,
    /// `exposureTime`: in units of 100 microseconds; for manual exposure.
    ExposureTime,
    /// `colorTemperature`: in kelvin; for manual white balance.
    ColorTemperature,
    /// `iso`: the sensor's sensitivity.
    Iso,
    /// `brightness`: without unit.
    Brightness,
    /// `contrast`: without unit.
    Contrast,
    /// `saturation`: without unit.
    Saturation,
    /// `sharpness`: without unit.
    Sharpness,
    /// `focusDistance`: in meters where the device knows them; for manual focus.
    FocusDistance,
    /// `pan`: in arc seconds; clockwise, seen from above, is positive.
    Pan,
    /// `tilt`: in arc seconds; up is positive.
    Tilt,
    /// `zoom`: a ratio where the device knows it, else in the driver's units.
    Zoom,
    /// `torch`: whether the lamp is lit.
    Torch,
}

/// How a camera finds its white balance, exposure or focus
/// ([`MeteringMode`](https://www.w3.org/TR/image-capture/#enumdef-meteringmode)).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default, Reflect)]
pub enum MeteringMode {
    /// The device does nothing of the kind.
    #[default]
    None,
    /// It stays at the value that is set.
    Manual,
    /// It is found once, then stays.
    SingleShot,
    /// It is found over and over.
    Continuous,
}

impl MeteringMode {
    /// The standard's word for it.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::None => "none",
            Self::Manual => "manual",
            Self::SingleShot => "single-shot",
            Self::Continuous => "continuous",
        }
    }

    /// The mode that the standard calls so. `None` if it has no such name.
    pub fn from_name(name: &str) -> Option<Self> {
        [Self::None, Self::Manual, Self::SingleShot, Self::Continuous]
            .into_iter()
            .find(|mode| mode.as_str() == name)
    }
}

/// What a control is set to.
#[derive(Debug, Clone, PartialEq, Reflect)]
pub enum ControlValue {
    /// A number, in the control's unit.
    Number(f64),
    /// A mode.
    Mode(MeteringMode),
    /// On or off.
    Boolean(bool),
    /// Points, 0 to 1 across and down from the top left.
    Points(Vec<Vec2>),
}

/// What a control can be set to on a device.
#[derive(Debug, Clone, PartialEq, Reflect)]
pub enum ControlCapability {
    /// Numbers of a range.
    Number(SettingsRange),
    /// One of these modes.
    Modes(Vec<MeteringMode>),
    /// One of these.
    Booleans(Vec<bool>),
    /// Any points.
    Points,
}

/// The numbers that a control can be set to
/// ([`MediaSettingsRange`](https://www.w3.org/TR/image-capture/#mediasettingsrange-section)).
#[derive(Debug, Clone, Copy, PartialEq, Reflect)]
pub struct SettingsRange {
    /// The least.
    pub min: f64,
    /// The greatest.
    pub max: f64,
    /// From one to the next, counted from the least; 0 where there is any between.
    pub step: f64,
}

/// What the controls of a device are set to. What it doesn't have isn't there.
pub type ControlSettings = BTreeMap<Control, ControlValue>;

/// What the controls of a device can be set to. What it doesn't have isn't there.
pub type ControlCapabilities = BTreeMap<Control, ControlCapability>;

impl Control {
    /// All of them, in the order in which they are set.
    pub const ALL: [Self; 17] = [
        Self::WhiteBalanceMode,
        Self::ExposureMode,
        Self::FocusMode,
        Self::PointsOfInterest,
        Self::ExposureCompensation,
        Self::ExposureTime,
        Self::ColorTemperature,
        Self::Iso,
        Self::Brightness,
        Self::Contrast,
        Self::Saturation,
        Self::Sharpness,
        Self::FocusDistance,
        Self::Pan,
        Self::Tilt,
        Self::Zoom,
        Self::Torch,
    ];

    /// The standard's name: `whiteBalanceMode`.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::WhiteBalanceMode => "whiteBalanceMode",
            Self::ExposureMode => "exposureMode",
            Self::FocusMode => "focusMode",
            Self::PointsOfInterest => "pointsOfInterest",
            Self::ExposureCompensation => "exposureCompensation",
            Self::ExposureTime => "exposureTime",
            Self::ColorTemperature => "colorTemperature",
            Self::Iso => "iso",
            Self::Brightness => "brightness",
            Self::Contrast => "contrast",
            Self::Saturation => "saturation",
            Self::Sharpness => "sharpness",
            Self::FocusDistance => "focusDistance",
            Self::Pan => "pan",
            Self::Tilt => "tilt",
            Self::Zoom => "zoom",
            Self::Torch => "torch",
        }
    }
}

impl fmt::Display for Control {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

impl ControlValue {
    /// The number, where it is one.
    pub const fn as_number(&self) -> Option<f64> {
        match self {
            Self::Number(number) => Some(*number),
            _ => None,
        }
    }

    /// The mode, where it is one.
    pub const fn as_mode(&self) -> Option<MeteringMode> {
        match self {
            Self::Mode(mode) => Some(*mode),
            _ => None,
        }
    }

    /// Whether it is on, where it can be.
    pub const fn as_boolean(&self) -> Option<bool> {
        match self {
            Self::Boolean(on) => Some(*on),
            _ => None,
        }
    }
}

impl SettingsRange {
    /// The number of the range that is nearest to this one.
    pub fn snap(&self, number: f64) -> f64 {
        let Self { min, max, step } = *self;
        if step <= 0.0 || step.is_nan() {
            return number.min(max).max(min);
        }
        let last = ((max - min) / step + 1e-9).floor();
        let steps = ((number - min) / step).round().min(last).max(0.0);
        min + steps * step
    }

    /// The range as far as it lies between these two, on its own steps; nothing where no number does.
    pub(crate) fn between(&self, least: Option<f64>, greatest: Option<f64>) -> Option<Self> {
        // A number that was computed may miss a step by rounding.
        let slack = 1e-6 * self.step.max((self.max - self.min).abs() * 1e-6);
        let mut range = *self;
        if let Some(least) = least.filter(|least| *least > self.min) {
            range.min = self.snap(least);
            if range.min < least - slack {
                range.min += self.step;
            }
        }
        if let Some(greatest) = greatest.filter(|greatest| *greatest < self.max) {
            range.max = self.snap(greatest);
            if range.max > greatest + slack {
                range.max -= self.step;
            }
        }
        let inside = range.min >= self.min - slack && range.max <= self.max + slack;
        let met = least.is_none_or(|least| range.max >= least - slack)
            && greatest.is_none_or(|greatest| range.min <= greatest + slack);
        (inside && met && range.min <= range.max + slack).then_some(range)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const ZOOM: SettingsRange = SettingsRange { min: 1.0, max: 3.0, step: 0.25 };

    #[test]
    fn numbers_snap_to_steps() {
        assert_eq!(ZOOM.snap(1.3), 1.25);
        assert_eq!(ZOOM.snap(-5.0), 1.0);
        assert_eq!(ZOOM.snap(100.0), 3.0);
        let uneven = SettingsRange { min: 0.0, max: 10.0, step: 4.0 };
        assert_eq!(uneven.snap(100.0), 8.0, "the last step, which is not the maximum");
        let any = SettingsRange { step: 0.0, ..ZOOM };
        assert_eq!(any.snap(1.3), 1.3);
    }

    #[test]
    fn a_part_of_a_range_ends_on_its_steps() {
        assert_eq!(ZOOM.between(Some(1.3), Some(2.1)), Some(SettingsRange { min: 1.5, max: 2.0, ..ZOOM }));
        assert_eq!(ZOOM.between(None, None), Some(ZOOM));
        assert_eq!(ZOOM.between(Some(1.3), Some(1.4)), None, "no step lies there");
        assert_eq!(ZOOM.between(Some(3.1), None), None);
        assert_eq!(ZOOM.between(None, Some(0.9)), None);
        let tenths = SettingsRange { min: 0.0, max: 1.0, step: 0.1 };
        let exactly = tenths.between(Some(0.3), Some(0.3)).expect("0.3 is three tenths");
        assert!((exactly.min - 0.3).abs() < 1e-9 && (exactly.max - 0.3).abs() < 1e-9);
    }
}
