//! Huffman tables: their definitions and the lookup of codes.

mod standard;

use super::bits::{BitReader, signed};
pub(super) use standard::STANDARD;

/// The number of bits in a lookup. Longer codes are rare, and larger lookups would take space in the first-level cache.
const LOOKUP_BITS: u32 = 11;

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
    lookup: Box<Lookup>,
    /// For each length, one past the largest code of that length, left-aligned in 16 bits.
    limits: [u32; 17],
    /// For each length, the index of its first symbol minus its first code.
    offsets: [i32; 17],
}

/// The meaning of the next [`LOOKUP_BITS`] of the data.
#[derive(Debug, Clone)]
struct Lookup {
    /// The symbol, and the code's length in the high byte. 0 for longer codes.
    symbols: [u16; 1 << LOOKUP_BITS],
    /// A whole coefficient, if they contain both code and value bits. [`Value::NONE`] otherwise.
    values: [Value; 1 << LOOKUP_BITS],
}

/// A coefficient, in 32 bits:
/// - bits 0 to 3: the number of bits of its code and its value,
/// - bits 4 to 7: the run of zeros before it,
/// - bits 8 to 15: if it is the last one of the block, the number of bits of the code that says so, 0 otherwise,
/// - bits 16 to 31: the value.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Value(u32);

impl Value {
    /// No value: the lookup has too few bits.
    const NONE: Self = Self(0);

    const fn new(length: u32, run: u32, value: i32) -> Self {
        Self(length | run << 4 | (value as u32) << 16)
    }

    /// The end of the block, without a coefficient.
    const fn end(end_length: u32) -> Self {
        Self(end_length << 8)
    }

    /// The number of bits of the code and the value.
    #[inline(always)]
    const fn length(self) -> u32 {
        self.0 & 15
    }

    /// The zeros before the coefficient, 0 to 15.
    #[inline(always)]
    pub const fn run(self) -> usize {
        (self.0 >> 4 & 15) as usize
    }

    /// The number of bits of the code for the end of the block, if it follows.
    #[inline(always)]
    pub const fn end_length(self) -> u32 {
        self.0 >> 8 & 0xff
    }

    #[inline(always)]
    pub const fn value(self) -> i32 {
        self.0 as i32 >> 16
    }
}

impl Table {
    /// A table without codes.
    pub fn empty(class: Class) -> Self {
        let lookup = Lookup { symbols: [0; 1 << LOOKUP_BITS], values: [Value::NONE; 1 << LOOKUP_BITS] };
        Self {
            class,
            counts: [0; 16],
            symbols: [0; 256],
            lookup: Box::new(lookup),
            limits: [0; 17],
            offsets: [0; 17],
        }
    }

    /// Removes all codes.
    fn clear(&mut self) {
        self.counts = [0; 16];
        self.symbols = [0; 256];
        self.lookup.symbols.fill(0);
        self.lookup.values.fill(Value::NONE);
        self.limits = [0; 17];
        self.offsets = [0; 17];
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
        self.clear();
        self.class = class;
        self.symbols[..symbols.len()].copy_from_slice(symbols);
        let (mut code, mut place) = (0_u32, 0);
        for (length, count) in (1..).zip(counts) {
            self.offsets[length as usize] = place - code as i32;
            let of_this_length =
                symbols.get(place as usize..).and_then(|rest| rest.get(..usize::from(*count)));
            for symbol in of_this_length.ok_or(Invalid)? {
                if code >> length != 0 || class == Class::Dc && *symbol > 15 {
                    self.clear();
                    return Err(Invalid);
                }
                self.enter(code, length, *symbol);
                code += 1;
            }
            place += i32::from(*count);
            self.limits[length as usize] = code << (16 - length);
            code <<= 1;
        }
        if class == Class::Ac {
            self.join_ends();
        }
        self.counts = *counts;
        Ok(())
    }

    /// Fills the lookup entries that start with a code.
    fn enter(&mut self, code: u32, length: u32, symbol: u8) {
        let Some(free) = LOOKUP_BITS.checked_sub(length) else { return };
        let first = (code << free) as usize;
        self.lookup.symbols[first..first + (1 << free)].fill((length as u16) << 8 | u16::from(symbol));
        let values = &mut self.lookup.values[first..first + (1 << free)];
        let (run, size) = run_and_size(self.class, symbol);
        if is_end(self.class, symbol) {
            values.fill(Value::end(length));
        } else if size == 0 {
            values.fill(Value::new(length, run, 0));
        } else if let Some(free) = free.checked_sub(size) {
            for (bits, values) in (0..).zip(values.chunks_exact_mut(1 << free)) {
                values.fill(Value::new(length + size, run, signed(bits, size)));
            }
        }
    }

    /// Adds the end of the block to the coefficients that it follows within the same lookup.
    fn join_ends(&mut self) {
        let values = &mut self.lookup.values;
        for bits in 0..values.len() {
            let value = values[bits];
            let behind = values[bits << value.length() & (values.len() - 1)];
            let end_length = behind.end_length();
            if value.value() != 0
                && behind == Value::end(end_length)
                && value.length() + end_length <= LOOKUP_BITS
            {
                values[bits] = Value(value.0 | behind.0);
            }
        }
    }

    /// Reads a symbol.
    #[inline(always)]
    pub fn symbol(&self, reader: &mut BitReader<'_>) -> Result<u8, Invalid> {
        let (symbol, length) = self.code(reader)?;
        reader.skip(length);
        Ok(symbol)
    }

    /// The next symbol, and the length of its code.
    #[inline(always)]
    fn code(&self, reader: &mut BitReader<'_>) -> Result<(u8, u32), Invalid> {
        reader.refill();
        let [symbol, length] = self.lookup.symbols[reader.peek(LOOKUP_BITS)].to_le_bytes();
        if length > 0 {
            return Ok((symbol, u32::from(length)));
        }
        let bits = reader.peek(16) as u32;
        let length =
            (LOOKUP_BITS + 1..=16).find(|length| bits < self.limits[*length as usize]).ok_or(Invalid)?;
        let place = self.offsets[length as usize] + (bits >> (16 - length)) as i32;
        let symbol = self.symbols.get(place as usize).copied().ok_or(Invalid)?;
        Ok((symbol, length))
    }

    /// Reads a DC difference, or an AC coefficient with its run of zeros. 16 zeros (ZRL) are a run of 15 and a
    /// coefficient of 0. The end of a block (EOB) is reported, with a coefficient of 0 or the one before it, but not
    /// skipped.
    #[inline(always)]
    pub fn value(&self, reader: &mut BitReader<'_>) -> Result<Value, Invalid> {
        reader.refill();
        let value = self.lookup.values[reader.peek(LOOKUP_BITS)];
        if value == Value::NONE {
            return self.long_value(reader);
        }
        reader.skip(value.length());
        Ok(value)
    }

    #[inline(always)]
    fn long_value(&self, reader: &mut BitReader<'_>) -> Result<Value, Invalid> {
        let (symbol, length) = self.code(reader)?;
        let (run, size) = run_and_size(self.class, symbol);
        if is_end(self.class, symbol) {
            return Ok(Value::end(length));
        }
        reader.skip(length);
        Ok(Value::new(0, run, if size > 0 { reader.take_signed(size) } else { 0 }))
    }
}

/// Whether a symbol is the end of a block (EOB).
fn is_end(class: Class, symbol: u8) -> bool {
    let (run, size) = run_and_size(class, symbol);
    class == Class::Ac && size == 0 && run < 15
}

/// The run of zeros and the number of bits of the value that a symbol stands for.
fn run_and_size(class: Class, symbol: u8) -> (u32, u32) {
    match class {
        Class::Dc => (0, u32::from(symbol)),
        Class::Ac => (u32::from(symbol >> 4), u32::from(symbol & 15)),
    }
}

#[cfg(test)]
mod tests;
