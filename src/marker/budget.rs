//! The time that a search may take in the frames of an app that has one thread.

use std::time::Duration;

/// Spreads searches over the app's frames, so that they take so much time for each frame on average.
#[derive(Debug, Default)]
pub(super) struct Budget {
    /// The time that past frames have left over. At most the time of one search.
    saved: Duration,
    /// The time that the last search took.
    cost: Duration,
}

impl Budget {
    /// Begins a frame of the app. Returns whether a search may run.
    pub fn allows(&mut self, per_frame: Duration) -> bool {
        self.saved = self.saved.saturating_add(per_frame).min(self.cost.max(per_frame));
        self.saved >= self.cost
    }

    /// Ends a search.
    pub fn spend(&mut self, cost: Duration) {
        self.cost = cost;
        self.saved = self.saved.saturating_sub(cost);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn searches(per_frame: u64, cost: u64, frames: usize) -> usize {
        let mut budget = Budget::default();
        let ms = Duration::from_millis;
        (0..frames)
            .filter(|_| {
                budget.allows(ms(per_frame)) && {
                    budget.spend(ms(cost));
                    true
                }
            })
            .count()
    }

    #[test]
    fn the_mean_time_stays_within_the_budget() {
        assert_eq!(searches(6, 5, 100), 100, "it fits into each frame");
        assert!((49..=51).contains(&searches(6, 12, 100)), "{}", searches(6, 12, 100));
        assert!((9..=11).contains(&searches(1, 10, 100)), "{}", searches(1, 10, 100));
    }

    #[test]
    fn without_a_budget_only_the_first_search_runs() {
        assert_eq!(searches(0, 3, 100), 1);
    }

    #[test]
    fn time_is_not_saved_for_more_than_one_search() {
        let mut budget = Budget::default();
        let ms = Duration::from_millis;
        budget.spend(ms(12));
        (0..1000).for_each(|_| {
            budget.allows(ms(6));
        });
        budget.spend(ms(12));
        assert!(!budget.allows(ms(6)));
    }
}
