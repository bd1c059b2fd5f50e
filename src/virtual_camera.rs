//! Tracks as cameras of other programs (feature `virtual-camera`): a [`VirtualCamera`] beside a track sends its output
//! to a device of Linux's v4l2loopback, which video calls, OBS Studio and browsers list as a camera.
//!
//! ```
//! # use bevy::prelude::*;
//! use bevy_viewfinder::prelude::*;
//!
//! fn setup(mut commands: Commands) {
//!     // After `sudo modprobe v4l2loopback exclusive_caps=1`.
//!     commands
//!         .spawn((VideoTrack, VirtualCamera::default()))
//!         .observe(|failed: On<VirtualCameraFailed>| warn!("no virtual camera: {}", failed.error));
//! }
//! # bevy::ecs::system::assert_is_system(setup);
//! ```
//!
//! # Frames
//!
//! Frames are those that the track shows, with its effects. They are read back by a [tap](crate::tap) and sent by a
//! thread of their own, as I420 in BT.601's limited range, which every reader of webcams knows. The newest frame wins,
//! and is sent again while the track has no other, so that a program that opens the camera later sees it at once.
//!
//! To send a view of the game, draw it by a Bevy camera into an image, and put the [`VirtualCamera`] beside an
//! [`EffectInput`](crate::image_input::EffectInput) of that image.
//!
//! # The device
//!
//! It is opened when the first frame comes, and closed when the component or the track goes or the track ends. Its size
//! is fixed meanwhile, because readers don't expect another one.
//!
//! On other systems, which have no v4l2loopback, [`VirtualCameraFailed`] is `NotSupported`.

mod life;
#[cfg(target_os = "linux")]
mod linux;
#[cfg(not(target_os = "linux"))]
mod unsupported;
mod work;

use bevy::prelude::*;

#[cfg(target_os = "linux")]
use linux as platform;
#[cfg(not(target_os = "linux"))]
use unsupported as platform;

use crate::{device::DeviceId, error::MediaError, render::Fit};

/// Sends the output of the track, or of the [`EffectInput`](crate::image_input::EffectInput), on the same entity to a
/// device that other programs see as a camera.
///
/// Inserting it again opens the device again: after a failure, or to send to another one. While it sends, the entity
/// has a [`VirtualCameraOutput`]. Failures are [`VirtualCameraFailed`] events.
#[derive(Component, Clone, Debug, PartialEq, Eq, Reflect)]
#[reflect(Component, Clone, Debug, Default, PartialEq)]
#[component(immutable)]
#[non_exhaustive]
pub struct VirtualCamera {
    /// The path of the device (`/dev/video10`), its name (`OBS Virtual Camera`), or an id that starts with `v4l2:`. If
    /// it is empty, the first device of v4l2loopback that no program sends to is taken.
    pub device: DeviceId,
    /// Width and height in pixels, which are rounded down to even numbers. `None` for the size that the track has when
    /// the device is opened.
    pub size: Option<UVec2>,
    /// How frames of another shape are fitted into the size. The rest is black.
    pub fit: Fit,
    /// Whether frames are sent mirrored left to right. The track's [`Mirroring`](crate::track::Mirroring) doesn't
    /// count: others expect to see a person as they stand before them.
    pub mirrored: bool,
    /// Whether frames are sent after the track's effects.
    pub effects: bool,
}

impl Default for VirtualCamera {
    /// The first free device, at the size of the track, with effects.
    fn default() -> Self {
        Self { device: DeviceId::default(), size: None, fit: Fit::Contain, mirrored: false, effects: true }
    }
}

impl VirtualCamera {
    /// Sends to this device.
    pub fn new(device: impl Into<DeviceId>) -> Self {
        Self { device: device.into(), ..Self::default() }
    }

    /// Sets the size in pixels, which is rounded down to even numbers.
    #[must_use]
    pub fn size(self, size: UVec2) -> Self {
        Self { size: Some(size), ..self }
    }

    /// Sets how frames of another shape are fitted into the size.
    #[must_use]
    pub fn fit(self, fit: Fit) -> Self {
        Self { fit, ..self }
    }

    /// Sets whether frames are sent mirrored left to right.
    #[must_use]
    pub fn mirrored(self, mirrored: bool) -> Self {
        Self { mirrored, ..self }
    }

    /// Sets whether frames are sent after the track's effects.
    #[must_use]
    pub fn effects(self, effects: bool) -> Self {
        Self { effects, ..self }
    }
}

/// On the entity of a [`VirtualCamera`] while it sends. The app can't change it.
#[derive(Component, Clone, Debug, PartialEq, Eq, Reflect)]
#[reflect(Component, Clone, Debug, PartialEq)]
#[non_exhaustive]
pub struct VirtualCameraOutput {
    /// The path of the device.
    pub device: DeviceId,
    /// Width and height of the frames in pixels.
    pub size: UVec2,
    /// The number of frames that were sent, without those that were sent again.
    pub frames: u64,
}

/// A [`VirtualCamera`] doesn't send, or sends no more. Triggered on its entity. Insert the component again to try
/// again.
#[derive(EntityEvent, Clone, Debug, Reflect)]
#[reflect(Event)]
#[non_exhaustive]
pub struct VirtualCameraFailed {
    /// The entity of the [`VirtualCamera`].
    pub entity: Entity,
    /// The cause: `NotFound` if there is no such device, or it was unplugged; `NotSupported` if it takes no video, or
    /// not in this size, and on systems without v4l2loopback; `NotReadable` if another program sends video to it;
    /// `NotAllowed` without the right to open it; or that of the track's tap
    /// ([`TapFailed`](crate::tap::TapFailed)).
    pub error: MediaError,
}

pub(crate) fn plugin(app: &mut App) {
    app.register_type::<VirtualCamera>()
        .register_type::<VirtualCameraOutput>()
        .register_type::<VirtualCameraFailed>()
        .add_plugins(life::plugin);
}
