//! The use of devices, for an indicator.

use bevy::prelude::*;

use super::{Capturing, Muted, TrackEnabled, TrackState};
use crate::{device::DeviceKind, systems::ViewfinderSystems};

/// The use of devices by the app's tracks, for each kind: the state of an indicator
/// ([privacy indicators](https://www.w3.org/TR/mediacapture-streams/#privacy-indicator-requirements)).
///
/// Tracks with a [`TrackSource`](crate::source::TrackSource) of their own count as well. For the permission to use
/// devices see [`MediaPermissions`](crate::permission::MediaPermissions).
#[derive(Resource, Clone, Copy, Debug, Default, PartialEq, Eq, Hash, Reflect)]
#[reflect(Resource, Debug, Clone, PartialEq, Hash, Default)]
#[non_exhaustive]
pub struct DevicesInUse {
    /// The use of cameras.
    pub camera: DeviceUse,
}

impl DevicesInUse {
    /// The use of devices of this kind. [`None`](DeviceUse::None) for microphones, which no source of this crate has.
    pub fn state(&self, kind: DeviceKind) -> DeviceUse {
        match kind {
            DeviceKind::VideoInput => self.camera,
            DeviceKind::AudioInput => DeviceUse::None,
        }
    }
}

/// The use of one kind of device.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, Reflect)]
#[reflect(Debug, Clone, PartialEq, Hash, Default)]
pub enum DeviceUse {
    /// No track is live.
    #[default]
    None,
    /// Tracks are live, but all of them are disabled or muted.
    Held,
    /// At least one track is live, enabled and not muted.
    InUse,
}

pub(super) fn plugin(app: &mut App) {
    app.register_type::<DevicesInUse>().init_resource::<DevicesInUse>().add_systems(
        PostUpdate,
        update
            .in_set(ViewfinderSystems::Show)
            .run_if(any_with_component::<Capturing>.or_else(not(resource_equals(DevicesInUse::default())))),
    );
}

fn update(
    mut in_use: ResMut<DevicesInUse>,
    tracks: Query<(&TrackState, &TrackEnabled, Has<Muted>), With<Capturing>>,
) {
    let live = tracks.iter().filter(|(state, ..)| **state == TrackState::Live);
    let camera = live.fold(DeviceUse::None, |most, (_, enabled, muted)| match most {
        DeviceUse::InUse => most,
        _ if enabled.0 && !muted => DeviceUse::InUse,
        _ => DeviceUse::Held,
    });
    in_use.set_if_neq(DevicesInUse { camera });
}
