//! Options of a photo request.

use bevy::prelude::*;

use super::Fit;
use crate::error::MediaError;

/// How a photo is taken and drawn: a component on the entity of [`TakePhoto`](super::TakePhoto) or
/// [`GrabFrame`](super::GrabFrame). By default one photo with the track's effects, not mirrored, at its own size.
///
/// ```
/// # use bevy::prelude::*;
/// use bevy_viewfinder::{photo::Fit, prelude::*};
///
/// fn thumbnail(mut commands: Commands, track: Single<Entity, With<VideoTrack>>) {
///     let options = PhotoOptions::new().effects(false).canvas(UVec2::splat(128), Fit::Cover);
///     commands.spawn((GrabFrame(*track), options)).observe(save_to_disk("thumbnail.png"));
/// }
/// # bevy::ecs::system::assert_is_system(thumbnail);
/// ```
#[derive(Component, Clone, Copy, Debug, PartialEq, Reflect)]
#[reflect(Component, Default)]
#[non_exhaustive]
pub struct PhotoOptions {
    /// Whether the track's effects are applied.
    pub effects: bool,
    /// Whether the photo is mirrored left to right. The track's [`Mirroring`](crate::track::Mirroring) doesn't count.
    pub mirrored: bool,
    /// The photo's size in pixels, and how the frame is fitted into it. `None` for the frame's own size.
    pub canvas: Option<(UVec2, Fit)>,
    /// Whether the track's frame takes the place of a photo that the device fails to take.
    pub or_frame: bool,
    /// The number of photos, 1 to [`LONGEST_BURST`](Self::LONGEST_BURST). Each is of a frame of its own, and is
    /// answered by a [`PhotoTaken`](super::PhotoTaken) of its own.
    pub burst: u32,
    /// Whether only the [sharpest](super::Photo::sharpness) photo of the burst is the answer.
    pub sharpest: bool,
}

impl Default for PhotoOptions {
    fn default() -> Self {
        Self { effects: true, mirrored: false, canvas: None, or_frame: false, burst: 1, sharpest: false }
    }
}

impl PhotoOptions {
    /// The largest number of photos in a burst.
    pub const LONGEST_BURST: u32 = 30;

    /// The default options.
    pub fn new() -> Self {
        Self::default()
    }

    /// Sets whether the track's effects are applied.
    #[must_use]
    pub fn effects(self, effects: bool) -> Self {
        Self { effects, ..self }
    }

    /// Sets whether the photo is mirrored left to right.
    #[must_use]
    pub fn mirrored(self, mirrored: bool) -> Self {
        Self { mirrored, ..self }
    }

    /// Sets the photo's size in pixels, and how the frame is fitted into it.
    #[must_use]
    pub fn canvas(self, size: UVec2, fit: Fit) -> Self {
        Self { canvas: Some((size, fit)), ..self }
    }

    /// Sets whether the track's frame takes the place of a photo that the device fails to take.
    #[must_use]
    pub fn or_frame(self, or_frame: bool) -> Self {
        Self { or_frame, ..self }
    }

    /// Sets the number of photos.
    #[must_use]
    pub fn burst(self, burst: u32) -> Self {
        Self { burst, ..self }
    }

    /// Sets whether only the sharpest photo of the burst is the answer.
    #[must_use]
    pub fn sharpest(self, sharpest: bool) -> Self {
        Self { sharpest, ..self }
    }

    /// Checks the length of the burst.
    ///
    /// # Errors
    /// [`ErrorName::NotSupported`](crate::error::ErrorName::NotSupported) if it is 0 or too large.
    pub(super) fn check(&self) -> Result<(), MediaError> {
        if (1..=Self::LONGEST_BURST).contains(&self.burst) {
            return Ok(());
        }
        Err(MediaError::not_supported(format!(
            "a burst has 1 to {} photos, not {}; request several bursts instead",
            Self::LONGEST_BURST,
            self.burst
        )))
    }
}
