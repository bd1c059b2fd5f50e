//! A view of the game, recorded with an effect: a camera draws it into an image, and the window shows that. Space
//! starts and stops. (A browser downloads the file.)

use bevy::{
    camera::{RenderTarget, visibility::RenderLayers},
    prelude::*,
    render::render_resource::TextureFormat,
};
use bevy_viewfinder::{effects::Crt, prelude::*, recorder::CommandRejected};

fn main() -> AppExit {
    App::new()
        .add_plugins((DefaultPlugins, ViewfinderPlugins))
        .add_systems(Startup, setup)
        .add_systems(Update, (play, record))
        .run()
}

/// A part of the game, with its place on a circle.
#[derive(Component)]
struct Dancer(f32);

fn setup(mut commands: Commands, mut images: ResMut<Assets<Image>>) {
    // The game, with a camera that draws into an image.
    let image = images.add(Image::new_target_texture(1280, 720, TextureFormat::Rgba8UnormSrgb, None));
    commands.spawn((Camera2d, Camera { order: -1, ..default() }, RenderTarget::from(image.clone())));
    for index in 0..12 {
        let place = index as f32 / 12.0;
        let color = Color::hsl(place * 360.0, 0.75, 0.6);
        commands.spawn((Dancer(place), Sprite::from_color(color, Vec2::splat(90.0))));
    }

    // The image with an effect, in the window, and its recorder. A name ending in `.mkv` works in every desktop build.
    let view = commands.spawn((EffectInput(image), EffectStack::new().with(Crt::default()))).id();
    commands.spawn((Camera2d, IsDefaultUiCamera, RenderLayers::none()));
    commands.spawn((ImageNode::default(), ShowTrack(view), Node { width: percent(100), ..default() }));
    commands.spawn((Text::new("Space: record"), Node { margin: px(12).all(), ..default() }, ZIndex(1)));
    let has_webm = MediaRecorder::is_type_supported("video/webm");
    let file = RecordingFile::new(if has_webm { "game.webm" } else { "game.mkv" });
    commands
        .spawn((MediaRecorder::new(view), file))
        .observe(|saved: On<RecordingSaved>, mut text: Single<&mut Text>| {
            text.0 = format!("Saved as {}", saved.path.display());
        })
        .observe(|failed: On<RecordingFailed>, mut text: Single<&mut Text>| {
            text.0 = failed.error.to_string();
        })
        .observe(|rejected: On<CommandRejected>, mut text: Single<&mut Text>| {
            text.0 = rejected.error.to_string();
        });
}

fn play(time: Res<Time>, mut dancers: Query<(&Dancer, &mut Transform)>) {
    let now = time.elapsed_secs();
    for (Dancer(place), mut transform) in &mut dancers {
        let angle = (place + now * 0.1) * std::f32::consts::TAU;
        let radius = 230.0 + 60.0 * (now * 2.0 + place * 40.0).sin();
        transform.translation = (Vec2::from_angle(angle) * radius).extend(0.0);
        transform.rotation = Quat::from_rotation_z(now + angle);
    }
}

fn record(
    mut commands: Commands,
    keys: Res<ButtonInput<KeyCode>>,
    recorder: Single<(Entity, &RecorderState)>,
    mut text: Single<&mut Text>,
) {
    if !keys.just_pressed(KeyCode::Space) {
        return;
    }
    let (recorder, state) = *recorder;
    if *state == RecorderState::Inactive {
        text.0 = "Recording. Space: stop".into();
        commands.trigger(StartRecording::new(recorder));
    } else {
        commands.trigger(StopRecording::new(recorder));
    }
}
