//! The constraints of a file's track. Browsers support none for files, so this crate crops and scales.

use std::cell::{Cell, RefCell};

use bevy::math::UVec2;

use super::track::TrackReporter;
use crate::{
    constraint::{VideoCapabilities, VideoConstraints, VideoSettings, select_settings},
    device::{Device, DeviceId, NativeMode},
    error::MediaError,
    frame::PixelFormat,
};

/// The constraints and settings of a file's track.
#[derive(Debug)]
pub(super) struct Fit {
    name: String,
    reporter: TrackReporter,
    constraints: RefCell<VideoConstraints>,
    /// The size of the image or video, once it is known.
    size: Cell<Option<UVec2>>,
    live: Cell<bool>,
    /// Whether the end was reported.
    failed: Cell<bool>,
    /// Changes from before the track was live.
    waiting: RefCell<Vec<VideoConstraints>>,
}

impl Fit {
    pub fn new(name: String, constraints: VideoConstraints, reporter: TrackReporter) -> Self {
        Self {
            name,
            reporter,
            constraints: RefCell::new(constraints),
            size: Cell::default(),
            live: Cell::default(),
            failed: Cell::default(),
            waiting: RefCell::default(),
        }
    }

    /// Sets the size of the image or video. The first one makes the track live.
    pub fn resize(&self, size: UVec2) {
        self.size.set(Some(size));
        let settings =
            self.reporter.check_size(size).and_then(|()| self.settings(size, &self.constraints.borrow()));
        match settings {
            Ok(_) if self.failed.get() => {}
            Ok((settings, _)) if self.live.get() => self.reporter.settings(settings),
            Ok((settings, capabilities)) => {
                self.live.set(true);
                self.reporter.live(settings, capabilities);
            }
            Err(error) => self.fail(error),
        }
        if self.live.get() {
            self.waiting.take().into_iter().for_each(|constraints| self.change(constraints));
        }
    }

    /// Reports that the file can't be shown any more.
    pub fn fail(&self, error: MediaError) {
        if self.failed.replace(true) {
            return;
        }
        if self.live.get() { self.reporter.ended(Some(error)) } else { self.reporter.failed(error) }
    }

    /// Changes the constraints.
    pub fn change(&self, constraints: VideoConstraints) {
        let Some(size) = self.size.get().filter(|_| self.live.get()) else {
            self.waiting.borrow_mut().push(constraints);
            return;
        };
        match self.settings(size, &constraints) {
            Ok((settings, _)) => {
                self.reporter.settings(settings);
                self.reporter.applied(constraints.clone());
                self.constraints.replace(constraints);
            }
            Err(error) => self.reporter.rejected(constraints, error),
        }
    }

    fn settings(
        &self,
        size: UVec2,
        constraints: &VideoConstraints,
    ) -> Result<(VideoSettings, VideoCapabilities), MediaError> {
        let device = Device {
            id: DeviceId(self.name.clone()),
            label: self.name.clone(),
            // The browser doesn't report a file's frame rate.
            modes: vec![NativeMode { size, frame_rate: 0.0, format: PixelFormat::Rgba32 }],
            ..Default::default()
        };
        let capabilities = device.capabilities();
        Ok((select_settings(&[device], constraints)?, capabilities))
    }
}
