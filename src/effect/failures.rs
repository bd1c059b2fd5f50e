//! Reports failures of effects and presets, other than those on the GPU.

use std::any::TypeId;

use bevy::{
    asset::{UntypedAssetId, UntypedAssetLoadFailedEvent},
    ecs::entity::EntityHashMap,
    prelude::*,
};

use super::{
    AnyEffect, EffectRegistry, EffectShaders, EffectStack, ShowPreset,
    failed::{EffectFailed, asset_failure},
    shaders::read_shaders,
};
use crate::error::MediaError;

pub(super) fn plugin(app: &mut App) {
    // Apps without an AssetServer have effects too.
    app.add_message::<UntypedAssetLoadFailedEvent>().add_systems(
        PostUpdate,
        (
            report_effects.after(read_shaders).run_if(
                any_match_filter::<Changed<EffectStack>>
                    .or_else(on_message::<UntypedAssetLoadFailedEvent>)
                    .or_else(resource_changed::<EffectShaders>),
            ),
            report_presets.run_if(
                any_match_filter::<Changed<ShowPreset>>.or_else(on_message::<UntypedAssetLoadFailedEvent>),
            ),
        ),
    );
}

/// The reason why an effect is skipped.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Obstacle {
    /// It isn't registered.
    Unknown,
    /// Its shader, image or look-up table can't be loaded.
    Asset(UntypedAssetId),
    /// Its WGSL has an error. The number counts how often it was read.
    Wgsl(u32),
}

/// The reason why an effect is skipped, with its error.
fn obstacle(
    effect: &dyn AnyEffect,
    registry: &EffectRegistry,
    shaders: &EffectShaders,
) -> Option<(Obstacle, MediaError)> {
    let Some(info) = registry.of(effect) else {
        let cause = MediaError::not_supported("the app doesn't know it; add the EffectPlugin of its type");
        return Some((Obstacle::Unknown, cause));
    };
    let failed = registry.assets.as_ref().and_then(|assets| {
        let file = info.file.clone().map(Handle::untyped);
        [file, effect.asset()]
            .into_iter()
            .flatten()
            .find_map(|asset| Some((Obstacle::Asset(asset.id()), asset_failure(&asset, assets)?)))
    });
    failed.or_else(|| {
        let (count, fault) = shaders.fault(info)?;
        Some((Obstacle::Wgsl(count), fault.clone()))
    })
}

/// Reports effects that aren't registered, those whose shader, image or look-up table can't be loaded, and those whose WGSL
/// has a fault.
fn report_effects(
    mut commands: Commands,
    mut failures: MessageReader<UntypedAssetLoadFailedEvent>,
    registry: Res<EffectRegistry>,
    shaders: Res<EffectShaders>,
    stacks: Query<(Entity, Ref<EffectStack>)>,
    mut reported: Local<EntityHashMap<Vec<(TypeId, Obstacle)>>>,
) {
    let failures: Vec<UntypedAssetId> = failures.read().map(|failure| failure.id).collect();
    reported.retain(|entity, _| stacks.contains(*entity));
    for (entity, stack) in &stacks {
        if !stack.is_changed() && failures.is_empty() && !shaders.is_changed() {
            continue;
        }
        let before = reported.remove(&entity).unwrap_or_default();
        let mut now = Vec::new();
        for effect in stack.iter() {
            let Some((obstacle, cause)) = obstacle(effect, &registry, &shaders) else { continue };
            let failure = (effect.effect_type(), obstacle);
            if now.contains(&failure) {
                continue;
            }
            now.push(failure);
            let failed_now = matches!(obstacle, Obstacle::Asset(asset) if failures.contains(&asset));
            if failed_now || !before.contains(&failure) {
                commands.trigger(EffectFailed::new(entity, effect.name(), &cause));
            }
        }
        if !now.is_empty() {
            reported.insert(entity, now);
        }
    }
}

/// Reports presets that can't be loaded.
fn report_presets(
    mut commands: Commands,
    mut failures: MessageReader<UntypedAssetLoadFailedEvent>,
    assets: Option<Res<AssetServer>>,
    shown: Query<(Entity, Ref<ShowPreset>)>,
) {
    let failures: Vec<UntypedAssetId> = failures.read().map(|failure| failure.id).collect();
    let Some(assets) = assets else { return };
    for (entity, show) in &shown {
        let preset = show.0.clone().untyped();
        if (show.is_changed() || failures.contains(&preset.id()))
            && let Some(error) = asset_failure(&preset, &assets)
        {
            let effect = preset.path().map_or_else(|| "preset".to_owned(), ToString::to_string);
            commands.trigger(EffectFailed { entity, effect, error });
        }
    }
}
