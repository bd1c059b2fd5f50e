//! Fitness distance: how far a candidate is from a set of constraints
//! ([`fitness distance`](https://www.w3.org/TR/mediacapture-streams/#dfn-fitness-distance)).
//!
//! It is the sum over the members of the set. Of each member the first rule that applies counts:
//!
//! 1. The name isn't supported: 0. (The types here have no such members.)
//! 2. The member is required, and the candidate lacks or violates it: infinite.
//! 3. The member doesn't apply to this kind of track: 0. (The types here have no such members.)
//! 4. A boolean for a number: 0 if it equals "the candidate has the setting", else 1.
//! 5. The candidate has no such setting: 1.
//! 6. Nothing is preferred: 0.
//! 7. Numbers: |actual - ideal| / max(|actual|, |ideal|).
//! 8. All else: 0 if the preferred values include the actual one, else 1.

use bevy::math::UVec2;

use crate::device::{ControlSettings, Device, NativeMode};

use super::{
    ConstrainBool, ConstrainList, ConstrainNumber, Number, ResizeMode, VideoConstraintSet, VideoSettings,
    reference::ConstraintRef,
};

/// The relative difference up to which aspect ratios are equal. Sizes are whole pixels, and people write 1.78 for 16:9.
pub(super) const RATIO_TOLERANCE: f64 = 0.003;

/// The relative difference up to which frame rates are equal. 29.97 is 30000 / 1001, and 333333 units of 100 ns of a
/// driver are a thirtieth of a second. 29.97 and 30 differ.
pub(super) const RATE_TOLERANCE: f64 = 0.000_01;

/// The meaning of a bare value.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum BareMeaning {
    /// In the basic set.
    Ideal,
    /// In an advanced set.
    Exact,
}

/// One way to use a device.
#[derive(Debug, Clone, Copy)]
pub(super) struct Candidate<'a> {
    pub(super) device: &'a Device,
    pub(super) native: NativeMode,
    pub(super) resize_mode: ResizeMode,
    pub(super) size: UVec2,
    pub(super) frame_rate: f64,
}

impl Candidate<'_> {
    /// The part of the distance to a set that the controls have no part in. Infinite if a required member isn't met.
    pub(super) fn selection_distance(&self, set: &VideoConstraintSet, meaning: BareMeaning) -> f64 {
        let group = &self.device.group_id;
        set.size_distance(self.size, meaning)
            + set.frame_rate.distance(Some(self.frame_rate), RATE_TOLERANCE, meaning)
            + set.facing_mode.distance(self.device.facing_mode.as_ref(), meaning)
            + set.resize_mode.distance(Some(&self.resize_mode), meaning)
            + set.device_id.distance(Some(&self.device.id), meaning)
            + set.group_id.distance((!group.is_empty()).then_some(group), meaning)
    }

    pub(super) fn to_settings(self, controls: ControlSettings) -> VideoSettings {
        VideoSettings {
            size: self.size,
            frame_rate: self.frame_rate,
            resize_mode: self.resize_mode,
            controls,
            ..VideoSettings::new(self.device, self.native)
        }
    }
}

/// Rule 7: 0 for the same number, 1 for zero and any other number, 2 for a number and its opposite. Symmetric.
pub(super) fn difference(a: f64, b: f64) -> f64 {
    // Divided first: the difference of two finite numbers may not be finite.
    let scale = a.abs().max(b.abs());
    if a == b { 0.0 } else { (a / scale - b / scale).abs() }
}

/// Rule 7, with a tolerance up to which numbers are equal.
pub(super) fn difference_beyond(tolerance: f64, a: f64, b: f64) -> f64 {
    let difference = difference(a, b);
    if difference <= tolerance { 0.0 } else { difference }
}

/// The constraint on one property, whatever its type.
pub(super) trait Constraint {
    /// Whether it constrains nothing.
    fn is_empty(&self) -> bool;

    /// Whether it excludes candidates that don't meet it.
    fn is_required(&self, meaning: BareMeaning) -> bool;

    /// Rules 2, 4 and 5 for a candidate without such a setting.
    fn distance_if_lacking(&self, meaning: BareMeaning) -> f64 {
        match (self.is_empty(), self.is_required(meaning)) {
            (true, _) => 0.0,
            (false, true) => f64::INFINITY,
            (false, false) => 1.0,
        }
    }
}

impl<T: Number> ConstrainNumber<T> {
    /// The required least and greatest value.
    pub(super) fn bounds(&self, meaning: BareMeaning) -> (Option<T>, Option<T>) {
        let exact = self.exact.or(self.bare.filter(|_| meaning == BareMeaning::Exact));
        let least = match (exact, self.min) {
            (Some(exact), Some(min)) if min > exact => Some(min),
            (exact, min) => exact.or(min),
        };
        let greatest = match (exact, self.max) {
            (Some(exact), Some(max)) if max < exact => Some(max),
            (exact, max) => exact.or(max),
        };
        (least, greatest)
    }

    /// Whether it contradicts itself.
    pub(super) fn is_inverted(&self) -> bool {
        self.min.zip(self.max).is_some_and(|(min, max)| min > max)
    }

    /// The preferred value.
    pub(super) fn preferred(&self, meaning: BareMeaning) -> Option<T> {
        self.ideal.or(self.bare.filter(|_| meaning == BareMeaning::Ideal))
    }
}

impl<T: Number + PartialEq + Into<f64>> ConstrainNumber<T> {
    pub(super) fn distance(&self, actual: Option<f64>, tolerance: f64, meaning: BareMeaning) -> f64 {
        let Some(actual) = actual else {
            return self.distance_if_lacking(meaning);
        };
        let (least, greatest) = self.bounds(meaning);
        let violates = least
            .is_some_and(|least| actual < least.into() && !equal(tolerance, actual, least.into()))
            || greatest.is_some_and(|greatest| {
                actual > greatest.into() && !equal(tolerance, actual, greatest.into())
            });
        if violates || self.is_inverted() || (self.present == Some(false) && meaning == BareMeaning::Exact) {
            return f64::INFINITY;
        }
        let absence = if self.present == Some(false) { 1.0 } else { 0.0 };
        absence
            + self.preferred(meaning).map_or(0.0, |ideal| difference_beyond(tolerance, actual, ideal.into()))
    }
}

/// Whether two numbers are equal up to a relative tolerance.
pub(super) fn equal(tolerance: f64, a: f64, b: f64) -> bool {
    difference(a, b) <= tolerance
}

impl<T: Number> Constraint for ConstrainNumber<T> {
    fn is_empty(&self) -> bool {
        *self == Self::default()
    }

    fn is_required(&self, meaning: BareMeaning) -> bool {
        let (least, greatest) = self.bounds(meaning);
        least.is_some() || greatest.is_some() || (self.present.is_some() && meaning == BareMeaning::Exact)
    }

    fn distance_if_lacking(&self, meaning: BareMeaning) -> f64 {
        let only_absence = Self { present: Some(false), ..Self::default() };
        match (self.is_empty() || *self == only_absence, self.is_required(meaning)) {
            (true, _) => 0.0,
            (false, true) => f64::INFINITY,
            (false, false) => 1.0,
        }
    }
}

impl<T: PartialEq> ConstrainList<T> {
    /// The values of which a candidate must have one. `None` if there is no such requirement.
    pub(super) fn required(&self, meaning: BareMeaning) -> Option<&[T]> {
        let bare = (meaning == BareMeaning::Exact).then_some(&self.bare);
        [Some(&self.exact), bare].into_iter().flatten().find(|list| !list.is_empty()).map(Vec::as_slice)
    }

    /// The preferred values. `None` if there are none.
    pub(super) fn preferred(&self, meaning: BareMeaning) -> Option<&[T]> {
        let bare = (meaning == BareMeaning::Ideal).then_some(&self.bare);
        [Some(&self.ideal), bare].into_iter().flatten().find(|list| !list.is_empty()).map(Vec::as_slice)
    }

    /// Whether it permits a candidate with this value.
    pub(super) fn allows(&self, actual: Option<&T>, meaning: BareMeaning) -> bool {
        self.required(meaning).is_none_or(|list| actual.is_some_and(|actual| list.contains(actual)))
    }

    pub(super) fn distance(&self, actual: Option<&T>, meaning: BareMeaning) -> f64 {
        if !self.allows(actual, meaning) {
            return f64::INFINITY;
        }
        let Some(actual) = actual else {
            return self.distance_if_lacking(meaning);
        };
        self.preferred(meaning).map_or(0.0, |list| if list.contains(actual) { 0.0 } else { 1.0 })
    }
}

impl<T: PartialEq> Constraint for ConstrainList<T> {
    fn is_empty(&self) -> bool {
        self.bare.is_empty() && self.exact.is_empty() && self.ideal.is_empty()
    }

    fn is_required(&self, meaning: BareMeaning) -> bool {
        self.required(meaning).is_some()
    }
}

impl ConstrainBool {
    /// Whether it permits a candidate with this value.
    pub(super) fn allows(&self, actual: bool, meaning: BareMeaning) -> bool {
        let required = self.exact.or(self.bare.filter(|_| meaning == BareMeaning::Exact));
        required.is_none_or(|required| required == actual)
    }

    /// The preferred value of a basic set.
    pub(super) fn preferred(&self) -> Option<bool> {
        self.ideal.or(self.bare)
    }
}

impl Constraint for ConstrainBool {
    fn is_empty(&self) -> bool {
        *self == Self::default()
    }

    fn is_required(&self, meaning: BareMeaning) -> bool {
        self.exact.is_some() || (self.bare.is_some() && meaning == BareMeaning::Exact)
    }
}

impl ConstraintRef<'_> {
    pub(super) fn is_empty(&self) -> bool {
        self.constraint().is_empty()
    }

    pub(super) fn is_required(&self, meaning: BareMeaning) -> bool {
        self.constraint().is_required(meaning)
    }

    pub(super) fn distance_if_lacking(&self, meaning: BareMeaning) -> f64 {
        self.constraint().distance_if_lacking(meaning)
    }

    /// Whether it excludes devices that have the setting: `pan: false` in an advanced set.
    pub(super) fn requires_absence(&self, meaning: BareMeaning) -> bool {
        meaning == BareMeaning::Exact && self.prefers_absence()
    }

    pub(super) fn prefers_absence(&self) -> bool {
        matches!(self, Self::Number(constraint) if constraint.present == Some(false))
    }

    fn constraint(&self) -> &dyn Constraint {
        match self {
            Self::Whole(constraint) => *constraint,
            Self::Number(constraint) => *constraint,
            Self::Boolean(constraint) => *constraint,
            Self::Modes(constraint) => *constraint,
            Self::Points(constraint) => *constraint,
            Self::FacingModes(constraint) => *constraint,
            Self::ResizeModes(constraint) => *constraint,
            Self::Devices(constraint) => *constraint,
            Self::Strings(constraint) => *constraint,
        }
    }
}

impl VideoConstraintSet {
    /// The part of the distance to a candidate that its size makes.
    pub(super) fn size_distance(&self, size: UVec2, meaning: BareMeaning) -> f64 {
        let (width, height) = (f64::from(size.x), f64::from(size.y));
        self.width.distance(Some(width), 0.0, meaning)
            + self.height.distance(Some(height), 0.0, meaning)
            + self.aspect_ratio.distance(Some(width / height), RATIO_TOLERANCE, meaning)
    }
}

#[cfg(test)]
mod tests {
    use bevy::math::uvec2;

    use super::*;
    use crate::{
        constraint::{at_least, at_most, exact, ideal, target::Targets},
        device::{Control, ControlCapabilities, ControlCapability, DeviceKind, FacingMode, SettingsRange},
        frame::PixelFormat,
    };

    /// The distance of 640x480 at 30 Hz, on a device that faces the user and has no known group.
    fn distance(set: VideoConstraintSet, meaning: BareMeaning) -> f64 {
        let size = uvec2(640, 480);
        let native = NativeMode { size, frame_rate: 30.0, format: PixelFormat::Yuyv };
        let device = Device {
            id: "here".into(),
            label: String::new(),
            group_id: String::new(),
            kind: DeviceKind::VideoInput,
            facing_mode: Some(FacingMode::User),
            modes: vec![native],
            controls: ControlCapabilities::from([(
                Control::Brightness,
                ControlCapability::Number(SettingsRange { min: -64.0, max: 64.0, step: 1.0 }),
            )]),
        };
        let resize_mode = ResizeMode::None;
        let candidate = Candidate { device: &device, native, resize_mode, size, frame_rate: 30.0 };
        candidate.selection_distance(&set, meaning) + control_distance(&device.controls, &set, meaning)
    }

    fn control_distance(
        controls: &ControlCapabilities,
        set: &VideoConstraintSet,
        meaning: BareMeaning,
    ) -> f64 {
        let Some(mut targets) = Targets::any(controls).narrowed(set, meaning) else { return f64::INFINITY };
        targets.prefer(set)
    }

    fn basic(set: VideoConstraintSet) -> f64 {
        distance(set, BareMeaning::Ideal)
    }

    fn advanced(set: VideoConstraintSet) -> f64 {
        distance(set, BareMeaning::Exact)
    }

    fn set() -> VideoConstraintSet {
        VideoConstraintSet::new()
    }

    #[test]
    fn an_empty_set_is_met() {
        assert_eq!((basic(set()), advanced(set())), (0.0, 0.0));
        assert_eq!(advanced(set().device_id(Vec::<String>::new())), 0.0);
    }

    #[test]
    fn rule_2_required_and_violated() {
        for violated in [
            set().width(at_least(641)),
            set().height(at_most(479)),
            set().frame_rate(exact(29.0)),
            set().aspect_ratio(exact(1.0)),
            set().facing_mode(exact(FacingMode::Left)),
            set().resize_mode(exact(ResizeMode::CropAndScale)),
            set().device_id(exact("there")),
        ] {
            assert_eq!(basic(violated.clone()), f64::INFINITY, "{violated:?}");
        }
        assert_eq!(basic(set().width(at_least(640)).height(at_most(480)).frame_rate(exact(30.0))), 0.0);
        assert_eq!(advanced(set().width(641)), f64::INFINITY, "bare in an advanced set");
        assert_eq!(advanced(set().facing_mode([FacingMode::Left, FacingMode::User])), 0.0);
    }

    #[test]
    fn rule_2_required_and_lacking() {
        assert_eq!(basic(set().group_id(exact("group"))), f64::INFINITY);
        for lacking in [set().zoom(2.0), set().torch(false), set().pan(true)] {
            assert_eq!(advanced(lacking.clone()), f64::INFINITY, "{lacking:?}");
        }
    }

    #[test]
    fn rule_4_a_boolean_for_a_number_constrains_its_presence() {
        assert_eq!(basic(set().pan(true)), 1.0);
        assert_eq!(basic(set().pan(false)), 0.0);
        assert_eq!(basic(set().brightness(true)), 0.0);
        assert_eq!(basic(set().brightness(false)), 1.0);
        assert_eq!(basic(set().frame_rate(true)), 0.0);
        assert_eq!(basic(set().frame_rate(false)), 1.0);
    }

    #[test]
    fn rule_5_preferred_and_lacking() {
        assert_eq!(basic(set().group_id("group")), 1.0);
        assert_eq!(basic(set().zoom(2.0).torch(true).contrast(ideal(0.0))), 3.0);
    }

    #[test]
    fn rule_6_nothing_preferred() {
        assert_eq!(basic(set().width(at_most(10_000)).frame_rate(at_least(1.0))), 0.0);
        assert_eq!(advanced(set().width(ideal(640)).height(ideal(480))), 0.0);
    }

    #[test]
    fn rule_7_numbers() {
        assert_eq!(basic(set().width(1280)), 0.5);
        assert_eq!(basic(set().width(ideal(320))), 0.5);
        assert_eq!(basic(set().height(600).frame_rate(60)), 0.2 + 0.5);
        assert_eq!(basic(set().width(0)), 1.0);
        assert_eq!(basic(set().brightness(-32.0)), 0.0);
        assert_eq!(basic(set().brightness(128.0)), 0.5);
        assert_eq!(advanced(set().brightness(128.0)), f64::INFINITY);
        assert_eq!(advanced(set().brightness(64.0)), 0.0);
        // A preference in an advanced set has a distance too, but no step of the algorithm compares it.
        assert_eq!(advanced(set().width(ideal(1280))), 0.5);
    }

    #[test]
    fn rule_8_all_else() {
        assert_eq!(basic(set().facing_mode(FacingMode::User)), 0.0);
        assert_eq!(basic(set().facing_mode(FacingMode::Left)), 1.0);
        assert_eq!(basic(set().facing_mode(ideal([FacingMode::Left, FacingMode::User]))), 0.0);
        assert_eq!(basic(set().device_id("there").resize_mode(ResizeMode::CropAndScale)), 2.0);
    }

    #[test]
    fn numbers_within_rounding_are_equal() {
        assert_eq!(basic(set().aspect_ratio(1.33)), 0.0);
        assert_eq!(basic(set().frame_rate(1e7 / 333_333.0)), 0.0);
        assert!(basic(set().frame_rate(29.97)) > 0.0);
    }

    #[test]
    fn difference_of_the_largest_numbers() {
        assert_eq!(difference(f64::MAX, f64::MIN), 2.0);
        assert_eq!(difference(0.0, -0.0), 0.0);
    }
}
