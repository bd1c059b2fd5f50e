//! The light of the real scene, estimated from a track's frames (feature `ar`).
//!
//! [`LightEstimation`] beside a track keeps its [`LightEstimate`] up to date. [`FollowLight`] gives its brightness and
//! color to a light of the scene.
//!
//! ```
//! # use bevy::prelude::*;
//! use bevy_viewfinder::{light::*, prelude::*};
//!
//! fn setup(mut commands: Commands) {
//!     let track = commands.spawn((VideoTrack, MarkerTracker::new(), LightEstimation::new())).id();
//!     let ambient = (AmbientLight::default(), FollowLight::new(track, 400.0));
//!     commands.spawn((Camera3d::default(), CameraBackground::new(track), ambient));
//!     commands.spawn((DirectionalLight::default(), FollowLight::new(track, 5_000.0)));
//! }
//! # bevy::ecs::system::assert_is_system(setup);
//! ```
//!
//! # The estimate
//!
//! A camera adapts its exposure and white balance, so the estimate describes the frame and not the room: an object that
//! is lit by it fits into the frame. It has no direction.
//!
//! If a [`MarkerTracker`](crate::marker::MarkerTracker) on the same entity sees a marker, the white paper around it
//! gives brightness and color of the light at that place. Without one they are estimated from all pixels: the
//! brightness is right if the mean of the scene is a middle gray, and the color half as strong as the colors of the
//! scene suggest, because they may be those of the objects.

mod estimate;
mod follow;
mod life;

use std::time::Duration;

use bevy::prelude::*;

use crate::error::MediaError;

/// Estimates the light in front of the device of the track on the same entity, or in the image of its
/// [`EffectInput`](crate::image_input::EffectInput).
///
/// [`LightEstimationFailed`] reports an entity without frames.
#[derive(Component, Clone, Copy, Debug, PartialEq, Reflect)]
#[reflect(Component, Default, Clone, PartialEq)]
#[require(LightEstimate)]
#[non_exhaustive]
pub struct LightEstimation {
    /// The time constant with which the estimate follows the light: after this time it has gone 63 % of the way.
    pub smoothing: Duration,
    /// The part of the light that the paper of markers reflects, above 0 and at most 1.
    pub paper: f32,
}

impl Default for LightEstimation {
    fn default() -> Self {
        Self { smoothing: Duration::from_millis(500), paper: 0.85 }
    }
}

impl LightEstimation {
    /// An estimation that follows the light within half a second, and takes the paper of markers as usual white paper.
    pub fn new() -> Self {
        Self::default()
    }

    /// Sets the time constant with which the estimate follows the light.
    #[must_use]
    pub fn smoothing(self, smoothing: Duration) -> Self {
        Self { smoothing, ..self }
    }

    /// Sets the part of the light that the paper of markers reflects.
    #[must_use]
    pub fn paper(self, paper: f32) -> Self {
        Self { paper, ..self }
    }
}

/// The light of the scene, on the entity with the [`LightEstimation`].
#[derive(Component, Clone, Copy, Debug, PartialEq, Reflect)]
#[reflect(Component, Default, Clone, PartialEq)]
#[non_exhaustive]
pub struct LightEstimate {
    /// The brightness, from 0: in a light of 1, a surface that reflects all of it has the linear luminance 1 in the
    /// frame.
    pub intensity: f32,
    /// The linear red, green and blue of the light, with the luminance 1.
    pub color: LinearRgba,
    /// The correlated color temperature of the color in kelvins, from 1,000 to 40,000. Daylight has about 6,500.
    pub temperature: f32,
    /// The part of the frames that the estimate was made from. `None` before the first.
    pub reference: Option<LightReference>,
}

impl Default for LightEstimate {
    /// A white light of the intensity 1.
    fn default() -> Self {
        Self { intensity: 1.0, color: LinearRgba::WHITE, temperature: 6504.0, reference: None }
    }
}

/// The part of a frame that the light is estimated from.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Reflect)]
#[reflect(Clone, PartialEq)]
#[non_exhaustive]
pub enum LightReference {
    /// All pixels.
    Scene,
    /// The white paper around a marker.
    Marker,
}

/// Gives a light the brightness and the color of a track's [`LightEstimate`]: the [`DirectionalLight`], [`PointLight`]
/// or [`SpotLight`] on the same entity, and the [`AmbientLight`] of a camera.
#[derive(Component, Clone, Copy, Debug, PartialEq, Reflect)]
#[reflect(Component, Clone, PartialEq)]
#[non_exhaustive]
pub struct FollowLight {
    /// The entity of the [`LightEstimation`].
    #[entities]
    pub track: Entity,
    /// The brightness for an estimate of 1, in the unit of the light: lux, lumens, or candelas per square meter.
    pub brightness: f32,
}

impl FollowLight {
    /// A light with this brightness for an estimate of 1.
    pub fn new(track: Entity, brightness: f32) -> Self {
        Self { track, brightness }
    }
}

/// The light can't be estimated. Triggered on the entity of the [`LightEstimation`], which stays, and works once the
/// cause is gone.
#[derive(EntityEvent, Clone, Debug, Reflect)]
#[reflect(Event)]
#[non_exhaustive]
pub struct LightEstimationFailed {
    /// The entity.
    pub entity: Entity,
    /// `NotFound` if the entity has no frames, `NotSupported` in an app without a renderer, `Type` for a
    /// [`paper`](LightEstimation::paper) that can't be.
    pub error: MediaError,
}

pub(crate) fn plugin(app: &mut App) {
    app.add_plugins((life::plugin, follow::plugin))
        .register_type::<LightEstimation>()
        .register_type::<LightEstimate>()
        .register_type::<FollowLight>()
        .register_type::<LightEstimationFailed>();
}
