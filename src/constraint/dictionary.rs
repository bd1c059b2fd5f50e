//! Constraints as the dictionary that a browser takes
//! ([`MediaTrackConstraints`](https://www.w3.org/TR/mediacapture-streams/#dom-mediatrackconstraints)), described
//! without a browser.

use bevy::prelude::*;

#[cfg(feature = "audio")]
use super::AudioConstraints;
use super::{
    ConstrainBool, ConstrainList, ConstrainNumber, VideoConstraints,
    fitness::BareMeaning,
    reference::{ConstraintRef, Property},
};

/// A JavaScript value.
#[derive(Debug, Clone, PartialEq)]
pub(crate) enum Value {
    Boolean(bool),
    Number(f64),
    String(String),
    Sequence(Vec<Value>),
    Dictionary(Dictionary),
}

/// Members by their names.
pub(crate) type Dictionary = Vec<(&'static str, Value)>;

impl VideoConstraints {
    /// The constraints as a browser takes them. Empty constraints are left out.
    pub(crate) fn to_dictionary(&self) -> Dictionary {
        dictionary(self.basic.properties(), self.advanced.iter().map(|set| set.properties()))
    }
}

#[cfg(feature = "audio")]
impl AudioConstraints {
    /// The constraints as a browser takes them. Empty constraints are left out.
    pub(crate) fn to_dictionary(&self) -> Dictionary {
        dictionary(self.basic.properties(), self.advanced.iter().map(|set| set.properties()))
    }
}

/// The dictionary of a basic set and advanced sets.
fn dictionary<'a, Set: Iterator<Item = Property<'a>>>(
    basic: Set,
    advanced: impl Iterator<Item = Set>,
) -> Dictionary {
    let mut dictionary = members(basic, BareMeaning::Ideal);
    let sets: Vec<_> = advanced.map(|set| Value::Dictionary(members(set, BareMeaning::Exact))).collect();
    if !sets.is_empty() {
        dictionary.push(("advanced", Value::Sequence(sets)));
    }
    dictionary
}

/// The dictionary of one set.
fn members<'a>(set: impl Iterator<Item = Property<'a>>, meaning: BareMeaning) -> Dictionary {
    set.filter_map(|Property { name, constraint, .. }| {
        Some((name, Members::from(constraint).value(meaning)?))
    })
    .collect()
}

/// The members of the dictionary of one property.
#[derive(Debug, Default)]
struct Members {
    bare: Option<Value>,
    exact: Option<Value>,
    ideal: Option<Value>,
    min: Option<Value>,
    max: Option<Value>,
}

impl From<ConstraintRef<'_>> for Members {
    fn from(constraint: ConstraintRef) -> Self {
        match constraint {
            ConstraintRef::Whole(constraint) => Self::number(&(*constraint).into()),
            ConstraintRef::Number(constraint) => Self::number(constraint),
            ConstraintRef::Boolean(constraint) => Self::boolean(constraint),
            ConstraintRef::Modes(constraint) => Self::strings(constraint, |mode| mode.as_str()),
            ConstraintRef::Points(constraint) => Self::points(constraint),
            ConstraintRef::FacingModes(constraint) => Self::strings(constraint, |mode| mode.as_str()),
            ConstraintRef::ResizeModes(constraint) => Self::strings(constraint, |mode| mode.as_str()),
            ConstraintRef::Devices(constraint) => Self::strings(constraint, |id| &id.0),
            ConstraintRef::Strings(constraint) => Self::strings(constraint, |string| string),
        }
    }
}

impl Members {
    fn number(constraint: &ConstrainNumber<f64>) -> Self {
        let ConstrainNumber { bare, exact, ideal, min, max, present } = constraint;
        let value = |value: &Option<f64>| value.map(Value::Number);
        // The presence of a setting can only be constrained alone.
        let alone = exact.is_none() && ideal.is_none() && min.is_none() && max.is_none();
        let bare = value(bare).or(present.filter(|_| alone).map(Value::Boolean));
        Self { bare, exact: value(exact), ideal: value(ideal), min: value(min), max: value(max) }
    }

    fn boolean(constraint: &ConstrainBool) -> Self {
        let ConstrainBool { bare, exact, ideal } = constraint;
        let value = |value: &Option<bool>| value.map(Value::Boolean);
        Self { bare: value(bare), exact: value(exact), ideal: value(ideal), ..default() }
    }

    fn strings<T>(constraint: &ConstrainList<T>, name: fn(&T) -> &str) -> Self {
        let value = |one: &T| Value::String(name(one).to_owned());
        Self::lists(constraint, |list| match list {
            [one] => value(one),
            many => Value::Sequence(many.iter().map(value).collect()),
        })
    }

    fn points(constraint: &ConstrainList<Vec2>) -> Self {
        let number = |value: f32| Value::Number(value.into());
        let value = |point: &Vec2| Value::Dictionary(vec![("x", number(point.x)), ("y", number(point.y))]);
        Self::lists(constraint, |list| Value::Sequence(list.iter().map(value).collect()))
    }

    fn lists<T>(constraint: &ConstrainList<T>, value: impl Fn(&[T]) -> Value) -> Self {
        let ConstrainList { bare, exact, ideal } = constraint;
        let value = |list: &[T]| (!list.is_empty()).then(|| value(list));
        Self { bare: value(bare), exact: value(exact), ideal: value(ideal), ..default() }
    }

    /// A bare value stays bare if it is the only member. Beside others it gets the name of its meaning.
    fn value(self, meaning: BareMeaning) -> Option<Value> {
        let Self { bare, mut exact, mut ideal, min, max } = self;
        if exact.is_none() && ideal.is_none() && min.is_none() && max.is_none() {
            return bare;
        }
        match meaning {
            BareMeaning::Ideal => ideal = ideal.or(bare),
            BareMeaning::Exact => exact = exact.or(bare),
        }
        let members = [("exact", exact), ("ideal", ideal), ("min", min), ("max", max)];
        Some(Value::Dictionary(
            members.into_iter().filter_map(|(name, value)| Some((name, value?))).collect(),
        ))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{
        constraint::{ResizeMode, VideoConstraintSet, at_least, between, exact, ideal},
        device::{FacingMode, MeteringMode},
    };

    fn object<const N: usize>(members: [(&'static str, Value); N]) -> Value {
        Value::Dictionary(members.into())
    }

    fn string(string: &str) -> Value {
        Value::String(string.into())
    }

    #[test]
    fn no_constraint_is_an_empty_dictionary() {
        assert_eq!(VideoConstraints::new().to_dictionary(), []);
    }

    #[test]
    fn bare_values_stay_bare() {
        let constraints = VideoConstraints::new()
            .width(1280)
            .frame_rate(29.97)
            .facing_mode(FacingMode::Environment)
            .pan(true)
            .torch(false);
        let expected = vec![
            ("facingMode", string("environment")),
            ("width", Value::Number(1280.0)),
            ("frameRate", Value::Number(29.97)),
            ("pan", Value::Boolean(true)),
            ("torch", Value::Boolean(false)),
        ];
        assert_eq!(constraints.to_dictionary(), expected);
    }

    #[test]
    fn bounds_and_preferences_are_named() {
        let constraints = VideoConstraints::new()
            .height(between(480, 1080).ideal(720))
            .resize_mode(exact(ResizeMode::CropAndScale))
            .device_id(exact(["a", "b"]))
            .focus_mode(ideal(MeteringMode::SingleShot));
        let number = Value::Number;
        let expected = vec![
            ("deviceId", object([("exact", Value::Sequence(vec![string("a"), string("b")]))])),
            ("resizeMode", object([("exact", string("crop-and-scale"))])),
            ("height", object([("ideal", number(720.0)), ("min", number(480.0)), ("max", number(1080.0))])),
            ("focusMode", object([("ideal", string("single-shot"))])),
        ];
        assert_eq!(constraints.to_dictionary(), expected);
    }

    #[test]
    fn a_bare_value_beside_others_gets_the_name_of_its_meaning() {
        let mut set = VideoConstraintSet::new().width(at_least(320));
        set.width.bare = Some(640);
        let at_least = ("min", Value::Number(320.0));
        let preferred = object([("ideal", Value::Number(640.0)), at_least.clone()]);
        let required = object([("exact", Value::Number(640.0)), at_least]);
        let constraints = VideoConstraints { basic: set.clone(), advanced: vec![set] };
        let advanced = Value::Sequence(vec![object([("width", required)])]);
        assert_eq!(constraints.to_dictionary(), vec![("width", preferred), ("advanced", advanced)]);
    }

    #[test]
    fn advanced_sets_keep_their_order() {
        let constraints = VideoConstraints::new()
            .advanced(VideoConstraintSet::new().width(1920))
            .advanced(VideoConstraintSet::new().points_of_interest(Vec2::new(0.5, 0.25)));
        let point = object([("x", Value::Number(0.5)), ("y", Value::Number(0.25))]);
        let sets = vec![
            object([("width", Value::Number(1920.0))]),
            object([("pointsOfInterest", Value::Sequence(vec![point]))]),
        ];
        assert_eq!(constraints.to_dictionary(), vec![("advanced", Value::Sequence(sets))]);
    }

    #[cfg(feature = "audio")]
    #[test]
    fn constraints_on_microphones_have_the_names_of_the_standard() {
        use crate::constraint::AudioConstraintSet;

        let constraints = AudioConstraints::new()
            .device_id(exact("a"))
            .sample_rate(ideal(48_000))
            .channel_count(2)
            .latency(between(0.0, 0.5))
            .echo_cancellation(false)
            .noise_suppression(exact(true))
            .advanced(AudioConstraintSet::new().auto_gain_control(true).group_id("b"));
        let advanced = object([("groupId", string("b")), ("autoGainControl", Value::Boolean(true))]);
        let expected = vec![
            ("deviceId", object([("exact", string("a"))])),
            ("sampleRate", object([("ideal", Value::Number(48_000.0))])),
            ("channelCount", Value::Number(2.0)),
            ("latency", object([("min", Value::Number(0.0)), ("max", Value::Number(0.5))])),
            ("echoCancellation", Value::Boolean(false)),
            ("noiseSuppression", object([("exact", Value::Boolean(true))])),
            ("advanced", Value::Sequence(vec![advanced])),
        ];
        assert_eq!(constraints.to_dictionary(), expected);
        assert_eq!(AudioConstraints::new().to_dictionary(), []);
    }
}
