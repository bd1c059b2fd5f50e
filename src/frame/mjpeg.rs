//! Decodes Motion JPEG frames to the planes of the JPEG, without conversion to RGB unless the JPEG is RGB.

mod fields;

use std::sync::{Mutex, PoisonError};

use self::fields::{Image, Images};
use super::{
    ChromaLocation, ColorSpace, Frame, FramePool, FrameRef, PixelFormat, Plane,
    jpeg::{Color, Component, Decode, Decoder, Header, PlaneMut, Planes},
};
use crate::error::MediaError;

/// Decodes the frames of an MJPEG stream.
#[derive(Debug, Default)]
pub struct MjpegDecoder {
    pool: FramePool,
    memory: Mutex<Memory>,
}

/// Memory that is reused for each frame, to avoid allocations.
#[derive(Debug, Default)]
struct Memory {
    decoder: Decoder,
    jpeg_planes: Planes,
}

impl MjpegDecoder {
    /// A decoder that takes the buffers of its frames from this pool.
    pub fn new(pool: FramePool) -> Self {
        Self { pool, memory: Mutex::default() }
    }

    /// Decodes a [`PixelFormat::Mjpeg`] frame to planes in the color space of JPEG. It keeps sequence, time and
    /// rotation, and gets the size of the JPEG. A frame of another format is returned unchanged.
    ///
    /// The planes have their sizes of the JPEG: the format is [`PixelFormat::Gray`], [`PixelFormat::I444`],
    /// [`PixelFormat::I422`], [`PixelFormat::I420`], [`PixelFormat::I440`] or [`PixelFormat::I411`]. Other
    /// subsampling is converted to the next finer one of these. RGB, CMYK and YCCK become [`PixelFormat::Rgb24`].
    ///
    /// Missing Huffman tables are replaced by the standard ones, and a missing end is accepted, because cameras omit
    /// them. Two JPEGs in a frame are woven as the fields of an interlaced frame, if an `AVI1` segment marks them or
    /// each has about half of the frame's height.
    ///
    /// # Errors
    /// [`ErrorName::Data`](crate::error::ErrorName::Data) if the bytes aren't a JPEG, or a truncated or corrupt one,
    /// [`ErrorName::NotSupported`](crate::error::ErrorName::NotSupported) for arithmetic, lossless and hierarchical
    /// coding, and for more than 8 bits per sample.
    pub fn decode(&self, frame: Frame) -> Result<Frame, MediaError> {
        if frame.format != PixelFormat::Mjpeg {
            return Ok(frame);
        }
        self.decode_jpeg(&frame.borrowed())
    }

    /// Decodes a [`PixelFormat::Mjpeg`] frame.
    pub(crate) fn decode_jpeg(&self, frame: &FrameRef<'_>) -> Result<Frame, MediaError> {
        let images = Images::of(frame.buffer, frame.size.y)?;
        let layout = Layout::of(&images);
        let mut buffer = self.pool.take(layout.len);
        let mut memory = self.memory.lock().unwrap_or_else(PoisonError::into_inner);
        for image in images.iter() {
            memory.decode(image, &layout, &mut buffer)?;
        }
        let Layout { format, planes, .. } = layout;
        let (color, chroma_location) = (ColorSpace::JPEG, ChromaLocation::Center);
        let size = images.size;
        Ok(Frame { size, format, planes, color, chroma_location, ..frame.with_buffer(buffer) })
    }

    /// Whether the bytes of a JPEG frame are one image, and not one for each field.
    pub(crate) fn is_one_image(frame: &FrameRef<'_>) -> bool {
        Images::of(frame.buffer, frame.size.y).is_ok_and(|images| images.second.is_none())
    }
}

/// The layout of the decoded frame.
#[derive(Debug)]
struct Layout {
    format: PixelFormat,
    /// The conversion of the JPEG's planes to those of the frame.
    conversion: Conversion,
    planes: [Plane; 3],
    /// Bytes of all planes.
    len: usize,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Conversion {
    /// None: the planes are equal.
    Direct,
    /// Some chroma planes are resampled, because no pixel format has their size.
    Resampled,
    /// The components become RGB.
    Rgb,
}

impl Layout {
    fn of(images: &Images<'_>) -> Self {
        let header = &images.first.header;
        let (format, conversion) = match header.color {
            Color::Gray => (PixelFormat::Gray, Conversion::Direct),
            Color::YCbCr => yuv_format(header),
            Color::Rgb | Color::Cmyk | Color::Ycck => (PixelFormat::Rgb24, Conversion::Rgb),
        };
        let mut planes = [Plane::default(); 3];
        let mut len = 0;
        for (index, plane) in planes.iter_mut().enumerate().take(format.plane_count()) {
            let rows = |image: &Image<'_>| match conversion {
                Conversion::Direct => image.header.components()[index].height as usize,
                _ => format.plane_extent(index, image.size()).1,
            };
            let stride = match conversion {
                // Whole data units, so that no block crosses the right edge.
                Conversion::Direct => {
                    (header.units_across() * header.components()[index].across * 8) as usize
                }
                _ => format.plane_extent(index, images.size).0,
            };
            *plane = Plane { offset: len, stride };
            len += images.iter().map(rows).max().unwrap_or_default() * images.first.lines.step * stride;
        }
        Self { format, conversion, planes, len }
    }
}

/// The coarsest pixel format that keeps all chroma samples of a JPEG.
fn yuv_format(header: &Header) -> (PixelFormat, Conversion) {
    use PixelFormat::{I411, I420, I422, I440, I444};
    let fits = |format: &PixelFormat| {
        let (across, down) = format.subsampling();
        header.components()[1..]
            .iter()
            .all(|chroma| header.across >= chroma.across * across && header.down >= chroma.down * down)
    };
    let format = [I420, I411, I422, I440].into_iter().find(fits).unwrap_or(I444);
    let (across, down) = format.subsampling();
    let is_same = |(index, component): (usize, &Component)| {
        let (across, down) = if index == 0 { (1, 1) } else { (across, down) };
        header.across == component.across * across && header.down == component.down * down
    };
    let same = header.components().iter().enumerate().all(is_same);
    (format, if same { Conversion::Direct } else { Conversion::Resampled })
}

impl Memory {
    /// Decodes a JPEG into its lines of the frame.
    fn decode(&mut self, image: &Image<'_>, layout: &Layout, buffer: &mut [u8]) -> Result<(), MediaError> {
        let Image { jpeg, header, lines } = image;
        let Layout { format, conversion, planes, .. } = layout;
        if *conversion != Conversion::Direct {
            self.jpeg_planes.decode(&mut self.decoder, jpeg, header)?;
        }
        let mut rest = buffer;
        let mut targets: [PlaneMut<'_>; 3] = Default::default();
        let ends = planes[1..format.plane_count()].iter().map(|plane| plane.offset).chain([layout.len]);
        for (index, ((target, plane), end)) in targets.iter_mut().zip(planes).zip(ends).enumerate() {
            let (bytes, behind) = rest.split_at_mut(end - plane.offset);
            rest = behind;
            *target = PlaneMut {
                bytes: &mut bytes[plane.stride * lines.first..],
                stride: plane.stride * lines.step,
                width: plane.stride,
                height: match conversion {
                    Conversion::Direct => header.components()[index].height as usize,
                    _ => format.plane_extent(index, image.size()).1,
                },
            };
        }
        let targets = &mut targets[..format.plane_count()];
        match conversion {
            Conversion::Direct => self.decoder.decode(jpeg, header, targets)?,
            Conversion::Resampled => {
                for (index, target) in targets.iter_mut().enumerate() {
                    let (across, down) = if index == 0 { (1, 1) } else { format.subsampling() };
                    self.jpeg_planes.resample(header, index, (across, down), target);
                }
            }
            Conversion::Rgb => {
                let [PlaneMut { bytes, stride, .. }] = targets else { return Ok(()) };
                self.jpeg_planes.for_each_row(header, |y, pixels| {
                    let pixels = pixels.as_flattened();
                    bytes[y * *stride..][..pixels.len()].copy_from_slice(pixels);
                });
            }
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests;
