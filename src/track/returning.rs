//! Tracks that come back when their device does.

use bevy::prelude::*;

use super::{TrackEnded, TrackFailed, TrackLive, TrackState, VideoTrack};
use crate::{
    constraint::VideoSettings,
    device::DeviceId,
    error::ErrorName,
    media_devices::Watcher,
    source::{DefaultSource, TrackSource},
    systems::ViewfinderSystems,
};

/// Beside a [`VideoTrack`]: when the track has ended because its device was unplugged, and that device is plugged in
/// again, the track is asked for again, of that device and by its constraints.
///
/// Ended is final in the standard, so this is a new track on the same entity: it ends with [`TrackEnded`], is
/// [`TrackState::Ended`] for as long as the device is away, and comes back with [`TrackLive`]. Where the device is
/// back and can't be had, [`TrackFailed`] says why, and the track waits until it is plugged in once more. An app that
/// inserts [`VideoTrack`] itself meanwhile, or removes it, ends the wait.
///
/// While the device is away, its source is asked for its devices whenever these may have changed, on a thread of its
/// own. In a browser, which gives a camera's id to pages with permission alone, this takes permission that lasts.
#[derive(Component, Clone, Copy, Debug, Default, PartialEq, Eq, Hash, Reflect)]
#[reflect(Component, Default)]
pub struct AutoReconnect;

/// The device of a track that is to come back.
#[derive(Component, Debug)]
struct LastDevice(DeviceId);

/// Stands beside a track whose device is away, until the track is live again.
#[derive(Component, Debug)]
pub(crate) struct Returning {
    device: DeviceId,
    watcher: Watcher,
    /// Whether the device was there when last heard of.
    there: bool,
    /// Whether it is being asked for by this.
    asking: bool,
}

impl Returning {
    /// The device that is waited for.
    pub fn device(&self) -> &DeviceId {
        &self.device
    }
}

pub(super) fn plugin(app: &mut App) {
    app.add_systems(
        PreUpdate,
        look_for_devices.in_set(ViewfinderSystems::Receive).run_if(any_with_component::<Returning>),
    )
    .add_observer(remember)
    .add_observer(remember_late)
    .add_observer(wait)
    .add_observer(wait_on)
    .add_observer(interrupt)
    .add_observer(forget_stopped)
    .add_observer(forget);
}

/// A live track has its device, and settings that name it.
fn remember(live: On<TrackLive>, mut commands: Commands, tracks: Query<&VideoSettings, With<AutoReconnect>>) {
    let mut track = commands.entity(live.entity);
    track.try_remove::<Returning>();
    if let Ok(settings) = tracks.get(live.entity) {
        track.try_insert(LastDevice(settings.device_id.clone()));
    }
}

/// As [`remember`], of a track that is live before it is told to come back.
fn remember_late(
    added: On<Add, AutoReconnect>,
    mut commands: Commands,
    tracks: Query<(&VideoSettings, &TrackState)>,
) {
    if let Ok((settings, TrackState::Live)) = tracks.get(added.entity) {
        commands.entity(added.entity).try_insert(LastDevice(settings.device_id.clone()));
    }
}

/// Waits for the device of a track that ended because it went.
fn wait(
    ended: On<TrackEnded>,
    mut commands: Commands,
    default_source: Res<DefaultSource>,
    tracks: Query<(&LastDevice, Option<&TrackSource>), (With<AutoReconnect>, With<VideoTrack>)>,
) {
    let went = ended.error.as_ref().is_some_and(|error| error.name == ErrorName::NotFound);
    if went && let Ok((LastDevice(device), source)) = tracks.get(ended.entity) {
        let source = source.map_or_else(|| default_source.0.clone(), |source| source.0.clone());
        commands.entity(ended.entity).try_insert(Returning {
            device: device.clone(),
            watcher: Watcher::start(source),
            there: false,
            asking: false,
        });
    }
}

/// The device came and couldn't be had: waits until it comes again.
fn wait_on(failed: On<TrackFailed>, mut tracks: Query<&mut Returning>) {
    if let Ok(mut returning) = tracks.get_mut(failed.entity) {
        returning.asking = false;
    }
}

/// Asks for a track anew once its device is there.
fn look_for_devices(mut commands: Commands, mut tracks: Query<(Entity, &mut Returning)>) {
    for (entity, mut returning) in &mut tracks {
        let returning = returning.bypass_change_detection();
        let mut came = false;
        for news in returning.watcher.news() {
            let has = |devices: &Vec<_>| {
                devices.iter().any(|listed: &crate::device::Device| listed.id == returning.device)
            };
            let there = news.devices.as_ref().is_ok_and(has);
            came |= there && !returning.there;
            returning.there = there;
        }
        if came && returning.there && !returning.asking {
            returning.asking = true;
            commands.entity(entity).try_insert(VideoTrack);
        }
    }
}

/// The app asks by itself.
fn interrupt(inserted: On<Insert, VideoTrack>, mut commands: Commands, tracks: Query<&Returning>) {
    if tracks.get(inserted.entity).is_ok_and(|returning| !returning.asking) {
        commands.entity(inserted.entity).try_remove::<Returning>();
    }
}

/// The app has stopped the track.
fn forget_stopped(removed: On<Remove, VideoTrack>, mut commands: Commands) {
    if let Ok(mut track) = commands.get_entity(removed.entity) {
        track.try_remove::<(LastDevice, Returning)>();
    }
}

/// The app doesn't want it back any more.
fn forget(removed: On<Remove, AutoReconnect>, mut commands: Commands) {
    if let Ok(mut track) = commands.get_entity(removed.entity) {
        track.try_remove::<(LastDevice, Returning)>();
    }
}
