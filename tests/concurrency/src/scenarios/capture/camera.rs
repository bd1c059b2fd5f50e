//! A camera whose fate is known.

use std::{
    sync::{
        Arc,
        atomic::{AtomicBool, AtomicUsize, Ordering::SeqCst},
    },
    thread,
    time::Duration,
};

use bevy::math::UVec2;

use crate::{
    device::{Device, DeviceId, NativeMode},
    error::MediaError,
    frame::{Frame, FramePool, PixelFormat},
    source::{Source, Stream, StreamEvent},
};

/// The frames that a camera sends before its fate.
const FRAMES: u64 = 2;

const MODE: NativeMode = NativeMode { size: UVec2::ONE, frame_rate: 30.0, format: PixelFormat::Gray };

/// How a camera goes on after its first frames.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Fate {
    /// It sends a frame now and then.
    Runs,
    /// It ends without an error.
    Ends,
    Fails,
    /// It panics instead of the next frame.
    Panics,
    /// It panics once more when it is closed.
    PanicsTwice,
    /// It fails, and panics when it is closed.
    FailsAndPanics,
    PanicsAtOpening,
}

/// How often a camera was opened and closed.
#[derive(Debug, Default)]
pub struct State {
    is_open: AtomicBool,
    opened: AtomicUsize,
    closed: AtomicUsize,
}

impl State {
    pub fn opened(&self) -> usize {
        self.opened.load(SeqCst)
    }

    pub fn is_released(&self) -> bool {
        self.opened() == self.closed.load(SeqCst)
    }

    pub fn check_released(&self) {
        assert!(!self.is_open.load(SeqCst), "the camera is open");
        assert_eq!(self.opened(), self.closed.load(SeqCst));
    }
}

/// A source with one camera. Its fates follow each other, one for each opening, and the last stays.
#[derive(Debug)]
pub struct Camera {
    fates: Vec<Fate>,
    attempts: AtomicUsize,
    state: Arc<State>,
}

impl Camera {
    pub fn new(fates: impl IntoIterator<Item = Fate>) -> (Self, Arc<State>) {
        let state = Arc::<State>::default();
        let fates = fates.into_iter().collect();
        (Self { fates, attempts: AtomicUsize::new(0), state: state.clone() }, state)
    }
}

impl Source for Camera {
    fn devices(&self) -> Result<Vec<Device>, MediaError> {
        Ok(vec![Device { id: DeviceId::from("camera"), modes: vec![MODE], ..Device::default() }])
    }

    fn open(&self, _: &DeviceId, _: &NativeMode, pool: &FramePool) -> Result<Box<dyn Stream>, MediaError> {
        let attempt = self.attempts.fetch_add(1, SeqCst);
        let fate = self.fates[attempt.min(self.fates.len() - 1)];
        assert_ne!(fate, Fate::PanicsAtOpening, "it panics at opening, as it should");
        assert!(!self.state.is_open.swap(true, SeqCst), "the camera is opened twice");
        self.state.opened.fetch_add(1, SeqCst);
        Ok(Box::new(OpenCamera { fate, frames: 0, pool: pool.clone(), state: self.state.clone() }))
    }
}

struct OpenCamera {
    fate: Fate,
    frames: u64,
    pool: FramePool,
    state: Arc<State>,
}

impl Stream for OpenCamera {
    fn mode(&self) -> NativeMode {
        MODE
    }

    fn next(&mut self, wait: Duration) -> Result<StreamEvent, MediaError> {
        if self.frames >= FRAMES {
            match self.fate {
                Fate::Runs => thread::sleep(wait / 2),
                Fate::Ends => return Ok(StreamEvent::Ended),
                Fate::Fails | Fate::FailsAndPanics => {
                    return Err(MediaError::not_readable("it fails, as it should"));
                }
                Fate::Panics | Fate::PanicsTwice | Fate::PanicsAtOpening => {
                    panic!("it panics, as it should");
                }
            }
        }
        let sequence = self.frames;
        self.frames += 1;
        let frame = Frame::packed(PixelFormat::Gray, UVec2::ONE, self.pool.copy_of(&[sequence as u8]));
        Ok(StreamEvent::Frame(Frame { sequence, ..frame }))
    }
}

impl Drop for OpenCamera {
    fn drop(&mut self) {
        self.state.is_open.store(false, SeqCst);
        self.state.closed.fetch_add(1, SeqCst);
        if matches!(self.fate, Fate::PanicsTwice | Fate::FailsAndPanics) && self.frames >= FRAMES {
            panic!("it panics when it is closed, as it should");
        }
    }
}
