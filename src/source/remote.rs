//! The parts that the sources of cameras in a network share.

use std::{
    sync::{Arc, Mutex, PoisonError},
    time::Duration,
};

use super::Stream;
use crate::{
    device::{Device, DeviceId, NativeMode},
    error::{ErrorName, MediaError},
};

/// The intervals between frames that are no silence.
const INTERVALS: f64 = 5.0;
/// No limit is longer.
const LONGEST_LIMIT: Duration = Duration::from_secs(24 * 60 * 60);

/// The mode in which a camera ran last. Clones are the same camera's.
#[derive(Debug, Clone, Default)]
pub(super) struct KnownMode(Arc<Mutex<Option<NativeMode>>>);

impl KnownMode {
    pub(super) fn get(&self) -> Option<NativeMode> {
        *self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Remembers the mode of a stream that was opened.
    ///
    /// # Errors
    /// That of a stream that wasn't. A camera that has worked before is never
    /// [`NotFound`](ErrorName::NotFound): one that starts again has no name, or no pages, for a while.
    pub(super) fn remember<S: Stream + 'static>(
        &self,
        opened: Result<S, MediaError>,
    ) -> Result<Box<dyn Stream>, MediaError> {
        match opened {
            Ok(stream) => {
                *self.0.lock().unwrap_or_else(PoisonError::into_inner) = Some(stream.mode());
                Ok(Box::new(stream))
            }
            Err(error) if error.name == ErrorName::NotFound && self.get().is_some() => {
                Err(MediaError { name: ErrorName::NotReadable, ..error })
            }
            Err(error) => Err(error),
        }
    }
}

/// The only device of a source, by its URL without secrets.
pub(super) fn device(shown: &str, label: Option<&str>, mode: NativeMode) -> Device {
    Device {
        id: DeviceId(shown.to_owned()),
        group_id: shown.to_owned(),
        label: label.unwrap_or(shown).to_owned(),
        modes: vec![mode],
        ..Default::default()
    }
}

/// Checks that a device is the only one of a source.
///
/// # Errors
/// [`ErrorName::NotFound`] if it isn't.
pub(super) fn check_device(device: &DeviceId, shown: &str) -> Result<(), MediaError> {
    if device.0 == shown {
        return Ok(());
    }
    Err(MediaError::not_found(format!("there is no device {device} in this source; open {shown}")))
}

/// The time without a frame after which a camera counts as silent, of which the app has asked for this one.
pub(super) fn silence_limit(asked: Duration, frame_rate: f64) -> Duration {
    let intervals = Duration::try_from_secs_f64(INTERVALS / frame_rate).unwrap_or(LONGEST_LIMIT);
    asked.max(intervals).min(LONGEST_LIMIT)
}
