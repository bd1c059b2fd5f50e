//! The watch over a source's devices, on a thread of its own, because listing may take a while.

use std::sync::Arc;

use crossbeam_channel::{Receiver, Sender, TryRecvError, unbounded};

use super::{DevicesChanged, change::DeviceListUpdate};
use crate::{
    device::Device,
    error::MediaError,
    source::{
        Source,
        guard::{LONGEST_WAIT, catch_panic},
    },
};

/// Lists a source's devices at once, and again when they may have changed. Dropping it ends the watch.
#[derive(Debug)]
pub(crate) struct Watcher {
    updates: Receiver<DeviceListUpdate>,
    requests: Sender<()>,
}

impl Watcher {
    /// Starts to watch.
    pub fn start(source: Arc<dyn Source>) -> Self {
        let (sender, updates) = unbounded();
        let (requests, requested) = unbounded();
        let on_failure = sender.clone();
        let thread = std::thread::Builder::new().name("viewfinder devices".into()).spawn(move || {
            // A panic in a driver's binding must not end the app.
            if catch_panic(|| run(&*source, &sender, &requested)).is_err() {
                let error = MediaError::unknown(
                    "listing the devices panicked, which is a defect of the source; please report it",
                );
                let _ = sender.send(DeviceListUpdate { devices: Err(error), change: None });
            }
        });
        if let Err(error) = thread {
            let error = MediaError::not_supported(format!(
                "the thread that lists devices can't be started: {error}; close other programs and try again"
            ));
            let _ = on_failure.send(DeviceListUpdate { devices: Err(error), change: None });
        }
        Self { updates, requests }
    }

    /// Requests a new list.
    pub fn request(&self) {
        // A dead thread has already reported its error.
        let _ = self.requests.send(());
    }

    /// The updates since the last call.
    pub fn updates(&self) -> impl Iterator<Item = DeviceListUpdate> {
        self.updates.try_iter()
    }
}

/// Lists and watches until the watch is dropped.
fn run(source: &dyn Source, sender: &Sender<DeviceListUpdate>, requested: &Receiver<()>) {
    // Before the first list, so that no change between the two is missed.
    let mut watch = source.watch();
    let mut known: Option<Vec<Device>> = None;
    loop {
        let devices = source.devices();
        let change = match (&known, &devices) {
            (Some(before), Ok(now)) => DevicesChanged::between(before, now),
            _ => None,
        };
        if let Ok(devices) = &devices {
            known = Some(devices.clone());
        }
        if sender.send(DeviceListUpdate { devices, change }).is_err() {
            return;
        }
        loop {
            let changed = watch.wait(LONGEST_WAIT);
            match requested.try_recv() {
                Ok(()) => break,
                Err(TryRecvError::Empty) if changed => break,
                Err(TryRecvError::Empty) => {}
                Err(TryRecvError::Disconnected) => return,
            }
        }
        requested.try_iter().for_each(drop);
    }
}
