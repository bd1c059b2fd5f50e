//! Constraints, and the selection of settings by them: pure functions that touch no device.
//!
//! An app states what it prefers of a device and what it requires:
//!
//! ```
//! use bevy_viewfinder::{constraint::*, device::FacingMode};
//!
//! let constraints = VideoConstraints::new()
//!     .width(1280)                                   // preferred: the nearest value wins
//!     .height(at_least(480))                         // required
//!     .frame_rate(between(15.0, 60.0).ideal(30.0))   // both
//!     .facing_mode(exact(FacingMode::User))
//!     .zoom(2.0)
//!     // Tried in order once the rest is met. Each is met as a whole or ignored:
//!     .advanced(VideoConstraintSet::new().width(1920).height(1080))
//!     .advanced(VideoConstraintSet::new().aspect_ratio(16.0 / 9.0));
//! assert!(constraints.validate().is_ok());
//! ```
//!
//! [`select_settings`] chooses among the candidates that the devices offer. [`rank_settings`] returns all choices, best
//! first. The terms are those of
//! [Media Capture and Streams](https://www.w3.org/TR/mediacapture-streams/#constrainable-interface).
//!
//! - A [`VideoConstraintSet`] has a member for each constrainable property. [`VideoConstraints`] are a *basic* set and
//!   a list of *advanced* sets.
//! - A member with `min`, `max` or `exact` is *required*. Any other member is a preference. A bare value is a
//!   preference in the basic set, and required in an advanced set.
//! - Sizes are in pixels, rates in Hz. Width and height are those of the sensor's landscape orientation.

#[cfg(feature = "audio")]
mod audio;
mod candidate_space;
mod capabilities;
mod control;
#[cfg(any(target_family = "wasm", test))]
pub(crate) mod dictionary;
mod fitness;
mod overconstrained;
mod reference;
mod select;
mod settings;
mod shared_selection;
mod target;
mod validate;
mod value;

use std::fmt;

use bevy::prelude::*;

use crate::device::{Control, DeviceId, FacingMode, MeteringMode, properties};
use reference::{ConstraintRef, ControlConstraintMut, Property};

#[cfg(feature = "audio")]
pub use audio::{AudioCapabilities, AudioConstraintSet, AudioConstraints, AudioSettings};
#[cfg(all(feature = "audio", not(target_family = "wasm")))]
pub(crate) use audio::{AudioChoice, permitted_devices, rank_formats};
pub use capabilities::{Bounds, VideoCapabilities};
pub(crate) use select::{Choice, Requiring, rank};
pub use select::{rank_settings, select_settings};
pub use settings::{ResizeMode, VideoSettings};
pub(crate) use shared_selection::{SharedSelection, select_shared};
pub(crate) use target::Targets;
pub use value::{
    ConstrainBool, ConstrainList, ConstrainNumber, ConstraintValue, ListValue, Number, at_least, at_most,
    between, exact, ideal,
};

/// The constraints on a video track
/// ([`MediaTrackConstraints`](https://www.w3.org/TR/mediacapture-streams/#dom-mediatrackconstraints)). The default has
/// none.
///
/// The members of the basic set are available directly: `constraints.zoom = ideal(2.0)`.
#[derive(Component, Clone, Debug, Default, PartialEq, Reflect, Deref, DerefMut)]
#[reflect(Component, Clone, Debug, Default, PartialEq)]
pub struct VideoConstraints {
    /// The basic constraint set. Its required members must be met.
    #[deref]
    pub basic: VideoConstraintSet,
    /// The advanced constraint sets, in order. Each is met as a whole if possible, else ignored.
    pub advanced: Vec<VideoConstraintSet>,
}

impl VideoConstraints {
    /// Constraints without any member.
    pub fn new() -> Self {
        Self::default()
    }

    /// Adds an advanced constraint set after the existing ones.
    #[must_use]
    pub fn advanced(mut self, set: VideoConstraintSet) -> Self {
        self.advanced.push(set);
        self
    }
}

impl VideoConstraintSet {
    /// A set without any member.
    pub fn new() -> Self {
        Self::default()
    }
}

/// Makes the constraint set, its builders and its accessors from the table of properties.
macro_rules! constraint_set {
    (selection { $($selection:tt)* } controls { $($controls:tt)* }) => {
        members! { $($selection)* $($controls)* }
        controls! { $($controls)* }
    };
}

macro_rules! members {
    ($($(#[$documentation:meta])* $member:ident: $constraint:ty =
        $variant:ident $name:literal $(from $least:literal)?;)+) => {
        /// A set of constraints
        /// ([`MediaTrackConstraintSet`](https://www.w3.org/TR/mediacapture-streams/#dom-mediatrackconstraintset)).
        ///
        /// The controls, from [`white_balance_mode`](Self::white_balance_mode) on, can't be required in the basic set.
        /// They can be preferred there, and required in an advanced set.
        #[derive(Clone, Default, PartialEq, Reflect)]
        #[reflect(Clone, Debug, Default, PartialEq)]
        pub struct VideoConstraintSet {
            $($(#[$documentation])* pub $member: $constraint,)+
        }

        impl VideoConstraintSet {
            $(
                #[doc = concat!("Constrains [`", stringify!($member), "`](field@Self::", stringify!($member), ").")]
                #[must_use]
                pub fn $member(mut self, constraint: impl Into<$constraint>) -> Self {
                    self.$member = constraint.into();
                    self
                }
            )+

            /// The standard's names of all properties.
            pub(crate) const NAMES: [&str; [$($name),+].len()] = [$($name),+];

            /// All properties, with their constraints.
            fn properties(&self) -> impl Iterator<Item = Property<'_>> {
                [$(Property {
                    name: $name,
                    constraint: ConstraintRef::from(&self.$member),
                    // The first of these: the one in the table, if there is one, or any number.
                    least: [$($least,)? f64::MIN][0],
                }),+].into_iter()
            }
        }

        /// Shows only the members that constrain something. Most are empty in most sets.
        impl fmt::Debug for VideoConstraintSet {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                let mut set = f.debug_struct("VideoConstraintSet");
                $(
                    if self.$member != default() {
                        set.field(stringify!($member), &self.$member);
                    }
                )+
                set.finish()
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

macro_rules! controls {
    ($($(#[$documentation:meta])* $member:ident: $constraint:ty =
        $variant:ident $name:literal $(from $least:literal)?;)+) => {
        impl VideoConstraintSet {
            fn control(&self, control: Control) -> ConstraintRef<'_> {
                match control {
                    $(Control::$variant => (&self.$member).into(),)+
                }
            }

            fn control_mut(&mut self, control: Control) -> ControlConstraintMut<'_> {
                match control {
                    $(Control::$variant => (&mut self.$member).into(),)+
                }
            }
        }
    };
}

properties!(constraint_set);

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn constraints_are_made_from_plain_values() {
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
        assert_eq!(either.device_id.exact, [DeviceId::from("a"), DeviceId::from("b")]);
        assert_eq!(either.device_id, exact([DeviceId::from("a"), DeviceId::from("b")]));
        assert_eq!(exact(vec![FacingMode::User]), exact(FacingMode::User));
        assert_eq!(VideoConstraintSet::new().torch(true).torch.bare, Some(true));
    }

    #[test]
    fn debug_shows_only_what_is_constrained() {
        let constraints = VideoConstraints::new().width(at_least(640).ideal(1280)).pan(true);
        let shown = format!("{:?}", constraints.basic);
        let asked =
            "width: ConstrainNumber { ideal: 1280, min: 640 }, pan: ConstrainNumber { present: true }";
        assert_eq!(shown, format!("VideoConstraintSet {{ {asked} }}"));
    }

    #[test]
    fn each_property_has_its_own_member_and_the_standards_name() {
        let named: Vec<_> = VideoConstraintSet::new().properties().map(|property| property.name).collect();
        assert_eq!(named, VideoConstraintSet::NAMES);
        let set = VideoConstraintSet::new().group_id("a").frame_rate(30).torch(true);
        let constrained = set.properties().filter(|property| !property.constraint.is_empty());
        let constrained: Vec<_> = constrained.map(|property| property.name).collect();
        assert_eq!(constrained, ["groupId", "frameRate", "torch"]);
    }
}
