//! H.264 by OpenH264.

mod sps;
mod units;

use std::{cmp::Reverse, collections::BinaryHeap, fmt, time::Duration};

use bevy::math::UVec2;
use openh264::{
    OpenH264API,
    decoder::{DecodedYUV, Decoder, DecoderConfig, Flush},
    formats::YUVSource,
};

use super::{I420, Picture, Pixels, Rows, VideoDecoder};
use crate::{
    error::MediaError,
    frame::MAX_FRAME_SIDE,
    source::file::demux::{Crop, DeclaredColor, Packet, VideoInfo},
};
use sps::Sps;
use units::{Configuration, INSTANTANEOUS_REFRESH, SEQUENCE_PARAMETER_SET};

/// The most pictures that a decoder holds back.
const MOST_WAITING: usize = 16;

/// A decoder of H.264.
///
/// OpenH264 returns pictures in the order in which they are shown, at most one for a packet. It doesn't tell to which
/// packet a picture belongs: it gets the earliest time of those that wait. After a damaged packet the decoder begins
/// anew with the next key frame, so a lost picture can't shift the times of others.
pub(super) struct H264Decoder {
    decoder: Decoder,
    configuration: Configuration,
    color: DeclaredColor,
    crop: Crop,
    /// The color space of the stream.
    stream_color: DeclaredColor,
    /// Only a key frame can be decoded.
    needs_key: bool,
    /// The decoder has returned its last pictures and has to be made anew: it never reuses their memory.
    is_spent: bool,
    /// The times of packets whose pictures aren't returned, and whether they are shown.
    waiting: BinaryHeap<Reverse<(Duration, bool)>>,
    /// The packet with start codes. The memory is reused.
    stream: Vec<u8>,
}

impl fmt::Debug for H264Decoder {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("H264Decoder").field("waiting", &self.waiting).finish_non_exhaustive()
    }
}

impl H264Decoder {
    pub(super) fn new(info: &VideoInfo) -> Result<Self, MediaError> {
        let configuration = Configuration::read(&info.codec_private)?;
        let sps = configuration.first_sequence_set().map(Sps::read).transpose()?;
        Ok(Self {
            decoder: new_decoder()?,
            configuration,
            color: info.color,
            crop: info.crop,
            stream_color: sps.map(|sps| sps.color).unwrap_or_default(),
            needs_key: true,
            is_spent: false,
            waiting: BinaryHeap::new(),
            stream: vec![],
        })
    }

    /// Writes the packet with start codes. Returns whether a decoder can start with it.
    fn write_stream(&mut self, packet: Packet<'_>) -> Result<bool, MediaError> {
        let (mut is_key, mut has_parameters) = (packet.is_key, false);
        for unit in self.configuration.units(packet.data)? {
            match unit.kind {
                INSTANTANEOUS_REFRESH => is_key = true,
                SEQUENCE_PARAMETER_SET => {
                    has_parameters = true;
                    self.stream_color = Sps::read(unit.bytes)?.color;
                }
                _ => {}
            }
        }
        self.stream.clear();
        if is_key && !has_parameters {
            self.configuration.write_parameter_sets(&mut self.stream);
        }
        for unit in self.configuration.units(packet.data)? {
            unit.write(&mut self.stream);
        }
        Ok(is_key)
    }
}

impl VideoDecoder for H264Decoder {
    fn decode(&mut self, packet: Packet<'_>, out: &mut dyn FnMut(Picture<'_>)) -> Result<(), MediaError> {
        if self.is_spent {
            self.reset()?;
        }
        let is_key = match self.write_stream(packet) {
            Ok(is_key) => is_key,
            Err(error) => {
                self.finish(out);
                return Err(error);
            }
        };
        if self.needs_key && !is_key {
            return Err(MediaError::data("a frame of the file depends on a lost or corrupt one"));
        }
        let color = self.color.or(self.stream_color);
        let decoded = match self.decoder.decode(&self.stream) {
            Ok(decoded) => decoded,
            Err(error) => {
                let error = MediaError::data(format!(
                    "a frame of the file is corrupt: it can't be decoded as H.264 ({error})"
                ));
                self.finish(out);
                return Err(error);
            }
        };
        self.needs_key = false;
        self.waiting.push(Reverse((packet.time, packet.is_shown)));
        // A packet without a picture.
        if decoded.is_none() && self.waiting.len() > MOST_WAITING {
            self.waiting.pop();
        }
        decoded.map_or(Ok(()), |decoded| show(&decoded, &mut self.waiting, (color, self.crop), out))
    }

    fn is_key_frame(&self, data: &[u8]) -> bool {
        let units = self.configuration.units(data);
        units.is_ok_and(|mut units| units.any(|unit| unit.kind == INSTANTANEOUS_REFRESH))
    }

    fn finish(&mut self, out: &mut dyn FnMut(Picture<'_>)) {
        let color = self.color.or(self.stream_color);
        self.is_spent = true;
        self.needs_key = true;
        for decoded in self.decoder.flush_remaining().unwrap_or_default() {
            // A picture of an impossible size is the last one.
            if show(&decoded, &mut self.waiting, (color, self.crop), out).is_err() {
                break;
            }
        }
        self.waiting.clear();
    }

    fn reset(&mut self) -> Result<(), MediaError> {
        self.decoder = new_decoder()?;
        self.is_spent = false;
        self.needs_key = true;
        self.waiting.clear();
        Ok(())
    }
}

fn new_decoder() -> Result<Decoder, MediaError> {
    // A flush in the stream takes pictures out of their order, and the decoder never reuses their memory.
    let config = DecoderConfig::new().flush_after_decode(Flush::NoFlush);
    Decoder::with_api_config(OpenH264API::from_source(), config).map_err(|error| {
        MediaError::operation(format!("no decoder of H.264 can be made ({error}); try again"))
    })
}

/// Returns a picture with the earliest of these times.
fn show(
    decoded: &DecodedYUV<'_>,
    waiting: &mut BinaryHeap<Reverse<(Duration, bool)>>,
    (color, crop): (DeclaredColor, Crop),
    out: &mut dyn FnMut(Picture<'_>),
) -> Result<(), MediaError> {
    let Some(Reverse((time, true))) = waiting.pop() else { return Ok(()) };
    let (width, height) = decoded.dimensions();
    let (y_stride, u_stride, v_stride) = decoded.strides();
    let is_side = |side: usize| (1..=MAX_FRAME_SIDE as usize).contains(&side);
    if !is_side(width) || !is_side(height) || y_stride < width || u_stride < width.div_ceil(2) {
        return Err(MediaError::data(
            "a frame of the file is corrupt: its H.264 picture has an impossible size",
        ));
    }
    let planes = [
        Rows::Bytes(decoded.y(), y_stride),
        Rows::Bytes(decoded.u(), u_stride),
        Rows::Bytes(decoded.v(), v_stride),
    ];
    let picture = I420::new(UVec2::new(width as u32, height as u32), planes, color);
    out(Picture { time, pixels: Pixels::I420(picture.cropped(crop)) });
    Ok(())
}
