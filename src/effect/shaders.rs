//! Reads and checks the effects' WGSL, and keeps it for the renderer.

use std::{any::TypeId, borrow::Cow, sync::Arc};

use bevy::{asset::AssetEventSystems, platform::collections::HashMap, prelude::*, shader::Source};

use super::{
    EffectInfo, EffectRegistry, EffectShader, EffectStack,
    wgsl::{Module, Parameters, check, read_builtin_effect, read_effect},
};
use crate::error::MediaError;

/// The WGSL of the effects in stacks.
#[derive(Resource, Debug, Default)]
pub(crate) struct EffectShaders(HashMap<TypeId, EffectWgsl>);

/// The WGSL of an effect.
#[derive(Debug, Default)]
struct EffectWgsl {
    /// The newest text without an error: an effect whose text gets an error while it is edited stays as it was.
    module: Option<Arc<Module>>,
    /// The error of the newest text.
    fault: Option<MediaError>,
    /// Number of times that it was read.
    count: u32,
}

impl EffectShaders {
    /// An effect's WGSL; `None` if its file isn't read yet, or has a fault.
    pub fn get(&self, effect: &EffectInfo) -> Option<&Arc<Module>> {
        self.0.get(&effect.effect_type)?.module.as_ref()
    }

    /// The error of an effect's WGSL, and how often that was read so far.
    pub(super) fn fault(&self, effect: &EffectInfo) -> Option<(u32, &MediaError)> {
        let wgsl = self.0.get(&effect.effect_type)?;
        Some((wgsl.count, wgsl.fault.as_ref()?))
    }

    /// Reads and checks an effect's WGSL, if it is loaded.
    fn read(&mut self, effect: &EffectInfo, shaders: &Assets<Shader>) {
        let Some(read) = read(effect, shaders) else { return };
        let wgsl = self.0.entry(effect.effect_type).or_default();
        wgsl.count += 1;
        match read {
            Ok(module) => {
                wgsl.module = Some(Arc::new(module));
                wgsl.fault = None;
            }
            Err(fault) => wgsl.fault = Some(fault),
        }
    }
}

pub(super) fn plugin(app: &mut App) {
    let is_needed = any_match_filter::<Changed<EffectStack>>.or_else(on_message::<AssetEvent<Shader>>);
    app.init_resource::<EffectShaders>().add_systems(
        PostUpdate,
        // Without a renderer there are no shaders.
        read_shaders.after(AssetEventSystems).run_if(resource_exists::<Assets<Shader>>).run_if(is_needed),
    );
}

/// Reads the WGSL of effects that are new in a stack, and of those whose file changed.
pub(super) fn read_shaders(
    mut known: ResMut<EffectShaders>,
    mut events: MessageReader<AssetEvent<Shader>>,
    shaders: Res<Assets<Shader>>,
    registry: Res<EffectRegistry>,
    stacks: Query<Ref<EffectStack>>,
) {
    let mut any_loaded = false;
    for event in events.read() {
        let (AssetEvent::Added { id } | AssetEvent::Modified { id }) = event else { continue };
        let is_of = |effect: &&EffectInfo| effect.file.as_ref().is_some_and(|file| file.id() == *id);
        for effect in registry.iter().filter(is_of) {
            any_loaded = true;
            if known.0.contains_key(&effect.effect_type) {
                known.read(effect, &shaders);
            }
        }
    }
    for stack in stacks.iter().filter(|stack| any_loaded || stack.is_changed()) {
        for effect in stack.iter().filter_map(|effect| registry.of(effect)) {
            if !known.0.contains_key(&effect.effect_type) {
                known.read(effect, &shaders);
            }
        }
    }
}

/// An effect's WGSL; `None` while its file isn't loaded.
fn read(effect: &EffectInfo, shaders: &Assets<Shader>) -> Option<Result<Module, MediaError>> {
    let (text, path) = match &effect.shader {
        EffectShader::Wgsl(text) => (Cow::Borrowed(*text), format!("{}.wgsl", effect.name)),
        EffectShader::Path(path) => {
            let Some(file) = &effect.file else {
                return Some(Err(MediaError::not_supported(format!(
                    "{path} can't be loaded without an AssetServer: add the EffectPlugin after Bevy's AssetPlugin"
                ))));
            };
            let Source::Wgsl(text) = &shaders.get(file)?.source else {
                return Some(Err(MediaError::not_supported(format!(
                    "{path} isn't WGSL: an effect's shader is a file that ends in .wgsl"
                ))));
            };
            (text.clone(), path.to_string())
        }
    };
    let module = if effect.is_builtin {
        // The tests check these.
        read_builtin_effect(text)
    } else {
        read_effect(text).and_then(|module| {
            let parameters = Parameters { fields: &effect.wgsl_fields(), size: effect.parameter_bytes };
            check(&module, effect.kind, &parameters)?;
            Ok(module)
        })
    };
    Some(module.map_err(|fault| MediaError::data(fault.in_file(&path).to_string())))
}
