//! Highlights or cuts out motion.

use bevy::{prelude::*, render::render_resource::ShaderType};

use crate::effect::{Effect, EffectColor, EffectKind, EffectShader, Parameter, shader_value::shader_value};

/// Highlights or cuts out moving areas: those that differ from before for longer than noise does.
#[derive(Clone, Debug, PartialEq, Reflect, ShaderType)]
#[reflect(Default)]
pub struct MotionDetect {
    /// How motion is shown.
    pub mode: MotionDetectMode,
    /// The strength, 0 (no effect) to 1 (full effect).
    #[reflect(@Parameter::new(0.0, 1.0))]
    pub amount: f32,
    /// The change of a value, 0 to 1, above which it isn't noise.
    #[reflect(@Parameter::new(0.0, 0.5))]
    pub threshold: f32,
    /// The time in which something that stopped becomes half still.
    #[reflect(@Parameter::new(0.0, 5.0).unit("s"))]
    pub adaptation: f32,
    /// The time in which the highlight of something that moved fades by half.
    #[reflect(@Parameter::new(0.0, 2.0).unit("s"))]
    pub afterglow: f32,
    /// The color of moving areas; its alpha is the strength.
    pub highlight: EffectColor,
}

/// How a [`MotionDetect`] shows motion.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, Reflect)]
#[reflect(Default)]
pub enum MotionDetectMode {
    /// Moving areas are tinted.
    #[default]
    Highlight,
    /// Still areas become transparent.
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
