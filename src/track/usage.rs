//! Whether cameras are in use, for an indicator.

use bevy::prelude::*;

use super::{Capturing, Muted, TrackEnabled, TrackState};
use crate::systems::ViewfinderSystems;

/// Whether the app uses a camera now: what its indicator is to show
/// ([privacy indicators](https://www.w3.org/TR/mediacapture-streams/#privacy-indicator-requirements)). Whether it may,
/// [`CameraPermission`](crate::permission::CameraPermission) says. Tracks with a
/// [`TrackSource`](crate::source::TrackSource) of their own count as well.
#[derive(Resource, Clone, Copy, Debug, Default, PartialEq, Eq, Hash, Reflect)]
#[reflect(Resource, Default)]
pub enum CameraInUse {
    /// No track is live.
    #[default]
    None,
    /// Tracks are live, but all of them are disabled or muted: nothing is seen.
    Held,
    /// At least one track is live and shows what its camera sees.
    InUse,
}

pub(super) fn plugin(app: &mut App) {
    app.register_type::<CameraInUse>().init_resource::<CameraInUse>().add_systems(
        PostUpdate,
        update
            .in_set(ViewfinderSystems::Show)
            .run_if(any_with_component::<Capturing>.or_else(not(resource_equals(CameraInUse::None)))),
    );
}

fn update(
    mut usage: ResMut<CameraInUse>,
    tracks: Query<(&TrackState, &TrackEnabled, Has<Muted>), With<Capturing>>,
) {
    let live = tracks.iter().filter(|(state, ..)| **state == TrackState::Live);
    let most = live.fold(CameraInUse::None, |most, (_, enabled, muted)| match most {
        CameraInUse::InUse => most,
        _ if enabled.0 && !muted => CameraInUse::InUse,
        _ => CameraInUse::Held,
    });
    usage.set_if_neq(most);
}
