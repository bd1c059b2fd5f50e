//! Video frames in the device's own pixel format.
//!
//! A [`Frame`] is raw bytes with their description: size, [`PixelFormat`], offset and stride of each plane,
//! [`MatrixCoefficients`], [`ColorRange`], [`ChromaLocation`] and [`Rotation`]. The GPU converts it to RGB.
//! [`Frame::to_rgba`] does the same on the CPU for code that needs pixels.

mod convert;
mod format;
#[cfg(any(
    all(feature = "recorder", not(target_family = "wasm")),
    all(feature = "virtual-camera", target_os = "linux")
))]
mod i420;
pub(crate) mod jpeg;
mod mjpeg;
mod pool;
#[cfg(any(
    all(feature = "recorder", not(target_family = "wasm")),
    all(feature = "virtual-camera", target_os = "linux")
))]
mod rgba;
pub(crate) mod slot;
mod staging;
mod texture;

use std::ops::Deref;

use bevy::{math::UVec2, platform::time::Instant};

pub(crate) use format::{ByteOrder, neutral_chroma};
pub use format::{ChromaLocation, ColorRange, ColorSpace, MatrixCoefficients, PixelFormat, Plane, Rotation};
pub use mjpeg::MjpegDecoder;
pub use pool::{FrameBuffer, FramePool};
pub(crate) use slot::{FrameReader, FrameWriter, NoFrame, frame_slot};
pub(crate) use staging::{StagedFrame, StagedUpload, Staging, StagingDevice, TrackFrame};
#[cfg(any(
    all(feature = "recorder", not(target_family = "wasm")),
    all(feature = "virtual-camera", target_os = "linux")
))]
pub(crate) use {i420::I420, rgba::RgbaFrame};

use crate::error::MediaError;

/// The largest believable width and height of a frame, in pixels. A header with a larger one is corrupt.
pub(crate) const MAX_FRAME_SIDE: u32 = 32_768;

/// One frame from a source. Clones share its bytes. A [`FrameRef`] borrows them.
#[derive(Debug, Clone)]
pub struct Frame<B = FrameBuffer> {
    /// Width and height in pixels, before rotation.
    pub size: UVec2,
    /// The pixel format of the bytes.
    pub format: PixelFormat,
    /// The planes, in the order that [`PixelFormat`] documents. Only the first [`PixelFormat::plane_count`] are used.
    pub planes: [Plane; 3],
    /// Matrix coefficients and range of the YUV values.
    pub color: ColorSpace,
    /// Where the chroma samples of YUV formats lie.
    pub chroma_location: ChromaLocation,
    /// The turn that makes the frame upright.
    pub rotation: Rotation,
    /// The source's count of frames, from 0. A gap means that frames were lost.
    pub sequence: u64,
    /// The time of capture, as precisely as the source knows it.
    pub captured: Instant,
    /// The bytes. Their buffer returns to its pool when the frame is dropped.
    pub buffer: B,
}

/// A frame whose bytes belong to another: to the driver of a device.
pub type FrameRef<'a> = Frame<&'a [u8]>;

impl Frame {
    /// A frame whose planes are tightly packed, one after the other.
    pub fn packed(format: PixelFormat, size: UVec2, buffer: FrameBuffer) -> Self {
        Self {
            size,
            format,
            planes: format.packed_planes(size),
            color: ColorSpace::default(),
            chroma_location: ChromaLocation::default(),
            rotation: Rotation::default(),
            sequence: 0,
            captured: Instant::now(),
            buffer,
        }
    }
}

impl<'a> FrameRef<'a> {
    /// A borrowed frame whose planes are tightly packed, one after the other.
    pub fn borrow_packed(format: PixelFormat, size: UVec2, buffer: &'a [u8]) -> Self {
        Frame::packed(format, size, FrameBuffer::default()).with_buffer(buffer)
    }

    /// A frame with a copy of the bytes, in a buffer of this pool.
    pub fn to_frame(&self, pool: &FramePool) -> Frame {
        self.with_buffer(pool.copy_of(self.buffer))
    }
}

impl<B: Deref<Target = [u8]>> Frame<B> {
    /// This frame, with borrowed bytes.
    pub fn borrowed(&self) -> FrameRef<'_> {
        self.with_buffer(&*self.buffer)
    }

    /// The description of this frame, with other bytes.
    pub(crate) fn with_buffer<C>(&self, buffer: C) -> Frame<C> {
        let &Self { size, format, planes, color, chroma_location, rotation, sequence, captured, .. } = self;
        Frame { size, format, planes, color, chroma_location, rotation, sequence, captured, buffer }
    }

    /// Checks the description against the bytes: a believable size, rows that fit their strides, and planes that fit
    /// the buffer. The capture thread validates each frame before it passes it on, so later code can rely on it.
    ///
    /// # Errors
    /// [`ErrorName::Data`](crate::error::ErrorName::Data) with the failed check.
    pub fn validate(&self) -> Result<(), MediaError> {
        let UVec2 { x: width, y: height } = self.size;
        if width == 0 || height == 0 || width > MAX_FRAME_SIDE || height > MAX_FRAME_SIDE {
            return Err(MediaError::data(format!(
                "a frame can't have {width}x{height} pixels: each side must be 1 to {MAX_FRAME_SIDE}"
            )));
        }
        if self.buffer.is_empty() {
            return Err(MediaError::data("the frame has no bytes: the device sent an empty buffer"));
        }
        if self.format == PixelFormat::Mjpeg {
            return Ok(());
        }
        for index in 0..self.format.plane_count() {
            let Plane { offset, stride } = self.planes[index];
            let (row_bytes, rows) = self.format.plane_extent(index, self.size);
            if stride < row_bytes {
                return Err(MediaError::data(format!(
                    "plane {index} of a {width}x{height} {:?} frame has rows of {row_bytes} bytes, but a stride of {stride}",
                    self.format
                )));
            }
            let end = stride
                .checked_mul(rows - 1)
                .and_then(|bytes| bytes.checked_add(row_bytes))
                .and_then(|bytes| bytes.checked_add(offset));
            if end.is_none_or(|end| end > self.buffer.len()) {
                return Err(MediaError::data(format!(
                    "the frame was cut short: plane {index} of {width}x{height} {:?} ends after the buffer's {} bytes",
                    self.format,
                    self.buffer.len()
                )));
            }
        }
        Ok(())
    }

    /// The bytes of a plane from its first row to the end of its last. Rows are [`Plane::stride`] bytes apart.
    /// The frame must be valid ([`Frame::validate`]).
    pub fn plane(&self, index: usize) -> &[u8] {
        let Plane { offset, stride } = self.planes[index];
        let (row_bytes, rows) = self.format.plane_extent(index, self.size);
        &self.buffer[offset..offset + stride * (rows - 1) + row_bytes]
    }
}
