//! What drives a scripted source.

use std::sync::{
    Arc, Mutex, MutexGuard, PoisonError,
    atomic::{AtomicUsize, Ordering},
};

use bevy::math::UVec2;
use crossbeam_channel::Sender;

use super::super::synthetic::check_mode;
use crate::{
    device::{Device, NativeMode},
    error::MediaError,
    frame::PixelFormat,
};

/// The handle that tells a [`ScriptedSource`](super::ScriptedSource) what to do. Clones tell the same source.
///
/// What it says goes to every open stream of the source, in the order said. What is said while none is open is
/// kept for the first that is. To tell two cameras different things, make two sources.
#[derive(Debug, Clone)]
pub struct Script {
    shared: Arc<Shared>,
}

/// In what way a frame is broken.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Broken {
    /// The buffer ends in the middle of the picture.
    Truncated,
    /// The buffer has no bytes.
    Empty,
    /// Rows are said to be closer together than they are long.
    WrongStride,
    /// The frame says that it has 10^18 pixels.
    AbsurdSize,
    /// A frame that begins as a JPEG and goes on as noise.
    CorruptJpeg,
    /// The device itself says that the frame is no good: [`Next::Broken`](crate::source::Next::Broken).
    Flagged,
}

#[derive(Debug, Clone)]
pub(super) enum Command {
    Frames(u64),
    Lose(u64),
    Stall(bool),
    Solid([u8; 3]),
    Format(UVec2, PixelFormat),
    Broken(Broken),
    Over(Result<(), MediaError>),
}

/// What a source, its streams and its scripts share.
#[derive(Debug)]
pub(super) struct Shared {
    state: Mutex<State>,
    pub(super) opened: AtomicUsize,
    pub(super) closed: AtomicUsize,
    pub(super) delivered: AtomicUsize,
}

#[derive(Debug)]
pub(super) struct State {
    pub(super) devices: Vec<Device>,
    /// What opening a device answers, if not with a stream.
    pub(super) refusal: Option<MediaError>,
    streams: Vec<Sender<Command>>,
    /// What was said to nobody yet.
    kept: Vec<Command>,
}

impl Shared {
    pub(super) fn new(devices: Vec<Device>) -> Self {
        let state = State { devices, refusal: None, streams: vec![], kept: vec![] };
        Self {
            state: Mutex::new(state),
            opened: AtomicUsize::new(0),
            closed: AtomicUsize::new(0),
            delivered: AtomicUsize::new(0),
        }
    }

    pub(super) fn state(&self) -> MutexGuard<'_, State> {
        // A test that panicked while it held this has left nothing half done.
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl State {
    pub(super) fn attach(&mut self, stream: Sender<Command>) {
        for command in self.kept.drain(..) {
            // Its receiver is in the hands of the caller.
            let _ = stream.send(command);
        }
        self.streams.push(stream);
    }

    fn say(&mut self, command: Command) {
        self.streams.retain(|stream| stream.send(command.clone()).is_ok());
        if self.streams.is_empty() {
            self.kept.push(command);
        }
    }
}

impl Script {
    pub(super) fn new(shared: Arc<Shared>) -> Self {
        Self { shared }
    }

    fn say(&self, command: Command) {
        self.shared.state().say(command);
    }

    /// The camera captures a frame.
    pub fn frame(&self) {
        self.frames(1);
    }

    /// The camera captures this many frames, which can be read as fast as one likes.
    pub fn frames(&self, count: u64) {
        self.say(Command::Frames(count));
    }

    /// The camera captures this many frames and loses them on the way: a gap in the sequence.
    pub fn lose(&self, count: u64) {
        self.say(Command::Lose(count));
    }

    /// Frames from now on have this colour: display-encoded R, G, B. Grey (128) until it is said.
    pub fn solid(&self, color: [u8; 3]) {
        self.say(Command::Solid(color));
    }

    /// The camera stops sending: frames are lost until [`Script::resume`].
    pub fn stall(&self) {
        self.say(Command::Stall(true));
    }

    /// The end of a [`Script::stall`].
    pub fn resume(&self) {
        self.say(Command::Stall(false));
    }

    /// Frames from now on have another size and format, as when a driver changes them by itself.
    ///
    /// # Errors
    /// [`ErrorName::Type`](crate::error::ErrorName::Type) for a size that can't be painted. ([`Broken::AbsurdSize`]
    /// is how to have a frame say it has one.)
    pub fn change_format(&self, size: UVec2, format: PixelFormat) -> Result<(), MediaError> {
        check_mode(&NativeMode { size, frame_rate: 1.0, format })?;
        self.say(Command::Format(size, format));
        Ok(())
    }

    /// The camera sends a broken frame. The next is good again.
    pub fn broken(&self, how: Broken) {
        self.say(Command::Broken(how));
    }

    /// The source ends in the ordinary way, as a file does.
    pub fn end(&self) {
        self.say(Command::Over(Ok(())));
    }

    /// The devices are pulled out: open streams fail with
    /// [`ErrorName::NotFound`](crate::error::ErrorName::NotFound), and the list is empty until
    /// [`Script::set_devices`].
    pub fn unplug(&self) {
        let mut state = self.shared.state();
        state.devices.clear();
        state.end_streams(&MediaError::not_found(
            "the device was unplugged; plug it in again or take another",
        ));
    }

    /// The devices that are there from now on.
    pub fn set_devices(&self, devices: impl IntoIterator<Item = Device>) {
        self.shared.state().devices = devices.into_iter().collect();
    }

    /// Opening a device fails from now on, as when the user has refused:
    /// [`ErrorName::NotAllowed`](crate::error::ErrorName::NotAllowed). Open streams go on.
    pub fn deny(&self) {
        self.shared.state().refusal = Some(denial());
    }

    /// As [`Script::deny`], and open streams end with the same error.
    pub fn revoke(&self) {
        let mut state = self.shared.state();
        state.refusal = Some(denial());
        state.end_streams(&denial());
    }

    /// Opening a device fails from now on, as when another program holds it:
    /// [`ErrorName::NotReadable`](crate::error::ErrorName::NotReadable).
    pub fn busy(&self) {
        let busy = MediaError::not_readable("another program uses the device; close that and try again");
        self.shared.state().refusal = Some(busy);
    }

    /// Devices can be opened again: the end of [`Script::deny`], [`Script::revoke`] and [`Script::busy`].
    pub fn allow(&self) {
        self.shared.state().refusal = None;
    }

    /// How many streams have been opened so far.
    pub fn opened(&self) -> usize {
        self.shared.opened.load(Ordering::Acquire)
    }

    /// How many streams have been opened and let go so far.
    pub fn closed(&self) -> usize {
        self.shared.closed.load(Ordering::Acquire)
    }

    /// How many frames have been read from all streams so far, broken ones included.
    pub fn delivered(&self) -> usize {
        self.shared.delivered.load(Ordering::Acquire)
    }
}

impl State {
    /// Unlike what is said, this doesn't wait for streams that will be opened later.
    fn end_streams(&mut self, error: &MediaError) {
        for stream in self.streams.drain(..) {
            // A stream that is gone has ended already.
            let _ = stream.send(Command::Over(Err(error.clone())));
        }
    }
}

fn denial() -> MediaError {
    MediaError::not_allowed("the user doesn't allow the camera; allow it in the system's settings")
}
