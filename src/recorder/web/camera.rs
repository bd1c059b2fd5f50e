//! A camera's own track: the browser records its frames without the app.

use js_sys::Array;
use web_sys::{MediaStream, MediaStreamTrack, MediaStreamTrackState};

use crate::{error::MediaError, web::media_error};

/// A clone of a camera's track, so that other constraints of the track don't change the size of the recording.
/// Dropping it stops the clone.
#[derive(Debug)]
pub(super) struct CameraInput {
    pub stream: MediaStream,
    original: MediaStreamTrack,
    clone: MediaStreamTrack,
}

impl CameraInput {
    /// Clones a track.
    ///
    /// # Errors
    /// `NotSupported` if the track has ended.
    pub fn new(original: MediaStreamTrack) -> Result<Self, MediaError> {
        if !is_live(&original) {
            return Err(MediaError::not_supported(
                "the camera's track has ended; start the track again, and record it when it is live",
            ));
        }
        let clone: MediaStreamTrack = MediaStreamTrack::clone(&original);
        let stream = MediaStream::new_with_tracks(&Array::of1(&clone)).map_err(|thrown| {
            clone.stop();
            media_error(&thrown, "the browser can't record the camera's track; record it with effects")
        })?;
        Ok(Self { stream, original, clone })
    }

    /// Ends the clone: the track has ended.
    pub fn end(&self) {
        self.clone.stop();
    }

    /// Does to the clone what was done to the track: one that is disabled is recorded black.
    ///
    /// # Errors
    /// `InvalidModification` if the track has been stopped. That happens to a live track of the app only if its camera
    /// is opened again.
    pub fn follow(&self) -> Result<(), MediaError> {
        let enabled = self.original.enabled();
        if self.clone.enabled() != enabled {
            self.clone.set_enabled(enabled);
        }
        if is_live(&self.clone) && !is_live(&self.original) {
            return Err(MediaError::invalid_modification(
                "the camera was opened again, which ends a recording of its own frames; start another, or record the \
                 track with effects",
            ));
        }
        Ok(())
    }
}

impl Drop for CameraInput {
    fn drop(&mut self) {
        self.clone.stop();
    }
}

fn is_live(track: &MediaStreamTrack) -> bool {
    track.ready_state() == MediaStreamTrackState::Live
}
