//! Grades colors by a look-up table.

use bevy::{prelude::*, render::render_resource::ShaderType};

use crate::effect::{CubeLut, Effect, EffectKind, EffectLut, EffectShader, Parameter};

/// Grades colors by a look-up table from a `.cube` file, as programs for film and photography write them: see
/// [`CubeLut`].
///
/// Colors between a cube's entries are interpolated from the nearest four, as ffmpeg's `lut3d` does it (tetrahedral
/// interpolation).
///
/// ```
/// # use bevy::prelude::*;
/// # use bevy_viewfinder::{effects::Lut, prelude::*};
/// fn spawn(mut commands: Commands, assets: Res<AssetServer>) {
///     let look = Lut::new(assets.load("luts/film_print.cube"));
///     commands.spawn((VideoTrack, EffectStack::new().with(look)));
/// }
/// ```
#[derive(Clone, Debug, PartialEq, Reflect, ShaderType)]
#[reflect(Default)]
pub struct Lut {
    /// The table.
    pub image: EffectLut,
    /// The strength, 0 (no effect) to 1.
    #[reflect(@Parameter::new(0.0, 1.0))]
    pub strength: f32,
}

impl Lut {
    /// Applies a table at full strength: `Lut::new(assets.load("luts/warm.cube"))`.
    pub fn new(table: Handle<CubeLut>) -> Self {
        Self { image: table.into(), ..default() }
    }
}

impl Default for Lut {
    fn default() -> Self {
        Self { image: default(), strength: 1.0 }
    }
}

impl Effect for Lut {
    const KIND: EffectKind = EffectKind::Composite;

    fn shader() -> EffectShader {
        EffectShader::Wgsl(include_str!("../../../shaders/effects/lut.wgsl"))
    }
}
