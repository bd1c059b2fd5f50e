//! Elements of EBML, the binary format under Matroska (RFC 8794).

/// Number of bytes of an element's size if it is written at its full length.
const FULL_SIZE_BYTES: usize = 8;

/// The id of the `Void` element.
const VOID: u32 = 0xEC;

/// Writes an id.
pub(super) fn id(out: &mut Vec<u8>, id: u32) {
    out.extend(significant(&id.to_be_bytes()));
}

/// The size of an element in 8 bytes.
pub(super) const fn full_size(len: u64) -> [u8; FULL_SIZE_BYTES] {
    (len | 1 << 56).to_be_bytes()
}

/// The size of an element of unknown size, in 8 bytes.
pub(super) const UNKNOWN_SIZE: [u8; FULL_SIZE_BYTES] = [0x01, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF];

/// Writes the size of an element in the least number of bytes. All bits of a size set to one mean an unknown size.
pub(super) fn size(out: &mut Vec<u8>, len: u64) {
    match len {
        0..0x7F => out.push(0x80 | len as u8),
        0x7F..0x3FFF => out.extend((len as u16 | 0x4000).to_be_bytes()),
        0x3FFF..0x0FFF_FFFF => out.extend((len as u32 | 0x1000_0000).to_be_bytes()),
        _ => out.extend(full_size(len)),
    }
}

/// Writes an element of elements.
pub(super) fn master(out: &mut Vec<u8>, id: u32, children: impl FnOnce(&mut Vec<u8>)) {
    self::id(out, id);
    let start = out.len() + FULL_SIZE_BYTES;
    out.extend(UNKNOWN_SIZE);
    children(out);
    let size = full_size((out.len() - start) as u64);
    out[start - FULL_SIZE_BYTES..start].copy_from_slice(&size);
}

/// Writes an element of bytes.
pub(super) fn binary(out: &mut Vec<u8>, id: u32, bytes: &[u8]) {
    self::id(out, id);
    size(out, bytes.len() as u64);
    out.extend(bytes);
}

/// Writes an element of text.
pub(super) fn string(out: &mut Vec<u8>, id: u32, text: &str) {
    binary(out, id, text.as_bytes());
}

/// Writes an element of an unsigned number.
pub(super) fn uint(out: &mut Vec<u8>, id: u32, value: u64) {
    binary(out, id, significant(&value.to_be_bytes()));
}

/// Writes an element of a floating-point number.
pub(super) fn float(out: &mut Vec<u8>, id: u32, value: f64) {
    binary(out, id, &value.to_be_bytes());
}

/// Writes a `Void` element of this many bytes, its id and size included. It has at least 2 and less than 128 bytes.
pub(super) fn void(out: &mut Vec<u8>, total: usize) {
    debug_assert!((2..128).contains(&total), "a void of {total} bytes");
    let len = total.saturating_sub(2);
    id(out, VOID);
    size(out, len as u64);
    out.resize(out.len() + len, 0);
}

/// The bytes without leading zeros, but at least one byte.
fn significant(bytes: &[u8]) -> &[u8] {
    let zeros = bytes.iter().take_while(|byte| **byte == 0).count();
    &bytes[zeros.min(bytes.len() - 1)..]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sizes_take_the_least_number_of_bytes_and_are_never_the_unknown_one() {
        for (len, bytes) in [
            (0, &[0x80][..]),
            (126, &[0xFE]),
            (127, &[0x40, 0x7F]),
            (0x3FFE, &[0x7F, 0xFE]),
            (0x3FFF, &[0x10, 0x00, 0x3F, 0xFF]),
            (0x0FFF_FFFE, &[0x1F, 0xFF, 0xFF, 0xFE]),
            (0x0FFF_FFFF, &[0x01, 0, 0, 0, 0x0F, 0xFF, 0xFF, 0xFF]),
        ] {
            let mut out = Vec::new();
            size(&mut out, len);
            assert_eq!(out, bytes, "{len}");
        }
    }

    #[test]
    fn elements_have_an_id_a_size_and_content() {
        let mut out = Vec::new();
        master(&mut out, 0x1549_A966, |out| {
            uint(out, 0xD7, 0);
            uint(out, 0xD7, 0x0100);
            void(out, 3);
        });
        let expected = [
            &[0x15, 0x49, 0xA9, 0x66, 0x01, 0, 0, 0, 0, 0, 0, 10][..],
            &[0xD7, 0x81, 0, 0xD7, 0x82, 1, 0, 0xEC, 0x81, 0],
        ]
        .concat();
        assert_eq!(out, expected);
    }
}
