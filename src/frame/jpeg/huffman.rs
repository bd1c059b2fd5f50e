//! Huffman tables: their definitions and the lookup of codes.

use super::bits::BitReader;

/// The number of bits in a lookup. Longer codes are rare.
const LOOKUP_BITS: u32 = 10;

/// A run that reaches the end of a block from any position.
pub(super) const END_OF_BLOCK: usize = 128;

/// The definition of a table in a DHT segment.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Definition<'a> {
    pub class: Class,
    /// The number of codes of each length, 1 to 16 bits.
    pub counts: &'a [u8; 16],
    /// The symbols of all codes, the shortest code first.
    pub symbols: &'a [u8],
}

/// The kind of coefficients that a table codes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Class {
    Dc,
    Ac,
}

/// The data has an undefined code, or the table's definition is invalid.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Invalid;

/// A table for decoding.
#[derive(Debug, Clone)]
pub(super) struct Table {
    class: Class,
    counts: [u8; 16],
    symbols: [u8; 256],
    /// By the next bits of the data: the symbol, and the code's length in the high byte. 0 for longer codes.
    lookup: [u16; 1 << LOOKUP_BITS],
    /// By the next bits of the data: a whole [`Value`], if they contain both code and value bits. 0 otherwise.
    values: [u32; 1 << LOOKUP_BITS],
    /// For each length, one past the largest code of that length, left-aligned in 16 bits.
    limits: [u32; 17],
    /// For each length, the index of its first symbol minus its first code.
    offsets: [i32; 17],
}

/// A coefficient and the run of zeros before it.
#[derive(Debug, Clone, Copy)]
pub(super) struct Value(u32);

impl Value {
    const fn new(length: u32, run: usize, value: i32) -> Self {
        Self(length | (run as u32) << 8 | (value as u32) << 16)
    }

    /// Zeros before the coefficient, 0 to 15, or [`END_OF_BLOCK`].
    #[inline(always)]
    pub const fn run(self) -> usize {
        (self.0 >> 8 & 0xff) as usize
    }

    #[inline(always)]
    pub const fn value(self) -> i32 {
        self.0 as i32 >> 16
    }
}

impl Table {
    /// A table without codes.
    pub const fn empty(class: Class) -> Self {
        Self {
            class,
            counts: [0; 16],
            symbols: [0; 256],
            lookup: [0; 1 << LOOKUP_BITS],
            values: [0; 1 << LOOKUP_BITS],
            limits: [0; 17],
            offsets: [0; 17],
        }
    }

    /// Builds the table from a definition. A repeated definition costs little.
    ///
    /// # Errors
    /// [`Invalid`] for too many codes, or for symbols that DC coefficients can't have.
    pub fn define(&mut self, definition: Definition<'_>) -> Result<(), Invalid> {
        let Definition { class, counts, symbols } = definition;
        let known = self.symbols.get(..symbols.len()).ok_or(Invalid)?;
        if self.class == class && self.counts == *counts && known == symbols {
            return Ok(());
        }
        *self = Self::empty(class);
        self.symbols[..symbols.len()].copy_from_slice(symbols);
        let (mut code, mut place) = (0_u32, 0);
        for (length, count) in (1..).zip(counts) {
            self.offsets[length as usize] = place - code as i32;
            let of_this_length =
                symbols.get(place as usize..).and_then(|rest| rest.get(..usize::from(*count)));
            for symbol in of_this_length.ok_or(Invalid)? {
                if code >> length != 0 || class == Class::Dc && *symbol > 15 {
                    *self = Self::empty(class);
                    return Err(Invalid);
                }
                self.enter(code, length, *symbol);
                code += 1;
            }
            place += i32::from(*count);
            self.limits[length as usize] = code << (16 - length);
            code <<= 1;
        }
        self.counts = *counts;
        Ok(())
    }

    /// Fills the lookup entries that start with a code.
    fn enter(&mut self, code: u32, length: u32, symbol: u8) {
        let Some(free) = LOOKUP_BITS.checked_sub(length) else { return };
        let first = (code << free) as usize;
        self.lookup[first..first + (1 << free)].fill((length as u16) << 8 | u16::from(symbol));
        let (run, size) = match self.class {
            Class::Dc => (0, u32::from(symbol)),
            Class::Ac => (usize::from(symbol >> 4), u32::from(symbol & 15)),
        };
        let values = &mut self.values[first..first + (1 << free)];
        if size > 0 {
            let Some(free) = free.checked_sub(size) else { return };
            for (bits, values) in values.chunks_exact_mut(1 << free).enumerate() {
                let bits = bits as i32;
                let value = if bits >> (size - 1) == 0 { bits - (1 << size) + 1 } else { bits };
                values.fill(Value::new(length + size, run, value).0);
            }
        } else if self.class == Class::Dc {
            values.fill(Value::new(length, 0, 0).0);
        } else if run < 15 {
            values.fill(Value::new(length, END_OF_BLOCK, 0).0);
        }
    }

    /// Reads a symbol.
    #[inline(always)]
    pub fn symbol(&self, reader: &mut BitReader<'_>) -> Result<u8, Invalid> {
        reader.refill();
        let [symbol, length] = self.lookup[reader.peek(LOOKUP_BITS)].to_le_bytes();
        if length > 0 {
            reader.skip(u32::from(length));
            return Ok(symbol);
        }
        let bits = reader.peek(16) as u32;
        let length =
            (LOOKUP_BITS + 1..=16).find(|length| bits < self.limits[*length as usize]).ok_or(Invalid)?;
        let place = self.offsets[length as usize] + (bits >> (16 - length)) as i32;
        reader.skip(length);
        self.symbols.get(place as usize).copied().ok_or(Invalid)
    }

    /// Reads a DC difference, or an AC coefficient with its run of zeros. `None` for 16 zeros (ZRL).
    #[inline(always)]
    pub fn value(&self, reader: &mut BitReader<'_>) -> Result<Option<Value>, Invalid> {
        reader.refill();
        let value = self.values[reader.peek(LOOKUP_BITS)];
        if value != 0 {
            reader.skip(value & 0xff);
            return Ok(Some(Value(value)));
        }
        self.long_value(reader)
    }

    #[inline(always)]
    fn long_value(&self, reader: &mut BitReader<'_>) -> Result<Option<Value>, Invalid> {
        let symbol = self.symbol(reader)?;
        let (run, size) = match self.class {
            Class::Dc => (0, symbol),
            Class::Ac => (usize::from(symbol >> 4), symbol & 15),
        };
        Ok(match size {
            0 if self.class == Class::Dc => Some(Value::new(0, 0, 0)),
            0 if run == 15 => None,
            0 => Some(Value::new(0, END_OF_BLOCK, 0)),
            _ => Some(Value::new(0, run, reader.take_signed(u32::from(size)))),
        })
    }
}

/// The tables of ITU-T T.81, annex K.3: DC and AC of luminance, DC and AC of chrominance. Many cameras and old AVI
/// files omit their tables and use these.
pub(super) const STANDARD: [[Definition<'static>; 2]; 2] = [
    [
        Definition {
            class: Class::Dc,
            counts: &[0, 1, 5, 1, 1, 1, 1, 1, 1, 0, 0, 0, 0, 0, 0, 0],
            symbols: &STANDARD_DC,
        },
        Definition {
            class: Class::Ac,
            counts: &[0, 2, 1, 3, 3, 2, 4, 3, 5, 5, 4, 4, 0, 0, 1, 125],
            symbols: &STANDARD_AC_LUMINANCE,
        },
    ],
    [
        Definition {
            class: Class::Dc,
            counts: &[0, 3, 1, 1, 1, 1, 1, 1, 1, 1, 1, 0, 0, 0, 0, 0],
            symbols: &STANDARD_DC,
        },
        Definition {
            class: Class::Ac,
            counts: &[0, 2, 1, 2, 4, 4, 3, 4, 7, 5, 4, 4, 0, 1, 2, 119],
            symbols: &STANDARD_AC_CHROMINANCE,
        },
    ],
];

const STANDARD_DC: [u8; 12] = [0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11];

#[rustfmt::skip]
const STANDARD_AC_LUMINANCE: [u8; 162] = [
    0x01, 0x02, 0x03, 0x00, 0x04, 0x11, 0x05, 0x12, 0x21, 0x31, 0x41, 0x06, 0x13, 0x51, 0x61, 0x07,
    0x22, 0x71, 0x14, 0x32, 0x81, 0x91, 0xa1, 0x08, 0x23, 0x42, 0xb1, 0xc1, 0x15, 0x52, 0xd1, 0xf0,
    0x24, 0x33, 0x62, 0x72, 0x82, 0x09, 0x0a, 0x16, 0x17, 0x18, 0x19, 0x1a, 0x25, 0x26, 0x27, 0x28,
    0x29, 0x2a, 0x34, 0x35, 0x36, 0x37, 0x38, 0x39, 0x3a, 0x43, 0x44, 0x45, 0x46, 0x47, 0x48, 0x49,
    0x4a, 0x53, 0x54, 0x55, 0x56, 0x57, 0x58, 0x59, 0x5a, 0x63, 0x64, 0x65, 0x66, 0x67, 0x68, 0x69,
    0x6a, 0x73, 0x74, 0x75, 0x76, 0x77, 0x78, 0x79, 0x7a, 0x83, 0x84, 0x85, 0x86, 0x87, 0x88, 0x89,
    0x8a, 0x92, 0x93, 0x94, 0x95, 0x96, 0x97, 0x98, 0x99, 0x9a, 0xa2, 0xa3, 0xa4, 0xa5, 0xa6, 0xa7,
    0xa8, 0xa9, 0xaa, 0xb2, 0xb3, 0xb4, 0xb5, 0xb6, 0xb7, 0xb8, 0xb9, 0xba, 0xc2, 0xc3, 0xc4, 0xc5,
    0xc6, 0xc7, 0xc8, 0xc9, 0xca, 0xd2, 0xd3, 0xd4, 0xd5, 0xd6, 0xd7, 0xd8, 0xd9, 0xda, 0xe1, 0xe2,
    0xe3, 0xe4, 0xe5, 0xe6, 0xe7, 0xe8, 0xe9, 0xea, 0xf1, 0xf2, 0xf3, 0xf4, 0xf5, 0xf6, 0xf7, 0xf8,
    0xf9, 0xfa,
];

#[rustfmt::skip]
const STANDARD_AC_CHROMINANCE: [u8; 162] = [
    0x00, 0x01, 0x02, 0x03, 0x11, 0x04, 0x05, 0x21, 0x31, 0x06, 0x12, 0x41, 0x51, 0x07, 0x61, 0x71,
    0x13, 0x22, 0x32, 0x81, 0x08, 0x14, 0x42, 0x91, 0xa1, 0xb1, 0xc1, 0x09, 0x23, 0x33, 0x52, 0xf0,
    0x15, 0x62, 0x72, 0xd1, 0x0a, 0x16, 0x24, 0x34, 0xe1, 0x25, 0xf1, 0x17, 0x18, 0x19, 0x1a, 0x26,
    0x27, 0x28, 0x29, 0x2a, 0x35, 0x36, 0x37, 0x38, 0x39, 0x3a, 0x43, 0x44, 0x45, 0x46, 0x47, 0x48,
    0x49, 0x4a, 0x53, 0x54, 0x55, 0x56, 0x57, 0x58, 0x59, 0x5a, 0x63, 0x64, 0x65, 0x66, 0x67, 0x68,
    0x69, 0x6a, 0x73, 0x74, 0x75, 0x76, 0x77, 0x78, 0x79, 0x7a, 0x82, 0x83, 0x84, 0x85, 0x86, 0x87,
    0x88, 0x89, 0x8a, 0x92, 0x93, 0x94, 0x95, 0x96, 0x97, 0x98, 0x99, 0x9a, 0xa2, 0xa3, 0xa4, 0xa5,
    0xa6, 0xa7, 0xa8, 0xa9, 0xaa, 0xb2, 0xb3, 0xb4, 0xb5, 0xb6, 0xb7, 0xb8, 0xb9, 0xba, 0xc2, 0xc3,
    0xc4, 0xc5, 0xc6, 0xc7, 0xc8, 0xc9, 0xca, 0xd2, 0xd3, 0xd4, 0xd5, 0xd6, 0xd7, 0xd8, 0xd9, 0xda,
    0xe2, 0xe3, 0xe4, 0xe5, 0xe6, 0xe7, 0xe8, 0xe9, 0xea, 0xf2, 0xf3, 0xf4, 0xf5, 0xf6, 0xf7, 0xf8,
    0xf9, 0xfa,
];

#[cfg(test)]
mod tests {
    use super::{super::encoder::codes, *};

    #[test]
    fn each_code_gives_its_symbol_and_its_value() {
        for definition in STANDARD.concat() {
            let mut table = Table::empty(definition.class);
            assert_eq!(table.define(definition), Ok(()));
            for (code, length, symbol) in codes(definition) {
                // The code is followed by 0110...
                let bits = (code << (32 - length) | 0x6666_6666 >> length).to_be_bytes();
                let data =
                    [&bits[..], &[0x66; 8]].concat().iter().map(|byte| byte & 0xfe).collect::<Vec<_>>();
                if data[..4] != bits {
                    continue;
                }
                assert_eq!(table.symbol(&mut BitReader::new(&data, 0)), Ok(symbol));
                let mut reader = BitReader::new(&data, 0);
                let value = table.value(&mut reader).expect("a code of the table");
                let (run, size) =
                    if definition.class == Class::Dc { (0, symbol) } else { (symbol >> 4, symbol & 15) };
                match (value, size) {
                    (None, _) => assert_eq!(symbol, 0xf0),
                    (Some(value), 0) if definition.class == Class::Ac => {
                        assert_eq!(value.run(), END_OF_BLOCK)
                    }
                    (Some(value), _) => {
                        assert_eq!(value.run(), usize::from(run));
                        let mut bits = BitReader::new(&data, 0);
                        bits.refill();
                        bits.skip(length);
                        let expected = if size > 0 { bits.take_signed(size.into()) } else { 0 };
                        assert_eq!(value.value(), expected, "symbol {symbol:#x}");
                    }
                }
            }
        }
    }

    #[test]
    fn tables_that_cannot_be_are_refused() {
        let mut table = Table::empty(Class::Dc);
        let mut counts = [0; 16];
        counts[0] = 3;
        let define = |table: &mut Table, counts: &[u8; 16], symbols: &[u8]| {
            table.define(Definition { class: Class::Dc, counts, symbols })
        };
        assert_eq!(define(&mut table, &counts, &[1, 2, 3]), Err(Invalid), "three codes of one bit");
        counts[0] = 1;
        assert_eq!(define(&mut table, &counts, &[16]), Err(Invalid), "a DC difference of 16 bits");
        assert_eq!(define(&mut table, &counts, &[]), Err(Invalid), "no symbol for the code");
        assert_eq!(define(&mut table, &counts, &[5]), Ok(()));
        let ones = [0xfe; 8];
        assert_eq!(table.symbol(&mut BitReader::new(&ones, 0)), Err(Invalid), "a code that isn't in it");
    }
}
