//! A look from a file.

use bevy::{prelude::*, render::render_resource::ShaderType};

use crate::effect::{Effect, EffectImage, EffectKind, EffectShader, Parameter};

/// Grades colours by a look-up table of a `.cube` file, as programs for film and photography write them:
/// [`CubeLut`](crate::effect::CubeLut) says which are read.
///
/// What lies between a cube's entries is mixed of the nearest four, as ffmpeg's `lut3d` does it (tetrahedral
/// interpolation).
///
/// ```
/// # use bevy::prelude::*;
/// # use bevy_viewfinder::prelude::*;
/// fn spawn(mut commands: Commands, assets: Res<AssetServer>) {
///     let look = Lut { image: assets.load("luts/film_print.cube").into(), ..default() };
///     commands.spawn((VideoTrack, EffectStack::new().with(look)));
/// }
/// ```
#[derive(Clone, Debug, PartialEq, Reflect, ShaderType)]
#[reflect(Default)]
pub struct Lut {
    /// The table. Another picture than that of a table does nothing.
    pub image: EffectImage,
    /// How much of it, 0 (the picture as it is) to 1 (all of it).
    #[reflect(@Parameter::new(0.0, 1.0))]
    pub strength: f32,
}

impl Default for Lut {
    fn default() -> Self {
        Self { image: default(), strength: 1.0 }
    }
}

impl Effect for Lut {
    const KIND: EffectKind = EffectKind::Compose;

    fn image(&self) -> Option<&Handle<Image>> {
        self.image.0.as_ref()
    }

    fn shader() -> EffectShader {
        EffectShader::Wgsl(include_str!("../../../shaders/effects/lut.wgsl"))
    }
}
