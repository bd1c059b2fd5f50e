//! Sends changes of a live track's components to its device.

use bevy::prelude::*;

use super::{Capturing, TrackEnabled};
use crate::{constraint::VideoConstraints, systems::ViewfinderSystems};

pub(super) fn plugin(app: &mut App) {
    app.add_systems(
        PostUpdate,
        (
            change_constraints.run_if(any_match_filter::<(Changed<VideoConstraints>, With<Capturing>)>),
            enable.run_if(any_match_filter::<Or<(Changed<TrackEnabled>, Changed<Capturing>)>>),
        )
            .in_set(ViewfinderSystems::Request)
            .after(super::life::start_tracks),
    );
}

/// Requests constraints that differ from those requested last.
fn change_constraints(mut tracks: Query<(&VideoConstraints, &mut Capturing), Changed<VideoConstraints>>) {
    for (constraints, mut capturing) in &mut tracks {
        // The capture itself stays the same.
        let capturing = capturing.bypass_change_detection();
        if capturing.asked != *constraints {
            capturing.asked = constraints.clone();
            capturing.capture.change(constraints);
        }
    }
}

fn enable(tracks: Query<(&TrackEnabled, &Capturing), Or<(Changed<TrackEnabled>, Changed<Capturing>)>>) {
    for (enabled, capturing) in &tracks {
        capturing.capture.enable(enabled.0);
    }
}
