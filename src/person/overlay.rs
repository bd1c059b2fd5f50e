//! Shows people over the effects before it.

use bevy::{prelude::*, render::render_resource::ShaderType};

use crate::effect::{Effect, EffectKind, EffectShader, Parameter, ProvidedImage};

/// Shows people as the source has them, over what the effects before it made of the frame: after a `Grayscale`, people
/// in color before a gray world. The result is opaque.
///
/// For a blurred background remove people first, so that their colors don't spread into it:
/// `[person_cutout(inversion: 1.0), gaussian_blur(std_deviation: 12.0), person_overlay()]`.
#[derive(Clone, Debug, PartialEq, Reflect, ShaderType)]
#[reflect(Default)]
pub struct PersonOverlay {
    /// The mask, which [`PersonSegmentation`](super::PersonSegmentation) sets.
    pub mask: ProvidedImage,
    /// The value of the mask at which people are half visible.
    #[reflect(@Parameter::new(0.0, 1.0))]
    pub threshold: f32,
    /// The range of the mask over which people become visible; 0 is a hard edge.
    #[reflect(@Parameter::new(0.0, 1.0))]
    pub softness: f32,
}

impl Default for PersonOverlay {
    fn default() -> Self {
        Self { mask: default(), threshold: 0.6, softness: 0.4 }
    }
}

impl Effect for PersonOverlay {
    const KIND: EffectKind = EffectKind::CompositeWithSource;

    fn shader() -> EffectShader {
        EffectShader::Wgsl(concat!(
            include_str!("../../shaders/person/mask.wgsl"),
            include_str!("../../shaders/person/overlay.wgsl")
        ))
    }
}
