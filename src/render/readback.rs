//! Reads textures back from the GPU. No other file maps buffers to read them.
//!
//! Each consumer of pixels has a [`ReadbackRing`] of its own: buffers that are used in turns and kept. A texture is
//! copied to a free one, which is mapped once the commands are submitted. Nothing waits: the GPU's driver calls back in
//! a later submission or poll. While all buffers are in flight there is none to copy to, and the consumer skips a frame
//! or tries again in the next one.

use std::{
    panic::{AssertUnwindSafe, catch_unwind},
    sync::{
        Arc,
        atomic::{AtomicBool, Ordering},
    },
};

use bevy::{
    prelude::*,
    render::{
        render_resource::{
            Buffer, BufferDescriptor, BufferUsages, CommandEncoder, Extent3d, MapMode, PollType,
        },
        renderer::RenderDevice,
    },
};
use wgpu::{TexelCopyBufferInfo, TexelCopyBufferLayout};

use super::target::Target;
use crate::error::MediaError;

/// Bytes of a texel of every texture that is read back: four channels of 8 bits, which all graphics APIs can read.
const TEXEL_BYTES: usize = 4;

/// The buffers of one consumer.
#[derive(Debug)]
pub(super) struct ReadbackRing(Ring<Buffer>);

/// Buffers that are used in turns.
#[derive(Debug)]
struct Ring<B> {
    buffers: Vec<RingBuffer<B>>,
    /// The most buffers.
    depth: usize,
}

#[derive(Debug)]
struct RingBuffer<B> {
    buffer: B,
    in_flight: Arc<AtomicBool>,
}

/// A buffer of a ring that a texture is being copied to. Dropping it makes the buffer free.
#[derive(Debug)]
pub(super) struct Readback {
    buffer: Buffer,
    _flight: Flight,
    /// Width and height of the texture, in texels.
    size: UVec2,
    bytes_per_row: u32,
}

/// Marks a buffer as in flight until it is dropped.
#[derive(Debug)]
struct Flight(Arc<AtomicBool>);

impl Flight {
    fn start(in_flight: &Arc<AtomicBool>) -> Self {
        in_flight.store(true, Ordering::Release);
        Self(in_flight.clone())
    }
}

impl Drop for Flight {
    fn drop(&mut self) {
        self.0.store(false, Ordering::Release);
    }
}

impl<B> RingBuffer<B> {
    fn is_free(&self) -> bool {
        !self.in_flight.load(Ordering::Acquire)
    }
}

impl<B: Clone> Ring<B> {
    /// A free buffer that fits, or a new one. `None` while as many as may be are in flight.
    fn start(&mut self, fits: impl Fn(&B) -> bool, make: impl FnOnce() -> B) -> Option<(B, Flight)> {
        let is_usable = |known: &RingBuffer<B>| known.is_free() && fits(&known.buffer);
        if !self.buffers.iter().any(is_usable) {
            // Buffers of an earlier size make room.
            self.buffers.retain(|known| !known.is_free() || fits(&known.buffer));
            if self.buffers.len() >= self.depth {
                return None;
            }
            self.buffers.push(RingBuffer { buffer: make(), in_flight: Arc::default() });
        }
        let usable = self.buffers.iter().find(|known| is_usable(known))?;
        Some((usable.buffer.clone(), Flight::start(&usable.in_flight)))
    }

    fn is_full(&self) -> bool {
        self.buffers.len() >= self.depth && !self.buffers.iter().any(RingBuffer::is_free)
    }

    fn is_idle(&self) -> bool {
        self.buffers.iter().all(RingBuffer::is_free)
    }

    fn release_free(&mut self) {
        self.buffers.retain(|known| !known.is_free());
    }
}

impl ReadbackRing {
    /// A ring of at most this many buffers.
    pub const fn new(depth: usize) -> Self {
        Self(Ring { buffers: Vec::new(), depth })
    }

    /// A buffer for a texture of this size, in texels, which must pass [`check_size`]. `None` while all buffers are in
    /// flight.
    pub fn start(&mut self, size: UVec2, device: &RenderDevice) -> Option<Readback> {
        let bytes_per_row = bytes_per_row(size);
        let bytes = u64::from(bytes_per_row) * u64::from(size.y);
        let make = || {
            device.create_buffer(&BufferDescriptor {
                label: Some("viewfinder readback"),
                size: bytes,
                usage: BufferUsages::COPY_DST | BufferUsages::MAP_READ,
                mapped_at_creation: false,
            })
        };
        let (buffer, _flight) = self.0.start(|known| known.size() == bytes, make)?;
        Some(Readback { buffer, _flight, size, bytes_per_row })
    }

    /// Whether all buffers are in flight: then [`start`](Self::start) has none.
    pub fn is_full(&self) -> bool {
        self.0.is_full()
    }

    /// Whether no buffer is in flight.
    pub fn is_idle(&self) -> bool {
        self.0.is_idle()
    }

    /// Releases the buffers that are free. Their memory isn't needed until the next texture.
    pub fn release_free(&mut self) {
        self.0.release_free();
    }
}

impl Readback {
    /// Records a copy of the target, which has this buffer's size.
    pub fn copy(&self, target: &Target, encoder: &mut CommandEncoder) {
        let layout = TexelCopyBufferLayout {
            offset: 0,
            bytes_per_row: Some(self.bytes_per_row),
            rows_per_image: None,
        };
        encoder.copy_texture_to_buffer(
            target.texture.as_image_copy(),
            TexelCopyBufferInfo { buffer: &self.buffer, layout },
            Extent3d { width: self.size.x, height: self.size.y, depth_or_array_layers: 1 },
        );
    }

    /// Maps the buffer, without waiting, after the copy was submitted. `receive` is called with the texture's rows, or
    /// with an error if the GPU lost them.
    pub fn map(self, receive: impl FnOnce(Result<Rows, MediaError>) + Send + 'static) {
        let buffer = self.buffer.clone();
        buffer.slice(..).map_async(MapMode::Read, move |mapped| {
            // All of it, also the mark of the flight: a closure captures only the fields that it names.
            let readback = self;
            // wgpu panics if the GPU is lost after the buffer was mapped.
            let view = || catch_unwind(AssertUnwindSafe(|| readback.buffer.slice(..).get_mapped_range()));
            match mapped.map(|()| view()) {
                Ok(Ok(bytes)) => {
                    receive(Ok(Rows { bytes: &bytes, bytes_per_row: readback.bytes_per_row as usize }));
                    drop(bytes);
                    readback.buffer.unmap();
                }
                Ok(Err(_)) => receive(Err(MediaError::unknown(
                    "the pixels can't be read from the GPU, because it is lost; try again",
                ))),
                Err(error) => receive(Err(MediaError::unknown(format!(
                    "the pixels can't be read from the GPU: {error}; try again"
                )))),
            }
        });
    }
}

/// Lets the buffers that the GPU has finished arrive now, and not only with the next submission.
pub(super) fn poll_readbacks(device: Res<RenderDevice>) {
    // An error means that the device is lost, which Bevy reports.
    let _ = device.poll(PollType::Poll);
}

/// The rows of a texture that was read back.
#[derive(Debug, Clone, Copy)]
pub(super) struct Rows<'a> {
    bytes: &'a [u8],
    bytes_per_row: usize,
}

impl<'a> Rows<'a> {
    /// The first bytes of each row, from the top.
    pub fn iter(self, row_bytes: usize) -> impl Iterator<Item = &'a [u8]> {
        self.bytes.chunks(self.bytes_per_row).map(move |row| &row[..row_bytes])
    }
}

/// Rows begin at multiples of 256 bytes.
fn bytes_per_row(size: UVec2) -> u32 {
    RenderDevice::align_copy_bytes_per_row(size.x as usize * TEXEL_BYTES) as u32
}

/// Checks that a texture of this size, in texels, can be drawn and read back. `name` names it in the error: "a photo".
///
/// # Errors
/// [`ErrorName::NotSupported`](crate::error::ErrorName::NotSupported) with the GPU's limit.
pub(super) fn check_size(name: &str, size: UVec2, device: &RenderDevice) -> Result<(), MediaError> {
    let limits = device.limits();
    let longest = limits.max_texture_dimension_2d;
    if size.min_element() == 0 || size.max_element() > longest {
        return Err(MediaError::not_supported(format!(
            "{name} of {}x{} can't be drawn: each side must be 1 to {longest} pixels on this GPU",
            size.x, size.y
        )));
    }
    let bytes = u64::from(bytes_per_row(size)) * u64::from(size.y);
    if bytes > limits.max_buffer_size {
        return Err(MediaError::not_supported(format!(
            "{name} of {}x{} can't be read back: its {bytes} bytes exceed the {} of a buffer on this GPU; make it smaller",
            size.x, size.y, limits.max_buffer_size
        )));
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rows_are_cut_to_their_own_bytes() {
        let bytes: Vec<u8> = (0..=255).chain(0..=255).collect();
        let rows = Rows { bytes: &bytes, bytes_per_row: 256 };
        let cut: Vec<_> = rows.iter(3).collect();
        assert_eq!(cut, [[0, 1, 2], [0, 1, 2]]);
    }

    /// Starts a flight of a buffer of this size. Returns the buffer's size and number.
    fn start(ring: &mut Ring<(u64, u32)>, made: &mut u32, size: u64) -> Option<((u64, u32), Flight)> {
        ring.start(
            |known| known.0 == size,
            || {
                *made += 1;
                (size, *made)
            },
        )
    }

    #[test]
    fn buffers_are_used_in_turns_and_there_is_none_while_all_are_in_flight() {
        let (mut ring, mut made) = (Ring { buffers: Vec::new(), depth: 2 }, 0);
        assert!(ring.is_idle());
        let (first, flight) = start(&mut ring, &mut made, 10).expect("a new one");
        let second = start(&mut ring, &mut made, 10).expect("another");
        assert_ne!(first, second.0);
        assert!(ring.is_full());
        assert!(start(&mut ring, &mut made, 10).is_none());
        drop(flight);
        assert!(!ring.is_full() && !ring.is_idle());
        let third = start(&mut ring, &mut made, 10).expect("the first one again");
        assert_eq!((third.0, made), (first, 2));
    }

    #[test]
    fn buffers_of_another_size_go_once_they_are_free() {
        let (mut ring, mut made) = (Ring { buffers: Vec::new(), depth: 2 }, 0);
        let old = [10, 10].map(|size| start(&mut ring, &mut made, size).expect("a buffer"));
        assert!(start(&mut ring, &mut made, 20).is_none(), "both are in flight");
        drop(old);
        let new = [20, 20].map(|size| start(&mut ring, &mut made, size).expect("a buffer"));
        assert_eq!((ring.buffers.len(), made), (2, 4));
        ring.release_free();
        assert_eq!(ring.buffers.len(), 2, "they are in flight");
        drop(new);
        ring.release_free();
        assert_eq!(ring.buffers.len(), 0);
    }
}
