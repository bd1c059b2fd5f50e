//! The muxer of each container.

use super::{
    Description, Muxer,
    matroska::{DocType, MatroskaMuxer},
    mp4::Mp4Muxer,
};
use crate::{error::MediaError, recorder::format::Container};

/// Begins a file of this container.
///
/// # Errors
/// `NotSupported` if the container can't hold these tracks.
pub fn open(container: Container, description: &Description) -> Result<Box<dyn Muxer>, MediaError> {
    Ok(match container {
        Container::WebM => Box::new(MatroskaMuxer::new(DocType::WebM, description)?),
        Container::Matroska => Box::new(MatroskaMuxer::new(DocType::Matroska, description)?),
        Container::Mp4 => Box::new(Mp4Muxer::new(description)?),
    })
}
