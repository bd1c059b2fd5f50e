//! What constraints leave of a control, and the value that they come to.

use std::collections::BTreeMap;

use super::{
    VideoConstraintSet,
    control::Asked,
    fitness::{Bare, Constraint, difference},
};
use crate::device::{
    Control, ControlCapabilities, ControlCapability, ControlSettings, ControlValue, SettingsRange,
};

/// What constraints leave of each control of a device.
#[derive(Debug, Clone, Default, PartialEq)]
pub(crate) struct Targets(BTreeMap<Control, Target>);

impl Targets {
    /// Anything that the device can do.
    pub(super) fn any(capabilities: &ControlCapabilities) -> Self {
        let any = |(control, capability): (&Control, &ControlCapability)| (*control, Target::any(capability));
        Self(capabilities.iter().map(any).collect())
    }

    /// What is left of them under what a set requires; nothing where it can't be met.
    pub(super) fn narrowed(self, set: &VideoConstraintSet, bare: Bare) -> Option<Self> {
        let mut controls = set.controls().into_iter();
        controls.try_fold(self, |targets, (control, asked)| targets.narrowed_by(control, asked, bare))
    }

    /// What is left of them under what is required of one control; nothing where it can't be met.
    pub(super) fn narrowed_by(mut self, control: Control, asked: Asked, bare: Bare) -> Option<Self> {
        match self.0.remove(&control) {
            Some(target) => _ = self.0.insert(control, target.narrowed(asked, bare)?),
            None if asked.distance_where_lacking(bare).is_infinite() => return None,
            None => {}
        }
        Some(self)
    }

    /// What a control can still be set to.
    pub(super) fn allowed(&self, control: Control) -> Option<&ControlCapability> {
        self.0.get(&control).map(|target| &target.allowed)
    }

    /// Takes what the basic set prefers. Returns the distance to it.
    pub(super) fn prefer(&mut self, basic: &VideoConstraintSet) -> f64 {
        let distance = |(control, asked): (Control, Asked)| match self.0.get_mut(&control) {
            Some(target) => target.prefer(asked),
            None => asked.distance_where_lacking(Bare::Ideal),
        };
        basic.controls().into_iter().map(distance).sum()
    }

    /// Leaves of a device's capabilities only what meets what is required here.
    pub(super) fn restrict(&self, capabilities: &mut ControlCapabilities) {
        for (control, target) in self.0.iter().filter(|(_, target)| target.required) {
            capabilities.insert(*control, target.allowed.clone());
        }
    }

    /// Whether something is required of a control.
    pub(crate) fn require(&self, control: Control) -> bool {
        self.0.get(&control).is_some_and(|target| target.required)
    }

    /// The values to set, in order, on a device whose controls have these.
    pub(crate) fn resolve(&self, current: &ControlSettings) -> ControlSettings {
        let resolve =
            |(control, target): (&Control, &Target)| Some((*control, target.resolve(current.get(control))?));
        self.0.iter().filter_map(resolve).collect()
    }
}

/// The values that are still possible of a control, and the preferred one.
#[derive(Debug, Clone, PartialEq)]
struct Target {
    allowed: ControlCapability,
    /// Whether something was required.
    required: bool,
    /// The points that were required.
    points: Option<ControlValue>,
    preferred: Option<ControlValue>,
}

impl Target {
    /// Anything that the device can do.
    fn any(capability: &ControlCapability) -> Self {
        Self { allowed: capability.clone(), required: false, points: None, preferred: None }
    }

    /// What is left of it under what a set requires; nothing where it can't be met.
    fn narrowed(mut self, asked: Asked, bare: Bare) -> Option<Self> {
        if asked.requires_absence(bare) {
            return None;
        }
        if !asked.is_required(bare) {
            return Some(self);
        }
        match (&mut self.allowed, asked) {
            (ControlCapability::Number(range), Asked::Number(constraint)) => {
                let (least, greatest) = constraint.bounds(bare);
                if constraint.is_inverted() {
                    return None;
                }
                *range = range.between(least, greatest)?;
                self.required |= least.is_some() || greatest.is_some();
                return Some(self);
            }
            (ControlCapability::Modes(modes), Asked::Modes(constraint)) => {
                modes.retain(|mode| constraint.allows(Some(mode), bare));
                if modes.is_empty() {
                    return None;
                }
            }
            (ControlCapability::Booleans(values), Asked::Boolean(constraint)) => {
                values.retain(|value| constraint.allows(*value, bare));
                if values.is_empty() {
                    return None;
                }
            }
            (ControlCapability::Points, Asked::Points(constraint)) => {
                let points = ControlValue::Points(constraint.required(bare)?.to_vec());
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

    /// Takes what the basic set prefers. Returns the distance to it.
    fn prefer(&mut self, asked: Asked) -> f64 {
        let absence = if asked.prefers_absence() { 1.0 } else { 0.0 };
        let (distance, preferred) = match (&self.allowed, asked) {
            (ControlCapability::Number(range), Asked::Number(constraint)) => {
                match constraint.preferred(Bare::Ideal) {
                    None => (0.0, None),
                    Some(ideal) => {
                        let nearest = range.snap(ideal);
                        (difference(nearest, ideal), Some(ControlValue::Number(nearest)))
                    }
                }
            }
            (ControlCapability::Modes(modes), Asked::Modes(constraint)) => {
                match constraint.preferred(Bare::Ideal) {
                    None => (0.0, None),
                    Some(wanted) => match wanted.iter().find(|mode| modes.contains(mode)) {
                        Some(mode) => (0.0, Some(ControlValue::Mode(*mode))),
                        None => (1.0, None),
                    },
                }
            }
            (ControlCapability::Booleans(values), Asked::Boolean(constraint)) => match constraint.preferred()
            {
                None => (0.0, None),
                Some(wanted) if values.contains(&wanted) => (0.0, Some(ControlValue::Boolean(wanted))),
                Some(_) => (1.0, None),
            },
            (ControlCapability::Points, Asked::Points(constraint)) => {
                match constraint.preferred(Bare::Ideal) {
                    None => (0.0, None),
                    Some(wanted) => {
                        let wanted = ControlValue::Points(wanted.to_vec());
                        let off = self.points.as_ref().is_some_and(|points| *points != wanted);
                        if off { (1.0, None) } else { (0.0, Some(wanted)) }
                    }
                }
            }
            _ => (if asked.is_empty() { 0.0 } else { 1.0 }, None),
        };
        self.preferred = preferred;
        absence + distance
    }

    /// The value that the control is to have, where it has this one: nothing where that may stay.
    fn resolve(&self, current: Option<&ControlValue>) -> Option<ControlValue> {
        let wanted =
            self.preferred.clone().or_else(|| self.required.then(|| self.nearest(current)).flatten())?;
        (current != Some(&wanted)).then_some(wanted)
    }

    /// The allowed value that is nearest to this one.
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

impl Asked<'_> {
    pub(super) fn is_empty(&self) -> bool {
        self.constraint().is_empty()
    }

    pub(super) fn is_required(&self, bare: Bare) -> bool {
        self.constraint().is_required(bare)
    }

    /// Rules 2, 4 and 5 for a device that has no such control.
    pub(super) fn distance_where_lacking(&self, bare: Bare) -> f64 {
        self.constraint().distance_where_lacking(bare)
    }

    /// `pan: false` in an advanced set: only devices without it will do.
    fn requires_absence(&self, bare: Bare) -> bool {
        bare == Bare::Exact && self.prefers_absence()
    }

    fn prefers_absence(&self) -> bool {
        matches!(self, Self::Number(constraint) if constraint.present == Some(false))
    }

    fn constraint(&self) -> &dyn Constraint {
        match self {
            Self::Number(constraint) => *constraint,
            Self::Modes(constraint) => *constraint,
            Self::Points(constraint) => *constraint,
            Self::Boolean(constraint) => *constraint,
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
        let distance = target.prefer(Asked::Number(&constraint));
        (distance, target)
    }

    #[test]
    fn nothing_asked_changes_nothing() {
        assert_eq!(zoom().resolve(number(2.0).as_ref()), None);
        assert_eq!(zoom().resolve(None), None);
    }

    #[test]
    fn the_preferred_value_is_snapped_and_may_be_out_of_reach() {
        let (distance, target) = preferring(zoom(), ideal(2.5));
        assert_eq!((distance, target.resolve(None)), (0.0, number(2.5)));
        let (distance, target) = preferring(zoom(), ideal(2.2));
        assert!((distance - 0.2 / 2.2).abs() < 1e-9);
        assert_eq!(target.resolve(number(2.0).as_ref()), None, "it is so already");
        let (distance, target) = preferring(zoom(), ideal(8.0));
        assert_eq!((distance, target.resolve(None)), (0.5, number(4.0)));
    }

    #[test]
    fn a_requirement_moves_the_value_only_as_far_as_it_must() {
        let narrowed = zoom().narrowed(Asked::Number(&at_least(2.0)), Bare::Exact).expect("2 to 4");
        assert_eq!(narrowed.resolve(number(3.0).as_ref()), None);
        assert_eq!(narrowed.resolve(number(1.0).as_ref()), number(2.0));
        assert_eq!(narrowed.resolve(None), number(2.0));
        assert_eq!(zoom().narrowed(Asked::Number(&exact(9.0)), Bare::Exact), None);
        assert_eq!(zoom().narrowed(Asked::Number(&between(3.0, 2.0)), Bare::Exact), None);
        let absent = ConstrainNumber::from(false);
        assert_eq!(zoom().narrowed(Asked::Number(&absent), Bare::Exact), None);
    }
}
