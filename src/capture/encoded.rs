//! The frames of a track as its device encoded them, for recordings that encode nothing again.

use std::{
    fmt::Debug,
    sync::{Mutex, PoisonError, Weak},
};

use crate::frame::Frame;

/// Receives frames of the format [`Mjpeg`](crate::frame::PixelFormat::Mjpeg), on the thread that captures. Each was
/// decoded without an error, is one image, and has its size.
pub(crate) trait EncodedSink: Debug + Send + Sync {
    /// Receives the newest frame.
    fn deliver_encoded(&self, frame: Frame);
}

/// The sinks of a track. One that is dropped is forgotten.
#[derive(Debug, Default)]
pub(super) struct EncodedSinks(Mutex<Vec<Weak<dyn EncodedSink>>>);

impl EncodedSinks {
    /// Adds a sink.
    #[cfg(all(feature = "recorder", not(target_family = "wasm")))]
    pub fn add(&self, sink: Weak<dyn EncodedSink>) {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).push(sink);
    }

    /// Whether nobody receives frames.
    pub fn is_empty(&self) -> bool {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).is_empty()
    }

    /// Hands a frame to all sinks.
    pub fn deliver(&self, frame: &Frame) {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).retain(|sink| {
            let sink = sink.upgrade();
            sink.inspect(|sink| sink.deliver_encoded(frame.clone())).is_some()
        });
    }
}
