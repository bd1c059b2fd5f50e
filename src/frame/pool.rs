//! Frame buffers that go round: no allocation per frame once running.

use std::{
    ops::{Deref, DerefMut},
    sync::Arc,
};

use crossbeam_channel::{Receiver, Sender, bounded};

/// Buffers that wait to be used again.
const SPARE_BUFFERS: usize = 8;

/// A ring of byte buffers for one track's frames. Clones share the ring.
#[derive(Debug, Clone)]
pub struct FramePool {
    spare: Receiver<Vec<u8>>,
    home: Arc<Sender<Vec<u8>>>,
}

impl Default for FramePool {
    fn default() -> Self {
        let (home, spare) = bounded(SPARE_BUFFERS);
        Self { spare, home: Arc::new(home) }
    }
}

impl FramePool {
    /// A buffer of just this many bytes. What is in them is whatever an earlier frame left there.
    pub fn take(&self, len: usize) -> FrameBuffer {
        let mut bytes = self.take_empty(len);
        // Only what a buffer grows by is written; a buffer that goes round costs nothing here.
        bytes.bytes.resize(len, 0);
        bytes
    }

    /// A buffer that holds a copy of these bytes: one pass over them.
    pub fn copy_of(&self, source: &[u8]) -> FrameBuffer {
        let mut buffer = self.take_empty(source.len());
        buffer.bytes.clear();
        buffer.bytes.extend_from_slice(source);
        buffer
    }

    /// A buffer with room for this many bytes and any length.
    fn take_empty(&self, capacity: usize) -> FrameBuffer {
        let mut bytes = self.spare.try_recv().unwrap_or_default();
        if bytes.capacity() < capacity {
            bytes.clear();
            bytes.reserve_exact(capacity);
        }
        FrameBuffer { bytes, home: Some(self.home.clone()) }
    }
}

/// The bytes of a frame. Dropping it gives them back to the [`FramePool`] that it came from.
#[derive(Debug, Default)]
pub struct FrameBuffer {
    bytes: Vec<u8>,
    home: Option<Arc<Sender<Vec<u8>>>>,
}

impl FrameBuffer {
    /// Cuts the buffer to this many bytes; does nothing where it is shorter already.
    pub fn truncate(&mut self, len: usize) {
        self.bytes.truncate(len);
    }
}

impl From<Vec<u8>> for FrameBuffer {
    fn from(bytes: Vec<u8>) -> Self {
        Self { bytes, home: None }
    }
}

impl Deref for FrameBuffer {
    type Target = [u8];

    fn deref(&self) -> &[u8] {
        &self.bytes
    }
}

impl DerefMut for FrameBuffer {
    fn deref_mut(&mut self) -> &mut [u8] {
        &mut self.bytes
    }
}

impl Drop for FrameBuffer {
    fn drop(&mut self) {
        if let Some(home) = &self.home {
            // A full ring means that this buffer is one too many: it is freed.
            let _ = home.try_send(std::mem::take(&mut self.bytes));
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
    fn a_buffer_has_the_asked_length_whatever_it_had_before() {
        let pool = FramePool::default();
        drop(pool.take(10));
        assert_eq!(pool.take(100).len(), 100);
        assert_eq!(pool.take(5).len(), 5);
        assert_eq!(&*pool.copy_of(&[1, 2, 3]), &[1, 2, 3]);
    }
}
