//! The one camera that all pictures are of.

use bevy::prelude::*;
use bevy_viewfinder::prelude::*;

use crate::{View, arguments::Arguments};

/// The track that all others are clones of. It is what is seen of the picture without effects.
#[derive(Component, Debug, Default)]
pub struct Original {
    /// Why there is no camera, while the synthetic one stands in.
    pub trouble: Option<String>,
}

pub fn plugin(app: &mut App) {
    app.add_systems(Startup, ask).add_systems(Update, rest.run_if(state_changed::<View>));
}

pub fn ask(mut commands: Commands, arguments: Res<Arguments>) {
    let constraints = VideoConstraints::new().width(1280).height(720).facing_mode(FacingMode::User);
    let mut track = commands.spawn((Original::default(), VideoTrack, constraints, Mirroring::On));
    if let Some(source) = &arguments.source {
        track.insert((source.clone(), Mirroring::Off));
    }
    track
        .observe(|failed: On<TrackFailed>, commands: Commands, original: Single<&mut Original>| {
            stand_in(commands, failed.entity, &mut original.into_inner(), &failed.error);
        })
        .observe(|ended: On<TrackEnded>, commands: Commands, original: Single<&mut Original>| {
            let end = MediaError::operation("the camera has gone away");
            stand_in(
                commands,
                ended.entity,
                &mut original.into_inner(),
                ended.error.as_ref().unwrap_or(&end),
            );
        });
}

/// Goes on with the synthetic camera.
fn stand_in(mut commands: Commands, track: Entity, original: &mut Original, error: &MediaError) {
    warn!("no camera: {error}");
    // Where the stand-in itself fails, there is nobody left to ask.
    if original.trouble.is_none() {
        let constraints = VideoConstraints::new().width(1280).height(720);
        commands.entity(track).insert((VideoTrack, TrackSource::synthetic(), constraints, Mirroring::Off));
    }
    original.trouble = Some(error.message.to_string());
}

/// On the wall nobody sees the picture without effects: it is switched off, and its clones keep the camera.
fn rest(mut commands: Commands, view: Res<State<View>>, original: Single<Entity, With<Original>>) {
    commands.entity(*original).insert(TrackEnabled(*view.get() == View::Large));
}
