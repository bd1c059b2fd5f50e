//! Real-time effects: a value with parameters, and one WGSL function.
//!
//! An effect is a plain struct that implements [`Effect`]; its fields are its parameters, and reach its shader as
//! the struct `Params`. Effects stand in an [`EffectStack`] on the track's entity and apply from first to last.
//! However many there are, the renderer folds neighboring warps and colors into one pass.
//!
//! # An effect of your own
//!
//! ```
//! use bevy::{prelude::*, render::render_resource::ShaderType};
//! use bevy_viewfinder::effect::{Effect, EffectKind, EffectPlugin, EffectShader};
//!
//! #[derive(Clone, Debug, Default, Reflect, ShaderType)]
//! struct Plasma {
//!     speed: f32,
//! }
//!
//! impl Effect for Plasma {
//!     const KIND: EffectKind = EffectKind::Color;
//!     const ANIMATED: bool = true;
//!
//!     fn shader() -> EffectShader {
//!         "shaders/plasma.wgsl".into()
//!     }
//! }
//!
//! # fn add(app: &mut App) {
//! app.add_plugins(EffectPlugin::<Plasma>::default());
//! # }
//! ```
//!
//! and `assets/shaders/plasma.wgsl`:
//!
//! ```wgsl
//! struct Params { speed: f32 }
//!
//! fn effect(color: vec4<f32>, uv: vec2<f32>, params: Params, context: Context) -> vec4<f32> {
//!     let glow = 0.5 + 0.5 * sin(10.0 * uv.x + params.speed * context.time);
//!     return vec4(color.rgb * glow, color.a);
//! }
//! ```
//!
//! The file is plain WGSL: `struct Params` has the fields of the Rust struct, in their order, and `fn effect` is what
//! [`EffectKind`] says. It may have helpers with any names, but no bindings and no entry points. `Context`, `sample`
//! and the like are there without being declared; [`docs/effect.wgsl`] lists them, for editors too. Several effects are
//! linked into one shader, in which nothing of one file is seen by another.
//!
//! The file is compiled by itself when the effect is first used, and again when it changes. What is wrong with it comes
//! as [`EffectFailed`], with the file and the line.
//!
//! [`docs/effect.wgsl`]: https://github.com/bevy-viewfinder/bevy_viewfinder/blob/main/docs/effect.wgsl
//!
//! # Presets
//!
//! A stack can stand in a file, and is then shown by [`ShowPreset`]; [`EffectPreset`] says how it is written.
//!
//! # What effects work on
//!
//! Colors are display-encoded (sRGB), 0 to 1, with straight alpha; `uv` is 0 to 1 from the top left. The function
//! is always called `effect`; [`EffectKind`] says what it takes and gives.

mod asset;
mod color;
mod failed;
mod failures;
mod file;
mod load;
mod lut;
mod name;
pub(crate) mod plan;
mod preset;
mod registry;
mod shader_value;
mod shaders;
mod stack;
mod text;
mod wgsl;

use std::fmt::Debug;

use bevy::{
    asset::AssetPath,
    prelude::*,
    render::render_resource::{ShaderType, encase::internal::WriteInto},
};

pub use asset::{EffectImage, EffectLut};
pub use color::EffectColor;
pub use failed::EffectFailed;
pub(crate) use failed::{asset_failure, is_default};
pub use lut::{CubeLut, CubeShape};
pub(crate) use plan::{Pass, PassInput, plan};
pub use preset::{EffectPreset, ShowPreset};
pub use registry::{EffectInfo, EffectPlugin, EffectRegistry, ParameterInfo};
pub(crate) use shaders::EffectShaders;
pub use stack::{AnyEffect, EffectStack};
pub use text::set_parameter;
#[cfg(all(test, feature = "effects"))]
pub(crate) use wgsl::read_builtin_effect;
#[cfg(test)]
pub(crate) use wgsl::read_effect;
pub(crate) use wgsl::{Linker, Module};

#[cfg(feature = "effects")]
pub(crate) mod blend_mode;
#[cfg(feature = "effects")]
pub(crate) mod builtin;
#[cfg(feature = "effects")]
pub(crate) mod presets;

/// The engine.
pub(crate) fn plugin(app: &mut App) {
    app.init_resource::<EffectRegistry>().add_plugins((
        registry::plugin,
        shaders::plugin,
        preset::PresetPlugin,
        lut::plugin,
        failures::plugin,
    ));
}

/// An effect: parameters, and the shader that they steer.
///
/// A parameter is a field that is a number, a vector, a color ([`EffectColor`], WGSL's `vec4<f32>`), an image
/// ([`EffectImage`], WGSL's `u32`) or a look-up table ([`EffectLut`], WGSL's `u32`); the ready-made effects also have
/// enums without fields (WGSL's `u32`). Say a number's range with `#[reflect(@Parameter { .. })]`, and menus can show
/// sliders.
pub trait Effect: Clone + Debug + Reflect + TypePath + ShaderType + WriteInto + Send + Sync {
    /// What the effect does to the picture, and so how its function looks.
    const KIND: EffectKind;

    /// Whether the picture changes with time although the camera's doesn't, so that it must be drawn for each
    /// frame of the display.
    const ANIMATED: bool = false;

    /// The WGSL with the effect's `struct Params` and `fn effect`.
    fn shader() -> EffectShader;

    /// What the effect is called in stacks written as text; by default the type's name in snake_case.
    fn name() -> String {
        name::snake_case(Self::type_ident().unwrap_or("effect"))
    }
}

/// Where an effect's WGSL is.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub enum EffectShader {
    /// In this file of the app's assets: `"shaders/plasma.wgsl".into()`. It is read again when it changes, where
    /// the app watches its assets.
    Path(AssetPath<'static>),
    /// In the program itself: `EffectShader::Wgsl(include_str!("plasma.wgsl"))`.
    Wgsl(&'static str),
}

impl From<&'static str> for EffectShader {
    fn from(path: &'static str) -> Self {
        Self::Path(path.into())
    }
}

impl From<AssetPath<'static>> for EffectShader {
    fn from(path: AssetPath<'static>) -> Self {
        Self::Path(path)
    }
}

/// What an effect does, and so what its WGSL function `effect` takes and gives.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Reflect)]
#[non_exhaustive]
pub enum EffectKind {
    /// Moves pixels: `fn effect(uv: vec2<f32>, params: Params, context: Context) -> vec2<f32>` answers which place
    /// of the picture is seen at `uv`.
    Warp,
    /// Changes colors, each pixel for itself:
    /// `fn effect(color: vec4<f32>, uv: vec2<f32>, params: Params, context: Context) -> vec4<f32>`.
    Color,
    /// Looks at neighboring pixels, by `sample(uv)`:
    /// `fn effect(uv: vec2<f32>, params: Params, context: Context) -> vec4<f32>`. It takes this many passes
    /// (2 where it is separable), each of which sees the last one's result; `context.pass_index` counts them from 0.
    /// All of them also see the picture as it was before the first, by `sample_original(uv)`: so a glow can be blurred
    /// first, and then laid over it.
    Filter {
        /// Number of passes, at least 1.
        passes: u32,
    },
    /// Changes colors, and sees what the camera gave at each place, before any effect:
    /// `fn effect(color: vec4<f32>, uv: vec2<f32>, params: Params, context: Context, camera: vec4<f32>) -> vec4<f32>`.
    Compare,
    /// Changes colors, and samples the image or look-up table of its first parameter that is an [`EffectImage`] or an
    /// [`EffectLut`]; until that is loaded the effect does nothing. An image is sampled by
    /// `sample_image(image, info, uv)`: `fn effect(color: vec4<f32>, uv: vec2<f32>, params: Params, context: Context,
    /// image: texture_2d<f32>, info: ImageInfo) -> vec4<f32>`.
    Compose,
    /// Changes colors, and has a history: four numbers for each pixel, stored at one frame of the track and read at the
    /// next by `sample_history(uv, context)`:
    /// `fn effect(color: vec4<f32>, uv: vec2<f32>, params: Params, context: Context) -> Temporal`. `context.delta` are
    /// the seconds between the two frames. At the first frame it is 0, and the history is 0 everywhere.
    Temporal,
}

/// The range and meaning of a parameter, as a reflected attribute of the field:
/// `#[reflect(@Parameter::new(0.0, 2.0).unit("ratio"))]`.
#[derive(Debug, Clone, Copy, PartialEq, Reflect)]
pub struct Parameter {
    /// The least value that makes sense.
    pub min: f32,
    /// The greatest value that makes sense.
    pub max: f32,
    /// The unit, empty for a mere number.
    pub unit: &'static str,
}

impl Parameter {
    /// A parameter between these two values.
    pub const fn new(min: f32, max: f32) -> Self {
        Self { min, max, unit: "" }
    }

    /// With this unit: `"px"`, `"°"`, `"s"`.
    #[must_use]
    pub const fn unit(self, unit: &'static str) -> Self {
        Self { unit, ..self }
    }
}
