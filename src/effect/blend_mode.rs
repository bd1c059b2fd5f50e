//! The blend modes of images.

use bevy::prelude::*;

use super::shader_value::shader_value;

/// How an image is blended with the frame below: the modes of the W3C's
/// [Compositing and Blending](https://www.w3.org/TR/compositing-1/#blending), which image editors have too.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, Reflect)]
#[reflect(Default)]
pub enum BlendMode {
    /// Covers the frame.
    #[default]
    Normal,
    /// Darkens, as two slides on top of each other do.
    Multiply,
    /// Brightens, as two projectors on one wall do.
    Screen,
    /// Multiplies the dark and screens the bright parts of the frame.
    Overlay,
    /// The darker of both.
    Darken,
    /// The brighter of both.
    Lighten,
    /// Multiplies by the dark and screens by the bright parts of the image.
    HardLight,
    /// As `HardLight`, but softer.
    SoftLight,
    /// The difference of both.
    Difference,
    /// The sum of both, which image editors call linear dodge.
    Add,
}

shader_value!(BlendMode as u32, |choice| *choice as u32);
