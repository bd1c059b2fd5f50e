//! The values that constraints leave of each control, and the one to set.

use std::collections::BTreeMap;

use super::{
    VideoConstraintSet,
    fitness::{BareMeaning, difference},
    reference::ConstraintRef,
};
use crate::device::{
    Control, ControlCapabilities, ControlCapability, ControlSettings, ControlValue, SettingsRange,
};

/// The values that constraints leave of each control of a device.
#[derive(Debug, Clone, Default, PartialEq)]
pub(crate) struct Targets(BTreeMap<Control, Target>);

impl Targets {
    /// All values that the device accepts.
    pub(super) fn any(capabilities: &ControlCapabilities) -> Self {
        let any = |(control, capability): (&Control, &ControlCapability)| (*control, Target::any(capability));
        Self(capabilities.iter().map(any).collect())
    }

    /// Narrowed by the required members of a set. `None` if they can't be met.
    pub(super) fn narrowed(self, set: &VideoConstraintSet, meaning: BareMeaning) -> Option<Self> {
        let mut controls = set.controls().into_iter();
        controls.try_fold(self, |targets, (control, constraint)| {
            targets.narrowed_by(control, constraint, meaning)
        })
    }

    /// Narrowed by the constraint on one control, if it is required. `None` if it can't be met.
    pub(super) fn narrowed_by(
        mut self,
        control: Control,
        constraint: ConstraintRef,
        meaning: BareMeaning,
    ) -> Option<Self> {
        match self.0.remove(&control) {
            Some(target) => _ = self.0.insert(control, target.narrowed(constraint, meaning)?),
            None if constraint.distance_if_lacking(meaning).is_infinite() => return None,
            None => {}
        }
        Some(self)
    }

    /// The values that are left of a control.
    pub(super) fn allowed(&self, control: Control) -> Option<&ControlCapability> {
        self.0.get(&control).map(|target| &target.allowed)
    }

    /// Chooses the values that the basic set prefers. Returns the distance to them.
    pub(super) fn prefer(&mut self, basic: &VideoConstraintSet) -> f64 {
        let distance = |(control, constraint): (Control, ConstraintRef)| match self.0.get_mut(&control) {
            Some(target) => target.prefer(constraint),
            None => constraint.distance_if_lacking(BareMeaning::Ideal),
        };
        basic.controls().into_iter().map(distance).sum()
    }

    /// Limits the capabilities of a device to the values that are left of required controls.
    pub(super) fn restrict(&self, capabilities: &mut ControlCapabilities) {
        for (control, target) in self.0.iter().filter(|(_, target)| target.required) {
            capabilities.insert(*control, target.allowed.clone());
        }
    }

    /// Whether a control is required.
    pub(crate) fn require(&self, control: Control) -> bool {
        self.0.get(&control).is_some_and(|target| target.required)
    }

    /// The values to set, in order, given the current ones.
    pub(crate) fn resolve(&self, current: &ControlSettings) -> ControlSettings {
        let resolve =
            |(control, target): (&Control, &Target)| Some((*control, target.resolve(current.get(control))?));
        self.0.iter().filter_map(resolve).collect()
    }
}

/// The values that are left of a control, and the preferred one.
#[derive(Debug, Clone, PartialEq)]
struct Target {
    allowed: ControlCapability,
    /// Whether a constraint required something.
    required: bool,
    /// The points that were required.
    points: Option<ControlValue>,
    preferred: Option<ControlValue>,
}

impl Target {
    /// All values that the device accepts.
    fn any(capability: &ControlCapability) -> Self {
        Self { allowed: capability.clone(), required: false, points: None, preferred: None }
    }

    /// Narrowed by a constraint, if it is required. `None` if it can't be met.
    fn narrowed(mut self, constraint: ConstraintRef, meaning: BareMeaning) -> Option<Self> {
        if constraint.requires_absence(meaning) {
            return None;
        }
        if !constraint.is_required(meaning) {
            return Some(self);
        }
        match (&mut self.allowed, constraint) {
            (ControlCapability::Number(range), ConstraintRef::Number(constraint)) => {
                let (least, greatest) = constraint.bounds(meaning);
                if constraint.is_inverted() {
                    return None;
                }
                *range = range.between(least, greatest)?;
                self.required |= least.is_some() || greatest.is_some();
                return Some(self);
            }
            (ControlCapability::Modes(modes), ConstraintRef::Modes(constraint)) => {
                modes.retain(|mode| constraint.allows(Some(mode), meaning));
                if modes.is_empty() {
                    return None;
                }
            }
            (ControlCapability::Booleans(values), ConstraintRef::Boolean(constraint)) => {
                values.retain(|value| constraint.allows(*value, meaning));
                if values.is_empty() {
                    return None;
                }
            }
            (ControlCapability::Points, ConstraintRef::Points(constraint)) => {
                let points = ControlValue::Points(constraint.required(meaning)?.to_vec());
                if self.points.as_ref().is_some_and(|others| *others != points) {
                    return None;
                }
                self.points = Some(points);
            }
            _ => return None,
        }
        self.required = true;
        Some(self)
    }

    /// Chooses the value that the basic set prefers. Returns the distance to it.
    fn prefer(&mut self, constraint: ConstraintRef) -> f64 {
        let absence = if constraint.prefers_absence() { 1.0 } else { 0.0 };
        let (distance, preferred) = match (&self.allowed, constraint) {
            (ControlCapability::Number(range), ConstraintRef::Number(constraint)) => {
                match constraint.preferred(BareMeaning::Ideal) {
                    None => (0.0, None),
                    Some(ideal) => {
                        let nearest = range.snap(ideal);
                        (difference(nearest, ideal), Some(ControlValue::Number(nearest)))
                    }
                }
            }
            (ControlCapability::Modes(modes), ConstraintRef::Modes(constraint)) => {
                match constraint.preferred(BareMeaning::Ideal) {
                    None => (0.0, None),
                    Some(wanted) => match wanted.iter().find(|mode| modes.contains(mode)) {
                        Some(mode) => (0.0, Some(ControlValue::Mode(*mode))),
                        None => (1.0, None),
                    },
                }
            }
            (ControlCapability::Booleans(values), ConstraintRef::Boolean(constraint)) => {
                match constraint.preferred() {
                    None => (0.0, None),
                    Some(wanted) if values.contains(&wanted) => (0.0, Some(ControlValue::Boolean(wanted))),
                    Some(_) => (1.0, None),
                }
            }
            (ControlCapability::Points, ConstraintRef::Points(constraint)) => {
                match constraint.preferred(BareMeaning::Ideal) {
                    None => (0.0, None),
                    Some(wanted) => {
                        let wanted = ControlValue::Points(wanted.to_vec());
                        let off = self.points.as_ref().is_some_and(|points| *points != wanted);
                        if off { (1.0, None) } else { (0.0, Some(wanted)) }
                    }
                }
            }
            _ => (if constraint.is_empty() { 0.0 } else { 1.0 }, None),
        };
        self.preferred = preferred;
        absence + distance
    }

    /// The value to set given the current one. `None` if no change is needed.
    fn resolve(&self, current: Option<&ControlValue>) -> Option<ControlValue> {
        let wanted =
            self.preferred.clone().or_else(|| self.required.then(|| self.nearest(current)).flatten())?;
        (current != Some(&wanted)).then_some(wanted)
    }

    /// The allowed value that is nearest to the current one.
    fn nearest(&self, current: Option<&ControlValue>) -> Option<ControlValue> {
        match (&self.allowed, current) {
            (ControlCapability::Number(range), Some(ControlValue::Number(number))) => {
                Some(ControlValue::Number(range.snap(*number)))
            }
            (ControlCapability::Number(SettingsRange { min, .. }), _) => Some(ControlValue::Number(*min)),
            (ControlCapability::Modes(modes), current) => {
                let stays = current.and_then(ControlValue::as_mode).filter(|mode| modes.contains(mode));
                stays.or_else(|| modes.first().copied()).map(ControlValue::Mode)
            }
            (ControlCapability::Booleans(values), current) => {
                let stays = current.and_then(ControlValue::as_boolean).filter(|value| values.contains(value));
                stays.or_else(|| values.first().copied()).map(ControlValue::Boolean)
            }
            (ControlCapability::Points, _) => self.points.clone(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::constraint::{ConstrainNumber, at_least, between, exact, ideal};

    fn zoom() -> Target {
        Target::any(&ControlCapability::Number(SettingsRange { min: 1.0, max: 4.0, step: 0.5 }))
    }

    fn number(number: f64) -> Option<ControlValue> {
        Some(ControlValue::Number(number))
    }

    fn preferring(mut target: Target, constraint: ConstrainNumber<f64>) -> (f64, Target) {
        let distance = target.prefer(ConstraintRef::Number(&constraint));
        (distance, target)
    }

    #[test]
    fn no_constraint_changes_nothing() {
        assert_eq!(zoom().resolve(number(2.0).as_ref()), None);
        assert_eq!(zoom().resolve(None), None);
    }

    #[test]
    fn the_preferred_value_is_snapped_and_clamped() {
        let (distance, target) = preferring(zoom(), ideal(2.5));
        assert_eq!((distance, target.resolve(None)), (0.0, number(2.5)));
        let (distance, target) = preferring(zoom(), ideal(2.2));
        assert!((distance - 0.2 / 2.2).abs() < 1e-9);
        assert_eq!(target.resolve(number(2.0).as_ref()), None, "no change is needed");
        let (distance, target) = preferring(zoom(), ideal(8.0));
        assert_eq!((distance, target.resolve(None)), (0.5, number(4.0)));
    }

    #[test]
    fn a_requirement_moves_the_value_only_as_far_as_it_must() {
        let narrowed =
            zoom().narrowed(ConstraintRef::Number(&at_least(2.0)), BareMeaning::Exact).expect("2 to 4");
        assert_eq!(narrowed.resolve(number(3.0).as_ref()), None);
        assert_eq!(narrowed.resolve(number(1.0).as_ref()), number(2.0));
        assert_eq!(narrowed.resolve(None), number(2.0));
        assert_eq!(zoom().narrowed(ConstraintRef::Number(&exact(9.0)), BareMeaning::Exact), None);
        assert_eq!(zoom().narrowed(ConstraintRef::Number(&between(3.0, 2.0)), BareMeaning::Exact), None);
        let absent = ConstrainNumber::from(false);
        assert_eq!(zoom().narrowed(ConstraintRef::Number(&absent), BareMeaning::Exact), None);
    }
}
