//! Which effects there are, and where each one's shader is.

use std::{
    any::TypeId,
    fmt::{self, Debug},
    marker::PhantomData,
    sync::Arc,
};

use bevy::{
    asset::UnapprovedPathMode,
    prelude::*,
    reflect::{TypeInfo, Typed},
};

use super::{AnyEffect, Effect, EffectKind, EffectShader, Parameter, name::snake_case};

/// Makes an effect known to the app, so that stacks can hold it.
///
/// The effects of this crate are known already; add one of these for each effect of your own.
#[derive(Debug)]
pub struct EffectPlugin<T> {
    is_builtin: bool,
    effect: PhantomData<fn() -> T>,
}

impl<T> EffectPlugin<T> {
    /// For an effect of this crate: its WGSL may use all of the library, and is checked by the tests alone.
    #[cfg(feature = "effects")]
    pub(super) const fn builtin() -> Self {
        Self { is_builtin: true, effect: PhantomData }
    }
}

impl<T> Default for EffectPlugin<T> {
    fn default() -> Self {
        Self { is_builtin: false, effect: PhantomData }
    }
}

impl<T: Effect + Default + Typed> Plugin for EffectPlugin<T> {
    fn build(&self, app: &mut App) {
        let file = match T::shader() {
            EffectShader::Path(path) => {
                app.world().get_resource::<AssetServer>().map(|assets| assets.load(path))
            }
            EffectShader::Wgsl(_) => None,
        };
        app.init_resource::<EffectRegistry>();
        app.world_mut().resource_mut::<EffectRegistry>().add::<T>(file, self.is_builtin);
    }
}

/// The effects that the app knows.
#[derive(Resource, Clone)]
pub struct EffectRegistry {
    effects: Vec<Arc<EffectInfo>>,
    /// What loads the files that texts and presets name.
    pub(super) assets: Option<AssetServer>,
    /// Files may lie outside of the app's assets: that is [`UnapprovedPathMode::Allow`].
    pub(super) loads_unapproved_paths: bool,
}

impl FromWorld for EffectRegistry {
    fn from_world(world: &mut World) -> Self {
        let assets = world.get_resource::<AssetServer>().cloned();
        Self { effects: Vec::new(), assets, loads_unapproved_paths: false }
    }
}

impl Debug for EffectRegistry {
    fn fmt(&self, formatter: &mut fmt::Formatter) -> fmt::Result {
        formatter.debug_list().entries(self.effects.iter().map(|effect| &effect.name)).finish()
    }
}

/// What is known of an effect.
#[derive(Debug)]
pub struct EffectInfo {
    /// What it is called in stacks written as text: `gaussian_blur`.
    pub name: String,
    /// What it does to the picture.
    pub kind: EffectKind,
    /// Whether it changes with time by itself.
    pub animated: bool,
    /// Its parameters, in the order of the struct's fields.
    pub parameters: Vec<ParameterInfo>,
    /// Where its WGSL is.
    pub shader: EffectShader,
    /// The file of its WGSL, if that is one.
    pub(super) file: Option<Handle<Shader>>,
    /// It is one of this crate's.
    pub(super) is_builtin: bool,
    /// How many bytes its parameters have in a uniform buffer.
    pub(super) parameter_bytes: u64,
    pub(super) effect_type: TypeId,
    default: fn() -> Box<dyn AnyEffect>,
}

/// What is known of an effect's parameter.
#[derive(Debug, Clone, PartialEq)]
pub struct ParameterInfo {
    /// The field's name.
    pub name: &'static str,
    /// The field's type: `f32`, `Vec2`, `EffectColor`, ...
    pub type_name: &'static str,
    /// The values that a choice has, as stacks written as text name them; empty for numbers and colors.
    pub choices: Vec<String>,
    /// Least and greatest value and the unit, where the effect says them.
    pub range: Option<Parameter>,
}

impl EffectRegistry {
    fn add<T: Effect + Default + Typed>(&mut self, file: Option<Handle<Shader>>, is_builtin: bool) {
        let parameters = match T::type_info() {
            TypeInfo::Struct(fields) => fields
                .iter()
                .map(|field| ParameterInfo {
                    name: field.name(),
                    type_name: field.type_path_table().short_path(),
                    choices: match field.type_info() {
                        Some(TypeInfo::Enum(variants)) => {
                            variants.variant_names().iter().map(|name| snake_case(name)).collect()
                        }
                        _ => Vec::new(),
                    },
                    range: field.get_attribute::<Parameter>().copied(),
                })
                .collect(),
            _ => Vec::new(),
        };
        let info = EffectInfo {
            name: T::name(),
            kind: T::KIND,
            animated: T::ANIMATED,
            parameters,
            shader: T::shader(),
            file,
            is_builtin,
            parameter_bytes: T::min_size().get(),
            effect_type: TypeId::of::<T>(),
            default: || Box::new(T::default()),
        };
        self.effects.retain(|known| known.effect_type != info.effect_type);
        self.effects.push(Arc::new(info));
    }

    /// All effects, in the order in which they were added.
    pub fn iter(&self) -> impl ExactSizeIterator<Item = &EffectInfo> {
        self.effects.iter().map(|info| &**info)
    }

    /// The effect of this name.
    pub fn by_name(&self, name: &str) -> Option<&EffectInfo> {
        self.iter().find(|info| info.name == name)
    }

    /// What is known of this effect; `None` where its [`EffectPlugin`] wasn't added.
    pub(crate) fn of(&self, effect: &dyn AnyEffect) -> Option<&Arc<EffectInfo>> {
        self.effects.iter().find(|info| info.effect_type == effect.effect_type())
    }
}

impl EffectInfo {
    /// An effect of this type with its default parameters.
    pub fn make_default(&self) -> Box<dyn AnyEffect> {
        (self.default)()
    }

    /// The parameters' names and their types in WGSL, which are `None` for types that only the app knows.
    pub(super) fn wgsl_fields(&self) -> Vec<(&str, Option<&'static str>)> {
        self.parameters.iter().map(|parameter| (parameter.name, parameter.wgsl_type())).collect()
    }
}

impl ParameterInfo {
    fn wgsl_type(&self) -> Option<&'static str> {
        Some(match self.type_name {
            "f32" => "f32",
            "i32" => "i32",
            "u32" | "EffectImage" | "EffectLut" => "u32",
            "Vec2" => "vec2<f32>",
            "Vec3" => "vec3<f32>",
            "Vec4" | "EffectColor" | "LinearRgba" => "vec4<f32>",
            "IVec2" => "vec2<i32>",
            "IVec3" => "vec3<i32>",
            "IVec4" => "vec4<i32>",
            "UVec2" => "vec2<u32>",
            "UVec3" => "vec3<u32>",
            "UVec4" => "vec4<u32>",
            "Mat2" => "mat2x2<f32>",
            "Mat3" => "mat3x3<f32>",
            "Mat4" => "mat4x4<f32>",
            _ => return None,
        })
    }
}

pub(super) fn plugin(app: &mut App) {
    let plugins = app.get_added_plugins::<AssetPlugin>();
    let allows = |plugin: &&AssetPlugin| matches!(plugin.unapproved_path_mode, UnapprovedPathMode::Allow);
    let allowed = plugins.iter().any(allows);
    app.world_mut().resource_mut::<EffectRegistry>().loads_unapproved_paths = allowed;
}
