//! Failures of effects and of their assets.

use bevy::{
    asset::{AssetLoadError, LoadState, UntypedAssetId, io::AssetReaderError},
    image::ImageLoaderError,
    prelude::*,
};

use crate::error::{ErrorName, MediaError};

/// An effect of a track failed: its WGSL has an error or doesn't match the Rust struct, its
/// [`EffectPlugin`](super::EffectPlugin) is missing, or its image or look-up table can't be loaded. The effect is
/// skipped, and the others apply. Each failure is reported once, and again if a changed file fails again. A WGSL file
/// that gets an error while it is edited leaves the effect as it was.
///
/// A preset that [`ShowPreset`](super::ShowPreset) can't load is reported in the same way.
#[derive(EntityEvent, Clone, Debug, Reflect)]
#[reflect(Event)]
pub struct EffectFailed {
    /// The track.
    pub entity: Entity,
    /// The effect's name, or a preset's path.
    pub effect: String,
    /// The cause. Its message names the effect and the file, and for WGSL the line: `shaders/plasma.wgsl:7: …`.
    pub error: MediaError,
}

impl EffectFailed {
    pub(crate) fn new(entity: Entity, effect: &str, cause: &MediaError) -> Self {
        Self { entity, effect: effect.to_owned(), error: of_effect(effect, cause) }
    }
}

/// An error whose message names the effect.
pub(super) fn of_effect(effect: &str, cause: &MediaError) -> MediaError {
    MediaError::new(cause.name, format!("{effect}: {}", cause.message))
}

/// Whether a handle is the default one, which is no asset: `AssetServer::load` returns it for paths that it refuses.
pub(crate) fn is_default(asset: UntypedAssetId) -> bool {
    matches!(asset, UntypedAssetId::Uuid { uuid, .. } if uuid == AssetId::<Image>::DEFAULT_UUID)
}

/// Why this asset will not be there; `None` if it is there, still loading, or the app's own.
pub(crate) fn asset_failure(asset: &UntypedHandle, assets: &AssetServer) -> Option<MediaError> {
    if is_default(asset.id()) {
        return Some(MediaError::type_error(
            "the handle is the default one, which AssetServer::load gives for a path that is empty or outside of the \
             app's assets: load a file of the app's assets",
        ));
    }
    let Some(LoadState::Failed(error)) = assets.get_load_state(asset) else { return None };
    let path = asset.path().map_or_else(|| "the asset".to_owned(), ToString::to_string);
    Some(load_error(&path, &error))
}

/// A failure of the asset server as one of the media specifications.
fn load_error(path: &str, error: &AssetLoadError) -> MediaError {
    let (name, cause) = match error {
        AssetLoadError::AssetReaderError(AssetReaderError::NotFound(file)) => {
            (ErrorName::NotFound, format!("there is no file {}", file.display()))
        }
        AssetLoadError::MissingAssetSourceError(error) => (ErrorName::NotFound, error.to_string()),
        AssetLoadError::AssetLoaderError(error) => loader_error(error.error()),
        AssetLoadError::MissingAssetLoader { .. }
        | AssetLoadError::MissingAssetLoaderForExtension(_)
        | AssetLoadError::MissingAssetLoaderForTypeName(_)
        | AssetLoadError::MissingAssetLoaderForTypeIdError(_) => {
            (ErrorName::NotSupported, "the app has no loader for files of this type".to_owned())
        }
        error => (ErrorName::NotReadable, first_line(error)),
    };
    MediaError::new(name, format!("{path} can't be loaded: {cause}"))
}

/// The error of a loader.
fn loader_error(error: &BevyError) -> (ErrorName, String) {
    if let Some(error) = error.downcast_ref::<MediaError>() {
        return (error.name, error.message.to_string());
    }
    if let Some(ImageLoaderError::Io(error)) = error.downcast_ref() {
        return (ErrorName::NotReadable, error.to_string());
    }
    (ErrorName::Data, first_line(error))
}

/// An error without the backtrace that follows it where those are enabled.
fn first_line(error: &impl ToString) -> String {
    error.to_string().lines().next().unwrap_or_default().to_owned()
}
