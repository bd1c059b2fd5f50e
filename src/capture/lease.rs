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

/// The devices of an app that are open or being opened. Clones are of the same app's.
#[derive(Debug, Clone, Default)]
pub(super) struct Leases(Arc<Mutex<Vec<Entry>>>);

#[derive(Debug)]
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
    leases: Leases,
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

impl Leases {
    /// Takes a device's place, or finds who has it.
    pub fn enter(&self, source: &Arc<dyn Source>, device: &DeviceId) -> Access {
        let mut open = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(entry) = open.iter().find(|entry| entry.is(source, device)) {
            return Access::Open(entry.joins.clone());
        }
        let (sender, joins) = unbounded();
        let (source, device) = (source.clone(), device.clone());
        open.push(Entry { source: source.clone(), device: device.clone(), joins: sender });
        Access::Free(Place { joins, leases: self.clone(), source, device })
    }
}

impl Entry {
    fn is(&self, source: &Arc<dyn Source>, device: &DeviceId) -> bool {
        let address = |source: &Arc<dyn Source>| Arc::as_ptr(source).cast::<()>();
        self.device == *device && address(&self.source) == address(source)
    }
}

impl Drop for Place {
    fn drop(&mut self) {
        let mut open = self.leases.0.lock().unwrap_or_else(PoisonError::into_inner);
        open.retain(|entry| !entry.is(&self.source, &self.device));
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::source::SyntheticSource;

    #[test]
    fn a_device_has_one_place_in_each_app() {
        let source: Arc<dyn Source> = Arc::new(SyntheticSource::new());
        let device = DeviceId::from("camera");
        let is_free = |leases: &Leases| matches!(leases.enter(&source, &device), Access::Free(_));
        let (app, other_app) = (Leases::default(), Leases::default());
        let place = app.enter(&source, &device);
        assert!(matches!(place, Access::Free(_)));
        assert!(!is_free(&app.clone()), "another track of the app joins");
        assert!(is_free(&other_app), "another app has its own");
        drop(place);
        assert!(is_free(&app));
    }
}
