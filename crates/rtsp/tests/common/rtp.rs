//! RTP packets.

use super::clip::jpeg_parts;

/// The bytes of a unit in one packet, so that larger ones are fragmented.
const MOST: usize = 300;

/// A sender of packets.
#[derive(Debug, Clone)]
pub struct Rtp {
    pub payload_type: u8,
    pub sequence: u16,
    pub ssrc: u32,
}

impl Rtp {
    /// Numbers that overflow soon.
    pub fn new(payload_type: u8) -> Self {
        Self { payload_type, sequence: 65_530, ssrc: 0x1234_5678 }
    }

    pub fn packet(&mut self, time: u32, is_last: bool, payload: &[u8]) -> Vec<u8> {
        let mut packet = vec![0x80, u8::from(is_last) << 7 | self.payload_type];
        packet.extend(self.sequence.to_be_bytes());
        packet.extend(time.to_be_bytes());
        packet.extend(self.ssrc.to_be_bytes());
        packet.extend(payload);
        self.sequence = self.sequence.wrapping_add(1);
        packet
    }

    /// The packets of a frame of H.264.
    pub fn h264(&mut self, time: u32, units: &[Vec<u8>]) -> Vec<Vec<u8>> {
        let mut packets = vec![];
        for (number, unit) in units.iter().enumerate() {
            let is_last_unit = number + 1 == units.len();
            if unit.len() <= MOST {
                packets.push(self.packet(time, is_last_unit, unit));
                continue;
            }
            let pieces = unit[1..].chunks(MOST);
            let count = pieces.len();
            for (piece_number, piece) in pieces.enumerate() {
                let (is_first, is_last) = (piece_number == 0, piece_number + 1 == count);
                let head =
                    [unit[0] & 0x60 | 28, u8::from(is_first) << 7 | u8::from(is_last) << 6 | unit[0] & 31];
                packets.push(self.packet(time, is_last_unit && is_last, &[&head, piece].concat()));
            }
        }
        packets
    }

    /// The packets of a JPEG with this size, in blocks of 8 pixels.
    pub fn jpeg(&mut self, time: u32, jpeg: &[u8], size: (u8, u8)) -> Vec<Vec<u8>> {
        let (tables, scan) = jpeg_parts(jpeg);
        let pieces = scan.chunks(MOST);
        let count = pieces.len();
        let mut packets = vec![];
        for (number, piece) in pieces.enumerate() {
            let mut payload = ((number * MOST) as u32).to_be_bytes().to_vec();
            payload.extend([1, 255, size.0, size.1]);
            if number == 0 {
                payload.extend([0, 0, 0, 128]);
                payload.extend(&tables);
            }
            payload.extend(piece);
            packets.push(self.packet(time, number + 1 == count, &payload));
        }
        packets
    }
}
