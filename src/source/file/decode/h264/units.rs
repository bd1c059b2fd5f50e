//! NAL units of H.264 in containers: behind their lengths, with the parameter sets in an `avcC` record (ISO/IEC
//! 14496-15).

use crate::error::MediaError;

/// The types of NAL units.
const SLICE: u8 = 1;
pub(super) const INSTANTANEOUS_REFRESH: u8 = 5;
pub(super) const SEQUENCE_PARAMETER_SET: u8 = 7;
const PICTURE_PARAMETER_SET: u8 = 8;

/// The start of a NAL unit in a byte stream.
const START_CODE: [u8; 4] = [0, 0, 0, 1];

/// An `AVCDecoderConfigurationRecord`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Configuration {
    /// The bytes of each length. `None` if packets are byte streams with start codes.
    length_size: Option<usize>,
    parameter_sets: Vec<Vec<u8>>,
}

impl Configuration {
    /// Reads a record. An empty one means that packets have start codes.
    pub fn read(record: &[u8]) -> Result<Self, MediaError> {
        let mut configuration = Self { length_size: None, parameter_sets: vec![] };
        if record.is_empty() {
            return Ok(configuration);
        }
        // Some programs write the parameter sets as a byte stream.
        if record.starts_with(&START_CODE) || record.starts_with(&START_CODE[1..]) {
            configuration.parameter_sets = ByteStream(record).map(|unit| unit.bytes.to_vec()).collect();
            return Ok(configuration);
        }
        configuration.read_record(record).ok_or_else(|| {
            MediaError::data("the H.264 video's parameters are cut short or corrupt; choose another file")
        })?;
        Ok(configuration)
    }

    fn read_record(&mut self, record: &[u8]) -> Option<()> {
        let (&[version, _, _, _, lengths, sequence_sets], mut rest) = record.split_first_chunk()?;
        if version != 1 {
            return None;
        }
        self.length_size = Some(usize::from(lengths & 3) + 1);
        for _ in 0..sequence_sets & 0x1f {
            self.parameter_sets.push(take_set(&mut rest)?);
        }
        // A record without picture parameter sets has them in the stream.
        let Some((picture_sets, mut rest)) = rest.split_first() else { return Some(()) };
        for _ in 0..*picture_sets {
            self.parameter_sets.push(take_set(&mut rest)?);
        }
        Some(())
    }

    /// The first sequence parameter set.
    pub fn first_sequence_set(&self) -> Option<&[u8]> {
        let is_sequence_set = |set: &&Vec<u8>| kind(set) == SEQUENCE_PARAMETER_SET;
        self.parameter_sets.iter().find(is_sequence_set).map(Vec::as_slice)
    }

    /// Appends the parameter sets with start codes.
    pub fn write_parameter_sets(&self, stream: &mut Vec<u8>) {
        for set in &self.parameter_sets {
            stream.extend(START_CODE);
            stream.extend_from_slice(set);
        }
    }

    /// The units of a packet that a decoder needs.
    ///
    /// # Errors
    /// `Data` if a length is wrong.
    pub fn units<'a>(
        &self,
        packet: &'a [u8],
    ) -> Result<impl Iterator<Item = Unit<'a>> + use<'a>, MediaError> {
        let units: Box<dyn Iterator<Item = Unit<'a>>> = match self.length_size {
            Some(length_size) => {
                check_lengths(packet, length_size)?;
                Box::new(Lengths { packet, length_size })
            }
            None => Box::new(ByteStream(packet)),
        };
        // Others can't be decoded (layers of scalable video), or don't matter here.
        Ok(units.filter(|unit| {
            matches!(
                unit.kind,
                SLICE..=INSTANTANEOUS_REFRESH | SEQUENCE_PARAMETER_SET | PICTURE_PARAMETER_SET
            )
        }))
    }
}

/// Removes a parameter set and its length.
fn take_set(bytes: &mut &[u8]) -> Option<Vec<u8>> {
    let (len, rest) = bytes.split_first_chunk()?;
    let (set, rest) = rest.split_at_checked(u16::from_be_bytes(*len).into())?;
    *bytes = rest;
    Some(set.to_vec())
}

/// A NAL unit.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Unit<'a> {
    pub kind: u8,
    /// The header and the content, without start code.
    pub bytes: &'a [u8],
}

impl<'a> Unit<'a> {
    fn new(bytes: &'a [u8]) -> Self {
        Self { kind: kind(bytes), bytes }
    }

    /// Appends the unit with a start code.
    pub fn write(&self, stream: &mut Vec<u8>) {
        stream.extend(START_CODE);
        stream.extend_from_slice(self.bytes);
    }
}

/// The type of a NAL unit, or 0 for an empty one.
fn kind(unit: &[u8]) -> u8 {
    unit.first().map_or(0, |header| header & 0x1f)
}

/// The units of a packet behind their lengths.
#[derive(Debug)]
struct Lengths<'a> {
    packet: &'a [u8],
    length_size: usize,
}

impl<'a> Iterator for Lengths<'a> {
    type Item = Unit<'a>;

    fn next(&mut self) -> Option<Unit<'a>> {
        let (length, rest) = self.packet.split_at_checked(self.length_size)?;
        let length = length.iter().fold(0, |value, byte| value << 8 | usize::from(*byte));
        let (unit, rest) = rest.split_at_checked(length)?;
        self.packet = rest;
        Some(Unit::new(unit))
    }
}

fn check_lengths(packet: &[u8], length_size: usize) -> Result<(), MediaError> {
    let mut units = Lengths { packet, length_size };
    units.by_ref().for_each(drop);
    // Some programs pad packets with zeros.
    if units.packet.iter().all(|byte| *byte == 0) {
        return Ok(());
    }
    Err(MediaError::data("a frame of the file is corrupt: the length of a part of its H.264 data is wrong"))
}

/// The units of a byte stream. Bytes before the first start code are left out.
#[derive(Debug)]
struct ByteStream<'a>(&'a [u8]);

impl<'a> Iterator for ByteStream<'a> {
    type Item = Unit<'a>;

    fn next(&mut self) -> Option<Unit<'a>> {
        let start = find_start_code(self.0)? + 3;
        let rest = &self.0[start..];
        let end = find_start_code(rest).unwrap_or(rest.len());
        self.0 = &rest[end..];
        // The zeros before a start code of four bytes belong to no unit.
        let zeros = rest[..end].iter().rev().take_while(|byte| **byte == 0).count();
        Some(Unit::new(&rest[..end - zeros]))
    }
}

fn find_start_code(bytes: &[u8]) -> Option<usize> {
    bytes.windows(3).position(|window| window == &START_CODE[1..])
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::error::ErrorName;

    const RECORD: [u8; 16] = [1, 66, 0, 30, 0xff, 0xe1, 0, 3, 0x67, 66, 0, 1, 0, 2, 0x68, 9];

    #[test]
    fn records_have_parameter_sets_and_the_size_of_lengths() {
        let configuration = Configuration::read(&RECORD).expect("a good record");
        assert_eq!(configuration.length_size, Some(4));
        assert_eq!(configuration.first_sequence_set(), Some(&[0x67, 66, 0][..]));
        let mut stream = vec![];
        configuration.write_parameter_sets(&mut stream);
        assert_eq!(stream, [0, 0, 0, 1, 0x67, 66, 0, 0, 0, 0, 1, 0x68, 9]);
        for cut in (1..RECORD.len()).filter(|cut| *cut != 11) {
            let name = Configuration::read(&RECORD[..cut]).map_err(|error| error.name);
            assert_eq!(name, Err(ErrorName::Data), "cut at {cut}");
        }
        let without_picture_sets = Configuration::read(&RECORD[..11]).expect("they are in the stream");
        assert_eq!(without_picture_sets.parameter_sets.len(), 1);
    }

    #[test]
    fn packets_are_split_at_lengths_or_start_codes() {
        let configuration = Configuration::read(&RECORD).expect("a good record");
        let units = |packet: &[u8]| -> Result<Vec<Vec<u8>>, ErrorName> {
            let units = configuration.units(packet).map_err(|error| error.name)?;
            Ok(units.map(|unit| unit.bytes.to_vec()).collect())
        };
        // An access unit delimiter is left out.
        let packet = [0, 0, 0, 2, 0x09, 0xf0, 0, 0, 0, 3, 0x65, 1, 2, 0, 0, 0, 1, 0x41];
        assert_eq!(units(&packet), Ok(vec![vec![0x65, 1, 2], vec![0x41]]));
        assert_eq!(units(&packet[..15]), Ok(vec![vec![0x65, 1, 2]]), "zeros behind the last one");
        assert_eq!(units(&packet[..12]), Err(ErrorName::Data));
        assert_eq!(units(&[255, 255, 255, 255, 0x65]), Err(ErrorName::Data));
        let stream = [9, 0, 0, 0, 1, 0x67, 66, 0, 0, 0, 1, 0x65, 1, 0, 0, 1, 0x41];
        let split: Vec<_> =
            Configuration::read(&[]).expect("no record").units(&stream).expect("any").collect();
        assert_eq!(
            split.iter().map(|unit| unit.bytes).collect::<Vec<_>>(),
            [&[0x67, 66][..], &[0x65, 1], &[0x41]]
        );
    }
}
