//! Required constraints, and the one to name where they can't be met.

use std::fmt::Display;

use crate::{
    device::{ControlCapability, FacingMode},
    error::MediaError,
};

use super::{
    ConstrainList, ConstrainNumber, Number, ResizeMode, VideoConstraintSet,
    fitness::Bare,
    offer::{Interval, Member, Offer},
};

/// What the basic set's required members leave, at least one offer.
pub(super) fn require<'a>(
    offers: Vec<Offer<'a>>,
    basic: &VideoConstraintSet,
) -> Result<Vec<Offer<'a>>, MediaError> {
    let narrowed = |offers: &[Offer<'a>], member| -> Vec<Offer<'a>> {
        offers.iter().cloned().filter_map(|offer| offer.narrowed_by(member, basic, Bare::Ideal)).collect()
    };
    // One that nobody meets is the culprit whatever else is asked.
    if let Some(member) = Member::ALL.into_iter().find(|member| narrowed(&offers, *member).is_empty()) {
        return Err(refusal(member, &offers, basic));
    }
    Member::ALL.into_iter().try_fold(offers, |offers, member| {
        let left = narrowed(&offers, member);
        if left.is_empty() { Err(refusal(member, &offers, basic)) } else { Ok(left) }
    })
}

/// What the basic set's required camera controls leave, at least one offer.
pub(super) fn require_controls<'a>(
    offers: Vec<Offer<'a>>,
    basic: &VideoConstraintSet,
) -> Result<Vec<Offer<'a>>, MediaError> {
    basic.controls().into_iter().try_fold(offers, |offers, (control, asked)| {
        let met = |offer: &Offer<'a>| offer.clone().narrowed_by_control(control, asked, Bare::Ideal);
        let left: Vec<_> = offers.iter().filter_map(met).collect();
        if !left.is_empty() {
            return Ok(left);
        }
        let can = match offers.iter().find_map(|offer| offer.allowed(control)) {
            None => "it has no such control".into(),
            Some(ControlCapability::Number(range)) => format!("it can do {} to {}", range.min, range.max),
            Some(ControlCapability::Modes(modes)) => {
                listed(modes.iter().map(|mode| mode.as_str().to_owned()))
            }
            Some(ControlCapability::Booleans(values)) => listed(values.iter().map(bool::to_string)),
            Some(ControlCapability::Points) => "another asks for other points".into(),
        };
        Err(MediaError::overconstrained(
            control.as_str(),
            format!("the camera can't meet what is required of {control}: {can}; ask for less, or prefer it"),
        ))
    })
}

/// The error for a member that none of these offers meets.
fn refusal(member: Member, offers: &[Offer], basic: &VideoConstraintSet) -> MediaError {
    let device_list = |of: fn(&Offer) -> String| listed(offers.iter().map(of));
    let (name, asked, offered) = match member {
        Member::DeviceId => {
            ("deviceId", one_of(&basic.device_id, quoted), device_list(|offer| quoted(&offer.device.id.0)))
        }
        Member::GroupId => {
            ("groupId", one_of(&basic.group_id, quoted), device_list(|offer| quoted(&offer.device.group_id)))
        }
        Member::FacingMode => {
            let faces =
                device_list(|offer| offer.device.facing_mode.as_ref().map_or("unknown".into(), facing));
            ("facingMode", one_of(&basic.facing_mode, facing), faces)
        }
        Member::ResizeMode => {
            let modes = device_list(|offer| resizing(&offer.resize_mode));
            ("resizeMode", one_of(&basic.resize_mode, resizing), modes)
        }
        Member::Width => {
            let words = Words { unit: " pixels", least: "narrowest", greatest: "widest" };
            let offered = words.offered(&basic.width, offers.iter().map(|offer| offer.width));
            ("width", bounds(&basic.width), offered)
        }
        Member::Height => {
            let words = Words { unit: " pixels", least: "lowest", greatest: "tallest" };
            let offered = words.offered(&basic.height, offers.iter().map(|offer| offer.height));
            ("height", bounds(&basic.height), offered)
        }
        Member::AspectRatio => {
            let words = Words { unit: "", least: "narrowest", greatest: "widest" };
            let offered = words.offered(&basic.aspect_ratio, offers.iter().map(Offer::reachable_ratios));
            ("aspectRatio", bounds(&basic.aspect_ratio), offered)
        }
        Member::FrameRate => {
            let words = Words { unit: " Hz", least: "slowest", greatest: "fastest" };
            let offered = words.offered(&basic.frame_rate, offers.iter().map(|offer| offer.rate));
            ("frameRate", bounds(&basic.frame_rate), offered)
        }
    };
    MediaError::overconstrained(
        name,
        format!("{name} of {asked} was required; {offered}. Ask for that, or prefer a value with `ideal`"),
    )
}

/// How to speak of a number.
struct Words {
    unit: &'static str,
    least: &'static str,
    greatest: &'static str,
}

impl Words {
    /// What the offers have of it, seen from what was asked.
    fn offered<T: Number + Display>(
        &self,
        asked: &ConstrainNumber<T>,
        offers: impl Iterator<Item = Interval<T>>,
    ) -> String {
        let Self { unit, least, greatest } = self;
        if asked.is_inverted() {
            return "its min is above its max".into();
        }
        let Some(all) = offers.reduce(|all, offer| Interval {
            low: if offer.low < all.low { offer.low } else { all.low },
            high: if offer.high > all.high { offer.high } else { all.high },
        }) else {
            return "nothing is offered".into();
        };
        match asked.bounds(Bare::Ideal) {
            (Some(low), _) if low > all.high => {
                format!("the {greatest} mode is {}{unit}", number(all.high))
            }
            (_, Some(high)) if high < all.low => {
                format!("the {least} mode is {}{unit}", number(all.low))
            }
            _ => format!(
                "what is offered lies between {} and {}{unit}, but not there",
                number(all.low),
                number(all.high)
            ),
        }
    }
}

/// What is required of a number, in words.
fn bounds<T: Number + Display>(asked: &ConstrainNumber<T>) -> String {
    match (asked.exact, asked.min, asked.max) {
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

/// What is required of a list, in words.
fn one_of<T: PartialEq>(asked: &ConstrainList<T>, name: fn(&T) -> String) -> String {
    asked.required(Bare::Ideal).unwrap_or_default().iter().map(name).collect::<Vec<_>>().join(" or ")
}

/// What there is, each once.
fn listed(items: impl Iterator<Item = String>) -> String {
    let mut once: Vec<String> = Vec::new();
    for item in items {
        if !once.contains(&item) {
            once.push(item);
        }
    }
    format!("there is {}", once.join(", "))
}

fn quoted(string: &String) -> String {
    format!("{string:?}")
}

fn facing(mode: &FacingMode) -> String {
    mode.as_str().into()
}

fn resizing(mode: &ResizeMode) -> String {
    mode.as_str().into()
}
