//! Switches between the devices that face the user and those that face away.

use bevy::prelude::*;

use super::VideoTrack;
use crate::{
    constraint::{VideoConstraints, VideoSettings, exact, ideal},
    device::{Device, DeviceId, DeviceKind, FacingMode, main_camera},
    media_devices::MediaDevices,
    source::TrackSource,
};

/// A command: trigger it to request the track again with the device of the opposite facing mode.
///
/// Of several devices on that side it is the [main camera](crate::device::main_camera), if [`MediaDevices`] lists them
/// with labels. If the device reports no facing mode, the next one in the list is requested ([`MediaDevices`], which
/// must be ready for that). If there is no other device, the track keeps its own.
///
/// ```
/// # use bevy::prelude::*;
/// use bevy_viewfinder::prelude::*;
///
/// fn flip(mut commands: Commands, track: Single<Entity, With<VideoTrack>>) {
///     commands.trigger(FlipCamera { entity: *track });
/// }
/// # bevy::ecs::system::assert_is_system(flip);
/// ```
#[derive(EntityEvent, Clone, Copy, Debug, Reflect)]
#[reflect(Event)]
pub struct FlipCamera {
    /// The track.
    pub entity: Entity,
}

pub(super) fn plugin(app: &mut App) {
    app.add_observer(flip);
}

fn flip(
    flip: On<FlipCamera>,
    mut commands: Commands,
    devices: Option<Res<MediaDevices>>,
    tracks: Query<(&VideoSettings, &VideoConstraints, Has<TrackSource>), With<VideoTrack>>,
) {
    let Ok((settings, constraints, own_source)) = tracks.get(flip.entity) else { return };
    let mut wanted = constraints.clone();
    wanted.device_id = default();
    let listed = devices.as_ref().filter(|_| !own_source);
    let cameras: Vec<_> = listed.iter().flat_map(|devices| devices.of_kind(DeviceKind::VideoInput)).collect();
    match (settings.facing_mode, next(&cameras, settings)) {
        (Some(facing), _) => {
            wanted.facing_mode = ideal(opposite(facing));
            // Of a phone's several lenses the one that people mean.
            if let Some(camera) = main_camera(cameras.iter().copied(), opposite(facing)) {
                wanted.device_id = ideal(&camera.id);
            }
        }
        (None, Some(device)) => wanted.device_id = exact(device),
        (None, None) => return,
    }
    commands.entity(flip.entity).try_insert((wanted, VideoTrack));
}

const fn opposite(facing: FacingMode) -> FacingMode {
    match facing {
        FacingMode::User => FacingMode::Environment,
        FacingMode::Environment => FacingMode::User,
        FacingMode::Left => FacingMode::Right,
        FacingMode::Right => FacingMode::Left,
    }
}

/// The device after this one. `None` if there is no other.
fn next<'a>(devices: &[&'a Device], settings: &VideoSettings) -> Option<&'a DeviceId> {
    let at = devices.iter().position(|device| device.id == settings.device_id)?;
    let next = &devices[(at + 1) % devices.len()].id;
    (*next != settings.device_id).then_some(next)
}
