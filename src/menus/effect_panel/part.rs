//! What one slider or button has of a parameter, read and written by reflection.

use bevy::{
    prelude::*,
    reflect::{PartialReflect, ReflectMut, ReflectRef},
};

use crate::effect::{AnyEffect, EffectColor};

/// A part of a parameter.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Part {
    /// All of it: a number.
    Number,
    /// One number of a vector, from 0.
    Coordinate(usize),
    /// Red, green or blue of a color, 0 to 255.
    Channel(usize),
    /// One of the values of a choice, from 0.
    Choice(usize),
}

/// The steps that a channel has.
const STEPS: f32 = 255.0;

impl Part {
    /// What it is now.
    pub fn read(self, effect: &dyn AnyEffect, parameter: &str) -> Option<f32> {
        let field = field(effect, parameter)?;
        match self {
            Self::Number => number(field),
            Self::Coordinate(index) => {
                let vector = |numbers: &[f32]| numbers.get(index).copied();
                None.or_else(|| vector(&field.try_downcast_ref::<Vec2>()?.to_array()))
                    .or_else(|| vector(&field.try_downcast_ref::<Vec3>()?.to_array()))
                    .or_else(|| vector(&field.try_downcast_ref::<Vec4>()?.to_array()))
            }
            Self::Channel(index) => {
                let EffectColor(color) = field.try_downcast_ref()?;
                color.to_f32_array_no_alpha().get(index).map(|value| value * STEPS)
            }
            Self::Choice(_) => None,
        }
    }

    /// Sets it, and says what it is then.
    pub fn write(self, effect: &mut dyn AnyEffect, parameter: &str, value: f32) -> Option<f32> {
        let ReflectMut::Struct(fields) = effect.as_reflect_mut().reflect_mut() else { return None };
        let field = fields.field_mut(parameter)?;
        match self {
            Self::Number => {
                if let Some(field) = field.try_downcast_mut::<u32>() {
                    *field = value.round() as u32;
                } else if let Some(field) = field.try_downcast_mut::<i32>() {
                    *field = value.round() as i32;
                } else {
                    *field.try_downcast_mut::<f32>()? = value;
                }
                number(field)
            }
            Self::Coordinate(index) => {
                if index < 2
                    && let Some(field) = field.try_downcast_mut::<Vec2>()
                {
                    field[index] = value;
                } else if index < 3
                    && let Some(field) = field.try_downcast_mut::<Vec3>()
                {
                    field[index] = value;
                } else if index < 4
                    && let Some(field) = field.try_downcast_mut::<Vec4>()
                {
                    field[index] = value;
                } else {
                    return None;
                }
                Some(value)
            }
            Self::Channel(index) => {
                let EffectColor(color) = field.try_downcast_mut()?;
                let mut parts = color.to_f32_array();
                *parts.get_mut(index)? = value.round() / STEPS;
                *color = Srgba::from_f32_array(parts);
                Some(value.round())
            }
            Self::Choice(_) => None,
        }
    }

    /// Whether it is the value that is chosen.
    pub fn is_chosen(self, effect: &dyn AnyEffect, parameter: &str) -> bool {
        let Self::Choice(index) = self else { return false };
        field(effect, parameter).is_some_and(|field| match field.reflect_ref() {
            ReflectRef::Enum(choice) => choice.variant_index() == index,
            _ => false,
        })
    }
}

/// The color that a parameter is.
pub(super) fn color(effect: &dyn AnyEffect, parameter: &str) -> Option<Srgba> {
    field(effect, parameter)?.try_downcast_ref::<EffectColor>().map(|color| color.0)
}

fn field<'a>(effect: &'a dyn AnyEffect, parameter: &str) -> Option<&'a dyn PartialReflect> {
    match effect.as_reflect().reflect_ref() {
        ReflectRef::Struct(fields) => fields.field(parameter),
        _ => None,
    }
}

fn number(field: &dyn PartialReflect) -> Option<f32> {
    None.or_else(|| field.try_downcast_ref::<f32>().copied())
        .or_else(|| field.try_downcast_ref::<u32>().map(|number| *number as f32))
        .or_else(|| field.try_downcast_ref::<i32>().map(|number| *number as f32))
}
