//! The default output of the machine, by the crate `cpal`.

use std::{
    sync::{Arc, Mutex, PoisonError, atomic::Ordering::Relaxed},
    time::Duration,
};

use ::cpal::{
    BufferSize, FromSample, OutputCallbackInfo, SampleFormat, SizedSample, StreamConfig,
    traits::{DeviceTrait, HostTrait, StreamTrait},
};
use bevy::platform::time::Instant;
use crossbeam_channel::{SendTimeoutError, Sender, bounded};

use super::{
    mixer::{Block, Mixer, Shared},
    reader::Sound,
    resample::RateConverter,
};
use crate::{error::MediaError, source::audio::audio_host, source::file::file_clock::FileClock};

/// The blocks that wait for the output. A block has about 20 ms.
const WAITING_BLOCKS: usize = 16;

/// The longest time that opening the output may take.
const OPENING: Duration = Duration::from_secs(5);

/// A stream that doesn't go on this long after an error has ended.
const RECOVERY: Duration = Duration::from_secs(1);

/// An error of the stream since it last asked for sound.
struct Failure {
    error: MediaError,
    at: Instant,
    /// The stream can't go on.
    is_fatal: bool,
}

/// An open output. It stays on the thread that opened it. Dropping it closes the output.
pub(super) struct Output {
    _stream: ::cpal::Stream,
    blocks: Sender<Block>,
    shared: Arc<Shared>,
    failure: Arc<Mutex<Option<Failure>>>,
    channels: usize,
    sample_rate: u32,
    /// `None` if the sound has the rate of the output.
    converter: Option<RateConverter>,
}

impl Output {
    /// Opens the default output, in this rate if it has it.
    ///
    /// # Errors
    /// [`ErrorName::NotFound`](crate::error::ErrorName::NotFound) if the machine has no output,
    /// [`ErrorName::NotReadable`](crate::error::ErrorName::NotReadable) if it can't be opened.
    pub(super) fn open(sound_rate: u32) -> Result<Self, MediaError> {
        let device = audio_host().default_output_device().ok_or_else(|| {
            MediaError::not_found("the machine has no output for sound; plug in speakers or headphones")
        })?;
        let default = device.default_output_config().map_err(|error| failed(&error))?;
        let offered = device.supported_output_configs().map_err(|error| failed(&error))?;
        let fits = |config: &::cpal::SupportedStreamConfigRange| {
            config.channels() == default.channels()
                && config.sample_format() == default.sample_format()
                && (config.min_sample_rate()..=config.max_sample_rate()).contains(&sound_rate)
        };
        let sample_rate =
            if offered.into_iter().any(|config| fits(&config)) { sound_rate } else { default.sample_rate() };
        let channels = usize::from(default.channels().max(1));
        let (blocks, received) = bounded(WAITING_BLOCKS);
        let shared = Arc::new(Shared::default());
        let failure = Arc::new(Mutex::new(None));
        let mixer = Mixer::new(received, shared.clone(), channels, sample_rate);
        let config =
            StreamConfig { channels: default.channels(), sample_rate, buffer_size: BufferSize::Default };
        let (told, going_on) = (failure.clone(), failure.clone());
        let on_error = move |error: ::cpal::Error| {
            let failure = Failure { error: failed(&error), at: Instant::now(), is_fatal: is_fatal(&error) };
            let mut told = told.lock().unwrap_or_else(PoisonError::into_inner);
            if told.is_none() || failure.is_fatal {
                *told = Some(failure);
            }
        };
        let stream = match default.sample_format() {
            SampleFormat::F32 => build::<f32>(&device, config, mixer, going_on, on_error),
            SampleFormat::F64 => build::<f64>(&device, config, mixer, going_on, on_error),
            SampleFormat::I16 => build::<i16>(&device, config, mixer, going_on, on_error),
            SampleFormat::I32 => build::<i32>(&device, config, mixer, going_on, on_error),
            SampleFormat::U8 => build::<u8>(&device, config, mixer, going_on, on_error),
            SampleFormat::U16 => build::<u16>(&device, config, mixer, going_on, on_error),
            other => {
                return Err(MediaError::not_supported(format!(
                    "the output for sound takes {other} only; choose another in the system's settings"
                )));
            }
        };
        let stream =
            stream.and_then(|stream| stream.play().map(|()| stream)).map_err(|error| failed(&error))?;
        let converter =
            (sample_rate != sound_rate).then(|| RateConverter::new(sound_rate, sample_rate, channels));
        Ok(Self { _stream: stream, blocks, shared, failure, channels, sample_rate, converter })
    }

    /// Sets the volume, 0 to 1.
    pub(super) fn set_volume(&self, volume: f32) {
        self.shared.volume.store(volume.to_bits(), Relaxed);
    }

    /// Drops the sound that waits.
    pub(super) fn flush(&mut self) {
        self.shared.play.fetch_add(1, Relaxed);
    }

    /// Sound in the channels and the rate of the output, with the instant at which this clock lets it be heard.
    pub(super) fn block(&mut self, sound: &Sound<'_>, clock: FileClock) -> Block {
        let mixed = in_channels(sound.samples, sound.channels, self.channels);
        let (start, mut samples) = match &mut self.converter {
            Some(converter) => converter.convert(sound.start, &mixed),
            None => (sound.start, mixed),
        };
        // Sound before the start of the file is too late already.
        let cut = ((-start).max(0.0) * f64::from(self.sample_rate)).round() as usize * self.channels;
        samples.drain(..cut.min(samples.len()));
        let start = Duration::try_from_secs_f64(start.max(0.0)).unwrap_or(Duration::MAX);
        Block { due: clock.due(start), play: self.shared.play.load(Relaxed), samples }
    }

    /// Hands a block to the output, once there is room for it. Returns it if there is none for this long.
    pub(super) fn send(&self, block: Block, wait: Duration) -> Option<Block> {
        match self.blocks.send_timeout(block, wait) {
            Ok(()) => None,
            Err(SendTimeoutError::Timeout(block) | SendTimeoutError::Disconnected(block)) => Some(block),
        }
    }

    /// The error that ended the output. ALSA's PulseAudio reports some that pass.
    pub(super) fn failure(&self) -> Option<MediaError> {
        let mut failure = self.failure.lock().unwrap_or_else(PoisonError::into_inner);
        let has_ended = |failure: &mut Failure| failure.is_fatal || failure.at.elapsed() > RECOVERY;
        failure.take_if(has_ended).map(|failure| failure.error)
    }
}

/// Opens a stream whose samples are numbers of this type.
fn build<T: SizedSample + FromSample<f32>>(
    device: &::cpal::Device,
    config: StreamConfig,
    mut mixer: Mixer,
    failure: Arc<Mutex<Option<Failure>>>,
    on_error: impl FnMut(::cpal::Error) + Send + 'static,
) -> Result<::cpal::Stream, ::cpal::Error> {
    let mut mixed = Vec::new();
    let fill = move |buffer: &mut [T], info: &OutputCallbackInfo| {
        let times = info.timestamp();
        let latency = times.playback.duration_since(times.callback);
        if let Ok(mut failure) = failure.try_lock() {
            *failure = None;
        }
        mixed.resize(buffer.len(), 0.0);
        mixer.fill(Instant::now() + latency.min(OPENING), &mut mixed);
        for (sample, mixed) in buffer.iter_mut().zip(&mixed) {
            *sample = T::from_sample(*mixed);
        }
    };
    device.build_output_stream(config, fill, on_error, Some(OPENING))
}

/// Whether a stream can't go on after this error.
fn is_fatal(error: &::cpal::Error) -> bool {
    use ::cpal::ErrorKind::{DeviceNotAvailable, StreamInvalidated};
    matches!(error.kind(), DeviceNotAvailable | StreamInvalidated)
}

fn failed(error: &::cpal::Error) -> MediaError {
    use ::cpal::ErrorKind::{DeviceNotAvailable, HostUnavailable, UnsupportedOperation};
    let message = format!("the output for sound failed ({error}): choose another in the system's settings");
    match error.kind() {
        DeviceNotAvailable | HostUnavailable | UnsupportedOperation => MediaError::not_found(message),
        _ => MediaError::not_readable(message),
    }
}

/// Interleaved samples in another number of channels. Mono is heard on both sides, and of more than two channels the
/// middle and the rear ones too. Channels beyond the first two are silent.
fn in_channels(samples: &[f32], from: usize, to: usize) -> Vec<f32> {
    let mut mixed = Vec::with_capacity(samples.len() / from * to);
    for frame in samples.chunks_exact(from) {
        let (left, right) = stereo(frame);
        for channel in 0..to {
            mixed.push(match channel {
                0 if to == 1 => (left + right) / 2.0,
                0 => left,
                1 => right,
                _ => 0.0,
            });
        }
    }
    mixed
}

/// Left and right of a frame: front left, front right, center, low frequencies, and pairs of left and right.
fn stereo(frame: &[f32]) -> (f32, f32) {
    /// The part of a channel between or behind the two: half of its power.
    const PART: f32 = std::f32::consts::FRAC_1_SQRT_2;
    match frame {
        [] => (0.0, 0.0),
        [mono] => (*mono, *mono),
        [left, right] => (*left, *right),
        [left, right, center, rest @ ..] => {
            let pairs = rest.get(1..).unwrap_or_default().chunks_exact(2);
            let sides = pairs.clone().map(|pair| (pair[0], pair[1]));
            let (rear_left, rear_right) =
                sides.fold((0.0, 0.0), |sum, pair| (sum.0 + pair.0, sum.1 + pair.1));
            // The sum of all parts is 1: nothing is clipped.
            let scale = 1.0 / (1.0 + PART * (1.0 + pairs.len() as f32));
            ((left + PART * (center + rear_left)) * scale, (right + PART * (center + rear_right)) * scale)
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn mono_is_heard_on_both_sides_and_stereo_becomes_its_mean() {
        assert_eq!(in_channels(&[0.5, -0.25], 1, 2), [0.5, 0.5, -0.25, -0.25]);
        assert_eq!(in_channels(&[0.5, 0.25], 2, 1), [0.375]);
        assert_eq!(in_channels(&[0.5, 0.25], 2, 4), [0.5, 0.25, 0.0, 0.0]);
    }

    #[test]
    fn the_center_of_surround_sound_is_heard_on_both_sides_and_never_too_loud() {
        let (left, right) = stereo(&[0.0, 0.0, 1.0, 0.0, 0.0, 0.0]);
        assert!(left == right && left > 0.2, "{left} {right}");
        let (left, right) = stereo(&[1.0; 6]);
        assert!((left - 1.0).abs() < 1e-6 && (right - 1.0).abs() < 1e-6, "{left} {right}");
        let (left, right) = stereo(&[0.0, 0.0, 0.0, 0.0, 1.0, 0.0]);
        assert!(left > 0.2 && right == 0.0, "{left} {right}");
    }

    #[test]
    fn the_failures_of_an_output_have_names() {
        use crate::error::ErrorName;
        let name = |kind: ::cpal::ErrorKind| failed(&kind.into()).name;
        assert_eq!(name(::cpal::ErrorKind::DeviceNotAvailable), ErrorName::NotFound);
        assert_eq!(name(::cpal::ErrorKind::DeviceBusy), ErrorName::NotReadable);
        assert!(!is_fatal(&::cpal::ErrorKind::Xrun.into()));
        assert!(is_fatal(&::cpal::ErrorKind::DeviceNotAvailable.into()));
    }
}
