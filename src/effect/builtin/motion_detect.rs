//! What moves.

use bevy::{prelude::*, render::render_resource::ShaderType};

use crate::effect::{Effect, EffectColor, EffectKind, EffectShader, Parameter, shader_value::shader_value};

/// Shows where something moves: what is other than it was before, longer than noise would be.
#[derive(Clone, Debug, PartialEq, Reflect, ShaderType)]
#[reflect(Default)]
pub struct MotionDetect {
    /// How it is shown.
    pub mode: MotionDetectMode,
    /// How much of it, 0 (the picture as it is) to 1 (all of it).
    #[reflect(@Parameter::new(0.0, 1.0))]
    pub amount: f32,
    /// How much a value has to change, of 1, to be more than noise.
    #[reflect(@Parameter::new(0.0, 0.5))]
    pub threshold: f32,
    /// How long it takes until something that has come to rest half counts as still.
    #[reflect(@Parameter::new(0.0, 5.0).unit("s"))]
    pub adaptation: f32,
    /// How long it takes until half of the mark on something that moved is gone.
    #[reflect(@Parameter::new(0.0, 2.0).unit("s"))]
    pub afterglow: f32,
    /// The color of what moves; its alpha says how much of it.
    pub highlight: EffectColor,
}

/// How a [`MotionDetect`] shows what moves.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, Reflect)]
#[reflect(Default)]
pub enum MotionDetectMode {
    /// In another color.
    #[default]
    Highlight,
    /// By itself: what is still becomes transparent.
    CutOut,
}

shader_value!(MotionDetectMode as u32, |choice| *choice as u32);

impl Default for MotionDetect {
    fn default() -> Self {
        Self {
            mode: MotionDetectMode::Highlight,
            amount: 1.0,
            threshold: 0.06,
            adaptation: 0.3,
            afterglow: 0.2,
            highlight: EffectColor(Srgba::new(1.0, 0.1, 0.2, 0.85)),
        }
    }
}

impl Effect for MotionDetect {
    const KIND: EffectKind = EffectKind::Temporal;

    fn shader() -> EffectShader {
        EffectShader::Wgsl(include_str!("../../../shaders/effects/motion_detect.wgsl"))
    }
}
