//! The board: seven columns and five rows of AprilTags.

use bevy::{
    asset::RenderAssetUsages,
    prelude::*,
    render::render_resource::{Extent3d, TextureDimension, TextureFormat},
};
use bevy_viewfinder::marker::families;

pub const COLUMNS: u32 = 7;
pub const ROWS: u32 = 5;

/// Cells from one marker to the next: eight dark ones, and a light one on each side.
const PITCH: u32 = 10;

/// Pixels of a cell in the image.
const CELL: u32 = 8;

/// Width and height of the board, where a dark square has the side 1.
pub const SIZE: Vec2 =
    Vec2::new((COLUMNS * PITCH) as f32 / (PITCH - 2) as f32, (ROWS * PITCH) as f32 / (PITCH - 2) as f32);

/// The corners of a marker's dark square on the board, from the top left one clockwise, with y up. `None` if the board
/// doesn't have the marker.
pub fn corners(id: u32) -> Option<[[f64; 2]; 4]> {
    let (column, row) = (f64::from(id % COLUMNS), f64::from(id / COLUMNS));
    let pitch = f64::from(PITCH) / f64::from(PITCH - 2);
    let (x, y) = (pitch * column, -pitch * row);
    (id < COLUMNS * ROWS).then_some([[x, y], [x + 1.0, y], [x + 1.0, y - 1.0], [x, y - 1.0]])
}

/// The board to print. Its scale on the paper doesn't matter.
pub fn image() -> Image {
    let (width, height) = (COLUMNS * PITCH * CELL, ROWS * PITCH * CELL);
    let mut pixels = vec![255; (width * height) as usize];
    for id in 0..COLUMNS * ROWS {
        let Some(marker) = families::TAG_36H11.render(id) else { continue };
        let (left, top) = (id % COLUMNS * PITCH, id / COLUMNS * PITCH);
        for (y, x) in (0..PITCH * CELL).flat_map(|y| (0..PITCH * CELL).map(move |x| (y, x))) {
            if !marker.is_light(x / CELL, y / CELL) {
                pixels[((top * CELL + y) * width + left * CELL + x) as usize] = 0;
            }
        }
    }
    let size = Extent3d { width, height, depth_or_array_layers: 1 };
    let rgba = pixels.into_iter().flat_map(|gray| [gray, gray, gray, 255]).collect();
    let (format, usages) = (TextureFormat::Rgba8UnormSrgb, RenderAssetUsages::default());
    Image::new(size, TextureDimension::D2, rgba, format, usages)
}
