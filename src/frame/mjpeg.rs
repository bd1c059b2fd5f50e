//! Frames of Motion JPEG, to the planes that the JPEG has: no RGB on the CPU, unless the JPEG is RGB.

mod fields;

use std::sync::{Mutex, PoisonError};

use self::fields::{Image, Images};
use super::{
    ChromaLocation, ColorSpace, Frame, FramePool, PixelFormat, Plane,
    jpeg::{Color, Component, Decode, Decoder, Header, Picture, PlaneMut},
};
use crate::error::MediaError;

/// Decodes the frames of an MJPEG stream.
#[derive(Debug, Default)]
pub struct MjpegDecoder {
    pool: FramePool,
    memory: Mutex<Memory>,
}

/// What is kept from frame to frame, so that frames cost no allocation.
#[derive(Debug, Default)]
struct Memory {
    decoder: Decoder,
    picture: Picture,
}

impl MjpegDecoder {
    /// A decoder whose pictures take their buffers from this pool.
    pub fn new(pool: FramePool) -> Self {
        Self { pool, memory: Mutex::default() }
    }

    /// Decodes a [`PixelFormat::Mjpeg`] frame to planes (full-range BT.601, as JPEG means it). Sequence, time
    /// and rotation stay; the size becomes the JPEG's own. A frame of another format is given back as it is.
    ///
    /// The planes are as large as they are in the JPEG: the format is [`PixelFormat::Grey`], [`PixelFormat::I444`],
    /// [`PixelFormat::I422`], [`PixelFormat::I420`], [`PixelFormat::I440`] or [`PixelFormat::I411`]. Chroma that none of
    /// these has becomes that of the next finer one. RGB, CMYK and YCCK become [`PixelFormat::Rgb24`].
    ///
    /// JPEGs that leave out the usual Huffman tables, or their end, as cameras do, are understood. Two JPEGs in one frame
    /// are the fields of an interlaced one if an `AVI1` segment says so, or if each has about half of the frame's height;
    /// they are woven.
    ///
    /// # Errors
    /// [`ErrorName::Data`](crate::error::ErrorName::Data) for what isn't a JPEG, is cut short or broken;
    /// [`ErrorName::NotSupported`](crate::error::ErrorName::NotSupported) for arithmetic, lossless and hierarchical
    /// coding, and for more than 8 bits per sample.
    pub fn decode(&self, frame: Frame) -> Result<Frame, MediaError> {
        if frame.format != PixelFormat::Mjpeg {
            return Ok(frame);
        }
        let images = Images::of(&frame.buffer, frame.size.y)?;
        let layout = Layout::of(&images);
        let mut buffer = self.pool.take(layout.len);
        let mut memory = self.memory.lock().unwrap_or_else(PoisonError::into_inner);
        for image in images.iter() {
            memory.decode(image, &layout, &mut buffer)?;
        }
        let Layout { format, planes, .. } = layout;
        let (color, chroma_location) = (ColorSpace::JPEG, ChromaLocation::Center);
        Ok(Frame { size: images.size, format, planes, color, chroma_location, buffer, ..frame })
    }
}

/// The frame that JPEGs become.
#[derive(Debug)]
struct Layout {
    format: PixelFormat,
    /// How the JPEG's planes become the frame's.
    way: Way,
    planes: [Plane; 3],
    /// Bytes of all planes.
    len: usize,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Way {
    /// They are the same.
    Direct,
    /// Some are too coarse for every format.
    Resampled,
    /// They are no luma and chroma.
    Rgb,
}

impl Layout {
    fn of(images: &Images<'_>) -> Self {
        let header = &images.first.header;
        let (format, way) = match header.color {
            Color::Gray => (PixelFormat::Grey, Way::Direct),
            Color::YCbCr => yuv_format(header),
            Color::Rgb | Color::Cmyk | Color::Ycck => (PixelFormat::Rgb24, Way::Rgb),
        };
        let mut planes = [Plane::default(); 3];
        let mut len = 0;
        for (index, plane) in planes.iter_mut().enumerate().take(format.plane_count()) {
            let rows = |image: &Image<'_>| match way {
                Way::Direct => image.header.components()[index].height as usize,
                _ => format.plane_extent(index, image.size()).1,
            };
            let stride = match way {
                // Whole units, so that no block has to be cut at the right edge.
                Way::Direct => (header.units_across() * header.components()[index].across * 8) as usize,
                _ => format.plane_extent(index, images.size).0,
            };
            *plane = Plane { offset: len, stride };
            len += images.iter().map(rows).max().unwrap_or_default() * images.first.lines.step * stride;
        }
        Self { format, way, planes, len }
    }
}

/// The coarsest format that has all chroma of a JPEG.
fn yuv_format(header: &Header) -> (PixelFormat, Way) {
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
    (format, if same { Way::Direct } else { Way::Resampled })
}

impl Memory {
    /// Decodes a JPEG to its lines of the frame.
    fn decode(&mut self, image: &Image<'_>, layout: &Layout, buffer: &mut [u8]) -> Result<(), MediaError> {
        let Image { jpeg, header, lines } = image;
        let Layout { format, way, planes, .. } = layout;
        if *way != Way::Direct {
            self.picture.decode(&mut self.decoder, jpeg, header)?;
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
                height: match way {
                    Way::Direct => header.components()[index].height as usize,
                    _ => format.plane_extent(index, image.size()).1,
                },
            };
        }
        let targets = &mut targets[..format.plane_count()];
        match way {
            Way::Direct => self.decoder.decode(jpeg, header, targets)?,
            Way::Resampled => {
                for (index, target) in targets.iter_mut().enumerate() {
                    let (across, down) = if index == 0 { (1, 1) } else { format.subsampling() };
                    self.picture.resample(header, index, (across, down), target);
                }
            }
            Way::Rgb => {
                let [PlaneMut { bytes, stride, .. }] = targets else { return Ok(()) };
                self.picture.for_each_row(header, |y, pixels| {
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
