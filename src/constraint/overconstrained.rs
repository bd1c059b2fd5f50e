//! Required constraints, and the error that names the one that can't be met.

use std::fmt::Display;

use crate::{
    device::{ControlCapability, DeviceId, FacingMode},
    error::MediaError,
};

use super::{
    ConstrainList, ConstrainNumber, Number, ResizeMode, VideoConstraintSet,
    candidate_space::{CandidateSpace, Interval, SelectionProperty},
    fitness::BareMeaning,
};

/// The spaces narrowed by the required members of the basic set: at least one.
pub(super) fn require<'a>(
    spaces: Vec<CandidateSpace<'a>>,
    basic: &VideoConstraintSet,
) -> Result<Vec<CandidateSpace<'a>>, MediaError> {
    let narrowed = |spaces: &[CandidateSpace<'a>], property| -> Vec<CandidateSpace<'a>> {
        let narrowed = |space: CandidateSpace<'a>| space.narrowed_by(property, basic, BareMeaning::Ideal);
        spaces.iter().cloned().filter_map(narrowed).collect()
    };
    // A constraint that no candidate meets by itself is the one to name, whatever the others are.
    let mut properties = SelectionProperty::ALL.into_iter();
    if let Some(property) = properties.find(|property| narrowed(&spaces, *property).is_empty()) {
        return Err(overconstrained(property, &spaces, basic));
    }
    SelectionProperty::ALL.into_iter().try_fold(spaces, |spaces, property| {
        let left = narrowed(&spaces, property);
        if left.is_empty() { Err(overconstrained(property, &spaces, basic)) } else { Ok(left) }
    })
}

/// The spaces narrowed by the required controls of the basic set: at least one.
pub(super) fn require_controls<'a>(
    spaces: Vec<CandidateSpace<'a>>,
    basic: &VideoConstraintSet,
) -> Result<Vec<CandidateSpace<'a>>, MediaError> {
    basic.controls().into_iter().try_fold(spaces, |spaces, (control, constraint)| {
        let narrowed = |space: &CandidateSpace<'a>| {
            space.clone().narrowed_by_control(control, constraint, BareMeaning::Ideal)
        };
        let left: Vec<_> = spaces.iter().filter_map(narrowed).collect();
        if !left.is_empty() {
            return Ok(left);
        }
        let reason = match spaces.iter().find_map(|space| space.allowed(control)) {
            None => "it has no such control".into(),
            Some(ControlCapability::Number(range)) => format!("its range is {} to {}", range.min, range.max),
            Some(ControlCapability::Modes(modes)) => {
                format!("it offers {}", list(modes.iter().map(|mode| mode.as_str().to_owned())))
            }
            Some(ControlCapability::Booleans(values)) => {
                format!("it offers {}", list(values.iter().map(bool::to_string)))
            }
            Some(ControlCapability::Points) => "another track requires other points".into(),
        };
        Err(MediaError::overconstrained(
            control.as_str(),
            format!(
                "the device can't meet the constraint on {control}: {reason}. Require less, or prefer a value with \
                 `ideal`"
            ),
        ))
    })
}

/// The error for a property that none of these spaces meets.
fn overconstrained(
    property: SelectionProperty,
    spaces: &[CandidateSpace],
    basic: &VideoConstraintSet,
) -> MediaError {
    let values = |value: fn(&CandidateSpace) -> String| {
        format!("the devices offer {}", list(spaces.iter().map(value)))
    };
    let (required, offered) = match property {
        SelectionProperty::DeviceId => {
            (one_of(&basic.device_id, device_id), values(|space| device_id(&space.device.id)))
        }
        SelectionProperty::GroupId => {
            (one_of(&basic.group_id, quoted), values(|space| quoted(&space.device.group_id)))
        }
        SelectionProperty::FacingMode => (
            one_of(&basic.facing_mode, facing_mode),
            values(|space| space.device.facing_mode.as_ref().map_or("unknown".into(), facing_mode)),
        ),
        SelectionProperty::ResizeMode => {
            (one_of(&basic.resize_mode, resize_mode), values(|space| resize_mode(&space.resize_mode)))
        }
        SelectionProperty::Width => Phrasing { unit: " pixels", least: "narrowest", greatest: "widest" }
            .describe(&basic.width, spaces.iter().map(|space| space.width)),
        SelectionProperty::Height => Phrasing { unit: " pixels", least: "lowest", greatest: "tallest" }
            .describe(&basic.height, spaces.iter().map(|space| space.height)),
        SelectionProperty::AspectRatio => Phrasing { unit: "", least: "narrowest", greatest: "widest" }
            .describe(&basic.aspect_ratio, spaces.iter().map(CandidateSpace::reachable_ratios)),
        SelectionProperty::FrameRate => Phrasing { unit: " Hz", least: "slowest", greatest: "fastest" }
            .describe(&basic.frame_rate, spaces.iter().map(|space| space.rate)),
    };
    let name = property.as_str();
    MediaError::overconstrained(
        name,
        format!(
            "{name} is required to be {required}, but {offered}. Require less, or prefer a value with `ideal`"
        ),
    )
}

/// The words for a number in an error.
pub(super) struct Phrasing {
    pub(super) unit: &'static str,
    pub(super) least: &'static str,
    pub(super) greatest: &'static str,
}

impl Phrasing {
    /// Descriptions of the required values, and of the offered ones.
    pub(super) fn describe<T: Number + Display>(
        &self,
        constraint: &ConstrainNumber<T>,
        offered: impl Iterator<Item = Interval<T>>,
    ) -> (String, String) {
        (bounds(constraint), self.offered(constraint, offered))
    }

    fn offered<T: Number + Display>(
        &self,
        constraint: &ConstrainNumber<T>,
        offered: impl Iterator<Item = Interval<T>>,
    ) -> String {
        let Self { unit, least, greatest } = self;
        if constraint.is_inverted() {
            return "its min is above its max".into();
        }
        let Some(all) = offered.reduce(|all, one| Interval {
            low: if one.low < all.low { one.low } else { all.low },
            high: if one.high > all.high { one.high } else { all.high },
        }) else {
            return "no mode is offered".into();
        };
        match constraint.bounds(BareMeaning::Ideal) {
            (Some(low), _) if low > all.high => {
                format!("the {greatest} mode has {}{unit}", number(all.high))
            }
            (_, Some(high)) if high < all.low => {
                format!("the {least} mode has {}{unit}", number(all.low))
            }
            _ => {
                format!("the modes have other values from {} to {}{unit}", number(all.low), number(all.high))
            }
        }
    }
}

/// The required values of a number, in words.
fn bounds<T: Number + Display>(constraint: &ConstrainNumber<T>) -> String {
    match (constraint.exact, constraint.min, constraint.max) {
        (Some(exact), ..) => format!("exactly {}", number(exact)),
        (None, Some(min), Some(max)) => format!("{} to {}", number(min), number(max)),
        (None, Some(min), None) => format!("at least {}", number(min)),
        (None, None, Some(max)) => format!("at most {}", number(max)),
        (None, None, None) => "any value".into(),
    }
}

/// A number with at most three decimals.
fn number(number: impl Display) -> String {
    let text = format!("{number:.3}");
    match text.split_once('.') {
        Some(_) => text.trim_end_matches('0').trim_end_matches('.').to_owned(),
        None => text,
    }
}

/// The required values of a list, in words.
pub(super) fn one_of<T: PartialEq>(constraint: &ConstrainList<T>, name: fn(&T) -> String) -> String {
    constraint
        .required(BareMeaning::Ideal)
        .unwrap_or_default()
        .iter()
        .map(name)
        .collect::<Vec<_>>()
        .join(" or ")
}

/// The values, each once.
pub(super) fn list(values: impl Iterator<Item = String>) -> String {
    let mut once: Vec<String> = Vec::new();
    for value in values {
        if !once.contains(&value) {
            once.push(value);
        }
    }
    once.join(", ")
}

pub(super) fn quoted(string: &String) -> String {
    format!("{string:?}")
}

fn device_id(id: &DeviceId) -> String {
    quoted(&id.0)
}

fn facing_mode(mode: &FacingMode) -> String {
    mode.as_str().into()
}

fn resize_mode(mode: &ResizeMode) -> String {
    mode.as_str().into()
}
