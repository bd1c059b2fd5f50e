//! The search on the only thread of a page.

use std::{mem, sync::Arc, time::Duration};

use bevy::platform::time::Instant;

use super::{
    budget::Budget,
    plan::Plan,
    search::{Observation, Search},
};
use crate::{error::MediaError, tap::TapReader};

/// Searches the newest frames of a tap, a part of the app's frames.
#[derive(Debug)]
pub(super) struct Worker {
    reader: TapReader,
    search: Search,
    budget: Budget,
    polled: Instant,
    newest: Option<Observation>,
}

impl Worker {
    /// Starts the search. It never fails here.
    pub fn start(reader: TapReader, plan: Arc<Plan>) -> Result<Self, MediaError> {
        Ok(Self {
            reader,
            search: Search::new(plan),
            budget: Budget::default(),
            polled: Instant::now(),
            newest: None,
        })
    }

    /// Goes on with another plan.
    pub fn set_plan(&mut self, plan: &Arc<Plan>) {
        self.search.set_plan(plan);
    }

    /// Searches the newest frame, if the budget for each sixtieth of a second allows it.
    pub fn poll(&mut self, budget: Duration) {
        let now = Instant::now();
        let passed = now.saturating_duration_since(mem::replace(&mut self.polled, now));
        if self.budget.allows(budget, passed)
            && let Some(frame) = self.reader.take()
        {
            let observation = self.search.run(&frame);
            self.budget.spend(observation.detections.search_time);
            self.newest = Some(observation);
        }
    }

    /// Takes the newest observation, if there is one since the last time.
    pub fn take(&mut self) -> Option<Result<Observation, MediaError>> {
        self.newest.take().map(Ok)
    }
}
