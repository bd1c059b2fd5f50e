//! Bits of entropy-coded data.

use super::markers::{RST0, RST7};

/// Reads the bits between two markers, the most significant of each byte first. After the last byte it reads zeros, and
/// [`BitReader::overran`] returns whether it read any.
#[derive(Debug, Clone)]
pub(super) struct BitReader<'a> {
    data: &'a [u8],
    /// The position of the next byte that isn't in the buffer.
    position: usize,
    /// The next bits, from the most significant on. Bits after the first `count` are zero or the following ones.
    buffer: u64,
    count: u32,
    /// The number of zero bytes in the buffer after the last byte.
    padding: usize,
}

impl<'a> BitReader<'a> {
    pub fn new(data: &'a [u8], position: usize) -> Self {
        Self { data, position, buffer: 0, count: 0, padding: 0 }
    }

    /// A position at or before the next marker, in bytes from the start of the data.
    pub fn position(&self) -> usize {
        self.position
    }

    /// Whether more bits were read than there are.
    #[inline]
    pub fn overran(&self) -> bool {
        (self.count as usize) < self.padding * 8
    }

    /// Fills the buffer to at least 32 bits.
    #[inline(always)]
    pub fn refill(&mut self) {
        if self.count < 32 {
            self.refill_whole();
        }
    }

    #[inline(always)]
    fn refill_whole(&mut self) {
        if let Some(next) = self.data.get(self.position..).and_then(|rest| rest.first_chunk()) {
            let word = u64::from_be_bytes(*next);
            if !has_byte_ff(word) {
                self.buffer |= word >> self.count;
                self.position += ((63 - self.count) / 8) as usize;
                self.count |= 56;
                return;
            }
        }
        *self = self.clone().refilled_bytewise();
    }

    /// Takes `self` by value, so that the reader can stay in registers elsewhere.
    #[cold]
    #[inline(never)]
    fn refilled_bytewise(mut self) -> Self {
        while self.count <= 56 {
            let byte = match self.data.get(self.position) {
                Some(0xff) if self.data.get(self.position + 1) == Some(&0) => {
                    self.position += 2;
                    0xff
                }
                // A marker, or the end of the data.
                Some(0xff) | None => {
                    self.padding += 1;
                    0
                }
                Some(byte) => {
                    self.position += 1;
                    *byte
                }
            };
            self.buffer |= u64::from(byte) << (56 - self.count);
            self.count += 8;
        }
        self
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
        self.count = self.count.wrapping_sub(bits);
    }

    /// Reads 1 to 16 bits, after a [`refill`](Self::refill).
    #[inline(always)]
    pub fn take(&mut self, bits: u32) -> i32 {
        let value = self.peek(bits) as i32;
        self.skip(bits);
        value
    }

    /// Reads a coefficient of 1 to 16 bits (T.81, figure F.12): the lower half of the values is negative.
    #[inline(always)]
    pub fn take_signed(&mut self, bits: u32) -> i32 {
        let value = self.take(bits);
        if value >> (bits - 1) == 0 { value - (1 << bits) + 1 } else { value }
    }

    /// Reads one bit.
    #[inline(always)]
    pub fn bit(&mut self) -> bool {
        self.refill();
        self.take(1) != 0
    }

    /// Seeks to the end of the restart marker of this number, 0 to 7. Bytes before it are skipped, because some cameras
    /// write extra ones. Returns `false` if another marker comes first.
    pub fn restart(&mut self, number: u8) -> bool {
        loop {
            let Some(rest) = self.data.get(self.position..) else { return false };
            let Some(skipped) = rest.iter().position(|byte| *byte == 0xff) else { return false };
            self.position += skipped + 1;
            match self.data.get(self.position) {
                Some(0xff) => {}
                Some(0) => self.position += 1,
                Some(code @ RST0..=RST7) if code - RST0 == number => {
                    *self = Self::new(self.data, self.position + 1);
                    return true;
                }
                _ => return false,
            }
        }
    }
}

/// Whether any of eight bytes is 0xff.
#[inline(always)]
fn has_byte_ff(word: u64) -> bool {
    const ONES: u64 = u64::from_ne_bytes([1; 8]);
    (!word).wrapping_sub(ONES) & word & (ONES << 7) != 0
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
            for _ in 0..random() % 60 {
                match random() % 5 {
                    0 => data.extend([0xff, 0]),
                    _ => data.push(random() as u8 & 0xfe),
                }
            }
            let whole = data.len();
            data.extend([0xff, RST0 + 3, 1, 2, 3, 4, 5, 6, 7, 8]);
            let expected = plain(&data);
            let mut reader = BitReader::new(&data, 0);
            let mut read = vec![];
            while read.len() < expected.len() + 40 {
                reader.refill();
                let bits = random() % 16 + 1;
                let value = reader.take(bits);
                read.extend((0..bits).rev().map(|bit| value >> bit & 1 == 1));
                assert_eq!(reader.overran(), read.len() > expected.len());
                assert!(reader.position() <= whole);
            }
            assert!(read.starts_with(&expected) && read[expected.len()..].iter().all(|bit| !bit));
            assert!(reader.restart(3));
            assert_eq!(reader.position(), whole + 2);
        }
    }

    #[test]
    fn coefficients_have_signs() {
        let mut reader = BitReader::new(&[0b0001_1011, 0, 0, 0, 0, 0, 0, 0], 0);
        reader.refill();
        assert_eq!([(); 4].map(|()| reader.take_signed(2)), [-3, -2, 2, 3]);
    }

    #[test]
    fn only_the_expected_restart_counts_and_bytes_before_it_do_not() {
        let data = [1, 0xff, 0, 2, 0xff, 0xff, RST0 + 2, 9];
        assert!(BitReader::new(&data, 0).restart(2));
        for number in [0, 1, 3, 7] {
            assert!(!BitReader::new(&data, 0).restart(number));
        }
        assert!(!BitReader::new(&data[..5], 0).restart(2));
    }
}
