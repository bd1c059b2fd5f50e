//! The permission that the user gave the browser's page.

use std::{cell::RefCell, rc::Rc};

use bevy::prelude::*;
use crossbeam_channel::{Receiver, Sender, unbounded};
use send_wrapper::SendWrapper;
use wasm_bindgen_futures::spawn_local;
use web_sys::{PermissionState, PermissionStatus};

use super::{CameraPermission, Platform, PlatformHeard};
use crate::web::{Listener, camera_permission, media_devices};

/// What the browser says, and what listens to it.
#[derive(Resource, Debug)]
struct Heard {
    news: Receiver<CameraPermission>,
    _listener: SendWrapper<Rc<RefCell<Option<Listener>>>>,
}

pub(super) fn plugin(app: &mut App) {
    if media_devices().is_err() {
        let permission = CameraPermission::NotSupported;
        app.insert_resource(permission).insert_resource(Platform { permission, tells: true });
        return;
    }
    let (say, news) = unbounded();
    let listener = Rc::new(RefCell::new(None));
    let place = Rc::downgrade(&listener);
    spawn_local(async move {
        let Some(status) = camera_permission().await else { return };
        tell(&status, &say);
        if let Some(place) = place.upgrade() {
            let changed = status.clone();
            place.replace(Some(Listener::new(&status, "change", move |_| tell(&changed, &say))));
        }
    });
    app.insert_resource(Heard { news, _listener: SendWrapper::new(listener) })
        .add_systems(PreUpdate, hear.in_set(PlatformHeard));
}

fn tell(status: &PermissionStatus, say: &Sender<CameraPermission>) {
    let _ = say.send(match status.state() {
        PermissionState::Granted => CameraPermission::Granted,
        PermissionState::Denied => CameraPermission::Denied,
        _ => CameraPermission::Prompt,
    });
}

fn hear(heard: Res<Heard>, mut platform: ResMut<Platform>) {
    for permission in heard.news.try_iter() {
        *platform = Platform { permission, tells: true };
    }
}
