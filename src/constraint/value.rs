//! The constraint on one property: a preference, a bound, an exact value, or several of them.
//!
//! | type of the standard | type here |
//! |---|---|
//! | `ConstrainULong` | [`ConstrainNumber<u32>`] |
//! | `ConstrainDouble`, and `(boolean or ConstrainDouble)` | [`ConstrainNumber<f64>`] |
//! | `ConstrainBoolean` | [`ConstrainBool`] |
//! | `ConstrainDOMString` and enums | [`ConstrainList`] |
//!
//! [`ideal`], [`exact`], [`at_least`], [`at_most`] and [`between`] make them. A plain value becomes a bare value.

use std::fmt;

use bevy::prelude::*;

use crate::device::{DeviceId, FacingMode, MeteringMode};

use super::settings::ResizeMode;

/// The constraint on a number. All its fields apply together. The default constrains nothing. `Debug` shows only the
/// fields that are set.
///
/// An inverted range (`min > max`) can't be met: [`Overconstrained`](crate::error::ErrorName::Overconstrained).
/// NaN, infinities, and negative numbers of a property that has none, are a [`Type`](crate::error::ErrorName::Type)
/// error.
#[derive(Clone, Copy, PartialEq, Default, Reflect)]
pub struct ConstrainNumber<T> {
    /// A bare value. A preference, as `ideal`; inside `advanced` required, as `exact`.
    pub bare: Option<T>,
    /// The value that the setting must have.
    pub exact: Option<T>,
    /// The preferred value: the nearest setting wins.
    pub ideal: Option<T>,
    /// The least value that the setting may have.
    pub min: Option<T>,
    /// The greatest value that the setting may have.
    pub max: Option<T>,
    /// A bare boolean for a number (`pan: true`): whether the device should have the setting at all. Inside `advanced`,
    /// whether it must have it.
    pub present: Option<bool>,
}

/// The constraint on a boolean. The default constrains nothing.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Reflect)]
pub struct ConstrainBool {
    /// A bare value. A preference, as `ideal`; inside `advanced` required, as `exact`.
    pub bare: Option<bool>,
    /// The value that the setting must have.
    pub exact: Option<bool>,
    /// The preferred value.
    pub ideal: Option<bool>,
}

/// The constraint on a string, an enum or a set of points. A list is met by any one of its values. An empty list
/// constrains nothing.
#[derive(Debug, Clone, PartialEq, Reflect)]
pub struct ConstrainList<T> {
    /// Bare values. A preference, as `ideal`; inside `advanced` required, as `exact`.
    pub bare: Vec<T>,
    /// The values of which the setting must have one.
    pub exact: Vec<T>,
    /// The preferred values.
    pub ideal: Vec<T>,
}

impl<T> Default for ConstrainList<T> {
    fn default() -> Self {
        Self { bare: Vec::new(), exact: Vec::new(), ideal: Vec::new() }
    }
}

impl<T: fmt::Debug> fmt::Debug for ConstrainNumber<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { bare, exact, ideal, min, max, present } = self;
        let numbers = [("bare", bare), ("exact", exact), ("ideal", ideal), ("min", min), ("max", max)];
        let mut constraint = f.debug_struct("ConstrainNumber");
        for (name, number) in numbers {
            if let Some(number) = number {
                constraint.field(name, number);
            }
        }
        if let Some(present) = present {
            constraint.field("present", present);
        }
        constraint.finish()
    }
}

/// Prefers a value: the nearest setting wins. `ideal(1280)`, `ideal(FacingMode::User)`.
pub fn ideal<V: ConstraintValue>(value: V) -> V::Constraint {
    value.ideal()
}

/// Requires a value, or one of several: `exact(30.0)`, `exact([FacingMode::User, FacingMode::Left])`.
pub fn exact<V: ConstraintValue>(value: V) -> V::Constraint {
    value.exact()
}

/// Requires at least `least`: `at_least(24.0)`.
pub fn at_least<T: Number>(least: T) -> ConstrainNumber<T> {
    ConstrainNumber { min: Some(least), ..default() }
}

/// Requires at most `greatest`: `at_most(1080)`.
pub fn at_most<T: Number>(greatest: T) -> ConstrainNumber<T> {
    ConstrainNumber { max: Some(greatest), ..default() }
}

/// Requires a value from `least` to `greatest`, both included: `between(15.0, 60.0)`.
pub fn between<T: Number>(least: T, greatest: T) -> ConstrainNumber<T> {
    ConstrainNumber { min: Some(least), max: Some(greatest), ..default() }
}

impl<T: Number> ConstrainNumber<T> {
    /// Prefers `value` too: `between(15.0, 60.0).ideal(30.0)`.
    #[must_use]
    pub fn ideal(mut self, value: T) -> Self {
        self.ideal = Some(value);
        self
    }

    /// Requires at least `least` too.
    #[must_use]
    pub fn at_least(mut self, least: T) -> Self {
        self.min = Some(least);
        self
    }

    /// Requires at most `greatest` too.
    #[must_use]
    pub fn at_most(mut self, greatest: T) -> Self {
        self.max = Some(greatest);
        self
    }
}

/// A number that can be constrained: `u32` and `f64`.
pub trait Number: Copy + Default + PartialOrd + sealed::Sealed {}

impl Number for u32 {}
impl Number for f64 {}

/// The types of a constraint's value: numbers, booleans, strings, enums, and lists of the last two (arrays and
/// vectors).
pub trait ConstraintValue: sealed::Sealed {
    /// The type of the constraint.
    type Constraint;

    /// The constraint that prefers this value.
    fn ideal(self) -> Self::Constraint;

    /// The constraint that requires this value.
    fn exact(self) -> Self::Constraint;
}

/// The types of one value of a [`ConstrainList`].
pub trait ListValue: sealed::Sealed + Sized {
    /// The type that the list stores.
    type Stored;

    /// Converts it to the type that the list stores.
    fn into_stored(self) -> Self::Stored;
}

mod sealed {
    /// Limits the traits of values to the types of this crate, so that each literal has one meaning.
    pub trait Sealed {}

    impl<V: Sealed, const N: usize> Sealed for [V; N] {}
    impl<V: Sealed> Sealed for Vec<V> {}
}

macro_rules! scalar_values {
    ($($value:ty => $constraint:ty),+) => {$(
        impl sealed::Sealed for $value {}

        impl ConstraintValue for $value {
            type Constraint = $constraint;

            fn ideal(self) -> Self::Constraint {
                <$constraint>::from_parts(None, Some(self))
            }

            fn exact(self) -> Self::Constraint {
                <$constraint>::from_parts(Some(self), None)
            }
        }

        impl From<$value> for $constraint {
            fn from(bare: $value) -> Self {
                Self { bare: Some(bare), ..default() }
            }
        }
    )+};
}

scalar_values!(u32 => ConstrainNumber<u32>, f64 => ConstrainNumber<f64>, bool => ConstrainBool);

impl<T: Default> ConstrainNumber<T> {
    fn from_parts(exact: Option<T>, ideal: Option<T>) -> Self {
        Self { exact, ideal, ..default() }
    }
}

impl ConstrainBool {
    fn from_parts(exact: Option<bool>, ideal: Option<bool>) -> Self {
        Self { exact, ideal, ..default() }
    }
}

/// `pan(true)`: prefers devices that have the setting.
impl From<bool> for ConstrainNumber<f64> {
    fn from(present: bool) -> Self {
        Self { present: Some(present), ..default() }
    }
}

/// `frame_rate(30)`: a whole number converts.
impl From<u32> for ConstrainNumber<f64> {
    fn from(bare: u32) -> Self {
        ConstrainNumber::<u32>::from(bare).into()
    }
}

/// `frame_rate(ideal(30))`: a whole number converts.
impl From<ConstrainNumber<u32>> for ConstrainNumber<f64> {
    fn from(whole: ConstrainNumber<u32>) -> Self {
        Self {
            bare: whole.bare.map(f64::from),
            exact: whole.exact.map(f64::from),
            ideal: whole.ideal.map(f64::from),
            min: whole.min.map(f64::from),
            max: whole.max.map(f64::from),
            present: whole.present,
        }
    }
}

macro_rules! list_values {
    ($($value:ty => $stored:ty: |$it:ident| $into:expr),+ $(,)?) => {$(
        impl sealed::Sealed for $value {}

        impl ListValue for $value {
            type Stored = $stored;

            fn into_stored(self) -> Self::Stored {
                let $it = self;
                $into
            }
        }

        impl ConstraintValue for $value {
            type Constraint = ConstrainList<$stored>;

            fn ideal(self) -> Self::Constraint {
                [self].ideal()
            }

            fn exact(self) -> Self::Constraint {
                [self].exact()
            }
        }

        impl From<$value> for ConstrainList<$stored> {
            fn from(bare: $value) -> Self {
                [bare].into()
            }
        }
    )+};
}

list_values! {
    FacingMode => FacingMode: |mode| mode,
    ResizeMode => ResizeMode: |mode| mode,
    MeteringMode => MeteringMode: |mode| mode,
    Vec2 => Vec2: |point| point,
    &str => String: |string| string.to_owned(),
    String => String: |string| string,
    DeviceId => DeviceId: |id| id,
    &DeviceId => DeviceId: |id| id.clone(),
}

/// `device_id(exact("a"))`: strings convert.
impl From<ConstrainList<String>> for ConstrainList<DeviceId> {
    fn from(strings: ConstrainList<String>) -> Self {
        let ids = |list: Vec<String>| list.into_iter().map(DeviceId).collect();
        Self { bare: ids(strings.bare), exact: ids(strings.exact), ideal: ids(strings.ideal) }
    }
}

/// `device_id("a")`, `device_id(["a", "b"])`: strings convert.
macro_rules! device_ids {
    ($(($($generics:tt)*) $strings:ty),+ $(,)?) => {$(
        impl<$($generics)*> From<$strings> for ConstrainList<DeviceId> {
            fn from(bare: $strings) -> Self {
                ConstrainList::<String>::from(bare).into()
            }
        }
    )+};
}

device_ids! {
    () &str,
    () String,
    (const N: usize) [&str; N],
    (const N: usize) [String; N],
    () Vec<&str>,
    () Vec<String>,
}

macro_rules! lists {
    ($(($($generics:tt)*) $list:ty),+) => {$(
        impl<V: ListValue, $($generics)*> ConstraintValue for $list {
            type Constraint = ConstrainList<V::Stored>;

            fn ideal(self) -> Self::Constraint {
                ConstrainList { ideal: self.into_iter().map(V::into_stored).collect(), ..default() }
            }

            fn exact(self) -> Self::Constraint {
                ConstrainList { exact: self.into_iter().map(V::into_stored).collect(), ..default() }
            }
        }

        impl<V: ListValue, $($generics)*> From<$list> for ConstrainList<V::Stored> {
            fn from(bare: $list) -> Self {
                Self { bare: bare.into_iter().map(V::into_stored).collect(), ..default() }
            }
        }
    )+};
}

lists!((const N: usize) [V; N], () Vec<V>);
