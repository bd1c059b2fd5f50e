//! Frame buffers that go round: no allocation per frame once running.

use std::{
    ops::{Deref, DerefMut},
    sync::Arc,
};

use crossbeam_channel::{Receiver, Sender, bounded};

/// Buffers that wait to be used again.
const SPARE_BUFFERS: usize = 8;

/// A ring of byte buffers for one device's frames. Clones share the ring.
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
    /// A buffer of just this many bytes. What is in them is whatever an earlier frame left there.
    pub fn take(&self, len: usize) -> FrameBuffer {
        let mut buffer = self.take_empty(len);
        // Only what a buffer grows by is written; a buffer that goes round costs nothing here.
        buffer.edit(|bytes| bytes.resize(len, 0));
        buffer
    }

    /// A buffer that holds a copy of these bytes: one pass over them.
    pub fn copy_of(&self, source: &[u8]) -> FrameBuffer {
        let mut buffer = self.take_empty(source.len());
        buffer.edit(|bytes| {
            bytes.clear();
            bytes.extend_from_slice(source);
        });
        buffer
    }

    /// A buffer with room for this many bytes and any length.
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

/// The bytes of a frame. Clones share them, and the last that is dropped gives them back to the [`FramePool`] that they
/// came from. Writing to one of several clones copies the bytes.
#[derive(Debug, Clone, Default)]
pub struct FrameBuffer {
    /// Nothing in an empty buffer, and while it is dropped.
    bytes: Option<Arc<Vec<u8>>>,
    home: Option<Arc<Sender<Arc<Vec<u8>>>>>,
}

impl FrameBuffer {
    /// Cuts the buffer to this many bytes; does nothing where it is shorter already.
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
        // The usual case keeps the allocation of the `Arc` too. Of several clones that are dropped at the same time
        // none may be the only one, but one is the last.
        let last = if Arc::get_mut(&mut bytes).is_some() {
            Some(bytes)
        } else {
            Arc::into_inner(bytes).map(Arc::new)
        };
        if let Some(last) = last {
            // A full ring means that this buffer is one too many: it is freed.
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
        for _ in 0..2000 {
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
