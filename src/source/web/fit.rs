//! What a file's picture becomes under a track's constraints: browsers have none for files, so cropping and scaling
//! are ours.

use std::cell::{Cell, RefCell};

use bevy::math::UVec2;

use super::track::TrackReporter;
use crate::{
    constraint::{VideoCapabilities, VideoConstraints, VideoSettings, select_settings},
    device::{Device, DeviceId, NativeMode},
    error::MediaError,
    frame::PixelFormat,
};

/// A file's track, as far as its settings go.
#[derive(Debug)]
pub(super) struct Fit {
    name: String,
    reporter: TrackReporter,
    constraints: RefCell<VideoConstraints>,
    /// That of the picture, once it is known.
    size: Cell<Option<UVec2>>,
    live: Cell<bool>,
    /// The end was reported.
    failed: Cell<bool>,
    /// Changes that came before the track was live.
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

    /// The picture has this size from now on: with the first, the track is live.
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

    /// The file shows no more.
    pub fn fail(&self, error: MediaError) {
        if self.failed.replace(true) {
            return;
        }
        if self.live.get() { self.reporter.ended(Some(error)) } else { self.reporter.failed(error) }
    }

    /// Other constraints.
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
            // The browser doesn't say at what rate a file plays.
            modes: vec![NativeMode { size, frame_rate: 0.0, format: PixelFormat::Rgba32 }],
            ..Default::default()
        };
        let capabilities = device.capabilities();
        Ok((select_settings(&[device], constraints)?, capabilities))
    }
}
