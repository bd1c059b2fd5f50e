//! Recordings in the browser's database.

use std::path::Path;

use crate::{
    error::MediaError,
    recorder::web::store,
    web::{download_blob, read_blob},
};

/// The id of a recording in the database. Each access opens the database anew.
#[derive(Clone, Debug)]
pub(in crate::recorder::recovery) struct Content(String);

impl Content {
    pub fn new(id: String) -> Self {
        Self(id)
    }

    pub async fn read(&self) -> Result<Vec<u8>, MediaError> {
        read_blob(&store::load(&self.0).await?).await
    }

    pub async fn save(&self, path: &Path) -> Result<(), MediaError> {
        download_blob(&store::load(&self.0).await?, path)
    }

    pub async fn delete(&self) -> Result<(), MediaError> {
        store::delete(&self.0).await
    }
}
