//! An open device, and all tracks that are shown of it: one capture, however many they are.

use std::{sync::Arc, time::Duration};

use bevy::platform::time::Instant;

use super::outlet::{Live, Outlet};
use crate::{
    constraint::{SharedSelection, Targets, VideoConstraints, VideoSettings, select_shared},
    device::{ControlSettings, Device, NativeMode},
    error::{ErrorName, MediaError},
    frame::{Frame, FramePool, MjpegDecoder, PixelFormat},
    report::{MuteReason, Report, clock, count},
    source::{Next, SilenceAction, SilenceWatch, Source, Stream},
};

/// How long a device is kept open that nobody looks at: all its tracks are disabled. The standard allows 3 s.
const UNWATCHED: Duration = Duration::from_secs(1);

/// A device that is open, that is closed for as long as all its tracks are disabled, or that is silent and can't be opened
/// again for now.
pub(super) struct OpenDevice {
    source: Arc<dyn Source>,
    /// Without the modes that it couldn't be opened in.
    device: Device,
    /// The mode that it was asked for, which isn't always the one that it runs in.
    mode: NativeMode,
    stream: Option<Box<dyn Stream>>,
    /// What its controls are set to, as last heard.
    controls: ControlSettings,
    tracks: Vec<Live>,
    pool: FramePool,
    decoder: MjpegDecoder,
    sequence: Option<u64>,
    /// Whether the device itself says that it gives no picture.
    muted: bool,
    silence: SilenceWatch,
    /// The reason for being muted that was reported last.
    reported: Option<MuteReason>,
    /// Since when all its tracks are disabled.
    unwatched: Option<Instant>,
}

/// What came of a step.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Step {
    /// A frame came, good or bad, or other news.
    Busy,
    /// Nothing in the time given.
    Nothing,
    /// There is nothing to wait for now: the last frame wasn't taken yet.
    Rest,
    /// The device is let go of: nobody looks.
    Asleep,
    /// The source ended, or no track is left. The device is let go of, and all has been said.
    Over,
}

impl OpenDevice {
    /// Opens a device for its first track, and makes that live.
    ///
    /// # Errors
    /// Those of [`Source::open`].
    pub fn open(
        source: Arc<dyn Source>,
        mut device: Device,
        mode: NativeMode,
        first: Outlet,
    ) -> Result<Self, MediaError> {
        let pool = FramePool::default();
        let mut stream = source.open(&device.id, &mode, &pool)?;
        let capabilities = stream.capabilities();
        if !capabilities.is_empty() {
            device.controls = capabilities;
        }
        let silence = SilenceWatch::new(stream.silence_limit(), Instant::now());
        let mut open = Self {
            source,
            mode,
            controls: stream.settings(),
            stream: Some(stream),
            tracks: Vec::new(),
            decoder: MjpegDecoder::new(pool.clone()),
            pool,
            sequence: None,
            muted: false,
            silence,
            reported: None,
            unwatched: None,
            device,
        };
        // In the mode that it was opened in; in any of them from then on.
        open.admit(first, Some(mode)).map(|()| open)
    }

    /// Takes in another track.
    ///
    /// # Errors
    /// [`ErrorName::Overconstrained`](crate::error::ErrorName::Overconstrained) where it can't be served beside those
    /// that are there.
    pub fn join(&mut self, outlet: Outlet) -> Result<(), MediaError> {
        self.admit(outlet, None)
    }

    /// Takes in a track, in any mode or in this one.
    fn admit(&mut self, outlet: Outlet, only: Option<NativeMode>) -> Result<(), MediaError> {
        self.tracks.retain(|track| !track.outlet.stopped());
        let (others, own) = self.arrange(None, &outlet.constraints, only)?;
        self.take_over(others);
        outlet.tell(Report::Live(Box::new((own.clone(), self.device.capabilities()))));
        if self.reported.is_some() {
            outlet.tell(Report::Muted(self.reported));
        }
        self.tracks.push(Live::new(outlet, own));
        Ok(())
    }

    /// Does what is asked of it, then waits for a frame, at most this long, and passes it on.
    pub fn step(&mut self, wait: Duration) -> Step {
        self.tracks.retain(|track| !track.outlet.stopped());
        if self.tracks.is_empty() {
            self.stream = None;
            return Step::Over;
        }
        self.change_constraints();
        if let Err(error) = self.mind_the_switches() {
            return self.end(Some(error));
        }
        let Some(stream) = &mut self.stream else { return self.check_silence(Step::Asleep) };
        let full = |track: &Live| track.outlet.enabled() && !track.outlet.writer.is_empty();
        if stream.lossless() && self.tracks.iter().any(full) {
            return Step::Rest;
        }
        match stream.next(wait) {
            Ok(Next::Frame(frame)) => {
                self.end_silence();
                self.pass_on(frame);
            }
            Ok(Next::Broken(error)) => {
                self.end_silence();
                for track in &self.tracks {
                    count(&track.outlet.counters.captured, 1);
                    track.outlet.broken(error.clone());
                }
            }
            Ok(Next::Nothing) => return self.check_silence(Step::Nothing),
            Ok(Next::Controls) => {
                self.controls = stream.settings();
                self.tell_controls();
            }
            Ok(Next::Muted(muted)) => {
                self.muted = muted;
                self.report_mute();
            }
            Ok(Next::End) => return self.end(None),
            Err(error) => return self.end(Some(error)),
        }
        Step::Busy
    }

    /// Ends all tracks. The device is free before anyone hears of it.
    pub fn end(&mut self, error: Option<MediaError>) -> Step {
        self.stream = None;
        for track in self.tracks.drain(..) {
            track.outlet.tell(Report::Ended(error.clone()));
        }
        Step::Over
    }

    /// Reports to all tracks why they are muted, if that has changed.
    fn report_mute(&mut self) {
        let reason = if self.muted {
            Some(MuteReason::Source)
        } else if self.silence.is_silent() {
            Some(MuteReason::Silence)
        } else {
            None
        };
        if std::mem::replace(&mut self.reported, reason) != reason {
            self.report(|| Report::Muted(reason));
        }
    }

    fn report(&self, report: impl Fn() -> Report) {
        self.tracks.iter().for_each(|track| track.outlet.tell(report()));
    }

    /// The device has sent a frame.
    fn end_silence(&mut self) {
        if self.silence.frame(Instant::now()) {
            self.report_mute();
        }
    }

    /// No frame is there: mutes the tracks if the device is silent, and opens it again when that is due.
    fn check_silence(&mut self, step: Step) -> Step {
        // A closed shutter is no fault of the device, and a device that nobody watches is closed.
        if self.muted || self.unwatched.is_some() {
            return step;
        }
        match self.silence.check(Instant::now()) {
            None => step,
            Some(SilenceAction::Mute) => {
                self.tracks.iter().for_each(|track| count(&track.outlet.counters.silences, 1));
                self.report_mute();
                Step::Busy
            }
            Some(SilenceAction::Reopen) => match self.reopen_silent() {
                Ok(()) => Step::Busy,
                Err(error) => self.end(Some(error)),
            },
        }
    }

    /// Closes the silent device and opens it again. If that fails, it stays silent and closed until the next attempt.
    ///
    /// # Errors
    /// The device is gone, or may not be used any more.
    fn reopen_silent(&mut self) -> Result<(), MediaError> {
        // First, because most devices can be opened once.
        self.stream = None;
        match self.reopen() {
            Ok(()) => {
                self.tracks.iter().for_each(|track| count(&track.outlet.counters.reopened, 1));
                self.report(|| Report::Reopened);
                self.arrange_anew();
                Ok(())
            }
            Err(error) if matches!(error.name, ErrorName::NotFound | ErrorName::NotAllowed) => Err(error),
            Err(error) => {
                self.report(|| Report::ReopenFailed(error.clone()));
                Ok(())
            }
        }
    }

    /// Carries out the changes of constraints that were asked for
    /// ([applyConstraints](https://www.w3.org/TR/mediacapture-streams/#dom-constrainablepattern-applyconstraints)), all or
    /// nothing each.
    fn change_constraints(&mut self) {
        for index in 0..self.tracks.len() {
            while let Some(constraints) =
                self.tracks.get(index).and_then(|track| track.outlet.changes.try_recv().ok())
            {
                if let Err(error) = self.rearrange(index, &constraints) {
                    self.tracks[index].outlet.tell(Report::Refused(Box::new((constraints, error))));
                    continue;
                }
                self.tracks[index].outlet.constraints = constraints.clone();
                self.tracks[index].outlet.tell(Report::Applied(Box::new(constraints)));
            }
        }
    }

    /// Brings the device into the mode that serves all tracks, of which the one that asks, a new one or the one of this
    /// index, has new constraints, and sets its controls. What comes back are the settings of the others, in their order,
    /// and its own.
    fn arrange(
        &mut self,
        asking: Option<usize>,
        constraints: &VideoConstraints,
        only: Option<NativeMode>,
    ) -> Result<(Vec<VideoSettings>, VideoSettings), MediaError> {
        let mut device = self.device.clone();
        device.modes.retain(|mode| only.is_none_or(|only| only == *mode));
        let others: Vec<_> = (self.tracks.iter().enumerate())
            .filter(|(index, _)| Some(*index) != asking)
            .map(|(_, track)| &track.outlet.constraints)
            .collect();
        let together = select_shared(&device, &others, constraints)?;
        let before = self.mode;
        if together.native != before {
            self.run_in(together.native)?;
        }
        if let Err(error) = self.set_controls(&together.targets) {
            if self.mode != before {
                self.run_in(before)?;
            }
            return Err(error);
        }
        let SharedSelection { mut others, mut own, .. } = together;
        let mode = self.stream.as_ref().map(|stream| stream.mode());
        for settings in others.iter_mut().chain([&mut own]) {
            settings.controls.clone_from(&self.controls);
            if let Some(mode) = mode {
                settings.run_as(mode);
            }
        }
        Ok((others, own))
    }

    /// Arranges the device anew for other constraints of one of its tracks, and tells all tracks.
    fn rearrange(&mut self, index: usize, constraints: &VideoConstraints) -> Result<(), MediaError> {
        let (mut settings, own) = self.arrange(Some(index), constraints, None)?;
        settings.insert(index.min(settings.len()), own);
        self.take_over(settings);
        Ok(())
    }

    /// Gives the tracks, in their order, these settings.
    fn take_over(&mut self, settings: Vec<VideoSettings>) {
        for (track, settings) in self.tracks.iter_mut().zip(settings) {
            track.run_with(settings);
        }
        self.tell_controls();
    }

    /// Says what the controls are set to, where that isn't known yet.
    fn tell_controls(&mut self) {
        for track in &mut self.tracks {
            if track.settings.controls != self.controls {
                let settings = VideoSettings { controls: self.controls.clone(), ..track.settings.clone() };
                track.run_with(settings);
            }
        }
    }

    /// Opens the device anew in another mode. Where that fails it runs in the old one again.
    fn run_in(&mut self, mode: NativeMode) -> Result<(), MediaError> {
        let before = std::mem::replace(&mut self.mode, mode);
        if self.stream.take().is_none() {
            return Ok(());
        }
        let opened = self.reopen();
        if opened.is_err() {
            // It isn't offered again.
            self.device.modes.retain(|offered| *offered != mode);
            self.mode = before;
            // Where not even that can be had, the next step ends the tracks.
            let _ = self.reopen();
        }
        opened
    }

    fn reopen(&mut self) -> Result<(), MediaError> {
        let mut stream = self.source.open(&self.device.id, &self.mode, &self.pool)?;
        self.controls = stream.settings();
        self.sequence = None;
        self.silence.opened(stream.silence_limit(), Instant::now());
        self.stream = Some(stream);
        Ok(())
    }

    /// Sets the controls: all that are required, or none. One that is only preferred, and that the device refuses, stays
    /// as it is.
    fn set_controls(&mut self, targets: &Targets) -> Result<(), MediaError> {
        let Some(stream) = &mut self.stream else { return Ok(()) };
        let wanted = targets.resolve(&self.controls);
        for (done, (control, value)) in wanted.iter().enumerate() {
            if let Err(error) = stream.set(*control, value)
                && targets.require(*control)
            {
                // Backwards, so that values are set back while the modes that made room for them still hold.
                for (control, _) in wanted.iter().take(done).rev() {
                    if let Some(before) = self.controls.get(control) {
                        let _ = stream.set(*control, before);
                    }
                }
                self.controls = stream.settings();
                return Err(error);
            }
        }
        if !wanted.is_empty() {
            self.controls = stream.settings();
        }
        Ok(())
    }

    /// Lets go of a device whose tracks are all disabled, and takes it again when one is enabled.
    fn mind_the_switches(&mut self) -> Result<(), MediaError> {
        if self.tracks.iter().any(|track| track.outlet.enabled()) {
            let resumed = self.unwatched.take().is_some();
            if self.stream.is_some() {
                return Ok(());
            }
            if !self.silence.is_silent() {
                self.reopen()?;
                self.arrange_anew();
            } else if resumed {
                self.reopen_silent()?;
            }
        } else {
            let since = *self.unwatched.get_or_insert_with(Instant::now);
            if since.elapsed() >= UNWATCHED {
                self.stream = None;
            }
        }
        Ok(())
    }

    /// Carries out all constraints once more: they may have changed while the device was let go of.
    fn arrange_anew(&mut self) {
        for index in 0..self.tracks.len() {
            let constraints = self.tracks[index].outlet.constraints.clone();
            let _ = self.rearrange(index, &constraints);
        }
    }

    fn pass_on(&mut self, frame: Frame) {
        let lost =
            self.sequence.replace(frame.sequence).map_or(0, |last| frame.sequence.saturating_sub(last + 1));
        let mut last = None;
        for (index, track) in self.tracks.iter_mut().enumerate() {
            count(&track.outlet.counters.captured, 1);
            count(&track.outlet.counters.lost, lost);
            track.taking = track.wants(frame.captured);
            if track.taking {
                last = Some(index);
            }
        }
        let Some(last) = last else { return };
        // All tracks of a process have the same renderer.
        let longest_texture = self.tracks[last].outlet.longest_texture;
        let start = Instant::now();
        let compressed = frame.format == PixelFormat::Mjpeg;
        let ready = ready(&self.decoder, frame, longest_texture);
        let decoded = start.elapsed();
        let takers = self.tracks.iter_mut().enumerate().filter(|(_, track)| track.taking);
        match ready {
            Ok(frame) => {
                let mut frame = Some(frame);
                for (index, track) in takers {
                    if compressed {
                        clock(&track.outlet.counters.decode_nanos, decoded);
                    }
                    // The last takes the frame itself.
                    let frame = if index == last { frame.take() } else { frame.clone() };
                    if let Some(frame) = frame {
                        track.show(frame);
                    }
                }
            }
            Err(error) => {
                takers.for_each(|(_, track)| track.drop_broken(error.clone()));
                if let Some(stream) = &mut self.stream {
                    stream.reject(&error);
                }
            }
        }
    }
}

/// The frame as the renderer may rely on it: decoded, valid, and no larger than its textures can be.
fn ready(decoder: &MjpegDecoder, frame: Frame, longest_texture: u32) -> Result<Frame, MediaError> {
    frame.validate()?;
    let compressed = frame.format == PixelFormat::Mjpeg;
    let frame = decoder.decode(frame)?;
    if compressed {
        frame.validate()?;
    }
    frame.format.check_texture_size(frame.size, longest_texture)?;
    Ok(frame)
}
