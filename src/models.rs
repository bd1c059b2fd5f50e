//! The models that find people: neural networks as assets (features `person` and `face`).
//!
//! On desktops they are in the program. In a browser an app has them beside its page: the files of the crate
//! `viewfinder-people`, in the folder `models` of the app's assets. They are fetched when a track first needs them.
//!
//! An app can bring others with the same inputs and outputs:
//!
//! ```
//! # use bevy::prelude::*;
//! use bevy_viewfinder::models::{ModelKind, PeopleModels};
//!
//! fn setup(mut models: ResMut<PeopleModels>, assets: Res<AssetServer>) {
//! #   #[cfg(feature = "person")]
//!     models.set(ModelKind::PersonLandscape, assets.load("models/my_segmentation.onnx"));
//! }
//! # bevy::ecs::system::assert_is_system(setup);
//! ```

use std::{fmt, sync::Arc};

use bevy::{
    asset::{AssetLoader, LoadContext, LoadState, io::Reader},
    ecs::system::SystemParam,
    platform::collections::HashMap,
    prelude::*,
};
pub use viewfinder_people::ModelKind;
use viewfinder_people::{Model, PeopleError, Workers};

use crate::{effect::file, error::MediaError};

/// The folder of the models among the app's assets.
#[cfg(target_family = "wasm")]
const FOLDER: &str = "models";

/// The models that are used in place of those of this crate.
#[derive(Resource, Debug, Default, Clone)]
pub struct PeopleModels {
    files: HashMap<ModelKind, Handle<ModelFile>>,
    /// The files of this crate that are fetched.
    #[cfg(target_family = "wasm")]
    own: HashMap<ModelKind, Handle<ModelFile>>,
}

impl PeopleModels {
    /// Uses another model for this task, from the next track on that needs it. It must have the inputs and outputs that
    /// [`ModelKind`] describes, and be trusted: its numbers decide how much memory it wants.
    pub fn set(&mut self, kind: ModelKind, file: Handle<ModelFile>) {
        self.files.insert(kind, file);
    }
}

/// The ONNX file of a model. One of more than 8 MiB is refused when it is used.
#[derive(Asset, TypePath, Clone)]
pub struct ModelFile {
    bytes: Arc<[u8]>,
}

impl ModelFile {
    /// A model by the bytes of its file. They are checked when a track first needs them.
    pub fn new(bytes: impl Into<Arc<[u8]>>) -> Self {
        Self { bytes: bytes.into() }
    }
}

impl fmt::Debug for ModelFile {
    fn fmt(&self, formatter: &mut fmt::Formatter) -> fmt::Result {
        formatter.debug_struct("ModelFile").field("bytes", &self.bytes.len()).finish()
    }
}

/// A model that is there, and not read yet.
#[derive(Debug, Clone)]
pub(crate) struct ModelSource {
    kind: ModelKind,
    /// `None` for the one in the program.
    bytes: Option<Arc<[u8]>>,
    /// Whether the file must be that of this crate.
    is_ours: bool,
}

impl ModelSource {
    /// Reads the model, which takes a few milliseconds.
    ///
    /// # Errors
    /// `Data` if it isn't a model for its task.
    pub fn load(&self) -> Result<Model, MediaError> {
        let workers = Workers::default();
        let Some(bytes) = &self.bytes else {
            #[cfg(not(target_family = "wasm"))]
            return Model::embedded(self.kind, &workers).map_err(media_error);
            #[cfg(target_family = "wasm")]
            return Err(MediaError::not_found(format!("this build has no model for {}", self.kind)));
        };
        if self.is_ours && !self.kind.is_intact(bytes) {
            return Err(MediaError::data(format!(
                "the file of the model for {} isn't {} of viewfinder-people: copy it to the app's assets again",
                self.kind,
                self.kind.file_name(),
            )));
        }
        Model::load(self.kind, bytes, &workers).map_err(media_error)
    }
}

/// The error of an app for one of the models.
pub(crate) fn media_error(error: PeopleError) -> MediaError {
    MediaError::data(error.to_string())
}

/// Finds models, and begins to fetch those that aren't there.
#[derive(SystemParam)]
pub(crate) struct FindModels<'w> {
    models: ResMut<'w, PeopleModels>,
    files: Option<Res<'w, Assets<ModelFile>>>,
    assets: Option<Res<'w, AssetServer>>,
}

impl FindModels<'_> {
    /// The model for a task. `None` while it is being fetched.
    ///
    /// # Errors
    /// `NotFound` if its file can't be loaded.
    pub fn find(&mut self, kind: ModelKind) -> Result<Option<ModelSource>, MediaError> {
        let Some(file) = self.models.files.get(&kind) else { return self.find_own(kind) };
        self.loaded(kind, &file.clone(), false)
    }

    /// The model of this crate: it is in the program.
    #[cfg(not(target_family = "wasm"))]
    fn find_own(&self, kind: ModelKind) -> Result<Option<ModelSource>, MediaError> {
        Ok(Some(ModelSource { kind, bytes: None, is_ours: true }))
    }

    /// The model of this crate: it is beside the page.
    #[cfg(target_family = "wasm")]
    fn find_own(&mut self, kind: ModelKind) -> Result<Option<ModelSource>, MediaError> {
        let Some(assets) = &self.assets else {
            return Err(MediaError::not_supported(
                "models are assets, and this app has none; add Bevy's AssetPlugin",
            ));
        };
        let load = || assets.load(format!("{FOLDER}/{}", kind.file_name()));
        let file = self.models.own.entry(kind).or_insert_with(load).clone();
        let found = self.loaded(kind, &file, true);
        if found.is_err() {
            // The next track tries again.
            self.models.own.remove(&kind);
        }
        found
    }

    fn loaded(
        &self,
        kind: ModelKind,
        file: &Handle<ModelFile>,
        is_ours: bool,
    ) -> Result<Option<ModelSource>, MediaError> {
        if let Some(file) = self.files.as_ref().and_then(|files| files.get(file)) {
            return Ok(Some(ModelSource { kind, bytes: Some(file.bytes.clone()), is_ours }));
        }
        match self.assets.as_ref().and_then(|assets| assets.get_load_state(file)) {
            Some(LoadState::Failed(error)) => Err(MediaError::not_found(format!(
                "the model for {kind} can't be loaded: {error}; is {} of the crate viewfinder-people in the app's assets?",
                kind.file_name(),
            ))),
            Some(_) => Ok(None),
            None => Err(MediaError::not_found(format!(
                "there is no model for {kind}: its handle is none of a file that is being loaded"
            ))),
        }
    }
}

/// Reads the files of models.
#[derive(TypePath)]
struct ModelLoader;

impl AssetLoader for ModelLoader {
    type Asset = ModelFile;
    type Settings = ();
    type Error = MediaError;

    async fn load(
        &self,
        reader: &mut dyn Reader,
        (): &(),
        _: &mut LoadContext<'_>,
    ) -> Result<ModelFile, MediaError> {
        Ok(ModelFile::new(file::read(reader).await?))
    }

    fn extensions(&self) -> &[&str] {
        &["onnx"]
    }
}

pub(crate) fn plugin(app: &mut App) {
    app.init_resource::<PeopleModels>();
    // Tests of other things go without assets.
    if app.world().contains_resource::<AssetServer>() {
        app.init_asset::<ModelFile>().register_asset_loader(ModelLoader);
    }
}
