//! Statistics, and Bevy's diagnostics of them.

use bevy::diagnostic::DiagnosticsStore;
use bevy_viewfinder::{prelude::*, track::TrackDiagnosticsPlugin};

use crate::stage::Stage;

#[test]
fn every_frame_is_counted_once() {
    let mut stage = Stage::new();
    let (track, script) = stage.live(());
    script.frame();
    stage.until_delivered(track, 1);
    script.lose(3);
    script.frame();
    stage.until_delivered(track, 2);
    // No frames are taken while the app doesn't update: the newest of ten wins.
    script.frames(10);
    let before = script.delivered();
    while script.delivered() < before + 10 {
        std::thread::sleep(std::time::Duration::from_millis(1));
    }
    stage.until("all frames", |stage| {
        let statistics = stage.get::<TrackStatistics>(track)?;
        (statistics.total_frames == 12 && statistics.delivered_frames + statistics.discarded_frames == 12)
            .then_some(())
    });
    let statistics = stage.get::<TrackStatistics>(track).expect("statistics of a track");
    assert_eq!(statistics.lost_frames, 3);
    assert!(statistics.discarded_frames >= 8, "{statistics:?}");
}

#[test]
fn the_figures_are_among_bevys_diagnostics_while_the_track_lives() {
    let mut stage = Stage::with(|app| _ = app.add_plugins(TrackDiagnosticsPlugin));
    let (track, script) = stage.live(());
    script.frame();
    stage.until_delivered(track, 1);
    stage.steps(3);
    let path = TrackDiagnosticsPlugin::path(track, &TrackDiagnosticsPlugin::FRAME_AGE);
    let store = stage.app.world().resource::<DiagnosticsStore>();
    assert!(store.get(&path).and_then(|diagnostic| diagnostic.value()).is_some());
    stage.app.world_mut().despawn(track);
    stage.steps(2);
    let store = stage.app.world().resource::<DiagnosticsStore>();
    assert!(store.get(&path).is_none_or(|diagnostic| !diagnostic.is_enabled && diagnostic.value().is_none()));
}
