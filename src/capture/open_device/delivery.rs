//! The way of a frame from the device to the slots of its tracks.

use bevy::{math::UVec2, platform::time::Instant};

use crate::{
    capture::{encoded::EncodedSinks, live_track::LiveTrack},
    error::MediaError,
    frame::{Frame, FrameRef, MjpegDecoder, PixelFormat},
};

/// The delivery of a frame: the tracks, their decoder, and the number of the last frame.
pub(super) struct Delivery<'a> {
    pub tracks: &'a mut [LiveTrack],
    pub decoder: &'a MjpegDecoder,
    pub sequence: &'a mut Option<u64>,
}

impl Delivery<'_> {
    /// Validates and decodes a frame, and gives it to each track that is due one. `owned` returns the frame with bytes
    /// of its own. It is called if a track can't copy it to memory of the GPU.
    ///
    /// # Errors
    /// The frame can't be shown. The tracks know.
    pub fn deliver(self, frame: &FrameRef<'_>, mut owned: impl FnMut() -> Frame) -> Result<(), MediaError> {
        let Self { tracks, decoder, sequence } = self;
        let lost = sequence.replace(frame.sequence).map_or(0, |last| frame.sequence.saturating_sub(last + 1));
        let mut is_taken = false;
        for track in &mut *tracks {
            let counters = &track.sink.reporter.counters;
            counters.captured.add(1);
            counters.lost.add(lost);
            track.taking = track.wants(frame.captured);
            is_taken |= track.taking;
        }
        if !is_taken {
            return Ok(());
        }
        let longest_texture = longest_texture(tracks);
        let takers = tracks.iter_mut().filter(|track| track.taking);
        let start = Instant::now();
        match decode(decoder, frame, longest_texture) {
            Ok(None) => takers.for_each(|track| track.show(frame, &mut owned)),
            Ok(Some(decoded)) => {
                let time = start.elapsed();
                for track in takers {
                    track.sink.reporter.counters.decode_time.set(time);
                    forward(frame, decoded.size, &track.sink.switches.encoded, &mut owned);
                    track.show(&decoded.borrowed(), || decoded.clone());
                }
            }
            Err(error) => {
                takers.for_each(|track| track.drop_corrupt(error.clone()));
                return Err(error);
            }
        }
        Ok(())
    }
}

/// The longest side of a texture that the renderer can make. All tracks of an app have the same renderer.
pub(super) fn longest_texture(tracks: &[LiveTrack]) -> u32 {
    tracks.first().map_or(u32::MAX, |track| track.sink.longest_texture)
}

/// Hands a frame that was decoded to this size to the sinks of encoded frames. One of two fields isn't a file that
/// other programs read.
fn forward(encoded: &FrameRef<'_>, size: UVec2, sinks: &EncodedSinks, owned: &mut impl FnMut() -> Frame) {
    if !sinks.is_empty() && MjpegDecoder::is_one_image(encoded) {
        sinks.deliver(&Frame { size, ..owned() });
    }
}

/// Validates a frame, and decodes it if it is a JPEG. The result is valid, and no larger than the renderer's textures.
fn decode(
    decoder: &MjpegDecoder,
    frame: &FrameRef<'_>,
    longest_texture: u32,
) -> Result<Option<Frame>, MediaError> {
    frame.validate()?;
    if frame.format != PixelFormat::Mjpeg {
        frame.format.check_texture_size(frame.size, longest_texture)?;
        return Ok(None);
    }
    let decoded = decoder.decode_jpeg(frame)?;
    decoded.validate()?;
    decoded.format.check_texture_size(decoded.size, longest_texture)?;
    Ok(Some(decoded))
}

/// Validates and decodes a frame. The result is valid, not compressed, and no larger than the renderer's textures.
pub(super) fn prepare(
    decoder: &MjpegDecoder,
    frame: Frame,
    longest_texture: u32,
) -> Result<Frame, MediaError> {
    let decoded = decode(decoder, &frame.borrowed(), longest_texture)?;
    Ok(decoded.unwrap_or(frame))
}
