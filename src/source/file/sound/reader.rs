//! The decoded sound of a file, with its times.

use std::{
    fs::File,
    path::{Path, PathBuf},
    time::Duration,
};

use symphonia::core::{
    codecs::{
        CodecParameters,
        audio::{AudioDecoder, AudioDecoderOptions, well_known::CODEC_ID_OPUS},
    },
    errors::Error,
    formats::{FormatReader, SeekMode, SeekTo, TrackType, probe::Hint},
    io::MediaSourceStream,
    packet::Packet,
    units::{Time, TimeBase},
};

use super::opus::{self, Opus};
use crate::error::MediaError;

/// The rates of sound that is played, in Hz.
const SAMPLE_RATES: std::ops::RangeInclusive<u32> = 8_000..=192_000;

/// The damaged packets in a row after which the rest of the sound counts as damaged.
const MOST_DAMAGED: u32 = 1_000;

/// The time before a place that is sought from which packets are decoded, in seconds: a decoder needs some before it is
/// right.
const LEAD: f64 = 0.5;

/// A block of decoded sound.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct Sound<'a> {
    /// The time of the first frame from the start of the file, in seconds. It can be negative.
    pub start: f64,
    /// Interleaved samples.
    pub samples: &'a [f32],
    /// The number of channels, at least 1.
    pub channels: usize,
}

/// The first sound track of a file, or the one that the file marks as its default.
pub(super) struct SoundReader {
    path: PathBuf,
    format: Box<dyn FormatReader>,
    track: u32,
    time_base: TimeBase,
    decoder: Decoder,
    sample_rate: u32,
    /// Sound before this time is left out, in seconds.
    from: f64,
    damaged: u32,
    is_at_end: bool,
    samples: Vec<f32>,
    channels: usize,
}

enum Decoder {
    Opus(Box<Opus>),
    Other(Box<dyn AudioDecoder>),
}

impl SoundReader {
    /// # Errors
    /// [`ErrorName::NotFound`](crate::error::ErrorName::NotFound) if the file has no sound,
    /// [`ErrorName::NotSupported`](crate::error::ErrorName::NotSupported) for another codec,
    /// [`ErrorName::Data`](crate::error::ErrorName::Data) if it is corrupt.
    pub(super) fn open(path: &Path) -> Result<Self, MediaError> {
        let file = File::open(path)
            .map_err(|error| MediaError::not_readable(format!("the file can't be opened: {error}")))?;
        let stream = MediaSourceStream::new(Box::new(file), Default::default());
        let format = symphonia::default::get_probe()
            .probe(&Hint::new(), stream, Default::default(), Default::default())
            .map_err(|error| failed("the file's sound can't be read", &error))?;
        let no_sound = || MediaError::not_found("the file has no sound");
        let is_audio = |parameters: &CodecParameters| matches!(parameters, CodecParameters::Audio(_));
        let has_sound =
            |track: &&symphonia::core::formats::Track| track.codec_params.as_ref().is_some_and(is_audio);
        let default = format.default_track(TrackType::Audio).filter(has_sound);
        let track = default.or_else(|| format.tracks().iter().find(has_sound)).ok_or_else(no_sound)?;
        let Some(CodecParameters::Audio(parameters)) = &track.codec_params else { return Err(no_sound()) };
        let (decoder, sample_rate) = if parameters.codec == CODEC_ID_OPUS {
            let channels = parameters.channels.as_ref().map_or(2, |channels| channels.count());
            (Decoder::Opus(Box::new(Opus::new(channels)?)), opus::SAMPLE_RATE)
        } else {
            let decoder = symphonia::default::get_codecs()
                .make_audio_decoder(parameters, &AudioDecoderOptions::default())
                .map_err(|error| failed("the file's sound can't be decoded", &error))?;
            (Decoder::Other(decoder), parameters.sample_rate.unwrap_or(48_000))
        };
        if !SAMPLE_RATES.contains(&sample_rate) {
            return Err(MediaError::not_supported(format!(
                "the file's sound has {sample_rate} Hz, and only 8 to 192 kHz are supported: convert it"
            )));
        }
        let rate = || TimeBase::try_from_recip(sample_rate);
        let time_base = track.time_base.or_else(rate).ok_or_else(|| {
            MediaError::data(
                "the file's sound has no unit of time: convert the file, for example with ffmpeg",
            )
        })?;
        let track = track.id;
        Ok(Self {
            path: path.to_owned(),
            format,
            track,
            time_base,
            decoder,
            sample_rate,
            from: 0.0,
            damaged: 0,
            is_at_end: false,
            samples: Vec::new(),
            channels: 1,
        })
    }

    /// The frames in a second.
    pub(super) fn sample_rate(&self) -> u32 {
        self.sample_rate
    }

    /// Goes to this time in the file.
    ///
    /// # Errors
    /// Those of [`open`](Self::open).
    pub(super) fn seek(&mut self, to: Duration) -> Result<(), MediaError> {
        // Some places that the library finds are a little late.
        let time = Time::try_from_secs_f64((to.as_secs_f64() - LEAD).max(0.0)).unwrap_or(Time::MAX);
        let seek = |reader: &mut Self| {
            let to = SeekTo::Time { time, track_id: Some(reader.track) };
            reader.format.seek(SeekMode::Accurate, to).is_ok()
        };
        // The library can't seek after it has come to the end.
        if self.is_at_end {
            *self = Self::open(&self.path)?;
        }
        // A file without an index is read from its start.
        if !seek(self) {
            *self = Self::open(&self.path)?;
        }
        self.from = to.as_secs_f64();
        match &mut self.decoder {
            Decoder::Opus(opus) => opus.reset(),
            Decoder::Other(decoder) => decoder.reset(),
        }
        Ok(())
    }

    /// Decodes the next block. `None` at the end. Damaged packets are left out.
    ///
    /// # Errors
    /// [`ErrorName::Data`](crate::error::ErrorName::Data) if very many packets in a row are damaged.
    pub(super) fn next(&mut self) -> Result<Option<Sound<'_>>, MediaError> {
        loop {
            let packet = match self.format.next_packet() {
                Ok(Some(packet)) => packet,
                Ok(None) | Err(Error::ResetRequired | Error::IoError(_)) => {
                    self.is_at_end = true;
                    return Ok(None);
                }
                Err(error) => {
                    self.count_damage(&error)?;
                    continue;
                }
            };
            if packet.track_id != self.track {
                continue;
            }
            let Some(time) = self.time_base.calc_time(packet.pts) else { continue };
            let mut start = time.as_nanos() as f64 * 1e-9;
            if start + LEAD < self.from {
                continue;
            }
            if !self.decode(&packet) {
                self.count_damage(&Error::DecodeError("a packet of sound"))?;
                continue;
            }
            self.damaged = 0;
            let early = ((self.from - start) * f64::from(self.sample_rate)).round();
            let skipped = (early.max(0.0) as usize).saturating_mul(self.channels).min(self.samples.len());
            if skipped == self.samples.len() {
                continue;
            }
            start += (skipped / self.channels) as f64 / f64::from(self.sample_rate);
            return Ok(Some(Sound { start, samples: &self.samples[skipped..], channels: self.channels }));
        }
    }

    /// Decodes a packet. Returns `false` if it is damaged, or in another rate than the file says.
    fn decode(&mut self, packet: &Packet) -> bool {
        match &mut self.decoder {
            Decoder::Opus(opus) => {
                self.channels = opus.channels();
                opus.decode(&packet.data, &mut self.samples)
            }
            Decoder::Other(decoder) => {
                let Ok(decoded) = decoder.decode(packet) else { return false };
                self.channels = decoded.num_planes();
                decoded.copy_to_vec_interleaved(&mut self.samples);
                decoded.spec().rate() == self.sample_rate && self.channels > 0 && !self.samples.is_empty()
            }
        }
    }

    fn count_damage(&mut self, error: &Error) -> Result<(), MediaError> {
        self.damaged += 1;
        if self.damaged > MOST_DAMAGED {
            return Err(failed("the file's sound is damaged", error));
        }
        Ok(())
    }
}

/// The error of the library, while this failed.
fn failed(what: &str, error: &Error) -> MediaError {
    let message = format!("{what} ({error}): convert the file, for example with ffmpeg");
    match error {
        Error::Unsupported(_) => MediaError::not_supported(message),
        Error::IoError(error) if error.kind() != std::io::ErrorKind::UnexpectedEof => {
            MediaError::not_readable(message)
        }
        _ => MediaError::data(message),
    }
}

#[cfg(test)]
mod tests;
