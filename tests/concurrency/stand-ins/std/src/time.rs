//! A clock that runs while threads wait, so that a schedule is the same whenever it is run again.

use real::{
    cell::Cell,
    ops::{Add, AddAssign, Sub},
    option::Option,
    thread_local,
};

use shuttle::rand::{Rng, thread_rng};

pub use real::time::*;

/// A wait of this length or more doesn't end before its event. So an event that is lost is a deadlock, which fails.
pub const ENDLESS: Duration = Duration::from_secs(10);

thread_local! {
    // The threads of a model run on one thread of the system.
    static NOW: Cell<Duration> = const { Cell::new(Duration::from_secs(1 << 20)) };
}

/// Lets time pass.
pub(crate) fn pass(time: Duration) {
    NOW.set(NOW.get() + time);
}

/// Waits for an event at most this long. Any time may pass meanwhile, so it may time out before or after any step of
/// other threads. `block` waits until the event may have come.
pub fn wait<T>(
    longest: Duration,
    mut event: impl FnMut() -> Option<T>,
    mut block: impl FnMut(),
) -> Option<T> {
    let mut looks = thread_rng().gen_range(0..3);
    loop {
        if let Some(event) = event() {
            return Some(event);
        }
        if longest >= ENDLESS {
            block();
        } else if looks == 0 {
            pass(longest);
            // Pauses let others run: a thread that looks again and again isn't to be the only one.
            shuttle::thread::yield_now();
            return event();
        } else {
            looks -= 1;
            shuttle::thread::yield_now();
        }
    }
}

/// A time of the model's clock.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Instant(Duration);

impl Instant {
    pub fn now() -> Self {
        // A clock that stands still would hide what depends on its progress.
        pass(Duration::from_nanos(1));
        Self(NOW.get())
    }

    pub fn elapsed(&self) -> Duration {
        Self::now() - *self
    }

    pub fn saturating_duration_since(&self, earlier: Self) -> Duration {
        self.0.saturating_sub(earlier.0)
    }

    pub fn checked_sub(&self, time: Duration) -> Option<Self> {
        self.0.checked_sub(time).map(Self)
    }
}

impl Add<Duration> for Instant {
    type Output = Self;

    fn add(self, time: Duration) -> Self {
        Self(self.0 + time)
    }
}

impl AddAssign<Duration> for Instant {
    fn add_assign(&mut self, time: Duration) {
        self.0 += time;
    }
}

impl Sub<Duration> for Instant {
    type Output = Self;

    fn sub(self, time: Duration) -> Self {
        Self(self.0 - time)
    }
}

impl Sub for Instant {
    type Output = Duration;

    fn sub(self, earlier: Self) -> Duration {
        self.saturating_duration_since(earlier)
    }
}
