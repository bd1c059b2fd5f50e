//! The microphones of the machine, by the crate `cpal`.
//!
//! On Linux they are those of ALSA, or with the feature `pulseaudio` those of PulseAudio and PipeWire. ALSA offers each
//! card under many names. Those that convert to any format are listed (`plughw`), and the names that the user has
//! configured. ALSA prints its complaints, so its messages are collected and dropped ([`alsa`]).

#[cfg(target_os = "linux")]
mod alsa;
mod clock;
mod convert;
mod error;
mod group;
mod names;

use std::time::Duration;

use ::cpal::{
    BufferSize, Data, Host, HostId, InputCallbackInfo, SampleFormat, StreamConfig, SupportedBufferSize,
    SupportedStreamConfigRange,
    traits::{DeviceTrait, HostTrait, StreamTrait},
};
use bevy::platform::time::Instant;

use super::{AudioEvent, AudioSamples, AudioSink, AudioSource, AudioStream};
use crate::{
    device::{AudioFormat, AudioMode, Device, DeviceId, DeviceKind},
    error::MediaError,
};
use clock::StreamClock;
use convert::to_f32;
use error::{ending, media_error};

/// The longest time that opening a microphone may take.
const OPENING: Duration = Duration::from_secs(5);
/// The most channels that are offered. PulseAudio would mix any number.
const MOST_CHANNELS: u16 = 8;
/// The rates that are offered, in Hz. PulseAudio would convert to any.
const SAMPLE_RATES: std::ops::RangeInclusive<u32> = 8_000..=192_000;
/// The lengths of blocks that are offered, in seconds.
const LATENCIES: std::ops::RangeInclusive<f64> = 0.005..=0.5;

/// The machine's microphones: through ALSA or PulseAudio on Linux, Core Audio on macOS, WASAPI on Windows. The default
/// source of microphones on these.
///
/// A microphone's [`DeviceId`] is the system's name of it. On Linux the [`group_id`](Device::group_id) of a USB
/// microphone of ALSA is that of the camera in the same housing.
#[derive(Debug, Clone, Copy, Default)]
pub struct CpalSource;

impl AudioSource for CpalSource {
    fn devices(&self) -> Result<Vec<Device>, MediaError> {
        let host = host();
        let mut devices: Vec<Device> = Vec::new();
        for device in candidates(&host)? {
            let Ok(id) = device.id() else { continue };
            let id = DeviceId(id.id().to_owned());
            if devices.iter().any(|listed| listed.id == id) {
                continue;
            }
            let label = device.description().map_or_else(|_| id.0.clone(), |text| text.name().to_owned());
            let group_id = group::group_id(&id.0).unwrap_or_default();
            devices.push(Device { id, label, group_id, kind: DeviceKind::AudioInput, ..Device::default() });
        }
        Ok(devices)
    }

    fn modes(&self, device: &DeviceId) -> Result<Vec<AudioMode>, MediaError> {
        Ok(configs(&find(&host(), device)?)?.iter().map(mode).collect())
    }

    fn open(
        &self,
        device: &DeviceId,
        format: &AudioFormat,
        sink: AudioSink,
    ) -> Result<Box<dyn AudioStream>, MediaError> {
        let device = find(&host(), device)?;
        let config = configs(&device)?.into_iter().find(|config| fits(&mode(config), format));
        let Some(config) = config else {
            return Err(MediaError::overconstrained(
                "sampleRate",
                format!(
                    "the microphone doesn't offer {} Hz with {} channels any more: list its modes again",
                    format.sample_rate, format.channel_count
                ),
            ));
        };
        start(&device, &config, format, sink)
    }
}

/// The audio system. On Linux its messages on this thread are dropped from now on.
pub(crate) fn host() -> Host {
    #[cfg(target_os = "linux")]
    alsa::silence();
    ::cpal::default_host()
}

/// The microphones, the default one first.
fn candidates(host: &Host) -> Result<Vec<::cpal::Device>, MediaError> {
    // On Linux there always is a default one, which can't be opened if the machine has no microphone.
    let default = host.default_input_device().filter(|device| match device.default_input_config() {
        Ok(_) => true,
        Err(error) => !error::is_absent(&error),
    });
    let all = match host.input_devices() {
        Ok(devices) => devices.filter(is_listed).collect(),
        Err(error) if error::is_absent(&error) => Vec::new(),
        Err(error) => return Err(media_error("listing the microphones", &error)),
    };
    Ok(default.into_iter().chain(all).collect())
}

fn is_listed(device: &::cpal::Device) -> bool {
    let id = device.id();
    id.is_ok_and(|id| !is_alsa(id.host()) || names::is_listed(id.id()))
}

#[cfg(target_os = "linux")]
fn is_alsa(host: HostId) -> bool {
    host == HostId::Alsa
}

#[cfg(not(target_os = "linux"))]
fn is_alsa(_: HostId) -> bool {
    false
}

/// The microphone of this name.
fn find(host: &Host, device: &DeviceId) -> Result<::cpal::Device, MediaError> {
    let is_it = |candidate: &::cpal::Device| candidate.id().is_ok_and(|id| id.id() == device.0);
    candidates(host)?.into_iter().find(is_it).ok_or_else(|| {
        MediaError::not_found(format!("there is no microphone {device}: plug it in, or choose another"))
    })
}

/// The formats of a microphone that can be offered: its own one first, then those that differ least from it.
fn configs(device: &::cpal::Device) -> Result<Vec<SupportedStreamConfigRange>, MediaError> {
    let failed = |error| media_error("asking for its formats", &error);
    let own = device.default_input_config().map_err(failed)?;
    let (channels, rate, sample) = (own.channels(), own.sample_rate(), own.sample_format());
    let own = SupportedStreamConfigRange::new(channels, rate, rate, *own.buffer_size(), sample);
    let mut all: Vec<_> = device.supported_input_configs().map_err(failed)?.filter_map(limited).collect();
    all.sort_by_key(|config| (config.channels() != channels, config.sample_format() != sample));
    Ok(std::iter::once(own).filter(|own| convert::is_supported(own.sample_format())).chain(all).collect())
}

/// The part of some formats that can be offered.
fn limited(config: SupportedStreamConfigRange) -> Option<SupportedStreamConfigRange> {
    let channels = config.channels();
    let least = config.min_sample_rate().max(*SAMPLE_RATES.start());
    let greatest = config.max_sample_rate().min(*SAMPLE_RATES.end());
    let is_offered = (1..=MOST_CHANNELS).contains(&channels)
        && least <= greatest
        && convert::is_supported(config.sample_format());
    is_offered.then(|| {
        let (buffer, sample) = (*config.buffer_size(), config.sample_format());
        SupportedStreamConfigRange::new(channels, least, greatest, buffer, sample)
    })
}

fn mode(config: &SupportedStreamConfigRange) -> AudioMode {
    let rate = f64::from(config.max_sample_rate());
    let (least, greatest) = (*LATENCIES.start(), *LATENCIES.end());
    let (min_latency, max_latency) = match config.buffer_size() {
        SupportedBufferSize::Range { min, max } => {
            let (min, max) = (f64::from(*min) / rate, f64::from(*max) / rate);
            (min.clamp(least, greatest), max.clamp(least, greatest))
        }
        SupportedBufferSize::Unknown => (least, greatest),
    };
    AudioMode {
        min_sample_rate: config.min_sample_rate(),
        max_sample_rate: config.max_sample_rate(),
        channel_count: config.channels(),
        sample_size: config.sample_format().bits_per_sample() as u16,
        min_latency,
        max_latency,
    }
}

/// Whether a mode has this format.
fn fits(mode: &AudioMode, format: &AudioFormat) -> bool {
    (mode.min_sample_rate..=mode.max_sample_rate).contains(&format.sample_rate)
        && mode.channel_count == format.channel_count
        && mode.sample_size == format.sample_size
}

/// An open microphone.
#[derive(Debug)]
struct CpalStream {
    /// Dropping it closes the microphone.
    _stream: Stream,
    format: AudioFormat,
}

/// A stream of `cpal`.
struct Stream(#[expect(dead_code, reason = "it is kept to keep the microphone open")] ::cpal::Stream);

impl std::fmt::Debug for Stream {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Stream").finish_non_exhaustive()
    }
}

impl AudioStream for CpalStream {
    fn format(&self) -> AudioFormat {
        self.format
    }
}

/// Opens and starts a microphone.
fn start(
    device: &::cpal::Device,
    config: &SupportedStreamConfigRange,
    format: &AudioFormat,
    sink: AudioSink,
) -> Result<Box<dyn AudioStream>, MediaError> {
    let latency = format.latency.clamp(*LATENCIES.start(), *LATENCIES.end());
    let block = (latency * f64::from(format.sample_rate)).round() as u32;
    let block = match config.buffer_size() {
        SupportedBufferSize::Range { min, max } => block.clamp(*min, (*max).max(*min)),
        SupportedBufferSize::Unknown => block,
    };
    let sample_format = config.sample_format();
    let mut failure = None;
    // Not every driver takes a length of blocks.
    for buffer_size in [BufferSize::Fixed(block), BufferSize::Default] {
        let (channels, sample_rate) = (format.channel_count, format.sample_rate);
        let config = StreamConfig { channels, sample_rate, buffer_size };
        let receive = receiver(*format, sample_format, sink.clone());
        let errors = sink.clone();
        let on_error = move |error| {
            if let Some(event) = ending(&error) {
                errors.send(event);
            }
        };
        let built = device.build_input_stream_raw(config, sample_format, receive, on_error, Some(OPENING));
        match built.and_then(|stream| stream.play().map(|()| stream)) {
            Ok(stream) => {
                let latency = f64::from(block) / f64::from(sample_rate);
                return Ok(Box::new(CpalStream {
                    _stream: Stream(stream),
                    format: AudioFormat { latency, ..*format },
                }));
            }
            Err(error) => {
                failure.get_or_insert_with(|| media_error("opening it", &error));
            }
        }
    }
    Err(failure.unwrap_or_else(|| MediaError::abort("the microphone can't be opened: choose another")))
}

/// The function that receives the blocks of a stream.
fn receiver(
    format: AudioFormat,
    sample_format: SampleFormat,
    sink: AudioSink,
) -> impl FnMut(&Data, &InputCallbackInfo) + Send + 'static {
    let mut clock = StreamClock::default();
    move |data, info| {
        let now = Instant::now();
        let captured = clock.captured(info.timestamp(), now);
        let Some(samples) = to_f32(data, sample_format) else { return };
        sink.send(AudioEvent::Samples(AudioSamples {
            samples,
            channels: format.channel_count,
            sample_rate: format.sample_rate,
            captured,
        }));
    }
}
