//! Every effect there is on one picture, with its name: the contact sheet of the README.
//!
//! ```text
//! cargo run --example contact_sheet -- sheet.jpg [PICTURE]
//! ```

#[path = "photobooth/lettering.rs"]
mod lettering;
#[path = "headless/plugins.rs"]
mod plugins;

use std::{path::PathBuf, time::Duration};

use bevy::prelude::*;
use bevy_viewfinder::{
    effect::EffectRegistry,
    photo::{Fit, Photo},
    prelude::*,
    source::FileSource,
};
use image::{DynamicImage, Rgba, RgbaImage, imageops};

use lettering::{BOLD, Lettering, MEDIUM};

/// The picture that is used when none is named: Eileen Collins; NASA, public domain.
const PICTURE: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/assets/pictures/eileen_collins.jpg");

/// Pixels of a tile, of the gap between tiles, and of the line below each for its name.
const TILE: UVec2 = UVec2::new(200, 150);
const GAP: u32 = 14;
const CAPTION: u32 = 28;
const COLUMNS: u32 = 7;
/// Pixels above the first row, for the headline.
const HEAD: u32 = 64;

const PAPER: Rgba<u8> = Rgba([252, 251, 247, 255]);
const INK: [u8; 3] = [60, 58, 70];

/// Effects that begin gently, or whose default does little to this picture, and what shows them better.
const STRONGER: &[(&str, &str)] = &[
    ("brightness", "brightness:amount=1.5"),
    ("contrast", "contrast:amount=1.8"),
    ("exposure", "exposure:stops=-1.2"),
    ("gamma", "gamma:gamma=2.2"),
    ("hue_rotate", "hue_rotate:angle=150"),
    ("opacity", "opacity:amount=0.4"),
    ("saturation", "saturation:amount=2.5"),
    ("temperature_tint", "temperature_tint:temperature=0.8"),
];

/// The tiles that are done, and where the sheet goes.
#[derive(Resource)]
struct Sheet {
    path: PathBuf,
    names: Vec<String>,
    tiles: Vec<Photo>,
}

fn main() -> AppExit {
    let mut arguments = std::env::args_os().skip(1).map(PathBuf::from);
    let Some(path) = arguments.next() else {
        eprintln!("usage: contact_sheet SHEET.jpg [PICTURE]");
        return AppExit::from_code(2);
    };
    let picture = arguments.next().unwrap_or_else(|| PICTURE.into());

    let mut app = App::new();
    app.add_plugins((plugins::headless(Duration::from_millis(4)), ViewfinderPlugin));
    let names = app.world().resource::<EffectRegistry>().iter().map(|effect| effect.name.clone()).collect();
    app.insert_resource(Sheet { path, names, tiles: Vec::new() })
        .add_systems(Startup, move |mut commands: Commands| {
            commands
                .spawn((VideoTrack, TrackSource::new(FileSource::new(&picture)), EffectStack::new()))
                .observe(|live: On<TrackLive>, mut commands: Commands| commands.queue(shoot(live.entity)))
                .observe(|failed: On<TrackFailed>, mut exit: MessageWriter<AppExit>| {
                    eprintln!("error: {}", failed.error);
                    exit.write(AppExit::from_code(3));
                });
        })
        .run()
}

/// Takes the photo of the next effect, and when there is none left, makes the sheet.
fn shoot(track: Entity) -> impl Command {
    move |world: &mut World| {
        let sheet = world.resource::<Sheet>();
        let Some(name) = sheet.names.get(sheet.tiles.len()) else {
            let saved = DynamicImage::from(compose(sheet)).to_rgb8().save(&sheet.path);
            world.write_message(match saved {
                Ok(()) => AppExit::Success,
                Err(error) => {
                    eprintln!("error: {}: {error}", sheet.path.display());
                    AppExit::from_code(3)
                }
            });
            return;
        };
        let stronger = STRONGER.iter().find(|(known, _)| known == name).map(|(_, text)| *text);
        let stack =
            world.resource::<EffectRegistry>().parse_stack(stronger.unwrap_or(name)).unwrap_or_default();
        world.entity_mut(track).insert(stack);
        world
            .spawn(TakePhoto::of(track).canvas(TILE, Fit::Cover))
            .observe(move |taken: On<PhotoTaken>, mut commands: Commands, mut sheet: ResMut<Sheet>| {
                sheet.tiles.push(taken.photo.clone());
                commands.queue(shoot(track));
            })
            .observe(|failed: On<PhotoFailed>, mut exit: MessageWriter<AppExit>| {
                eprintln!("error: {}", failed.error);
                exit.write(AppExit::from_code(3));
            });
    }
}

/// The tiles in rows, each with its name.
fn compose(sheet: &Sheet) -> RgbaImage {
    let rows = (sheet.tiles.len() as u32).div_ceil(COLUMNS);
    let cell = TILE + UVec2::new(GAP, GAP + CAPTION);
    let mut paper = RgbaImage::from_pixel(COLUMNS * cell.x + GAP, HEAD + rows * cell.y + GAP, PAPER);
    let headline = format!("{} effects, all of them live", sheet.tiles.len());
    Lettering { font: BOLD, size: 30.0, color: INK, spacing: 0.0 }.write_centered(
        &mut paper,
        &headline,
        (COLUMNS * cell.x + GAP) as f32 / 2.0,
        i64::from(HEAD) - 20,
    );
    let lettering = Lettering { font: MEDIUM, size: 17.0, color: INK, spacing: 0.0 };
    for (index, (photo, name)) in (0..).zip(sheet.tiles.iter().zip(&sheet.names)) {
        let corner = UVec2::new(GAP, HEAD) + cell * UVec2::new(index % COLUMNS, index / COLUMNS);
        let tile = RgbaImage::from_raw(photo.size.x, photo.size.y, photo.rgba.to_vec()).unwrap_or_default();
        imageops::overlay(&mut paper, &tile, corner.x.into(), corner.y.into());
        let middle = (corner.x + TILE.x / 2) as f32;
        let baseline = i64::from(corner.y + TILE.y + CAPTION - 9);
        lettering.write_centered(&mut paper, &name.replace('_', " "), middle, baseline);
    }
    paper
}
