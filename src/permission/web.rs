//! Permission in a browser, as the user decides for the page.

use std::{cell::RefCell, rc::Rc};

use bevy::prelude::*;
use crossbeam_channel::{Receiver, Sender, unbounded};
use send_wrapper::SendWrapper;
use wasm_bindgen_futures::spawn_local;
use web_sys::PermissionStatus;

use super::{MediaPermissions, PermissionState, Platform, ReceivePlatform};
use crate::web::{Listener, camera_permission, media_devices};

/// Microphones aren't supported in browsers yet.
const MICROPHONE: PermissionState = PermissionState::NotSupported;

/// The states that the browser reports.
#[derive(Resource, Debug)]
struct Reported {
    states: Receiver<PermissionState>,
    _listener: SendWrapper<Rc<RefCell<Option<Listener>>>>,
}

pub(super) fn plugin(app: &mut App) {
    if media_devices().is_err() {
        let camera = PermissionState::NotSupported;
        app.insert_resource(MediaPermissions { camera, microphone: MICROPHONE }).insert_resource(Platform {
            camera,
            reports: true,
            microphone: MICROPHONE,
        });
        return;
    }
    let (sender, states) = unbounded();
    let listener = Rc::new(RefCell::new(None));
    let place = Rc::downgrade(&listener);
    spawn_local(async move {
        let Some(status) = camera_permission().await else { return };
        report(&status, &sender);
        if let Some(place) = place.upgrade() {
            let changed = status.clone();
            place.replace(Some(Listener::new(&status, "change", move |_| report(&changed, &sender))));
        }
    });
    app.insert_resource(Platform { microphone: MICROPHONE, ..default() })
        .insert_resource(Reported { states, _listener: SendWrapper::new(listener) })
        .add_systems(PreUpdate, receive.in_set(ReceivePlatform));
}

fn report(status: &PermissionStatus, sender: &Sender<PermissionState>) {
    let _ = sender.send(match status.state() {
        web_sys::PermissionState::Granted => PermissionState::Granted,
        web_sys::PermissionState::Denied => PermissionState::Denied,
        _ => PermissionState::Prompt,
    });
}

fn receive(reported: Res<Reported>, mut platform: ResMut<Platform>) {
    for camera in reported.states.try_iter() {
        *platform = Platform { camera, reports: true, microphone: MICROPHONE };
    }
}
