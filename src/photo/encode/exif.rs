//! Writes Exif metadata (CIPA DC-008, Exif 2.32): when and by what a photo was made, and nothing about the person or
//! the place.

use bevy::math::UVec2;

use crate::photo::time::LocalTime;

/// The size of the header, whose last four bytes are the offset of the first directory.
const HEADER_LEN: usize = 8;

/// The size of an entry of a directory.
const ENTRY_LEN: usize = 12;

/// The program that made the photo.
const SOFTWARE: &str = concat!("bevy_viewfinder ", env!("CARGO_PKG_VERSION"));

/// The value of a tag.
enum Value {
    Ascii(String),
    Short(u16),
    Long(u32),
    Rational(u32, u32),
    Undefined([u8; 4]),
}

impl Value {
    /// The number of the type, the number of its values, and their bytes.
    fn encode(&self) -> (u16, u32, Vec<u8>) {
        match self {
            // Texts end with a zero.
            Self::Ascii(text) => {
                let bytes = [text.as_bytes(), &[0]].concat();
                (2, bytes.len() as u32, bytes)
            }
            Self::Short(value) => (3, 1, value.to_be_bytes().to_vec()),
            Self::Long(value) => (4, 1, value.to_be_bytes().to_vec()),
            Self::Rational(top, bottom) => (5, 1, [top.to_be_bytes(), bottom.to_be_bytes()].concat()),
            Self::Undefined(bytes) => (7, 4, bytes.to_vec()),
        }
    }
}

/// A tag and its value.
type Entry = (u16, Value);

/// The metadata of a photo of this size: a TIFF file without an image.
pub(super) fn write(size: UVec2, taken: Option<LocalTime>) -> Vec<u8> {
    let mut image = vec![
        // Upright.
        (0x0112, Value::Short(1)),
        // 72 dots per inch, which stands for an unknown resolution.
        (0x011a, Value::Rational(72, 1)),
        (0x011b, Value::Rational(72, 1)),
        (0x0128, Value::Short(2)),
        (0x0131, Value::Ascii(SOFTWARE.to_owned())),
    ];
    let mut photo = vec![
        (0x9000, Value::Undefined(*b"0232")),
        // Y, Cb, Cr.
        (0x9101, Value::Undefined([1, 2, 3, 0])),
        // Version of FlashPix.
        (0xa000, Value::Undefined(*b"0100")),
        // sRGB.
        (0xa001, Value::Short(1)),
        (0xa002, Value::Long(size.x)),
        (0xa003, Value::Long(size.y)),
    ];
    if let Some(taken) = taken {
        let date = date(&taken);
        image.push((0x0132, Value::Ascii(date.clone())));
        // Taken, and stored.
        photo.extend([0x9003, 0x9004].map(|tag| (tag, Value::Ascii(date.clone()))));
        let fraction = format!("{:03}", taken.millisecond.min(999));
        photo.extend([0x9290, 0x9291, 0x9292].map(|tag| (tag, Value::Ascii(fraction.clone()))));
        if let Some(minutes) = taken.utc_offset {
            let offset = offset(minutes);
            photo.extend([0x9010, 0x9011, 0x9012].map(|tag| (tag, Value::Ascii(offset.clone()))));
        }
    }
    // The samples of chroma lie between those of luma.
    image.push((0x0213, Value::Short(1)));
    // The second directory follows the first and its values, whose length doesn't depend on this offset.
    let pointer = |offset| (0x8769, Value::Long(offset));
    image.push(pointer(0));
    let second = HEADER_LEN + directory(&mut image, HEADER_LEN).len();
    if let Some(entry) = image.iter_mut().find(|(tag, _)| *tag == 0x8769) {
        *entry = pointer(second as u32);
    }
    let header = [&b"MM\0\x2a"[..], &(HEADER_LEN as u32).to_be_bytes()].concat();
    [header, directory(&mut image, HEADER_LEN), directory(&mut photo, second)].concat()
}

/// A directory at this offset, with the values that are too long for their entries behind it.
fn directory(entries: &mut [Entry], offset: usize) -> Vec<u8> {
    entries.sort_by_key(|(tag, _)| *tag);
    let mut bytes = (entries.len() as u16).to_be_bytes().to_vec();
    let mut values = Vec::new();
    // No directory follows: its offset is zero.
    let values_offset = offset + bytes.len() + entries.len() * ENTRY_LEN + 4;
    for (tag, value) in entries {
        let (kind, count, mut value) = value.encode();
        bytes.extend(tag.to_be_bytes());
        bytes.extend(kind.to_be_bytes());
        bytes.extend(count.to_be_bytes());
        if value.len() > 4 {
            bytes.extend(((values_offset + values.len()) as u32).to_be_bytes());
            values.append(&mut value);
            // Values begin at even offsets.
            values.resize(values.len().next_multiple_of(2), 0);
        } else {
            value.resize(4, 0);
            bytes.append(&mut value);
        }
    }
    bytes.extend([0; 4]);
    bytes.append(&mut values);
    bytes
}

fn date(taken: &LocalTime) -> String {
    let LocalTime { year, month, day, hour, minute, second, .. } = *taken;
    // The text has a fixed length.
    let [month, day, hour, minute, second] = [month, day, hour, minute, second].map(|value| value.min(99));
    format!("{:04}:{month:02}:{day:02} {hour:02}:{minute:02}:{second:02}", year.min(9999))
}

fn offset(minutes: i16) -> String {
    let sign = if minutes < 0 { '-' } else { '+' };
    let minutes = minutes.unsigned_abs().min(99 * 60 + 59);
    format!("{sign}{:02}:{:02}", minutes / 60, minutes % 60)
}

#[cfg(test)]
mod tests {
    use image::metadata::Orientation;

    use super::*;

    #[test]
    fn dates_and_offsets_have_a_fixed_length() {
        let taken = LocalTime::new((987, 1, 2), (3, 4, 5)).expect("a time");
        assert_eq!(date(&taken), "0987:01:02 03:04:05");
        for (minutes, text) in [(0, "+00:00"), (345, "+05:45"), (-210, "-03:30"), (i16::MIN, "-99:59")] {
            assert_eq!(offset(minutes), text);
        }
    }

    #[test]
    fn directories_are_sorted_and_whole() {
        let taken = LocalTime::new((2026, 1, 2), (3, 4, 5)).expect("a time").utc_offset(60);
        for taken in [None, Some(taken)] {
            let exif = write(UVec2::new(640, 480), taken);
            assert_eq!(Orientation::from_exif_chunk(&exif), Some(Orientation::NoTransforms));
            let number = |at: usize, len: usize| {
                exif[at..at + len].iter().fold(0, |number, byte| number << 8 | usize::from(*byte))
            };
            let mut offset = number(4, 4);
            let mut last = 0;
            for _ in 0..2 {
                let entries: Vec<usize> =
                    (0..number(offset, 2)).map(|index| offset + 2 + index * 12).collect();
                assert!(entries.is_sorted_by(|a, b| number(*a, 2) < number(*b, 2)));
                last = offset + 2 + entries.len() * 12 + 4;
                for entry in &entries {
                    let size = number(entry + 4, 4) * [0, 1, 1, 2, 4, 8, 0, 1][number(entry + 2, 2)];
                    if size > 4 {
                        last = last.max(number(entry + 8, 4) + size);
                    }
                }
                let pointer = entries.iter().find(|entry| number(**entry, 2) == 0x8769);
                offset = pointer.map_or(offset, |entry| number(entry + 8, 4));
            }
            assert!(last == exif.len() || last + 1 == exif.len(), "{last} of {}", exif.len());
        }
    }
}
