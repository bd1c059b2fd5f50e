//! A track behind a 3D scene: [`CameraBackground`], and the projection that puts the scene into the track's frames.
//!
//! ```
//! # use bevy::prelude::*;
//! use bevy_viewfinder::{background::CameraBackground, intrinsics::CameraIntrinsics, prelude::*};
//!
//! fn setup(mut commands: Commands) -> Result {
//!     // With intrinsics, the Bevy camera gets the projection of the device.
//!     let track = commands.spawn((VideoTrack, CameraIntrinsics::from_fov(65_f64.to_radians())?)).id();
//!     commands.spawn((Camera3d::default(), CameraBackground::new(track)));
//!     Ok(())
//! }
//! # bevy::ecs::system::assert_is_system::<(), Result, _>(setup);
//! ```
//!
//! # Drawing
//!
//! The track's output is drawn where no opaque object covers it, so shadows and transparent objects blend onto it, and
//! glass refracts it. Each Bevy camera has a background of its own, in its viewport. Until the track is live nothing is
//! drawn: the clear color is visible.
//!
//! # Colors
//!
//! The colors are those of the track, with and without [`Hdr`](bevy::camera::Hdr). With it, Bevy changes the colors of
//! the whole scene when it maps them to those of the display, so the track is drawn under the result, through the
//! scene's transparency. Therefore bloom adds to the track, but isn't made of it; objects that multiply
//! ([`AlphaMode::Multiply`]) leave it as it is; and it is covered by effects of apps that make the scene opaque.
//! Without `Hdr`, each object maps its own colors.
//!
//! # Mirroring
//!
//! A track that is mirrored ([`Mirroring`](crate::track::Mirroring)) has a mirrored background. If it has intrinsics,
//! the scene is mirrored with it, and [`Camera::invert_culling`] is set.

mod draw;
mod follow;
mod occluder;
mod pipeline;
mod projection;

use bevy::{
    camera::CameraUpdateSystems,
    core_pipeline::{
        Core3d, Core3dSystems,
        core_3d::{main_opaque_pass_3d, main_transparent_pass_3d},
        tonemapping::tonemapping,
    },
    pbr::main_transmissive_pass_3d,
    prelude::*,
    render::{
        ExtractSchedule, GpuResourceAppExt, Render, RenderApp, RenderStartup, RenderSystems,
        render_resource::SpecializedRenderPipelines, sync_component::SyncComponentPlugin,
    },
};

pub use self::{occluder::BackgroundOccluder, projection::PinholeProjection};

pub use crate::render::Fit;

use crate::{error::MediaError, systems::ViewfinderSystems};
use pipeline::BackgroundPipeline;

/// Draws a track behind the scene of the [`Camera3d`] on the same entity, for as long as the track exists.
///
/// If the track has [`CameraIntrinsics`](crate::intrinsics::CameraIntrinsics), the camera's [`Projection`] becomes a
/// [`PinholeProjection`] that fits the background, with the near and far planes that it had. It follows the size of the
/// track, its mirroring, and the viewport.
///
/// [`CameraBackgroundFailed`] reports a background that can't be drawn.
#[derive(Component, Clone, Copy, Debug, PartialEq, Eq, Reflect)]
#[reflect(Component, Debug, Clone, PartialEq)]
#[non_exhaustive]
pub struct CameraBackground {
    /// The track, or the entity of an [`EffectInput`](crate::image_input::EffectInput).
    #[entities]
    pub track: Entity,
    /// How the track is fitted into the viewport of the camera. Bars beside it have the clear color.
    pub fit: Fit,
}

impl CameraBackground {
    /// A background that fills the viewport.
    pub fn new(track: Entity) -> Self {
        Self { track, fit: Fit::Cover }
    }

    /// Sets how the track is fitted into the viewport.
    #[must_use]
    pub fn fit(self, fit: Fit) -> Self {
        Self { fit, ..self }
    }
}

/// A background can't be drawn. Triggered on the camera. The background stays, and is drawn once the cause is gone.
#[derive(EntityEvent, Clone, Debug, Reflect)]
#[reflect(Event)]
#[non_exhaustive]
pub struct CameraBackgroundFailed {
    /// The camera.
    pub entity: Entity,
    /// `NotFound` if there is no such track, `NotSupported` if the entity has no [`Camera3d`].
    pub error: MediaError,
}

pub(crate) fn plugin(app: &mut App) {
    app.add_plugins(occluder::plugin)
        .register_type::<CameraBackground>()
        .register_type::<CameraBackgroundFailed>()
        .register_type::<PinholeProjection>()
        .add_systems(
            PostUpdate,
            (
                follow::report_failed.run_if(any_match_filter::<Changed<CameraBackground>>),
                follow::update_projections,
            )
                .in_set(ViewfinderSystems::Show)
                .before(CameraUpdateSystems)
                .run_if(any_with_component::<CameraBackground>),
        );
    if app.get_sub_app(RenderApp).is_none() {
        return;
    }
    app.add_plugins(SyncComponentPlugin::<CameraBackground>::default())
        .sub_app_mut(RenderApp)
        .init_gpu_resource::<SpecializedRenderPipelines<BackgroundPipeline>>()
        .add_systems(RenderStartup, BackgroundPipeline::init)
        .add_systems(ExtractSchedule, draw::extract_backgrounds)
        .add_systems(Render, draw::prepare_backgrounds.in_set(RenderSystems::PrepareBindGroups))
        .add_systems(
            Core3d,
            (
                draw::draw_behind.after(main_opaque_pass_3d).before(main_transmissive_pass_3d),
                draw::clear_behind.after(main_transmissive_pass_3d).after(draw::draw_behind),
            )
                .before(main_transparent_pass_3d)
                .in_set(Core3dSystems::MainPass),
        )
        .add_systems(Core3d, draw::draw_under.after(tonemapping).in_set(Core3dSystems::PostProcess));
}
