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

/// The size of the picture in place of a clip, and the radius of its disc.
const CLIP_SIZE: UVec2 = UVec2::new(960, 540);
const DISC: f32 = 88.0;

/// The picture in place of a clip: a sign for playing, a triangle on a disc.
pub fn play_sign() -> Image {
    let middle = CLIP_SIZE.as_vec2() / 2.0;
    let [ground, coral, ink] = [[27, 23, 38], [255, 96, 105], [16, 14, 22]]
        .map(|[red, green, blue]: [u8; 3]| Vec3::new(red.into(), green.into(), blue.into()));
    let pixel = |x: u32, y: u32| {
        let at = UVec2::new(x, y).as_vec2() + 0.5 - middle;
        // Distances to the edges, in pixels: negative inside.
        let disc = at.length() - DISC;
        let triangle = (at.x * 0.5 + at.y.abs() * 0.866 - DISC * 0.27).max(-at.x - DISC * 0.3);
        let over =
            |below: Vec3, color: Vec3, distance: f32| below.lerp(color, (0.5 - distance).clamp(0.0, 1.0));
        let color = over(over(ground, coral, disc), ink, triangle).round();
        [color.x as u8, color.y as u8, color.z as u8, 255]
    };
    let places = (0..CLIP_SIZE.y).flat_map(|y| (0..CLIP_SIZE.x).map(move |x| (x, y)));
    to_image(CLIP_SIZE.x, CLIP_SIZE.y, places.flat_map(|(x, y)| pixel(x, y)).collect())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_clip_has_a_triangle_on_a_disc() {
        let pixels = play_sign().data.expect("its pixels");
        let at = |x: i32, y: i32| {
            let (x, y) = (480 + x, 270 + y);
            &pixels[((y * 960 + x) * 4) as usize..][..3]
        };
        assert_eq!(at(0, 0), [16, 14, 22]);
        assert_eq!(at(-60, 0), [255, 96, 105]);
        assert_eq!(at(40, 40), [255, 96, 105]);
        assert_eq!(at(0, -100), [27, 23, 38]);
    }
}
