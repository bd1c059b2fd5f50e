//! The capture thread. It stops by a flag, within [`LONGEST_WAIT`] if the source keeps that limit, also while its
//! device stalls.

use std::{thread, time::Duration};

use super::{
    frames::Frames,
    lease::DeviceLease,
    negotiation::{DeviceNegotiation, Outcome},
    open_device::{OpenDevice, Step},
    request::CaptureRequest,
    sink::TrackSink,
};
use crate::{
    error::MediaError,
    source::guard::{LONGEST_WAIT, catch_panic},
};

/// The pause until the reader of a lossless source is looked at again.
const BACKPRESSURE_PAUSE: Duration = Duration::from_millis(1);
/// The pause until a suspended device is looked at again.
const SUSPENDED_PAUSE: Duration = Duration::from_millis(20);
/// The pause until an answer is looked for again.
const ANSWER_PAUSE: Duration = Duration::from_millis(5);

/// The capture thread of one track, or of several that share a device. It runs until their switches stop it.
#[derive(Debug)]
pub(super) struct Driver;

impl Driver {
    /// Starts the thread.
    ///
    /// # Errors
    /// [`ErrorName::NotSupported`](crate::error::ErrorName::NotSupported) if no thread can be started.
    pub fn start(
        request: CaptureRequest,
        sink: TrackSink,
        frames: Frames,
    ) -> Result<(Self, Frames), MediaError> {
        thread::Builder::new()
            .name("viewfinder capture".into())
            .spawn(move || run(DeviceNegotiation::new(request, sink)))
            .map_err(|error| {
                MediaError::not_supported(format!(
                    "no capture thread can be started ({error}): stop other tracks or threads first"
                ))
            })?;
        Ok((Self, frames))
    }

    /// The thread needs no polling.
    pub fn poll(&self) {}
}

/// Negotiates until there is a device, and reads it until it ends or all its tracks are dropped.
fn run(mut negotiation: DeviceNegotiation) {
    while !negotiation.stopped() {
        match guarded(|| negotiation.step()).unwrap_or_else(Outcome::Failed) {
            Outcome::Waiting => thread::sleep(ANSWER_PAUSE),
            Outcome::Joined => return,
            Outcome::Opened(device, lease) => return read(*device, &lease),
            Outcome::Failed(error) => return negotiation.fail(error),
        }
    }
}

/// Runs code of a source. A driver's binding that panics must not end the app's other tracks.
fn guarded<T>(call: impl FnOnce() -> T) -> Result<T, MediaError> {
    catch_panic(call).map_err(|_| {
        MediaError::unknown(
            "a source panicked on its capture thread: this is a defect of the source; please report it",
        )
    })
}

fn read(mut device: OpenDevice, lease: &DeviceLease) {
    loop {
        if !device.is_exposing() {
            for join in lease.joins.try_iter() {
                let joined = guarded(|| device.join(join.sink)).unwrap_or_else(Err);
                let _ = join.answer.send(joined);
            }
        }
        let step = guarded(|| device.step(LONGEST_WAIT))
            // The driver may panic once more while it is closed. Then it counts as closed.
            .or_else(|error| guarded(|| device.end(Some(error))))
            .unwrap_or_else(|error| device.end(Some(error)));
        match step {
            Step::Progress | Step::TimedOut => {}
            Step::Backpressure => thread::sleep(BACKPRESSURE_PAUSE),
            Step::Suspended => thread::sleep(SUSPENDED_PAUSE),
            Step::Finished => return,
        }
    }
}

#[cfg(test)]
mod tests {
    use std::{iter, sync::Arc, time::Duration};

    use bevy::math::UVec2;

    use crate::{
        capture::{Capture, CaptureRequest, Hub},
        consent::Consent,
        constraint::VideoConstraints,
        device::{Device, DeviceId, NativeMode},
        error::{ErrorName, MediaError},
        frame::{FramePool, PixelFormat},
        report::CaptureReport,
        source::{Source, Stream, StreamEvent},
    };

    const MODE: NativeMode = NativeMode { size: UVec2::ONE, frame_rate: 30.0, format: PixelFormat::Gray };

    /// A source with one camera.
    #[derive(Debug)]
    struct Panicking;

    /// A camera that panics when it is read, and once more when it is closed.
    struct OpenPanicking;

    impl Source for Panicking {
        fn devices(&self) -> Result<Vec<Device>, MediaError> {
            Ok(vec![Device { modes: vec![MODE], ..Device::default() }])
        }

        fn open(&self, _: &DeviceId, _: &NativeMode, _: &FramePool) -> Result<Box<dyn Stream>, MediaError> {
            Ok(Box::new(OpenPanicking))
        }
    }

    impl Stream for OpenPanicking {
        fn mode(&self) -> NativeMode {
            MODE
        }

        fn next(&mut self, _: Duration) -> Result<StreamEvent, MediaError> {
            panic!("it panics when it is read, as it should");
        }
    }

    impl Drop for OpenPanicking {
        fn drop(&mut self) {
            panic!("it panics when it is closed, as it should");
        }
    }

    #[test]
    fn a_camera_that_panics_twice_ends_its_track() {
        let capture = Capture::start(CaptureRequest {
            hub: Hub::default(),
            source: Arc::new(Panicking),
            constraints: VideoConstraints::new(),
            only: None,
            consent: Consent::default(),
            longest_texture: 8192,
        });
        let capture = capture.expect("a thread can be started");
        let mut reports = iter::from_fn(|| capture.reports.recv_timeout(Duration::from_secs(20)).ok());
        assert!(reports.any(|report| match report {
            CaptureReport::Ended(error) => error.is_some_and(|error| error.name == ErrorName::Unknown),
            _ => false,
        }));
    }
}
