//! QR codes and other barcodes, read where they are. Without a webcam the example shows a picture of some.

use bevy::{camera::ScalingMode, prelude::*};
use bevy_viewfinder::prelude::*;

/// The height of the frame in the world.
const HEIGHT: f32 = 720.0;
const COLOR: Color = Color::srgb(0.1, 0.75, 0.4);

/// A text or a corner of a barcode.
#[derive(Component)]
struct Mark;

fn main() -> AppExit {
    App::new()
        .add_plugins((DefaultPlugins, ViewfinderPlugins))
        .add_systems(Startup, setup)
        .add_systems(Update, (fit, mark).chain())
        .run()
}

fn setup(mut commands: Commands) {
    let scaling_mode = ScalingMode::AutoMin { min_width: 1280.0, min_height: HEIGHT };
    let projection = OrthographicProjection { scaling_mode, ..OrthographicProjection::default_2d() };
    commands.spawn((Camera2d, Projection::Orthographic(projection)));
    let place = Node { margin: UiRect::all(px(16)), ..default() };
    let text = Text::new("Show a QR code or a barcode to the webcam");
    commands.spawn((text, TextShadow::default(), place));
    let track = commands
        .spawn((VideoTrack, VideoConstraints::new().width(1280).height(720), BarcodeDetector::new()))
        .observe(|found: On<BarcodeFound>, mut text: Single<&mut Text>| {
            text.0 = format!("{}: {}", found.barcode.format, found.barcode.raw_value);
        })
        .observe(|failed: On<BarcodeDetectionFailed>, mut text: Single<&mut Text>| {
            text.0 = failed.error.to_string();
        })
        .observe(|failed: On<TrackFailed>, mut commands: Commands, assets: Res<AssetServer>| {
            info!("{}", failed.error);
            let picture = EffectInput(assets.load("pictures/barcodes.png"));
            commands.entity(failed.entity).remove::<VideoTrack>().insert(picture);
        })
        .id();
    commands.spawn((Sprite::default(), ShowTrack(track)));
}

fn fit(mut shown: Single<&mut Sprite, With<ShowTrack>>, images: Res<Assets<Image>>) {
    let size = images.get(&shown.image).map(|image| image.size_f32() * HEIGHT / image.size_f32().y);
    if shown.custom_size != size {
        shown.custom_size = size;
    }
}

/// Shows the text of each barcode in its middle, and its corners.
fn mark(
    mut commands: Commands,
    detected: Single<(Ref<DetectedBarcodes>, Option<&Mirroring>, Option<&VideoSettings>)>,
    shown: Single<Ref<Sprite>, With<ShowTrack>>,
    marks: Query<Entity, With<Mark>>,
) {
    let (detected, mirroring, settings) = &*detected;
    let is_changed = detected.is_changed() || shown.is_changed();
    let Some(size) = shown.custom_size.filter(|_| is_changed) else { return };
    marks.iter().for_each(|mark| commands.entity(mark).despawn());
    // The corners are those of the frame, which may be shown mirrored.
    let mirrored = mirroring.is_some_and(|mirroring| mirroring.is_mirrored(*settings));
    let side = if mirrored { -1.0 } else { 1.0 };
    let place = |point: Vec2| ((point - 0.5) * Vec2::new(side, -1.0) * size).extend(1.0);
    for barcode in &detected.barcodes {
        for corner in barcode.corner_points {
            let dot = Sprite::from_color(COLOR, Vec2::splat(12.0));
            commands.spawn((Mark, dot, Transform::from_translation(place(corner))));
        }
        let text = (Text2d::new(&barcode.raw_value), TextFont::from_font_size(26.0), TextColor(Color::WHITE));
        let middle = Transform::from_translation(place(barcode.bounding_box().center()));
        commands.spawn((Mark, text, TextBackgroundColor(COLOR), middle));
    }
}
