//! An open device and the tracks that share it: one capture, however many tracks.
//!
//! This file has the device's state and its steps. [`negotiate`] chooses the mode and sets the controls, [`deliver`]
//! takes frames to the tracks, [`expose`] takes stills for photos, and [`silence`] mutes the tracks of a device that
//! sends no frames.

mod deliver;
mod delivery;
mod expose;
mod negotiate;
mod settling;
mod silence;
mod stills;

use std::{sync::Arc, time::Duration};

use bevy::platform::time::Instant;

use self::{delivery::Delivery, stills::Stills};
use super::{live_track::LiveTrack, sink::TrackSink};
use crate::{
    constraint::VideoSettings,
    device::{ControlSettings, Device, NativeMode, PhotoCapabilities, PhotoSettings},
    error::MediaError,
    frame::{Frame, FramePool, MjpegDecoder},
    report::{CaptureReport, MuteReason},
    source::{SilenceWatch, Source, Stream, StreamEvent},
};

/// The time for which a device stays open while all its tracks are disabled. The standard allows 3 s.
const SUSPEND_AFTER: Duration = Duration::from_secs(1);

/// An open device and its tracks.
///
/// Its stream is closed while all tracks are disabled, and while a device that is silent can't be opened again.
pub(super) struct OpenDevice {
    source: Arc<dyn Source>,
    /// Without the modes in which it couldn't be opened.
    device: Device,
    /// The mode that was requested, which isn't always the one in which it runs.
    mode: NativeMode,
    stream: Option<Box<dyn Stream>>,
    /// The values of its controls, as last reported by the stream.
    controls: ControlSettings,
    tracks: Vec<LiveTrack>,
    pool: FramePool,
    decoder: MjpegDecoder,
    /// The number of the last frame.
    sequence: Option<u64>,
    /// Whether the stream says that the device is muted.
    muted: bool,
    silence: SilenceWatch,
    /// The reason for being muted that was reported last.
    reported_mute: Option<MuteReason>,
    /// The time since which all its tracks are disabled.
    unwatched: Option<Instant>,
    stills: Stills,
}

/// The result of a step.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Step {
    /// A frame, good or corrupt, or another event was handled.
    Progress,
    /// No frame arrived in the time given.
    TimedOut,
    /// The source waits until a track has taken the last frame.
    Backpressure,
    /// The stream is closed for now.
    Suspended,
    /// The source ended, or no track is left. The device is closed, and all is reported.
    Finished,
}

impl OpenDevice {
    /// Opens a device for its first track, and makes that live.
    ///
    /// # Errors
    /// Those of [`Source::open`], and [`ErrorName::Overconstrained`](crate::error::ErrorName::Overconstrained) if its
    /// modes turn out not to meet the constraints.
    pub fn open(
        source: Arc<dyn Source>,
        mut device: Device,
        mut mode: NativeMode,
        first: TrackSink,
    ) -> Result<Self, MediaError> {
        let pool = FramePool::default();
        let mut stream = source.open_while_wanted(&device.id, &mode, &pool, &|| !first.stopped())?;
        if let Some(modes) = stream.modes() {
            device.modes = modes;
            mode = stream.mode();
        }
        let capabilities = stream.capabilities();
        if !capabilities.is_empty() {
            device.controls = capabilities;
        }
        let mut open = Self {
            source,
            mode,
            controls: stream.settings(),
            silence: SilenceWatch::new(stream.silence_limit(), Instant::now()),
            stream: Some(stream),
            tracks: Vec::new(),
            decoder: MjpegDecoder::new(pool.clone()),
            pool,
            sequence: None,
            muted: false,
            reported_mute: None,
            unwatched: None,
            stills: Stills::default(),
            device,
        };
        // It is already open in this mode. Later tracks may bring it into any.
        open.admit(first, Some(mode)).map(|()| open)
    }

    /// Admits another track.
    ///
    /// # Errors
    /// [`ErrorName::Overconstrained`](crate::error::ErrorName::Overconstrained) if no mode serves it and the others.
    pub fn join(&mut self, sink: TrackSink) -> Result<(), MediaError> {
        self.admit(sink, None)
    }

    /// Admits a track, in any mode or in this one.
    fn admit(&mut self, sink: TrackSink, only: Option<NativeMode>) -> Result<(), MediaError> {
        self.drop_stopped_tracks();
        let (others, own) = self.negotiate(None, &sink.constraints, only)?;
        self.apply_settings(others);
        sink.report(CaptureReport::Live(Box::new((own.clone(), self.device.capabilities()))));
        let photo = (self.photo_capabilities(), PhotoSettings::default());
        sink.report(CaptureReport::Photo(Box::new(photo)));
        if self.reported_mute.is_some() {
            sink.reporter.muted(self.reported_mute);
        }
        self.tracks.push(LiveTrack::new(sink, own));
        Ok(())
    }

    /// Carries out what the tracks request, then waits for a frame, at most this long, and delivers it.
    pub fn step(&mut self, wait: Duration) -> Step {
        self.drop_stopped_tracks();
        if self.tracks.is_empty() {
            self.stream = None;
            return Step::Finished;
        }
        if !self.is_exposing() {
            self.change_constraints();
            if let Err(error) = self.suspend_while_disabled() {
                return self.end(Some(error));
            }
        }
        self.begin_exposure();
        let Some(stream) = &mut self.stream else { return self.check_silence(Step::Suspended) };
        let full = |track: &LiveTrack| track.sink.enabled() && !track.sink.writer.is_empty();
        if stream.lossless() && self.tracks.iter().any(full) {
            return Step::Backpressure;
        }
        // A frame that is only shown stays in the device's memory. Others have bytes of their own.
        let is_shown = !self.silence.is_silent() && !self.stills.is_exposing() && !self.stills.resuming;
        let (mut shown, mut event) = (None, None);
        let read = match is_shown {
            false => stream.next(wait),
            true => stream.read(wait, &mut |frame| {
                let pool = &self.pool;
                // Requests may have arrived during the wait.
                if self.tracks.iter().any(|track| !track.sink.stills.is_empty()) {
                    event = Some(StreamEvent::Frame(frame.to_frame(pool)));
                    return;
                }
                let (tracks, decoder) = (&mut self.tracks[..], &self.decoder);
                let delivery = Delivery { tracks, decoder, sequence: &mut self.sequence };
                let mut copy = None;
                shown = Some(
                    delivery
                        .deliver(&frame, || Frame::clone(copy.get_or_insert_with(|| frame.to_frame(pool)))),
                );
            }),
        };
        if let Some(shown) = shown {
            if let Err(error) = shown {
                stream.reject(&error);
            }
            // It wasn't silent.
            self.silence.frame(Instant::now());
            if let Ok(StreamEvent::Pending) = read {
                return Step::Progress;
            }
        }
        match read.map(|read| event.unwrap_or(read)) {
            Ok(StreamEvent::Frame(frame)) => {
                self.end_silence();
                // Requests may have arrived during the wait.
                self.begin_exposure();
                if let Some(frame) = self.expose(frame) {
                    self.deliver(&frame);
                }
            }
            Ok(StreamEvent::Corrupt(error)) => {
                self.end_silence();
                self.report_corrupt(&error);
            }
            Ok(StreamEvent::Pending) if self.stills.is_exposing() => {
                return self.check_exposure(Step::TimedOut);
            }
            Ok(StreamEvent::Pending) => return self.check_silence(Step::TimedOut),
            Ok(StreamEvent::ControlsChanged) => {
                self.controls = stream.settings();
                self.report_controls();
            }
            Ok(StreamEvent::Muted(muted)) => {
                self.muted = muted;
                self.report_mute();
            }
            Ok(StreamEvent::Disconnected) => return self.disconnect(),
            Ok(StreamEvent::Ended) => return self.end(None),
            Err(error) => return self.end(Some(error)),
        }
        Step::Progress
    }

    /// Closes the device, then ends all its tracks.
    pub fn end(&mut self, error: Option<MediaError>) -> Step {
        self.stream = None;
        for track in self.tracks.drain(..) {
            track.sink.report(CaptureReport::Ended(error.clone()));
        }
        Step::Finished
    }

    /// Whether the device works for a photo. Until it is done no track can join.
    pub fn is_exposing(&self) -> bool {
        self.stills.is_exposing()
    }

    /// The capabilities for photos: the device's own modes, if it may be opened in another for a photo.
    fn photo_capabilities(&self) -> PhotoCapabilities {
        let switches = self.stream.as_ref().is_some_and(|stream| stream.switches_mode_for_photos());
        PhotoCapabilities::of_modes(if switches {
            &self.device.modes
        } else {
            std::slice::from_ref(&self.mode)
        })
    }

    fn drop_stopped_tracks(&mut self) {
        self.tracks.retain(|track| !track.sink.stopped());
    }

    /// Opens the device again, in the mode that was requested last.
    fn reopen(&mut self) -> Result<(), MediaError> {
        let is_wanted = || self.tracks.iter().any(|track| !track.sink.stopped());
        let mut stream =
            self.source.open_while_wanted(&self.device.id, &self.mode, &self.pool, &is_wanted)?;
        if let Some(modes) = stream.modes() {
            self.device.modes = modes;
            self.mode = stream.mode();
        }
        self.controls = stream.settings();
        self.sequence = None;
        self.silence.opened(stream.silence_limit(), Instant::now());
        self.stream = Some(stream);
        Ok(())
    }

    /// Closes a device whose tracks are all disabled, and opens it again when one is enabled.
    ///
    /// # Errors
    /// The device can't be opened again. A device that is silent is tried again later.
    fn suspend_while_disabled(&mut self) -> Result<(), MediaError> {
        if !self.tracks.iter().any(|track| track.sink.enabled()) {
            let since = *self.unwatched.get_or_insert_with(Instant::now);
            if since.elapsed() >= SUSPEND_AFTER {
                self.stream = None;
            }
            return Ok(());
        }
        let resumed = self.unwatched.take().is_some();
        if self.stream.is_some() {
            return Ok(());
        }
        if !self.silence.is_silent() {
            self.reopen()?;
            self.renegotiate_all();
        } else if resumed {
            self.reopen_silent()?;
        }
        Ok(())
    }

    /// Gives the tracks, in their order, these settings.
    fn apply_settings(&mut self, settings: Vec<VideoSettings>) {
        for (track, settings) in self.tracks.iter_mut().zip(settings) {
            track.apply_settings(settings);
        }
        self.report_controls();
    }

    /// Reports the values of the controls to the tracks that have others in their settings.
    fn report_controls(&mut self) {
        for track in &mut self.tracks {
            if track.settings.controls != self.controls {
                let settings = VideoSettings { controls: self.controls.clone(), ..track.settings.clone() };
                track.apply_settings(settings);
            }
        }
    }
}
