//! The models that find people: neural networks as files (features `person` and `face`).
//!
//! On desktops they are in the program. In a browser an app has them beside its page: the files of the crate
//! `viewfinder-people`, in the folder `models` of the app's assets.
//!
//! An app can bring others with the same inputs and outputs, or the same ones from another place:
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
//!
//! # Downloads
//!
//! A page fetches a model when a live track first needs it, and keeps it. The entity that waits has a [`ModelDownload`]
//! meanwhile: the bytes that have come, and their number.
//!
//! ```
//! # use bevy::prelude::*;
//! use bevy_viewfinder::models::ModelDownload;
//!
//! fn tell(downloads: Query<&ModelDownload, Changed<ModelDownload>>) {
//!     for download in &downloads {
//!         info!("Loading the model: {:.0} %", 100.0 * download.fraction());
//!     }
//! }
//! # bevy::ecs::system::assert_is_system(tell);
//! ```
//!
//! A failure is triggered on each entity that waits, as `PersonSegmentationFailed` or `FaceTrackingFailed`:
//!
//! - `NotFound`: the server has no such file (its status is 403, 404 or 410).
//! - `Operation`: the server can't be reached, answers with another status, breaks off, or sends nothing for 15
//!   seconds.
//! - `Data`: the file isn't that of this version of `viewfinder-people`. It is damaged, cut short, or another file.
//!
//! A file that isn't the right one is fetched once more, past the browser's cache, which may have that of an older
//! version; then it is `Data`. Nothing else is fetched again by itself. The next component that needs the model fetches
//! it: an app that wants to try again inserts its `PersonSegmentation` or `FaceTracking` again, or removes the one that
//! an effect has inserted, and the effect inserts another.

mod download;
mod find;
#[cfg(not(target_family = "wasm"))]
mod native;
#[cfg(target_family = "wasm")]
mod web;

use std::{fmt, sync::Arc};

use bevy::{
    asset::{AssetLoader, LoadContext, io::Reader},
    platform::collections::HashMap,
    prelude::*,
};
pub use download::ModelDownload;
pub(crate) use find::FindModels;
#[cfg(not(target_family = "wasm"))]
use native::OwnModels;
pub use viewfinder_people::ModelKind;
use viewfinder_people::{Model, PeopleError, Workers};
#[cfg(target_family = "wasm")]
use web::OwnModels;

use crate::{effect::file, error::MediaError, systems::ViewfinderSystems};

/// The models that are used in place of those of this crate.
#[derive(Resource, Debug, Default, Clone)]
pub struct PeopleModels {
    files: HashMap<ModelKind, Handle<ModelFile>>,
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
}

/// A model that was asked for.
#[derive(Debug)]
enum Found {
    There(ModelSource),
    /// It is being fetched.
    Coming(ModelDownload),
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
        Model::load(self.kind, bytes, &workers).map_err(media_error)
    }
}

/// The error of an app for one of the models.
pub(crate) fn media_error(error: PeopleError) -> MediaError {
    MediaError::data(error.to_string())
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
    let own = OwnModels::new(app);
    app.init_resource::<PeopleModels>()
        .init_resource::<download::Asked>()
        .insert_resource(own)
        .register_type::<ModelDownload>()
        .add_systems(PostUpdate, (download::show, find::forget_failures).after(ViewfinderSystems::Request));
    // Tests of other things go without assets.
    if app.world().contains_resource::<AssetServer>() {
        app.init_asset::<ModelFile>().register_asset_loader(ModelLoader);
    }
}
