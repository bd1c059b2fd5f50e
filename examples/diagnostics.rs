//! A track's measurements as Bevy diagnostics: in a corner of the window, and in the log.

use bevy::{
    diagnostic::{DiagnosticsStore, LogDiagnosticsPlugin},
    prelude::*,
    sprite::SpriteScalingMode,
    time::common_conditions::on_timer,
};
use bevy_viewfinder::{prelude::*, track::TrackDiagnosticsPlugin};

fn main() -> AppExit {
    App::new()
        .add_plugins((
            DefaultPlugins,
            ViewfinderPlugins,
            TrackDiagnosticsPlugin,
            LogDiagnosticsPlugin::default(),
        ))
        .add_systems(Startup, setup)
        .add_systems(Update, show.run_if(on_timer(std::time::Duration::from_millis(250))))
        .run()
}

fn setup(mut commands: Commands) {
    commands.spawn(Camera2d);
    commands.spawn(Text::new("Waiting for a device"));
    let track = commands.spawn(VideoTrack).observe(use_synthetic).id();
    let image_mode = SpriteImageMode::Scale(SpriteScalingMode::FitCenter);
    commands.spawn((Sprite { image_mode, ..Sprite::sized(Vec2::new(960.0, 540.0)) }, ShowTrack(track)));
}

fn show(
    store: Res<DiagnosticsStore>,
    track: Single<(&TrackStatistics, &VideoSettings)>,
    mut text: Single<&mut Text>,
) {
    // The totals are a component of the track.
    let (statistics, settings) = *track;
    text.0 = format!("{}, {} frames", settings.label, statistics.total_frames);
    for diagnostic in store.iter().filter(|diagnostic| diagnostic.path().as_str().starts_with("viewfinder")) {
        if let Some(value) = diagnostic.smoothed() {
            // The path is viewfinder/ENTITY/NAME.
            let name = diagnostic.path().components().last().unwrap_or_default();
            text.0 += &format!("\n{name}: {value:.2} {}", diagnostic.suffix);
        }
    }
}

/// Without a webcam the example continues with a synthetic device.
fn use_synthetic(failed: On<TrackFailed>, mut commands: Commands) {
    warn!("{}", failed.error);
    commands.entity(failed.entity).insert((VideoTrack, TrackSource::synthetic()));
}
