//! The browser's cameras come and go.

use std::{cell::RefCell, rc::Rc};

use bevy::prelude::*;
use crossbeam_channel::{Receiver, Sender, unbounded};
use send_wrapper::SendWrapper;
use wasm_bindgen_futures::spawn_local;

use super::{Device, DeviceChange, DeviceId};
use crate::source::{Listener, list_devices, media_devices};

/// What the browser says, and what listens to it.
#[derive(Resource, Debug)]
struct Heard {
    changes: Receiver<DeviceChange>,
    _listener: SendWrapper<Listener>,
}

pub(super) fn plugin(app: &mut App) {
    let Ok(devices) = media_devices() else { return };
    let (say, changes) = unbounded();
    let known = Rc::new(RefCell::new(None));
    compare(&known, &say);
    let listener = Listener::new(&devices, "devicechange", move |_| compare(&known, &say));
    app.insert_resource(Heard { changes, _listener: SendWrapper::new(listener) })
        .add_systems(PreUpdate, hear);
}

fn hear(heard: Res<Heard>, mut changes: MessageWriter<DeviceChange>) {
    changes.write_batch(heard.changes.try_iter());
}

/// Lists the cameras, which asks nobody, and says what has changed since the last time.
fn compare(known: &Rc<RefCell<Option<Vec<Device>>>>, say: &Sender<DeviceChange>) {
    let (known, say) = (known.clone(), say.clone());
    spawn_local(async move {
        let Some(now) = list_devices().await else { return };
        let Some(before) = known.replace(Some(now.clone())) else { return };
        let but = |these: &[Device], those: &[Device]| -> Vec<DeviceId> {
            let is_new = |id: &DeviceId| those.iter().all(|known| known.id != *id);
            these.iter().map(|device| device.id.clone()).filter(is_new).collect()
        };
        let change = DeviceChange { added: but(&now, &before), removed: but(&before, &now) };
        if !(change.added.is_empty() && change.removed.is_empty()) {
            let _ = say.send(change);
        }
    });
}
