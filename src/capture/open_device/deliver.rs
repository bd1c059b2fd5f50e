//! Frames with bytes of their own, and corrupt ones.

use super::{OpenDevice, delivery::Delivery};
use crate::{error::MediaError, frame::Frame};

impl OpenDevice {
    /// Delivers a frame with bytes of its own.
    pub(super) fn deliver(&mut self, frame: &Frame) {
        let Self { tracks, decoder, sequence, .. } = self;
        let delivery = Delivery { tracks, decoder, sequence };
        if let Err(error) = delivery.deliver(&frame.borrowed(), || frame.clone())
            && let Some(stream) = &mut self.stream
        {
            stream.reject(&error);
        }
    }

    /// Counts and reports a frame that the source itself calls corrupt.
    pub(super) fn report_corrupt(&mut self, error: &MediaError) {
        for track in &self.tracks {
            track.sink.reporter.counters.captured.add(1);
            track.sink.reporter.frame_corrupted(error.clone());
        }
    }
}
