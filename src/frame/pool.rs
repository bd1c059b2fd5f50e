//! Reusable frame buffers: no allocation per frame in the steady state.

use std::{
    ops::{Deref, DerefMut},
    sync::Arc,
};

use crossbeam_channel::{Receiver, Sender, bounded};

/// The number of free buffers that a pool keeps.
const SPARE_BUFFERS: usize = 8;

/// Reusable byte buffers for one device's frames. Clones share them.
#[derive(Debug, Clone)]
pub struct FramePool {
    spare: Receiver<Arc<Vec<u8>>>,
    home: Arc<Sender<Arc<Vec<u8>>>>,
}

impl Default for FramePool {
    fn default() -> Self {
        let (home, spare) = bounded(SPARE_BUFFERS);
        Self { spare, home: Arc::new(home) }
    }
}

impl FramePool {
    /// A buffer of exactly this many bytes, which can hold bytes of an earlier frame.
    pub fn take(&self, len: usize) -> FrameBuffer {
        let mut buffer = self.take_empty(len);
        // Only the bytes by which a buffer grows are written. A reused buffer of this length costs nothing.
        buffer.edit(|bytes| bytes.resize(len, 0));
        buffer
    }

    /// A buffer with a copy of these bytes, made in one pass.
    pub fn copy_of(&self, source: &[u8]) -> FrameBuffer {
        let mut buffer = self.take_empty(source.len());
        buffer.edit(|bytes| {
            bytes.clear();
            bytes.extend_from_slice(source);
        });
        buffer
    }

    /// A buffer with a capacity of this many bytes and any length.
    fn take_empty(&self, capacity: usize) -> FrameBuffer {
        let bytes = self.spare.try_recv().unwrap_or_default();
        let mut buffer = FrameBuffer { bytes: Some(bytes), home: Some(self.home.clone()) };
        buffer.edit(|bytes| {
            if bytes.capacity() < capacity {
                bytes.clear();
                bytes.reserve_exact(capacity);
            }
        });
        buffer
    }
}

/// The bytes of a frame. Clones share them, and the drop of the last clone returns them to their [`FramePool`]. A write
/// to one of several clones copies the bytes.
#[derive(Debug, Clone, Default)]
pub struct FrameBuffer {
    /// `None` in an empty buffer, and during the drop.
    bytes: Option<Arc<Vec<u8>>>,
    home: Option<Arc<Sender<Arc<Vec<u8>>>>>,
}

impl FrameBuffer {
    /// Shortens the buffer to this many bytes, if it is longer.
    pub fn truncate(&mut self, len: usize) {
        self.edit(|bytes| bytes.truncate(len));
    }

    fn edit(&mut self, change: impl FnOnce(&mut Vec<u8>)) {
        change(Arc::make_mut(self.bytes.get_or_insert_default()));
    }
}

impl From<Vec<u8>> for FrameBuffer {
    fn from(bytes: Vec<u8>) -> Self {
        Self { bytes: Some(Arc::new(bytes)), home: None }
    }
}

impl Deref for FrameBuffer {
    type Target = [u8];

    fn deref(&self) -> &[u8] {
        self.bytes.as_deref().map_or(&[], Vec::as_slice)
    }
}

impl DerefMut for FrameBuffer {
    fn deref_mut(&mut self) -> &mut [u8] {
        let bytes: &mut Vec<u8> = Arc::make_mut(self.bytes.get_or_insert_default());
        bytes
    }
}

impl Drop for FrameBuffer {
    fn drop(&mut self) {
        let (Some(mut bytes), Some(home)) = (self.bytes.take(), &self.home) else { return };
        // The common case reuses the allocation of the `Arc` too. Of several clones that are dropped at the same time
        // none may find itself unique, but one is the last.
        let last = if Arc::get_mut(&mut bytes).is_some() {
            Some(bytes)
        } else {
            Arc::into_inner(bytes).map(Arc::new)
        };
        if let Some(last) = last {
            // If the pool is full, the buffer is freed.
            let _ = home.try_send(last);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_dropped_buffer_is_taken_again() {
        let pool = FramePool::default();
        let first = pool.take(1000);
        let address = first.as_ptr();
        drop(first);
        assert_eq!(pool.take(900).as_ptr(), address);
    }

    #[test]
    fn clones_share_the_bytes_and_give_them_back_once() {
        let pool = FramePool::default();
        let mut first = pool.copy_of(&[1, 2, 3]);
        let address = first.as_ptr();
        let second = first.clone();
        assert_eq!(second.as_ptr(), address);
        first[0] = 9;
        assert_eq!((&*first, &*second), (&[9, 2, 3][..], &[1, 2, 3][..]));
        drop(second);
        assert_eq!(pool.take(3).as_ptr(), address);
    }

    #[test]
    fn a_buffer_that_is_dropped_twice_at_once_is_not_lost() {
        let pool = FramePool::default();
        // Miri is slow.
        let times = if cfg!(miri) { 20 } else { 2000 };
        for _ in 0..times {
            let one = pool.take(8);
            let clone = one.clone();
            let thread = std::thread::spawn(move || drop(one));
            drop(clone);
            thread.join().expect("it only drops");
        }
        assert_eq!(pool.spare.len(), 1);
    }

    #[test]
    fn a_buffer_has_the_asked_length_whatever_it_had_before() {
        let pool = FramePool::default();
        drop(pool.take(10));
        assert_eq!(pool.take(100).len(), 100);
        assert_eq!(pool.take(5).len(), 5);
        assert_eq!(&*pool.copy_of(&[1, 2, 3]), &[1, 2, 3]);
    }
}
