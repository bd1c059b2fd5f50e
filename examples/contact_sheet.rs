//! Every effect and every preset there is on one picture, with its name: the contact sheet of the README.
//!
//! ```text
//! cargo run --example contact_sheet -- sheet.jpg [PICTURE]
//! ```

use std::{path::PathBuf, time::Duration};

use bevy::{platform::time::Instant, prelude::*};
use bevy_viewfinder::{
    device::NativeMode,
    effect::EffectRegistry,
    effects::PRESETS,
    frame::{Frame, PixelFormat},
    photo::{Fit, Photo},
    prelude::*,
    source::{CustomFeed, CustomSource},
    track::FrameCorrupted,
};
use image::{DynamicImage, Rgba, RgbaImage, imageops};
use viewfinder_examples::{BOLD, Lettering, MEDIUM, fail, headless_app, misuse, parse_stack};

/// The picture that is used when none is named: Eileen Collins; NASA, public domain.
const PICTURE: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/assets/pictures/eileen_collins.jpg");

/// Pixels of a tile, of the gap between tiles, and of the line below each for its name.
const TILE: UVec2 = UVec2::new(200, 150);
const GAP: u32 = 14;
const CAPTION: u32 = 28;
const COLUMNS: u32 = 8;
/// Pixels above the first row of effects and of presets, for a headline.
const HEAD: u32 = 64;

const PAPER: Rgba<u8> = Rgba([252, 251, 247, 255]);
const INK: [u8; 3] = [60, 58, 70];

/// Effects that begin gently, whose default does little to this picture, or that need another one, and what shows them
/// better.
const STRONGER: &[(&str, &str)] = &[
    ("background", "mask:image=stickers/heart.png,channel=alpha+background:image=pictures/sunset.png"),
    ("brightness", "brightness:amount=1.5"),
    ("chroma_key", "chroma_key:key_color=#f07850,similarity=0.12,smoothness=0.06,spill=0"),
    ("color_key", "color_key:key_color=#d8d0cc,similarity=0.16,smoothness=0.1"),
    ("contrast", "contrast:amount=1.8"),
    (
        "drop_shadow",
        "mask:image=stickers/heart.png,channel=alpha+drop_shadow+background:image=pictures/sunset.png",
    ),
    ("exposure", "exposure:stops=-1.2"),
    ("gamma", "gamma:gamma=2.2"),
    ("hue_rotate", "hue_rotate:angle=150"),
    ("lut", "lut:image=luts/teal_and_orange.cube"),
    ("mask", "mask:image=stickers/heart.png,channel=alpha"),
    ("opacity", "opacity:amount=0.4"),
    ("perspective", "perspective:upper_left=0.25/0.1,upper_right=0.75/0.1,lower_right=1/1,lower_left=0/1"),
    ("picture_in_picture", "picture_in_picture:image=pictures/sunset.png"),
    ("saturate", "saturate:amount=2.5"),
    ("split_compare", "false_color+split_compare"),
    ("sticker", "sticker:image=stickers/sunglasses.png,position=0.48/0.32,size=0.22,rotation=2"),
    ("temperature_tint", "temperature_tint:temperature=0.8"),
];

/// Frames that effects see which remember, and by how many pixels the picture swings in them, of 1000.
const FRAMES: usize = 24;
const SWING: f32 = 60.0;
/// Seconds between two frames, as the camera has it; and as the line of a slit scan sees it, which would take long.
const CAMERA_STEP: Duration = Duration::from_millis(33);
const SCAN_STEP: Duration = Duration::from_millis(160);

/// The tiles that are done, and where the sheet goes.
#[derive(Resource)]
struct Sheet {
    path: PathBuf,
    names: Vec<String>,
    stacks: Vec<EffectStack>,
    /// How many of them are effects; presets follow.
    effects: usize,
    tiles: Vec<Photo>,
}

/// The filmed image.
#[derive(Resource)]
struct Set {
    picture: RgbaImage,
    feed: CustomFeed,
    /// When the last frame was captured.
    captured: Instant,
    /// Frames that were pushed in all, and of the present stack.
    pushed: u64,
    take: usize,
    /// Updates to wait until the last frame has been drawn.
    settle: u32,
    asked: bool,
}

fn main() -> AppExit {
    let mut arguments = std::env::args_os().skip(1).map(PathBuf::from);
    let Some(path) = arguments.next() else {
        return misuse("the sheet has no name; usage: contact_sheet SHEET.jpg [PICTURE]");
    };
    let picture = arguments.next().unwrap_or_else(|| PICTURE.into());

    let picture = match image::open(&picture) {
        Ok(picture) => picture.to_rgba8(),
        Err(error) => {
            return fail(&MediaError::not_readable(format!("{}: {error}", picture.display())));
        }
    };
    let size = UVec2::new(picture.width(), picture.height());
    let mode = NativeMode { size, frame_rate: 30.0, format: PixelFormat::Rgba32 };
    let (source, feed) = CustomSource::new("Still", [mode]);
    let mut app = match headless_app(Duration::from_millis(4)) {
        Ok(app) => app,
        Err(error) => return fail(&error),
    };
    let registry = app.world().resource::<EffectRegistry>();
    let mut names: Vec<String> = registry.iter().map(|effect| effect.name.to_owned()).collect();
    let mut stacks: Vec<EffectStack> = names.iter().map(|name| stack_of(registry, name)).collect();
    let effects = names.len();
    for (name, text) in PRESETS {
        names.push(name.to_owned());
        stacks.push(registry.read_preset(text).unwrap_or_default());
    }
    let captured = Instant::now();
    let source = TrackSource::new(source);
    app.insert_resource(Sheet { path, names, stacks, effects, tiles: Vec::new() })
        .insert_resource(Set { picture, feed, captured, pushed: 0, take: 0, settle: 0, asked: false })
        .add_systems(Startup, move |mut commands: Commands| {
            commands
                .spawn((VideoTrack, source.clone(), EffectStack::new()))
                .observe(|failed: On<TrackFailed>, mut exit: MessageWriter<AppExit>| {
                    exit.write(fail(&failed.error));
                })
                // All frames are of one picture: where one is too large, all are.
                .observe(|broken: On<FrameCorrupted>, mut exit: MessageWriter<AppExit>| {
                    exit.write(fail(&broken.error));
                })
                .observe(|failed: On<EffectFailed>, mut exit: MessageWriter<AppExit>| {
                    exit.write(fail(&failed.error));
                });
        })
        .add_systems(Update, film)
        .run()
}

/// Films the picture with one stack after the other, takes a photo of each, and makes the sheet of them.
fn film(
    mut commands: Commands,
    sheet: Res<Sheet>,
    mut set: ResMut<Set>,
    mut time: ResMut<Time<Virtual>>,
    assets: Res<AssetServer>,
    track: Single<(Entity, &TrackState, &TrackStatistics), With<VideoTrack>>,
    mut exit: MessageWriter<AppExit>,
) {
    let (track, state, statistics) = *track;
    let mut loaded = true;
    for stack in &sheet.stacks {
        match stack.assets_loaded(&assets) {
            Ok(all) => loaded &= all,
            Err(error) => {
                exit.write(fail(&error));
                return;
            }
        }
    }
    let ready = *state == TrackState::Live && loaded;
    if !ready || set.asked || statistics.delivered_frames < set.pushed {
        return;
    }
    // A delivered frame is drawn a little later.
    set.settle += 1;
    if set.settle < 3 {
        return;
    }
    let Some(stack) = sheet.stacks.get(sheet.tiles.len()) else {
        exit.write(save(&sheet));
        return;
    };
    let remembers = stack.iter().any(|effect| effect.kind() == EffectKind::Temporal);
    let frames = if remembers { FRAMES } else { 1 };
    if set.take == 0 {
        commands.entity(track).insert(stack.clone());
    }
    if set.take < frames {
        time.pause();
        time.advance_by(SCAN_STEP);
        let before_last = frames - 1 - set.take;
        set.push(before_last);
    } else {
        set.asked = true;
        commands
            .spawn((TakePhoto(track), PhotoOptions::new().canvas(TILE, Fit::Cover)))
            .observe(|taken: On<PhotoTaken>, mut sheet: ResMut<Sheet>, mut set: ResMut<Set>| {
                sheet.tiles.push(taken.photo.clone());
                (set.take, set.asked) = (0, false);
            })
            .observe(|failed: On<PhotoFailed>, mut exit: MessageWriter<AppExit>| {
                exit.write(fail(&failed.error));
            });
    }
}

impl Set {
    /// Pushes a frame that is so many before the last one of its film: in that the picture is in its place.
    fn push(&mut self, before_last: usize) {
        let (width, height) = self.picture.dimensions();
        let shift = (0.45 * before_last as f32).sin() * SWING * width as f32 / 1000.0;
        let mut buffer = self.feed.buffer(self.picture.as_raw().len());
        for (index, pixel) in buffer.as_chunks_mut().0.iter_mut().enumerate() {
            let (x, y) = (index as u32 % width, index as u32 / width);
            let from = (x as f32 + shift).clamp(0.0, width as f32 - 1.0) as u32;
            *pixel = self.picture.get_pixel(from, y.min(height - 1)).0;
        }
        let frame = Frame::packed(PixelFormat::Rgba32, UVec2::new(width, height), buffer);
        self.captured += CAMERA_STEP;
        self.feed.push(Frame { captured: self.captured, ..frame });
        self.pushed += 1;
        self.take += 1;
        self.settle = 0;
    }
}

fn save(sheet: &Sheet) -> AppExit {
    match DynamicImage::from(compose(sheet)).to_rgb8().save(&sheet.path) {
        Ok(()) => AppExit::Success,
        Err(error) => fail(&MediaError::operation(format!("{}: {error}", sheet.path.display()))),
    }
}

/// The effect alone, as it shows best.
fn stack_of(registry: &EffectRegistry, name: &str) -> EffectStack {
    let stronger = STRONGER.iter().find(|(known, _)| *known == name).map(|(_, text)| *text);
    parse_stack(registry, stronger.unwrap_or(name)).unwrap_or_default()
}

/// The tiles in rows, each with its name: effects, and below them presets.
fn compose(sheet: &Sheet) -> RgbaImage {
    let rows = |tiles: usize| (tiles as u32).div_ceil(COLUMNS);
    let cell = TILE + UVec2::new(GAP, GAP + CAPTION);
    let presets = sheet.tiles.len() - sheet.effects;
    let top_of_presets = HEAD + rows(sheet.effects) * cell.y;
    let height = top_of_presets + HEAD + rows(presets) * cell.y + GAP;
    let mut paper = RgbaImage::from_pixel(COLUMNS * cell.x + GAP, height, PAPER);
    let headline = Lettering { font: BOLD, size: 30.0, color: INK, spacing: 0.0 };
    let lettering = Lettering { font: MEDIUM, size: 17.0, color: INK, spacing: 0.0 };
    let captions: Vec<(&Photo, &String)> = sheet.tiles.iter().zip(&sheet.names).collect();
    let (effects, presets) = captions.split_at(sheet.effects);
    for (top, text, tiles) in [
        (0, format!("{} effects, all of them live", effects.len()), effects),
        (top_of_presets, format!("{} presets made of them", presets.len()), presets),
    ] {
        let middle = (COLUMNS * cell.x + GAP) as f32 / 2.0;
        headline.write_centered(&mut paper, &text, middle, i64::from(top + HEAD) - 20);
        for (index, (photo, name)) in (0..).zip(tiles) {
            let corner = UVec2::new(GAP, top + HEAD) + cell * UVec2::new(index % COLUMNS, index / COLUMNS);
            let tile =
                RgbaImage::from_raw(photo.size.x, photo.size.y, photo.rgba.to_vec()).unwrap_or_default();
            imageops::overlay(&mut paper, &tile, corner.x.into(), corner.y.into());
            let middle = (corner.x + TILE.x / 2) as f32;
            let baseline = i64::from(corner.y + TILE.y + CAPTION - 9);
            lettering.write_centered(&mut paper, &name.replace('_', " "), middle, baseline);
        }
    }
    paper
}
