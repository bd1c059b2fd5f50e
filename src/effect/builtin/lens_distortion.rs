//! What lenses do to straight lines, and back.

use bevy::{prelude::*, render::render_resource::ShaderType};

use crate::effect::{Effect, EffectKind, EffectShader, Parameter, shader_value::shader_value};

/// Bends the picture as a lens does, or makes what a lens has bent straight: the model of Brown (1966) and
/// Conrady (1919), as OpenCV's calibration gives it.
///
/// Distances are in focal lengths from the middle of the lens. A negative `radial_a` is a barrel, a positive one a
/// pincushion. With a focal length of 1, `radial_a` and `radial_b` are the `k1` and `k2` of ffmpeg's `lenscorrection`.
#[derive(Clone, Debug, PartialEq, Reflect, ShaderType)]
#[reflect(Default)]
pub struct LensDistortion {
    /// Which way.
    pub direction: LensDirection,
    /// The radial distortion by the second power of the distance: OpenCV's `k1`.
    #[reflect(@Parameter::new(-1.0, 1.0))]
    pub radial_a: f32,
    /// The radial distortion by the fourth power of the distance: OpenCV's `k2`.
    #[reflect(@Parameter::new(-1.0, 1.0))]
    pub radial_b: f32,
    /// The radial distortion by the sixth power of the distance: OpenCV's `k3`.
    #[reflect(@Parameter::new(-1.0, 1.0))]
    pub radial_c: f32,
    /// The first tangential distortion, of a lens that is at a slant to its sensor: OpenCV's `p1`.
    #[reflect(@Parameter::new(-0.5, 0.5))]
    pub tangential_a: f32,
    /// The second tangential distortion: OpenCV's `p2`.
    #[reflect(@Parameter::new(-0.5, 0.5))]
    pub tangential_b: f32,
    /// The focal length, above 0: OpenCV's `fx` divided by half the diagonal of the picture, both in pixels.
    #[reflect(@Parameter::new(0.1, 10.0))]
    pub focal_length: f32,
    /// How large the picture is shown, above 0; 1 is its size. A little more hides what the picture lacks
    /// beyond its edges.
    #[reflect(@Parameter::new(0.5, 2.0))]
    pub zoom: f32,
    /// The middle of the lens, from the upper left corner (0, 0) to the lower right (1, 1).
    #[reflect(@Parameter::new(0.0, 1.0))]
    pub center: Vec2,
}

/// What a [`LensDistortion`] does.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, Reflect)]
#[reflect(Default)]
pub enum LensDirection {
    /// A straight picture becomes that of the lens.
    #[default]
    Distort,
    /// A picture of the lens becomes straight.
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
