//! The events of uploads.

use std::borrow::Cow;

use bevy::prelude::*;

use crate::error::MediaError;

/// A part of an upload was sent. Triggered on the entity of the request: first with nothing sent, at last with all, and
/// in between at most once for each hundredth.
#[derive(EntityEvent, Clone, Debug, Reflect)]
#[reflect(Event)]
#[non_exhaustive]
pub struct UploadProgress {
    /// The entity of the request.
    pub entity: Entity,
    /// Bytes that were sent, those of the form around the file included.
    pub sent: u64,
    /// All bytes that are to be sent.
    pub total: u64,
}

impl UploadProgress {
    /// The part that was sent, from 0 to 1.
    pub fn fraction(&self) -> f32 {
        if self.total == 0 { 1.0 } else { (self.sent as f64 / self.total as f64) as f32 }
    }
}

/// A server took an upload: its status is from 200 to 299. Triggered on the entity of the request.
#[derive(EntityEvent, Clone, Debug, Reflect)]
#[reflect(Event)]
#[non_exhaustive]
pub struct Uploaded {
    /// The entity of the request.
    pub entity: Entity,
    /// The HTTP status of the answer.
    pub status: u16,
    /// The answer, of at most [`Upload::response_limit`](super::Upload::response_limit) bytes.
    pub body: Vec<u8>,
}

impl Uploaded {
    /// The answer as text. Bytes that aren't UTF-8 are replaced.
    pub fn text(&self) -> Cow<'_, str> {
        String::from_utf8_lossy(&self.body)
    }
}

/// An upload failed. Triggered on the entity of the request.
#[derive(EntityEvent, Clone, Debug, Reflect)]
#[reflect(Event)]
#[non_exhaustive]
pub struct UploadFailed {
    /// The entity of the request.
    pub entity: Entity,
    /// `Type` for a URL or a header that is invalid, `NotFound` for an unknown server or path, `NotAllowed` for missing
    /// credentials and refused redirects, `Security` for a certificate that isn't trusted, `Data` for an answer that
    /// isn't HTTP or is too long, `NotReadable` for a file that can't be read, `NotSupported` for a photo that can't be
    /// encoded, and `Operation` for the rest: a server that refuses, closes or stalls the connection, or answers with
    /// another status.
    pub error: MediaError,
    /// The HTTP status of the server's answer. `None` if there was none, or if the browser didn't tell it.
    pub status: Option<u16>,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_fraction_is_from_0_to_1() {
        let fraction = |sent, total| UploadProgress { entity: Entity::PLACEHOLDER, sent, total }.fraction();
        assert_eq!([fraction(0, 4), fraction(1, 4), fraction(4, 4), fraction(0, 0)], [0.0, 0.25, 1.0, 1.0]);
    }
}
