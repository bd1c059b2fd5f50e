//! Motion JPEG: each packet is a JPEG, which the capture thread decodes.

use super::{Picture, Pixels, VideoDecoder};
use crate::{error::MediaError, source::file::demux::Packet};

/// Passes JPEGs on.
#[derive(Debug)]
pub(super) struct MjpegPackets;

impl VideoDecoder for MjpegPackets {
    fn decode(&mut self, packet: Packet<'_>, out: &mut dyn FnMut(Picture<'_>)) -> Result<(), MediaError> {
        if !packet.data.starts_with(&[0xff, 0xd8]) {
            return Err(MediaError::data("a frame of the file is corrupt: it is no JPEG"));
        }
        if packet.is_shown {
            out(Picture { time: packet.time, pixels: Pixels::Jpeg(packet.data) });
        }
        Ok(())
    }

    fn finish(&mut self, _: &mut dyn FnMut(Picture<'_>)) {}

    fn reset(&mut self) -> Result<(), MediaError> {
        Ok(())
    }
}
