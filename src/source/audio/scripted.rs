//! Microphones that a test controls step by step.

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use super::{AudioEvent, AudioSamples, AudioSink, AudioSource, AudioStream};
use crate::{
    device::{AudioFormat, AudioMode, Device, DeviceId, DeviceKind},
    error::MediaError,
};

/// A source for tests of apps, and of this crate. Its microphones do nothing without a command of its
/// [`MicrophoneScript`].
///
/// ```
/// # use bevy::platform::time::Instant;
/// # use bevy_viewfinder::{audio::AudioTrackSource, source::audio::{AudioSamples, scripted::ScriptedMicrophone}};
/// let (source, script) = ScriptedMicrophone::new();
/// let track_source = AudioTrackSource::new(source);
/// // The track is spawned, and some time later:
/// script.push(AudioSamples {
///     samples: [0.5; 480].into(),
///     channels: 1,
///     sample_rate: 48_000,
///     captured: Instant::now(),
/// });
/// script.unplug();
/// ```
#[derive(Debug)]
pub struct ScriptedMicrophone(Arc<Mutex<State>>);

/// The handle that controls a [`ScriptedMicrophone`]. Clones control the same source.
///
/// Commands apply to every open stream of the source. They have no effect while none is open.
#[derive(Debug, Clone)]
pub struct MicrophoneScript(Arc<Mutex<State>>);

#[derive(Debug, Default)]
struct State {
    devices: Vec<Device>,
    modes: Vec<AudioMode>,
    /// The error of opening a microphone, if any.
    refusal: Option<MediaError>,
    streams: Vec<(u64, AudioSink)>,
    opened: u64,
    closed: u64,
    listed: u64,
    /// The format that was asked for last.
    asked: Option<AudioFormat>,
}

impl ScriptedMicrophone {
    /// A source with one microphone, `scripted-microphone-1`, with one or two channels at 48 kHz or 16 kHz, and its
    /// script.
    pub fn new() -> (Self, MicrophoneScript) {
        let mode = |sample_rate, channel_count| AudioMode {
            min_sample_rate: sample_rate,
            max_sample_rate: sample_rate,
            channel_count,
            sample_size: 16,
            min_latency: 0.005,
            max_latency: 0.5,
        };
        let modes = vec![mode(48_000, 1), mode(48_000, 2), mode(16_000, 1), mode(16_000, 2)];
        let state = State { devices: vec![microphone()], modes, ..State::default() };
        let state = Arc::new(Mutex::new(state));
        (Self(state.clone()), MicrophoneScript(state))
    }
}

/// The microphone that the source has at first.
fn microphone() -> Device {
    Device {
        id: DeviceId::from("scripted-microphone-1"),
        label: "Scripted microphone".into(),
        group_id: "scripted-1".into(),
        kind: DeviceKind::AudioInput,
        ..Device::default()
    }
}

fn lock(state: &Mutex<State>) -> MutexGuard<'_, State> {
    // Every change is atomic, so a panic of another thread leaves no invalid state.
    state.lock().unwrap_or_else(PoisonError::into_inner)
}

impl State {
    fn check(&self, device: &DeviceId) -> Result<(), MediaError> {
        if self.devices.iter().any(|listed| listed.id == *device) {
            return Ok(());
        }
        Err(MediaError::not_found(format!("there is no microphone {device}; list the microphones again")))
    }
}

impl AudioSource for ScriptedMicrophone {
    fn devices(&self) -> Result<Vec<Device>, MediaError> {
        let mut state = lock(&self.0);
        state.listed += 1;
        Ok(state.devices.clone())
    }

    fn modes(&self, device: &DeviceId) -> Result<Vec<AudioMode>, MediaError> {
        let state = lock(&self.0);
        state.check(device)?;
        Ok(state.modes.clone())
    }

    fn open(
        &self,
        device: &DeviceId,
        format: &AudioFormat,
        sink: AudioSink,
    ) -> Result<Box<dyn AudioStream>, MediaError> {
        let mut state = lock(&self.0);
        state.check(device)?;
        if let Some(error) = &state.refusal {
            return Err(error.clone());
        }
        state.opened += 1;
        state.asked = Some(*format);
        let number = state.opened;
        state.streams.push((number, sink));
        Ok(Box::new(ScriptedStream { state: self.0.clone(), number, format: *format }))
    }
}

/// An open scripted microphone.
#[derive(Debug)]
struct ScriptedStream {
    state: Arc<Mutex<State>>,
    number: u64,
    format: AudioFormat,
}

impl AudioStream for ScriptedStream {
    fn format(&self) -> AudioFormat {
        self.format
    }
}

impl Drop for ScriptedStream {
    fn drop(&mut self) {
        let mut state = lock(&self.state);
        state.closed += 1;
        state.streams.retain(|(number, _)| *number != self.number);
    }
}

impl MicrophoneScript {
    fn send(&self, event: &AudioEvent) {
        // The receivers may come back to this source.
        let streams = lock(&self.0).streams.clone();
        for (_, sink) in streams {
            sink.send(event.clone());
        }
    }

    /// Sends sound.
    pub fn push(&self, samples: AudioSamples) {
        self.send(&AudioEvent::Samples(samples));
    }

    /// Mutes the microphone, like a switch on it, or ends that.
    pub fn mute(&self, muted: bool) {
        self.send(&AudioEvent::Muted(muted));
    }

    /// Asks to be opened again, like a system that changed something.
    pub fn invalidate(&self) {
        self.send(&AudioEvent::Invalidated);
    }

    /// Ends the sound without an error.
    pub fn end(&self) {
        self.send(&AudioEvent::Ended(None));
    }

    /// Ends the sound with an error.
    pub fn fail(&self, error: MediaError) {
        self.send(&AudioEvent::Ended(Some(error)));
    }

    /// Unplugs all microphones: open streams end with
    /// [`ErrorName::NotFound`](crate::error::ErrorName::NotFound), and the list is empty until
    /// [`plug_in`](Self::plug_in).
    pub fn unplug(&self) {
        lock(&self.0).devices.clear();
        self.fail(MediaError::not_found("the microphone was unplugged; plug it in again or use another"));
    }

    /// Plugs in the microphone that the source had at first.
    pub fn plug_in(&self) {
        lock(&self.0).devices = vec![microphone()];
    }

    /// Fails to open microphones with this error, or opens them again.
    pub fn refuse(&self, error: Option<MediaError>) {
        lock(&self.0).refusal = error;
    }

    /// The number of streams that were opened.
    pub fn opened(&self) -> u64 {
        lock(&self.0).opened
    }

    /// The number of streams that were opened and closed.
    pub fn closed(&self) -> u64 {
        lock(&self.0).closed
    }

    /// The number of times that the microphones were listed.
    pub fn listed(&self) -> u64 {
        lock(&self.0).listed
    }

    /// The format that was asked for last.
    pub fn asked_format(&self) -> Option<AudioFormat> {
        lock(&self.0).asked
    }
}
