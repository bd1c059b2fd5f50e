//! The time that work may take in the frames of an app that has one thread.

use std::time::Duration;

/// The length of the frames that a budget is given for.
const FRAME: Duration = Duration::from_nanos(1_000_000_000 / 60);

/// Spreads runs over the app's frames, so that they take so much of each sixtieth of a second on average.
#[derive(Debug, Default)]
pub(super) struct Budget {
    /// The time that past frames have left over. At most the time of one run.
    saved: Duration,
    /// The time that the last run took.
    cost: Duration,
}

impl Budget {
    /// Begins a frame of the app, this time after the one before. Returns whether work may run.
    pub fn allows(&mut self, budget: Duration, passed: Duration) -> bool {
        if budget.is_zero() {
            return self.cost.is_zero();
        }
        // A pause saves no more than a second.
        let frames = passed.min(Duration::from_secs(1)).as_secs_f64() / FRAME.as_secs_f64();
        let gained = budget.min(FRAME).mul_f64(frames);
        // After a run that took unusually long, the next one doesn't wait for long.
        let cost = self.cost.min(budget.saturating_mul(16));
        self.saved = (self.saved + gained).min(cost.max(budget));
        self.saved >= cost
    }

    /// Ends a run.
    pub fn spend(&mut self, cost: Duration) {
        self.cost = cost;
        self.saved = self.saved.saturating_sub(cost);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn runs(per_frame: u64, cost: u64, frames: usize, length: Duration) -> usize {
        let mut budget = Budget::default();
        let ms = Duration::from_millis;
        (0..frames)
            .filter(|_| {
                budget.allows(ms(per_frame), length) && {
                    budget.spend(ms(cost));
                    true
                }
            })
            .count()
    }

    #[test]
    fn the_mean_time_stays_within_the_budget() {
        assert_eq!(runs(6, 5, 100, FRAME), 100, "it fits into each frame");
        let of_two = runs(6, 12, 100, FRAME);
        assert!((48..=51).contains(&of_two), "{of_two}");
        let of_ten = runs(1, 10, 100, FRAME);
        assert!((9..=11).contains(&of_ten), "{of_ten}");
    }

    #[test]
    fn a_slow_app_has_more_time_in_each_frame() {
        assert_eq!(runs(6, 60, 20, Duration::from_millis(200)), 20);
        let of_three = runs(6, 60, 90, Duration::from_millis(60));
        assert!((29..=34).contains(&of_three), "{of_three}");
    }

    #[test]
    fn without_a_budget_only_the_first_run_is_allowed() {
        assert_eq!(runs(0, 3, 100, FRAME), 1);
    }

    #[test]
    fn time_is_not_saved_for_more_than_one_run() {
        let mut budget = Budget::default();
        let ms = Duration::from_millis;
        budget.spend(ms(12));
        (0..1000).for_each(|_| {
            budget.allows(ms(6), FRAME);
        });
        budget.spend(ms(12));
        assert!(!budget.allows(ms(6), FRAME));
    }
}
