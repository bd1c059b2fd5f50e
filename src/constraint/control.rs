//! The camera controls, as constraints ask for them.

use bevy::prelude::*;

use super::{ConstrainBool, ConstrainList, ConstrainNumber, VideoConstraintSet};
use crate::device::{Control, ControlValue, MeteringMode};

/// What a set asks of a control.
#[derive(Debug, Clone, Copy)]
pub(super) enum Asked<'a> {
    Number(&'a ConstrainNumber<f64>),
    Modes(&'a ConstrainList<MeteringMode>),
    Points(&'a ConstrainList<Vec2>),
    Boolean(&'a ConstrainBool),
}

impl VideoConstraintSet {
    /// What the set asks of each control.
    pub(super) fn controls(&self) -> [(Control, Asked<'_>); 17] {
        Control::ALL.map(|control| (control, self.control(control)))
    }

    fn control(&self, control: Control) -> Asked<'_> {
        match control {
            Control::WhiteBalanceMode => Asked::Modes(&self.white_balance_mode),
            Control::ExposureMode => Asked::Modes(&self.exposure_mode),
            Control::FocusMode => Asked::Modes(&self.focus_mode),
            Control::PointsOfInterest => Asked::Points(&self.points_of_interest),
            Control::ExposureCompensation => Asked::Number(&self.exposure_compensation),
            Control::ExposureTime => Asked::Number(&self.exposure_time),
            Control::ColorTemperature => Asked::Number(&self.color_temperature),
            Control::Iso => Asked::Number(&self.iso),
            Control::Brightness => Asked::Number(&self.brightness),
            Control::Contrast => Asked::Number(&self.contrast),
            Control::Saturation => Asked::Number(&self.saturation),
            Control::Sharpness => Asked::Number(&self.sharpness),
            Control::FocusDistance => Asked::Number(&self.focus_distance),
            Control::Pan => Asked::Number(&self.pan),
            Control::Tilt => Asked::Number(&self.tilt),
            Control::Zoom => Asked::Number(&self.zoom),
            Control::Torch => Asked::Boolean(&self.torch),
        }
    }

    /// Prefers a value of a control, as `ideal` does, in place of what was asked of it: what a panel's slider does.
    /// A value of another kind than the control's is ignored.
    pub fn prefer(&mut self, control: Control, value: ControlValue) {
        let number = match control {
            Control::WhiteBalanceMode => return prefer_mode(&mut self.white_balance_mode, value),
            Control::ExposureMode => return prefer_mode(&mut self.exposure_mode, value),
            Control::FocusMode => return prefer_mode(&mut self.focus_mode, value),
            Control::PointsOfInterest => {
                if let ControlValue::Points(points) = value {
                    self.points_of_interest = ConstrainList { ideal: points, ..default() };
                }
                return;
            }
            Control::Torch => {
                if let ControlValue::Boolean(on) = value {
                    self.torch = super::ideal(on);
                }
                return;
            }
            Control::ExposureCompensation => &mut self.exposure_compensation,
            Control::ExposureTime => &mut self.exposure_time,
            Control::ColorTemperature => &mut self.color_temperature,
            Control::Iso => &mut self.iso,
            Control::Brightness => &mut self.brightness,
            Control::Contrast => &mut self.contrast,
            Control::Saturation => &mut self.saturation,
            Control::Sharpness => &mut self.sharpness,
            Control::FocusDistance => &mut self.focus_distance,
            Control::Pan => &mut self.pan,
            Control::Tilt => &mut self.tilt,
            Control::Zoom => &mut self.zoom,
        };
        if let ControlValue::Number(value) = value {
            *number = super::ideal(value);
        }
    }
}

fn prefer_mode(constraint: &mut ConstrainList<MeteringMode>, value: ControlValue) {
    if let ControlValue::Mode(mode) = value {
        *constraint = super::ideal(mode);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::constraint::{exact, ideal};

    #[test]
    fn a_preference_takes_the_place_of_what_was_asked() {
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
            let asked: Vec<_> = set
                .controls()
                .into_iter()
                .filter(|(_, asked)| !asked.is_empty())
                .map(|(name, _)| name)
                .collect();
            assert_eq!(asked, [control]);
        }
    }
}
