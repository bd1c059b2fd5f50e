//! The cameras and microphones of two sources in one list.

use std::{sync::Arc, time::Duration};

use super::{Source, Stream, audio::AudioSource, watch::DeviceWatcher};
use crate::{
    device::{Device, DeviceId, NativeMode},
    error::{ErrorName, MediaError},
    frame::FramePool,
};

/// A source that lists the cameras of one source and then the microphones of another, and opens neither.
#[derive(Debug)]
pub(crate) struct AllDevices {
    /// The source of the cameras.
    pub cameras: Arc<dyn Source>,
    /// The source of the microphones.
    pub microphones: Arc<dyn AudioSource>,
}

impl Source for AllDevices {
    /// The error is that of the cameras. A build without cameras has microphones all the same.
    fn devices(&self) -> Result<Vec<Device>, MediaError> {
        let microphones = self.microphones.devices().unwrap_or_default();
        match self.cameras.devices() {
            Ok(cameras) => Ok(cameras.into_iter().chain(microphones).collect()),
            Err(error) if error.name == ErrorName::NotSupported && !microphones.is_empty() => Ok(microphones),
            Err(error) => Err(error),
        }
    }

    fn open(&self, device: &DeviceId, _: &NativeMode, _: &FramePool) -> Result<Box<dyn Stream>, MediaError> {
        Err(MediaError::not_supported(format!("{device} is in a list of devices: open it by its own source")))
    }

    fn watch(&self) -> Box<dyn DeviceWatcher> {
        Box::new(AllWatcher {
            cameras: self.cameras.watch(),
            microphones: self.microphones.watch(),
            source: self.microphones.clone(),
            known: None,
        })
    }
}

/// The watchers of both sources.
#[derive(Debug)]
struct AllWatcher {
    cameras: Box<dyn DeviceWatcher>,
    microphones: Box<dyn DeviceWatcher>,
    source: Arc<dyn AudioSource>,
    /// The microphones when they were listed last.
    known: Option<Vec<Device>>,
}

impl DeviceWatcher for AllWatcher {
    /// Microphones are listed here, so that polling for them doesn't open the cameras.
    fn wait(&mut self, longest: Duration) -> bool {
        let changed = self.cameras.wait(longest);
        if !self.microphones.wait(Duration::ZERO) {
            return changed;
        }
        let now = self.source.devices().unwrap_or_default();
        let before = self.known.replace(now);
        changed || (before.is_some() && before != self.known)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{
        device::DeviceKind,
        source::{SyntheticSource, audio::SyntheticMicrophone},
    };

    #[derive(Debug)]
    struct Failing(ErrorName);

    impl Source for Failing {
        fn devices(&self) -> Result<Vec<Device>, MediaError> {
            Err(MediaError::new(self.0, "there is none"))
        }

        fn open(&self, _: &DeviceId, _: &NativeMode, _: &FramePool) -> Result<Box<dyn Stream>, MediaError> {
            Err(MediaError::new(self.0, "there is none"))
        }
    }

    fn listed(cameras: impl Source, microphones: usize) -> Result<Vec<DeviceKind>, ErrorName> {
        let all = AllDevices {
            cameras: Arc::new(cameras),
            microphones: Arc::new(SyntheticMicrophone::new().device_count(microphones)),
        };
        let kinds = |devices: Vec<Device>| devices.iter().map(|device| device.kind).collect();
        all.devices().map(kinds).map_err(|error| error.name)
    }

    #[test]
    fn cameras_come_before_microphones() {
        use DeviceKind::{AudioInput, VideoInput};
        assert_eq!(listed(SyntheticSource::new(), 2), Ok(vec![VideoInput, AudioInput, AudioInput]));
        assert_eq!(listed(Failing(ErrorName::NotAllowed), 1), Err(ErrorName::NotAllowed));
        assert_eq!(listed(Failing(ErrorName::NotSupported), 1), Ok(vec![AudioInput]));
        assert_eq!(listed(Failing(ErrorName::NotSupported), 0), Err(ErrorName::NotSupported));
    }
}
