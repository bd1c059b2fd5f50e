//! Elements of EBML, the binary format under Matroska (RFC 8794).

use crate::{
    error::MediaError,
    source::file::input::{Input, cut_short},
};

/// The bytes at a place, as an element's id and size.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Header {
    /// The start of an element.
    Element(Element),
    /// No element can start with these bytes.
    Invalid,
    /// The bytes end before those of an id and a size.
    End,
}

/// An element.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Element {
    /// The id, with the bits that mark its length.
    pub id: u32,
    /// The offset of the id.
    pub start: u64,
    /// The offset of its data.
    pub data: u64,
    /// The length of its data. `None` if it is unknown: the element ends where one begins that can't be in it.
    pub len: Option<u64>,
}

impl Element {
    /// The offset of the end of its data, if it is known.
    pub fn end(&self) -> Option<u64> {
        self.data.checked_add(self.len?)
    }

    /// Whether it is complete before this offset.
    pub fn ends_by(&self, limit: u64) -> bool {
        self.end().is_some_and(|end| end <= limit)
    }

    /// Its value, as an unsigned number.
    pub fn uint(&self, input: &mut Input) -> Result<u64, MediaError> {
        let mut bytes = [0; 8];
        let bytes = self.number(input, &mut bytes)?;
        Ok(bytes.iter().fold(0, |value, byte| value << 8 | u64::from(*byte)))
    }

    /// Its value, as a floating-point number.
    pub fn float(&self, input: &mut Input) -> Result<f64, MediaError> {
        let mut bytes = [0; 8];
        match *self.number(input, &mut bytes)? {
            [] => Ok(0.0),
            [a, b, c, d] => Ok(f32::from_be_bytes([a, b, c, d]).into()),
            [_, _, _, _, _, _, _, _] => Ok(f64::from_be_bytes(bytes)),
            _ => Err(damaged(self.data)),
        }
    }

    /// The bytes of a number.
    fn number<'a>(&self, input: &mut Input, bytes: &'a mut [u8; 8]) -> Result<&'a [u8], MediaError> {
        let len = self.len.and_then(|len| usize::try_from(len).ok()).filter(|len| *len <= bytes.len());
        let bytes = &mut bytes[..len.ok_or_else(|| damaged(self.data))?];
        input.seek(self.data)?;
        if input.read_up_to(bytes)? == bytes.len() { Ok(bytes) } else { Err(cut_short()) }
    }

    /// Its value, as text.
    pub fn text(&self, input: &mut Input) -> Result<String, MediaError> {
        let bytes = self.bytes(input, 256)?;
        let text = bytes.split(|byte| *byte == 0).next().unwrap_or_default();
        Ok(String::from_utf8_lossy(text).into_owned())
    }

    /// Its bytes, at most this many.
    pub fn bytes(&self, input: &mut Input, most: u64) -> Result<Vec<u8>, MediaError> {
        let len = self.len.filter(|len| *len <= most).ok_or_else(|| damaged(self.data))?;
        let mut bytes = Vec::new();
        input.seek(self.data)?;
        input.append(len, &mut bytes)?;
        Ok(bytes)
    }
}

/// The error of an element with an impossible value.
pub(super) fn damaged(offset: u64) -> MediaError {
    MediaError::data(format!("the Matroska file is corrupt: an element at byte {offset} is impossible"))
}

/// Reads the start of an element at this offset. It ends before another offset.
pub(super) fn header(input: &mut Input, place: u64, end: u64) -> Result<Header, MediaError> {
    input.seek(place)?;
    let end = end.min(input.len());
    let Some((id_len, id)) = number(input, end)? else { return Ok(Header::End) };
    if !(1..=4).contains(&id_len) {
        return Ok(Header::Invalid);
    }
    let Some((size_len, size)) = number(input, end)? else { return Ok(Header::End) };
    if size_len == 0 {
        return Ok(Header::Invalid);
    }
    let value = without_marker(size_len, size);
    let is_unknown = value == largest(size_len);
    Ok(Header::Element(Element {
        id: id as u32,
        start: place,
        data: input.position(),
        len: (!is_unknown).then_some(value),
    }))
}

/// Reads a number of variable length with its marker. Returns its length too, which is 0 for an invalid one. `None` if
/// it isn't complete before this offset.
fn number(input: &mut Input, end: u64) -> Result<Option<(u32, u64)>, MediaError> {
    if input.position() >= end {
        return Ok(None);
    }
    let Some(first) = input.byte()? else { return Ok(None) };
    let len = first.leading_zeros() + 1;
    if len > 8 {
        return Ok(Some((0, 0)));
    }
    let mut value = u64::from(first);
    for _ in 1..len {
        if input.position() >= end {
            return Ok(None);
        }
        let Some(byte) = input.byte()? else { return Ok(None) };
        value = value << 8 | u64::from(byte);
    }
    Ok(Some((len, value)))
}

/// The largest number of this length in bytes. As a size it is the unknown one.
fn largest(len: u32) -> u64 {
    (1 << (7 * len)) - 1
}

fn without_marker(len: u32, value: u64) -> u64 {
    value & largest(len)
}

/// Reads a number of variable length without its marker: the track of a block. `None` if it is invalid or isn't
/// complete before this offset.
pub(super) fn variable_uint(input: &mut Input, end: u64) -> Result<Option<u64>, MediaError> {
    Ok(number(input, end)?.and_then(|(len, value)| (len > 0).then(|| without_marker(len, value))))
}

/// The elements in another one, of which the header is read only once. Damaged ones end it.
#[derive(Debug)]
pub(super) struct Children {
    next: u64,
    end: u64,
}

impl Children {
    /// The elements in this one.
    pub fn of(parent: &Element) -> Self {
        Self { next: parent.data, end: parent.end().unwrap_or(u64::MAX) }
    }

    /// The next element. `None` if there is no complete one.
    pub fn next(&mut self, input: &mut Input) -> Result<Option<Element>, MediaError> {
        let end = self.end.min(input.len());
        let Header::Element(element) = header(input, self.next, end)? else { return Ok(None) };
        let Some(next) = element.end().filter(|next| *next <= end) else { return Ok(None) };
        self.next = next;
        Ok(Some(element))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{error::ErrorName, source::file::testing::input_of};

    fn first(bytes: &[u8]) -> Header {
        let (_file, mut input) = input_of(bytes);
        header(&mut input, 0, u64::MAX).expect("a readable file")
    }

    #[test]
    fn ids_and_sizes_have_any_length() {
        let element = |id, data, len| Header::Element(Element { id, start: 0, data, len });
        for (bytes, expected) in [
            (&[0xEC, 0x80][..], element(0xEC, 2, Some(0))),
            (&[0x42, 0x86, 0x40, 0x01, 0], element(0x4286, 4, Some(1))),
            (&[0x1F, 0x43, 0xB6, 0x75, 0xFF], element(0x1F43_B675, 5, None)),
            (&[0xA3, 0x01, 255, 255, 255, 255, 255, 255, 255], element(0xA3, 9, None)),
            (&[0xA3, 0x01, 255, 255, 255, 255, 255, 255, 254], element(0xA3, 9, Some((1 << 56) - 2))),
            (&[0xA3, 0x7F, 0xFF], element(0xA3, 3, None)),
            (&[0xA3], Header::End),
            (&[0xA3, 0x40], Header::End),
            (&[], Header::End),
            (&[0x08, 1, 1, 1, 1, 0x80], Header::Invalid),
            (&[0x00, 1, 1, 1], Header::Invalid),
            (&[0xA3, 0x00, 1, 1], Header::Invalid),
        ] {
            assert_eq!(first(bytes), expected, "{bytes:02X?}");
        }
    }

    #[test]
    fn values_are_limited_by_their_type_and_by_the_file() {
        let value = |bytes: &[u8]| {
            let (_file, mut input) = input_of(bytes);
            let Ok(Header::Element(element)) = header(&mut input, 0, u64::MAX) else { panic!("an element") };
            let name = |error: MediaError| error.name;
            (
                element.uint(&mut input).map_err(name),
                element.float(&mut input).map_err(name),
                element.bytes(&mut input, 9).map_err(name),
            )
        };
        assert_eq!(value(&[0xD7, 0x80]), (Ok(0), Ok(0.0), Ok(vec![])));
        assert_eq!(value(&[0xD7, 0x82, 1, 2]), (Ok(0x102), Err(ErrorName::Data), Ok(vec![1, 2])));
        assert_eq!(value(&[0xD7, 0x84, 0x3F, 0x80, 0, 0]).1, Ok(1.0));
        assert_eq!(
            value(&[0xD7, 0x84, 0x3F, 0x80, 0]),
            (Err(ErrorName::Data), Err(ErrorName::Data), Err(ErrorName::Data))
        );
        let (uint, _, bytes) = value(&[0xD7, 0x89, 1, 2, 3, 4, 5, 6, 7, 8, 9]);
        assert_eq!((uint, bytes.map(|bytes| bytes.len())), (Err(ErrorName::Data), Ok(9)));
        assert_eq!(value(&[&[0xD7, 0x8A][..], &[0; 10]].concat()).2, Err(ErrorName::Data));
    }
}
