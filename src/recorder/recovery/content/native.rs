//! No content: natively the file of a killed process is on the disk.

use std::path::Path;

use crate::error::MediaError;

/// There is none.
#[derive(Clone, Debug)]
pub(in crate::recorder::recovery) enum Content {}

impl Content {
    pub async fn read(&self) -> Result<Vec<u8>, MediaError> {
        match *self {}
    }

    pub async fn save(&self, _: &Path) -> Result<(), MediaError> {
        match *self {}
    }

    pub async fn delete(&self) -> Result<(), MediaError> {
        match *self {}
    }
}
