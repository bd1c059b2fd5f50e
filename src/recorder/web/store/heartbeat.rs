//! Signs of life of a page without locks.

use wasm_bindgen::{JsCast, closure::Closure};
use web_sys::Window;

use crate::{error::MediaError, recorder::recovery::rules::HEARTBEAT, web::page};

/// Calls a function again and again. Dropping it ends that.
#[derive(Debug)]
pub(super) struct Heartbeat {
    window: Window,
    timer: Option<i32>,
    _beat: Closure<dyn FnMut()>,
}

impl Heartbeat {
    /// # Errors
    /// `NotSupported` in a worker.
    pub fn new(beat: impl FnMut() + 'static) -> Result<Self, MediaError> {
        let (window, _) = page()?;
        let beat = Closure::<dyn FnMut()>::new(beat);
        let timer = window.set_interval_with_callback_and_timeout_and_arguments_0(
            beat.as_ref().unchecked_ref(),
            HEARTBEAT.as_millis() as i32,
        );
        Ok(Self { window, timer: timer.ok(), _beat: beat })
    }
}

impl Drop for Heartbeat {
    fn drop(&mut self) {
        if let Some(timer) = self.timer {
            self.window.clear_interval_with_handle(timer);
        }
    }
}
