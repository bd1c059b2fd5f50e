//! The list of cameras, as last heard.

use std::sync::{
    Arc,
    atomic::{AtomicBool, Ordering::Relaxed},
};

use bevy::prelude::*;

use super::{DevicesChanged, Watcher};
use crate::{
    device::{Device, DeviceId},
    error::MediaError,
    source::{DefaultSource, Source},
    systems::ViewfinderSystems,
};

/// The cameras of the [`DefaultSource`], as they were last listed
/// ([`MediaDevices`](https://www.w3.org/TR/mediacapture-streams/#mediadevices)).
///
/// Natively nothing is listed before [`enumerate`](Self::enumerate) asks for it, since that can take a while and opens
/// devices. From then on the list is kept up to date, and [`DevicesChanged`] says what came and went. A browser's page
/// knows its cameras from the start, but for their names.
///
/// ```
/// # use bevy::prelude::*;
/// use bevy_viewfinder::media_devices::MediaDevices;
///
/// fn ask(devices: Res<MediaDevices>) {
///     devices.enumerate();
/// }
///
/// fn show(devices: Res<MediaDevices>) {
///     if devices.is_changed() {
///         for device in devices.devices() {
///             println!("{}: {}", device.id, device.label);
///         }
///     }
/// }
/// # let _ = (bevy::ecs::system::assert_is_system(ask), bevy::ecs::system::assert_is_system(show));
/// ```
#[derive(Resource, Debug)]
pub struct MediaDevices {
    heard: Option<Result<Vec<Device>, MediaError>>,
    /// Whether the app wants to know.
    asked: AtomicBool,
}

impl Default for MediaDevices {
    fn default() -> Self {
        // In a page it costs nothing, and its changes can only be heard by listing.
        Self { heard: None, asked: AtomicBool::new(cfg!(target_family = "wasm")) }
    }
}

impl MediaDevices {
    /// Asks for the list, which comes some frames later
    /// ([`enumerateDevices()`](https://www.w3.org/TR/mediacapture-streams/#dom-mediadevices-enumeratedevices)): the
    /// resource is changed then.
    pub fn enumerate(&self) {
        self.asked.store(true, Relaxed);
    }

    /// The cameras, the default one first. None before the list was heard, and where it can't be had.
    pub fn devices(&self) -> &[Device] {
        match &self.heard {
            Some(Ok(devices)) => devices,
            _ => &[],
        }
    }

    /// The camera of this id, where it is there.
    pub fn get(&self, id: &DeviceId) -> Option<&Device> {
        self.devices().iter().find(|device| device.id == *id)
    }

    /// Whether the list has been heard, or why not.
    pub fn is_heard(&self) -> bool {
        self.heard.is_some()
    }

    /// Why there is no list.
    pub fn error(&self) -> Option<&MediaError> {
        self.heard.as_ref()?.as_ref().err()
    }

    fn is_asked(&self) -> bool {
        self.asked.load(Relaxed)
    }
}

/// What keeps the list up to date.
#[derive(Resource, Debug)]
struct Watching {
    source: Arc<dyn Source>,
    watcher: Watcher,
}

pub(super) fn plugin(app: &mut App) {
    let asked = |devices: Res<MediaDevices>| devices.is_asked();
    app.init_resource::<MediaDevices>().init_resource::<DefaultSource>().add_systems(
        PreUpdate,
        follow.in_set(ViewfinderSystems::Receive).run_if(asked.or_else(resource_exists::<Watching>)),
    );
}

/// Asks for the list where the app does, and hears what comes.
fn follow(
    mut commands: Commands,
    mut devices: ResMut<MediaDevices>,
    mut changes: MessageWriter<DevicesChanged>,
    default_source: Res<DefaultSource>,
    watching: Option<Res<Watching>>,
    mut waiting: Local<bool>,
) {
    let asked = devices.asked.swap(false, Relaxed);
    // Who has asked is answered, also by a list that is the same as before.
    *waiting |= asked;
    let watching = watching.filter(|watching| Arc::ptr_eq(&watching.source, &default_source.0));
    let Some(watching) = watching else {
        // The first time, or another source: what it has is no change of the devices.
        let source = default_source.0.clone();
        commands.insert_resource(Watching { watcher: Watcher::start(source.clone()), source });
        return;
    };
    if asked {
        watching.watcher.ask();
    }
    for news in watching.watcher.news() {
        if std::mem::take(&mut *waiting) || devices.heard.as_ref() != Some(&news.devices) {
            devices.heard = Some(news.devices);
        }
        if let Some(change) = news.change {
            changes.write(change);
        }
    }
}
