//! How one picture is laid on another.

use bevy::prelude::*;

use super::shader_value::shader_value;

/// How one picture is laid on another: the modes of the W3C's
/// [Compositing and Blending](https://www.w3.org/TR/compositing-1/#blending), which image editors have too.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, Reflect)]
#[reflect(Default)]
pub enum BlendMode {
    /// It covers what is below.
    #[default]
    Normal,
    /// Darkens, as two slides on top of each other do.
    Multiply,
    /// Brightens, as two projectors on one wall do.
    Screen,
    /// Multiplies the dark and screens the bright parts of what is below.
    Overlay,
    /// The darker of both.
    Darken,
    /// The brighter of both.
    Lighten,
    /// Multiplies by its own dark and screens by its own bright parts.
    HardLight,
    /// The same, gently.
    SoftLight,
    /// How far they are apart.
    Difference,
    /// The sum of both, which image editors call linear dodge.
    Add,
}

shader_value!(BlendMode as u32, |choice| *choice as u32);
