//! Many small pictures.

use bevy::{prelude::*, render::render_resource::ShaderType};

use crate::effect::{Effect, EffectKind, EffectShader, Parameter};

/// Shows the picture many times, side by side.
#[derive(Clone, Debug, PartialEq, Reflect, ShaderType)]
#[reflect(Default)]
pub struct Tile {
    /// How many stand in a row, at least 1.
    #[reflect(@Parameter::new(1.0, 16.0))]
    pub columns: u32,
    /// How many rows there are, at least 1.
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
