//! Constraints on microphones. They follow the same rules as those on cameras.

#[cfg(not(target_family = "wasm"))]
mod select;
mod settings;

use std::fmt;

use bevy::prelude::*;

#[cfg(any(target_family = "wasm", test))]
use super::validate::validate_bounds;
use super::{
    reference::{ConstraintRef, Property},
    validate::validate_numbers,
    value::{ConstrainBool, ConstrainList, ConstrainNumber},
};
use crate::{device::DeviceId, error::MediaError};

#[cfg(not(target_family = "wasm"))]
pub(crate) use select::{AudioChoice, permitted_devices, rank_formats};
pub use settings::{AudioCapabilities, AudioSettings};

/// The constraints on an audio track
/// ([`MediaTrackConstraints`](https://www.w3.org/TR/mediacapture-streams/#dom-mediatrackconstraints)). The default has
/// none.
///
/// The members of the basic set are available directly: `constraints.sample_rate = ideal(16_000)`. All of them may be
/// required.
///
/// ```
/// use bevy_viewfinder::constraint::*;
///
/// let constraints = AudioConstraints::new().sample_rate(ideal(16_000)).channel_count(exact(1));
/// assert!(constraints.validate().is_ok());
/// ```
#[derive(Component, Clone, Debug, Default, PartialEq, Reflect, Deref, DerefMut)]
#[reflect(Component, Clone, Debug, Default, PartialEq)]
pub struct AudioConstraints {
    /// The basic constraint set. Its required members must be met.
    #[deref]
    pub basic: AudioConstraintSet,
    /// The advanced constraint sets, in order. Each is met as a whole if possible, else ignored.
    pub advanced: Vec<AudioConstraintSet>,
}

impl AudioConstraints {
    /// Constraints without any member.
    pub fn new() -> Self {
        Self::default()
    }

    /// Adds an advanced constraint set after the existing ones.
    #[must_use]
    pub fn advanced(mut self, set: AudioConstraintSet) -> Self {
        self.advanced.push(set);
        self
    }

    /// Checks everything that can be checked without microphones.
    ///
    /// # Errors
    ///
    /// [`Type`](crate::error::ErrorName::Type) for NaN, infinities and negative numbers.
    pub fn validate(&self) -> Result<(), MediaError> {
        std::iter::once(&self.basic)
            .chain(&self.advanced)
            .try_for_each(|set| validate_numbers(set.properties()))
    }

    /// Checks that no required number of the basic set contradicts itself. Natively the selection finds that too, but
    /// not every browser does.
    ///
    /// # Errors
    ///
    /// [`Overconstrained`](crate::error::ErrorName::Overconstrained), with the name of the constraint.
    #[cfg(any(target_family = "wasm", test))]
    pub(crate) fn validate_bounds(&self) -> Result<(), MediaError> {
        validate_bounds(self.basic.properties())
    }
}

impl AudioConstraintSet {
    /// A set without any member.
    pub fn new() -> Self {
        Self::default()
    }
}

macro_rules! properties {
    ($($(#[$documentation:meta])* $member:ident: $constraint:ty = $variant:ident $name:literal;)+) => {
        /// A set of constraints on a microphone
        /// ([`MediaTrackConstraintSet`](https://www.w3.org/TR/mediacapture-streams/#dom-mediatrackconstraintset)).
        #[derive(Clone, Default, PartialEq, Reflect)]
        #[reflect(Clone, Debug, Default, PartialEq)]
        pub struct AudioConstraintSet {
            $($(#[$documentation])* pub $member: $constraint,)+
        }

        impl AudioConstraintSet {
            $(
                #[doc = concat!("Constrains [`", stringify!($member), "`](field@Self::", stringify!($member), ").")]
                #[must_use]
                pub fn $member(mut self, constraint: impl Into<$constraint>) -> Self {
                    self.$member = constraint.into();
                    self
                }
            )+

            /// All properties, with their constraints.
            pub(super) fn properties(&self) -> impl Iterator<Item = Property<'_>> {
                [$(Property { name: $name, constraint: ConstraintRef::from(&self.$member), least: 0.0 }),+].into_iter()
            }
        }

        /// Shows only the members that constrain something.
        impl fmt::Debug for AudioConstraintSet {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                let mut set = f.debug_struct("AudioConstraintSet");
                $(
                    if self.$member != default() {
                        set.field(stringify!($member), &self.$member);
                    }
                )+
                set.finish()
            }
        }

        impl AudioConstraints {
            $(
                #[doc = concat!(
                    "Constrains [`", stringify!($member), "`](field@AudioConstraintSet::", stringify!($member),
                    ") in the basic set."
                )]
                #[must_use]
                pub fn $member(mut self, constraint: impl Into<$constraint>) -> Self {
                    self.basic.$member = constraint.into();
                    self
                }
            )+
        }

        /// The properties, in the order in which an error looks for the one to name.
        #[cfg(not(target_family = "wasm"))]
        #[derive(Debug, Clone, Copy, PartialEq, Eq)]
        enum AudioProperty {
            $($variant),+
        }

        #[cfg(not(target_family = "wasm"))]
        impl AudioProperty {
            const ALL: [Self; [$($name),+].len()] = [$(Self::$variant),+];

            /// The standard's name: `sampleRate`.
            const fn as_str(self) -> &'static str {
                match self {
                    $(Self::$variant => $name,)+
                }
            }
        }
    };
}

properties! {
    /// `deviceId`: the identifier of the microphone.
    device_id: ConstrainList<DeviceId> = DeviceId "deviceId";
    /// `groupId`: the identifier of the hardware that the microphone is part of.
    group_id: ConstrainList<String> = GroupId "groupId";
    /// `sampleRate`: frames per second, in Hz.
    sample_rate: ConstrainNumber<u32> = SampleRate "sampleRate";
    /// `sampleSize`: the bits of a sample of the device. The app receives numbers from -1 to 1, whatever it is.
    sample_size: ConstrainNumber<u32> = SampleSize "sampleSize";
    /// `channelCount`: the number of channels.
    channel_count: ConstrainNumber<u32> = ChannelCount "channelCount";
    /// `latency`: the length of a block of samples, in seconds.
    latency: ConstrainNumber<f64> = Latency "latency";
    /// `echoCancellation`: whether the sound of the speakers is removed. Natively it isn't, and in browsers it is by
    /// default.
    echo_cancellation: ConstrainBool = EchoCancellation "echoCancellation";
    /// `autoGainControl`: whether the volume is evened out. Natively it isn't, and in browsers it is by default.
    auto_gain_control: ConstrainBool = AutoGainControl "autoGainControl";
    /// `noiseSuppression`: whether noise is removed. Natively it isn't, and in browsers it is by default.
    noise_suppression: ConstrainBool = NoiseSuppression "noiseSuppression";
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{
        constraint::{between, exact},
        error::ErrorName,
    };

    #[test]
    fn contradicting_bounds_are_errors() {
        let refused = AudioConstraints::new().sample_rate(between(48_000, 8_000)).validate_bounds();
        let error = refused.expect_err("nothing is like that");
        assert_eq!(
            (error.name, error.constraint.as_deref()),
            (ErrorName::Overconstrained, Some("sampleRate"))
        );
        let constraints = AudioConstraints::new().sample_rate(between(8_000, 48_000)).channel_count(exact(1));
        assert_eq!(constraints.validate_bounds(), Ok(()));
    }
}
