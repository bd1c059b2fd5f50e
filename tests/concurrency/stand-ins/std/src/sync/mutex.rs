//! Locks whose guards know them, for waits that give them back for a while.

use real::{
    fmt,
    ops::{Deref, DerefMut},
    sync::{LockResult, PoisonError},
};

/// A lock. It is never poisoned: while one thread of a model panics, all of them seem to.
#[derive(Default)]
pub struct Mutex<T>(shuttle::sync::Mutex<T>);

/// The access to the locked value.
pub struct MutexGuard<'a, T> {
    mutex: &'a Mutex<T>,
    guard: shuttle::sync::MutexGuard<'a, T>,
}

impl<T> Mutex<T> {
    pub const fn new(value: T) -> Self {
        Self(shuttle::sync::Mutex::new(value))
    }

    pub fn lock(&self) -> LockResult<MutexGuard<'_, T>> {
        Ok(self.guard(self.0.lock()))
    }

    pub(super) fn guard<'a>(
        &'a self,
        guard: LockResult<shuttle::sync::MutexGuard<'a, T>>,
    ) -> MutexGuard<'a, T> {
        MutexGuard { mutex: self, guard: guard.unwrap_or_else(PoisonError::into_inner) }
    }
}

impl<'a, T> MutexGuard<'a, T> {
    pub(super) fn into_parts(self) -> (&'a Mutex<T>, shuttle::sync::MutexGuard<'a, T>) {
        (self.mutex, self.guard)
    }
}

impl<T> Deref for MutexGuard<'_, T> {
    type Target = T;

    fn deref(&self) -> &T {
        &self.guard
    }
}

impl<T> DerefMut for MutexGuard<'_, T> {
    fn deref_mut(&mut self) -> &mut T {
        &mut self.guard
    }
}

impl<T: fmt::Debug> fmt::Debug for Mutex<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

impl<T: fmt::Debug> fmt::Debug for MutexGuard<'_, T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        (**self).fmt(f)
    }
}
