//! Space takes a photo, shows it in the corner, and saves it as `photo.png`, `photo (1).png` and so on. (A browser
//! downloads it.)

use bevy::{prelude::*, sprite::SpriteScalingMode};
use bevy_viewfinder::{effects::Sepia, prelude::*};

fn main() -> AppExit {
    App::new()
        .add_plugins((DefaultPlugins, ViewfinderPlugins))
        .add_systems(Startup, setup)
        .add_systems(Update, shoot)
        .run()
}

/// Shows the last photo.
#[derive(Component)]
struct LastPhoto;

fn setup(mut commands: Commands) {
    commands.spawn(Camera2d);
    commands.spawn(Text::new("Space: a photo"));
    // A photo has the track's effects, and the full size of the device.
    let effects = EffectStack::new().with(Sepia::default());
    let track = commands.spawn((VideoTrack, effects)).observe(use_synthetic).id();
    let image_mode = SpriteImageMode::Scale(SpriteScalingMode::FitCenter);
    commands.spawn((Sprite { image_mode, ..Sprite::sized(Vec2::new(960.0, 540.0)) }, ShowTrack(track)));
    let corner = Node {
        position_type: PositionType::Absolute,
        right: px(12),
        bottom: px(12),
        width: px(240),
        ..default()
    };
    commands.spawn((LastPhoto, ImageNode::solid_color(Color::NONE), corner));
}

fn shoot(mut commands: Commands, keys: Res<ButtonInput<KeyCode>>, track: Single<Entity, With<VideoTrack>>) {
    if keys.just_pressed(KeyCode::Space) {
        // The request is an entity of its own. Its answers are events for that entity.
        commands
            .spawn(TakePhoto(*track))
            .observe(save_to_disk("photo.png"))
            .observe(show)
            .observe(|saved: On<PhotoSaved>, mut text: Single<&mut Text>| {
                text.0 = format!("Saved as {}", saved.path.display());
            })
            .observe(|failed: On<PhotoFailed>, mut text: Single<&mut Text>| {
                text.0 = failed.error.to_string()
            });
    }
}

fn show(
    taken: On<PhotoTaken>,
    mut images: ResMut<Assets<Image>>,
    mut node: Single<&mut ImageNode, With<LastPhoto>>,
) {
    **node = ImageNode::new(images.add(taken.photo.to_image()));
}

/// Without a webcam the example continues with a synthetic device.
fn use_synthetic(failed: On<TrackFailed>, mut commands: Commands) {
    warn!("{}", failed.error);
    commands.entity(failed.entity).insert((VideoTrack, TrackSource::synthetic()));
}
