//! The list of devices.

use bevy::prelude::*;

use super::{
    DevicesChanged, Watcher,
    sources::{self, DefaultSources, Sources},
};
use crate::{
    device::{Device, DeviceId, DeviceKind},
    error::MediaError,
    systems::ViewfinderSystems,
};

/// The cameras of the [`DefaultSource`](crate::source::DefaultSource), and with the feature `audio` the microphones of
/// the `DefaultAudioSource`, as of the last update
/// ([`MediaDevices`](https://www.w3.org/TR/mediacapture-streams/#mediadevices)).
///
/// Natively nothing is listed before the app triggers [`EnumerateDevices`], because listing may take a while and opens
/// devices. From then on the list is kept up to date, and [`DevicesChanged`] reports its changes. A browser's page
/// knows its devices from the start, but not their names.
///
/// ```
/// # use bevy::prelude::*;
/// use bevy_viewfinder::prelude::*;
///
/// fn request(mut commands: Commands) {
///     commands.trigger(EnumerateDevices);
/// }
///
/// fn show(devices: Res<MediaDevices>) {
///     if devices.is_changed() {
///         for device in devices.devices() {
///             println!("{}: {}", device.id, device.label);
///         }
///     }
/// }
/// # let _ = (bevy::ecs::system::assert_is_system(request), bevy::ecs::system::assert_is_system(show));
/// ```
#[derive(Resource, Debug, Clone, Default, Reflect)]
#[reflect(Resource, Debug, Clone, Default)]
pub struct MediaDevices {
    /// `None` before the first update.
    listed: Option<Result<Vec<Device>, MediaError>>,
}

/// A command: trigger it to request the list of devices
/// ([`enumerateDevices()`](https://www.w3.org/TR/mediacapture-streams/#dom-mediadevices-enumeratedevices)).
///
/// [`MediaDevices`] changes some frames later, even if the list is the same.
#[derive(Event, Debug, Clone, Copy, Default, PartialEq, Eq, Hash, Reflect)]
#[reflect(Event, Debug, Clone, Default, PartialEq, Hash)]
pub struct EnumerateDevices;

impl MediaDevices {
    /// The devices of all kinds, each kind's default device first. Empty before the first update, and if there is an
    /// [`error`](Self::error).
    pub fn devices(&self) -> &[Device] {
        match &self.listed {
            Some(Ok(devices)) => devices,
            _ => &[],
        }
    }

    /// The devices of one kind, the default one first.
    pub fn of_kind(&self, kind: DeviceKind) -> impl Iterator<Item = &Device> {
        self.devices().iter().filter(move |device| device.kind == kind)
    }

    /// The device of this id. `None` if it isn't in the list.
    pub fn get(&self, id: &DeviceId) -> Option<&Device> {
        self.devices().iter().find(|device| device.id == *id)
    }

    /// Whether the first update has arrived: a list or an [`error`](Self::error).
    pub fn is_ready(&self) -> bool {
        self.listed.is_some()
    }

    /// The error of the last update.
    pub fn error(&self) -> Option<&MediaError> {
        self.listed.as_ref()?.as_ref().err()
    }
}

/// The watch that keeps the list up to date.
#[derive(Resource, Debug)]
struct Watching {
    sources: Sources,
    watcher: Watcher,
}

/// The app has requested the list, and it hasn't arrived yet.
#[derive(Resource, Debug, Default, PartialEq, Eq)]
enum Requested {
    /// No.
    #[default]
    No,
    /// The watch is still to be asked.
    New,
    /// The watch was asked.
    Sent,
}

pub(super) fn plugin(app: &mut App) {
    // In a page listing costs nothing, and changes are known only by listing.
    let at_first = if cfg!(target_family = "wasm") { Requested::New } else { Requested::No };
    app.init_resource::<MediaDevices>()
        .add_plugins(sources::plugin)
        .insert_resource(at_first)
        .add_observer(|_: On<EnumerateDevices>, mut requested: ResMut<Requested>| *requested = Requested::New)
        .add_systems(
            PreUpdate,
            update
                .in_set(ViewfinderSystems::Receive)
                .run_if(not(resource_equals(Requested::No)).or_else(resource_exists::<Watching>)),
        );
}

/// Starts the watch once the app requests the list, and applies its updates.
fn update(
    mut commands: Commands,
    mut devices: ResMut<MediaDevices>,
    mut changes: MessageWriter<DevicesChanged>,
    defaults: DefaultSources,
    watching: Option<Res<Watching>>,
    mut requested: ResMut<Requested>,
) {
    let sources = defaults.get();
    let watching = watching.filter(|watching| watching.sources.are(&sources));
    let Some(watching) = watching else {
        // The first time, or another source: its devices are no change. A new watch lists at once.
        commands.insert_resource(Watching { watcher: Watcher::start(sources.list()), sources });
        if *requested == Requested::New {
            *requested = Requested::Sent;
        }
        return;
    };
    if *requested == Requested::New {
        watching.watcher.request();
        *requested = Requested::Sent;
    }
    for update in watching.watcher.updates() {
        // An explicit request marks the resource changed even if the list is identical.
        if *requested == Requested::Sent || devices.listed.as_ref() != Some(&update.devices) {
            devices.listed = Some(update.devices);
            *requested = Requested::No;
        }
        if let Some(change) = update.change {
            changes.write(change);
        }
    }
}
