//! The decoders of video files: from packets to pictures.

#[cfg(feature = "h264")]
mod h264;
mod mjpeg;
mod open;
#[cfg(feature = "vpx")]
mod vpx;

use std::{fmt::Debug, time::Duration};

use bevy::math::UVec2;

pub(in crate::source) use open::open_decoder;

use super::demux::{Crop, DeclaredColor, Packet};
use crate::{
    error::MediaError,
    frame::{ChromaLocation, ColorRange, ColorSpace, Frame, FramePool, MatrixCoefficients, PixelFormat},
};

/// A decoder of a video track.
pub(in crate::source) trait VideoDecoder: Debug + Send {
    /// Decodes a packet. Pictures are returned in the order in which they are shown, so they can be those of earlier
    /// packets.
    ///
    /// # Errors
    /// [`ErrorName::Data`](crate::error::ErrorName::Data) if the packet can't be decoded: the decoder goes on with the
    /// next one, or with the next key frame. [`ErrorName::NotSupported`](crate::error::ErrorName::NotSupported) if no
    /// packet of the stream can.
    fn decode(&mut self, packet: Packet<'_>, out: &mut dyn FnMut(Picture<'_>)) -> Result<(), MediaError>;

    /// Whether the bytes of a packet show that a decoder can start with it.
    #[cfg_attr(
        not(any(feature = "rtsp", all(feature = "native", target_os = "linux"))),
        allow(dead_code, reason = "files say so")
    )]
    fn is_key_frame(&self, data: &[u8]) -> bool {
        let _ = data;
        false
    }

    /// Returns the pictures that wait for earlier ones, at the end of the file.
    fn finish(&mut self, out: &mut dyn FnMut(Picture<'_>));

    /// Forgets all packets, for a start at a key frame.
    ///
    /// # Errors
    /// The decoder can't be made anew.
    fn reset(&mut self) -> Result<(), MediaError>;
}

/// A decoded frame. Its bytes belong to the decoder.
#[derive(Debug, Clone, Copy)]
pub(in crate::source) struct Picture<'a> {
    /// The time at which it is shown, from the start of the file.
    pub time: Duration,
    /// The pixels.
    pub pixels: Pixels<'a>,
}

/// The pixels of a picture.
#[derive(Debug, Clone, Copy)]
pub(in crate::source) enum Pixels<'a> {
    /// A JPEG, which isn't decoded here.
    Jpeg(&'a [u8]),
    /// Planes of Y, U and V in 4:2:0.
    I420(I420<'a>),
}

/// Planes of Y, U and V. Those of U and V have half the width and height, rounded up.
#[derive(Debug, Clone, Copy)]
pub(in crate::source) struct I420<'a> {
    /// The width and height in pixels.
    pub size: UVec2,
    /// The planes Y, U, V.
    pub planes: [PlaneRows<'a>; 3],
    /// The matrix and the range.
    pub color: ColorSpace,
    /// Where the chroma samples lie.
    pub chroma_location: ChromaLocation,
}

impl<'a> I420<'a> {
    /// A picture of these planes. The color space is the first one that is declared, and otherwise the usual one.
    fn new(size: UVec2, planes: [Rows<'a>; 3], color: DeclaredColor) -> Self {
        // The rule of most players, since hardly any file of standard definition declares its color space.
        let is_high_definition = size.x >= 1280 || size.y > 576;
        let usual = if is_high_definition { MatrixCoefficients::Bt709 } else { MatrixCoefficients::Bt601 };
        Self {
            size,
            planes: planes.map(|rows| PlaneRows { rows, left: 0, top: 0, width: 0, height: 0 }),
            color: ColorSpace {
                matrix: color.matrix.unwrap_or(usual),
                range: color.range.unwrap_or(ColorRange::Limited),
            },
            chroma_location: color.chroma_location.unwrap_or_default(),
        }
        .cropped(Crop::default())
    }

    /// The part of this picture inside a crop, which is moved to whole chroma samples. A crop that doesn't fit is
    /// ignored.
    fn cropped(mut self, crop: Crop) -> Self {
        let crop = Crop { left: crop.left & !1, top: crop.top & !1, ..crop };
        let (crop, size) = match crop.of(self.size) {
            Some(size) => (crop, size),
            None => (Crop::default(), self.size),
        };
        self.size = size;
        for (plane, scale) in self.planes.iter_mut().zip([1, 2, 2]) {
            plane.left += (crop.left / scale) as usize;
            plane.top += (crop.top / scale) as usize;
            plane.width = size.x.div_ceil(scale) as usize;
            plane.height = size.y.div_ceil(scale) as usize;
        }
        self
    }

    /// A frame of this picture.
    pub(in crate::source) fn to_frame(self, pool: &FramePool) -> Frame {
        let mut buffer = pool.take(self.packed_len());
        self.copy_packed(&mut buffer);
        Frame {
            color: self.color,
            chroma_location: self.chroma_location,
            ..Frame::packed(PixelFormat::I420, self.size, buffer)
        }
    }

    /// The bytes of the planes without gaps.
    pub(super) fn packed_len(&self) -> usize {
        self.planes.iter().map(|plane| plane.width * plane.height).sum()
    }

    /// Copies the planes without gaps, one after the other, into exactly [`Self::packed_len`] bytes.
    pub(super) fn copy_packed(&self, mut target: &mut [u8]) {
        for plane in &self.planes {
            let (bytes, rest) = target.split_at_mut(plane.width * plane.height);
            plane.copy_packed(bytes);
            target = rest;
        }
    }
}

/// A part of a decoder's plane.
#[derive(Debug, Clone, Copy)]
pub(in crate::source) struct PlaneRows<'a> {
    rows: Rows<'a>,
    left: usize,
    top: usize,
    width: usize,
    height: usize,
}

/// The rows of a decoder's plane.
#[derive(Debug, Clone, Copy)]
enum Rows<'a> {
    /// Rows of this many bytes after one another, and the last one perhaps shorter.
    #[cfg_attr(not(feature = "h264"), allow(dead_code, reason = "libvpx has planes of its own"))]
    Bytes(&'a [u8], usize),
    #[cfg(feature = "vpx")]
    Vpx(viewfinder_vpx::Plane<'a>),
}

impl PlaneRows<'_> {
    fn copy_packed(&self, target: &mut [u8]) {
        let Self { left, top, width, height, .. } = *self;
        let copy = |target: &mut [u8], row: &[u8]| {
            if let Some(pixels) = row.get(left..left + width) {
                target.copy_from_slice(pixels);
            }
        };
        let targets = target.chunks_exact_mut(width.max(1)).take(height);
        match self.rows {
            Rows::Bytes(bytes, stride) => {
                for (target, row) in targets.zip(bytes.chunks(stride.max(1)).skip(top)) {
                    copy(target, row);
                }
            }
            #[cfg(feature = "vpx")]
            Rows::Vpx(plane) => {
                for (target, row) in targets.zip(plane.rows().skip(top)) {
                    copy(target, row);
                }
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_crop_cuts_all_planes_at_whole_chroma_samples() {
        let bytes: Vec<u8> = (0..64).collect();
        let planes = [Rows::Bytes(&bytes, 8), Rows::Bytes(&bytes, 4), Rows::Bytes(&bytes[16..], 4)];
        let picture = I420::new(UVec2::new(7, 6), planes, DeclaredColor::default());
        assert_eq!(picture.packed_len(), 7 * 6 + 2 * 4 * 3);
        let cropped = picture.cropped(Crop { left: 3, right: 1, top: 2, bottom: 2 });
        assert_eq!(cropped.size, UVec2::new(4, 2));
        let mut packed = vec![0; cropped.packed_len()];
        cropped.copy_packed(&mut packed);
        assert_eq!(packed, [18, 19, 20, 21, 26, 27, 28, 29, 5, 6, 21, 22]);
        assert_eq!(picture.cropped(Crop { left: 4, right: 4, top: 0, bottom: 0 }).size, picture.size);
    }

    #[test]
    fn the_usual_matrix_depends_on_the_size() {
        let matrix = |width, height, matrix| {
            let color = DeclaredColor { matrix, ..Default::default() };
            I420::new(UVec2::new(width, height), [Rows::Bytes(&[], 0); 3], color).color.matrix
        };
        assert_eq!(matrix(640, 480, None), MatrixCoefficients::Bt601);
        assert_eq!(matrix(1280, 720, None), MatrixCoefficients::Bt709);
        assert_eq!(matrix(720, 1280, None), MatrixCoefficients::Bt709);
        assert_eq!(matrix(640, 480, Some(MatrixCoefficients::Bt2020)), MatrixCoefficients::Bt2020);
    }
}
