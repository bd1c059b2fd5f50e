//! The camera, and the synthetic device if there is none.

use bevy::prelude::*;
use bevy_viewfinder::prelude::*;

use crate::arguments::Arguments;

/// The track that is recorded.
#[derive(Component, Debug, Default)]
pub struct Viewfinder {
    /// The reason why there is no camera, while the synthetic device is used.
    pub trouble: Option<String>,
}

pub fn plugin(app: &mut App) {
    app.add_systems(Startup, open);
}

pub fn open(mut commands: Commands, arguments: Res<Arguments>) {
    let mut constraints = constraints();
    if let Some(id) = &arguments.device {
        constraints = constraints.device_id(exact(id.as_str()));
    }
    // The picture is as it will be in the file.
    let mut track =
        commands.spawn((Viewfinder::default(), VideoTrack, constraints, EffectStack::new(), Mirroring::Off));
    if let Some(source) = &arguments.source {
        track.insert(source.clone());
    }
    track
        .observe(|live: On<TrackLive>, mut tracks: Query<(&mut Viewfinder, Has<TrackSource>)>| {
            // A camera that was chosen from the menu.
            if let Ok((mut viewfinder, false)) = tracks.get_mut(live.entity) {
                viewfinder.trouble = None;
            }
        })
        .observe(|failed: On<TrackFailed>, commands: Commands, viewfinder: Single<&mut Viewfinder>| {
            stand_in(commands, failed.entity, &mut viewfinder.into_inner(), &failed.error);
        })
        .observe(|ended: On<TrackEnded>, commands: Commands, viewfinder: Single<&mut Viewfinder>| {
            let end = MediaError::operation("the file has come to its end");
            let error = ended.error.as_ref().unwrap_or(&end);
            stand_in(commands, ended.entity, &mut viewfinder.into_inner(), error);
        });
}

fn constraints() -> VideoConstraints {
    VideoConstraints::new().width(1280).height(720).frame_rate(30.0)
}

/// Continues with the synthetic device. If that fails too, there is no other source.
fn stand_in(mut commands: Commands, track: Entity, viewfinder: &mut Viewfinder, error: &MediaError) {
    warn!("{error}");
    if viewfinder.trouble.is_none() {
        commands.entity(track).insert((VideoTrack, TrackSource::synthetic(), constraints()));
    }
    viewfinder.trouble = Some(error.message.to_string());
}
