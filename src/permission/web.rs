//! Permission in a browser, as the user decides for the page.

use std::{cell::RefCell, rc::Rc};

use bevy::prelude::*;
use crossbeam_channel::{Receiver, Sender, unbounded};
use send_wrapper::SendWrapper;
use wasm_bindgen_futures::spawn_local;
use web_sys::PermissionStatus;

use super::{MediaPermissions, PermissionState, Platform, ReceivePlatform};
use crate::{
    device::DeviceKind,
    web::{Listener, media_devices, page_permission},
};

/// The states that the browser reports.
#[derive(Resource, Debug)]
struct Reported {
    states: Receiver<(DeviceKind, PermissionState)>,
    _listeners: SendWrapper<Rc<RefCell<Vec<Listener>>>>,
}

pub(super) fn plugin(app: &mut App) {
    let unknown = match media_devices() {
        Ok(_) => PermissionState::Unknown,
        Err(_) => PermissionState::NotSupported,
    };
    let has_microphones = cfg!(feature = "audio");
    let microphone = if has_microphones { unknown } else { PermissionState::NotSupported };
    let not_supported = unknown == PermissionState::NotSupported;
    app.insert_resource(MediaPermissions { camera: unknown, microphone }).insert_resource(Platform {
        camera: unknown,
        microphone,
        reports_camera: not_supported,
        reports_microphone: not_supported,
    });
    if not_supported {
        return;
    }
    let (sender, states) = unbounded();
    let listeners = Rc::new(RefCell::new(Vec::new()));
    follow(DeviceKind::VideoInput, "camera", &sender, &listeners);
    if has_microphones {
        follow(DeviceKind::AudioInput, "microphone", &sender, &listeners);
    }
    app.insert_resource(Reported { states, _listeners: SendWrapper::new(listeners) })
        .add_systems(PreUpdate, receive.in_set(ReceivePlatform));
}

/// Reports the permission of this name, and its changes.
fn follow(
    kind: DeviceKind,
    name: &'static str,
    sender: &Sender<(DeviceKind, PermissionState)>,
    listeners: &Rc<RefCell<Vec<Listener>>>,
) {
    let (sender, listeners) = (sender.clone(), Rc::downgrade(listeners));
    spawn_local(async move {
        let Some(status) = page_permission(name).await else { return };
        let _ = sender.send((kind, state(&status)));
        if let Some(listeners) = listeners.upgrade() {
            let changed = status.clone();
            let report = move |_| _ = sender.send((kind, state(&changed)));
            listeners.borrow_mut().push(Listener::new(&status, "change", report));
        }
    });
}

fn state(status: &PermissionStatus) -> PermissionState {
    match status.state() {
        web_sys::PermissionState::Granted => PermissionState::Granted,
        web_sys::PermissionState::Denied => PermissionState::Denied,
        _ => PermissionState::Prompt,
    }
}

fn receive(reported: Res<Reported>, mut platform: ResMut<Platform>) {
    for (kind, state) in reported.states.try_iter() {
        match kind {
            DeviceKind::VideoInput => (platform.camera, platform.reports_camera) = (state, true),
            DeviceKind::AudioInput => (platform.microphone, platform.reports_microphone) = (state, true),
        }
    }
}
