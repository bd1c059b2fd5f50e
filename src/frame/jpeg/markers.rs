//! An iterator over the markers of a JPEG (ITU-T T.81, annex B).

// Codes of table B.1: the byte after 0xff.
const TEM: u8 = 0x01;
pub(crate) const DHT: u8 = 0xc4;
pub(crate) const RST0: u8 = 0xd0;
pub(crate) const RST7: u8 = 0xd7;
pub(crate) const SOI: u8 = 0xd8;
pub(crate) const EOI: u8 = 0xd9;
pub(crate) const SOS: u8 = 0xda;
pub(crate) const DQT: u8 = 0xdb;
pub(crate) const DRI: u8 = 0xdd;
pub(crate) const APP0: u8 = 0xe0;
pub(crate) const APP14: u8 = 0xee;

/// Whether a marker is a frame header (SOF). DHT, JPG and DAC have codes between those of frame headers.
#[cfg(not(target_family = "wasm"))]
pub(crate) const fn is_frame_header(code: u8) -> bool {
    matches!(code, 0xc0..=0xcf) && !matches!(code, DHT | 0xc8 | 0xcc)
}

/// Whether a marker has no segment and may be in any place: TEM and the restart markers.
pub(crate) const fn is_bare(code: u8) -> bool {
    matches!(code, TEM | RST0..=RST7)
}

/// Whether a segment may follow a scan: tables, comments and the like, and the header of the next scan.
#[cfg(not(target_family = "wasm"))]
pub(crate) const fn may_follow_scan(code: u8) -> bool {
    matches!(code, DHT | 0xcc | SOS..=DRI | APP0..=0xef | 0xfe)
}

/// A marker and the segment that it begins.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Marker<'a> {
    pub code: u8,
    /// The segment after its length field. Empty for SOI and EOI.
    pub data: &'a [u8],
    /// The offset of the first byte after the segment.
    pub end: usize,
}

/// The markers of a JPEG. Bytes outside of segments are skipped: entropy-coded data with its stuffed zeros and restart
/// markers, fill bytes, and stray bytes that some cameras write. The iterator ends with the bytes, or at a truncated
/// segment.
#[derive(Debug, Clone)]
pub(crate) struct Markers<'a> {
    jpeg: &'a [u8],
    position: usize,
}

impl<'a> Markers<'a> {
    pub fn new(jpeg: &'a [u8]) -> Self {
        Self { jpeg, position: 0 }
    }

    /// Continues at this offset from the start of the JPEG.
    pub fn seek(&mut self, position: usize) {
        self.position = position;
    }
}

impl<'a> Iterator for Markers<'a> {
    type Item = Marker<'a>;

    fn next(&mut self) -> Option<Marker<'a>> {
        loop {
            let rest = self.jpeg.get(self.position..)?;
            self.position += rest.iter().position(|byte| *byte == 0xff)? + 1;
            let code = *self.jpeg.get(self.position)?;
            match code {
                // A fill byte: the code can follow it.
                0xff => continue,
                0x00 => self.position += 1,
                code if is_bare(code) => self.position += 1,
                SOI | EOI => {
                    self.position += 1;
                    return Some(Marker { code, data: &[], end: self.position });
                }
                _ => {
                    let segment = self.jpeg.get(self.position + 1..)?;
                    let length = usize::from(u16::from_be_bytes(*segment.first_chunk()?));
                    // A length below 2 is damage: the next marker may follow immediately.
                    let length = length.max(2);
                    let data = segment.get(2..length)?;
                    self.position += 1 + length;
                    return Some(Marker { code, data, end: self.position });
                }
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn codes(jpeg: &[u8]) -> Vec<u8> {
        Markers::new(jpeg).map(|marker| marker.code).collect()
    }

    #[test]
    fn markers_within_segments_and_data_do_not_count() {
        // An APP1 that holds an EOI, a scan with a stuffed zero and a restart, and fill bytes.
        let jpeg = [
            0xff, SOI, 0xff, 0xe1, 0, 6, 0xff, EOI, 1, 2, 0xff, 0xff, SOS, 0, 3, 9, 5, 0xff, 0, 6, 0xff,
            0xd3, 7, 0xff, 0xff, EOI,
        ];
        assert_eq!(codes(&jpeg), [SOI, 0xe1, SOS, EOI]);
        let app = Markers::new(&jpeg).nth(1).expect("the second");
        assert_eq!((app.data, app.end), (&[0xff, EOI, 1, 2][..], 10));
        assert_eq!(Markers::new(&jpeg).last().map(|marker| marker.end), Some(jpeg.len()));
    }

    #[test]
    fn stray_bytes_between_segments_are_passed_over() {
        assert_eq!(codes(&[0xff, SOI, 0, 0, 0xff, DRI, 0, 4, 0, 1, 7, 0xff, 0, 0xff, EOI]), [SOI, DRI, EOI]);
    }

    #[test]
    fn a_segment_that_is_cut_ends_the_walk() {
        let jpeg = [0xff, SOI, 0xff, DRI, 0, 4, 0, 1];
        for cut in 2..jpeg.len() {
            assert_eq!(codes(&jpeg[..cut]), [SOI], "cut at {cut}");
        }
        assert_eq!(codes(&jpeg), [SOI, DRI]);
        assert_eq!(codes(&[0xff; 10]), []);
    }
}
