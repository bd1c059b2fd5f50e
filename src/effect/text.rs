//! Stacks written as text: `"sepia:amount=0.5+vignette"`.

use std::borrow::Cow;

use bevy::{
    prelude::*,
    reflect::{
        ReflectMut, TypeInfo,
        enums::{DynamicEnum, DynamicVariant, Enum},
    },
};

use super::{AnyEffect, EffectColor, EffectRegistry, EffectStack, name::snake_case};
use crate::error::MediaError;

/// The advice for text that a file name may have cut in two.
const QUOTES: &str = "a value with + or , in it stands in quotes: image=\"a+b.cube\"";

impl EffectRegistry {
    /// Reads a stack from text: effects joined by `+`, each a name, then perhaps `:` and its parameters as
    /// `name=value` joined by `,`. A number is written as Rust does it, a vector as its numbers joined by `/`, a
    /// color as `#rrggbb` or `#rrggbbaa`, a choice by its name: `mode=quad`, an image or a look-up table by its
    /// path among the app's assets: `image=luts/warm.cube`, or `image=source://warm.cube` for a file in an asset source of
    /// the app's own; `#` is part of a file's name. What isn't said keeps its default.
    ///
    /// A value may stand in double or single quotes, and has to where it contains `+` or `,`, or begins with a quote or
    /// begins or ends with a space: `lut:image="luts/teal+orange, soft.cube"`. In quotes every character stands for
    /// itself, also a backslash; the quote itself is written twice.
    ///
    /// # Errors
    /// [`ErrorName::Type`](crate::error::ErrorName::Type) that names the effect, parameter or value at fault.
    pub fn parse_stack(&self, text: &str) -> Result<EffectStack, MediaError> {
        let mut stack = EffectStack::new();
        for (index, EffectText { name, parameters }) in read(text)?.into_iter().enumerate() {
            let Some(info) = self.by_name(name) else {
                let known: Vec<_> = self.iter().map(|info| info.name.as_str()).collect();
                let advice = if index > 0 { format!(" ({QUOTES})") } else { String::new() };
                return Err(MediaError::type_error(format!(
                    "there is no effect '{name}'{advice}; there are {}",
                    known.join(", ")
                )));
            };
            let mut effect = info.make_default();
            for (parameter, value) in parameters {
                self.set_parameter(&mut *effect, parameter, &value)?;
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

/// An effect as it is written: its name, and its parameters with their values, which have lost their quotes.
#[derive(Debug, PartialEq)]
struct EffectText<'a> {
    name: &'a str,
    parameters: Vec<(&'a str, Cow<'a, str>)>,
}

/// Takes the text of a stack apart.
fn read(text: &str) -> Result<Vec<EffectText<'_>>, MediaError> {
    let mut effects = Vec::new();
    let mut rest = Rest(text);
    loop {
        let name = rest.until(&['+', ':']);
        let mut parameters = Vec::new();
        let has_parameters = rest.skip(':');
        if has_parameters {
            loop {
                let parameter = rest.until(&['+', ',', '=']);
                if rest.skip('=') {
                    parameters.push((parameter, rest.value(parameter)?));
                } else if !parameter.is_empty() {
                    return Err(MediaError::type_error(format!(
                        "'{parameter}' of {name} isn't of the form parameter=value ({QUOTES})"
                    )));
                }
                if !rest.skip(',') {
                    break;
                }
            }
        }
        if has_parameters || !name.is_empty() {
            effects.push(EffectText { name, parameters });
        }
        if !rest.skip('+') {
            return Ok(effects);
        }
    }
}

/// The text that is still to be read.
struct Rest<'a>(&'a str);

impl<'a> Rest<'a> {
    /// Takes the text before the first of these characters, without the spaces around it.
    fn until(&mut self, ends: &[char]) -> &'a str {
        let (taken, rest) = self.0.split_at(self.0.find(ends).unwrap_or(self.0.len()));
        self.0 = rest;
        taken.trim()
    }

    /// Takes this character, if it is the next.
    fn skip(&mut self, character: char) -> bool {
        let rest = self.0.strip_prefix(character);
        self.0 = rest.unwrap_or(self.0);
        rest.is_some()
    }

    /// Takes the value of this parameter.
    fn value(&mut self, parameter: &str) -> Result<Cow<'a, str>, MediaError> {
        self.0 = self.0.trim_start();
        let Some(quote) = self.0.chars().next().filter(|first| matches!(first, '"' | '\'')) else {
            return Ok(self.until(&['+', ',']).into());
        };
        self.skip(quote);
        let mut value = String::new();
        loop {
            let (part, rest) = self.0.split_once(quote).ok_or_else(|| {
                MediaError::type_error(format!("the value of {parameter} has no closing {quote}: add it"))
            })?;
            value.push_str(part);
            self.0 = rest;
            // A quote that is written twice is one of the value's own.
            if !self.skip(quote) {
                break;
            }
            value.push(quote);
        }
        match self.until(&['+', ',']) {
            "" => Ok(value.into()),
            more => Err(MediaError::type_error(format!(
                "'{more}' follows the closing {quote} of {parameter}: write a quote that belongs to the value twice"
            ))),
        }
    }
}

/// Sets a parameter of an effect from text, as [`EffectRegistry::parse_stack`] reads it, but without quotes, and but for
/// pictures, which an app loads by itself.
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

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    /// A value as [`read`] reads it back, in quotes that are needed or wanted.
    fn quoted(value: &str, quote: Option<char>) -> String {
        let has_own = value.contains(['+', ',']) || value.starts_with(['"', '\'']) || value.trim() != value;
        match quote.or(has_own.then_some('"')) {
            Some(quote) => format!("{quote}{}{quote}", value.replace(quote, &format!("{quote}{quote}"))),
            None => value.to_owned(),
        }
    }

    fn effects(text: &str) -> Vec<(&str, Vec<(&str, String)>)> {
        let effects = read(text).unwrap_or_else(|error| panic!("{text}: {error}"));
        let owned = |(parameter, value): (_, Cow<str>)| (parameter, value.into_owned());
        effects
            .into_iter()
            .map(|effect| (effect.name, effect.parameters.into_iter().map(owned).collect()))
            .collect()
    }

    proptest! {
        #[test]
        fn any_value_is_read_as_it_was_written(
            stack in prop::collection::vec(
                (
                    "[a-z][a-z_]{0,8}",
                    prop::collection::vec(
                        (
                            "[a-z][a-z_]{0,8}",
                            // Characters that mean something are more frequent than they would be by chance.
                            prop_oneof![any::<String>(), "[-+,:=\"'#/\\\\ a]{0,12}"],
                            prop_oneof![Just(None), Just(Some('"')), Just(Some('\''))],
                        ),
                        0..4,
                    ),
                ),
                0..4,
            ),
        ) {
            let text: Vec<String> = stack
                .iter()
                .map(|(name, parameters)| {
                    let parameters = parameters
                        .iter()
                        .map(|(parameter, value, quote)| format!("{parameter}={}", quoted(value, *quote)));
                    let parameters: Vec<String> = parameters.collect();
                    if parameters.is_empty() { name.clone() } else { format!("{name}:{}", parameters.join(",")) }
                })
                .collect();
            let text = text.join("+");
            let expected: Vec<(&str, Vec<(&str, String)>)> = stack
                .iter()
                .map(|(name, parameters)| {
                    let parameters =
                        parameters.iter().map(|(parameter, value, _)| (parameter.as_str(), value.clone()));
                    (name.as_str(), parameters.collect())
                })
                .collect();
            prop_assert_eq!(effects(&text), expected, "{}", text);
        }

        #[test]
        fn no_text_panics(text in prop_oneof![any::<String>(), "[-+,:=\"'# a]{0,16}"]) {
            let _ = read(&text);
        }
    }

    #[test]
    fn spaces_and_empty_parts_are_skipped() {
        let expected = [("a", vec![("b", "1 / 2".to_owned()), ("c", "x".to_owned())]), ("d", vec![])];
        assert_eq!(effects("+ a : b = 1 / 2 ,, c = 'x' , + + d +"), expected);
        assert_eq!(effects(""), []);
        assert_eq!(effects("a:"), [("a", vec![])]);
    }

    #[test]
    fn a_value_without_quotes_may_have_colons_and_quotes_in_it() {
        let value = |text| effects(text).remove(0).1.remove(0).1;
        assert_eq!(value("lut:image=embedded://a:b=c#d.cube"), "embedded://a:b=c#d.cube");
        assert_eq!(value("lut:image=it's \"it\".cube"), "it's \"it\".cube");
    }

    #[test]
    fn a_text_that_cannot_be_read_says_why() {
        for (text, reason) in [
            ("lut:image=\"a.cube", "no closing \""),
            ("lut:image='it's.cube'", "write a quote that belongs to the value twice"),
            ("lut:image=a,b.cube", "'b.cube' of lut isn't of the form parameter=value"),
            ("lut:image=a,b.cube", "stands in quotes"),
        ] {
            let error = read(text).expect_err(text).message;
            assert!(error.contains(reason), "{text}: {error}");
        }
    }

    #[cfg(feature = "effects")]
    #[test]
    fn a_choice_is_written_by_its_name() {
        use crate::effect::{
            EffectPlugin,
            builtin::{Mirror, MirrorMode},
        };

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

    #[cfg(feature = "effects")]
    #[test]
    fn a_file_name_with_a_plus_says_how_to_write_it() {
        use crate::effect::{EffectPlugin, builtin::Sepia};

        let mut app = App::new();
        app.add_plugins(EffectPlugin::<Sepia>::default());
        let registry = app.world().resource::<EffectRegistry>();
        let error = registry.parse_stack("sepia+b.cube").expect_err("there is no b.cube");
        assert!(error.message.contains("'b.cube'") && error.message.contains("quotes"), "{error}");
        let stack = registry.parse_stack("sepia:amount='0.25'").expect("a value in quotes");
        assert_eq!(stack.get::<Sepia>().map(|sepia| sepia.amount), Some(0.25));
    }
}
