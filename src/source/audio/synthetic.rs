//! A synthetic microphone, for demos without one and for tests.

use std::{
    f64::consts::TAU,
    sync::{
        Arc,
        atomic::{AtomicBool, Ordering::Relaxed},
    },
    thread,
    time::Duration,
};

use bevy::platform::time::Instant;

use super::{AudioEvent, AudioSamples, AudioSink, AudioSource, AudioStream};
use crate::{
    device::{AudioFormat, AudioMode, Device, DeviceId, DeviceKind},
    error::MediaError,
};

/// The tone, in Hz, and its amplitude.
const TONE: (f64, f64) = (440.0, 0.05);
/// The tone of a click, in Hz, and its amplitude.
const CLICK: (f64, f64) = (2_000.0, 0.8);
/// The length of a click, in seconds.
const CLICK_SECONDS: f64 = 0.01;
/// A thread that is later than this leaves the time out.
const LATEST: Duration = Duration::from_secs(1);

/// A microphone with a quiet tone, and a click of 10 ms at each whole second of its clock, in real time.
///
/// The clock begins when the microphone is opened, or at the time that is given to
/// [`clock_origin`](Self::clock_origin).
#[derive(Debug, Clone)]
pub struct SyntheticMicrophone {
    sample_rate: u32,
    channel_count: u16,
    origin: Option<Instant>,
    devices: usize,
}

impl Default for SyntheticMicrophone {
    /// The same as [`SyntheticMicrophone::new`].
    fn default() -> Self {
        Self { sample_rate: 48_000, channel_count: 1, origin: None, devices: 1 }
    }
}

impl SyntheticMicrophone {
    /// One microphone of one channel, at 48 kHz.
    pub fn new() -> Self {
        Self::default()
    }

    /// The sample rate of the microphone itself, in Hz: 1,000 to 384,000. It also offers 8, 16, 44.1, 48 and 96 kHz.
    #[must_use]
    pub fn sample_rate(mut self, sample_rate: u32) -> Self {
        self.sample_rate = sample_rate.clamp(1_000, 384_000);
        self
    }

    /// The number of channels of the microphone itself, 1 to 32. It also offers 1 and 2.
    #[must_use]
    pub fn channel_count(mut self, channel_count: u16) -> Self {
        self.channel_count = channel_count.clamp(1, 32);
        self
    }

    /// The time at which the clock is at zero. It may be in the past.
    #[must_use]
    pub fn clock_origin(mut self, origin: Instant) -> Self {
        self.origin = Some(origin);
        self
    }

    /// The number of microphones. 0 is a machine without one.
    #[must_use]
    pub fn device_count(mut self, count: usize) -> Self {
        self.devices = count;
        self
    }

    fn id(index: usize) -> DeviceId {
        DeviceId(format!("synthetic-microphone-{}", index + 1))
    }

    fn find(&self, device: &DeviceId) -> Result<usize, MediaError> {
        (0..self.devices).find(|index| Self::id(*index) == *device).ok_or_else(|| {
            MediaError::not_found(format!(
                "there is no synthetic microphone {device}; list the microphones and open one of those"
            ))
        })
    }
}

impl AudioSource for SyntheticMicrophone {
    fn devices(&self) -> Result<Vec<Device>, MediaError> {
        let device = |index| Device {
            id: Self::id(index),
            label: match index {
                0 => "Synthetic microphone".into(),
                _ => format!("Synthetic microphone {}", index + 1),
            },
            // That of the synthetic camera with the same number.
            group_id: format!("synthetic-{}", index + 1),
            kind: DeviceKind::AudioInput,
            ..Device::default()
        };
        Ok((0..self.devices).map(device).collect())
    }

    fn modes(&self, device: &DeviceId) -> Result<Vec<AudioMode>, MediaError> {
        self.find(device)?;
        let mut modes: Vec<AudioMode> = Vec::new();
        for channel_count in [self.channel_count, 1, 2] {
            for sample_rate in [self.sample_rate, 8_000, 16_000, 44_100, 48_000, 96_000] {
                let mode = AudioMode {
                    min_sample_rate: sample_rate,
                    max_sample_rate: sample_rate,
                    channel_count,
                    sample_size: 32,
                    min_latency: 0.001,
                    max_latency: 0.5,
                };
                if !modes.contains(&mode) {
                    modes.push(mode);
                }
            }
        }
        Ok(modes)
    }

    fn open(
        &self,
        device: &DeviceId,
        format: &AudioFormat,
        sink: AudioSink,
    ) -> Result<Box<dyn AudioStream>, MediaError> {
        self.find(device)?;
        let format = AudioFormat {
            sample_rate: format.sample_rate.clamp(1_000, 384_000),
            channel_count: format.channel_count.clamp(1, 32),
            sample_size: 32,
            latency: format.latency.clamp(0.001, 0.5),
        };
        let stopped = Arc::new(AtomicBool::new(false));
        let stop = stopped.clone();
        let origin = self.origin;
        thread::Builder::new()
            .name("viewfinder synthetic microphone".into())
            .spawn(move || run(&format, origin, &sink, &stop))
            .map_err(|error| {
                MediaError::not_supported(format!(
                    "no thread for the synthetic microphone can be started ({error}): stop other threads first"
                ))
            })?;
        Ok(Box::new(SyntheticStream { format, stopped }))
    }
}

/// An open synthetic microphone.
#[derive(Debug)]
struct SyntheticStream {
    format: AudioFormat,
    stopped: Arc<AtomicBool>,
}

impl AudioStream for SyntheticStream {
    fn format(&self) -> AudioFormat {
        self.format
    }
}

impl Drop for SyntheticStream {
    fn drop(&mut self) {
        self.stopped.store(true, Relaxed);
    }
}

/// Sends blocks in real time until the stream is dropped.
fn run(format: &AudioFormat, origin: Option<Instant>, sink: &AudioSink, stopped: &AtomicBool) {
    let rate = f64::from(format.sample_rate);
    let block = ((format.latency * rate).round() as u64).max(1);
    let start = Instant::now();
    let origin = origin.unwrap_or(start);
    let time = |frame: u64| Duration::from_secs_f64(frame as f64 / rate);
    let frame_at = |now: Instant| (now.saturating_duration_since(origin).as_secs_f64() * rate) as u64;
    let mut frame = frame_at(start);
    while !stopped.load(Relaxed) {
        let complete = origin + time(frame + block);
        let now = Instant::now();
        if let Some(wait) = complete.checked_duration_since(now).filter(|wait| !wait.is_zero()) {
            // A clock that begins later must not keep the thread from stopping.
            thread::sleep(wait.min(Duration::from_millis(50)));
            continue;
        }
        if now.saturating_duration_since(complete) > LATEST {
            frame = frame_at(now);
            continue;
        }
        let samples = (frame..frame + block).flat_map(|frame| {
            let sample = sample(frame as f64 / rate);
            std::iter::repeat_n(sample, usize::from(format.channel_count))
        });
        sink.send(AudioEvent::Samples(AudioSamples {
            samples: samples.collect(),
            channels: format.channel_count,
            sample_rate: format.sample_rate,
            captured: origin + time(frame),
        }));
        frame += block;
    }
}

/// The sample at this time of the clock, in seconds.
fn sample(time: f64) -> f32 {
    let tone = |(frequency, amplitude): (f64, f64)| amplitude * (time.fract() * frequency * TAU).cos();
    let clicks = time.fract() < CLICK_SECONDS;
    tone(if clicks { CLICK } else { TONE }) as f32
}

#[cfg(test)]
mod tests {
    use std::sync::mpsc::channel;

    use super::*;

    #[test]
    fn clicks_are_at_whole_seconds_of_the_clock() {
        // The clock is just before a second.
        let origin = Instant::now().checked_sub(Duration::from_millis(4_950)).unwrap_or_else(Instant::now);
        let source = SyntheticMicrophone::new().clock_origin(origin);
        let device = source.devices().expect("a list")[0].id.clone();
        let (sender, blocks) = channel();
        let sink = AudioSink::new(move |event| {
            let _ = sender.send(event);
        });
        let format = AudioFormat { sample_rate: 16_000, channel_count: 2, sample_size: 32, latency: 0.01 };
        let stream = source.open(&device, &format, sink).expect("it opens");
        let click = blocks.iter().find_map(|event| {
            let AudioEvent::Samples(block) = event else { return None };
            assert_eq!((block.frames(), block.channels), (160, 2));
            let first = block.samples.iter().position(|sample| sample.abs() > 0.4)?;
            Some(block.captured + Duration::from_secs_f64((first / 2) as f64 / 16_000.0))
        });
        let click = click.expect("a click comes").duration_since(origin).as_secs_f64();
        assert!((click - click.round()).abs() < 0.000_1, "a click at {click} s");
        drop(stream);
        // The thread ends, and drops its end of the channel.
        while blocks.recv_timeout(Duration::from_secs(20)).is_ok() {}
    }

    #[test]
    fn its_own_format_is_offered_first() {
        let source = SyntheticMicrophone::new().sample_rate(22_050).channel_count(4);
        let device = source.devices().expect("a list")[0].id.clone();
        let modes = source.modes(&device).expect("modes");
        assert_eq!((modes[0].min_sample_rate, modes[0].channel_count), (22_050, 4));
        assert!(modes.iter().any(|mode| mode.max_sample_rate == 48_000 && mode.channel_count == 2));
        assert!(source.modes(&DeviceId::from("another")).is_err());
        assert_eq!(SyntheticMicrophone::new().device_count(0).devices(), Ok(vec![]));
    }
}
