//! The browser's cameras: their list, and how they come and go.

use std::{cell::RefCell, sync::Arc, time::Duration};

use crossbeam_channel::{Receiver, Sender, unbounded};
use js_sys::Array;
use send_wrapper::SendWrapper;
use wasm_bindgen::{JsCast, JsValue};
use wasm_bindgen_futures::{JsFuture, spawn_local};
use web_sys::{MediaDeviceInfo, MediaDeviceKind};

use super::{Device, DeviceChange, DeviceId, FacingMode, News};
use crate::{
    source::{Source, Watch},
    web::{Listener, call, get, media_devices, string},
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
    Bytes { watch: RefCell<Box<dyn Watch>>, known: RefCell<Option<Vec<Device>>> },
}

impl Watcher {
    /// Starts to watch.
    pub fn start(source: Arc<dyn Source>) -> Self {
        let (tell, news) = unbounded();
        let kind = if source.in_page().is_some() {
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
                list_devices().await;
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
        let Some(now) = listed().await else { return };
        let before = HEARD.replace(Some(now.clone()));
        let change = before.and_then(|before| DeviceChange::between(&before, &now));
        // Who has dropped the watch hears nothing any more.
        let _ = tell.send(News { devices: source.devices(), change });
    });
}

thread_local! {
    /// The list as it was last heard: a browser gives it only in time.
    static HEARD: RefCell<Option<Vec<Device>>> = const { RefCell::new(None) };
}

/// The cameras as last listed. None before the first list; of what can't be told before the user has granted one,
/// ids and labels are empty.
pub(crate) fn heard_devices() -> Vec<Device> {
    HEARD.with_borrow(Clone::clone).unwrap_or_default()
}

/// Hears of the cameras, which asks nobody.
pub(crate) async fn list_devices() {
    if let Some(devices) = listed().await {
        HEARD.set(Some(devices));
    }
}

/// The cameras. [`None`] where the browser doesn't say.
async fn listed() -> Option<Vec<Device>> {
    let list = JsFuture::from(media_devices().ok()?.enumerate_devices().ok()?).await.ok()?;
    let devices = Array::from(&list)
        .iter()
        .filter_map(|device| device.dyn_into().ok())
        .filter(|device: &MediaDeviceInfo| device.kind() == MediaDeviceKind::Videoinput)
        .map(|device| Device {
            id: DeviceId(device.device_id()),
            label: device.label(),
            group_id: device.group_id(),
            facing_mode: facing_mode(&device),
            // The browser makes of a camera whatever is asked: it has no modes.
            ..Default::default()
        })
        .collect();
    Some(devices)
}

/// Which way a camera looks, by
/// [its capabilities](https://www.w3.org/TR/mediacapture-streams/#dom-inputdeviceinfo-getcapabilities).
fn facing_mode(device: &JsValue) -> Option<FacingMode> {
    let capabilities = call(device, "getCapabilities")?;
    facing_named(get(&get(&capabilities, "facingMode"), "0").as_string()?.as_str())
}

/// Which way a track's camera looks, by its settings.
pub(crate) fn facing_of(settings: &JsValue) -> Option<FacingMode> {
    facing_named(&string(settings, "facingMode")?)
}

/// The facing mode of this name.
pub(crate) fn facing_named(name: &str) -> Option<FacingMode> {
    [FacingMode::User, FacingMode::Environment, FacingMode::Left, FacingMode::Right]
        .into_iter()
        .find(|mode| mode.as_str() == name)
}
