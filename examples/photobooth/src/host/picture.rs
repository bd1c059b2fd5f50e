//! Pictures of the gallery as images.

use std::{fs, path::Path};

use bevy::{
    asset::RenderAssetUsages,
    prelude::*,
    render::render_resource::{Extent3d, TextureDimension, TextureFormat},
};
use image::{DynamicImage, RgbaImage};

/// The largest side of a picture of the gallery on the screen, in pixels.
const LARGEST: u32 = 1600;
/// The largest picture that is loaded for the gallery, in bytes.
const MOST_BYTES: u64 = 64 * 1024 * 1024;

/// A picture at display size: the first frame of an animation. `None` if it can't be read. Not for the main thread.
pub fn load(path: &Path) -> Option<Image> {
    if fs::metadata(path).ok()?.len() > MOST_BYTES {
        return None;
    }
    let picture = if path.extension().is_some_and(|extension| extension == "gif") {
        let mut options = gif::DecodeOptions::new();
        options.set_color_output(gif::ColorOutput::RGBA);
        let mut decoder = options.read_info(fs::File::open(path).ok()?).ok()?;
        let frame = decoder.read_next_frame().ok()??;
        let (width, height) = (frame.width.into(), frame.height.into());
        DynamicImage::ImageRgba8(RgbaImage::from_raw(width, height, frame.buffer.to_vec())?)
    } else {
        image::open(path).ok()?
    };
    let largest = picture.width().max(picture.height());
    let picture = if largest > LARGEST {
        picture.resize(LARGEST, LARGEST, image::imageops::FilterType::Triangle)
    } else {
        picture
    };
    let (width, height) = (picture.width(), picture.height());
    Some(to_image(width, height, picture.into_rgba8().into_raw()))
}

/// An image of RGBA pixels.
pub fn to_image(width: u32, height: u32, rgba: Vec<u8>) -> Image {
    let size = Extent3d { width, height, depth_or_array_layers: 1 };
    let format = TextureFormat::Rgba8UnormSrgb;
    Image::new(size, TextureDimension::D2, rgba, format, RenderAssetUsages::RENDER_WORLD)
}
