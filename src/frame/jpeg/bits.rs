//! Bits of entropy-coded data.

use super::markers::{RST0, RST7};

/// Zero bytes after the data of a segment, so that the last bytes can be read eight at a time.
const PADDING: usize = 8;

/// The entropy-coded data of a scan: segments with restart markers between them.
#[derive(Debug)]
pub(super) struct Segments<'a> {
    jpeg: &'a [u8],
    /// The position in the JPEG of the marker after the current segment.
    position: usize,
    /// The current segment without stuffed zeros, and [`PADDING`].
    bytes: &'a mut Vec<u8>,
}

impl<'a> Segments<'a> {
    /// Loads the segment at this position of the JPEG. `memory` is overwritten.
    pub fn new(jpeg: &'a [u8], position: usize, memory: &'a mut Vec<u8>) -> Self {
        let mut segments = Self { jpeg, position, bytes: memory };
        segments.load();
        segments
    }

    /// The position of the marker after the current segment, in bytes from the start of the JPEG.
    pub fn position(&self) -> usize {
        self.position
    }

    /// Reads the current segment from its start.
    pub fn reader(&self) -> BitReader<'_> {
        BitReader { bytes: self.bytes, position: 0, buffer: 0, count: 0 }
    }

    /// Loads the segment after the restart marker of this number, 0 to 7. Bytes before the marker are skipped, because
    /// some cameras write extra ones. Returns `false` if another marker comes first.
    pub fn restart(&mut self, number: u8) -> bool {
        loop {
            let Some(rest) = self.jpeg.get(self.position..) else { return false };
            let Some(skipped) = rest.iter().position(|byte| *byte == 0xff) else { return false };
            self.position += skipped + 1;
            match self.jpeg.get(self.position) {
                Some(0xff) => {}
                Some(0) => self.position += 1,
                Some(code @ RST0..=RST7) if code - RST0 == number => {
                    self.position += 1;
                    self.load();
                    return true;
                }
                _ => return false,
            }
        }
    }

    /// Copies the bytes up to the next marker, or the end of the JPEG.
    fn load(&mut self) {
        /// Bytes that are searched and copied at a time.
        const STEP: usize = 32;
        self.bytes.clear();
        let mut rest = self.jpeg.get(self.position..).unwrap_or_default();
        self.bytes.reserve(rest.len() + PADDING);
        loop {
            while let Some((bytes, behind)) = rest.split_first_chunk::<STEP>()
                && !bytes.iter().fold(false, |found, byte| found | (*byte == 0xff))
            {
                self.bytes.extend_from_slice(bytes);
                rest = behind;
            }
            let plain = rest.iter().position(|byte| *byte == 0xff).unwrap_or(rest.len());
            self.bytes.extend_from_slice(&rest[..plain]);
            rest = &rest[plain..];
            let [0xff, 0, behind @ ..] = rest else { break };
            self.bytes.push(0xff);
            rest = behind;
        }
        self.position = self.jpeg.len() - rest.len();
        self.bytes.extend_from_slice(&[0; PADDING]);
    }
}

/// Reads the bits of a segment, the most significant of each byte first. After the last byte it reads zeros, and
/// [`BitReader::overran`] returns whether it read any.
#[derive(Debug, Clone)]
pub(super) struct BitReader<'a> {
    /// The segment and its [`PADDING`].
    bytes: &'a [u8],
    /// The position of the next byte that isn't in the buffer, from the start of the segment.
    position: usize,
    /// The next bits, from the most significant on. Bits after the first `count` are zero or the following ones.
    buffer: u64,
    count: u32,
}

impl BitReader<'_> {
    /// Whether more bits were read than there are.
    #[inline]
    pub fn overran(&self) -> bool {
        let read = self.position as u64 * 8 - u64::from(self.count);
        read > (self.bytes.len() - PADDING) as u64 * 8
    }

    /// Fills the buffer to at least 56 bits.
    #[inline(always)]
    pub fn refill(&mut self) {
        let next = self.bytes.get(self.position..).and_then(|rest| rest.first_chunk());
        self.buffer |= next.map_or(0, |next| u64::from_be_bytes(*next)) >> self.count;
        self.position += ((63 - self.count) / 8) as usize;
        self.count |= 56;
    }

    /// The next 1 to 32 bits, after a [`refill`](Self::refill).
    #[inline(always)]
    pub fn peek(&self, bits: u32) -> usize {
        (self.buffer >> (64 - bits)) as usize
    }

    /// Skips at most 32 bits, after a [`refill`](Self::refill).
    #[inline(always)]
    pub fn skip(&mut self, bits: u32) {
        self.buffer <<= bits;
        self.count -= bits;
    }

    /// Reads 1 to 16 bits, after a [`refill`](Self::refill).
    #[inline(always)]
    pub fn take(&mut self, bits: u32) -> i32 {
        let value = self.peek(bits) as i32;
        self.skip(bits);
        value
    }

    /// Reads a coefficient of 1 to 16 bits, after a [`refill`](Self::refill).
    #[inline(always)]
    pub fn take_signed(&mut self, bits: u32) -> i32 {
        signed(self.take(bits), bits)
    }

    /// Reads one bit.
    #[inline(always)]
    pub fn bit(&mut self) -> bool {
        self.refill();
        self.take(1) != 0
    }
}

/// A coefficient of 1 to 16 bits (T.81, figure F.12): the lower half of the values is negative.
#[inline(always)]
pub(super) const fn signed(value: i32, bits: u32) -> i32 {
    if value >> (bits - 1) == 0 { value - (1 << bits) + 1 } else { value }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The bits of bytes, read as the specification describes.
    fn plain(data: &[u8]) -> Vec<bool> {
        let mut bits = vec![];
        let mut at = 0;
        while let Some(byte) = data.get(at) {
            if *byte == 0xff {
                if data.get(at + 1) != Some(&0) {
                    break;
                }
                at += 1;
            }
            at += 1;
            bits.extend((0..8).rev().map(|bit| byte >> bit & 1 == 1));
        }
        bits
    }

    #[test]
    fn bits_are_those_of_the_bytes_whatever_is_taken_at_once() {
        let mut state = 7_u32;
        let mut random = || {
            state = state.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
            state >> 16
        };
        for _ in 0..300 {
            let mut data: Vec<u8> = vec![];
            for _ in 0..random() % 200 {
                match random() % 5 {
                    0 => data.extend([0xff, 0]),
                    _ => data.push(random() as u8 & 0xfe),
                }
            }
            let whole = data.len();
            data.extend([0xff, RST0 + 3, 1, 2, 3, 4, 5, 6, 7, 8]);
            let expected = plain(&data);
            let mut memory = vec![];
            let mut segments = Segments::new(&data, 0, &mut memory);
            assert_eq!(segments.position(), whole);
            let mut reader = segments.reader();
            let mut read = vec![];
            while read.len() < expected.len() + 200 {
                reader.refill();
                let bits = random() % 16 + 1;
                let value = reader.take(bits);
                read.extend((0..bits).rev().map(|bit| value >> bit & 1 == 1));
                assert_eq!(reader.overran(), read.len() > expected.len());
            }
            assert!(read.starts_with(&expected) && read[expected.len()..].iter().all(|bit| !bit));
            assert!(segments.restart(3));
            assert_eq!(segments.position(), data.len());
            let mut reader = segments.reader();
            reader.refill();
            assert_eq!(reader.peek(32), 0x0102_0304);
        }
    }

    #[test]
    fn coefficients_have_signs() {
        let mut memory = vec![];
        let segments = Segments::new(&[0b0001_1011], 0, &mut memory);
        let mut reader = segments.reader();
        reader.refill();
        assert_eq!([(); 4].map(|()| reader.take_signed(2)), [-3, -2, 2, 3]);
    }

    #[test]
    fn only_the_expected_restart_counts_and_bytes_before_it_do_not() {
        let data = [1, 0xff, 0, 2, 0xff, 0xff, RST0 + 2, 9];
        let mut memory = vec![];
        assert!(Segments::new(&data, 0, &mut memory).restart(2));
        for number in [0, 1, 3, 7] {
            assert!(!Segments::new(&data, 0, &mut memory).restart(number));
        }
        assert!(!Segments::new(&data[..5], 0, &mut memory).restart(2));
    }
}
