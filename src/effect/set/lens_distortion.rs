//! What lenses do to straight lines, and back.

use bevy::{prelude::*, render::render_resource::ShaderType};

use super::choice::shader_choice;
use crate::effect::{Effect, EffectKind, EffectShader, Parameter};

/// Bends the picture as a lens does, or makes what a lens has bent straight: the model of Brown (1966) and
/// Conrady (1919), as OpenCV's calibration gives it.
///
/// Distances are in focal lengths from the middle of the lens. A negative `k1` is a barrel, a positive one a
/// pincushion. With a focal length of 1, `k1` and `k2` are those of ffmpeg's `lenscorrection`.
#[derive(Clone, Debug, PartialEq, Reflect, ShaderType)]
#[reflect(Default)]
pub struct LensDistortion {
    /// Which way.
    pub direction: LensDirection,
    /// The radial distortion by the second power of the distance.
    #[reflect(@Parameter::new(-1.0, 1.0))]
    pub k1: f32,
    /// The radial distortion by the fourth power of the distance.
    #[reflect(@Parameter::new(-1.0, 1.0))]
    pub k2: f32,
    /// The radial distortion by the sixth power of the distance.
    #[reflect(@Parameter::new(-1.0, 1.0))]
    pub k3: f32,
    /// The first tangential distortion, of a lens that is at a slant to its sensor.
    #[reflect(@Parameter::new(-0.5, 0.5))]
    pub p1: f32,
    /// The second tangential distortion.
    #[reflect(@Parameter::new(-0.5, 0.5))]
    pub p2: f32,
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

shader_choice!(LensDirection);

impl Default for LensDistortion {
    fn default() -> Self {
        Self {
            direction: LensDirection::Distort,
            k1: -0.15,
            k2: 0.0,
            k3: 0.0,
            p1: 0.0,
            p2: 0.0,
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
