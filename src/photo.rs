//! Photos: [`TakePhoto`] and [`GrabFrame`], on the pattern of Bevy's `Screenshot`.
//!
//! A photo is requested by an entity of its own, and the answer is triggered on that entity: [`PhotoTaken`] with the
//! pixels, or [`PhotoFailed`]. The GPU draws the photo and reads it back; another thread encodes and writes it. The app
//! never waits.
//!
//! ```
//! # use bevy::prelude::*;
//! use bevy_viewfinder::prelude::*;
//!
//! fn shoot(mut commands: Commands, track: Single<Entity, With<VideoTrack>>) {
//!     commands
//!         .spawn(TakePhoto(*track))
//!         .observe(save_to_disk("me.png"))
//!         .observe(|saved: On<PhotoSaved>| info!("saved: {}", saved.path.display()))
//!         .observe(|failed: On<PhotoFailed>| warn!("{}", failed.error));
//! }
//! # bevy::ecs::system::assert_is_system(shoot);
//! ```
//!
//! Terms are those of [MediaStream Image Capture](https://www.w3.org/TR/image-capture/).

#[cfg(feature = "clipboard")]
mod clipboard;
mod deliver;
mod delivered;
mod download;
mod encode;
mod options;
mod request;
mod save;
mod share;
mod sharpness;
mod time;
#[cfg(feature = "upload")]
mod upload;

use std::{path::PathBuf, sync::Arc};

use bevy::{
    asset::RenderAssetUsages,
    prelude::*,
    render::render_resource::{Extent3d, TextureDimension, TextureFormat},
};

#[cfg(feature = "clipboard")]
pub use clipboard::copy_to_clipboard;
pub use deliver::DeliverPhoto;
#[cfg(feature = "clipboard")]
pub use delivered::PhotoCopied;
pub use delivered::{PhotoShareCanceled, PhotoShared};
pub use download::download;
pub use encode::PhotoFormat;
pub use options::PhotoOptions;
pub use request::{GrabFrame, TakePhoto};
pub use save::{IfExists, PhotoFile, save_to_disk};
pub use share::share;
pub use time::LocalTime;
#[cfg(feature = "upload")]
pub use upload::{Upload, UploadFailed, UploadFile, UploadProgress, Uploaded, upload};

use crate::error::MediaError;
pub use crate::{
    device::{FillLightMode, PhotoCapabilities, PhotoSettings, RedEyeReduction},
    render::Fit,
};

/// A photo's pixels: display-encoded (sRGB) R, G, B, A bytes, row by row from the top left, straight alpha. Clones
/// share the pixels. Photos are equal if their pixels are.
#[derive(Clone, Reflect)]
#[reflect(Debug, Clone, PartialEq)]
#[non_exhaustive]
pub struct Photo {
    /// Width and height in pixels.
    pub size: UVec2,
    /// `size.x * size.y * 4` bytes.
    pub rgba: Arc<[u8]>,
    /// When it was taken, for the metadata of files. `None` if it isn't known.
    pub taken: Option<LocalTime>,
}

impl PartialEq for Photo {
    fn eq(&self, other: &Self) -> bool {
        (self.size, &self.rgba) == (other.size, &other.rgba)
    }
}

impl Eq for Photo {}

impl std::fmt::Debug for Photo {
    /// Prints the size alone.
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Photo").field("size", &self.size).finish_non_exhaustive()
    }
}

impl Photo {
    /// A photo of these pixels, without a time: `size.x * size.y * 4` bytes of R, G, B, A.
    pub fn new(size: UVec2, rgba: impl Into<Arc<[u8]>>) -> Self {
        Self { size, rgba: rgba.into(), taken: None }
    }

    /// Sets the time at which it was taken.
    #[must_use]
    pub fn taken_at(self, time: LocalTime) -> Self {
        Self { taken: Some(time), ..self }
    }

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

    /// R, G, B, A of the pixel at this place from the top left. `None` outside of the photo.
    pub fn pixel(&self, x: u32, y: u32) -> Option<[u8; 4]> {
        let inside = x < self.size.x && y < self.size.y;
        let start = (y as usize * self.size.x as usize + x as usize) * 4;
        inside.then(|| self.rgba.get(start..start + 4)?.try_into().ok()).flatten()
    }
}

/// Where the pixels of a photo come from.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Reflect)]
#[reflect(Debug, Clone, PartialEq, Hash)]
#[non_exhaustive]
pub enum PhotoOrigin {
    /// A still that the device took for the photo.
    Still,
    /// The track's frame: it was grabbed, the device has no larger one, or it failed to take a still
    /// ([`PhotoOptions::or_frame`]).
    Frame,
    /// The track's frame. The device has larger ones, but another track uses it, or the track is recorded or has
    /// [`HoldMode`](crate::track::HoldMode).
    SharedFrame,
}

/// A photo was taken. Triggered on the entity of the request, which is despawned in the next frame, or once all
/// deliveries that observe it are done: [`save_to_disk`], [`download`], [`share`], `upload`, `copy_to_clipboard`.
///
/// A [burst](PhotoOptions::burst) triggers it once for each photo.
#[derive(EntityEvent, Clone, Debug, Reflect)]
#[reflect(Event)]
#[non_exhaustive]
pub struct PhotoTaken {
    /// The entity of the request.
    pub entity: Entity,
    /// The track. For [`DeliverPhoto`] the request itself.
    pub track: Entity,
    /// The photo.
    pub photo: Photo,
    /// Where its pixels come from.
    pub origin: PhotoOrigin,
    /// The place of the photo in its burst, from 0.
    pub index: u32,
}

/// A photo can't be taken, encoded, saved, shared or copied. Triggered on the entity of the request.
#[derive(EntityEvent, Clone, Debug, Reflect)]
#[reflect(Event)]
#[non_exhaustive]
pub struct PhotoFailed {
    /// The entity of the request.
    pub entity: Entity,
    /// `InvalidState` if the track isn't live, `NotSupported` if there is no such track, format, size or photo setting,
    /// `Operation` if the track ended meanwhile, `Unknown` if the device or the GPU failed to take the photo, and the
    /// errors of the disk for [`save_to_disk`].
    pub error: MediaError,
}

/// A photo was written to disk, or its download began. Triggered on the entity of the request.
#[derive(EntityEvent, Clone, Debug, Reflect)]
#[reflect(Event)]
#[non_exhaustive]
pub struct PhotoSaved {
    /// The entity of the request.
    pub entity: Entity,
    /// The file. Its name may have a number: see [`IfExists`].
    pub path: PathBuf,
}

pub(crate) fn plugin(app: &mut App) {
    app.add_plugins((request::plugin, deliver::plugin, delivered::plugin));
    #[cfg(feature = "upload")]
    app.add_plugins(upload::plugin);
}
