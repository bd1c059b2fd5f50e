//! What the app changes on a live track, on its way to the track's device.

use bevy::prelude::*;

use super::{Capturing, TrackEnabled, VideoTrack};
use crate::constraint::VideoConstraints;

pub(super) fn plugin(app: &mut App) {
    app.add_systems(
        PostUpdate,
        (
            change_constraints.run_if(any_match_filter::<(Changed<VideoConstraints>, With<Capturing>)>),
            switch.run_if(any_match_filter::<Or<(Changed<TrackEnabled>, Changed<VideoTrack>)>>),
        )
            .after(super::life::start_tracks),
    );
}

/// Has the device meet constraints that are others than those that it was asked for last.
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

fn switch(tracks: Query<(&TrackEnabled, &Capturing), Or<(Changed<TrackEnabled>, Changed<Capturing>)>>) {
    for (enabled, capturing) in &tracks {
        capturing.capture.enable(enabled.0);
    }
}
