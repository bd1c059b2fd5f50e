//! Mapped buffers.

use std::{
    panic::{AssertUnwindSafe, catch_unwind},
    sync::{
        Arc, Mutex, MutexGuard, PoisonError,
        atomic::{AtomicBool, AtomicUsize, Ordering::Relaxed},
    },
};

use bevy::{
    prelude::*,
    render::{
        render_resource::{CommandEncoder, MapMode, Texture},
        renderer::RenderDevice,
    },
};
use crossbeam_channel::{Receiver, Sender, bounded};
use wgpu::{BufferDescriptor, BufferUsages, TexelCopyBufferInfo, TexelCopyBufferLayout};

use super::TrackFrame;
use crate::frame::{Frame, FrameBuffer, FrameRef, PixelFormat};

/// The most buffers of a track: one is written, one waits for the renderer, and two are with the GPU.
const MOST_BUFFERS: usize = 4;

/// Planes begin at multiples of this many bytes, as rows do.
const ALIGNMENT: usize = wgpu::COPY_BYTES_PER_ROW_ALIGNMENT as usize;

/// The device of the GPU whose memory frames are staged in. Another one that replaces it is another value, although
/// wgpu's own ids begin anew with each instance.
#[derive(Resource, Debug, Clone)]
pub(crate) struct StagingDevice(Arc<DeviceState>);

#[derive(Debug)]
struct DeviceState {
    device: wgpu::Device,
    is_lost: AtomicBool,
}

impl StagingDevice {
    pub fn new(device: &RenderDevice) -> Self {
        let device = device.wgpu_device().clone();
        Self(Arc::new(DeviceState { device, is_lost: AtomicBool::new(false) }))
    }

    /// Calls wgpu, which panics if the GPU is lost. It isn't called for that device again.
    fn attempt<T>(&self, call: impl FnOnce() -> Option<T>) -> Option<T> {
        if self.0.is_lost.load(Relaxed) {
            return None;
        }
        catch_unwind(AssertUnwindSafe(call)).unwrap_or_else(|_| {
            self.0.is_lost.store(true, Relaxed);
            None
        })
    }
}

impl PartialEq for StagingDevice {
    fn eq(&self, other: &Self) -> bool {
        Arc::ptr_eq(&self.0, &other.0)
    }
}

/// The buffers of a track. Clones are of the same track.
#[derive(Debug, Clone, Default)]
pub(crate) struct Staging(Arc<Mutex<Option<Pool>>>);

impl Staging {
    /// Lets frames be staged for this device from now on.
    pub fn offer(&self, device: &StagingDevice) {
        let mut pool = self.lock();
        if pool.as_ref().is_none_or(|pool| pool.device != *device) {
            *pool = Some(Pool::new(device.clone()));
        }
    }

    /// Copies a valid frame that isn't compressed to a buffer. If none is free, the frame is one with memory of its
    /// own.
    pub fn stage(&self, frame: &FrameRef<'_>, owned: impl FnOnce() -> Frame) -> TrackFrame {
        let pool = self.lock().clone();
        match pool.and_then(|pool| pool.device.attempt(|| pool.stage(frame))) {
            None => TrackFrame { frame: owned(), staged: None },
            staged => TrackFrame { frame: frame.with_buffer(FrameBuffer::default()), staged },
        }
    }

    fn lock(&self) -> MutexGuard<'_, Option<Pool>> {
        // Nothing panics while it is locked.
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// The buffers of one device of the GPU.
#[derive(Debug, Clone)]
struct Pool {
    device: StagingDevice,
    free: Receiver<MappedBuffer>,
    home: Sender<MappedBuffer>,
    /// The number of buffers, free or not.
    count: Arc<AtomicUsize>,
}

/// A buffer, which is mapped unless the GPU has it.
#[derive(Debug)]
struct MappedBuffer {
    buffer: wgpu::Buffer,
    _counted: Counted,
}

/// Counts a buffer as long as it exists.
#[derive(Debug)]
struct Counted(Arc<AtomicUsize>);

impl Drop for Counted {
    fn drop(&mut self) {
        self.0.fetch_sub(1, Relaxed);
    }
}

impl Pool {
    fn new(device: StagingDevice) -> Self {
        let (home, free) = bounded(MOST_BUFFERS);
        Self { device, free, home, count: Arc::default() }
    }

    fn stage(&self, frame: &FrameRef<'_>) -> Option<StagedFrame> {
        let (planes, len) = plane_copies(frame.format, frame.size);
        let buffer = self.take(len as u64)?;
        let mut mapped = buffer.buffer.get_mapped_range_mut(..);
        for (index, to) in planes.iter().take(frame.format.plane_count()).enumerate() {
            let (stride, bytes) = (frame.planes[index].stride, frame.plane(index));
            if stride == to.bytes_per_row {
                mapped.slice(to.offset..to.offset + bytes.len()).copy_from_slice(bytes);
                continue;
            }
            for (row, bytes) in bytes.chunks(stride).enumerate() {
                let start = to.offset + row * to.bytes_per_row;
                mapped.slice(start..start + to.row_bytes).copy_from_slice(&bytes[..to.row_bytes]);
            }
        }
        drop(mapped);
        let (device, home) = (self.device.clone(), self.home.clone());
        Some(StagedFrame { buffer: Some(buffer), planes, device, home })
    }

    /// A free buffer of this many bytes, or a new one. `None` while as many as may be are in use.
    fn take(&self, len: u64) -> Option<MappedBuffer> {
        // Buffers of an earlier size are dropped.
        if let Some(free) = self.free.try_iter().find(|free| free.buffer.size() == len) {
            return Some(free);
        }
        if self.count.load(Relaxed) >= MOST_BUFFERS || len > self.device.0.device.limits().max_buffer_size {
            return None;
        }
        self.count.fetch_add(1, Relaxed);
        let counted = Counted(self.count.clone());
        let buffer = self.device.0.device.create_buffer(&BufferDescriptor {
            label: Some("viewfinder staging"),
            size: len,
            usage: BufferUsages::MAP_WRITE | BufferUsages::COPY_SRC,
            mapped_at_creation: true,
        });
        Some(MappedBuffer { buffer, _counted: counted })
    }
}

/// The place of a plane in a buffer.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
struct PlaneCopy {
    offset: usize,
    bytes_per_row: usize,
    /// Bytes of a row without padding.
    row_bytes: usize,
}

/// The places of the planes of a frame, and the length of the buffer.
fn plane_copies(format: PixelFormat, size: UVec2) -> ([PlaneCopy; 3], usize) {
    let mut planes = [PlaneCopy::default(); 3];
    let mut offset = 0;
    for (index, plane) in planes.iter_mut().enumerate().take(format.plane_count()) {
        let (row_bytes, rows) = format.plane_extent(index, size);
        let bytes_per_row = row_bytes.next_multiple_of(ALIGNMENT);
        *plane = PlaneCopy { offset, bytes_per_row, row_bytes };
        offset += bytes_per_row * rows;
    }
    (planes, offset)
}

/// The bytes of a frame in a buffer of the GPU. Dropping it, because a newer frame came, makes the buffer free.
#[derive(Debug)]
pub(crate) struct StagedFrame {
    /// `None` during the drop only.
    buffer: Option<MappedBuffer>,
    planes: [PlaneCopy; 3],
    device: StagingDevice,
    home: Sender<MappedBuffer>,
}

impl StagedFrame {
    /// Records the copy to the textures of its planes, which have their sizes. `None` if its memory belongs to an
    /// earlier device of the GPU, with which it is lost.
    pub fn upload(
        mut self,
        textures: &[Texture],
        device: &StagingDevice,
        encoder: &mut CommandEncoder,
    ) -> Option<StagedUpload> {
        if self.device != *device {
            return None;
        }
        let buffer = self.buffer.take()?;
        buffer.buffer.unmap();
        for (texture, plane) in textures.iter().zip(self.planes) {
            let layout = TexelCopyBufferLayout {
                offset: plane.offset as u64,
                bytes_per_row: Some(plane.bytes_per_row as u32),
                rows_per_image: None,
            };
            encoder.copy_buffer_to_texture(
                TexelCopyBufferInfo { buffer: &buffer.buffer, layout },
                texture.as_image_copy(),
                texture.size(),
            );
        }
        Some(StagedUpload { buffer, home: self.home.clone() })
    }
}

impl Drop for StagedFrame {
    fn drop(&mut self) {
        if let Some(buffer) = self.buffer.take() {
            // It has room for all buffers.
            let _ = self.home.try_send(buffer);
        }
    }
}

/// A buffer whose copy is recorded.
#[derive(Debug)]
pub(crate) struct StagedUpload {
    buffer: MappedBuffer,
    home: Sender<MappedBuffer>,
}

impl StagedUpload {
    /// Makes the buffer free once the GPU has copied it, without waiting. To be called after the copy was submitted.
    pub fn map(self) {
        let buffer = self.buffer.buffer.clone();
        buffer.slice(..).map_async(MapMode::Write, move |mapped| {
            let Self { buffer, home } = self;
            // A buffer of a lost device is dropped.
            if mapped.is_ok() {
                let _ = home.try_send(buffer);
            }
        });
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn planes_and_rows_begin_at_multiples_of_256_bytes() {
        let (planes, len) = plane_copies(PixelFormat::Nv12, UVec2::new(1920, 1080));
        let plane = |offset, row_bytes| PlaneCopy { offset, bytes_per_row: 2048, row_bytes };
        assert_eq!(planes, [plane(0, 1920), plane(2048 * 1080, 1920), PlaneCopy::default()]);
        assert_eq!(len, 2048 * 1620);
        let (planes, len) = plane_copies(PixelFormat::I420, UVec2::new(3, 3));
        assert_eq!(planes.map(|plane| (plane.offset, plane.row_bytes)), [(0, 3), (768, 2), (1280, 2)]);
        assert_eq!(len, 1792);
        assert_eq!(
            plane_copies(PixelFormat::Yuyv, UVec2::new(640, 480)).1,
            640 * 480 * 2,
            "nothing is padded"
        );
    }

    #[test]
    fn without_a_renderer_a_frame_keeps_its_bytes() {
        let frame = Frame::packed(PixelFormat::Gray, UVec2::ONE, vec![7].into());
        let TrackFrame { frame, staged } = Staging::default().stage(&frame.borrowed(), || frame.clone());
        assert!(staged.is_none());
        assert_eq!(&*frame.buffer, [7]);
    }
}
