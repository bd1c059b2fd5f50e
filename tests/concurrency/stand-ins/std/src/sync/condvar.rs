//! Condition variables whose waits time out.

use real::sync::{LockResult, PoisonError};

use shuttle::rand::{Rng, thread_rng};

use super::MutexGuard;
use crate::time::{self, Duration, ENDLESS};

/// A condition variable.
#[derive(Debug, Default)]
pub struct Condvar(shuttle::sync::Condvar);

/// The result of a wait that may time out.
#[derive(Debug, Clone, Copy)]
pub struct WaitTimeoutResult(bool);

impl WaitTimeoutResult {
    pub fn timed_out(&self) -> bool {
        self.0
    }
}

impl Condvar {
    pub fn new() -> Self {
        Self::default()
    }

    pub fn notify_one(&self) {
        self.0.notify_one();
    }

    pub fn notify_all(&self) {
        self.0.notify_all();
    }

    pub fn wait<'a, T>(&self, guard: MutexGuard<'a, T>) -> LockResult<MutexGuard<'a, T>> {
        let (mutex, guard) = guard.into_parts();
        Ok(mutex.guard(self.0.wait(guard)))
    }

    pub fn wait_timeout_while<'a, T>(
        &self,
        mut guard: MutexGuard<'a, T>,
        longest: Duration,
        mut waits: impl FnMut(&mut T) -> bool,
    ) -> LockResult<(MutexGuard<'a, T>, WaitTimeoutResult)> {
        let mut looks = thread_rng().gen_range(0..3);
        while waits(&mut guard) {
            if longest >= ENDLESS {
                guard = self.wait(guard).unwrap_or_else(PoisonError::into_inner);
                continue;
            }
            let mutex = guard.into_parts().0;
            shuttle::thread::yield_now();
            guard = mutex.lock().unwrap_or_else(PoisonError::into_inner);
            if looks == 0 {
                time::pass(longest);
                let timed_out = waits(&mut guard);
                return Ok((guard, WaitTimeoutResult(timed_out)));
            }
            looks -= 1;
        }
        Ok((guard, WaitTimeoutResult(false)))
    }
}
