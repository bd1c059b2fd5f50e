//! Tracks that are requested again when their device is plugged in again.

use bevy::prelude::*;

use super::{TrackEnded, TrackFailed, TrackLive, TrackState, VideoTrack};
use crate::{
    constraint::VideoSettings,
    device::{Device, DeviceId},
    error::ErrorName,
    media_devices::Watcher,
    source::{DefaultSource, TrackSource},
    systems::ViewfinderSystems,
};

/// On a [`VideoTrack`]: when the track has ended because its device was unplugged, and that device is plugged in
/// again, the track requests the same device again, with its constraints.
///
/// Ended is final in the standard, so this is a new track on the same entity: it ends with [`TrackEnded`], is
/// [`TrackState::Ended`] while the device is missing, and becomes live again with [`TrackLive`]. If the device is
/// back but can't be opened, [`TrackFailed`] reports the cause, and the track waits until it is plugged in once more.
/// If the app inserts or removes [`VideoTrack`] meanwhile, the track no longer waits.
///
/// While the device is missing, the source lists its devices whenever these may have changed, on a thread of its own.
/// In a browser, which reveals a device's id only to pages with permission, this needs a permission that lasts.
#[derive(Component, Clone, Copy, Debug, Default, PartialEq, Eq, Hash, Reflect)]
#[reflect(Component, Default)]
pub struct AutoReconnect;

/// The device of a track that reconnects.
#[derive(Component, Debug)]
struct LastDevice(DeviceId);

/// On a track whose device is missing, until the track is live again.
#[derive(Component, Debug)]
pub(crate) struct Reconnecting {
    device: DeviceId,
    watcher: Watcher,
    /// Whether the device was in the last list.
    is_listed: bool,
    /// Whether a request is under way.
    is_requested: bool,
}

impl Reconnecting {
    /// The missing device.
    pub fn device(&self) -> &DeviceId {
        &self.device
    }
}

pub(super) fn plugin(app: &mut App) {
    app.add_systems(
        PreUpdate,
        look_for_devices.in_set(ViewfinderSystems::Receive).run_if(any_with_component::<Reconnecting>),
    )
    .add_observer(remember)
    .add_observer(remember_late)
    .add_observer(wait)
    .add_observer(wait_on)
    .add_observer(interrupt)
    .add_observer(forget_stopped)
    .add_observer(forget);
}

/// Remembers the device of a track that became live.
fn remember(live: On<TrackLive>, mut commands: Commands, tracks: Query<&VideoSettings, With<AutoReconnect>>) {
    let mut track = commands.entity(live.entity);
    track.try_remove::<Reconnecting>();
    if let Ok(settings) = tracks.get(live.entity) {
        track.try_insert(LastDevice(settings.device_id.clone()));
    }
}

/// Remembers the device if [`AutoReconnect`] is added to a live track.
fn remember_late(
    added: On<Add, AutoReconnect>,
    mut commands: Commands,
    tracks: Query<(&VideoSettings, &TrackState)>,
) {
    if let Ok((settings, TrackState::Live)) = tracks.get(added.entity) {
        commands.entity(added.entity).try_insert(LastDevice(settings.device_id.clone()));
    }
}

/// Waits for the device of a track that ended because the device was unplugged.
fn wait(
    ended: On<TrackEnded>,
    mut commands: Commands,
    default_source: Res<DefaultSource>,
    tracks: Query<(&LastDevice, Option<&TrackSource>), (With<AutoReconnect>, With<VideoTrack>)>,
) {
    let was_unplugged = ended.error.as_ref().is_some_and(|error| error.name == ErrorName::NotFound);
    if was_unplugged && let Ok((LastDevice(device), source)) = tracks.get(ended.entity) {
        let source = source.map_or_else(|| default_source.0.clone(), |source| source.0.clone());
        commands.entity(ended.entity).try_insert(Reconnecting {
            device: device.clone(),
            watcher: Watcher::start(source),
            is_listed: false,
            is_requested: false,
        });
    }
}

/// Waits on if the device was plugged in but couldn't be opened.
fn wait_on(failed: On<TrackFailed>, mut tracks: Query<&mut Reconnecting>) {
    if let Ok(mut reconnecting) = tracks.get_mut(failed.entity) {
        reconnecting.is_requested = false;
    }
}

/// Requests tracks again whose device was plugged in.
fn look_for_devices(mut commands: Commands, mut tracks: Query<(Entity, &mut Reconnecting)>) {
    for (entity, mut reconnecting) in &mut tracks {
        let reconnecting = reconnecting.bypass_change_detection();
        let mut was_plugged_in = false;
        for update in reconnecting.watcher.updates() {
            let has =
                |devices: &Vec<_>| devices.iter().any(|listed: &Device| listed.id == reconnecting.device);
            let is_listed = update.devices.as_ref().is_ok_and(has);
            was_plugged_in |= is_listed && !reconnecting.is_listed;
            reconnecting.is_listed = is_listed;
        }
        if was_plugged_in && reconnecting.is_listed && !reconnecting.is_requested {
            reconnecting.is_requested = true;
            commands.entity(entity).try_insert(VideoTrack);
        }
    }
}

/// Stops waiting if the app inserts [`VideoTrack`].
fn interrupt(inserted: On<Insert, VideoTrack>, mut commands: Commands, tracks: Query<&Reconnecting>) {
    if tracks.get(inserted.entity).is_ok_and(|reconnecting| !reconnecting.is_requested) {
        commands.entity(inserted.entity).try_remove::<Reconnecting>();
    }
}

/// Stops waiting if the app removes [`VideoTrack`].
fn forget_stopped(removed: On<Remove, VideoTrack>, mut commands: Commands) {
    if let Ok(mut track) = commands.get_entity(removed.entity) {
        track.try_remove::<(LastDevice, Reconnecting)>();
    }
}

/// Stops waiting if the app removes [`AutoReconnect`].
fn forget(removed: On<Remove, AutoReconnect>, mut commands: Commands) {
    if let Ok(mut track) = commands.get_entity(removed.entity) {
        track.try_remove::<(LastDevice, Reconnecting)>();
    }
}
