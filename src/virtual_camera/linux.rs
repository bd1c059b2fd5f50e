//! Sending to devices of v4l2loopback.

use std::{sync::Arc, time::Duration};

use bevy::{math::UVec2, platform::time::Instant};

use super::work::{OutputSettings, Sent, even};
use crate::{
    device::DeviceId,
    error::{ErrorName, MediaError},
    frame::{ColorSpace, Frame, I420, RgbaFrame},
    source::{OutputNode, VideoOutput},
    tap::worker::FrameWork,
};

/// The time after which the newest frame is sent again.
const REPEAT: Duration = Duration::from_millis(250);

/// The time for which a busy device is tried again: the program that sent to it may be closing.
const BUSY: Duration = Duration::from_secs(1);

/// The work on the frames of a virtual camera: opens the device, and sends them.
#[derive(Debug)]
pub(super) struct Sending {
    settings: Arc<OutputSettings>,
    output: Option<Open>,
    /// The time of the first attempt to open the device.
    first_attempt: Option<Instant>,
    /// The frame that waits for a busy device.
    waiting: Option<Frame>,
    /// The error after which nothing is sent.
    failed: Option<MediaError>,
}

/// An open device.
#[derive(Debug)]
struct Open {
    output: VideoOutput,
    i420: I420,
    /// The bytes of the newest frame: the planes one after the other.
    bytes: Vec<u8>,
    frames: u64,
    sent: Instant,
}

impl Sending {
    /// Nothing is opened before the first frame, whose size counts.
    pub fn new(settings: &Arc<OutputSettings>) -> Result<Self, MediaError> {
        Ok(Self {
            settings: settings.clone(),
            output: None,
            first_attempt: None,
            waiting: None,
            failed: None,
        })
    }

    /// Sends a frame. An error is final.
    fn send(&mut self, frame: &Frame) -> Result<Option<Sent>, MediaError> {
        if let Some(error) = &self.failed {
            return Err(error.clone());
        }
        self.try_send(frame).inspect_err(|error| self.failed = Some(error.clone()))
    }

    fn try_send(&mut self, frame: &Frame) -> Result<Option<Sent>, MediaError> {
        let size = even(frame.size);
        let open = match &mut self.output {
            Some(open) => open,
            closed => {
                let first_attempt = *self.first_attempt.get_or_insert_with(Instant::now);
                match Open::new(&self.settings, size) {
                    Ok(open) => closed.insert(open),
                    Err(error) if error.name == ErrorName::NotReadable && first_attempt.elapsed() < BUSY => {
                        self.waiting = Some(frame.clone());
                        return Ok(None);
                    }
                    Err(error) => return Err(error),
                }
            }
        };
        // Frames of the track's own size come until the tap has that of the device.
        if size == open.i420.size() {
            open.convert(frame)?;
            open.write()?;
        }
        Ok(Some(open.state()))
    }
}

impl Open {
    fn new(settings: &OutputSettings, size: UVec2) -> Result<Self, MediaError> {
        let output = OutputNode::find(&settings.device)?.start(size, settings.frame_rate)?;
        Ok(Self { output, i420: I420::new(size), bytes: Vec::new(), frames: 0, sent: Instant::now() })
    }

    fn convert(&mut self, frame: &Frame) -> Result<(), MediaError> {
        // The default is BT.601 in limited range.
        self.i420.convert(RgbaFrame::new(&frame.buffer, frame.size)?, ColorSpace::default());
        self.bytes.clear();
        self.i420.planes().iter().for_each(|plane| self.bytes.extend_from_slice(plane));
        self.frames += 1;
        Ok(())
    }

    fn write(&mut self) -> Result<(), MediaError> {
        self.sent = Instant::now();
        self.output.write(&self.bytes).map(|_| ())
    }

    fn state(&self) -> Sent {
        let device = DeviceId(self.output.path().display().to_string());
        Sent { device, size: self.i420.size(), frames: self.frames }
    }
}

impl FrameWork for Sending {
    type Settings = OutputSettings;
    /// `None` if nothing is to be reported.
    type Output = Result<Option<Sent>, MediaError>;

    const NAME: &'static str = "the virtual camera";

    fn set_settings(&mut self, _: &Arc<OutputSettings>) {}

    fn run(&mut self, frame: &Frame) -> Self::Output {
        self.waiting = None;
        self.send(frame)
    }

    fn idle(&mut self) -> Option<Self::Output> {
        if let Some(frame) = self.waiting.take() {
            return Some(self.send(&frame));
        }
        let is_due = |open: &&mut Open| !open.bytes.is_empty() && open.sent.elapsed() >= REPEAT;
        let error = self.output.as_mut().filter(is_due)?.write().err()?;
        self.failed = Some(error.clone());
        Some(Err(error))
    }
}
