//! The textures of a pixel format's planes, and the WGSL that reads them.

use bevy::{
    math::{UVec2, Vec2},
    render::render_resource::TextureFormat,
};

use crate::{
    frame::{ByteOrder, PixelFormat, Rotation, neutral_chroma},
    track::LensCorrection,
};

/// The texture of one plane.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct PlaneTexture {
    pub format: TextureFormat,
    /// Bytes of a texel.
    pub texel_bytes: usize,
    /// Width and height in texels.
    pub size: UVec2,
}

/// The texture for a plane of a frame.
pub(super) fn plane_texture(format: PixelFormat, plane: usize, size: UVec2) -> PlaneTexture {
    let texel_bytes = format.texel_bytes(plane);
    let texture = match texel_bytes {
        4 => TextureFormat::Rgba8Unorm,
        2 => TextureFormat::Rg8Unorm,
        _ => TextureFormat::R8Unorm,
    };
    PlaneTexture { format: texture, texel_bytes, size: format.texture_size(plane, size) }
}

/// The most samples of a frame for a pixel of an output or a tap, across and down. A pixel that covers more is the mean
/// of some of the frame's pixels.
pub(super) const MOST_SAMPLES: f32 = 32.0;

/// The content of the textures that the camera's pass reads.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(super) enum InputFormat {
    /// The planes of a frame.
    Frame(PixelFormat),
    /// An `Image` asset, whose samples are linear light or display-encoded.
    Image { linear: bool },
}

impl InputFormat {
    /// Pixels for one chroma sample, across and down.
    pub fn subsampling(self) -> (u32, u32) {
        match self {
            Self::Frame(format) => format.subsampling(),
            Self::Image { .. } => (1, 1),
        }
    }

    /// Bits of a component of a frame's formats.
    pub fn depth(self) -> u32 {
        match self {
            Self::Frame(format) => format.depth(),
            Self::Image { .. } => 8,
        }
    }

    /// The declarations that `camera.wgsl` calls and doesn't have: `camera_color`, and those that it calls itself.
    pub fn camera_wgsl(self) -> String {
        let (color, details) = match self {
            Self::Frame(format) => frame_wgsl(format),
            Self::Image { linear: true } => ("linear_image", String::new()),
            Self::Image { linear: false } => ("encoded_image", String::new()),
        };
        format!("{details}fn camera_color(uv: vec2<f32>) -> vec4<f32> {{\n    return {color}(uv);\n}}\n")
    }
}

/// The function of `camera.wgsl` that reads frames of a format, and the declarations that it calls.
fn frame_wgsl(format: PixelFormat) -> (&'static str, String) {
    let chroma = |color: &str| {
        let text = format!("fn chroma_sample(uv: vec2<f32>) -> vec2<f32> {{\n    return {color};\n}}\n");
        ("two_planes", text)
    };
    let texels = |constants: String, pixel: &str| {
        let text = format!(
            "{constants}\nfn camera_pixel(at: vec2<i32>) -> vec4<f32> {{\n    return {pixel}(at);\n}}\n"
        );
        ("between_pixels", text)
    };
    match format.byte_order() {
        ByteOrder::Packed422 { y, u, v } => {
            texels(format!("const Y_BYTE = {y};\nconst U_BYTE = {u};\nconst V_BYTE = {v};"), "packed_422")
        }
        ByteOrder::SemiPlanar { u: 0, .. } => chroma("chroma_pair(uv)"),
        ByteOrder::SemiPlanar { .. } => chroma("chroma_pair(uv).gr"),
        ByteOrder::Planar => chroma("chroma_planes(uv)"),
        // A JPEG is decoded before it comes here. As gray it is harmless.
        ByteOrder::Gray | ByteOrder::Compressed => ("gray_plane", String::new()),
        ByteOrder::GrayWords => texels(word_constants(format), "gray_words"),
        ByteOrder::SemiPlanarWords => texels(word_constants(format), "semi_planar_words"),
        ByteOrder::Rgb { red, pixel: 3, .. } => texels(format!("const R_BYTE = {red};"), "rgb_24"),
        ByteOrder::Rgb { red, alpha, .. } => {
            // If the fourth byte isn't alpha, every pixel is opaque.
            let opaque = if alpha { "0.0" } else { "1.0" };
            texels(format!("const R_BYTE = {red};\nconst OPAQUE = {opaque};"), "rgb_32")
        }
    }
}

/// The constants that formats with words of two bytes are read with.
fn word_constants(format: PixelFormat) -> String {
    let (largest, neutral) = (format.largest_word(), neutral_chroma(format.depth()));
    format!("const LARGEST_WORD = {largest}.0;\nconst NEUTRAL_CHROMA = {neutral:?};")
}

/// How the frame itself is seen.
#[derive(Debug, Clone, Copy, Default, PartialEq)]
pub(super) struct CameraView {
    /// Shows only the middle of the frame, with the aspect ratio of this size.
    pub crop: Option<UVec2>,
    /// The lens whose distortion is undone.
    pub lens: Option<LensCorrection>,
    /// Black in place of the frame: effects see black, too.
    pub black: bool,
}

/// The part of an upright frame of this size that a crop shows: of its width, and of its height.
pub(super) fn shown_part(upright: UVec2, crop: Option<UVec2>) -> Vec2 {
    crop.map_or(Vec2::ONE, |crop| {
        let wanted = crop.x as f32 / crop.y.max(1) as f32;
        let aspect = upright.x as f32 / upright.y.max(1) as f32;
        if wanted < aspect { Vec2::new(wanted / aspect, 1.0) } else { Vec2::new(1.0, aspect / wanted) }
    })
}

/// The rows of the affine map from the uv of the upright frame to the uv of the planes:
/// `u = x * uv.x + y * uv.y + offset`, and the same for v. A crop shows the largest part of the frame's middle that has
/// the crop's aspect ratio.
pub(super) fn upright_to_frame(size: UVec2, rotation: Rotation, crop: Option<UVec2>) -> [[f32; 3]; 2] {
    let shown = shown_part(rotation.upright(size), crop);
    let margin = (Vec2::ONE - shown) / 2.0;
    // From the uv of the crop to the uv of the whole upright frame.
    let x = [shown.x, 0.0, margin.x];
    let y = [0.0, shown.y, margin.y];
    let flip = |[a, b, offset]: [f32; 3]| [-a, -b, 1.0 - offset];
    match rotation {
        Rotation::None => [x, y],
        Rotation::Clockwise90 => [y, flip(x)],
        Rotation::Clockwise180 => [flip(x), flip(y)],
        Rotation::Clockwise270 => [flip(y), x],
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(map: [[f32; 3]; 2], x: f32, y: f32) -> (f32, f32) {
        let along = |row: [f32; 3]| row[0] * x + row[1] * y + row[2];
        (along(map[0]), along(map[1]))
    }

    #[test]
    fn a_clockwise_turn_brings_the_frame_s_bottom_left_to_the_top_left() {
        let size = UVec2::new(640, 480);
        assert_eq!(at(upright_to_frame(size, Rotation::None, None), 0.25, 0.0), (0.25, 0.0));
        assert_eq!(at(upright_to_frame(size, Rotation::Clockwise90, None), 0.0, 0.0), (0.0, 1.0));
        assert_eq!(at(upright_to_frame(size, Rotation::Clockwise90, None), 1.0, 0.0), (0.0, 0.0));
        assert_eq!(at(upright_to_frame(size, Rotation::Clockwise180, None), 0.0, 0.0), (1.0, 1.0));
        assert_eq!(at(upright_to_frame(size, Rotation::Clockwise270, None), 0.0, 0.0), (1.0, 0.0));
    }

    #[test]
    fn a_crop_shows_the_middle() {
        let map = upright_to_frame(UVec2::new(200, 100), Rotation::None, Some(UVec2::new(50, 50)));
        assert_eq!(at(map, 0.0, 0.0), (0.25, 0.0));
        assert_eq!(at(map, 1.0, 1.0), (0.75, 1.0));
    }
}
