//! The part of a parameter that one slider or button controls.

use bevy::prelude::*;

use crate::effect::{AnyEffect, EffectColor, ParameterInfo, ParameterValue};

/// A part of a parameter.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum ParameterPart {
    /// A number, or one number of a vector, from 0.
    Component(usize),
    /// Red, green or blue of a color, 0 to 255.
    Channel(usize),
    /// All of a color.
    Color,
    /// One of the values of a choice, from 0.
    Choice(usize),
}

/// The greatest value of a channel.
const LARGEST: f32 = 255.0;

impl ParameterPart {
    /// The value of a slider.
    pub fn read(self, effect: &dyn AnyEffect, parameter: &str) -> Option<f32> {
        let value = effect.parameter(parameter)?;
        match self {
            Self::Component(index) => value.component(index),
            Self::Channel(index) => value.component(index).map(|number| number * LARGEST),
            Self::Color | Self::Choice(_) => None,
        }
    }

    /// Sets the value of a slider. Returns the value after rounding; `None` if the parameter doesn't take it.
    pub fn write(self, effect: &mut dyn AnyEffect, parameter: &str, value: f32) -> Option<f32> {
        let before = effect.parameter(parameter)?;
        let after = match self {
            Self::Component(index) => before.with_component(index, value)?,
            Self::Channel(index) => before.with_component(index, value.round() / LARGEST)?,
            Self::Color | Self::Choice(_) => return None,
        };
        effect.set_parameter(parameter, after).ok()?;
        self.read(effect, parameter)
    }

    /// Whether it is the value that the parameter has.
    pub fn is_chosen(self, effect: &dyn AnyEffect, parameter: &ParameterInfo) -> bool {
        let Self::Choice(index) = self else { return false };
        match effect.parameter(parameter.name) {
            Some(ParameterValue::Choice(chosen)) => parameter.choices.get(index) == Some(&chosen),
            _ => false,
        }
    }
}

/// The color that a parameter holds.
pub(super) fn color(effect: &dyn AnyEffect, parameter: &str) -> Option<Srgba> {
    match effect.parameter(parameter)? {
        ParameterValue::Color(EffectColor(color)) => Some(color),
        _ => None,
    }
}
