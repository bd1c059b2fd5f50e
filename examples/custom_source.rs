//! Frames of the app's own: a game of life is a device like any other, with constraints, effects and photos.

use bevy::{math::USizeVec2, prelude::*};
use bevy_viewfinder::{
    device::NativeMode,
    effects::{Bloom, Vignette},
    frame::PixelFormat,
    prelude::*,
    source::{CustomFeed, CustomSource},
};

const SIZE: USizeVec2 = USizeVec2::new(160, 90);

/// The cells, and the app's end of the source.
#[derive(Resource)]
struct Life {
    cells: Vec<bool>,
    feed: CustomFeed,
}

fn main() -> AppExit {
    App::new()
        .add_plugins((DefaultPlugins, ViewfinderPlugins))
        .insert_resource(Time::<Fixed>::from_hz(15.0))
        .add_systems(Startup, setup)
        .add_systems(FixedUpdate, step)
        .run()
}

fn setup(mut commands: Commands) {
    let mode = NativeMode { size: SIZE.as_uvec2(), frame_rate: 15.0, format: PixelFormat::Rgba32 };
    let (source, feed) = CustomSource::new("Game of life", [mode]);
    let random = |index: usize| (index * index + index / 7).wrapping_mul(2_654_435_761) >> 7 & 3 == 0;
    commands.insert_resource(Life { cells: (0..SIZE.element_product()).map(random).collect(), feed });

    commands.spawn(Camera2d);
    let effects = EffectStack::new().with(Bloom::default()).with(Vignette::default());
    let track = commands
        .spawn((VideoTrack, TrackSource::new(source), effects))
        .observe(|failed: On<TrackFailed>| error!("{}", failed.error))
        .id();
    commands.spawn((Sprite::sized(Vec2::new(1280.0, 720.0)), ShowTrack(track)));
}

/// One generation, pushed as one frame. A feed may as well be moved to a thread: nothing of it waits.
fn step(mut life: ResMut<Life>) {
    let alive = |x: usize, y: usize| life.cells[y % SIZE.y * SIZE.x + x % SIZE.x];
    let next = |index: usize| {
        let (x, y) = (index % SIZE.x + SIZE.x, index / SIZE.x + SIZE.y);
        let square = (y - 1..=y + 1).flat_map(|y| (x - 1..=x + 1).map(move |x| (x, y)));
        let count = square.filter(|(x, y)| alive(*x, *y)).count();
        count == 3 || count == 4 && alive(x, y)
    };
    let cells: Vec<bool> = (0..life.cells.len()).map(next).collect();
    life.cells = cells;
    let color = |alive: &bool| if *alive { [120, 255, 160, 255] } else { [12, 16, 32, 255] };
    let bytes: Vec<u8> = life.cells.iter().flat_map(color).collect();
    if let Err(error) = life.feed.push_rgba(SIZE.as_uvec2(), &bytes) {
        error!("{error}");
    }
}
