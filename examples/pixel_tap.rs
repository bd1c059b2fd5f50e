//! A histogram of a webcam's luma, from a tap: small frames on the CPU, each of which a system reads.

use bevy::{prelude::*, sprite::SpriteScalingMode};
use bevy_viewfinder::prelude::*;

const BARS: usize = 64;

/// The bar of one of the ranges of luma.
#[derive(Component)]
struct Bar(usize);

fn main() -> AppExit {
    App::new()
        .add_plugins((DefaultPlugins, ViewfinderPlugins))
        .add_systems(Startup, setup)
        .add_systems(Update, draw)
        .run()
}

fn setup(mut commands: Commands) {
    commands.spawn(Camera2d);
    commands.spawn(Text::new("Waiting for a device"));
    let track = commands.spawn(VideoTrack).observe(use_synthetic).id();
    let image_mode = SpriteImageMode::Scale(SpriteScalingMode::FitCenter);
    commands.spawn((Sprite { image_mode, ..Sprite::sized(Vec2::new(960.0, 540.0)) }, ShowTrack(track)));
    commands
        .spawn(PixelTap::luma(track).size(UVec2::new(160, 90)))
        .observe(|failed: On<TapFailed>| error!("{}", failed.error));

    let histogram = Node {
        position_type: PositionType::Absolute,
        bottom: px(0),
        width: percent(100),
        height: px(160),
        align_items: AlignItems::End,
        ..default()
    };
    commands.spawn(histogram).with_children(|parent| {
        for index in 0..BARS {
            let gray = (index as f32 + 0.5) / BARS as f32;
            let node = Node { flex_grow: 1.0, ..default() };
            parent.spawn((Bar(index), node, BackgroundColor(Color::srgba(gray, gray, 1.0, 0.8))));
        }
    });
}

fn draw(
    taps: Query<&TapFrames, Changed<TapFrames>>,
    mut bars: Query<(&Bar, &mut Node)>,
    mut text: Single<&mut Text>,
) {
    let Some(frame) = taps.iter().find_map(TapFrames::latest) else { return };
    // One byte for each pixel, row by row from the top left.
    let pixels: &[u8] = &frame.buffer;
    let mut counts = [0_u32; BARS];
    pixels.iter().for_each(|luma| counts[usize::from(*luma) * BARS / 256] += 1);
    let most = counts.iter().copied().max().unwrap_or(0).max(1);
    for (bar, mut node) in &mut bars {
        node.height = percent(100.0 * counts[bar.0] as f32 / most as f32);
    }
    let sum: u64 = pixels.iter().map(|luma| u64::from(*luma)).sum();
    let age = frame.captured.elapsed().as_millis();
    text.0 = format!("Mean luma {}, {age} ms after its capture", sum / pixels.len() as u64);
}

/// Without a webcam the example continues with a synthetic device.
fn use_synthetic(failed: On<TrackFailed>, mut commands: Commands) {
    warn!("{}", failed.error);
    commands.entity(failed.entity).insert((VideoTrack, TrackSource::synthetic()));
}
