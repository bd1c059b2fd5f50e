//! A scripted source whose devices a test holds while they are opened, and makes panic.

use std::{
    sync::{
        Arc,
        atomic::{AtomicBool, Ordering},
    },
    thread,
    time::Duration,
};

use bevy_viewfinder::{
    device::{Control, ControlCapabilities, ControlSettings, ControlValue, Device, DeviceId, NativeMode},
    frame::FramePool,
    prelude::*,
    source::{
        DeviceWatcher, Source, Stream, StreamEvent,
        scripted::{Script, ScriptedSource},
    },
};

/// A scripted source with a [`Trap`].
#[derive(Debug)]
pub struct TrappedSource {
    source: ScriptedSource,
    trap: Trap,
}

/// Holds devices while they are opened, and makes them panic. Clones control the same source.
#[derive(Debug, Clone, Default)]
pub struct Trap(Arc<State>);

#[derive(Debug, Default)]
struct State {
    is_held: AtomicBool,
    is_opening: AtomicBool,
    panics: AtomicBool,
}

impl TrappedSource {
    pub fn new() -> (Self, Script, Trap) {
        let (source, script) = ScriptedSource::new();
        let trap = Trap::default();
        (Self { source, trap: trap.clone() }, script, trap)
    }
}

impl Trap {
    /// Holds devices that are opened from now on.
    pub fn hold(&self) {
        self.0.is_held.store(true, Ordering::Release);
    }

    /// Opens the devices that are held.
    pub fn release(&self) {
        self.0.is_held.store(false, Ordering::Release);
    }

    /// Whether a device is held.
    pub fn is_opening(&self) -> bool {
        self.0.is_opening.load(Ordering::Acquire)
    }

    /// Makes the next call of a device panic.
    pub fn panic(&self) {
        self.0.panics.store(true, Ordering::Release);
    }

    fn check(&self) {
        assert!(!self.0.panics.swap(false, Ordering::AcqRel), "the test wants a panic");
    }

    fn wait(&self) {
        self.0.is_opening.store(true, Ordering::Release);
        while self.0.is_held.load(Ordering::Acquire) {
            thread::sleep(Duration::from_millis(1));
        }
        self.0.is_opening.store(false, Ordering::Release);
    }
}

impl Source for TrappedSource {
    fn devices(&self) -> Result<Vec<Device>, MediaError> {
        self.source.devices()
    }

    fn open(
        &self,
        device: &DeviceId,
        mode: &NativeMode,
        pool: &FramePool,
    ) -> Result<Box<dyn Stream>, MediaError> {
        self.trap.wait();
        self.trap.check();
        let stream = self.source.open(device, mode, pool)?;
        Ok(Box::new(TrappedStream { stream, trap: self.trap.clone() }))
    }

    fn watch(&self) -> Box<dyn DeviceWatcher> {
        self.source.watch()
    }
}

struct TrappedStream {
    stream: Box<dyn Stream>,
    trap: Trap,
}

impl Stream for TrappedStream {
    fn mode(&self) -> NativeMode {
        self.stream.mode()
    }

    fn next(&mut self, wait: Duration) -> Result<StreamEvent, MediaError> {
        self.trap.check();
        self.stream.next(wait)
    }

    fn capabilities(&self) -> ControlCapabilities {
        self.stream.capabilities()
    }

    fn settings(&mut self) -> ControlSettings {
        self.stream.settings()
    }

    fn set(&mut self, control: Control, value: &ControlValue) -> Result<(), MediaError> {
        self.stream.set(control, value)
    }

    fn silence_limit(&self) -> Option<Duration> {
        self.stream.silence_limit()
    }
}
