//! The constraints of a set, for code that handles all properties alike.

use bevy::prelude::*;

use super::{
    settings::ResizeMode,
    value::{ConstrainBool, ConstrainList, ConstrainNumber},
};
use crate::device::{DeviceId, FacingMode, MeteringMode};

/// A property of a set, with its constraint.
#[derive(Debug, Clone, Copy)]
pub(super) struct Property<'a> {
    /// The standard's name: `frameRate`.
    pub(super) name: &'static str,
    pub(super) constraint: ConstraintRef<'a>,
    /// The least number that makes sense.
    pub(super) least: f64,
}

/// The constraint on a property.
#[derive(Debug, Clone, Copy)]
pub(super) enum ConstraintRef<'a> {
    Whole(&'a ConstrainNumber<u32>),
    Number(&'a ConstrainNumber<f64>),
    Boolean(&'a ConstrainBool),
    Modes(&'a ConstrainList<MeteringMode>),
    Points(&'a ConstrainList<Vec2>),
    FacingModes(&'a ConstrainList<FacingMode>),
    ResizeModes(&'a ConstrainList<ResizeMode>),
    Devices(&'a ConstrainList<DeviceId>),
    Strings(&'a ConstrainList<String>),
}

/// The constraint on a control, to be changed.
#[derive(Debug)]
pub(super) enum ControlConstraintMut<'a> {
    Number(&'a mut ConstrainNumber<f64>),
    Boolean(&'a mut ConstrainBool),
    Modes(&'a mut ConstrainList<MeteringMode>),
    Points(&'a mut ConstrainList<Vec2>),
}

macro_rules! conversions {
    ($reference:ident: $(($($mutability:tt)?) $constraint:ty => $variant:ident),+ $(,)?) => {$(
        impl<'a> From<&'a $($mutability)? $constraint> for $reference<'a> {
            fn from(constraint: &'a $($mutability)? $constraint) -> Self {
                Self::$variant(constraint)
            }
        }
    )+};
}

conversions! {
    ConstraintRef:
    () ConstrainNumber<u32> => Whole,
    () ConstrainNumber<f64> => Number,
    () ConstrainBool => Boolean,
    () ConstrainList<MeteringMode> => Modes,
    () ConstrainList<Vec2> => Points,
    () ConstrainList<FacingMode> => FacingModes,
    () ConstrainList<ResizeMode> => ResizeModes,
    () ConstrainList<DeviceId> => Devices,
    () ConstrainList<String> => Strings,
}

conversions! {
    ControlConstraintMut:
    (mut) ConstrainNumber<f64> => Number,
    (mut) ConstrainBool => Boolean,
    (mut) ConstrainList<MeteringMode> => Modes,
    (mut) ConstrainList<Vec2> => Points,
}
