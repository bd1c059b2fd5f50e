//! One picture from a camera, in the camera's own pixel format.
//!
//! A [`Frame`] is raw bytes plus what is needed to read them: size, [`PixelFormat`], where each plane
//! begins and how long its rows are, color [`Matrix`] and [`Range`], [`ChromaLocation`], [`Rotation`]. It is converted to
//! RGB on the GPU; [`Frame::to_rgba`] does the same on the CPU for code that wants pixels.

mod convert;
mod format;
pub(crate) mod jpeg;
mod mjpeg;
mod pool;
pub(crate) mod slot;
mod texture;

use bevy::{math::UVec2, platform::time::Instant};

pub use format::{ChromaLocation, ColorSpace, Matrix, PixelFormat, Plane, Range, Rotation};
pub use mjpeg::MjpegDecoder;
pub use pool::{FrameBuffer, FramePool};
pub(crate) use slot::{FrameReader, FrameWriter, frame_slot};

use crate::error::MediaError;

/// The widest and highest frame that is believed: 32768 in either direction. A header that says more is lying.
pub(crate) const MAX_FRAME_SIDE: u32 = 32_768;

/// One picture from a source. Clones share its bytes.
#[derive(Debug, Clone)]
pub struct Frame {
    /// Width and height in pixels, before rotation.
    pub size: UVec2,
    /// How the bytes are to be read.
    pub format: PixelFormat,
    /// The planes, in the order that [`PixelFormat`] documents; only the first [`PixelFormat::plane_count`] count.
    pub planes: [Plane; 3],
    /// Matrix and range of the YUV values.
    pub color: ColorSpace,
    /// Where the chroma samples of YUV formats lie.
    pub chroma_location: ChromaLocation,
    /// How the picture must be turned to be upright.
    pub rotation: Rotation,
    /// The source's own count of frames, from 0. A gap says that frames were lost on the way.
    pub sequence: u64,
    /// When the frame was captured, as near as the source can tell.
    pub captured: Instant,
    /// The bytes. They go back to their pool when the frame is dropped.
    pub buffer: FrameBuffer,
}

impl Frame {
    /// A frame whose planes lie tightly one behind the other.
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

    /// Checks that the frame is what it says: a believable size, rows no longer than their strides, and every
    /// plane inside the buffer. Whoever reads a frame's bytes may rely on this having been called:
    /// the capture thread calls it for each frame before it passes it on.
    ///
    /// # Errors
    /// [`ErrorName::Data`](crate::error::ErrorName::Data) that says which of these is wrong.
    pub fn validate(&self) -> Result<(), MediaError> {
        let UVec2 { x: width, y: height } = self.size;
        if width == 0 || height == 0 || width > MAX_FRAME_SIDE || height > MAX_FRAME_SIDE {
            return Err(MediaError::data(format!(
                "a frame of {width}x{height} pixels can't be: each side must be 1 to {MAX_FRAME_SIDE}"
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

    /// The bytes of a plane from its first row to the end of its last, rows [`Plane::stride`] apart.
    /// The frame must be valid ([`Frame::validate`]).
    pub fn plane(&self, index: usize) -> &[u8] {
        let Plane { offset, stride } = self.planes[index];
        let (row_bytes, rows) = self.format.plane_extent(index, self.size);
        &self.buffer[offset..offset + stride * (rows - 1) + row_bytes]
    }
}
