//! The thread of a capture: the steps of
//! [getUserMedia](https://www.w3.org/TR/mediacapture-streams/#dom-mediadevices-getusermedia) in their order, and then
//! the life of the open microphone.

use std::{thread, time::Duration};

use bevy::platform::time::Instant;
use crossbeam_channel::RecvTimeoutError;

use super::{
    AudioOutput,
    capture::{AudioCapture, CaptureEnd, Message},
    request::AudioRequest,
};
use crate::{
    constraint::{
        AudioCapabilities, AudioChoice, AudioConstraints, AudioSettings, permitted_devices, rank_formats,
    },
    device::{AudioFormat, AudioMode, Device},
    error::{ErrorName, MediaError},
    report::{AudioReport, MuteReason},
    source::{
        SilenceAction, SilenceWatch,
        audio::{AudioEvent, AudioSink, AudioStream},
        guard::{LONGEST_WAIT, catch_panic},
    },
};

/// A microphone is silent if nothing arrives for this time, or for five blocks.
const SILENCE: Duration = Duration::from_secs(1);

/// Starts a capture, whose sound goes to this output, and its thread.
///
/// # Errors
/// [`ErrorName::NotSupported`](crate::error::ErrorName::NotSupported) if no thread can be started.
pub(super) fn start(request: AudioRequest, output: AudioOutput) -> Result<AudioCapture, MediaError> {
    let (capture, end) = AudioCapture::new(output);
    let thread = thread::Builder::new().name("viewfinder microphone".into()).spawn(move || {
        let reports = end.reports.clone();
        // A panic in a driver's binding must not end the app.
        if catch_panic(|| run(&request, &end)).is_err() {
            let _ = reports.send(AudioReport::Failed(MediaError::unknown(
                "a source panicked on the thread of a microphone: this is a defect of the source; please report it",
            )));
        }
    });
    match thread {
        Ok(_) => Ok(capture),
        Err(error) => Err(MediaError::not_supported(format!(
            "no thread for the microphone can be started ({error}): stop other tracks or threads first"
        ))),
    }
}

/// Captures until the track is stopped, or the microphone has ended.
fn run(request: &AudioRequest, end: &CaptureEnd) {
    let report = match Microphone::open(request, end) {
        Ok(microphone) => microphone.listen(),
        Err(Interrupted::Stopped) => return,
        Err(Interrupted::Failed(error)) => Some(AudioReport::Failed(error)),
    };
    if let Some(report) = report {
        end.report(report);
    }
}

/// The cause why there is no microphone.
enum Interrupted {
    /// The track was stopped.
    Stopped,
    /// There is none.
    Failed(MediaError),
}

impl From<MediaError> for Interrupted {
    fn from(error: MediaError) -> Self {
        Self::Failed(error)
    }
}

impl CaptureEnd {
    fn report(&self, report: AudioReport) {
        // The track may have been dropped meanwhile.
        let _ = self.reports.send(report);
    }

    /// Waits until this is true, which messages or the user's answer may make it.
    fn wait_until(
        &self,
        mut is_over: impl FnMut(Option<&Message>) -> Result<bool, MediaError>,
    ) -> Result<(), Interrupted> {
        let mut message = None;
        while !is_over(message.as_ref())? {
            message = match self.messages.recv_timeout(LONGEST_WAIT) {
                Ok(Message::Stop) | Err(RecvTimeoutError::Disconnected) => return Err(Interrupted::Stopped),
                Ok(message) => Some(message),
                Err(RecvTimeoutError::Timeout) => None,
            };
        }
        Ok(())
    }

    /// A sink for the stream with this number.
    fn sink(&self, stream: u64) -> AudioSink {
        let (delivery, sender) = (self.delivery.clone(), self.sender.clone());
        AudioSink::new(move |event| match event {
            AudioEvent::Samples(samples) => delivery.deliver(samples),
            event => {
                let _ = sender.send(Message::Event(stream, event));
            }
        })
    }
}

/// A microphone that is open.
struct Microphone<'a> {
    request: &'a AudioRequest,
    end: &'a CaptureEnd,
    device: Device,
    modes: Vec<AudioMode>,
    /// The format that was requested.
    format: AudioFormat,
    /// `None` while it is opened again.
    stream: Option<Box<dyn AudioStream>>,
    /// The number of the stream. Events of earlier ones don't count.
    number: u64,
    silence: SilenceWatch,
    /// The number of blocks when there was sound last.
    blocks: u64,
    /// The microphone itself says that it sends no sound.
    muted: bool,
    /// It was opened again because it was silent.
    reopened: bool,
    reported_mute: Option<MuteReason>,
}

impl<'a> Microphone<'a> {
    /// Finds and opens a microphone.
    fn open(request: &'a AudioRequest, end: &'a CaptureEnd) -> Result<Self, Interrupted> {
        // An app that may not use microphones doesn't learn which there are.
        request.consent.refusal()?;
        let (mut microphones, choices) = select(request)?;
        end.report(AudioReport::Chosen);
        let mut proceeds = request.proceeds;
        end.wait_until(|message| {
            proceeds |= matches!(message, Some(Message::Proceed));
            Ok(proceeds)
        })?;
        if !request.consent.is_given() {
            end.report(AudioReport::AwaitingConsent);
        }
        end.wait_until(|_| request.consent.refusal().map(|()| request.consent.is_given()))?;

        let mut failures: Vec<(usize, MediaError)> = Vec::new();
        for AudioChoice { device, format } in choices {
            // A format that fails says nothing about the others; a microphone that is busy, gone or forbidden does.
            let hopeless = |(failed, error): &(usize, MediaError)| {
                *failed == device && !matches!(error.name, ErrorName::Abort | ErrorName::Overconstrained)
            };
            if failures.iter().any(hopeless) {
                continue;
            }
            match request.source.open(&microphones[device].0.id, &format, end.sink(0)) {
                Ok(stream) => {
                    let (device, modes) = microphones.swap_remove(device);
                    let silence = SilenceWatch::new(Some(silence_limit(&stream.format())), Instant::now());
                    return Ok(Self {
                        request,
                        end,
                        device,
                        modes,
                        format,
                        stream: Some(stream),
                        number: 0,
                        silence,
                        blocks: end.delivery.blocks(),
                        muted: false,
                        reopened: false,
                        reported_mute: None,
                    });
                }
                Err(error) => failures.push((device, error)),
            }
        }
        // The first failure is that of the microphone that fits best.
        let failure = failures.into_iter().next().map(|(_, error)| error);
        Err(failure.unwrap_or_else(|| MediaError::abort("no microphone can be opened: try again")).into())
    }

    /// Follows messages and events. Returns the last report. `None` if the track was stopped.
    fn listen(mut self) -> Option<AudioReport> {
        let capabilities = AudioCapabilities::new(&self.device, &self.modes);
        self.end.report(AudioReport::Opened(Box::new((self.settings(), capabilities))));
        loop {
            let ended = match self.end.messages.recv_timeout(LONGEST_WAIT) {
                Ok(Message::Stop) | Err(RecvTimeoutError::Disconnected) => return None,
                Ok(Message::Event(stream, event)) if stream == self.number => match event {
                    AudioEvent::Muted(muted) => {
                        self.muted = muted;
                        Ok(())
                    }
                    AudioEvent::Invalidated => self.reopen(self.format).map_err(Some),
                    AudioEvent::Ended(error) => Err(error),
                    AudioEvent::Samples(_) => Ok(()),
                },
                Ok(Message::Event(..) | Message::Proceed) | Err(RecvTimeoutError::Timeout) => Ok(()),
            };
            let ended = ended.and_then(|()| self.check_silence().map_err(Some));
            let changes = &self.end.changes;
            if let Err(error) =
                ended.and_then(|()| changes.try_iter().try_for_each(|change| self.change(change)))
            {
                return Some(AudioReport::Ended(error));
            }
        }
    }

    fn settings(&self) -> AudioSettings {
        let format = self.stream.as_ref().map_or(self.format, |stream| stream.format());
        AudioSettings::new(&self.device, &format)
    }

    /// Closes the microphone and opens it in this format.
    fn reopen(&mut self, format: AudioFormat) -> Result<(), MediaError> {
        // Most devices can be opened once at a time.
        self.stream = None;
        self.number += 1;
        let stream = self.request.source.open(&self.device.id, &format, self.end.sink(self.number))?;
        self.silence.opened(Some(silence_limit(&stream.format())), Instant::now());
        self.stream = Some(stream);
        self.format = format;
        Ok(())
    }

    /// Applies other constraints, or reports that they can't be met.
    ///
    /// # Errors
    /// The microphone couldn't be opened again, so the track ends.
    fn change(&mut self, constraints: AudioConstraints) -> Result<(), Option<MediaError>> {
        let microphones = [(self.device.clone(), std::mem::take(&mut self.modes))];
        let ranked = rank_formats(&microphones, &constraints);
        let [(_, modes)] = microphones;
        self.modes = modes;
        let format = ranked.map(|ranked| ranked.first().map_or(self.format, |choice| choice.format));
        let before = self.format;
        let result = format.and_then(|format| if format == before { Ok(()) } else { self.reopen(format) });
        match result {
            Ok(()) => {
                if self.format != before {
                    self.end.report(AudioReport::SettingsChanged(Box::new(self.settings())));
                }
                self.end.report(AudioReport::ConstraintsApplied(Box::new(constraints)));
            }
            Err(error) => {
                if self.stream.is_none() {
                    self.reopen(before)?;
                }
                self.end.report(AudioReport::ConstraintsRejected(Box::new((constraints, error))));
            }
        }
        Ok(())
    }

    /// Mutes the track of a silent microphone, and opens the microphone again once.
    ///
    /// # Errors
    /// [`ErrorName::NotReadable`] if it is still silent.
    fn check_silence(&mut self) -> Result<(), MediaError> {
        let (blocks, now) = (self.end.delivery.blocks(), Instant::now());
        if blocks != self.blocks || self.muted {
            self.blocks = blocks;
            self.reopened &= self.muted;
            self.silence.frame(now);
        } else if self.silence.check(now) == Some(SilenceAction::Reopen) {
            if self.reopened {
                return Err(MediaError::not_readable(format!(
                    "{} sends no sound, not even after it was opened again: plug it in again, or choose another",
                    self.device.label
                )));
            }
            self.reopened = true;
            self.reopen(self.format)?;
            self.end.report(AudioReport::Reopened);
        }
        let reason = match self.muted {
            true => Some(MuteReason::Source),
            false => self.silence.is_silent().then_some(MuteReason::Silence),
        };
        if std::mem::replace(&mut self.reported_mute, reason) != reason {
            self.end.report(AudioReport::Muted(reason));
        }
        Ok(())
    }
}

/// The time without a block after which a microphone is silent.
fn silence_limit(format: &AudioFormat) -> Duration {
    Duration::try_from_secs_f64(format.latency * 5.0).map_or(SILENCE, |limit| limit.max(SILENCE))
}

/// Microphones with their modes, and the formats to try, best first.
type Selection = (Vec<(Device, Vec<AudioMode>)>, Vec<AudioChoice>);

/// Lists the microphones, and ranks the formats that meet the constraints.
fn select(request: &AudioRequest) -> Result<Selection, MediaError> {
    request.constraints.validate()?;
    let devices = request.source.devices()?;
    if devices.is_empty() {
        return Err(MediaError::not_found(
            "the source has no microphone: plug one in, or choose another source",
        ));
    }
    let mut microphones = Vec::new();
    let mut failure = None;
    for device in permitted_devices(devices, &request.constraints)? {
        match request.source.modes(&device.id) {
            Ok(modes) => microphones.push((device, modes)),
            Err(error) => _ = failure.get_or_insert(error),
        }
    }
    match failure {
        Some(error) if microphones.is_empty() => Err(error),
        _ => {
            let choices = rank_formats(&microphones, &request.constraints)?;
            Ok((microphones, choices))
        }
    }
}
