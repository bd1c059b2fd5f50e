//! The watch over a source's devices, on the page's one thread.

use std::{cell::RefCell, sync::Arc, time::Duration};

use crossbeam_channel::{Receiver, Sender, unbounded};
use send_wrapper::SendWrapper;
use wasm_bindgen_futures::spawn_local;

use super::{DevicesChanged, change::DeviceListUpdate};
use crate::{
    device::Device,
    source::{DeviceWatcher, Source, web::page_source},
    web::{Listener, media_devices},
};

/// Lists a source's devices at once, and again when they may have changed. Dropping it ends the watch.
#[derive(Debug)]
pub(crate) struct Watcher {
    source: Arc<dyn Source>,
    sender: Sender<DeviceListUpdate>,
    updates: Receiver<DeviceListUpdate>,
    kind: SendWrapper<Kind>,
}

#[derive(Debug)]
enum Kind {
    /// The browser reports when its devices change.
    Page { _listener: Option<Listener> },
    /// A source of bytes, which is polled.
    Bytes { watch: RefCell<Box<dyn DeviceWatcher>>, known: RefCell<Option<Vec<Device>>> },
}

impl Watcher {
    /// Starts to watch.
    pub fn start(source: Arc<dyn Source>) -> Self {
        let (sender, updates) = unbounded();
        let kind = if page_source(&*source).is_some() {
            let (changed, changes) = (source.clone(), sender.clone());
            let on_change = move |_| compare(changed.clone(), changes.clone());
            // A page without devices reports that when it lists them.
            let listener =
                media_devices().ok().map(|devices| Listener::new(&devices, "devicechange", on_change));
            Kind::Page { _listener: listener }
        } else {
            Kind::Bytes { watch: RefCell::new(source.watch()), known: RefCell::default() }
        };
        let this = Self { source, sender, updates, kind: SendWrapper::new(kind) };
        this.request();
        this
    }

    /// Requests a new list. Names that become known with the page's permission are no change of the devices.
    pub fn request(&self) {
        let (source, sender) = (self.source.clone(), self.sender.clone());
        match &*self.kind {
            Kind::Page { .. } => spawn_local(async move {
                if let Some(page_source) = page_source(&*source) {
                    page_source.list().await;
                }
                let _ = sender.send(DeviceListUpdate { devices: source.devices(), change: None });
            }),
            Kind::Bytes { known, .. } => {
                let devices = source.devices();
                let before = devices.as_ref().ok().and_then(|now| known.replace(Some(now.clone())));
                let change = before.zip(devices.as_ref().ok());
                let change = change.and_then(|(before, now)| DevicesChanged::between(&before, now));
                let _ = sender.send(DeviceListUpdate { devices, change });
            }
        }
    }

    /// The updates since the last call.
    pub fn updates(&self) -> impl Iterator<Item = DeviceListUpdate> {
        if let Kind::Bytes { watch, .. } = &*self.kind
            && watch.borrow_mut().wait(Duration::ZERO)
        {
            self.request();
        }
        self.updates.try_iter()
    }
}

/// Lists the devices, and sends their changes since the last list.
fn compare(source: Arc<dyn Source>, sender: Sender<DeviceListUpdate>) {
    spawn_local(async move {
        let Some(page_source) = page_source(&*source) else { return };
        let Some((before, now)) = page_source.list().await else { return };
        let change = before.and_then(|before| DevicesChanged::between(&before, &now));
        // The watch may have been dropped.
        let _ = sender.send(DeviceListUpdate { devices: source.devices(), change });
    });
}
