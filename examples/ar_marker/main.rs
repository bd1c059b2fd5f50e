//! A lighthouse on a printed marker: print the marker, or show it on a phone, and hold it in front of the webcam. Key M
//! shows the marker. Without a webcam the example films a desk of its own.

mod desk;
mod lighthouse;

use bevy::prelude::*;
use bevy_viewfinder::{
    marker::{families, marker_image},
    prelude::*,
};
use viewfinder_examples::fail;

/// The marker, and the side of its dark square in meters.
const MARKER: u32 = 7;
const SIDE: f32 = 0.08;

fn main() -> AppExit {
    if let Err(error) = require_gpu(&default()) {
        return fail(&error);
    }
    App::new()
        .add_plugins((DefaultPlugins, ViewfinderPlugins))
        .add_systems(Startup, setup)
        .add_systems(Update, (desk::move_camera, lighthouse::turn_lamp, show_marker))
        .run()
}

/// The picture of the marker, to print or to photograph.
#[derive(Component)]
struct MarkerPicture;

/// The line of help.
#[derive(Component)]
struct Help;

fn setup(
    mut commands: Commands,
    mut meshes: ResMut<Assets<Mesh>>,
    mut materials: ResMut<Assets<StandardMaterial>>,
    mut images: ResMut<Assets<Image>>,
) {
    // The default of the intrinsics is a field of view of 60 degrees. Files of a calibration are more exact.
    let track = commands
        .spawn((
            VideoTrack,
            VideoConstraints::new().width(1280),
            Mirroring::Off,
            MarkerTracker::new(),
            LightEstimation::new(),
        ))
        .observe(use_desk)
        .id();
    commands.spawn((Camera3d::default(), CameraBackground::new(track), IsDefaultUiCamera));

    let marker = commands
        .spawn(Marker::new(track, MARKER, SIDE))
        .observe(|_: On<MarkerFound>, mut help: Single<&mut Text, With<Help>>| help.0.clear())
        .observe(|_: On<MarkerLost>, mut help: Single<&mut Text, With<Help>>| help.0 = instructions())
        .id();
    lighthouse::spawn(&mut commands, track, marker, &mut meshes, &mut materials);

    let picture = marker_image(&families::TAG_36H11, MARKER).map(|picture| images.add(picture));
    commands.spawn((
        MarkerPicture,
        ImageNode::new(picture.unwrap_or_default()),
        Visibility::Hidden,
        Node {
            position_type: PositionType::Absolute,
            right: px(16),
            bottom: px(16),
            width: vmin(45),
            ..default()
        },
    ));
    commands.spawn((
        Node {
            position_type: PositionType::Absolute,
            left: px(16),
            right: px(16),
            bottom: px(16),
            ..default()
        },
        children![(
            Help,
            Text::new(instructions()),
            TextShadow::default(),
            TextFont { font_size: FontSize::Px(20.0), ..default() },
        )],
    ));
}

fn instructions() -> String {
    format!("Show the marker {MARKER} of tag36h11 to the camera, {} cm wide. Key M: the marker", SIDE * 100.0)
}

/// Films a desk in place of a webcam that can't be used.
fn use_desk(failed: On<TrackFailed>, mut commands: Commands, mut help: Single<&mut Text, With<Help>>) {
    warn!("no webcam, so this is a rendered desk: {}", failed.error);
    help.0 = format!("No webcam: this is a rendered desk.\n{}", failed.error);
    commands.run_system_cached_with(desk::build, failed.entity);
}

fn show_marker(keys: Res<ButtonInput<KeyCode>>, mut picture: Single<&mut Visibility, With<MarkerPicture>>) {
    if keys.just_pressed(KeyCode::KeyM) {
        picture.toggle_visible_hidden();
    }
}
