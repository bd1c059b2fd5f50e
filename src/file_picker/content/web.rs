//! Files of the page.

use std::path::Path;

use send_wrapper::SendWrapper;
use web_sys::File;

use crate::{error::MediaError, web};

/// The bytes of a file, behind the browser's handle.
#[derive(Clone, Debug)]
pub(in crate::file_picker) struct Content(SendWrapper<File>);

impl Content {
    pub fn new(file: File) -> Self {
        Self(SendWrapper::new(file))
    }

    pub fn file(&self) -> &File {
        &self.0
    }

    pub async fn read(&self) -> Result<Vec<u8>, MediaError> {
        web::read_blob(&self.0).await
    }

    /// Starts a download under the path's last component.
    pub async fn save(&self, path: &Path) -> Result<(), MediaError> {
        web::download_blob(&self.0, path)
    }
}
