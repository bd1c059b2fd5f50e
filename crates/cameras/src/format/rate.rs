//! Frame rates.

/// The time between two frames: `ticks` of a clock that ticks `per_second` times a second.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Interval {
    /// The ticks from one frame to the next.
    pub ticks: i64,
    /// Ticks in a second.
    pub per_second: i32,
}

impl Interval {
    /// The clock of intervals that are computed from a rate.
    const CLOCK: i32 = 1_000_000;

    /// The rate in Hz. `None` if the interval is no positive time.
    pub fn rate(self) -> Option<f64> {
        (self.ticks > 0 && self.per_second > 0).then(|| f64::from(self.per_second) / self.ticks as f64)
    }

    /// The interval of a rate in Hz: exact for whole rates up to 10 kHz and those of NTSC, else to a microsecond.
    fn of(rate: f64) -> Self {
        let whole = rate.round();
        let ntsc = (rate * 1.001).round();
        // Both are at most 10,000, so the casts lose nothing.
        if (1.0..=10_000.0).contains(&whole) && (rate / whole - 1.0).abs() < 1e-9 {
            Self { ticks: 1, per_second: whole as i32 }
        } else if (1.0..=10_000.0).contains(&ntsc) && (rate / (ntsc / 1.001) - 1.0).abs() < 1e-9 {
            Self { ticks: 1001, per_second: ntsc as i32 * 1000 }
        } else {
            // A cast of a float saturates.
            Self { ticks: ((f64::from(Self::CLOCK) / rate).round() as i64).max(1), per_second: Self::CLOCK }
        }
    }
}

/// A range of frame rates.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct RateRange {
    /// The lowest rate in Hz.
    pub min: f64,
    /// The highest rate in Hz.
    pub max: f64,
    /// The system's own interval of the highest rate.
    pub shortest: Interval,
    /// The system's own interval of the lowest rate.
    pub longest: Interval,
}

impl RateRange {
    /// A range from one rate to another, in Hz.
    pub fn new(min: f64, max: f64) -> Self {
        Self { min, max, shortest: Interval::of(max), longest: Interval::of(min) }
    }

    /// The range of two intervals. `None` if one is no positive time.
    pub fn of_intervals(shortest: Interval, longest: Interval) -> Option<Self> {
        let (max, min) = (shortest.rate()?, longest.rate()?);
        (min <= max).then_some(Self { min, max, shortest, longest })
    }

    /// The rate of this range that is nearest to `rate`. `None` if `rate` is no positive number.
    pub fn nearest(&self, rate: f64) -> Option<f64> {
        (rate > 0.0 && rate.is_finite() && self.min <= self.max).then(|| rate.min(self.max).max(self.min))
    }

    /// The interval of a rate of this range. At the ends it is the system's own, so that nothing is rounded out of the
    /// range.
    pub fn interval(&self, rate: f64) -> Interval {
        // Nearer to an end than this, a rounded interval could be outside.
        let close = |end: f64| (rate / end - 1.0).abs() < 1e-4;
        if close(self.max) || rate > self.max {
            self.shortest
        } else if close(self.min) || rate < self.min {
            self.longest
        } else {
            Interval::of(rate)
        }
    }

    /// The rates to offer of this range: its ends, and the usual ones between them, ascending.
    pub fn usual(&self) -> Vec<f64> {
        const USUAL: [f64; 10] = [5.0, 10.0, 15.0, 20.0, 24.0, 25.0, 30.0, 50.0, 60.0, 120.0];
        // A camera that offers less than a picture a second means "no lower limit".
        let lowest = (self.min >= 1.0).then_some(self.min);
        let inside = |rate: &f64| *rate > self.min * 1.0001 && *rate < self.max * 0.9999;
        let mut rates: Vec<f64> = lowest.into_iter().chain(USUAL.into_iter().filter(inside)).collect();
        if self.max > 0.0 && self.max.is_finite() && rates.last().is_none_or(|last| *last < self.max) {
            rates.push(self.max);
        }
        rates
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_ends_of_a_range_keep_the_systems_intervals() {
        // As AVFoundation tells 30 Hz of an iMac of 2013: 29.97000002997.
        let odd = Interval { ticks: 33_366_700, per_second: 1_000_000_000 };
        let slow = Interval { ticks: 1_000_000, per_second: 1_000_000 };
        let range = RateRange::of_intervals(odd, slow).expect("it is a range");
        assert!((range.max - 29.97).abs() < 1e-3 && range.min == 1.0);
        assert_eq!(range.interval(29.97), odd);
        assert_eq!(range.interval(30.0), odd);
        assert_eq!(range.interval(1.0), slow);
        assert_eq!(range.interval(15.0), Interval { ticks: 1, per_second: 15 });
        assert_eq!(range.interval(7.5), Interval { ticks: 133_333, per_second: 1_000_000 });
    }

    #[test]
    fn intervals_of_common_rates_are_exact() {
        assert_eq!(Interval::of(60.0), Interval { ticks: 1, per_second: 60 });
        assert_eq!(Interval::of(30000.0 / 1001.0), Interval { ticks: 1001, per_second: 30_000 });
        assert_eq!(Interval::of(60000.0 / 1001.0), Interval { ticks: 1001, per_second: 60_000 });
        for rate in [1e-300, 1e300, 0.25] {
            assert!(Interval::of(rate).ticks > 0, "{rate}");
        }
    }

    #[test]
    fn no_range_comes_from_times_that_are_none() {
        let some = Interval { ticks: 1, per_second: 30 };
        for none in [
            Interval { ticks: 0, per_second: 30 },
            Interval { ticks: -1, per_second: 30 },
            Interval { ticks: 1, per_second: 0 },
        ] {
            assert_eq!(RateRange::of_intervals(none, some), None);
            assert_eq!(RateRange::of_intervals(some, none), None);
        }
        let fast = Interval { ticks: 1, per_second: 60 };
        assert_eq!(RateRange::of_intervals(some, fast), None, "the shortest is the longer");
    }

    #[test]
    fn a_range_offers_its_ends_and_the_usual_rates_between() {
        assert_eq!(RateRange::new(15.0, 30.0).usual(), [15.0, 20.0, 24.0, 25.0, 30.0]);
        assert_eq!(RateRange::new(30.0, 30.0).usual(), [30.0]);
        assert_eq!(RateRange::new(0.0, 12.5).usual(), [5.0, 10.0, 12.5]);
        assert_eq!(RateRange::new(0.5, 0.5).usual(), [0.5]);
        assert_eq!(RateRange::new(29.97, 29.97).usual(), [29.97]);
        assert_eq!(RateRange::new(0.0, f64::INFINITY).usual().last(), Some(&120.0));
    }
}
