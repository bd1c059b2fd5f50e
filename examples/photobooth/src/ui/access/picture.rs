//! The contents of pictures.

use bevy::prelude::*;

/// The content of a picture. A picture without it is decoration.
#[derive(Component, Debug, Clone, Copy, PartialEq, Eq)]
pub enum Shows {
    /// The live image.
    Mirror,
    /// The print that is being shot.
    Print,
    /// The result.
    Result,
    /// The picture of the gallery.
    Gallery,
    /// The QR code.
    Code,
    /// Whether the camera is on.
    Lamp,
}
