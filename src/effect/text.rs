//! Stacks written as text: `"sepia:amount=0.5+vignette"`.

use bevy::{
    prelude::*,
    reflect::{
        ReflectMut, TypeInfo,
        enums::{DynamicEnum, DynamicVariant, Enum},
    },
};

use super::{AnyEffect, EffectColor, EffectRegistry, EffectStack, name::snake_case};
use crate::error::MediaError;

impl EffectRegistry {
    /// Reads a stack from text: effects joined by `+`, each a name, then perhaps `:` and its parameters as
    /// `name=value` joined by `,`. A number is written as Rust does it, a vector as its numbers joined by `/`, a
    /// colour as `#rrggbb` or `#rrggbbaa`, a choice by its name: `mode=quad`, a picture by its path among the app's
    /// assets: `image=luts/warm.cube`. What isn't said keeps its default.
    ///
    /// # Errors
    /// [`ErrorName::Type`](crate::error::ErrorName::Type) that names the effect, parameter or value at fault.
    pub fn parse_stack(&self, text: &str) -> Result<EffectStack, MediaError> {
        let mut stack = EffectStack::new();
        for effect in text.split('+').map(str::trim).filter(|effect| !effect.is_empty()) {
            let (name, parameters) = effect.split_once(':').unwrap_or((effect, ""));
            let Some(info) = self.by_name(name.trim()) else {
                let known: Vec<_> = self.iter().map(|info| info.name.as_str()).collect();
                return Err(MediaError::type_error(format!(
                    "there is no effect '{name}'; there are {}",
                    known.join(", ")
                )));
            };
            let mut effect = info.make_default();
            for assignment in parameters.split(',').map(str::trim).filter(|text| !text.is_empty()) {
                let (parameter, value) = assignment.split_once('=').ok_or_else(|| {
                    MediaError::type_error(format!(
                        "'{assignment}' of {name} isn't of the form parameter=value"
                    ))
                })?;
                self.set_parameter(&mut *effect, parameter.trim(), value.trim())?;
            }
            stack.push_any(effect);
        }
        Ok(stack)
    }

    fn set_parameter(
        &self,
        effect: &mut dyn AnyEffect,
        parameter: &str,
        value: &str,
    ) -> Result<(), MediaError> {
        let name = effect.name();
        if let ReflectMut::Struct(fields) = effect.as_reflect_mut().reflect_mut()
            && let Some(field) = fields.field_mut(parameter)
            && self.load_asset(field, value).map_err(|error| {
                let message = format!("{parameter} of {name}: {}", error.message);
                MediaError::new(error.name, message)
            })?
        {
            return Ok(());
        }
        set_parameter(effect, parameter, value)
    }
}

/// Sets a parameter of an effect from text, as [`EffectRegistry::parse_stack`] reads it, but for pictures, which an app
/// loads by itself.
///
/// # Errors
/// [`ErrorName::Type`](crate::error::ErrorName::Type) where there is no such parameter or it can't be read.
pub fn set_parameter(effect: &mut dyn AnyEffect, parameter: &str, value: &str) -> Result<(), MediaError> {
    let name = effect.name();
    let unreadable = || MediaError::type_error(format!("'{value}' can't be read as {parameter} of {name}"));
    let ReflectMut::Struct(fields) = effect.as_reflect_mut().reflect_mut() else {
        return Err(MediaError::type_error(format!("{name} has no parameters")));
    };
    let known: Vec<String> =
        (0..fields.field_len()).filter_map(|index| fields.name_at(index).map(str::to_owned)).collect();
    let Some(field) = fields.field_mut(parameter) else {
        return Err(MediaError::type_error(format!(
            "{name} has no parameter '{parameter}'; it has {}",
            known.join(", ")
        )));
    };
    let numbers =
        || value.split('/').map(|number| number.trim().parse::<f32>().ok()).collect::<Option<Vec<_>>>();
    let finite = |numbers: Vec<f32>| numbers.iter().all(|number| number.is_finite()).then_some(numbers);
    if let Some(field) = field.try_downcast_mut::<u32>() {
        *field = value.parse().map_err(|_| unreadable())?;
    } else if let Some(field) = field.try_downcast_mut::<i32>() {
        *field = value.parse().map_err(|_| unreadable())?;
    } else if let Some(field) = field.try_downcast_mut::<EffectColor>() {
        *field = EffectColor(Srgba::hex(value).map_err(|_| unreadable())?);
    } else if let ReflectMut::Enum(field) = field.reflect_mut() {
        choose(field, value).ok_or_else(unreadable)?;
    } else {
        let numbers = numbers().and_then(finite).ok_or_else(unreadable)?;
        if let (Some(field), [x]) = (field.try_downcast_mut::<f32>(), &*numbers) {
            *field = *x;
        } else if let (Some(field), [x, y]) = (field.try_downcast_mut::<Vec2>(), &*numbers) {
            *field = Vec2::new(*x, *y);
        } else if let (Some(field), [x, y, z]) = (field.try_downcast_mut::<Vec3>(), &*numbers) {
            *field = Vec3::new(*x, *y, *z);
        } else if let (Some(field), [x, y, z, w]) = (field.try_downcast_mut::<Vec4>(), &*numbers) {
            *field = Vec4::new(*x, *y, *z, *w);
        } else {
            return Err(unreadable());
        }
    }
    Ok(())
}

/// Sets a choice to its variant of this name, written in snake_case.
pub(super) fn choose(field: &mut dyn Enum, name: &str) -> Option<()> {
    let TypeInfo::Enum(variants) = field.get_represented_type_info()? else { return None };
    let variant = variants.variant_names().iter().find(|variant| snake_case(variant) == name)?;
    field.try_apply(&DynamicEnum::new(*variant, DynamicVariant::Unit)).ok()
}

#[cfg(all(test, feature = "effects"))]
mod tests {
    use super::*;
    use crate::effect::{EffectPlugin, Mirror, MirrorMode};

    #[test]
    fn a_choice_is_written_by_its_name() {
        let mut app = App::new();
        app.add_plugins(EffectPlugin::<Mirror>::default());
        let registry = app.world().resource::<EffectRegistry>();
        let parse = |text| registry.parse_stack(text).map(|stack| stack.get::<Mirror>().cloned());
        let top_to_bottom = Mirror { mode: MirrorMode::TopToBottom };
        assert_eq!(parse("mirror:mode=top_to_bottom").ok().flatten(), Some(top_to_bottom));
        assert!(parse("mirror:mode=sideways").is_err());
        let choices = &registry.by_name("mirror").expect("it was added").parameters[0].choices;
        assert_eq!(choices.len(), 5);
        assert_eq!(choices[0], "left_to_right");
    }
}
