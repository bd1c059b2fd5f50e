//! Systems without v4l2loopback.

use std::sync::Arc;

use super::work::{OutputSettings, Sent};
use crate::{error::MediaError, frame::Frame, tap::worker::FrameWork};

/// The work on the frames of a virtual camera: it can't begin.
#[derive(Debug)]
pub(super) enum Sending {}

impl Sending {
    pub fn new(_: &Arc<OutputSettings>) -> Result<Self, MediaError> {
        Err(MediaError::not_supported(
            "virtual cameras need Linux with the kernel's module v4l2loopback; on this system, show the app's window to \
             OBS Studio, and use its virtual camera",
        ))
    }
}

impl FrameWork for Sending {
    type Settings = OutputSettings;
    type Output = Result<Option<Sent>, MediaError>;

    const NAME: &'static str = "the virtual camera";

    fn set_settings(&mut self, _: &Arc<OutputSettings>) {}

    fn run(&mut self, _: &Frame) -> Self::Output {
        match *self {}
    }
}
