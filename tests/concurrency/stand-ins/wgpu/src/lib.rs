//! A GPU as small as the room `frame` needs: it copies buffers to textures and maps them again, when a test says so.
//!
//! Uses that wgpu forbids panic: writes to a buffer that isn't mapped, two writers of one, and copies from one that is
//! mapped.

use std::{
    ops::{BitOr, Range, RangeFull},
    sync::{
        Arc, Mutex, MutexGuard, PoisonError,
        atomic::{AtomicUsize, Ordering::SeqCst},
    },
};

/// Rows in buffers begin at multiples of this many bytes.
pub const COPY_BYTES_PER_ROW_ALIGNMENT: u32 = 256;

fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

/// A device. Clones are the same one.
#[derive(Debug, Clone, Default)]
pub struct Device(Arc<Gpu>);

#[derive(Debug, Default)]
struct Gpu {
    work: Mutex<Vec<Work>>,
    /// The buffers that exist.
    buffers: Arc<AtomicUsize>,
    /// The most that existed at once.
    most_buffers: AtomicUsize,
}

enum Work {
    Copy { buffer: Buffer, texture: Texture },
    Map { buffer: Buffer, done: Box<dyn FnOnce(Result<(), BufferAsyncError>) + Send> },
}

impl std::fmt::Debug for Work {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(match self {
            Self::Copy { .. } => "Copy",
            Self::Map { .. } => "Map",
        })
    }
}

/// The limits of a device.
#[derive(Debug)]
pub struct Limits {
    pub max_buffer_size: u64,
}

impl PartialEq for Device {
    fn eq(&self, other: &Self) -> bool {
        Arc::ptr_eq(&self.0, &other.0)
    }
}

impl Device {
    pub fn limits(&self) -> Limits {
        Limits { max_buffer_size: 1 << 20 }
    }

    pub fn create_buffer(&self, descriptor: &BufferDescriptor<'_>) -> Buffer {
        let buffers = self.0.buffers.fetch_add(1, SeqCst) + 1;
        self.0.most_buffers.fetch_max(buffers, SeqCst);
        let state = BufferState {
            bytes: vec![0; descriptor.size as usize],
            is_mapped: descriptor.mapped_at_creation,
            has_writer: false,
        };
        Buffer(Arc::new(Memory {
            size: descriptor.size,
            state: Mutex::new(state),
            device: self.clone(),
            _counted: Counted(self.0.buffers.clone()),
        }))
    }

    /// The buffers that exist, and the most that existed at once.
    pub fn buffers(&self) -> (usize, usize) {
        (self.0.buffers.load(SeqCst), self.0.most_buffers.load(SeqCst))
    }

    /// Takes commands.
    pub fn submit(&self, commands: CommandEncoder) {
        lock(&self.0.work).extend(commands.0);
    }

    /// Does the work that was submitted, or loses it.
    pub fn execute(&self, is_lost: bool) {
        let work = std::mem::take(&mut *lock(&self.0.work));
        for work in work {
            match work {
                Work::Copy { buffer, texture } => {
                    let state = lock(&buffer.0.state);
                    assert!(!state.is_mapped, "the GPU copies from a buffer that is mapped");
                    *lock(&texture.pixels) = state.bytes.clone();
                }
                Work::Map { buffer, done } => {
                    lock(&buffer.0.state).is_mapped = !is_lost;
                    done(if is_lost { Err(BufferAsyncError) } else { Ok(()) });
                }
            }
        }
    }
}

/// The description of a buffer.
#[derive(Debug)]
pub struct BufferDescriptor<'a> {
    pub label: Option<&'a str>,
    pub size: u64,
    pub usage: BufferUsages,
    pub mapped_at_creation: bool,
}

/// The uses of a buffer.
#[derive(Debug, Clone, Copy)]
pub struct BufferUsages;

impl BufferUsages {
    pub const MAP_WRITE: Self = Self;
    pub const COPY_SRC: Self = Self;
}

impl BitOr for BufferUsages {
    type Output = Self;

    fn bitor(self, _: Self) -> Self {
        self
    }
}

/// A buffer. Clones are the same one.
#[derive(Debug, Clone)]
pub struct Buffer(Arc<Memory>);

#[derive(Debug)]
struct Memory {
    size: u64,
    state: Mutex<BufferState>,
    device: Device,
    _counted: Counted,
}

#[derive(Debug)]
struct BufferState {
    bytes: Vec<u8>,
    is_mapped: bool,
    has_writer: bool,
}

#[derive(Debug)]
struct Counted(Arc<AtomicUsize>);

impl Drop for Counted {
    fn drop(&mut self) {
        self.0.fetch_sub(1, SeqCst);
    }
}

impl Buffer {
    pub fn size(&self) -> u64 {
        self.0.size
    }

    pub fn get_mapped_range_mut(&self, _: RangeFull) -> BufferViewMut<'_> {
        let mut state = lock(&self.0.state);
        assert!(state.is_mapped && !state.has_writer, "one thread writes to a buffer that is mapped");
        state.has_writer = true;
        BufferViewMut(self)
    }

    pub fn unmap(&self) {
        let mut state = lock(&self.0.state);
        assert!(state.is_mapped && !state.has_writer, "a buffer that is mapped and not written is unmapped");
        state.is_mapped = false;
    }

    pub fn slice(&self, _: RangeFull) -> BufferSlice<'_> {
        BufferSlice(self)
    }
}

/// The bytes of a mapped buffer.
#[derive(Debug)]
pub struct BufferViewMut<'a>(&'a Buffer);

impl BufferViewMut<'_> {
    pub fn slice(&mut self, range: Range<usize>) -> WriteOnly<'_> {
        WriteOnly { buffer: self.0, range }
    }
}

impl Drop for BufferViewMut<'_> {
    fn drop(&mut self) {
        lock(&self.0.0.state).has_writer = false;
    }
}

/// Bytes to write.
#[derive(Debug)]
pub struct WriteOnly<'a> {
    buffer: &'a Buffer,
    range: Range<usize>,
}

impl WriteOnly<'_> {
    pub fn copy_from_slice(self, bytes: &[u8]) {
        lock(&self.buffer.0.state).bytes[self.range].copy_from_slice(bytes);
    }
}

/// A buffer to map.
#[derive(Debug)]
pub struct BufferSlice<'a>(&'a Buffer);

impl BufferSlice<'_> {
    pub fn map_async(&self, _: MapMode, done: impl FnOnce(Result<(), BufferAsyncError>) + Send + 'static) {
        assert!(!lock(&self.0.0.state).is_mapped, "a buffer is mapped once");
        let work = Work::Map { buffer: self.0.clone(), done: Box::new(done) };
        lock(&self.0.0.device.0.work).push(work);
    }
}

/// The access to a mapped buffer.
#[derive(Debug, Clone, Copy)]
pub enum MapMode {
    Write,
}

/// A buffer can't be mapped.
#[derive(Debug, Clone, Copy)]
pub struct BufferAsyncError;

/// A texture with one row of bytes. Clones are the same one.
#[derive(Debug, Clone, Default)]
pub struct Texture {
    pixels: Arc<Mutex<Vec<u8>>>,
}

impl Texture {
    pub fn as_image_copy(&self) -> Self {
        self.clone()
    }

    pub fn size(&self) {}

    /// Its bytes.
    pub fn pixels(&self) -> Vec<u8> {
        lock(&self.pixels).clone()
    }
}

/// Commands that are recorded.
#[derive(Debug, Default)]
pub struct CommandEncoder(Vec<Work>);

impl CommandEncoder {
    pub fn copy_buffer_to_texture(&mut self, from: TexelCopyBufferInfo<'_>, texture: Texture, _: ()) {
        self.0.push(Work::Copy { buffer: from.buffer.clone(), texture });
    }
}

/// A place in a buffer.
#[derive(Debug)]
pub struct TexelCopyBufferInfo<'a> {
    pub buffer: &'a Buffer,
    pub layout: TexelCopyBufferLayout,
}

/// The layout of pixels in a buffer.
#[derive(Debug)]
pub struct TexelCopyBufferLayout {
    pub offset: u64,
    pub bytes_per_row: Option<u32>,
    pub rows_per_image: Option<u32>,
}
