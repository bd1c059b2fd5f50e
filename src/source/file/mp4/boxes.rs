//! Boxes of MP4 and QuickTime (ISO/IEC 14496-12), in a file and in memory.

use crate::{error::MediaError, source::file::input::Input};

/// The start of a box in a file.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct BoxHeader {
    pub kind: [u8; 4],
    /// The offset of the header.
    pub start: u64,
    /// The offset of the content.
    pub data: u64,
    /// The offset of the end, which can be behind the file's.
    pub end: u64,
}

/// Reads the start of a box at this offset. `None` at the end of the file, and where no box can start.
pub(super) fn header(input: &mut Input, start: u64) -> Result<Option<BoxHeader>, MediaError> {
    input.seek(start)?;
    let mut bytes = [0; 16];
    let known = input.read_up_to(&mut bytes)?;
    let Some((kind, header_len, len)) = parse_header(&bytes[..known]) else { return Ok(None) };
    let end = match len {
        Some(len) => start.saturating_add(len),
        None => input.len(),
    };
    Ok(Some(BoxHeader { kind, start, data: start + header_len as u64, end }))
}

/// The type of a box, the length of its header, and its length, which is `None` for a box up to the end.
fn parse_header(bytes: &[u8]) -> Option<([u8; 4], usize, Option<u64>)> {
    let mut bytes = Bytes(bytes);
    let len = bytes.u32()?;
    let kind = *bytes.take(4)?.first_chunk()?;
    let (header_len, len) = match len {
        0 => (8, None),
        1 => (16, Some(bytes.u64()?)),
        _ => (8, Some(len.into())),
    };
    if len.is_some_and(|len| len < header_len as u64) {
        return None;
    }
    Some((kind, header_len, len))
}

/// The boxes in these bytes: their types and contents. A damaged one ends them.
pub(super) fn boxes(mut bytes: &[u8]) -> impl Iterator<Item = ([u8; 4], &[u8])> {
    std::iter::from_fn(move || {
        let (kind, header_len, len) = parse_header(bytes)?;
        let len = len.map_or(Some(bytes.len()), |len| usize::try_from(len).ok())?;
        let (this, rest) = bytes.split_at_checked(len)?;
        bytes = rest;
        Some((kind, this.get(header_len..)?))
    })
}

/// The content of the first box with a type.
pub(super) fn find<'a>(bytes: &'a [u8], kind: &[u8; 4]) -> Option<&'a [u8]> {
    boxes(bytes).find(|(found, _)| found == kind).map(|(_, content)| content)
}

/// The content of a box in a box, and so on.
pub(super) fn find_path<'a>(bytes: &'a [u8], path: &[&[u8; 4]]) -> Option<&'a [u8]> {
    path.iter().try_fold(bytes, |bytes, kind| find(bytes, kind))
}

/// Bytes that are read from their start.
#[derive(Debug, Clone, Copy)]
pub(super) struct Bytes<'a>(pub &'a [u8]);

impl<'a> Bytes<'a> {
    pub fn take(&mut self, len: usize) -> Option<&'a [u8]> {
        let (taken, rest) = self.0.split_at_checked(len)?;
        self.0 = rest;
        Some(taken)
    }

    pub fn skip(&mut self, len: usize) -> Option<()> {
        self.take(len).map(|_| ())
    }

    fn array<const N: usize>(&mut self) -> Option<[u8; N]> {
        let (array, rest) = self.0.split_first_chunk()?;
        self.0 = rest;
        Some(*array)
    }

    pub fn u8(&mut self) -> Option<u8> {
        self.array().map(|[byte]| byte)
    }

    pub fn u16(&mut self) -> Option<u16> {
        self.array().map(u16::from_be_bytes)
    }

    pub fn u32(&mut self) -> Option<u32> {
        self.array().map(u32::from_be_bytes)
    }

    pub fn i32(&mut self) -> Option<i32> {
        self.array().map(i32::from_be_bytes)
    }

    pub fn u64(&mut self) -> Option<u64> {
        self.array().map(u64::from_be_bytes)
    }

    /// A number of 64 bits in newer versions of a box, and of 32 bits in version 0.
    pub fn versioned(&mut self, version: u8) -> Option<u64> {
        if version == 0 { self.u32().map(u64::from) } else { self.u64() }
    }

    /// The version and the flags at the start of some boxes.
    pub fn version_and_flags(&mut self) -> Option<(u8, u32)> {
        let word = self.u32()?;
        Some(((word >> 24) as u8, word & 0x00ff_ffff))
    }

    /// The entries of a table behind their number: as many as there are bytes for.
    pub fn table<T>(&mut self, read: impl Fn(&mut Self) -> Option<T>) -> Option<Vec<T>> {
        let count = self.u32()? as usize;
        let mut entries = vec![];
        while entries.len() < count
            && let Some(entry) = read(self)
        {
            entries.push(entry);
        }
        Some(entries)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::source::file::testing::input_of;

    #[test]
    fn boxes_have_sizes_of_32_or_64_bits_or_none() {
        let bytes = [
            &[0, 0, 0, 9, b'a', b'a', b'a', b'a', 7][..],
            &[0, 0, 0, 1, b'b', b'b', b'b', b'b', 0, 0, 0, 0, 0, 0, 0, 17, 8],
            &[0, 0, 0, 0, b'c', b'c', b'c', b'c', 9, 9],
        ]
        .concat();
        let found: Vec<_> = boxes(&bytes).collect();
        assert_eq!(found, [(*b"aaaa", &[7][..]), (*b"bbbb", &[8]), (*b"cccc", &[9, 9])]);
        let (_file, mut input) = input_of(&bytes);
        let mut read =
            |start| header(&mut input, start).expect("a file").map(|found| (found.data, found.end));
        assert_eq!(
            [read(0), read(9), read(26), read(36)],
            [Some((8, 9)), Some((25, 26)), Some((34, 36)), None]
        );
    }

    #[test]
    fn impossible_sizes_end_the_boxes() {
        for size in [[0, 0, 0, 7], [0, 0, 0, 10], [255; 4]] {
            let bytes = [&size[..], b"aaaa", &[0]].concat();
            assert_eq!(boxes(&bytes).count(), 0, "{size:?}");
        }
        let huge = [&[0, 0, 0, 1][..], b"aaaa", &[255; 8]].concat();
        assert_eq!(boxes(&huge).count(), 0);
        let (_file, mut input) = input_of(&huge);
        assert_eq!(header(&mut input, 0).expect("a file").map(|found| found.end), Some(u64::MAX));
    }

    #[test]
    fn a_table_has_no_more_entries_than_bytes() {
        let table = |bytes: &[u8]| Bytes(bytes).table(Bytes::u16);
        assert_eq!(table(&[255, 255, 255, 255, 0, 1, 0, 2, 0]), Some(vec![1, 2]));
        assert_eq!(table(&[0, 0, 0, 1, 0, 1, 0, 2]), Some(vec![1]));
        assert_eq!(table(&[0, 0, 0]), None);
    }
}
