//! Plays a file: the time of each frame, the end, pauses and seeks.

use std::{thread, time::Duration};

use bevy::platform::time::Instant;

#[cfg(feature = "audio")]
use super::sound::FileSound;
use super::{
    clip::{Clip, STILL_RATE, Span},
    file_clock::FileClock,
};
use crate::{
    device::NativeMode,
    error::{ErrorName, MediaError},
    frame::{Frame, FramePool},
    source::{
        Stream, StreamEvent,
        player::{FilePlayer, Orders},
    },
};

/// The delay of a reader after which the clock is set back, so that it goes on with the next frame.
const LONGEST_DELAY: Duration = Duration::from_secs(1);

/// The time for which late frames are skipped until one is shown.
const LONGEST_SKIP: Duration = Duration::from_millis(20);

/// A file that is played.
#[derive(Debug)]
pub(super) struct FileStream {
    clip: Box<dyn Clip>,
    mode: NativeMode,
    lossless: bool,
    looping: bool,
    pool: FramePool,
    player: FilePlayer,
    /// The number of seeks of the player that were carried out.
    seeks: u64,
    paused_since: Option<Instant>,
    /// The position that is sought. Frames before it are skipped.
    target: Option<Duration>,
    clock: FileClock,
    /// The number of the next frame.
    sequence: u64,
    pass: Pass,
    /// The times of the frame that is shown next. `None` before the clip has advanced to it.
    next: Option<Span>,
    /// No frame was shown yet, or none since a seek. The first good frame is searched without waiting for its time.
    searching: bool,
    /// The last frame may still be rejected.
    undecided: bool,
    /// The frame that was shown last.
    shown: Option<Frame>,
    /// The time at which a frame that stays is sent again.
    repeated_at: Instant,
    ended: bool,
    /// `None` if the file is played silently.
    #[cfg(feature = "audio")]
    sound: Option<FileSound>,
}

/// The frames of a file since its start.
#[derive(Debug, Default)]
struct Pass {
    /// The number of frames passed, read or skipped.
    frames: u64,
    /// The number of those that can't be shown.
    bad: u64,
    /// The error of the last one.
    failure: Option<MediaError>,
    /// The times of the last frame.
    last: Span,
    /// It began with a seek, so it can have missed the good frames.
    is_part: bool,
}

impl Pass {
    fn fail(&mut self, error: &MediaError) {
        self.bad += 1;
        self.failure = Some(error.clone());
    }

    /// Ends the pass.
    ///
    /// # Errors
    /// The last error if no frame can be shown: another pass would show none either.
    fn end(self) -> Result<(), MediaError> {
        if self.bad < self.frames || self.is_part {
            return Ok(());
        }
        Err(self
            .failure
            .unwrap_or_else(|| MediaError::data("no frame of the file can be shown; choose another")))
    }
}

impl FileStream {
    pub(super) fn new(
        clip: Box<dyn Clip>,
        lossless: bool,
        looping: bool,
        player: FilePlayer,
        pool: FramePool,
    ) -> Self {
        let seeks = player.start(clip.duration());
        Self {
            mode: clip.mode(),
            clip,
            lossless,
            looping,
            pool,
            player,
            seeks,
            paused_since: None,
            target: None,
            clock: FileClock::at(Duration::ZERO),
            sequence: 0,
            pass: Pass::default(),
            next: None,
            searching: true,
            undecided: false,
            shown: None,
            repeated_at: Instant::now(),
            ended: false,
            #[cfg(feature = "audio")]
            sound: None,
        }
    }

    /// Lets the sound of the file be heard too.
    #[cfg(feature = "audio")]
    pub(super) fn with_sound(mut self, sound: FileSound) -> Self {
        self.sound = Some(sound);
        self
    }

    /// Lets the sound follow the frames.
    #[cfg(feature = "audio")]
    fn lead_sound(&mut self) {
        // After the last frame has come, the sound goes on until its time is over.
        if let Some(sound) = self.sound.as_mut().filter(|_| !self.ended) {
            let is_playing = self.paused_since.is_none() && !self.searching;
            sound.follow(is_playing.then_some(self.clock));
        }
    }

    #[cfg(not(feature = "audio"))]
    fn lead_sound(&mut self) {
        if self.player.volume() > 0.0 && self.player.sound_error().is_none() {
            self.player.report_sound_error(MediaError::not_supported(
                "this build plays no sound of files: enable the feature `audio`",
            ));
        }
    }

    /// Pauses, resumes or seeks as the player says.
    fn follow_player(&mut self) -> Result<(), MediaError> {
        let Orders { paused, seek } = self.player.orders(&mut self.seeks);
        match (paused, self.paused_since) {
            (true, None) => self.paused_since = Some(Instant::now()),
            (false, Some(since)) => {
                self.clock.delay(since.elapsed());
                self.paused_since = None;
            }
            _ => {}
        }
        match seek {
            Some(to) if !self.clip.is_still() => self.seek(to),
            _ => Ok(()),
        }
    }

    fn seek(&mut self, to: Duration) -> Result<(), MediaError> {
        if !self.clip.seek(to)? {
            self.clip.rewind()?;
        }
        self.pass = Pass { is_part: true, ..Pass::default() };
        self.target = Some(to);
        self.searching = true;
        self.next = None;
        self.shown = None;
        self.ended = false;
        Ok(())
    }

    /// Sends the frame that stays, once a second for tracks that join later. `None` if no frame stays.
    fn repeat(&mut self, deadline: Instant) -> Option<StreamEvent> {
        let is_still = self.clip.is_still();
        if !is_still && self.paused_since.is_none() {
            return None;
        }
        let frame = self.shown.clone()?;
        let is_last = is_still && !self.looping && self.paused_since.is_none();
        // Without timing a still ends after its only frame.
        let is_over = is_last && self.lossless || sleep_until(self.repeated_at, deadline);
        if !is_over {
            return Some(StreamEvent::Pending);
        }
        if is_last {
            self.ended = true;
            return Some(StreamEvent::Ended);
        }
        let captured = self.repeated_at;
        let interval = Duration::from_secs_f64(1.0 / STILL_RATE);
        self.repeated_at = captured.max(Instant::now().checked_sub(interval).unwrap_or(captured)) + interval;
        let sequence = self.take_number();
        Some(StreamEvent::Frame(Frame { sequence, captured, ..frame }))
    }

    fn take_number(&mut self) -> u64 {
        self.sequence += 1;
        self.sequence - 1
    }

    /// Advances to the next frame, or from the file's end to its start.
    fn advance(&mut self) -> Result<Option<StreamEvent>, MediaError> {
        match self.clip.advance() {
            Ok(true) => {
                let span = self.clip.span().unwrap_or_else(|| self.even_span(self.pass.frames));
                self.pass.frames += 1;
                self.pass.last = span;
                let is_before_target = self.target.is_some_and(|target| span.end <= target);
                self.next = (!is_before_target).then_some(span);
                Ok(None)
            }
            Ok(false) => self.end_pass().map(|()| None),
            // Nothing after this place can be found: it is the file's end.
            Err(error) if error.name == ErrorName::Data => {
                self.pass.failure = Some(error.clone());
                self.end_pass()?;
                Ok(Some(StreamEvent::Corrupt(error)))
            }
            Err(error) => Err(error),
        }
    }

    /// The times of a frame at the rate of the mode.
    fn even_span(&self, index: u64) -> Span {
        let time = |index: u64| {
            Duration::try_from_secs_f64(index as f64 / self.mode.frame_rate).unwrap_or(Duration::MAX)
        };
        Span { start: time(index), end: time(index + 1) }
    }

    /// Starts again, or ends.
    ///
    /// # Errors
    /// The errors of [`Pass::end`].
    fn end_pass(&mut self) -> Result<(), MediaError> {
        let last = self.pass.last;
        if let Some(target) = self.target.take()
            && self.pass.frames > 0
            && last.start < target
        {
            return self.seek(last.start);
        }
        if self.pass.frames > 0 {
            self.player.report_duration(last.end);
        }
        self.ended = !self.looping && self.paused_since.is_none();
        std::mem::take(&mut self.pass).end()?;
        self.clock = FileClock::starting(self.clock.due(last.end), Duration::ZERO);
        if self.ended { Ok(()) } else { self.clip.rewind() }
    }

    /// Waits until the next frame is due. `None` if it isn't by then, or is skipped.
    fn wait_for(
        &mut self,
        span: Span,
        deadline: Instant,
        skip_until: &mut Option<Instant>,
    ) -> Option<Instant> {
        if self.searching {
            self.clock = FileClock::at(span.start);
            // The pause begins with this frame.
            self.paused_since = self.paused_since.map(|_| self.clock.instant());
            return Some(self.clock.instant());
        }
        if self.lossless {
            return Some(Instant::now());
        }
        let due = self.clock.due(span.start);
        if !sleep_until(due, deadline) {
            return None;
        }
        let now = Instant::now();
        let late = now.saturating_duration_since(due);
        if late > LONGEST_DELAY {
            // Frames that a camera would have sent meanwhile.
            let lost = (late.as_secs_f64() * self.mode.frame_rate) as u64;
            self.sequence += lost;
            self.clock.delay(self.even_span(lost).start);
        } else if self.clock.due(span.end) <= now && now < *skip_until.get_or_insert(now + LONGEST_SKIP) {
            self.next = None;
            self.sequence += 1;
            return None;
        }
        Some(self.clock.due(span.start))
    }

    /// Reads the frame to which the clip has advanced.
    fn read(&mut self, span: Span, captured: Instant) -> Result<StreamEvent, MediaError> {
        self.next = None;
        // Its buffer can be used again.
        self.shown = None;
        let sequence = self.take_number();
        match self.clip.load(&self.pool) {
            Ok(Some(frame)) => {
                let frame = Frame { sequence, captured, ..frame };
                self.target = None;
                self.undecided = true;
                self.repeated_at = captured + Duration::from_secs_f64(1.0 / STILL_RATE);
                self.shown = Some(frame.clone());
                self.player.report(span.start, self.seeks);
                Ok(StreamEvent::Frame(frame))
            }
            Ok(None) => {
                self.pass.bad += 1;
                Ok(StreamEvent::Pending)
            }
            Err(error) if error.name == ErrorName::Data => {
                self.pass.fail(&error);
                Ok(StreamEvent::Corrupt(error))
            }
            Err(error) => Err(error),
        }
    }
}

/// Sleeps until an instant. Returns `false` if the deadline comes first.
fn sleep_until(instant: Instant, deadline: Instant) -> bool {
    loop {
        let now = Instant::now();
        if instant <= now {
            return true;
        }
        if deadline <= now {
            return false;
        }
        thread::sleep(instant.min(deadline) - now);
    }
}

impl Stream for FileStream {
    fn mode(&self) -> NativeMode {
        self.mode
    }

    fn next(&mut self, wait: Duration) -> Result<StreamEvent, MediaError> {
        let deadline = Instant::now() + wait;
        let mut skip_until = None;
        if std::mem::take(&mut self.undecided) {
            self.searching = false;
        }
        self.follow_player()?;
        self.lead_sound();
        if let Some(event) = self.repeat(deadline) {
            return Ok(event);
        }
        loop {
            if self.ended {
                // The last frame has its time too.
                let is_over = self.lossless || sleep_until(self.clock.instant(), deadline);
                return Ok(if is_over { StreamEvent::Ended } else { StreamEvent::Pending });
            }
            if let Some(span) = self.next {
                match self.wait_for(span, deadline, &mut skip_until) {
                    Some(captured) => return self.read(span, captured),
                    None if self.next.is_some() => return Ok(StreamEvent::Pending),
                    None => {}
                }
            } else if self.clip.prepare()?
                && let Some(event) = self.advance()?
            {
                return Ok(event);
            }
            // Many packets to decode, or many frames to skip.
            if self.next.is_none() && !self.ended && Instant::now() > deadline + LONGEST_SKIP {
                return Ok(StreamEvent::Pending);
            }
        }
    }

    /// `None`: a file would start again if it were opened again, and it may be paused.
    fn silence_limit(&self) -> Option<Duration> {
        None
    }

    fn reject(&mut self, error: &MediaError) {
        self.undecided = false;
        self.shown = None;
        self.pass.fail(error);
    }

    fn lossless(&self) -> bool {
        self.lossless
    }
}
