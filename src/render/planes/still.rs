//! The planes of a still, which a photo is drawn from.

use bevy::render::renderer::{RenderDevice, RenderQueue};

use super::Planes;
#[cfg(target_family = "wasm")]
use crate::frame::PixelFormat;
use crate::{error::MediaError, source::Still};

impl Planes {
    /// Planes for a still.
    ///
    /// # Errors
    /// [`ErrorName::NotSupported`](crate::error::ErrorName::NotSupported) if it is too large for the GPU.
    pub fn for_still(still: &Still, device: &RenderDevice, queue: &RenderQueue) -> Result<Self, MediaError> {
        match still {
            Still::Frame(frame) => {
                let mut planes = Self::new(frame.format, frame.size, device)?;
                planes.write(frame, queue);
                Ok(planes)
            }
            #[cfg(target_family = "wasm")]
            Still::Image(image) => {
                let planes = Self::new(PixelFormat::Rgba32, image.size(), device)?;
                planes.copy(image.element(), queue);
                Ok(planes)
            }
        }
    }
}
