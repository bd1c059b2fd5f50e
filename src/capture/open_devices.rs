//! The open devices of an app in a browser, which has no threads to own them.

use std::{cell::RefCell, fmt, rc::Rc, time::Duration};

use send_wrapper::SendWrapper;

use super::{
    lease::DeviceLease,
    open_device::{OpenDevice, Step},
};

/// The most steps of a device in one frame of the app: a source that always has another frame must not block the page.
const STEPS_AT_ONCE: usize = 8;

/// The open devices of an app. Clones are the same devices.
#[derive(Clone)]
pub(super) struct OpenDevices(SendWrapper<Rc<RefCell<Vec<(OpenDevice, DeviceLease)>>>>);

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
    pub fn add(&self, device: OpenDevice, lease: DeviceLease) {
        self.0.borrow_mut().push((device, lease));
    }

    /// Reads the frames that are there, without waiting.
    pub fn poll(&self) {
        // A source may call this again while it is read, so the devices are taken out.
        let mut devices = RefCell::take(&self.0);
        devices.retain_mut(|(device, lease)| {
            if !device.is_exposing() {
                for join in lease.joins.try_iter() {
                    let _ = join.answer.send(device.join(join.sink));
                }
            }
            (0..STEPS_AT_ONCE)
                .map(|_| device.step(Duration::ZERO))
                .find(|step| *step != Step::Progress)
                .is_none_or(|step| step != Step::Finished)
        });
        self.0.borrow_mut().append(&mut devices);
    }
}
