//! Models for those that need them.

use bevy::{asset::LoadState, ecs::system::SystemParam, prelude::*};

use super::{
    Found, ModelFile, ModelKind, ModelSource, OwnModels, PeopleModels,
    download::{Asked, ModelDownload},
};
use crate::error::MediaError;

/// Finds models, and begins to fetch those that aren't there.
#[derive(SystemParam)]
pub(crate) struct FindModels<'w> {
    models: Res<'w, PeopleModels>,
    own: ResMut<'w, OwnModels>,
    files: Option<Res<'w, Assets<ModelFile>>>,
    assets: Option<Res<'w, AssetServer>>,
    asked: ResMut<'w, Asked>,
}

impl FindModels<'_> {
    /// The model for a task of a component on this entity. `None` while it is being fetched: the entity then has a
    /// [`ModelDownload`].
    ///
    /// # Errors
    /// `NotFound` if its file isn't there or can't be loaded. In browsers `Operation` if it can't be fetched, and
    /// `Data` if it isn't that of this crate.
    pub fn find(&mut self, entity: Entity, kind: ModelKind) -> Result<Option<ModelSource>, MediaError> {
        let found = match self.models.files.get(&kind) {
            Some(file) => self.loaded(kind, file)?,
            None => self.own.find(kind)?,
        };
        Ok(match found {
            Found::There(model) => {
                self.asked.found(entity, model.bytes.as_ref().map_or(0, |bytes| bytes.len() as u64));
                Some(model)
            }
            Found::Coming(part) => {
                self.asked.wait(entity, part);
                None
            }
        })
    }

    /// A model of the app's.
    fn loaded(&self, kind: ModelKind, file: &Handle<ModelFile>) -> Result<Found, MediaError> {
        if let Some(file) = self.files.as_ref().and_then(|files| files.get(file)) {
            return Ok(Found::There(ModelSource { kind, bytes: Some(file.bytes.clone()) }));
        }
        match self.assets.as_ref().and_then(|assets| assets.get_load_state(file)) {
            Some(LoadState::Failed(error)) => Err(MediaError::not_found(format!(
                "the model for {kind} can't be loaded: {error}; check the file that PeopleModels names"
            ))),
            Some(_) => Ok(Found::Coming(ModelDownload::default())),
            None => Err(MediaError::not_found(format!(
                "there is no model for {kind}: its handle is none of a file that is being loaded"
            ))),
        }
    }
}

/// Forgets failures at the end of the frame in which all that waited have received them.
pub(super) fn forget_failures(mut own: ResMut<OwnModels>) {
    own.forget_failures();
}
