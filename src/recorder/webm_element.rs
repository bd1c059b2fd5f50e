//! The elements of WebM and Matroska files (EBML, RFC 8794).

use std::ops::Range;

/// An element of EBML.
#[derive(Debug, Clone, Copy)]
pub(super) struct Element {
    pub id: u32,
    /// The places of its first byte and of its content.
    pub start: usize,
    pub content: usize,
    /// The length of its content. `None` if it is unknown.
    pub len: Option<usize>,
}

impl Element {
    /// Reads the head of the element at this place. `None` if there is none.
    pub fn read(bytes: &[u8], start: usize) -> Option<Self> {
        let first = bytes.get(start)?;
        let id_len = first.leading_zeros() as usize + 1;
        let id = bytes.get(start..start + id_len).filter(|_| id_len <= 4)?;
        let id = id.iter().fold(0, |id, byte| id << 8 | u32::from(*byte));
        let size = start + id_len;
        let first = *bytes.get(size)?;
        let size_len = first.leading_zeros() as usize + 1;
        let rest = bytes.get(size + 1..size + size_len).filter(|_| size_len <= 8)?;
        // Without the mark of its length.
        let first = u64::from(first) & (0xFF >> size_len);
        let len = rest.iter().fold(first, |len, byte| len << 8 | u64::from(*byte));
        let is_unknown = len == (1 << (7 * size_len)) - 1;
        let len = if is_unknown { None } else { Some(usize::try_from(len).ok()?) };
        Some(Self { id, start, content: size + size_len, len })
    }

    /// The place after its content. `None` if that is unknown.
    pub fn end(self) -> Option<usize> {
        self.content.checked_add(self.len?)
    }

    /// The places of its content. `None` if its length is unknown.
    pub fn content(self) -> Option<Range<usize>> {
        Some(self.content..self.end()?)
    }
}
