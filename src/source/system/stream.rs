//! An open camera.

use std::time::Duration;

use bevy::platform::time::Instant;
use viewfinder_cameras::{Camera, Error, Event, Stream as CameraStream};

use super::{
    control::{capabilities, change, is_without_effect, settings},
    error::{is_final, media_error},
    format::running_mode,
    frame::{Description, copy, rotation},
};
use crate::{
    device::{Control, ControlCapabilities, ControlSettings, ControlValue, NativeMode},
    error::MediaError,
    frame::FramePool,
    source::{
        Stream, StreamEvent,
        guard::{FATAL_FAILURES, OLDEST_FRAME},
    },
};

/// A camera that runs.
pub(super) struct SystemStream {
    name: String,
    stream: CameraStream,
    mode: NativeMode,
    /// Whether that isn't the requested mode.
    is_other_mode: bool,
    pool: FramePool,
    capabilities: ControlCapabilities,
    /// The number of the next frame.
    sequence: u64,
    /// Failures since the last frame.
    failures: u32,
}

impl SystemStream {
    pub fn new(camera: Camera, mut stream: CameraStream, mode: NativeMode, pool: FramePool) -> Self {
        let capabilities = capabilities(stream.controls());
        let requested = mode;
        let mode = running_mode(stream.format(), stream.rate(), requested);
        let is_other_mode = mode != requested;
        Self { name: camera.name, mode, is_other_mode, pool, capabilities, stream, sequence: 0, failures: 0 }
    }

    /// Treats an error as transient until it is the [`FATAL_FAILURES`]th in a row.
    fn failed(&mut self, error: &Error) -> Result<StreamEvent, MediaError> {
        self.failures += 1;
        let failure = media_error(&self.name, error);
        if is_final(error) || self.failures >= FATAL_FAILURES {
            return Err(failure);
        }
        Ok(StreamEvent::Corrupt(failure))
    }
}

impl Stream for SystemStream {
    fn mode(&self) -> NativeMode {
        self.mode
    }

    fn modes(&self) -> Option<Vec<NativeMode>> {
        self.is_other_mode.then(|| vec![self.mode])
    }

    fn next(&mut self, wait: Duration) -> Result<StreamEvent, MediaError> {
        let (pool, first) = (&self.pool, self.sequence);
        let event = self.stream.next(wait, |frame| {
            let sequence = first.saturating_add(frame.lost);
            if frame.damaged {
                let damage = MediaError::data("the camera marks the frame as damaged: the next may be good");
                return (sequence, Err(damage));
            }
            let now = Instant::now();
            let age = frame.age.filter(|age| *age <= OLDEST_FRAME);
            let Some(layout) = frame.code.layout() else {
                let unknown = format!("the camera sent a frame of {}, which isn't supported", frame.code);
                return (sequence, Err(MediaError::data(unknown)));
            };
            let description = Description {
                size: (frame.width, frame.height).into(),
                layout,
                color: frame.color,
                rotation: rotation(frame.orientation),
                sequence,
                captured: age.and_then(|age| now.checked_sub(age)).unwrap_or(now),
            };
            (sequence, copy(description, &frame.planes, pool))
        });
        Ok(match event {
            Ok(Event::Frame((sequence, frame))) => {
                self.sequence = sequence.saturating_add(1);
                self.failures = 0;
                match frame {
                    Ok(frame) => StreamEvent::Frame(frame),
                    Err(damage) => StreamEvent::Corrupt(damage),
                }
            }
            Ok(Event::Suspended(suspended)) => StreamEvent::Muted(suspended),
            Ok(Event::Corrupt(error)) => StreamEvent::Corrupt(media_error(&self.name, &error)),
            Ok(_) => StreamEvent::Pending,
            Err(error) => return self.failed(&error),
        })
    }

    fn capabilities(&self) -> ControlCapabilities {
        self.capabilities.clone()
    }

    fn settings(&mut self) -> ControlSettings {
        settings(&self.capabilities, |control| self.stream.control(control))
    }

    fn set(&mut self, control: Control, value: &ControlValue) -> Result<(), MediaError> {
        let accepted = self.capabilities.get(&control).and_then(|capability| capability.accept(value));
        let Some((own, change)) = accepted.and_then(|value| change(control, &value)) else {
            return Err(MediaError::not_supported(format!(
                "{} has no {control} that accepts {value:?}: use a value of its capabilities",
                self.name
            )));
        };
        if is_without_effect(change, self.stream.control(own)) {
            return Ok(());
        }
        self.stream.set_control(own, change).map_err(|error| {
            MediaError::not_readable(format!(
                "{} rejected {value:?} for its {control} ({error}): try again, or leave the control unset",
                self.name
            ))
        })
    }
}
