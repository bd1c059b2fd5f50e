//! The watch over a source's devices, on the page's one thread.

use std::{cell::RefCell, sync::Arc, time::Duration};

use crossbeam_channel::{Receiver, Sender, unbounded};
use send_wrapper::SendWrapper;
use wasm_bindgen_futures::spawn_local;

use super::{DeviceChange, change::News};
use crate::{
    device::Device,
    source::{DeviceWatcher, Source, web::page_source},
    web::{Listener, media_devices},
};

/// Lists a source's devices at once, and again when they may have changed. Dropping it ends that.
#[derive(Debug)]
pub(crate) struct Watcher {
    source: Arc<dyn Source>,
    tell: Sender<News>,
    news: Receiver<News>,
    kind: SendWrapper<Kind>,
}

#[derive(Debug)]
enum Kind {
    /// The browser says when its cameras change.
    Page { _listener: Option<Listener> },
    /// A source of bytes, which is asked in passing.
    Bytes { watch: RefCell<Box<dyn DeviceWatcher>>, known: RefCell<Option<Vec<Device>>> },
}

impl Watcher {
    /// Starts to watch.
    pub fn start(source: Arc<dyn Source>) -> Self {
        let (tell, news) = unbounded();
        let kind = if page_source(&*source).is_some() {
            let (changed, teller) = (source.clone(), tell.clone());
            let hear = move |_| compare(changed.clone(), teller.clone());
            // A page without cameras says so when it is asked for them.
            let listener = media_devices().ok().map(|devices| Listener::new(&devices, "devicechange", hear));
            Kind::Page { _listener: listener }
        } else {
            Kind::Bytes { watch: RefCell::new(source.watch()), known: RefCell::default() }
        };
        let this = Self { source, tell, news, kind: SendWrapper::new(kind) };
        this.ask();
        this
    }

    /// Has the devices listed anew. What a page tells only now (names, once it has permission) is no change of them.
    pub fn ask(&self) {
        let (source, tell) = (self.source.clone(), self.tell.clone());
        match &*self.kind {
            Kind::Page { .. } => spawn_local(async move {
                if let Some(page_source) = page_source(&*source) {
                    page_source.list().await;
                }
                let _ = tell.send(News { devices: source.devices(), change: None });
            }),
            Kind::Bytes { known, .. } => {
                let devices = source.devices();
                let before = devices.as_ref().ok().and_then(|now| known.replace(Some(now.clone())));
                let change = before.zip(devices.as_ref().ok());
                let change = change.and_then(|(before, now)| DeviceChange::between(&before, now));
                let _ = tell.send(News { devices, change });
            }
        }
    }

    /// What has been heard since the last time.
    pub fn news(&self) -> impl Iterator<Item = News> {
        if let Kind::Bytes { watch, .. } = &*self.kind
            && watch.borrow_mut().wait(Duration::ZERO)
        {
            self.ask();
        }
        self.news.try_iter()
    }
}

/// Lists the cameras anew, and says what has changed since the last time.
fn compare(source: Arc<dyn Source>, tell: Sender<News>) {
    spawn_local(async move {
        let Some(page_source) = page_source(&*source) else { return };
        let Some((before, now)) = page_source.list().await else { return };
        let change = before.and_then(|before| DeviceChange::between(&before, &now));
        // Who has dropped the watch hears nothing any more.
        let _ = tell.send(News { devices: source.devices(), change });
    });
}
