//! The level of a microphone, as a meter. Without a microphone the window shows the reason, and a synthetic one.

use bevy::prelude::*;
use bevy_viewfinder::prelude::*;

fn main() -> AppExit {
    App::new()
        .add_plugins((DefaultPlugins, ViewfinderPlugins))
        .add_systems(Startup, setup)
        .add_systems(Update, show_level)
        .run()
}

/// The part of the meter that grows.
#[derive(Component)]
struct Bar;

/// The mark of the highest recent peak, and where it is now, in percent.
#[derive(Component)]
struct Peak(f32);

fn setup(mut commands: Commands) {
    commands.spawn(Camera2d);
    let column = Node {
        flex_direction: FlexDirection::Column,
        row_gap: px(16),
        padding: UiRect::all(px(24)),
        width: percent(100),
        ..default()
    };
    let meter = Node { width: percent(100), height: px(32), ..default() };
    let bar = Node { height: percent(100), ..default() };
    let peak =
        Node { position_type: PositionType::Absolute, width: px(3), height: percent(100), ..default() };
    commands.spawn((
        column,
        children![
            Text::new("Looking for microphones"),
            (
                meter,
                BackgroundColor(Color::srgb(0.12, 0.12, 0.14)),
                children![
                    (Bar, bar, BackgroundColor(Color::srgb(0.2, 0.75, 0.4))),
                    (Peak(0.0), peak, BackgroundColor(Color::WHITE)),
                ],
            ),
        ],
    ));
    commands.spawn(AudioTrack).observe(show_name).observe(use_synthetic);
}

fn show_name(live: On<TrackLive>, tracks: Query<&AudioSettings>, mut text: Single<&mut Text>) {
    if let Ok(AudioSettings { label, sample_rate, channel_count, .. }) = tracks.get(live.entity) {
        text.0 = format!("{label}: {channel_count} channels at {sample_rate} Hz");
    }
}

fn use_synthetic(failed: On<TrackFailed>, mut commands: Commands) {
    warn!("No microphone: this is a synthetic one. {}", failed.error);
    commands.entity(failed.entity).insert((AudioTrack, AudioTrackSource::synthetic()));
}

/// 60 decibels are the width of the meter.
fn show_level(
    time: Res<Time>,
    level: Single<&AudioLevel>,
    bar: Single<&mut Node, With<Bar>>,
    peak: Single<(&mut Node, &mut Peak), Without<Bar>>,
) {
    let place = |decibels: f32| ((decibels + 60.0) / 60.0).clamp(0.0, 1.0) * 100.0;
    let (mut bar, (mut mark, mut peak)) = (bar.into_inner(), peak.into_inner());
    bar.width = percent(place(level.rms_decibels()));
    // The mark falls slowly.
    peak.0 = place(level.peak_decibels()).max(peak.0 - 30.0 * time.delta_secs());
    mark.left = percent(peak.0);
}
