//! Converts RGB images to any pixel format, completely or in part.

use bevy::math::{URect, UVec2};
use image::{ExtendedColorType, ImageEncoder, codecs::jpeg::JpegEncoder};

use super::canvas::Canvas;
use crate::{
    error::MediaError,
    frame::{
        ByteOrder, ChromaLocation, ColorRange, ColorSpace, Frame, FrameBuffer, FramePool, PixelFormat, Plane,
        Rotation,
    },
};

/// The quality of [`PixelFormat::Mjpeg`] frames, 1 to 100.
const JPEG_QUALITY: u8 = 85;

/// The places of a component's samples in a buffer.
#[derive(Debug, Clone, Copy, Default)]
struct Samples {
    first: usize,
    step: usize,
    stride: usize,
}

impl Samples {
    fn at(self, x: u32, y: u32) -> usize {
        self.first + self.step * x as usize + self.stride * y as usize
    }
}

/// The places of all components.
#[derive(Debug)]
enum Layout {
    Yuv {
        luma: Samples,
        /// U and V. `None` for gray.
        chroma: Option<[Samples; 2]>,
    },
    /// R, G, B, and the fourth byte if the format has one.
    Rgb([Samples; 3], Option<Samples>),
}

/// Converts RGB to a frame's bytes in packed planes. For [`PixelFormat::Mjpeg`] these are R, G, B bytes, which
/// [`Encoder::frame`] compresses. For formats with words of two bytes they are single bytes, which it widens.
#[derive(Debug)]
pub(in crate::source) struct Encoder {
    format: PixelFormat,
    /// The format of the bytes that pixels are converted to.
    raw: PixelFormat,
    color: ColorSpace,
    size: UVec2,
    subsampling: UVec2,
    layout: Layout,
    rotation: Rotation,
    weights: Weights,
}

impl Encoder {
    /// An encoder of frames of this size before rotation, from canvases that are upright.
    pub(in crate::source) fn new(
        format: PixelFormat,
        size: UVec2,
        color: ColorSpace,
        rotation: Rotation,
    ) -> Self {
        let (raw, color) = match format {
            PixelFormat::Mjpeg => (PixelFormat::Rgb24, ColorSpace::JPEG),
            PixelFormat::Gray10 | PixelFormat::Gray12 | PixelFormat::Gray16 => (PixelFormat::Gray, color),
            PixelFormat::P010 => (PixelFormat::Nv12, color),
            format => (format, color),
        };
        let planes = raw.packed_planes(size);
        let samples = |plane: usize, first: usize, step: usize| {
            let Plane { offset, stride } = planes[plane];
            Samples { first: offset + first, step, stride }
        };
        let layout = match raw.byte_order() {
            ByteOrder::Packed422 { y, u, v } => {
                Layout::Yuv { luma: samples(0, y, 2), chroma: Some([samples(0, u, 4), samples(0, v, 4)]) }
            }
            ByteOrder::SemiPlanar { u, v } => {
                Layout::Yuv { luma: samples(0, 0, 1), chroma: Some([samples(1, u, 2), samples(1, v, 2)]) }
            }
            ByteOrder::Planar => {
                Layout::Yuv { luma: samples(0, 0, 1), chroma: Some([samples(1, 0, 1), samples(2, 0, 1)]) }
            }
            // A JPEG is encoded as RGB first, and words as bytes.
            ByteOrder::Gray | ByteOrder::GrayWords | ByteOrder::SemiPlanarWords | ByteOrder::Compressed => {
                Layout::Yuv { luma: samples(0, 0, 1), chroma: None }
            }
            ByteOrder::Rgb { red, green, blue, pixel, .. } => {
                let fourth = (pixel == 4).then(|| samples(0, 3, pixel));
                Layout::Rgb([red, green, blue].map(|first| samples(0, first, pixel)), fourth)
            }
        };
        Self {
            format,
            raw,
            color,
            size,
            subsampling: raw.subsampling().into(),
            layout,
            rotation,
            weights: Weights::of(color),
        }
    }

    /// The number of bytes of a frame before it is compressed or widened.
    pub(in crate::source) fn len(&self) -> usize {
        self.raw.packed_len(self.size)
    }

    /// A frame of encoded bytes, in a buffer of the pool.
    pub(in crate::source) fn frame(&self, picture: &[u8], pool: &FramePool) -> Result<Frame, MediaError> {
        let buffer = match self.format {
            PixelFormat::Mjpeg => self.compress(picture, pool)?,
            format if format.depth() > 8 => self.widen(picture, pool),
            _ => pool.copy_of(picture),
        };
        let frame = Frame::packed(self.format, self.size, buffer);
        // Each chroma sample is a mean, whose place is the middle.
        let chroma_location = ChromaLocation::Center;
        Ok(Frame { color: self.color, chroma_location, rotation: self.rotation, ..frame })
    }

    /// The words for these bytes.
    fn widen(&self, picture: &[u8], pool: &FramePool) -> FrameBuffer {
        let (largest, depth) = (u32::from(self.format.largest_word()), self.format.depth());
        let shift = depth - 8 + self.format.shift();
        let mut buffer = pool.take(picture.len() * 2);
        let words = buffer.as_chunks_mut::<2>().0;
        for (word, byte) in words.iter_mut().zip(picture) {
            let byte = u32::from(*byte);
            let value = match self.color.range {
                ColorRange::Limited => byte << shift,
                ColorRange::Full => (byte * largest / 255) >> self.format.shift() << self.format.shift(),
            };
            *word = (value as u16).to_le_bytes();
        }
        buffer
    }

    fn compress(&self, rgb: &[u8], pool: &FramePool) -> Result<FrameBuffer, MediaError> {
        // The test image always compresses. The extra room is for the headers of tiny ones.
        let mut buffer = pool.take(rgb.len() + 4096);
        let mut rest = &mut buffer[..];
        JpegEncoder::new_with_quality(&mut rest, JPEG_QUALITY)
            .write_image(rgb, self.size.x, self.size.y, ExtendedColorType::Rgb8)
            .map_err(|error| {
                MediaError::operation(format!(
                    "the frame can't be encoded as JPEG: {error}; use another pixel format"
                ))
            })?;
        let unused = rest.len();
        buffer.truncate(buffer.len() - unused);
        Ok(buffer)
    }

    /// Encodes an area of the canvas, extended to whole chroma samples, into a buffer that holds the rest.
    pub(in crate::source) fn encode(&self, canvas: &Canvas, area: URect, buffer: &mut [u8]) {
        let area = self.in_buffer(area);
        if area.is_empty() {
            return;
        }
        let source = self.walk(canvas.size());
        let pixels = canvas.pixels();
        match &self.layout {
            Layout::Rgb(channels, fourth) => {
                for y in area.min.y..area.max.y {
                    let mut from = source.at(area.min.x, y);
                    let mut to = channels.map(|channel| channel.at(area.min.x, y));
                    for _ in area.min.x..area.max.x {
                        let [r, g, b] = pixels[from as usize];
                        buffer[to[0]] = r;
                        buffer[to[1]] = g;
                        buffer[to[2]] = b;
                        from += source.right;
                        to = to.map(|place| place + channels[0].step);
                    }
                    if let Some(fourth) = fourth {
                        for x in area.min.x..area.max.x {
                            buffer[fourth.at(x, y)] = 255;
                        }
                    }
                }
            }
            Layout::Yuv { luma, chroma } => {
                for y in area.min.y..area.max.y {
                    let mut from = source.at(area.min.x, y);
                    let mut to = luma.at(area.min.x, y);
                    for _ in area.min.x..area.max.x {
                        buffer[to] = self.weights.luma(pixels[from as usize]);
                        from += source.right;
                        to += luma.step;
                    }
                }
                if let Some(chroma) = chroma {
                    self.encode_chroma(pixels, source, *chroma, area, buffer);
                }
            }
        }
    }

    /// Encodes chroma: each sample is the mean of its pixels.
    fn encode_chroma(
        &self,
        pixels: &[[u8; 3]],
        source: Walk,
        [u, v]: [Samples; 2],
        area: URect,
        buffer: &mut [u8],
    ) {
        let UVec2 { x: across, y: down } = self.subsampling;
        for cell_y in area.min.y / down..area.max.y.div_ceil(down) {
            for cell_x in area.min.x / across..area.max.x.div_ceil(across) {
                let (left, right) = (cell_x * across, ((cell_x + 1) * across).min(self.size.x));
                let (top, bottom) = (cell_y * down, ((cell_y + 1) * down).min(self.size.y));
                let mut sum = [0; 3];
                for y in top..bottom {
                    let mut from = source.at(left, y);
                    for _ in left..right {
                        let [r, g, b] = pixels[from as usize];
                        sum = [sum[0] + i32::from(r), sum[1] + i32::from(g), sum[2] + i32::from(b)];
                        from += source.right;
                    }
                }
                let count = (right - left) * (bottom - top);
                let mean = sum.map(|sum| (sum + count as i32 / 2) / count as i32);
                buffer[u.at(cell_x, cell_y)] = self.weights.chroma(0, mean);
                buffer[v.at(cell_x, cell_y)] = self.weights.chroma(1, mean);
            }
        }
    }

    /// The area in the buffer of an area of the upright image.
    fn in_buffer(&self, area: URect) -> URect {
        let UVec2 { x: width, y: height } = self.size;
        let URect { min, max } = area;
        let (min, max) = match self.rotation {
            Rotation::None => (min, max),
            // A clockwise turn makes the buffer's bottom row the image's left column.
            Rotation::Clockwise90 => (
                UVec2::new(min.y, height.saturating_sub(max.x)),
                UVec2::new(max.y, height - min.x.min(height)),
            ),
            Rotation::Clockwise180 => (self.size - max.min(self.size), self.size - min.min(self.size)),
            Rotation::Clockwise270 => {
                (UVec2::new(width.saturating_sub(max.y), min.x), UVec2::new(width - min.y.min(width), max.x))
            }
        };
        URect { min: min.min(self.size), max: max.min(self.size) }
    }

    /// The walk through an upright canvas of this size in the order of the buffer's pixels.
    fn walk(&self, upright: UVec2) -> Walk {
        let (width, height) = (upright.x as isize, upright.y as isize);
        match self.rotation {
            Rotation::None => Walk { first: 0, right: 1, down: width },
            Rotation::Clockwise90 => Walk { first: width - 1, right: width, down: -1 },
            Rotation::Clockwise180 => Walk { first: width * height - 1, right: -1, down: -width },
            Rotation::Clockwise270 => Walk { first: width * (height - 1), right: -width, down: 1 },
        }
    }
}

/// The steps in a canvas for a column and a row of the buffer.
#[derive(Debug, Clone, Copy)]
struct Walk {
    first: isize,
    right: isize,
    down: isize,
}

impl Walk {
    fn at(self, x: u32, y: u32) -> isize {
        self.first + self.right * x as isize + self.down * y as isize
    }
}

/// The RGB to YUV matrix of ITU-T H.273 in 16.16 fixed point.
#[derive(Debug, Clone, Copy)]
struct Weights {
    luma: [i32; 3],
    chroma: [[i32; 3]; 2],
    black: i32,
}

impl Weights {
    fn of(color: ColorSpace) -> Self {
        let (red, blue) = color.matrix.weights();
        let weights = [red, 1.0 - red - blue, blue];
        let (luma_scale, chroma_scale, black) = match color.range {
            ColorRange::Full => (1.0, 1.0, 0),
            ColorRange::Limited => (219.0 / 255.0, 224.0 / 255.0, 16),
        };
        let fixed = |value: f32| (value * 65536.0).round() as i32;
        let difference = |component: usize| {
            let scale = chroma_scale / (2.0 * (1.0 - weights[component]));
            std::array::from_fn(|index| {
                fixed((f32::from(u8::from(index == component)) - weights[index]) * scale)
            })
        };
        Self {
            luma: weights.map(|weight| fixed(weight * luma_scale)),
            chroma: [difference(2), difference(0)],
            black,
        }
    }

    fn luma(&self, [r, g, b]: [u8; 3]) -> u8 {
        let [red, green, blue] = self.luma;
        let sum = red * i32::from(r) + green * i32::from(g) + blue * i32::from(b);
        (self.black + ((sum + 0x8000) >> 16)).clamp(0, 255) as u8
    }

    /// U (0) or V (1).
    fn chroma(&self, component: usize, [r, g, b]: [i32; 3]) -> u8 {
        let [red, green, blue] = self.chroma[component];
        (128 + ((red * r + green * g + blue * b + 0x8000) >> 16)).clamp(0, 255) as u8
    }
}
