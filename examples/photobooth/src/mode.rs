//! The booth's modes.

use serde::Deserialize;

use crate::layout::Kind;

/// A mode, which a guest picks.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Deserialize)]
pub enum Mode {
    /// One photo on a print.
    Single,
    /// A strip of photos.
    #[default]
    Strip,
    /// Several photos on one print.
    Collage,
    /// Photos as an animated GIF.
    Gif,
    /// Two seconds, forward and backward, as an animated GIF.
    Boomerang,
    /// A video of some seconds.
    Clip,
}

impl Mode {
    /// The kind of its layouts. `None` for animations and clips, which have none.
    pub fn kind(self) -> Option<Kind> {
        match self {
            Self::Single => Some(Kind::Single),
            Self::Strip => Some(Kind::Strip),
            Self::Collage => Some(Kind::Collage),
            Self::Gif | Self::Boomerang | Self::Clip => None,
        }
    }
}
