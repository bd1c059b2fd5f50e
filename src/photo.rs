//! Photos: [`TakePhoto`] and [`GrabFrame`], on the pattern of Bevy's `Screenshot`.
//!
//! A photo is asked for by an entity of its own, and answered to that entity: [`PhotoTaken`] with the pixels, or
//! [`PhotoFailed`]. The picture is drawn and read back by the GPU, and encoded and written on another thread; the
//! app never waits.
//!
//! ```
//! # use bevy::prelude::*;
//! use bevy_viewfinder::prelude::*;
//!
//! fn shoot(mut commands: Commands, track: Single<Entity, With<VideoTrack>>) {
//!     commands
//!         .spawn(TakePhoto::of(*track))
//!         .observe(save_to_disk("me.png"))
//!         .observe(|saved: On<PhotoSaved>| info!("there it is: {}", saved.path.display()))
//!         .observe(|failed: On<PhotoFailed>| warn!("{}", failed.error));
//! }
//! # bevy::ecs::system::assert_is_system(shoot);
//! ```
//!
//! Terms are those of [MediaStream Image Capture](https://www.w3.org/TR/image-capture/).

mod encode;
mod request;
mod save;

use std::{path::PathBuf, sync::Arc};

use bevy::{
    asset::RenderAssetUsages,
    prelude::*,
    render::render_resource::{Extent3d, TextureDimension, TextureFormat},
};

pub use encode::PhotoFormat;
pub use request::{GrabFrame, TakePhoto};
pub use save::save_to_disk;

use crate::error::MediaError;
pub use crate::render::Fit;

/// A picture that was taken: display-encoded (sRGB) R, G, B, A bytes, row by row from the top left, straight
/// alpha. Clones share the pixels.
#[derive(Clone, PartialEq, Eq)]
pub struct Photo {
    /// Width and height in pixels.
    pub size: UVec2,
    /// `size.x * size.y * 4` bytes.
    pub rgba: Arc<[u8]>,
}

impl std::fmt::Debug for Photo {
    /// The size alone: nobody reads a million pixels.
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Photo").field("size", &self.size).finish_non_exhaustive()
    }
}

impl Photo {
    /// The photo as an image asset.
    pub fn to_image(&self) -> Image {
        Image::new(
            Extent3d { width: self.size.x, height: self.size.y, depth_or_array_layers: 1 },
            TextureDimension::D2,
            self.rgba.to_vec(),
            TextureFormat::Rgba8UnormSrgb,
            RenderAssetUsages::default(),
        )
    }

    /// R, G, B, A of the pixel at this place from the top left; none outside.
    pub fn pixel(&self, x: u32, y: u32) -> Option<[u8; 4]> {
        let inside = x < self.size.x && y < self.size.y;
        let start = (y as usize * self.size.x as usize + x as usize) * 4;
        inside.then(|| self.rgba.get(start..start + 4)?.try_into().ok()).flatten()
    }
}

/// A photo was taken. Sent to the entity that asked for it, which is despawned soon after: once a
/// [`save_to_disk`] that observes it is done.
#[derive(EntityEvent, Clone, Debug)]
pub struct PhotoTaken {
    /// The entity that asked.
    pub entity: Entity,
    /// The track whose picture it is.
    pub track: Entity,
    /// The picture.
    pub photo: Photo,
}

/// A photo can't be taken, encoded or saved. Sent to the entity that asked for it.
#[derive(EntityEvent, Clone, Debug)]
pub struct PhotoFailed {
    /// The entity that asked.
    pub entity: Entity,
    /// Why: InvalidState where the track isn't live, NotSupported where there is no such track, format or size,
    /// Operation where the track ended meanwhile, Unknown where the picture can't be had, and the errors of the
    /// disk for [`save_to_disk`].
    pub error: MediaError,
}

/// A photo was written to disk. Sent to the entity that asked for it.
#[derive(EntityEvent, Clone, Debug)]
pub struct PhotoSaved {
    /// The entity that asked.
    pub entity: Entity,
    /// The file.
    pub path: PathBuf,
}

pub(crate) fn plugin(app: &mut App) {
    app.add_plugins((request::plugin, save::plugin));
}
