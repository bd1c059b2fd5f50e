//! Constraints, and the choice of settings that they lead to: pure functions, no device is touched.
//!
//! An app says what it would like of a camera, and what it can't do without:
//!
//! ```
//! use bevy_viewfinder::{constraint::*, device::FacingMode};
//!
//! let constraints = VideoConstraints::new()
//!     .width(1280)                                   // preferred: the nearer, the better
//!     .height(at_least(480))                         // required
//!     .frame_rate(between(15.0, 60.0).ideal(30.0))   // both
//!     .facing_mode(exact(FacingMode::User))
//!     .zoom(2.0)
//!     // tried in order once the rest is met, each kept whole or let go:
//!     .advanced(VideoConstraintSet::new().width(1920).height(1080))
//!     .advanced(VideoConstraintSet::new().aspect_ratio(16.0 / 9.0));
//! assert!(constraints.validate().is_ok());
//! ```
//!
//! [`select_settings`] goes through what the devices offer and chooses; [`rank_settings`] gives every
//! choice, best first. The terms are those of
//! [Media Capture and Streams](https://www.w3.org/TR/mediacapture-streams/#constrainable-interface).
//!
//! - A [`VideoConstraintSet`] has a member for each property that can be constrained, and
//!   [`VideoConstraints`] are a *basic* set and a list of *advanced* ones.
//! - A member is *required* where it has `min`, `max` or `exact`, else a preference. A bare value prefers
//!   in the basic set and requires in an advanced one.
//! - Sizes are in pixels, rates in Hz. Width and height are those of the sensor's landscape orientation.

mod capabilities;
mod control;
#[cfg(any(target_family = "wasm", test))]
pub(crate) mod dictionary;
mod fitness;
mod offer;
mod refusal;
mod select;
mod settings;
mod target;
mod together;
mod validate;
mod value;

use std::fmt;

use bevy::prelude::*;

use crate::device::{FacingMode, MeteringMode};

pub use capabilities::VideoCapabilities;
pub(crate) use select::{Choice, Requiring, rank};
pub use select::{rank_settings, select_settings};
pub use settings::{ResizeMode, VideoSettings};
pub(crate) use target::Targets;
pub(crate) use together::{Together, select_together};
pub use value::{
    ConstrainBool, ConstrainList, ConstrainNumber, ConstraintValue, ListValue, Number, at_least, at_most,
    between, exact, ideal,
};

/// What is asked of a video track
/// ([`MediaTrackConstraints`](https://www.w3.org/TR/mediacapture-streams/#dom-mediatrackconstraints)). The
/// default asks nothing.
///
/// The basic set's members are there directly: `constraints.zoom = ideal(2.0)`.
#[derive(Component, Clone, Debug, Default, PartialEq, Reflect, Deref, DerefMut)]
#[reflect(Component, Clone, Debug, Default, PartialEq)]
pub struct VideoConstraints {
    /// The basic constraint set: its required members must be met.
    #[deref]
    pub basic: VideoConstraintSet,
    /// The advanced constraint sets, in order: each is met as a whole where it can be, else ignored.
    pub advanced: Vec<VideoConstraintSet>,
}

/// One set of constraints
/// ([`MediaTrackConstraintSet`](https://www.w3.org/TR/mediacapture-streams/#dom-mediatrackconstraintset)).
///
/// The camera controls, from [`white_balance_mode`](Self::white_balance_mode) on, can't be required in the
/// basic set: only preferred there, and required in an advanced one.
#[derive(Clone, Default, PartialEq, Reflect)]
#[reflect(Clone, Debug, Default, PartialEq)]
pub struct VideoConstraintSet {
    /// `width`: in pixels.
    pub width: ConstrainNumber<u32>,
    /// `height`: in pixels.
    pub height: ConstrainNumber<u32>,
    /// `aspectRatio`: width / height. Ratios that differ by less than 0.3 % count as equal, so that 1.78
    /// and 854 x 480 are 16:9.
    pub aspect_ratio: ConstrainNumber<f64>,
    /// `frameRate`: in Hz. 30000 / 1001 is a rate; 29.97 counts as equal to it, 30 doesn't.
    pub frame_rate: ConstrainNumber<f64>,
    /// `facingMode`: which way the camera looks.
    pub facing_mode: ConstrainList<FacingMode>,
    /// `resizeMode`: whether the picture may be cropped and scaled down, and frames be left out.
    pub resize_mode: ConstrainList<ResizeMode>,
    /// `deviceId`: the device itself.
    pub device_id: ConstrainList<String>,
    /// `groupId`: the piece of hardware that the device is part of.
    pub group_id: ConstrainList<String>,

    /// `whiteBalanceMode`.
    pub white_balance_mode: ConstrainList<MeteringMode>,
    /// `exposureMode`.
    pub exposure_mode: ConstrainList<MeteringMode>,
    /// `focusMode`.
    pub focus_mode: ConstrainList<MeteringMode>,
    /// `pointsOfInterest`: where to measure, all of them together; 0 to 1 across and down from the top left.
    pub points_of_interest: ConstrainList<Vec2>,
    /// `exposureCompensation`: in EV; for automatic exposure.
    pub exposure_compensation: ConstrainNumber<f64>,
    /// `exposureTime`: in units of 100 microseconds; for manual exposure.
    pub exposure_time: ConstrainNumber<f64>,
    /// `colorTemperature`: in kelvin; for manual white balance.
    pub color_temperature: ConstrainNumber<f64>,
    /// `iso`: the sensor's sensitivity.
    pub iso: ConstrainNumber<f64>,
    /// `brightness`: without unit.
    pub brightness: ConstrainNumber<f64>,
    /// `contrast`: without unit.
    pub contrast: ConstrainNumber<f64>,
    /// `saturation`: without unit.
    pub saturation: ConstrainNumber<f64>,
    /// `sharpness`: without unit.
    pub sharpness: ConstrainNumber<f64>,
    /// `focusDistance`: in meters where the device knows them.
    pub focus_distance: ConstrainNumber<f64>,
    /// `pan`: in arc seconds, -648000 to 648000; clockwise, seen from above, is positive.
    pub pan: ConstrainNumber<f64>,
    /// `tilt`: in arc seconds, -648000 to 648000; up is positive.
    pub tilt: ConstrainNumber<f64>,
    /// `zoom`: a ratio.
    pub zoom: ConstrainNumber<f64>,
    /// `torch`: whether the lamp is lit.
    pub torch: ConstrainBool,
}

impl VideoConstraints {
    /// Constraints that ask nothing.
    pub fn new() -> Self {
        Self::default()
    }

    /// Adds an advanced constraint set, after those that are there.
    #[must_use]
    pub fn advanced(mut self, set: VideoConstraintSet) -> Self {
        self.advanced.push(set);
        self
    }
}

impl VideoConstraintSet {
    /// A set that asks nothing.
    pub fn new() -> Self {
        Self::default()
    }
}

/// What every member has alike: a builder, in a set and in constraints (for the basic set), and its part in
/// `Debug`.
macro_rules! members {
    ($($member:ident: $constraint:ty),+ $(,)?) => {
        impl VideoConstraintSet {
            $(
                #[doc = concat!("Constrains [`", stringify!($member), "`](field@Self::", stringify!($member), ").")]
                #[must_use]
                pub fn $member(mut self, constraint: impl Into<$constraint>) -> Self {
                    self.$member = constraint.into();
                    self
                }
            )+
        }

        /// Only what is asked: most members of most sets are empty.
        impl fmt::Debug for VideoConstraintSet {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                let mut asked = f.debug_struct("VideoConstraintSet");
                $(
                    if self.$member != default() {
                        asked.field(stringify!($member), &self.$member);
                    }
                )+
                asked.finish()
            }
        }

        impl VideoConstraints {
            $(
                #[doc = concat!(
                    "Constrains [`", stringify!($member), "`](field@VideoConstraintSet::", stringify!($member),
                    ") in the basic set."
                )]
                #[must_use]
                pub fn $member(mut self, constraint: impl Into<$constraint>) -> Self {
                    self.basic.$member = constraint.into();
                    self
                }
            )+
        }
    };
}

members! {
    width: ConstrainNumber<u32>,
    height: ConstrainNumber<u32>,
    aspect_ratio: ConstrainNumber<f64>,
    frame_rate: ConstrainNumber<f64>,
    facing_mode: ConstrainList<FacingMode>,
    resize_mode: ConstrainList<ResizeMode>,
    device_id: ConstrainList<String>,
    group_id: ConstrainList<String>,
    white_balance_mode: ConstrainList<MeteringMode>,
    exposure_mode: ConstrainList<MeteringMode>,
    focus_mode: ConstrainList<MeteringMode>,
    points_of_interest: ConstrainList<Vec2>,
    exposure_compensation: ConstrainNumber<f64>,
    exposure_time: ConstrainNumber<f64>,
    color_temperature: ConstrainNumber<f64>,
    iso: ConstrainNumber<f64>,
    brightness: ConstrainNumber<f64>,
    contrast: ConstrainNumber<f64>,
    saturation: ConstrainNumber<f64>,
    sharpness: ConstrainNumber<f64>,
    focus_distance: ConstrainNumber<f64>,
    pan: ConstrainNumber<f64>,
    tilt: ConstrainNumber<f64>,
    zoom: ConstrainNumber<f64>,
    torch: ConstrainBool,
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::device::DeviceId;

    #[test]
    fn values_are_written_as_one_would() {
        let mut constraints = VideoConstraints::new().width(640).frame_rate(ideal(30)).pan(true);
        assert_eq!(constraints.width, ConstrainNumber { bare: Some(640), ..default() });
        assert_eq!(constraints.frame_rate, ideal(30.0));
        assert_eq!(constraints.pan.present, Some(true));
        constraints.zoom = ideal(2.0);
        constraints.width = between(320, 1280).ideal(640);
        assert_eq!(constraints.basic.width, ideal(640).at_least(320).at_most(1280));
        assert_eq!(constraints.basic.zoom.ideal, Some(2.0));

        let id = DeviceId::from("a");
        assert_eq!(VideoConstraintSet::new().device_id(&id), VideoConstraintSet::new().device_id("a"));
        let either = VideoConstraintSet::new().device_id(exact(["a", "b"]));
        assert_eq!(either.device_id.exact, ["a", "b"]);
        assert_eq!(exact(vec![FacingMode::User]), exact(FacingMode::User));
        assert_eq!(VideoConstraintSet::new().torch(true).torch.bare, Some(true));
    }

    #[test]
    fn debug_shows_only_what_is_asked() {
        let constraints = VideoConstraints::new().width(at_least(640).ideal(1280)).pan(true);
        let shown = format!("{:?}", constraints.basic);
        let asked =
            "width: ConstrainNumber { ideal: 1280, min: 640 }, pan: ConstrainNumber { present: true }";
        assert_eq!(shown, format!("VideoConstraintSet {{ {asked} }}"));
    }
}
