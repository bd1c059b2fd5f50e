//! Shared pointers. Other threads may run before each operation that depends on the count of owners.

use real::{fmt, ops::Deref, sync as real_sync};

/// Lets other threads run, unless the model has ended. A step of the model begins so.
pub fn switch() {
    shuttle_engine::runtime::thread::switch_if_not_stopping();
}

/// A shared pointer.
pub struct Arc<T: ?Sized>(
    // `None` only while it is taken apart.
    Option<real_sync::Arc<T>>,
);

/// A shared pointer that keeps nothing.
pub struct Weak<T: ?Sized>(real_sync::Weak<T>);

impl<T> Arc<T> {
    pub fn new(value: T) -> Self {
        Self(Some(real_sync::Arc::new(value)))
    }

    pub fn into_inner(mut this: Self) -> Option<T> {
        switch();
        real_sync::Arc::into_inner(this.0.take()?)
    }
}

impl<T: ?Sized> Arc<T> {
    fn real(&self) -> &real_sync::Arc<T> {
        self.0.as_ref().expect("a pointer that is used isn't taken apart")
    }

    fn real_mut(&mut self) -> &mut real_sync::Arc<T> {
        self.0.as_mut().expect("a pointer that is used isn't taken apart")
    }

    pub fn get_mut(this: &mut Self) -> Option<&mut T> {
        switch();
        real_sync::Arc::get_mut(this.real_mut())
    }

    pub fn as_ptr(this: &Self) -> *const T {
        real_sync::Arc::as_ptr(this.real())
    }

    pub fn ptr_eq(this: &Self, other: &Self) -> bool {
        real_sync::Arc::ptr_eq(this.real(), other.real())
    }

    pub fn strong_count(this: &Self) -> usize {
        switch();
        real_sync::Arc::strong_count(this.real())
    }

    pub fn downgrade(this: &Self) -> Weak<T> {
        Weak(real_sync::Arc::downgrade(this.real()))
    }
}

impl<T: Clone> Arc<T> {
    pub fn make_mut(this: &mut Self) -> &mut T {
        switch();
        real_sync::Arc::make_mut(this.real_mut())
    }
}

impl<T: ?Sized> Weak<T> {
    pub fn upgrade(&self) -> Option<Arc<T>> {
        switch();
        self.0.upgrade().map(|real| Arc(Some(real)))
    }
}

impl<T: ?Sized> Drop for Arc<T> {
    fn drop(&mut self) {
        if self.0.is_some() {
            switch();
        }
    }
}

impl<T: ?Sized> Clone for Arc<T> {
    fn clone(&self) -> Self {
        Self(self.0.clone())
    }
}

impl<T: ?Sized> Clone for Weak<T> {
    fn clone(&self) -> Self {
        Self(self.0.clone())
    }
}

/// Only this can make a pointer to a trait's object of another one.
impl<T: ?Sized> From<real_sync::Arc<T>> for Arc<T> {
    fn from(real: real_sync::Arc<T>) -> Self {
        Self(Some(real))
    }
}

impl<T: ?Sized> Deref for Arc<T> {
    type Target = T;

    fn deref(&self) -> &T {
        self.real()
    }
}

impl<T: Default> Default for Arc<T> {
    fn default() -> Self {
        Self::new(T::default())
    }
}

impl<T: ?Sized + fmt::Debug> fmt::Debug for Arc<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        (**self).fmt(f)
    }
}

impl<T: ?Sized> fmt::Debug for Weak<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("(Weak)")
    }
}
