//! The constraints on the controls of a device.

use bevy::prelude::*;

use super::{
    VideoConstraintSet,
    reference::{ConstraintRef, ControlConstraintMut},
    value::{ConstrainList, ideal},
};
use crate::device::{Control, ControlValue};

impl VideoConstraintSet {
    /// The constraint on each control.
    pub(super) fn controls(&self) -> [(Control, ConstraintRef<'_>); Control::ALL.len()] {
        Control::ALL.map(|control| (control, self.control(control)))
    }

    /// Prefers a value of a control, as `ideal` does. It replaces the constraint on that control, as a slider in a
    /// panel of settings does. A value of another type than the control's is ignored.
    pub fn prefer(&mut self, control: Control, value: ControlValue) {
        match (self.control_mut(control), value) {
            (ControlConstraintMut::Number(constraint), ControlValue::Number(number)) => {
                *constraint = ideal(number);
            }
            (ControlConstraintMut::Boolean(constraint), ControlValue::Boolean(value)) => {
                *constraint = ideal(value);
            }
            (ControlConstraintMut::Modes(constraint), ControlValue::Mode(mode)) => *constraint = ideal(mode),
            (ControlConstraintMut::Points(constraint), ControlValue::Points(points)) => {
                *constraint = ConstrainList { ideal: points, ..default() };
            }
            _ => {}
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{constraint::exact, device::MeteringMode};

    #[test]
    fn a_preference_replaces_the_constraint_on_its_control() {
        let mut set = VideoConstraintSet::new().zoom(exact(2.0));
        set.prefer(Control::Zoom, ControlValue::Number(3.0));
        set.prefer(Control::FocusMode, ControlValue::Mode(MeteringMode::Manual));
        set.prefer(Control::Torch, ControlValue::Boolean(true));
        set.prefer(Control::Pan, ControlValue::Boolean(true));
        let expected = VideoConstraintSet::new()
            .zoom(ideal(3.0))
            .focus_mode(ideal(MeteringMode::Manual))
            .torch(ideal(true));
        assert_eq!(set, expected);
    }

    #[test]
    fn each_control_has_its_own_member() {
        for control in Control::ALL {
            let mut set = VideoConstraintSet::new();
            for value in [
                ControlValue::Number(1.0),
                ControlValue::Mode(MeteringMode::Manual),
                ControlValue::Boolean(true),
                ControlValue::Points(vec![Vec2::ZERO]),
            ] {
                set.prefer(control, value);
            }
            let constrained: Vec<_> = set
                .controls()
                .into_iter()
                .filter(|(_, constraint)| !constraint.is_empty())
                .map(|(control, _)| control)
                .collect();
            assert_eq!(constrained, [control]);
        }
    }
}
