//! The microphone in a request for a camera.

use std::{cell::RefCell, fmt, rc::Rc};

use js_sys::Promise;

use crate::constraint::dictionary::Dictionary;

/// A microphone that is to be requested in the same call of getUserMedia as a camera. Clones are the same part.
#[derive(Clone)]
pub(in crate::source) struct SoundPart(Rc<RefCell<Option<SoundRequest>>>);

/// The request for the microphone. It can be made once.
pub(in crate::source) struct SoundRequest {
    /// The constraints on the microphone.
    pub constraints: Dictionary,
    /// Whether the camera is requested alone if the call fails.
    pub is_optional: bool,
    /// Receives the call's promise, or `None` if the camera needs no call.
    pub answer: Box<dyn FnOnce(Option<Promise>)>,
}

impl SoundPart {
    pub fn new(request: SoundRequest) -> Self {
        Self(Rc::new(RefCell::new(Some(request))))
    }

    /// Takes the request. `None` if it was taken before: it was made, or nobody waits for it any more.
    pub fn take(&self) -> Option<SoundRequest> {
        self.0.borrow_mut().take()
    }

    /// Whether a camera may still make the request: the part has other owners, and the request wasn't taken.
    pub fn is_awaited(&self) -> bool {
        Rc::strong_count(&self.0) > 1 && self.0.borrow().is_some()
    }
}

impl fmt::Debug for SoundPart {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("SoundPart").field("is_awaited", &self.is_awaited()).finish()
    }
}
