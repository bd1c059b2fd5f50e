//! Reads the files of assets.

use bevy::asset::io::Reader;

use crate::error::MediaError;

/// All that is in an asset's file.
///
/// # Errors
/// [`ErrorName::NotReadable`](crate::error::ErrorName::NotReadable) if the disk or the server fails.
pub(crate) async fn read(reader: &mut dyn Reader) -> Result<Vec<u8>, MediaError> {
    let mut bytes = Vec::new();
    let cause = |error| MediaError::not_readable(format!("the file can't be read: {error}"));
    reader.read_to_end(&mut bytes).await.map_err(cause)?;
    Ok(bytes)
}
