//! The duration of WebM and Matroska files (RFC 9559) that browsers write. They write their headers before they know
//! it, and leave no room for it.
//!
//! The `Info` element is replaced by one of the same length, so that all positions in the file stay. Room comes from
//! `Void` elements and from the names of the programs that wrote the file, which are shortened.

use std::time::Duration;

use super::{RecordingPatch, webm_element::Element};

/// The number of bytes at the start of a file that have its `Info` element.
#[cfg_attr(test, expect(dead_code, reason = "only browsers' recordings are read in parts"))]
pub(super) const HEADER_LEN: usize = 4096;

/// Ids of elements.
mod id {
    pub(super) const EBML: u32 = 0x1A45_DFA3;
    pub(super) const SEGMENT: u32 = 0x1853_8067;
    pub(super) const INFO: u32 = 0x1549_A966;
    pub(super) const TIMESTAMP_SCALE: u32 = 0x2A_D7B1;
    pub(super) const DURATION: u32 = 0x4489;
    pub(super) const MUXING_APP: u32 = 0x4D80;
    pub(super) const WRITING_APP: u32 = 0x5741;
    pub(super) const VOID: u32 = 0xEC;
}

/// The unit of times where a file doesn't tell it, in nanoseconds.
const DEFAULT_SCALE: u64 = 1_000_000;

/// The bytes of a `Duration` element in double and in single precision.
const DOUBLE_LEN: usize = 11;
const SINGLE_LEN: usize = 7;

/// The bytes of an empty element with an id of two bytes.
const EMPTY_LEN: usize = 3;

/// The longest content of an element whose size takes one byte.
const LONGEST_SHORT: usize = 126;

/// The patch that sets the duration of a file with this start. `None` if the file is no WebM or Matroska file, or has
/// no room.
pub(super) fn duration_patch(start: &[u8], duration: Duration) -> Option<RecordingPatch> {
    let header = Element::read(start, 0).filter(|header| header.id == id::EBML)?;
    let segment = Element::read(start, header.end()?).filter(|segment| segment.id == id::SEGMENT)?;
    let mut at = segment.content;
    let info = loop {
        let element = Element::read(start, at)?;
        at = element.end()?;
        if element.id == id::INFO {
            break element.content..at;
        }
    };
    let bytes = with_duration(start.get(info.clone())?, duration)?;
    Some(RecordingPatch { offset: info.start as u64, bytes })
}

/// The content of an `Info` element with this duration, at the same length. `None` if there is no room for it.
fn with_duration(info: &[u8], duration: Duration) -> Option<Vec<u8>> {
    let mut scale = DEFAULT_SCALE;
    let mut out = Vec::with_capacity(info.len());
    let mut names = Vec::new();
    let mut at = 0;
    while at < info.len() {
        let element = Element::read(info, at)?;
        at = element.end()?;
        let whole = info.get(element.start..at)?;
        let content = info.get(element.content()?)?;
        match element.id {
            id::MUXING_APP | id::WRITING_APP => names.push((element.id, content)),
            id::DURATION | id::VOID => {}
            _ => out.extend(whole),
        }
        if element.id == id::TIMESTAMP_SCALE {
            scale = content.iter().fold(0, |scale, byte| scale << 8 | u64::from(*byte)).max(1);
        }
    }
    let room = info.len().checked_sub(out.len() + names.len() * EMPTY_LEN)?;
    let duration = duration.as_nanos() as f64 / scale as f64;
    let is_double = room >= DOUBLE_LEN;
    let mut rest = room.checked_sub(if is_double { DOUBLE_LEN } else { SINGLE_LEN })?;
    let names: Vec<_> = names
        .into_iter()
        .map(|(id, name)| {
            let len = name.len().min(LONGEST_SHORT).min(rest);
            rest -= len;
            (id, &name[..len])
        })
        .collect();

    // A single byte has no element of its own: it makes the size longer.
    let bytes =
        if is_double { duration.to_be_bytes().to_vec() } else { (duration as f32).to_be_bytes().to_vec() };
    head(&mut out, id::DURATION, bytes.len(), if rest == 1 { 2 } else { 1 });
    out.extend(bytes);
    for (id, name) in names {
        head(&mut out, id, name.len(), 1);
        out.extend(name);
    }
    if rest > 1 {
        // Its id takes a byte.
        let size_len = if rest - 2 <= LONGEST_SHORT { 1 } else { 4 };
        head(&mut out, id::VOID, rest - 1 - size_len, size_len);
        out.resize(info.len(), 0);
    }
    Some(out)
}

/// Writes the id of an element, and the length of its content in this many bytes.
fn head(out: &mut Vec<u8>, id: u32, len: usize, size_len: usize) {
    let id = id.to_be_bytes();
    out.extend(id.into_iter().skip_while(|byte| *byte == 0));
    let size = (len as u64 | 1 << (7 * size_len)).to_be_bytes();
    out.extend(&size[size.len() - size_len..]);
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The start of a file of Chromium's, up to its tracks.
    const CHROMIUM: &[u8] =
        b"\x1a\x45\xdf\xa3\x9f\x42\x86\x81\x01\x42\xf7\x81\x01\x42\xf2\x81\x04\x42\xf3\x81\x08\
        \x42\x82\x84webm\x42\x87\x81\x04\x42\x85\x81\x02\x18\x53\x80\x67\x01\xff\xff\xff\xff\xff\xff\xff\
        \x15\x49\xa9\x66\x99\x2a\xd7\xb1\x83\x0f\x42\x40\x4d\x80\x86Chrome\x57\x41\x86Chrome\
        \x16\x54\xae\x6b";

    const DURATION: Duration = Duration::from_millis(1_537);

    /// A file with an `Info` element of this content.
    fn file(info: &[u8]) -> Vec<u8> {
        let mut file = CHROMIUM[..48].to_vec();
        head(&mut file, id::INFO, info.len(), 4);
        file.extend(info);
        file.extend(b"\x16\x54\xae\x6b");
        file
    }

    /// The elements of the file's `Info` after its patch. The file stays as it is around them.
    fn patched(mut file: Vec<u8>) -> Option<Vec<(u32, Vec<u8>)>> {
        let patch = duration_patch(&file, DURATION)?;
        let start = patch.offset as usize;
        let end = start + patch.bytes.len();
        assert!(file[end..].starts_with(b"\x16\x54\xae\x6b"), "the patch ends where the tracks begin");
        file[start..end].copy_from_slice(&patch.bytes);
        let (mut elements, mut at) = (Vec::new(), start);
        while at < end {
            let element = Element::read(&file, at).expect("an element");
            at = element.end().expect("a known size");
            elements.push((element.id, file[element.content..at].to_vec()));
        }
        assert_eq!(at, end);
        Some(elements)
    }

    fn double(duration: f64) -> (u32, Vec<u8>) {
        (id::DURATION, duration.to_be_bytes().to_vec())
    }

    #[test]
    fn a_file_of_chromium_has_room_in_the_names_of_programs() {
        let elements = patched(CHROMIUM.to_vec()).expect("there is room");
        let scale = (id::TIMESTAMP_SCALE, vec![0x0f, 0x42, 0x40]);
        let names = [(id::MUXING_APP, b"C".to_vec()), (id::WRITING_APP, Vec::new())];
        assert_eq!(elements, [&[scale, double(1_537.0)], &names[..]].concat());
        assert_eq!(duration_patch(CHROMIUM, DURATION).expect("there is room").offset, 53);
    }

    #[test]
    fn a_void_and_an_older_duration_are_room() {
        const NAMES: &[u8] = b"\x4d\x80\x81a\x57\x41\x81b";
        let names = || [(id::MUXING_APP, b"a".to_vec()), (id::WRITING_APP, b"b".to_vec())];
        for (room, rest) in [
            (&b"\x44\x89\x88\0\0\0\0\0\0\0\0"[..], None),
            (b"\xec\x89\0\0\0\0\0\0\0\0\0", None),
            (b"\xec\x8a\0\0\0\0\0\0\0\0\0\0", None),
            (b"\xec\x8b\0\0\0\0\0\0\0\0\0\0\0", Some(0)),
            (b"\x44\x89\x84\0\0\0\0\xec\x85\0\0\0\0\0", Some(1)),
        ] {
            let elements = patched(file(&[NAMES, room].concat())).expect("there is room");
            let void = rest.map(|len| (id::VOID, vec![0; len]));
            assert_eq!(elements, [&[double(1_537.0)], &names()[..], void.as_slice()].concat(), "{room:02x?}");
        }
        let large = [b"\xec\x41\x00".to_vec(), vec![7; 256]].concat();
        let elements = patched(file(&large)).expect("there is room");
        assert_eq!(elements, [double(1_537.0), (id::VOID, vec![0; 259 - 11 - 5])]);
    }

    #[test]
    fn little_room_gives_a_duration_of_single_precision() {
        let elements = patched(file(b"\x4d\x80\x87program")).expect("there is room");
        let single = (id::DURATION, 1_537_f32.to_be_bytes().to_vec());
        assert_eq!(elements, [single, (id::MUXING_APP, Vec::new())]);
        assert_eq!(patched(file(b"\x4d\x80\x86progra")), None);
        assert_eq!(patched(file(b"\x2a\xd7\xb1\x83\x0f\x42\x40")), None);
    }

    #[test]
    fn the_duration_is_in_the_files_own_unit() {
        let info = b"\x2a\xd7\xb1\x82\x03\xe8\x44\x89\x88\0\0\0\0\0\0\0\0";
        let elements = patched(file(info)).expect("there is room");
        assert_eq!(elements, [(id::TIMESTAMP_SCALE, vec![0x03, 0xe8]), double(1_537_000.0)]);
    }

    #[test]
    fn elements_before_info_are_skipped() {
        let mut file = CHROMIUM[..48].to_vec();
        file.extend(b"\xec\x82\0\0");
        file.extend(&CHROMIUM[48..]);
        assert!(patched(file).is_some());
    }

    #[test]
    fn other_files_and_torn_ones_have_no_patch() {
        for len in 0..CHROMIUM.len() - 4 {
            assert_eq!(duration_patch(&CHROMIUM[..len], DURATION), None, "{len} bytes");
        }
        for other in
            [&b"\0\0\0\x20ftypisom\0\0\x02\0"[..], b"\x1a\x45\xdf\xa3\x80\xec\x80", &[0xff; 64], &[0; 64]]
        {
            assert_eq!(duration_patch(other, DURATION), None);
        }
        // The size of an element is larger than any file.
        let endless = [&CHROMIUM[..48], b"\xec\x01\xff\xff\xff\xff\xff\xff\xfe"].concat();
        assert_eq!(duration_patch(&endless, DURATION), None);
        assert_eq!(patched(file(b"\x4d\x80\xffprogram of a name without an end")), None);
    }
}
