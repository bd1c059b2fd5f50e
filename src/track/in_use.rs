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
    /// The use of microphones, with the feature `audio`.
    pub microphone: DeviceUse,
}

impl DevicesInUse {
    /// The use of devices of this kind.
    pub fn state(&self, kind: DeviceKind) -> DeviceUse {
        match kind {
            DeviceKind::VideoInput => self.camera,
            DeviceKind::AudioInput => self.microphone,
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
        update.in_set(ViewfinderSystems::Show).run_if(
            any_match_filter::<
                Or<(Changed<TrackState>, Changed<TrackEnabled>, Added<Muted>, Added<Capturing>)>,
            >
                .or_else(any_component_removed::<Muted>)
                .or_else(any_component_removed::<Capturing>),
        ),
    );
}

impl DeviceUse {
    /// The use of one kind of device by tracks of it: the state of each, whether it is enabled, and whether it is
    /// muted.
    pub(crate) fn by<'a>(tracks: impl Iterator<Item = (&'a TrackState, &'a TrackEnabled, bool)>) -> Self {
        let live = tracks.filter(|(state, ..)| **state == TrackState::Live);
        live.fold(Self::None, |most, (_, enabled, muted)| match most {
            Self::InUse => most,
            _ if enabled.0 && !muted => Self::InUse,
            _ => Self::Held,
        })
    }
}

fn update(
    mut in_use: ResMut<DevicesInUse>,
    tracks: Query<(&TrackState, &TrackEnabled, Has<Muted>), With<Capturing>>,
) {
    let camera = DeviceUse::by(tracks.iter());
    if in_use.camera != camera {
        in_use.camera = camera;
    }
}
