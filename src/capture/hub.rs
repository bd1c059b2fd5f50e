//! Which devices are open, so that a second track of one joins the capture that there is.

use std::sync::{Arc, Mutex, PoisonError};

use crossbeam_channel::{Receiver, Sender, unbounded};

use super::outlet::Outlet;
use crate::{device::DeviceId, error::MediaError, source::Source};

/// A track that wants to share a device that is open.
#[derive(Debug)]
pub(super) struct Join {
    pub outlet: Outlet,
    /// Hears whether it may. It hears nothing where the device went meanwhile.
    pub answer: Sender<Result<(), MediaError>>,
}

/// The devices that are open or being opened. Only capture threads look here, never the main one.
static OPEN: Mutex<Vec<Entry>> = Mutex::new(Vec::new());

struct Entry {
    source: Arc<dyn Source>,
    device: DeviceId,
    joins: Sender<Join>,
}

/// A device's place among those that are open: nobody else opens it. Dropping it frees the place; who wanted to join
/// hears that there is nothing to join any more.
#[derive(Debug)]
pub(super) struct Place {
    pub joins: Receiver<Join>,
    source: Arc<dyn Source>,
    device: DeviceId,
}

/// What there is of a device.
pub(super) enum Access {
    /// Nobody has it.
    Free(Place),
    /// It is open, or being opened: ask here.
    Open(Sender<Join>),
}

/// Takes a device's place, or finds who has it.
pub(super) fn enter(source: &Arc<dyn Source>, device: &DeviceId) -> Access {
    let mut open = OPEN.lock().unwrap_or_else(PoisonError::into_inner);
    if let Some(entry) = open.iter().find(|entry| entry.is(source, device)) {
        return Access::Open(entry.joins.clone());
    }
    let (sender, joins) = unbounded();
    let (source, device) = (source.clone(), device.clone());
    open.push(Entry { source: source.clone(), device: device.clone(), joins: sender });
    Access::Free(Place { joins, source, device })
}

impl Entry {
    fn is(&self, source: &Arc<dyn Source>, device: &DeviceId) -> bool {
        let address = |source: &Arc<dyn Source>| Arc::as_ptr(source).cast::<()>();
        self.device == *device && address(&self.source) == address(source)
    }
}

impl Drop for Place {
    fn drop(&mut self) {
        let mut open = OPEN.lock().unwrap_or_else(PoisonError::into_inner);
        open.retain(|entry| !entry.is(&self.source, &self.device));
    }
}
