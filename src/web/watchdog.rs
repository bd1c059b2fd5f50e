//! A limit for the time without progress.

use std::{cell::Cell, rc::Rc, time::Duration};

use wasm_bindgen::{JsCast, closure::Closure};
use web_sys::Window;

use super::page;
use crate::error::MediaError;

/// Runs a function if nobody resets it for too long. Dropping it stops it.
pub(crate) struct Watchdog {
    window: Window,
    timer: Cell<Option<i32>>,
    bark: Closure<dyn FnMut()>,
    has_barked: Rc<Cell<bool>>,
}

impl Watchdog {
    /// # Errors
    /// [`ErrorName::NotSupported`](crate::error::ErrorName::NotSupported) in a worker.
    pub fn new(mut abort: impl FnMut() + 'static) -> Result<Self, MediaError> {
        let (window, _) = page()?;
        let has_barked = Rc::new(Cell::new(false));
        let barked = has_barked.clone();
        let bark = Closure::new(move || {
            barked.set(true);
            abort();
        });
        Ok(Self { window, timer: Cell::new(None), bark, has_barked })
    }

    /// Starts over with this limit.
    pub fn reset(&self, limit: Duration) {
        self.stop();
        let milliseconds = i32::try_from(limit.as_millis()).unwrap_or(i32::MAX);
        let timer = self.window.set_timeout_with_callback_and_timeout_and_arguments_0(
            self.bark.as_ref().unchecked_ref(),
            milliseconds,
        );
        self.timer.set(timer.ok());
    }

    /// Whether the limit was reached.
    pub fn has_barked(&self) -> bool {
        self.has_barked.get()
    }

    fn stop(&self) {
        if let Some(timer) = self.timer.take() {
            self.window.clear_timeout_with_handle(timer);
        }
    }
}

impl Drop for Watchdog {
    fn drop(&mut self) {
        self.stop();
    }
}
