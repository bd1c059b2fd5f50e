//! Adds or removes lens distortion.

use bevy::{prelude::*, render::render_resource::ShaderType};

use crate::effect::{Effect, EffectKind, EffectShader, Parameter, shader_value::shader_value};

/// Adds or removes lens distortion, by the model of Brown (1966) and Conrady (1919) with OpenCV's coefficients.
///
/// Distances are in focal lengths from the center of the lens. A negative `radial_a` is a barrel, a positive one a
/// pincushion. With a focal length of 1, `radial_a` and `radial_b` are the `k1` and `k2` of ffmpeg's `lenscorrection`.
#[derive(Clone, Debug, PartialEq, Reflect, ShaderType)]
#[reflect(Default)]
pub struct LensDistortion {
    /// Whether it adds or removes the distortion.
    pub direction: LensDirection,
    /// The radial distortion for the second power of the distance: OpenCV's `k1`.
    #[reflect(@Parameter::new(-1.0, 1.0))]
    pub radial_a: f32,
    /// The radial distortion for the fourth power of the distance: OpenCV's `k2`.
    #[reflect(@Parameter::new(-1.0, 1.0))]
    pub radial_b: f32,
    /// The radial distortion for the sixth power of the distance: OpenCV's `k3`.
    #[reflect(@Parameter::new(-1.0, 1.0))]
    pub radial_c: f32,
    /// The first tangential distortion, of a lens that is tilted against its sensor: OpenCV's `p1`.
    #[reflect(@Parameter::new(-0.5, 0.5))]
    pub tangential_a: f32,
    /// The second tangential distortion: OpenCV's `p2`.
    #[reflect(@Parameter::new(-0.5, 0.5))]
    pub tangential_b: f32,
    /// The focal length, above 0: OpenCV's `fx` divided by half the diagonal of the frame, both in pixels.
    #[reflect(@Parameter::new(0.1, 10.0))]
    pub focal_length: f32,
    /// The scale, above 0. A little more than 1 hides the empty parts beyond the edges.
    #[reflect(@Parameter::new(0.5, 2.0))]
    pub zoom: f32,
    /// The center of the lens, from the upper left corner (0, 0) to the lower right (1, 1).
    #[reflect(@Parameter::new(0.0, 1.0))]
    pub center: Vec2,
}

/// The direction of a [`LensDistortion`].
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, Reflect)]
#[reflect(Default)]
pub enum LensDirection {
    /// Adds the distortion of the lens.
    #[default]
    Distort,
    /// Removes the distortion of the lens.
    Undistort,
}

shader_value!(LensDirection as u32, |choice| *choice as u32);

impl Default for LensDistortion {
    fn default() -> Self {
        Self {
            direction: LensDirection::Distort,
            radial_a: -0.15,
            radial_b: 0.0,
            radial_c: 0.0,
            tangential_a: 0.0,
            tangential_b: 0.0,
            focal_length: 1.0,
            zoom: 1.2,
            center: Vec2::splat(0.5),
        }
    }
}

impl Effect for LensDistortion {
    const KIND: EffectKind = EffectKind::Warp;

    fn shader() -> EffectShader {
        EffectShader::Wgsl(include_str!("../../../shaders/effects/lens_distortion.wgsl"))
    }
}
