//! Stills that are no frames: natively there are none.

use bevy::render::renderer::{RenderDevice, RenderQueue};

use super::Planes;
use crate::{capture::Still, error::MediaError};

impl Planes {
    /// Planes of their own for a still.
    pub fn of_still(still: &Still, _: &RenderDevice, _: &RenderQueue) -> Result<Self, MediaError> {
        match *still {}
    }
}
