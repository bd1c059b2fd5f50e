//! Work on the only thread of a page.

use std::{mem, sync::Arc, time::Duration};

use bevy::{log::debug, platform::time::Instant};

use super::{FrameWork, budget::Budget};
use crate::{error::MediaError, tap::reader::TapReader};

/// Works on the newest frames of a tap, a part of the app's frames.
#[derive(Debug)]
pub(crate) struct Worker<W: FrameWork> {
    reader: TapReader,
    /// `None` after it couldn't be made.
    work: Option<W>,
    budget: Budget,
    polled: Instant,
    newest: Option<Result<W::Output, MediaError>>,
}

impl<W: FrameWork> Worker<W> {
    /// Starts the work. An error of `make` is the worker's last output.
    pub fn start(
        reader: TapReader,
        settings: Arc<W::Settings>,
        make: impl FnOnce(&Arc<W::Settings>) -> Result<W, MediaError> + Send + 'static,
    ) -> Result<Self, MediaError> {
        debug!("{} begins", W::NAME);
        let (work, newest) = match make(&settings) {
            Ok(work) => (Some(work), None),
            Err(error) => (None, Some(Err(error))),
        };
        Ok(Self { reader, work, budget: Budget::default(), polled: Instant::now(), newest })
    }

    /// Goes on with other settings.
    #[cfg(any(feature = "ar", feature = "face", feature = "person"))]
    pub fn set_settings(&mut self, settings: &Arc<W::Settings>) {
        if let Some(work) = &mut self.work {
            work.set_settings(settings);
        }
    }

    /// Works on the newest frame, if the budget for each sixtieth of a second allows it.
    pub fn poll(&mut self, budget: Duration) {
        if budget.is_zero() {
            return;
        }
        let now = Instant::now();
        let passed = now.saturating_duration_since(mem::replace(&mut self.polled, now));
        if let Some(work) = &mut self.work
            && self.budget.allows(budget, passed)
            && let Some(frame) = self.reader.take()
        {
            self.newest = Some(Ok(work.run(&frame)));
            self.budget.spend(now.elapsed());
        }
    }

    /// Takes the newest output, if there is one since the last time. An error is the last one.
    pub fn take(&mut self) -> Option<Result<W::Output, MediaError>> {
        self.newest.take()
    }
}
