//! Effects on a command line: `sepia:amount=0.5+vignette`.

use std::borrow::Cow;

use bevy::prelude::*;
use bevy_viewfinder::{
    effect::{EffectColor, EffectRegistry, EffectStack, ParameterKind, ParameterValue},
    error::MediaError,
};

/// The advice for text that a file name may have cut in two.
const QUOTES: &str = "a value with + or , in it stands in quotes: image=\"a+b.cube\"";

/// Reads a stack from text: effects joined by `+`, each a name, then perhaps `:` and its parameters as `name=value` joined
/// by `,`. A number is written as in Rust, a vector as its numbers joined by `/`, a color as `#rrggbb` or `#rrggbbaa`, a
/// choice by its name (`mode=quad`), an image or a look-up table by its path among the app's assets
/// (`image=luts/warm.cube`). Other parameters keep their defaults.
///
/// A value may stand in double or single quotes. It has to if it contains `+` or `,`, begins with a quote, or begins or
/// ends with a space: `lut:image="luts/teal+orange, soft.cube"`. In quotes every character stands for itself, also a
/// backslash; the quote itself is written twice.
///
/// # Errors
/// [`ErrorName::Type`](bevy_viewfinder::error::ErrorName::Type) that names the effect, parameter or value at fault, and
/// those of [`EffectRegistry::load_parameter`].
pub fn parse_stack(registry: &EffectRegistry, text: &str) -> Result<EffectStack, MediaError> {
    let mut stack = EffectStack::new();
    for (index, EffectText { name, parameters }) in read(text)?.into_iter().enumerate() {
        let Some(info) = registry.by_name(name) else {
            let known: Vec<_> = registry.iter().map(|info| info.name).collect();
            let advice = if index > 0 { format!(" ({QUOTES})") } else { String::new() };
            return Err(MediaError::type_error(format!(
                "there is no effect '{name}'{advice}; there are {}",
                known.join(", ")
            )));
        };
        let mut effect = info.make_default();
        for (parameter, text) in parameters {
            let kind = info.parameter(parameter)?.kind;
            let value = match kind {
                ParameterKind::Image | ParameterKind::Lut => {
                    registry.load_parameter(kind, &text).map_err(|error| {
                        MediaError::new(error.name, format!("{parameter} of {name}: {}", error.message))
                    })?
                }
                _ => value(kind, &text).ok_or_else(|| {
                    MediaError::type_error(format!(
                        "'{text}' can't be read as {parameter} of {name}: it is a {kind:?}"
                    ))
                })?,
            };
            effect.set_parameter(parameter, value)?;
        }
        stack.push_any(effect);
    }
    Ok(stack)
}

/// A value of this kind from text.
fn value(kind: ParameterKind, text: &str) -> Option<ParameterValue> {
    let numbers = || text.split('/').map(|number| number.trim().parse().ok()).collect::<Option<Vec<f32>>>();
    Some(match kind {
        ParameterKind::Float => text.trim().parse::<f32>().ok()?.into(),
        ParameterKind::Int => text.parse::<i32>().ok()?.into(),
        ParameterKind::Uint => text.parse::<u32>().ok()?.into(),
        ParameterKind::Vec2 => Vec2::from_array(numbers()?.try_into().ok()?).into(),
        ParameterKind::Vec3 => Vec3::from_array(numbers()?.try_into().ok()?).into(),
        ParameterKind::Vec4 => Vec4::from_array(numbers()?.try_into().ok()?).into(),
        ParameterKind::Color => EffectColor(Srgba::hex(text).ok()?).into(),
        ParameterKind::Choice => text.into(),
        _ => return None,
    })
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

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use bevy_viewfinder::{
        effect::EffectPlugin,
        effects::{Mirror, MirrorMode, Sepia, Swirl},
        error::ErrorName,
    };

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

    /// A registry of a few effects.
    fn registry() -> EffectRegistry {
        let mut app = App::new();
        app.add_plugins((
            EffectPlugin::<Mirror>::default(),
            EffectPlugin::<Sepia>::default(),
            EffectPlugin::<Swirl>::default(),
        ));
        app.world().resource::<EffectRegistry>().clone()
    }

    #[test]
    fn values_are_of_their_parameters_types() {
        let text = "mirror:mode=top_to_bottom+sepia:amount='0.25'+swirl:center=0.5/1";
        let stack = parse_stack(&registry(), text).expect("a stack");
        assert_eq!(stack.get(), Some(&Mirror { mode: MirrorMode::TopToBottom }));
        assert_eq!(stack.get(), Some(&Sepia { amount: 0.25 }));
        assert_eq!(stack.get::<Swirl>().map(|swirl| swirl.center), Some(Vec2::new(0.5, 1.0)));
    }

    #[test]
    fn what_does_not_fit_is_a_named_error() {
        for (text, cause) in [
            ("sepiaa", "there are mirror, sepia, swirl"),
            ("sepia+b.cube", "stands in quotes"),
            ("sepia:amount=x", "'x' can't be read as amount of sepia"),
            ("sepia:amount=inf", "a finite number"),
            ("sepia:much=1", "it has amount"),
            ("mirror:mode=sideways", "it can be left_to_right"),
            ("swirl:center=1", "center of swirl: it is a Vec2"),
        ] {
            let error = parse_stack(&registry(), text).expect_err("it doesn't fit");
            assert_eq!(error.name, ErrorName::Type);
            assert!(error.message.contains(cause), "{text}: {error}");
        }
    }
}
