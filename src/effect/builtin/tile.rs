//! Repeats the frame in a grid.

use bevy::{prelude::*, render::render_resource::ShaderType};

use crate::effect::{Effect, EffectKind, EffectShader, Parameter};

/// Repeats the whole frame in a grid.
#[derive(Clone, Debug, PartialEq, Reflect, ShaderType)]
#[reflect(Default)]
pub struct Tile {
    /// Number of columns, at least 1.
    #[reflect(@Parameter::new(1.0, 16.0))]
    pub columns: u32,
    /// Number of rows, at least 1.
    #[reflect(@Parameter::new(1.0, 16.0))]
    pub rows: u32,
}

impl Default for Tile {
    fn default() -> Self {
        Self { columns: 3, rows: 3 }
    }
}

impl Effect for Tile {
    const KIND: EffectKind = EffectKind::Warp;

    fn shader() -> EffectShader {
        EffectShader::Wgsl(include_str!("../../../shaders/effects/tile.wgsl"))
    }
}
