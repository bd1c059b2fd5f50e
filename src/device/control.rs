//! The controls of a device: what can be set of it besides its size and rate
//! ([Image Capture](https://www.w3.org/TR/image-capture/#constrainable-properties)).
//!
//! Each has one name, for code that handles them alike, such as a panel of sliders or a driver.

use std::{collections::BTreeMap, fmt};

use bevy::prelude::*;

use super::properties::properties;

/// Makes [`Control`] from the table of properties.
macro_rules! controls {
    (
        selection { $($selection:tt)* }
        controls {
            $($(#[$documentation:meta])* $member:ident: $constraint:ty =
                $variant:ident $name:literal $(from $least:literal)?;)+
        }
    ) => {
        /// A control of a device. Controls are set in this order: modes before the values that they enable.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Reflect)]
        #[reflect(Debug, Clone, PartialEq, Hash)]
        #[non_exhaustive]
        pub enum Control {
            $($(#[$documentation])* $variant,)+
        }

        impl Control {
            /// All controls, in the order in which they are set.
            pub const ALL: [Self; [$($name),+].len()] = [$(Self::$variant),+];

            /// The standard's name: `whiteBalanceMode`.
            pub const fn as_str(self) -> &'static str {
                match self {
                    $(Self::$variant => $name,)+
                }
            }
        }
    };
}

properties!(controls);

/// How a device finds its white balance, exposure or focus
/// ([`MeteringMode`](https://www.w3.org/TR/image-capture/#enumdef-meteringmode)).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default, Reflect)]
#[reflect(Debug, Clone, PartialEq, Hash, Default)]
#[non_exhaustive]
pub enum MeteringMode {
    /// The device has no means to change it.
    #[default]
    None,
    /// It keeps the value that is set.
    Manual,
    /// The device finds it once, then keeps it.
    SingleShot,
    /// The device finds it again all the time.
    Continuous,
}

impl MeteringMode {
    /// The standard's name: `single-shot`.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::None => "none",
            Self::Manual => "manual",
            Self::SingleShot => "single-shot",
            Self::Continuous => "continuous",
        }
    }

    /// The mode of this name in the standard. `None` if the name is unknown.
    pub fn from_name(name: &str) -> Option<Self> {
        [Self::None, Self::Manual, Self::SingleShot, Self::Continuous]
            .into_iter()
            .find(|mode| mode.as_str() == name)
    }
}

/// The value of a control.
#[derive(Debug, Clone, PartialEq, Reflect)]
#[reflect(Debug, Clone, PartialEq)]
#[non_exhaustive]
pub enum ControlValue {
    /// A number, in the unit of the control.
    Number(f64),
    /// A metering mode.
    Mode(MeteringMode),
    /// On or off.
    Boolean(bool),
    /// Points. Coordinates are 0 to 1, from the top left to the right and down.
    Points(Vec<Vec2>),
}

/// The values that a control of a device accepts.
#[derive(Debug, Clone, PartialEq, Reflect)]
#[reflect(Debug, Clone, PartialEq)]
#[non_exhaustive]
pub enum ControlCapability {
    /// The numbers of a range.
    Number(SettingsRange),
    /// One of these modes.
    Modes(Vec<MeteringMode>),
    /// One of these values.
    Booleans(Vec<bool>),
    /// Any points.
    Points,
}

/// The numbers that a control accepts
/// ([`MediaSettingsRange`](https://www.w3.org/TR/image-capture/#mediasettingsrange-section)).
#[derive(Debug, Clone, Copy, PartialEq, Reflect)]
#[reflect(Debug, Clone, PartialEq)]
pub struct SettingsRange {
    /// The least number.
    pub min: f64,
    /// The greatest number.
    pub max: f64,
    /// The distance between two numbers, counted from `min`. 0 if every number of the range is accepted.
    pub step: f64,
}

/// The values of the controls of a device. Controls that it doesn't have are absent.
pub type ControlSettings = BTreeMap<Control, ControlValue>;

/// The capabilities of the controls of a device. Controls that it doesn't have are absent.
pub type ControlCapabilities = BTreeMap<Control, ControlCapability>;

impl fmt::Display for Control {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

impl ControlValue {
    /// The number, if the value is one.
    pub const fn as_number(&self) -> Option<f64> {
        match self {
            Self::Number(number) => Some(*number),
            _ => None,
        }
    }

    /// The mode, if the value is one.
    pub const fn as_mode(&self) -> Option<MeteringMode> {
        match self {
            Self::Mode(mode) => Some(*mode),
            _ => None,
        }
    }

    /// The boolean, if the value is one.
    pub const fn as_boolean(&self) -> Option<bool> {
        match self {
            Self::Boolean(on) => Some(*on),
            _ => None,
        }
    }
}

impl ControlCapability {
    /// The value that the control takes if it is set to `value`. Numbers are snapped to the nearest one of the range.
    ///
    /// `None` if the control can't be set to `value`: a value of another type, a mode or boolean that isn't offered, a
    /// number or a point that isn't finite.
    pub fn accept(&self, value: &ControlValue) -> Option<ControlValue> {
        let accepted = match (self, value) {
            (Self::Number(range), ControlValue::Number(number)) => {
                return number.is_finite().then(|| ControlValue::Number(range.snap(*number)));
            }
            (Self::Modes(modes), ControlValue::Mode(mode)) => modes.contains(mode),
            (Self::Booleans(values), ControlValue::Boolean(value)) => values.contains(value),
            (Self::Points, ControlValue::Points(points)) => points.iter().all(|point| point.is_finite()),
            _ => false,
        };
        accepted.then(|| value.clone())
    }
}

impl SettingsRange {
    /// The number of the range that is nearest to `number`.
    pub fn snap(&self, number: f64) -> f64 {
        let Self { min, max, step } = *self;
        if step <= 0.0 || step.is_nan() {
            return number.min(max).max(min);
        }
        let last = ((max - min) / step + 1e-9).floor();
        let steps = ((number - min) / step).round().min(last).max(0.0);
        min + steps * step
    }

    /// The part of the range between two bounds, on the same steps. `None` if no number of the range lies there.
    pub(crate) fn between(&self, least: Option<f64>, greatest: Option<f64>) -> Option<Self> {
        // A computed number may miss a step by rounding.
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
    fn numbers_are_accepted_snapped_and_finite() {
        let zoom = ControlCapability::Number(ZOOM);
        assert_eq!(zoom.accept(&ControlValue::Number(1.3)), Some(ControlValue::Number(1.25)));
        assert_eq!(zoom.accept(&ControlValue::Number(9.0)), Some(ControlValue::Number(3.0)));
        for other in [
            ControlValue::Number(f64::NAN),
            ControlValue::Number(f64::INFINITY),
            ControlValue::Boolean(true),
            ControlValue::Mode(MeteringMode::Manual),
            ControlValue::Points(vec![]),
        ] {
            assert_eq!(zoom.accept(&other), None, "{other:?}");
        }
    }

    #[test]
    fn only_values_that_are_offered_are_accepted() {
        let mode = ControlValue::Mode;
        let modes = ControlCapability::Modes(vec![MeteringMode::Manual, MeteringMode::Continuous]);
        assert_eq!(modes.accept(&mode(MeteringMode::Manual)), Some(mode(MeteringMode::Manual)));
        assert_eq!(modes.accept(&mode(MeteringMode::SingleShot)), None);
        let off = ControlCapability::Booleans(vec![false]);
        assert_eq!(off.accept(&ControlValue::Boolean(false)), Some(ControlValue::Boolean(false)));
        assert_eq!(off.accept(&ControlValue::Boolean(true)), None);
        let points = |x| ControlValue::Points(vec![Vec2::splat(0.5), Vec2::new(x, 0.0)]);
        assert_eq!(ControlCapability::Points.accept(&points(0.25)), Some(points(0.25)));
        assert_eq!(ControlCapability::Points.accept(&points(f32::NAN)), None);
        assert_eq!(ControlCapability::Points.accept(&ControlValue::Number(0.5)), None);
    }

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
