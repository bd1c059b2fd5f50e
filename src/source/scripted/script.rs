//! What drives a scripted source.

use std::{
    collections::{BTreeMap, BTreeSet},
    sync::{
        Arc, Mutex, MutexGuard, PoisonError,
        atomic::{AtomicUsize, Ordering},
    },
    time::Duration,
};

use bevy::math::UVec2;
use crossbeam_channel::Sender;

use super::{super::synthetic::check_mode, control};
use crate::{
    device::{Control, ControlSettings, ControlValue, Device, DeviceId, NativeMode},
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
    Controls,
    Muted(bool),
    Over(Result<(), MediaError>),
}

/// What a source, its streams and its scripts share.
#[derive(Debug)]
pub(super) struct Shared {
    state: Mutex<State>,
    pub(super) opened: AtomicUsize,
    pub(super) closed: AtomicUsize,
    pub(super) delivered: AtomicUsize,
    pub(super) listed: AtomicUsize,
}

#[derive(Debug)]
pub(super) struct State {
    pub(super) devices: Vec<Device>,
    /// What listing the devices answers, if not with a list.
    pub(super) hidden: Option<MediaError>,
    /// What opening a device answers, if not with a stream.
    pub(super) refusal: Option<MediaError>,
    /// What the controls of each device are set to, also while it is out.
    pub(super) controls: BTreeMap<DeviceId, ControlSettings>,
    /// Controls that can't be set.
    pub(super) stuck: BTreeSet<Control>,
    /// The time without a frame after which its devices are silent.
    pub(super) silence_limit: Option<Duration>,
    /// Who is told that the list of devices has changed.
    pub(super) watchers: Vec<Sender<()>>,
    streams: Vec<(DeviceId, Sender<Command>)>,
    /// What was said to nobody yet.
    kept: Vec<Command>,
}

impl Shared {
    pub(super) fn new(devices: Vec<Device>) -> Self {
        let mut state = State {
            devices: vec![],
            hidden: None,
            refusal: None,
            controls: BTreeMap::new(),
            stuck: BTreeSet::new(),
            silence_limit: None,
            watchers: vec![],
            streams: vec![],
            kept: vec![],
        };
        state.set_devices(devices);
        Self {
            state: Mutex::new(state),
            opened: AtomicUsize::new(0),
            closed: AtomicUsize::new(0),
            delivered: AtomicUsize::new(0),
            listed: AtomicUsize::new(0),
        }
    }

    pub(super) fn state(&self) -> MutexGuard<'_, State> {
        // A test that panicked while it held this has left nothing half done.
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl State {
    pub(super) fn attach(&mut self, device: DeviceId, stream: Sender<Command>) {
        for command in self.kept.drain(..) {
            // Its receiver is in the hands of the caller.
            let _ = stream.send(command);
        }
        self.streams.push((device, stream));
    }

    fn say(&mut self, command: Command) {
        self.tell(&command);
        if self.streams.is_empty() {
            self.kept.push(command);
        }
    }

    /// Says it to the streams that are open, and to none that is opened later.
    fn tell(&mut self, command: &Command) {
        self.streams.retain(|(_, stream)| stream.send(command.clone()).is_ok());
    }

    fn set_devices(&mut self, devices: Vec<Device>) {
        for device in &devices {
            let fresh = || control::fresh(&device.controls);
            self.controls.entry(device.id.clone()).or_insert_with(fresh);
        }
        self.devices = devices;
        self.tell_watchers();
    }

    fn tell_watchers(&mut self) {
        self.watchers.retain(|watcher| watcher.send(()).is_ok());
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

    /// Frames from now on have this color: display-encoded R, G, B. Grey (128) until it is said.
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

    /// Streams that are opened from now on are silent after this time without a frame
    /// ([`Stream::silence_limit`](crate::source::Stream::silence_limit)). Without it they may be silent for any time.
    pub fn silence_limit(&self, limit: Duration) {
        self.shared.state().silence_limit = Some(limit);
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
        state.set_devices(vec![]);
        state.end_streams(&gone(), |_| true);
    }

    /// This device is pulled out: its open streams fail with
    /// [`ErrorName::NotFound`](crate::error::ErrorName::NotFound), and it isn't listed until [`Script::plug_in`].
    pub fn pull_out(&self, device: &DeviceId) {
        let mut state = self.shared.state();
        let left = state.devices.iter().filter(|listed| listed.id != *device).cloned().collect();
        state.set_devices(left);
        state.end_streams(&gone(), |id| id == device);
    }

    /// This device is there from now on too, the last of the list. Its controls stand as they did when it was last there.
    pub fn plug_in(&self, device: Device) {
        let mut state = self.shared.state();
        let mut devices: Vec<_> =
            state.devices.iter().filter(|listed| listed.id != device.id).cloned().collect();
        devices.push(device);
        state.set_devices(devices);
    }

    /// The devices that are there from now on. Open streams go on.
    pub fn set_devices(&self, devices: impl IntoIterator<Item = Device>) {
        self.shared.state().set_devices(devices.into_iter().collect());
    }

    /// The devices that are there.
    pub fn devices(&self) -> Vec<Device> {
        self.shared.state().devices.clone()
    }

    /// Another program, or the camera itself, sets a control of every device that has it: open streams say
    /// [`Next::Controls`](crate::source::Next::Controls).
    pub fn change_control(&self, control: Control, value: ControlValue) {
        let mut state = self.shared.state();
        for settings in state.controls.values_mut() {
            if let Some(old) = settings.get_mut(&control) {
                *old = value.clone();
            }
        }
        state.tell(&Command::Controls);
    }

    /// What a control of the first device is set to, as the device says.
    pub fn control(&self, control: Control) -> Option<ControlValue> {
        let state = self.shared.state();
        state.controls.get(&state.devices.first()?.id)?.get(&control).cloned()
    }

    /// Setting this control fails from now on with [`ErrorName::NotReadable`](crate::error::ErrorName::NotReadable),
    /// until [`Script::allow`].
    pub fn jam(&self, control: Control) {
        self.shared.state().stuck.insert(control);
    }

    /// The camera gives no picture from now on, as when its shutter is closed.
    pub fn mute(&self) {
        self.say(Command::Muted(true));
    }

    /// The end of a [`Script::mute`].
    pub fn unmute(&self) {
        self.say(Command::Muted(false));
    }

    /// Opening a device fails from now on, as when the user has refused:
    /// [`ErrorName::NotAllowed`](crate::error::ErrorName::NotAllowed). Open streams go on.
    pub fn deny(&self) {
        self.shared.state().refusal = Some(denial());
    }

    /// The devices can't even be listed from now on, as where none may be opened:
    /// [`ErrorName::NotAllowed`](crate::error::ErrorName::NotAllowed).
    pub fn hide(&self) {
        let mut state = self.shared.state();
        state.hidden = Some(denial());
        state.tell_watchers();
    }

    /// As [`Script::deny`], and open streams end with the same error.
    pub fn revoke(&self) {
        let mut state = self.shared.state();
        state.refusal = Some(denial());
        state.end_streams(&denial(), |_| true);
    }

    /// Opening a device fails from now on, as when another program holds it:
    /// [`ErrorName::NotReadable`](crate::error::ErrorName::NotReadable).
    pub fn busy(&self) {
        let busy = MediaError::not_readable("another program uses the device; close that and try again");
        self.shared.state().refusal = Some(busy);
    }

    /// Devices can be listed and opened and controls be set again: the end of [`Script::hide`], [`Script::deny`],
    /// [`Script::revoke`], [`Script::busy`] and [`Script::jam`].
    pub fn allow(&self) {
        let mut state = self.shared.state();
        state.refusal = None;
        state.stuck.clear();
        if state.hidden.take().is_some() {
            state.tell_watchers();
        }
    }

    /// How many streams have been opened so far.
    pub fn opened(&self) -> usize {
        self.shared.opened.load(Ordering::Acquire)
    }

    /// How many streams have been opened and let go so far.
    pub fn closed(&self) -> usize {
        self.shared.closed.load(Ordering::Acquire)
    }

    /// How often the devices have been listed so far.
    pub fn listed(&self) -> usize {
        self.shared.listed.load(Ordering::Acquire)
    }

    /// How many frames have been read from all streams so far, broken ones included.
    pub fn delivered(&self) -> usize {
        self.shared.delivered.load(Ordering::Acquire)
    }
}

impl State {
    /// Unlike what is said, this doesn't wait for streams that will be opened later.
    fn end_streams(&mut self, error: &MediaError, which: impl Fn(&DeviceId) -> bool) {
        for (_, stream) in self.streams.extract_if(.., |(device, _)| which(device)) {
            // A stream that is gone has ended already.
            let _ = stream.send(Command::Over(Err(error.clone())));
        }
    }
}

fn gone() -> MediaError {
    MediaError::not_found("the device was unplugged; plug it in again or take another")
}

fn denial() -> MediaError {
    MediaError::not_allowed("the user doesn't allow the camera; allow it in the system's settings")
}
