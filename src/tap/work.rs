//! Work on the frames of a tap, from the wait for what it needs on.

use std::sync::Arc;

use super::{
    TapFrames,
    worker::{FrameWork, Worker},
};
use crate::error::MediaError;

/// Work on the frames of a tap.
#[derive(Debug, Default)]
pub(crate) enum Work<W: FrameWork> {
    /// Its tap has no frames yet, or its models are being fetched.
    #[default]
    Waiting,
    Running(Worker<W>),
    Failed,
}

impl<W: FrameWork> Work<W> {
    #[cfg(any(feature = "ar", feature = "face", feature = "person"))]
    pub fn is_running(&self) -> bool {
        matches!(self, Self::Running(_))
    }

    pub fn is_waiting(&self) -> bool {
        matches!(self, Self::Waiting)
    }

    /// Waits again after a failure.
    #[cfg(any(feature = "barcode", feature = "face", feature = "person"))]
    pub fn retry(&mut self) {
        if matches!(self, Self::Failed) {
            *self = Self::Waiting;
        }
    }

    /// Starts it with the models that it needs, or makes it fail if they can't be had.
    ///
    /// # Errors
    /// The error of the models, and those of [`Worker::start`].
    pub fn start<M: Send + 'static>(
        &mut self,
        frames: &TapFrames,
        settings: Arc<W::Settings>,
        models: Result<M, MediaError>,
        make: impl FnOnce(M, &Arc<W::Settings>) -> Result<W, MediaError> + Send + 'static,
    ) -> Result<(), MediaError> {
        *self = Self::Failed;
        let models = models?;
        let worker = Worker::start(frames.reader(), settings, move |settings| make(models, settings))?;
        *self = Self::Running(worker);
        Ok(())
    }

    /// Goes on with other settings.
    pub fn set_settings(&mut self, settings: &Arc<W::Settings>) {
        if let Self::Running(worker) = self {
            worker.set_settings(settings);
        }
    }
}
