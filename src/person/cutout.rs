//! Makes the background of people transparent.

use bevy::{prelude::*, render::render_resource::ShaderType};

use crate::effect::{Effect, EffectKind, EffectShader, Parameter, ProvidedImage};

/// Makes the background of people transparent, so that effects after it such as `Background` and `DropShadow` work as
/// after a `ChromaKey`.
///
/// It belongs before effects that move pixels or change colors: the mask is that of the frame, and its edges are
/// brought to those of the colors here.
#[derive(Clone, Debug, PartialEq, Reflect, ShaderType)]
#[reflect(Default)]
pub struct PersonCutout {
    /// The mask, which [`PersonSegmentation`](super::PersonSegmentation) sets.
    pub mask: ProvidedImage,
    /// The value of the mask that is half transparent.
    #[reflect(@Parameter::new(0.0, 1.0))]
    pub threshold: f32,
    /// The range of the mask over which pixels become opaque; 0 is a hard edge.
    #[reflect(@Parameter::new(0.0, 1.0))]
    pub softness: f32,
    /// 1 makes people transparent, and not their background.
    #[reflect(@Parameter::new(0.0, 1.0))]
    pub inversion: f32,
}

impl Default for PersonCutout {
    fn default() -> Self {
        Self { mask: default(), threshold: 0.6, softness: 0.4, inversion: 0.0 }
    }
}

impl Effect for PersonCutout {
    const KIND: EffectKind = EffectKind::Composite;

    fn shader() -> EffectShader {
        EffectShader::Wgsl(concat!(
            include_str!("../../shaders/person/mask.wgsl"),
            include_str!("../../shaders/person/cutout.wgsl")
        ))
    }
}
