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
pub struct EffectPlugin<T>(PhantomData<fn() -> T>);

impl<T> Default for EffectPlugin<T> {
    fn default() -> Self {
        Self(PhantomData)
    }
}

impl<T: Effect + Default + Typed> Plugin for EffectPlugin<T> {
    fn build(&self, app: &mut App) {
        let shader = match T::shader() {
            EffectShader::Path(path) => {
                app.world().get_resource::<AssetServer>().map(|assets| assets.load(path)).unwrap_or_default()
            }
            EffectShader::Wgsl(text) => {
                let name = T::name();
                app.world_mut()
                    .get_resource_mut::<Assets<Shader>>()
                    .map(|mut shaders| shaders.add(Shader::from_wgsl(text, format!("effects/{name}.wgsl"))))
                    .unwrap_or_default()
            }
        };
        app.init_resource::<EffectRegistry>();
        app.world_mut().resource_mut::<EffectRegistry>().add::<T>(shader);
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
    /// Its WGSL.
    pub shader: Handle<Shader>,
    effect_type: TypeId,
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
    fn add<T: Effect + Default + Typed>(&mut self, shader: Handle<Shader>) {
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
            shader,
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
}

pub(super) fn plugin(app: &mut App) {
    let plugins = app.get_added_plugins::<AssetPlugin>();
    let allows = |plugin: &&AssetPlugin| matches!(plugin.unapproved_path_mode, UnapprovedPathMode::Allow);
    let allowed = plugins.iter().any(allows);
    app.world_mut().resource_mut::<EffectRegistry>().loads_unapproved_paths = allowed;
}
