//! The structure of an ONNX file, checked before `rten` reads it.
//!
//! `rten` 0.27 never returns if a list of numbers is cut short or has a number that isn't one. A file that was
//! downloaded in part must be an error.

/// The most parts within parts.
const MAX_DEPTH: usize = 16;

/// A part of the file: a message with fields, a list of numbers, or bytes of any kind.
#[derive(Debug, Clone, Copy, PartialEq)]
enum Part {
    Model,
    Graph,
    Node,
    Attribute,
    Tensor,
    /// Numbers of one to ten bytes.
    Varints,
    /// Numbers of so many bytes.
    Words(usize),
    Bytes,
}

impl Part {
    /// The part that a field of a message is, by the numbers in `onnx.proto3`.
    fn field(self, number: u64) -> Self {
        match (self, number) {
            (Self::Model, 7) | (Self::Attribute, 6) => Self::Graph,
            (Self::Graph, 1) => Self::Node,
            (Self::Graph, 5) | (Self::Attribute, 5) => Self::Tensor,
            (Self::Node, 5) => Self::Attribute,
            (Self::Attribute, 8) | (Self::Tensor, 1 | 5 | 7) => Self::Varints,
            (Self::Attribute, 7) | (Self::Tensor, 4) => Self::Words(4),
            (Self::Tensor, 10) => Self::Words(8),
            _ => Self::Bytes,
        }
    }
}

/// Tells whether all fields and lists are whole.
///
/// # Errors
/// The cause, if they aren't.
pub(super) fn check(bytes: &[u8]) -> Result<(), &'static str> {
    check_part(bytes, Part::Model, 0)
}

fn check_part(mut bytes: &[u8], part: Part, depth: usize) -> Result<(), &'static str> {
    if depth > MAX_DEPTH {
        return Err("too many parts within parts");
    }
    match part {
        Part::Bytes => return Ok(()),
        Part::Words(size) if bytes.len().is_multiple_of(size) => return Ok(()),
        Part::Words(_) => return Err("a list of numbers is cut short"),
        _ => {}
    }
    while !bytes.is_empty() {
        let tag = varint(&mut bytes)?;
        if part == Part::Varints {
            continue;
        }
        let length = match tag & 7 {
            0 => {
                varint(&mut bytes)?;
                continue;
            }
            1 => 8,
            2 => varint(&mut bytes)?,
            5 => 4,
            _ => return Err("a field has an unknown type"),
        };
        let length = usize::try_from(length).ok().filter(|length| *length <= bytes.len());
        let (field, rest) = bytes.split_at(length.ok_or("a field is cut short")?);
        if tag & 7 == 2 {
            check_part(field, part.field(tag >> 3), depth + 1)?;
        }
        bytes = rest;
    }
    Ok(())
}

/// A number of seven bits per byte, the lowest first. All bytes but the last have the highest bit set.
fn varint(bytes: &mut &[u8]) -> Result<u64, &'static str> {
    let mut value = 0;
    for (index, byte) in bytes.iter().enumerate().take(10) {
        value |= u64::from(byte & 0x7f) << (7 * index);
        if byte & 0x80 == 0 {
            if index == 9 && *byte > 1 {
                break;
            }
            *bytes = &bytes[index + 1..];
            return Ok(value);
        }
    }
    Err("a number is cut short or too large")
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A field with bytes, as small as in these tests.
    fn field(number: u8, bytes: &[u8]) -> Vec<u8> {
        [&[number << 3 | 2, bytes.len() as u8], bytes].concat()
    }

    /// A model with an attribute of this kind.
    fn attribute(number: u8, bytes: &[u8]) -> Vec<u8> {
        field(7, &field(1, &field(5, &field(number, bytes))))
    }

    #[test]
    fn whole_lists_are_accepted() {
        assert_eq!(check(&attribute(8, &[1, 2, 0x80, 1])), Ok(()));
        assert_eq!(check(&attribute(7, &[0; 8])), Ok(()));
        assert_eq!(check(&attribute(9, &[0xff; 8])), Ok(()), "text");
        assert_eq!(check(&[0x08, 8]), Ok(()));
        assert_eq!(check(&[]), Ok(()));
    }

    #[test]
    fn broken_lists_are_errors() {
        for bytes in [
            attribute(8, &[1, 0x80]),
            attribute(8, &[0xff; 12]),
            attribute(7, &[0; 7]),
            field(7, &field(5, &field(7, &[0x80]))),
            field(7, &field(5, &field(10, &[0; 9]))),
            vec![0x3a, 100, 0],
            vec![0x3b],
            vec![0x09, 1, 2],
            [&[0x3a], &[0xff; 9][..], &[2]].concat(),
        ] {
            assert!(check(&bytes).is_err(), "{bytes:?}");
        }
        let nested = (0..40).fold(Vec::new(), |inner, _| {
            let attribute = field(6, &inner[..inner.len().min(100)]);
            field(1, &field(5, &attribute))
        });
        assert!(check(&field(7, &nested)).is_err());
    }
}
