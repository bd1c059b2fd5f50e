//! The handle of a scripted source.

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

/// The handle that controls a [`ScriptedSource`](super::ScriptedSource). Clones control the same source.
///
/// Commands apply to every open stream of the source, in order. Commands while none is open are kept for the first one.
/// To control two devices separately, create two sources.
#[derive(Debug, Clone)]
pub struct Script {
    shared: Arc<Shared>,
}

/// The defect of a frame.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum FrameFault {
    /// The buffer has half of the frame's bytes.
    Truncated,
    /// The buffer has no bytes.
    Empty,
    /// The stride is less than the length of a row.
    WrongStride,
    /// The frame claims 10^18 pixels.
    AbsurdSize,
    /// The frame starts like a JPEG and continues with noise.
    CorruptJpeg,
    /// The device marks the frame as corrupt: [`StreamEvent::Corrupt`](crate::source::StreamEvent::Corrupt).
    Flagged,
}

#[derive(Debug, Clone)]
pub(super) enum Command {
    Frames(u64),
    Lose(u64),
    Stall(bool),
    Solid([u8; 3]),
    Format(UVec2, PixelFormat),
    Faulty(FrameFault),
    Controls,
    Muted(bool),
    Disconnect,
    Over(Result<(), MediaError>),
}

/// The state that a source, its streams and its scripts share.
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
    /// The error of listing the devices, if any.
    pub(super) hidden: Option<MediaError>,
    /// The error of opening a device, if any.
    pub(super) refusal: Option<MediaError>,
    /// The values of each device's controls, which it keeps while unplugged.
    pub(super) controls: BTreeMap<DeviceId, ControlSettings>,
    /// Controls that can't be set.
    pub(super) stuck: BTreeSet<Control>,
    /// The time without a frame after which the devices are silent.
    pub(super) silence_limit: Option<Duration>,
    /// The watchers of the list of devices.
    pub(super) watchers: Vec<Sender<()>>,
    streams: Vec<(DeviceId, Sender<Command>)>,
    /// Commands for the first stream.
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
        // Every change is atomic, so a panic of another thread leaves no invalid state.
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl State {
    pub(super) fn attach(&mut self, device: DeviceId, stream: Sender<Command>) {
        for command in self.kept.drain(..) {
            // The caller holds the receiver.
            let _ = stream.send(command);
        }
        self.streams.push((device, stream));
    }

    fn command(&mut self, command: Command) {
        self.send(&command);
        if self.streams.is_empty() {
            self.kept.push(command);
        }
    }

    /// Sends a command to the open streams only.
    fn send(&mut self, command: &Command) {
        self.streams.retain(|(_, stream)| stream.send(command.clone()).is_ok());
    }

    fn set_devices(&mut self, devices: Vec<Device>) {
        for device in &devices {
            let fresh = || control::fresh(&device.controls);
            self.controls.entry(device.id.clone()).or_insert_with(fresh);
        }
        self.devices = devices;
        self.notify_watchers();
    }

    fn notify_watchers(&mut self) {
        self.watchers.retain(|watcher| watcher.send(()).is_ok());
    }
}

impl Script {
    pub(super) fn new(shared: Arc<Shared>) -> Self {
        Self { shared }
    }

    fn command(&self, command: Command) {
        self.shared.state().command(command);
    }

    /// Captures a frame.
    pub fn frame(&self) {
        self.frames(1);
    }

    /// Captures this many frames, which can be read immediately.
    pub fn frames(&self, count: u64) {
        self.command(Command::Frames(count));
    }

    /// Captures this many frames and loses them, which leaves a gap in the sequence.
    pub fn lose(&self, count: u64) {
        self.command(Command::Lose(count));
    }

    /// Sets the color of later frames: display-encoded R, G, B. Initially it is gray (128).
    pub fn solid(&self, color: [u8; 3]) {
        self.command(Command::Solid(color));
    }

    /// Stalls the device: frames are lost until [`Script::resume`].
    pub fn stall(&self) {
        self.command(Command::Stall(true));
    }

    /// Ends a [`Script::stall`].
    pub fn resume(&self) {
        self.command(Command::Stall(false));
    }

    /// Breaks the connection to the device, as a network does
    /// ([`StreamEvent::Disconnected`](crate::source::StreamEvent::Disconnected)). It can be opened again.
    pub fn disconnect(&self) {
        self.command(Command::Disconnect);
    }

    /// Streams that are opened from now on are silent after this time without a frame
    /// ([`Stream::silence_limit`](crate::source::Stream::silence_limit)). Without it they may be silent for any time.
    pub fn silence_limit(&self, limit: Duration) {
        self.shared.state().silence_limit = Some(limit);
    }

    /// Changes the size and format of later frames, like a driver that changes them by itself.
    ///
    /// # Errors
    /// [`ErrorName::Type`](crate::error::ErrorName::Type) for a size that can't be drawn. (For a frame that claims such
    /// a size use [`FrameFault::AbsurdSize`].)
    pub fn change_format(&self, size: UVec2, format: PixelFormat) -> Result<(), MediaError> {
        check_mode(&NativeMode { size, frame_rate: 1.0, format })?;
        self.command(Command::Format(size, format));
        Ok(())
    }

    /// Sends a faulty frame. The next is good again.
    pub fn faulty_frame(&self, fault: FrameFault) {
        self.command(Command::Faulty(fault));
    }

    /// Ends the source without an error, as a file ends.
    pub fn end(&self) {
        self.command(Command::Over(Ok(())));
    }

    /// Unplugs all devices: open streams fail with
    /// [`ErrorName::NotFound`](crate::error::ErrorName::NotFound), and the list is empty until
    /// [`Script::set_devices`].
    pub fn unplug(&self) {
        let mut state = self.shared.state();
        state.set_devices(vec![]);
        state.end_streams(&gone(), |_| true);
    }

    /// Unplugs a device: its open streams fail with
    /// [`ErrorName::NotFound`](crate::error::ErrorName::NotFound), and it isn't listed until [`Script::plug_in`].
    pub fn pull_out(&self, device: &DeviceId) {
        let mut state = self.shared.state();
        let left = state.devices.iter().filter(|listed| listed.id != *device).cloned().collect();
        state.set_devices(left);
        state.end_streams(&gone(), |id| id == device);
    }

    /// Plugs a device in, as the last of the list. Its controls keep their values of the last time.
    pub fn plug_in(&self, device: Device) {
        let mut state = self.shared.state();
        let mut devices: Vec<_> =
            state.devices.iter().filter(|listed| listed.id != device.id).cloned().collect();
        devices.push(device);
        state.set_devices(devices);
    }

    /// Replaces the list of devices. Open streams continue.
    pub fn set_devices(&self, devices: impl IntoIterator<Item = Device>) {
        self.shared.state().set_devices(devices.into_iter().collect());
    }

    /// The list of devices.
    pub fn devices(&self) -> Vec<Device> {
        self.shared.state().devices.clone()
    }

    /// Changes a control of every device that has it, like another program. Open streams report
    /// [`StreamEvent::ControlsChanged`](crate::source::StreamEvent::ControlsChanged).
    pub fn change_control(&self, control: Control, value: ControlValue) {
        let mut state = self.shared.state();
        for settings in state.controls.values_mut() {
            if let Some(old) = settings.get_mut(&control) {
                *old = value.clone();
            }
        }
        state.send(&Command::Controls);
    }

    /// The value of a control of the first device.
    pub fn control(&self, control: Control) -> Option<ControlValue> {
        let state = self.shared.state();
        state.controls.get(&state.devices.first()?.id)?.get(&control).cloned()
    }

    /// Rejects values of this control with [`ErrorName::NotReadable`](crate::error::ErrorName::NotReadable) until
    /// [`Script::allow`].
    pub fn jam(&self, control: Control) {
        self.shared.state().stuck.insert(control);
    }

    /// Mutes the device, like a closed shutter.
    pub fn mute(&self) {
        self.command(Command::Muted(true));
    }

    /// Ends a [`Script::mute`].
    pub fn unmute(&self) {
        self.command(Command::Muted(false));
    }

    /// Fails to open devices with [`ErrorName::NotAllowed`](crate::error::ErrorName::NotAllowed), like a user who
    /// denies. Open streams continue.
    pub fn deny(&self) {
        self.shared.state().refusal = Some(denial());
    }

    /// Fails to list devices with [`ErrorName::NotAllowed`](crate::error::ErrorName::NotAllowed).
    pub fn hide(&self) {
        let mut state = self.shared.state();
        state.hidden = Some(denial());
        state.notify_watchers();
    }

    /// Like [`Script::deny`], but open streams end with the same error.
    pub fn revoke(&self) {
        let mut state = self.shared.state();
        state.refusal = Some(denial());
        state.end_streams(&denial(), |_| true);
    }

    /// Fails to open devices with [`ErrorName::NotReadable`](crate::error::ErrorName::NotReadable), as if another
    /// program used them.
    pub fn busy(&self) {
        let busy =
            MediaError::not_readable("another program uses the device; close that program and try again");
        self.shared.state().refusal = Some(busy);
    }

    /// Allows listing, opening and setting controls again: ends [`Script::hide`], [`Script::deny`],
    /// [`Script::revoke`], [`Script::busy`] and [`Script::jam`].
    pub fn allow(&self) {
        let mut state = self.shared.state();
        state.refusal = None;
        state.stuck.clear();
        if state.hidden.take().is_some() {
            state.notify_watchers();
        }
    }

    /// The number of streams that were opened.
    pub fn opened(&self) -> usize {
        self.shared.opened.load(Ordering::Acquire)
    }

    /// The number of streams that were opened and closed.
    pub fn closed(&self) -> usize {
        self.shared.closed.load(Ordering::Acquire)
    }

    /// The number of times that the devices were listed.
    pub fn listed(&self) -> usize {
        self.shared.listed.load(Ordering::Acquire)
    }

    /// The number of frames that were read from all streams, faulty ones included.
    pub fn delivered(&self) -> usize {
        self.shared.delivered.load(Ordering::Acquire)
    }
}

impl State {
    /// Ends open streams. Unlike a command, it isn't kept for later ones.
    fn end_streams(&mut self, error: &MediaError, which: impl Fn(&DeviceId) -> bool) {
        for (_, stream) in self.streams.extract_if(.., |(device, _)| which(device)) {
            // A dropped stream has ended already.
            let _ = stream.send(Command::Over(Err(error.clone())));
        }
    }
}

fn gone() -> MediaError {
    MediaError::not_found("the device was unplugged; plug it in again or use another")
}

fn denial() -> MediaError {
    MediaError::not_allowed("the user denied access to the camera; allow it in the system's settings")
}
