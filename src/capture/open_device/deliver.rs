//! Takes a frame from the device to the slots of its tracks.

use bevy::{math::UVec2, platform::time::Instant};

use super::OpenDevice;
use crate::{
    capture::encoded::EncodedSinks,
    error::MediaError,
    frame::{Frame, MjpegDecoder, PixelFormat},
};

impl OpenDevice {
    /// Validates and decodes a frame, and gives it to each track that is due one.
    pub(super) fn deliver(&mut self, frame: Frame) {
        let lost =
            self.sequence.replace(frame.sequence).map_or(0, |last| frame.sequence.saturating_sub(last + 1));
        let mut last = None;
        for (index, track) in self.tracks.iter_mut().enumerate() {
            let counters = &track.sink.reporter.counters;
            counters.captured.add(1);
            counters.lost.add(lost);
            track.taking = track.wants(frame.captured);
            if track.taking {
                last = Some(index);
            }
        }
        let Some(last) = last else { return };
        let longest_texture = self.longest_texture();
        let start = Instant::now();
        let encoded = (frame.format == PixelFormat::Mjpeg).then(|| frame.clone());
        let ready = prepare(&self.decoder, frame, longest_texture);
        let decoded = start.elapsed();
        let takers = self.tracks.iter_mut().enumerate().filter(|(_, track)| track.taking);
        match ready {
            Ok(frame) => {
                let size = frame.size;
                let mut frame = Some(frame);
                for (index, track) in takers {
                    if let Some(encoded) = &encoded {
                        track.sink.reporter.counters.decode_time.set(decoded);
                        forward(encoded, size, &track.sink.switches.encoded);
                    }
                    // The last one takes the frame itself.
                    let frame = if index == last { frame.take() } else { frame.clone() };
                    if let Some(frame) = frame {
                        track.show(frame);
                    }
                }
            }
            Err(error) => {
                takers.for_each(|(_, track)| track.drop_corrupt(error.clone()));
                if let Some(stream) = &mut self.stream {
                    stream.reject(&error);
                }
            }
        }
    }

    /// Counts and reports a frame that the source itself calls corrupt.
    pub(super) fn report_corrupt(&mut self, error: &MediaError) {
        for track in &self.tracks {
            track.sink.reporter.counters.captured.add(1);
            track.sink.reporter.frame_corrupted(error.clone());
        }
    }
}

/// Hands a frame that was decoded to this size to the sinks of encoded frames. One of two fields isn't a file that
/// other programs read.
fn forward(encoded: &Frame, size: UVec2, sinks: &EncodedSinks) {
    if !sinks.is_empty() && MjpegDecoder::is_one_image(encoded) {
        sinks.deliver(&Frame { size, ..encoded.clone() });
    }
}

/// Validates and decodes a frame. The result is valid, not compressed, and no larger than the renderer's textures.
pub(super) fn prepare(
    decoder: &MjpegDecoder,
    frame: Frame,
    longest_texture: u32,
) -> Result<Frame, MediaError> {
    frame.validate()?;
    let compressed = frame.format == PixelFormat::Mjpeg;
    let frame = decoder.decode(frame)?;
    if compressed {
        frame.validate()?;
    }
    frame.format.check_texture_size(frame.size, longest_texture)?;
    Ok(frame)
}
