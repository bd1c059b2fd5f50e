//! Real-time effects: a struct with parameters, and one WGSL function.
//!
//! An effect is a plain struct that implements [`Effect`]. Its fields are its parameters, and its shader has them as
//! the struct `Params`. An [`EffectStack`] on the track's entity lists effects, which apply from first to last. The
//! renderer folds neighboring warps and colors into one pass, however many there are.
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
//! The file is plain WGSL: `struct Params` has the fields of the Rust struct, in their order, and `fn effect` has the
//! signature of its [`EffectKind`]. The file may have helpers with any names, but no bindings and no entry points.
//! `Context`, `sample` and the other names in [`docs/effect.wgsl`] need no declaration. Several effects are linked into
//! one shader, and the names of one file are invisible to the others.
//!
//! The file is compiled by itself when the effect is first used, and again when it changes. Its errors are reported by
//! [`EffectFailed`], with the file and the line.
//!
//! [`docs/effect.wgsl`]: https://github.com/bevy-viewfinder/bevy_viewfinder/blob/main/docs/effect.wgsl
//!
//! # Presets
//!
//! A preset is a stack in a file ([`EffectPreset`]). [`ShowPreset`] applies it to a track.
//!
//! # Colors and coordinates
//!
//! Colors are display-encoded (sRGB), 0 to 1, with straight alpha; `uv` is 0 to 1 from the top left.

mod asset;
mod color;
mod failed;
mod failures;
pub(crate) mod file;
mod load;
mod lut;
mod name;
mod parameter;
pub(crate) mod plan;
mod preset;
mod registry;
mod shader_value;
mod shaders;
mod stack;
pub(crate) mod wgsl;

use std::fmt::Debug;

use bevy::{
    asset::AssetPath,
    prelude::*,
    reflect::utility::GenericTypePathCell,
    render::render_resource::{ShaderType, encase::internal::WriteInto},
};

pub use asset::{EffectImage, EffectLut, ProvidedImage};
pub use color::EffectColor;
pub use failed::EffectFailed;
pub(crate) use failed::{asset_failure, is_default};
pub use lut::{CubeLut, CubeShape};
pub use parameter::{Parameter, ParameterInfo, ParameterKind, ParameterValue, Provided};
pub(crate) use plan::{Pass, PassInput, plan};
pub use preset::{EffectPreset, ShowPreset};
pub use registry::{EffectInfo, EffectPlugin, EffectRegistry, RegisterEffect};
#[cfg(feature = "face")]
pub(crate) use shader_value::shader_value;
pub(crate) use shaders::EffectShaders;
pub use stack::{AnyEffect, EffectStack};
#[cfg(all(test, any(feature = "effects", feature = "face")))]
pub(crate) use wgsl::read_builtin_effect;
#[cfg(test)]
pub(crate) use wgsl::read_effect;
pub(crate) use wgsl::{Linker, Module};
#[cfg(all(test, feature = "face"))]
pub(crate) use wgsl::{Parameters, check};

#[cfg(feature = "effects")]
pub(crate) mod blend_mode;
#[cfg(feature = "effects")]
pub(crate) mod builtin;
#[cfg(feature = "effects")]
pub(crate) mod presets;

/// The engine.
pub(crate) fn plugin(app: &mut App) {
    app.register_type::<ShowPreset>()
        .register_type::<EffectFailed>()
        .init_resource::<EffectRegistry>()
        .add_plugins((
            registry::plugin,
            shaders::plugin,
            preset::PresetPlugin,
            lut::plugin,
            failures::plugin,
        ));
}

/// An effect: parameters and a shader.
///
/// A parameter is a field that is a number, a vector, a color ([`EffectColor`], WGSL's `vec4<f32>`), an image
/// ([`EffectImage`], WGSL's `u32`) or a look-up table ([`EffectLut`], WGSL's `u32`); the built-in effects also have
/// enums without fields (WGSL's `u32`). `#[reflect(@Parameter::new(0.0, 1.0))]` sets the range of a number, and menus
/// show a slider for it. A field of any other type that a uniform buffer can hold is no parameter:
/// `#[reflect(@Provided)]` on it says that the app's own systems set it.
pub trait Effect: Clone + Debug + Reflect + TypePath + ShaderType + WriteInto + Send + Sync {
    /// The kind, which sets the signature of the WGSL function.
    const KIND: EffectKind;

    /// Whether the output changes over time by itself. It is then drawn for each frame of the display, not only for
    /// each frame of the source.
    const ANIMATED: bool = false;

    /// The WGSL with the effect's `struct Params` and `fn effect`.
    fn shader() -> EffectShader;

    /// The effect's name in presets; by default the type's name in snake_case.
    fn name() -> &'static str {
        static NAMES: GenericTypePathCell = GenericTypePathCell::new();
        NAMES.get_or_insert::<Self, _>(|| name::snake_case(Self::type_ident().unwrap_or("effect")))
    }
}

/// The WGSL of an effect.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub enum EffectShader {
    /// A file of the app's assets: `"shaders/plasma.wgsl".into()`. It is reloaded when it changes, if the app watches
    /// its assets.
    Path(AssetPath<'static>),
    /// Text in the program: `EffectShader::Wgsl(include_str!("plasma.wgsl"))`.
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

/// The kind of an effect: what its WGSL function `effect` receives and returns.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Reflect)]
#[non_exhaustive]
pub enum EffectKind {
    /// Moves pixels: `fn effect(uv: vec2<f32>, params: Params, context: Context) -> vec2<f32>` returns the place of the
    /// input that is shown at `uv`.
    Warp,
    /// Changes the color of each pixel by itself:
    /// `fn effect(color: vec4<f32>, uv: vec2<f32>, params: Params, context: Context) -> vec4<f32>`.
    Color,
    /// Reads any pixels of its input by `sample(uv)`: `fn effect(uv: vec2<f32>, params: Params, context: Context) ->
    /// vec4<f32>`. It runs in this many passes (2 if it is separable). Each reads the result of the one before, and
    /// `context.pass_index` counts them from 0. All of them also read the input of the first by `sample_original(uv)`:
    /// a glow is blurred first, and then added to it.
    Spatial {
        /// Number of passes, at least 1.
        passes: u32,
    },
    /// Changes colors, and receives the color that the source gave at the same place, before any effect:
    /// `fn effect(color: vec4<f32>, uv: vec2<f32>, params: Params, context: Context, source: vec4<f32>) -> vec4<f32>`.
    WithSource,
    /// Changes colors, and samples the image or look-up table of its first parameter that is an [`EffectImage`] or an
    /// [`EffectLut`]. The effect does nothing until that is loaded. An image is sampled by
    /// `sample_image(image, info, uv)`: `fn effect(color: vec4<f32>, uv: vec2<f32>, params: Params, context: Context,
    /// image: texture_2d<f32>, info: ImageInfo) -> vec4<f32>`.
    Composite,
    /// As [`Composite`](Self::Composite), and receives the color of the source as
    /// [`WithSource`](Self::WithSource) does: `fn effect(color: vec4<f32>, uv: vec2<f32>, params: Params,
    /// context: Context, source: vec4<f32>, image: texture_2d<f32>, info: ImageInfo) -> vec4<f32>`.
    CompositeWithSource,
    /// Changes colors, and stores a history: what it stores at one frame of the source it reads at the next, by
    /// `sample_history(uv, context)`:
    /// `fn effect(color: vec4<f32>, uv: vec2<f32>, params: Params, context: Context) -> Temporal`. `context.delta` is
    /// the time between the two frames in seconds. At the first frame it is 0, and the history is 0 everywhere.
    Temporal,
}

impl EffectKind {
    /// Whether the effect samples an image or a look-up table.
    pub(crate) const fn has_image(self) -> bool {
        matches!(self, Self::Composite | Self::CompositeWithSource)
    }

    /// Whether the effect receives the color of the source.
    pub(crate) const fn has_source(self) -> bool {
        matches!(self, Self::WithSource | Self::CompositeWithSource)
    }
}
