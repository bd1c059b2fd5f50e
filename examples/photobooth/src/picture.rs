//! Photos in other sizes.

use bevy::prelude::*;
use bevy_viewfinder::photo::Photo;
use image::{DynamicImage, RgbaImage, imageops::FilterType};

/// Scales a photo down to fit within `bounds`, with filtering. Slow: not for the main thread.
pub fn scaled_down(photo: &Photo, bounds: UVec2) -> Photo {
    let bounds = bounds.min(photo.size);
    resized(photo, bounds, bounds != photo.size, |picture| {
        picture.resize(bounds.x, bounds.y, FilterType::CatmullRom)
    })
}

/// Crops a photo to the shape of `size` and scales it to that size. Slow: not for the main thread.
pub fn filled(photo: &Photo, size: UVec2) -> Photo {
    let size = size.max(UVec2::ONE);
    resized(photo, size, size != photo.size, |picture| {
        picture.resize_to_fill(size.x, size.y, FilterType::CatmullRom)
    })
}

/// A photo without pixels stays as it is.
fn resized(
    photo: &Photo,
    size: UVec2,
    differs: bool,
    resize: impl FnOnce(DynamicImage) -> DynamicImage,
) -> Photo {
    match RgbaImage::from_raw(photo.size.x, photo.size.y, photo.rgba.to_vec()) {
        Some(picture) if differs && !picture.is_empty() && size.min_element() > 0 => {
            let small = resize(DynamicImage::ImageRgba8(picture));
            let size = UVec2::new(small.width(), small.height());
            Photo::new(size, small.into_rgba8().into_raw())
        }
        _ => photo.clone(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn photo(width: u32, height: u32) -> Photo {
        Photo::new(UVec2::new(width, height), vec![7; (width * height * 4) as usize])
    }

    #[test]
    fn a_photo_keeps_its_shape_or_takes_that_of_its_place() {
        assert_eq!(scaled_down(&photo(160, 90), UVec2::splat(80)).size, UVec2::new(80, 45));
        assert_eq!(scaled_down(&photo(16, 9), UVec2::splat(80)).size, UVec2::new(16, 9));
        assert_eq!(scaled_down(&photo(0, 9), UVec2::splat(80)).size, UVec2::new(0, 9));
        assert_eq!(filled(&photo(160, 90), UVec2::splat(40)).size, UVec2::splat(40));
        assert_eq!(filled(&photo(1, 3000), UVec2::new(40, 30)).size, UVec2::new(40, 30));
        assert_eq!(filled(&photo(0, 9), UVec2::splat(40)).size, UVec2::new(0, 9));
    }
}
