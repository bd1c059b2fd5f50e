//! Stills that don't come as frames: only browsers have them.

use bevy::render::renderer::{RenderDevice, RenderQueue};

use super::Planes;
use crate::{capture::Still, error::MediaError};

impl Planes {
    /// Planes for a still.
    pub fn for_still(still: &Still, _: &RenderDevice, _: &RenderQueue) -> Result<Self, MediaError> {
        match *still {}
    }
}
