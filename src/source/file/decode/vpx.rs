//! VP8 and VP9 by libvpx.

use viewfinder_vpx::{
    Codec, ColorRange as VpxRange, ColorSpace as VpxSpace, Decoder, DecoderConfig, VpxError,
};

use bevy::math::UVec2;

use super::{I420, Picture, Pixels, Rows, VideoDecoder};
use crate::{
    error::MediaError,
    frame::{ColorRange, MatrixCoefficients},
    source::file::demux::{Crop, DeclaredColor, Packet, VideoCodec, VideoInfo},
};

/// The longest side of pictures that are decoded, if the container doesn't declare a longer one. Streams of video calls
/// change their size.
const USUAL_LONGEST_SIDE: u32 = 4096;

/// The longest side of pictures that are decoded.
const LONGEST_SIDE: u32 = 16_384;

/// A decoder of VP8 or VP9.
#[derive(Debug)]
pub(super) struct VpxDecoder {
    decoder: Decoder,
    color: DeclaredColor,
    crop: Crop,
}

impl VpxDecoder {
    pub(super) fn new(info: &VideoInfo) -> Result<Self, MediaError> {
        let codec = match info.codec {
            VideoCodec::Vp9 => Codec::Vp9,
            _ => Codec::Vp8,
        };
        let longest = info.coded_size.max_element().clamp(USUAL_LONGEST_SIDE, LONGEST_SIDE);
        let decoder = Decoder::with_config(DecoderConfig::new(codec).max_side(longest)).map_err(failed)?;
        Ok(Self { decoder, color: info.color, crop: info.crop })
    }
}

impl VideoDecoder for VpxDecoder {
    fn decode(&mut self, packet: Packet<'_>, out: &mut dyn FnMut(Picture<'_>)) -> Result<(), MediaError> {
        let is_vp9 = self.decoder.config().codec == Codec::Vp9;
        let Some(picture) = self.decoder.decode(packet.data).map_err(failed)? else { return Ok(()) };
        if picture.is_damaged {
            return Err(MediaError::data("a frame of the file depends on a corrupt one"));
        }
        if !packet.is_shown {
            return Ok(());
        }
        let stream = DeclaredColor {
            matrix: match picture.color_space {
                VpxSpace::Bt601 | VpxSpace::Smpte170 => Some(MatrixCoefficients::Bt601),
                VpxSpace::Bt709 => Some(MatrixCoefficients::Bt709),
                VpxSpace::Bt2020 => Some(MatrixCoefficients::Bt2020),
                // VP8 has no other one.
                _ => (!is_vp9).then_some(MatrixCoefficients::Bt601),
            },
            range: is_vp9.then_some(match picture.color_range {
                VpxRange::Full => ColorRange::Full,
                VpxRange::Studio => ColorRange::Limited,
            }),
            chroma_location: None,
        };
        let planes = [picture.y, picture.u, picture.v].map(Rows::Vpx);
        let picture = I420::new(UVec2::new(picture.width, picture.height), planes, self.color.or(stream));
        out(Picture { time: packet.time, pixels: Pixels::I420(picture.cropped(self.crop)) });
        Ok(())
    }

    fn finish(&mut self, _: &mut dyn FnMut(Picture<'_>)) {}

    fn reset(&mut self) -> Result<(), MediaError> {
        self.decoder = Decoder::with_config(self.decoder.config().clone()).map_err(failed)?;
        Ok(())
    }
}

fn failed(error: VpxError) -> MediaError {
    match &error {
        VpxError::PictureFormat(_) => {
            MediaError::not_supported(format!("the video can't be decoded: {error}"))
        }
        VpxError::Memory { .. } | VpxError::Library { .. } => {
            MediaError::operation(format!("the video can't be decoded: {error}"))
        }
        _ => MediaError::data(format!("a frame of the file is corrupt: {error}")),
    }
}
