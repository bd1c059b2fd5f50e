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

use super::{AnyEffect, Effect, EffectKind, EffectShader, ParameterInfo, parameter::unknown_parameter};
use crate::error::MediaError;

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
    pub name: &'static str,
    /// What it does to the frame.
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

    /// The parameters' names and their types in WGSL, which are `None` for types that only the app knows.
    pub(super) fn wgsl_fields(&self) -> Vec<(&str, Option<&'static str>)> {
        self.parameters.iter().map(|parameter| (parameter.name, parameter.kind.wgsl())).collect()
    }
}

pub(super) fn plugin(app: &mut App) {
    let plugins = app.get_added_plugins::<AssetPlugin>();
    let allows = |plugin: &&AssetPlugin| matches!(plugin.unapproved_path_mode, UnapprovedPathMode::Allow);
    let allowed = plugins.iter().any(allows);
    app.world_mut().resource_mut::<EffectRegistry>().loads_unapproved_paths = allowed;
}
