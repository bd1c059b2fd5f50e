//! Leases of devices: a device is opened once, and a second track of it joins the capture that has it open.

use std::sync::{Arc, Mutex, PoisonError};

use crossbeam_channel::{Receiver, Sender, unbounded};

use super::sink::TrackSink;
use crate::{device::DeviceId, error::MediaError, source::Source};

/// The request of a track to share a device that is open.
#[derive(Debug)]
pub(super) struct JoinRequest {
    pub sink: TrackSink,
    /// Receives the answer. It is dropped without one if the device is closed meanwhile.
    pub answer: Sender<Result<(), MediaError>>,
}

/// The devices of an app that are open or being opened. Clones are those of the same app.
#[derive(Debug, Clone, Default)]
pub(super) struct Leases(Arc<Mutex<Vec<Entry>>>);

#[derive(Debug)]
struct Entry {
    source: Arc<dyn Source>,
    device: DeviceId,
    joins: Sender<JoinRequest>,
}

/// The exclusive right to open a device. Dropping it gives the right back, and drops the join requests that wait.
#[derive(Debug)]
pub(super) struct DeviceLease {
    pub joins: Receiver<JoinRequest>,
    leases: Leases,
    source: Arc<dyn Source>,
    device: DeviceId,
}

/// The way to a device.
pub(super) enum Access {
    /// The device is free, and may be opened.
    Granted(DeviceLease),
    /// The device is open, or being opened: join requests go here.
    Shared(Sender<JoinRequest>),
}

impl Leases {
    /// Leases a device, or finds the capture that has leased it.
    pub fn acquire(&self, source: &Arc<dyn Source>, device: &DeviceId) -> Access {
        let mut open = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(entry) = open.iter().find(|entry| entry.is(source, device)) {
            return Access::Shared(entry.joins.clone());
        }
        let (sender, joins) = unbounded();
        let (source, device) = (source.clone(), device.clone());
        open.push(Entry { source: source.clone(), device: device.clone(), joins: sender });
        Access::Granted(DeviceLease { joins, leases: self.clone(), source, device })
    }
}

impl Entry {
    fn is(&self, source: &Arc<dyn Source>, device: &DeviceId) -> bool {
        let address = |source: &Arc<dyn Source>| Arc::as_ptr(source).cast::<()>();
        self.device == *device && address(&self.source) == address(source)
    }
}

impl Drop for DeviceLease {
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
    fn a_device_is_leased_once_in_each_app() {
        let source: Arc<dyn Source> = Arc::new(SyntheticSource::new());
        let device = DeviceId::from("camera");
        let is_free = |leases: &Leases| matches!(leases.acquire(&source, &device), Access::Granted(_));
        let (app, other_app) = (Leases::default(), Leases::default());
        let lease = app.acquire(&source, &device);
        assert!(matches!(lease, Access::Granted(_)));
        assert!(!is_free(&app.clone()), "another track of the app joins");
        assert!(is_free(&other_app), "another app has its own");
        drop(lease);
        assert!(is_free(&app));
    }
}
