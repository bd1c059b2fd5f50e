//! Constraints on a live track. Press 1 to 4 for a width, 5 for one that no device has.

use bevy::{prelude::*, sprite::SpriteScalingMode};
use bevy_viewfinder::prelude::*;

const WIDTHS: [(KeyCode, u32); 5] = [
    (KeyCode::Digit1, 320),
    (KeyCode::Digit2, 640),
    (KeyCode::Digit3, 1280),
    (KeyCode::Digit4, 1920),
    (KeyCode::Digit5, 100_000),
];

fn main() -> AppExit {
    App::new()
        .add_plugins((DefaultPlugins, ViewfinderPlugins))
        .add_systems(Startup, setup)
        .add_systems(Update, (edit, show))
        .run()
}

/// The last answer to an edit.
#[derive(Component, Default)]
struct Answer(String);

fn setup(mut commands: Commands) {
    commands.spawn(Camera2d);
    commands.spawn(Text::default());
    // `ideal` is a wish, `exact` a requirement. The device with the smallest distance to the wishes is opened.
    let constraints = VideoConstraints::new().width(ideal(1280)).height(ideal(720)).frame_rate(ideal(30.0));
    let track = commands
        .spawn((VideoTrack, constraints, Answer::default()))
        .observe(|_: On<ConstraintsApplied>, mut answer: Single<&mut Answer>| answer.0 = "applied".into())
        .observe(|refused: On<ConstraintsRejected>, mut answer: Single<&mut Answer>| {
            answer.0 = refused.error.to_string();
        })
        .observe(use_synthetic)
        .id();
    let image_mode = SpriteImageMode::Scale(SpriteScalingMode::FitCenter);
    commands.spawn((Sprite { image_mode, ..Sprite::sized(Vec2::new(960.0, 540.0)) }, ShowTrack(track)));
}

fn edit(keys: Res<ButtonInput<KeyCode>>, mut constraints: Single<&mut VideoConstraints>) {
    for (_, width) in WIDTHS.into_iter().filter(|(key, _)| keys.just_pressed(*key)) {
        constraints.width = exact(width);
        constraints.height = default();
    }
}

fn show(track: Single<(&VideoSettings, &VideoCapabilities, &Answer)>, mut text: Single<&mut Text>) {
    let (settings, capabilities, Answer(answer)) = *track;
    let (size, rate, widths) = (settings.size, settings.frame_rate, &capabilities.width);
    text.0 = format!(
        "{}: {} x {} at {rate:.0} Hz, widths {widths:?}\n1 to 4: a width, 5: too wide\n{answer}",
        settings.label, size.x, size.y
    );
}

/// Without a webcam the example continues with a synthetic device.
fn use_synthetic(failed: On<TrackFailed>, mut commands: Commands) {
    warn!("{}", failed.error);
    commands.entity(failed.entity).insert((VideoTrack, TrackSource::synthetic()));
}
