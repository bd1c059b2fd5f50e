//! Nothing is staged in a browser.

use bevy::{
    prelude::*,
    render::{
        render_resource::{CommandEncoder, Texture},
        renderer::RenderDevice,
    },
};

use super::TrackFrame;
use crate::frame::{Frame, FrameRef};

/// The device of the GPU, whose memory holds no staged frames.
#[derive(Resource, Debug, Clone)]
pub(crate) struct StagingDevice;

impl StagingDevice {
    pub fn new(_: &RenderDevice) -> Self {
        Self
    }
}

/// The buffers of a track: none.
#[derive(Debug, Clone, Default)]
pub(crate) struct Staging;

impl Staging {
    /// Does nothing.
    pub fn offer(&self, _: &StagingDevice) {}

    /// The frame as it is.
    pub fn stage(&self, _: &FrameRef<'_>, owned: impl FnOnce() -> Frame) -> TrackFrame {
        TrackFrame { frame: owned(), staged: None }
    }
}

/// There is none.
#[derive(Debug)]
pub(crate) enum StagedFrame {}

impl StagedFrame {
    /// There is none.
    pub fn upload(self, _: &[Texture], _: &StagingDevice, _: &mut CommandEncoder) -> Option<StagedUpload> {
        match self {}
    }
}

/// There is none.
#[derive(Debug)]
pub(crate) enum StagedUpload {}

impl StagedUpload {
    /// There is none.
    pub fn map(self) {
        match self {}
    }
}
