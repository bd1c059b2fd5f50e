//! The open devices of an app in a browser's page. There are no threads to own them.

use std::{cell::RefCell, fmt, rc::Rc, time::Duration};

use send_wrapper::SendWrapper;

use super::{
    lease::Place,
    open_device::{OpenDevice, Step},
};

/// The most frames that a source is asked for at once: one that always has another must not keep the page.
const FRAMES_AT_ONCE: usize = 8;

/// Clones are of the same devices.
#[derive(Clone)]
pub(super) struct OpenDevices(SendWrapper<Rc<RefCell<Vec<(OpenDevice, Place)>>>>);

impl Default for OpenDevices {
    fn default() -> Self {
        Self(SendWrapper::new(Rc::default()))
    }
}

impl fmt::Debug for OpenDevices {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("OpenDevices").finish_non_exhaustive()
    }
}

impl OpenDevices {
    pub fn add(&self, device: OpenDevice, place: Place) {
        self.0.borrow_mut().push((device, place));
    }

    /// Reads what they have, without a wait.
    pub fn poll(&self) {
        // What a source does while it is read may lead here again, so they are taken out.
        let mut devices = RefCell::take(&self.0);
        devices.retain_mut(|(device, place)| {
            for join in place.joins.try_iter() {
                let _ = join.answer.send(device.join(join.outlet));
            }
            (0..FRAMES_AT_ONCE)
                .map(|_| device.step(Duration::ZERO))
                .find(|step| *step != Step::Busy)
                .is_none_or(|step| step != Step::Over)
        });
        self.0.borrow_mut().append(&mut devices);
    }
}
