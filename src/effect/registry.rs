//! The registered effects.

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

use super::{AnyEffect, Effect, EffectKind, EffectShader, ParameterInfo, parameter::unknown_parameter};
use crate::error::MediaError;

/// Registers an effect, so that stacks and presets can hold it. [`RegisterEffect::register_effect`] is shorter.
///
/// The built-in effects are registered already.
#[derive(Debug)]
pub struct EffectPlugin<T> {
    is_builtin: bool,
    effect: PhantomData<fn() -> T>,
}

impl<T> EffectPlugin<T> {
    /// For a built-in effect: its WGSL may use all of the library, and only the tests check it.
    #[cfg(any(feature = "effects", feature = "face", feature = "person"))]
    pub(crate) const fn builtin() -> Self {
        Self { is_builtin: true, effect: PhantomData }
    }
}

impl<T> Default for EffectPlugin<T> {
    fn default() -> Self {
        Self { is_builtin: false, effect: PhantomData }
    }
}

/// Adds `register_effect` to [`App`].
pub trait RegisterEffect {
    /// Registers an effect, as [`EffectPlugin`] does: `app.register_effect::<Plasma>()`. Registering it again changes
    /// nothing.
    fn register_effect<T: Effect + Default + Typed>(&mut self) -> &mut Self;
}

impl RegisterEffect for App {
    fn register_effect<T: Effect + Default + Typed>(&mut self) -> &mut Self {
        if !self.is_plugin_added::<EffectPlugin<T>>() {
            self.add_plugins(EffectPlugin::<T>::default());
        }
        self
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

/// The registered effects.
#[derive(Resource, Clone)]
pub struct EffectRegistry {
    effects: Vec<Arc<EffectInfo>>,
    /// Loads the files that presets name.
    pub(super) assets: Option<AssetServer>,
    /// Whether files outside of the app's assets are loaded: [`UnapprovedPathMode::Allow`].
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

/// The description of an effect.
#[derive(Debug)]
#[non_exhaustive]
pub struct EffectInfo {
    /// The name in presets: `gaussian_blur`.
    pub name: &'static str,
    /// The kind.
    pub kind: EffectKind,
    /// Whether the output changes over time by itself.
    pub animated: bool,
    /// Its parameters, in the order of the struct's fields.
    pub parameters: Vec<ParameterInfo>,
    /// The WGSL.
    pub shader: EffectShader,
    /// The file of the WGSL, if it is one.
    pub(super) file: Option<Handle<Shader>>,
    /// Whether it is built in.
    pub(super) is_builtin: bool,
    /// The size of its parameters in a uniform buffer, in bytes.
    pub(crate) parameter_bytes: u64,
    pub(super) effect_type: TypeId,
    default: fn() -> Box<dyn AnyEffect>,
}

impl EffectRegistry {
    fn add<T: Effect + Default + Typed>(&mut self, file: Option<Handle<Shader>>, is_builtin: bool) {
        let parameters = match T::type_info() {
            TypeInfo::Struct(fields) => fields.iter().map(ParameterInfo::new).collect(),
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

    /// The description of this effect; `None` if it isn't registered.
    pub(crate) fn of(&self, effect: &dyn AnyEffect) -> Option<&Arc<EffectInfo>> {
        self.effects.iter().find(|info| info.effect_type == effect.effect_type())
    }
}

impl EffectInfo {
    /// An effect of this type with its default parameters.
    pub fn make_default(&self) -> Box<dyn AnyEffect> {
        (self.default)()
    }

    /// The parameter of this name.
    ///
    /// # Errors
    /// [`ErrorName::Type`](crate::error::ErrorName::Type), with the names that there are.
    pub fn parameter(&self, name: &str) -> Result<&ParameterInfo, MediaError> {
        self.parameters.iter().find(|parameter| parameter.name == name).ok_or_else(|| {
            let known: Vec<&str> = self.parameters.iter().map(|parameter| parameter.name).collect();
            unknown_parameter(self.name, name, &known)
        })
    }

    /// The parameters' names and their types in WGSL, which are `None` for other types.
    pub(crate) fn wgsl_fields(&self) -> Vec<(&str, Option<&'static str>)> {
        self.parameters.iter().map(|parameter| (parameter.name, parameter.kind.wgsl())).collect()
    }
}

pub(super) fn plugin(app: &mut App) {
    let plugins = app.get_added_plugins::<AssetPlugin>();
    let allows = |plugin: &&AssetPlugin| matches!(plugin.unapproved_path_mode, UnapprovedPathMode::Allow);
    let allowed = plugins.iter().any(allows);
    app.world_mut().resource_mut::<EffectRegistry>().loads_unapproved_paths = allowed;
}
