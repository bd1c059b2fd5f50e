//! Stickers that follow faces. Faces are searched only while a sticker needs them.

use std::time::Duration;

use bevy::prelude::*;
use bevy_viewfinder::{ViewfinderSystems, prelude::*};

use super::{Booth, Phase};
use crate::{
    feed::Viewfinder,
    settings::Settings,
    sticker::{
        Stickers,
        anchor::{Anchor, Hold},
    },
};

/// The time for which faces are searched after the last sticker that needed them: guests try several places.
const LINGERING: Duration = Duration::from_secs(10);

/// The most faces. Each takes time in each frame.
const MOST_FACES: usize = 6;

pub fn plugin(app: &mut App) {
    app.add_observer(give_up)
        .add_systems(PreUpdate, follow.after(ViewfinderSystems::Receive))
        .add_systems(Update, search);
}

/// The tracking of the stickers. It differs from that of the looks.
fn tracking() -> FaceTracking {
    FaceTracking::new().max_faces(MOST_FACES).spawn_faces(false)
}

/// Begins and ends the search for faces.
fn search(
    mut commands: Commands,
    time: Res<Time<Real>>,
    settings: Res<Settings>,
    stickers: Res<Stickers>,
    track: Query<(Entity, Option<&FaceTracking>), With<Viewfinder>>,
    mut last_needed: Local<Duration>,
) {
    let Ok((track, current)) = track.single() else { return };
    let is_own = current == Some(&tracking());
    if settings.faces && stickers.need_faces() {
        *last_needed = time.elapsed();
        if !is_own {
            commands.entity(track).insert(tracking());
        }
    } else if is_own && time.elapsed() > *last_needed + LINGERING {
        commands.entity(track).remove::<FaceTracking>();
    }
}

/// Moves stickers with the faces of the frame that is shown now.
fn follow(
    booth: Res<Booth>,
    mut stickers: ResMut<Stickers>,
    track: Query<(&FaceDetections, &Mirroring), (With<Viewfinder>, With<FaceTracking>)>,
) {
    let Ok((detections, mirroring)) = track.single() else { return };
    if !stickers.need_faces() || detections.captured.is_none() {
        return;
    }
    let (faces, mirrored) = (Anchor::all(detections), *mirroring != Mirroring::Off);
    let mut next = stickers.clone();
    next.follow(&faces, mirrored);
    // A photo that is being taken is drawn with those that were on faces, and the others are put on it later.
    if !matches!(booth.phase, Phase::Exposing | Phase::Recording(_)) {
        next.land(&faces, mirrored);
    }
    stickers.set_if_neq(next);
}

/// Leaves all stickers where they are when faces can't be found. The next one that is moved tries again.
fn give_up(
    failed: On<FaceTrackingFailed>,
    mut commands: Commands,
    mut stickers: ResMut<Stickers>,
    track: Query<&FaceTracking, With<Viewfinder>>,
) {
    // Stickers need no poses, which it fails to find by this name.
    if failed.error.name == ErrorName::Type {
        return;
    }
    if track.get(failed.entity).is_ok_and(|current| *current == tracking()) {
        warn!("stickers don't follow faces: {}", failed.error);
        for sticker in &mut stickers.0 {
            sticker.hold = Hold::Nothing;
        }
        commands.entity(failed.entity).remove::<FaceTracking>();
    }
}

#[cfg(test)]
mod tests {
    use bevy::time::TimeUpdateStrategy;
    use viewfinder_examples::without_gpu;

    use super::*;

    /// A booth with stickers and a track, that updates once a second.
    fn booth(mut app: App, settings: Settings, track: impl Bundle) -> (App, Entity) {
        app.insert_resource(TimeUpdateStrategy::ManualDuration(Duration::from_secs(1)))
            .insert_resource(settings)
            .init_resource::<Booth>()
            .init_resource::<Stickers>()
            .add_plugins(plugin);
        let track = app.world_mut().spawn((Viewfinder, track)).id();
        app.update();
        (app, track)
    }

    /// A booth without the library.
    fn app(settings: Settings) -> (App, Entity) {
        let mut app = App::new();
        app.add_plugins(MinimalPlugins);
        booth(app, settings, Mirroring::On)
    }

    fn searches(app: &mut App, track: Entity) -> bool {
        app.update();
        app.world().get::<FaceTracking>(track).is_some()
    }

    #[test]
    fn faces_are_searched_while_a_sticker_needs_them() {
        let (mut app, track) = app(Settings::default());
        assert!(app.world_mut().resource_mut::<Stickers>().add(4));
        assert!(!searches(&mut app, track), "a heart lies where it is put");
        let mut stickers = app.world_mut().resource_mut::<Stickers>();
        stickers.0[0] = stickers.0[0].dragged(Vec2::ZERO);
        assert!(searches(&mut app, track));
        app.world_mut().resource_mut::<Stickers>().0.clear();
        assert!(searches(&mut app, track), "it goes on for a moment");
        for _ in 0..12 {
            app.update();
        }
        assert!(!searches(&mut app, track));
    }

    #[test]
    fn a_venue_that_switches_faces_off_has_no_search() {
        let (mut app, track) = app(Settings { faces: false, ..Settings::default() });
        assert!(app.world_mut().resource_mut::<Stickers>().add(0));
        assert!(!searches(&mut app, track));
    }

    #[test]
    fn a_failure_leaves_stickers_where_they_are() {
        // Without a renderer faces can't be searched.
        let (mut app, track) =
            booth(without_gpu(), Settings::default(), (VideoTrack, TrackSource::synthetic()));
        let mut stickers = app.world_mut().resource_mut::<Stickers>();
        assert!(stickers.add(0));
        stickers.0[0].at = Vec2::splat(0.3);
        app.update();
        app.update();
        let sticker = app.world().resource::<Stickers>().0[0];
        assert_eq!((sticker.hold, sticker.at), (Hold::Nothing, Vec2::splat(0.3)));
        assert!(!searches(&mut app, track));
    }
}
