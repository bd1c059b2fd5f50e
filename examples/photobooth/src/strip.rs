//! The strip: four photos on white paper.

use bevy::prelude::*;
use bevy_viewfinder::{photo::Photo, prelude::*};
use image::{DynamicImage, Rgba, RgbaImage, imageops::FilterType};
use viewfinder_examples::{BOLD, Lettering, MEDIUM};

/// The number of photos on a strip.
pub const SHOTS: usize = 4;

/// The paper's width and the margin around photos, in pixels.
const WIDTH: u32 = 640;
const MARGIN: u32 = 32;
const GAP: u32 = 18;
/// The height of the paper below the last photo, for the text.
const FOOT: u32 = 132;
/// The corner radius of photos.
const RADIUS: u32 = 10;
const PAPER: Rgba<u8> = Rgba([252, 251, 247, 255]);

/// The size of a photo on the strip: as wide as the paper allows, with the photos' aspect ratio, from 16:9 to
/// square.
fn cell_size(photo: UVec2) -> UVec2 {
    let width = WIDTH - 2 * MARGIN;
    let height = u64::from(width) * u64::from(photo.y) / u64::from(photo.x.max(1));
    UVec2::new(width, height.clamp(u64::from(width) * 9 / 16, u64::from(width)) as u32)
}

/// Puts photos below each other on one strip, with a date at the bottom. Slow: not for the main thread.
///
/// # Errors
/// `DataError` for a photo without pixels.
pub fn compose(photos: &[Photo], date: &str) -> Result<Photo, MediaError> {
    let cell = cell_size(photos.first().map_or(UVec2::ONE, |photo| photo.size));
    let count = photos.len() as u32;
    let height = MARGIN + count * cell.y + count.saturating_sub(1) * GAP + FOOT;
    let mut strip = RgbaImage::from_pixel(WIDTH, height, PAPER);
    for (index, photo) in (0..).zip(photos) {
        let picture = RgbaImage::from_raw(photo.size.x, photo.size.y, photo.rgba.to_vec())
            .filter(|picture| !picture.is_empty())
            .ok_or_else(|| MediaError::data("a photo has no pixels; take it again"))?;
        let picture = fill(DynamicImage::ImageRgba8(picture), cell);
        paste(&mut strip, &picture, UVec2::new(MARGIN, MARGIN + index * (cell.y + GAP)));
    }
    let middle = WIDTH as f32 / 2.0;
    let baseline = i64::from(height - FOOT);
    Lettering { font: BOLD, size: 36.0, color: [38, 36, 46], spacing: 0.5 }.write_centered(
        &mut strip,
        "bevy_viewfinder",
        middle,
        baseline + 66,
    );
    Lettering { font: MEDIUM, size: 21.0, color: [130, 126, 140], spacing: 1.5 }.write_centered(
        &mut strip,
        date,
        middle,
        baseline + 100,
    );
    Ok(Photo::new(UVec2::new(WIDTH, height), strip.into_raw()))
}

/// Crops an image to the aspect ratio of `size` around its center, then scales it to `size`. (In this order: scaling a
/// very long image first would make a huge one.)
fn fill(picture: DynamicImage, size: UVec2) -> RgbaImage {
    let (width, height) = (picture.width(), picture.height());
    let part = |side: u32, of: u32, by: u32| u64::from(side) * u64::from(of) / u64::from(by.max(1));
    let cut_width = u64::from(width).min(part(height, size.x, size.y)).max(1) as u32;
    let cut_height = u64::from(height).min(part(width, size.y, size.x)).max(1) as u32;
    picture
        .crop_imm((width - cut_width) / 2, (height - cut_height) / 2, cut_width, cut_height)
        .resize_exact(size.x, size.y, FilterType::CatmullRom)
        .into_rgba8()
}

/// Draws a photo on the paper, with round corners.
fn paste(strip: &mut RgbaImage, picture: &RgbaImage, at: UVec2) {
    let size = Vec2::new(picture.width() as f32, picture.height() as f32);
    let radius = RADIUS as f32;
    for (x, y, pixel) in picture.enumerate_pixels() {
        let from_middle = (Vec2::new(x as f32, y as f32) + 0.5 - size / 2.0).abs();
        let into_corner = (from_middle - (size / 2.0 - radius)).max(Vec2::ZERO);
        let coverage = (radius + 0.5 - into_corner.length()).clamp(0.0, 1.0);
        if let Some(paper) = strip.get_pixel_mut_checked(at.x + x, at.y + y) {
            let opacity = coverage * f32::from(pixel.0[3]) / 255.0;
            for (paper, photo) in paper.0.iter_mut().zip(pixel.0).take(3) {
                *paper = (f32::from(*paper) + (f32::from(photo) - f32::from(*paper)) * opacity).round() as u8;
            }
        }
    }
}

/// Scales a photo down to fit within `bounds`, with filtering. Slow: not for the main thread.
pub fn scaled_down(photo: &Photo, bounds: UVec2) -> Photo {
    let bounds = bounds.min(photo.size);
    match RgbaImage::from_raw(photo.size.x, photo.size.y, photo.rgba.to_vec()) {
        Some(picture) if bounds != photo.size => {
            let small = DynamicImage::ImageRgba8(picture).resize(bounds.x, bounds.y, FilterType::CatmullRom);
            let size = UVec2::new(small.width(), small.height());
            Photo::new(size, small.into_rgba8().into_raw())
        }
        _ => photo.clone(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn photo(size: (u32, u32), color: [u8; 4]) -> Photo {
        let size = UVec2::from(size);
        Photo::new(size, color.repeat((size.x * size.y) as usize))
    }

    #[test]
    fn photos_are_below_each_other_in_order() {
        let colors = [[255, 0, 0, 255], [0, 255, 0, 255], [0, 0, 255, 255], [255, 255, 0, 255]];
        let strip = compose(&colors.map(|color| photo((1280, 720), color)), "today").expect("a strip");
        let cell = cell_size(UVec2::new(1280, 720));
        assert_eq!(strip.size, UVec2::new(640, MARGIN + 4 * cell.y + 3 * GAP + FOOT));
        for (index, color) in (0..).zip(colors) {
            let middle = MARGIN + index * (cell.y + GAP) + cell.y / 2;
            assert_eq!(strip.pixel(320, middle), Some(color), "photo {index}");
        }
        assert_eq!(strip.pixel(0, 0), Some(PAPER.0));
        assert_eq!(strip.pixel(MARGIN, MARGIN), Some(PAPER.0), "corners are round");
    }

    #[test]
    fn a_photo_of_any_shape_has_a_place() {
        assert_eq!(cell_size(UVec2::new(640, 480)), UVec2::new(576, 432));
        assert_eq!(cell_size(UVec2::new(480, 640)), UVec2::new(576, 576));
        assert_eq!(cell_size(UVec2::new(u32::MAX, 1)), UVec2::new(576, 324));
        assert!(compose(&[photo((1, 3000), [9; 4])], "").is_ok());
        let error = compose(&[photo((0, 7), [0; 4])], "").expect_err("no pixels");
        assert_eq!(error.name, ErrorName::Data);
    }
}
