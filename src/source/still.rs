//! Stills: frames of a device that belong to a photo and not to the stream.

use crossbeam_channel::Sender;

#[cfg(target_family = "wasm")]
use super::web::Still as DecodedImage;
#[cfg(target_family = "wasm")]
use crate::device::PhotoCapabilities;
use crate::{device::PhotoSettings, error::MediaError, frame::Frame};

/// A request for stills of a track's device.
#[derive(Debug)]
pub(crate) struct StillRequest {
    pub settings: PhotoSettings,
    /// The number of stills, at least 1.
    pub count: u32,
    /// Something else depends on the frames of the device, so that its mode must stay.
    pub holds_mode: bool,
    /// Receives `count` stills, or one other answer.
    pub reply: Sender<Result<StillAnswer, MediaError>>,
}

impl StillRequest {
    /// Sends an answer. The request may have been dropped.
    pub fn answer(&self, answer: Result<StillAnswer, MediaError>) {
        let _ = self.reply.send(answer);
    }

    /// Answers for a source without photos: the track's frame, which has no photo settings.
    #[cfg(target_family = "wasm")]
    pub fn answer_without_photos(&self) {
        let unsettable = PhotoCapabilities::default().check(&self.settings);
        self.answer(unsettable.map(|()| StillAnswer::TrackFrame));
    }
}

/// The answer to a [`StillRequest`].
#[derive(Debug)]
pub(crate) enum StillAnswer {
    /// A still.
    Still(Still),
    /// The frames of the track are as good as a still.
    TrackFrame,
    /// A still would be larger, but the device is used by others, too.
    SharedFrame,
}

/// A frame that is not part of a track's stream.
#[derive(Debug)]
pub(crate) enum Still {
    /// A frame that is valid and not compressed.
    Frame(Frame),
    /// A photo of the browser's.
    #[cfg(target_family = "wasm")]
    Image(DecodedImage),
}
