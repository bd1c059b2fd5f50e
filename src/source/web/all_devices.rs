//! The page's cameras and microphones in one list.

use super::{ListedDevices, PageSource, PageTrack, TrackReporter, refresh};
use crate::{
    constraint::VideoConstraints,
    device::{Device, DeviceId, DeviceKind},
    error::MediaError,
    source::{AllDevices, audio::page_microphones},
};

impl PageSource for AllDevices {
    fn start(
        &self,
        _: &VideoConstraints,
        _: Option<&DeviceId>,
        _: TrackReporter,
    ) -> Result<Box<dyn PageTrack>, MediaError> {
        Err(MediaError::not_supported("this is a list of devices: open one by its own source"))
    }

    fn list(&self) -> ListedDevices {
        let has_microphones = page_microphones(&*self.microphones).is_some();
        let own = move |devices: Vec<Device>| -> Vec<Device> {
            let is_own = |device: &Device| has_microphones || device.kind == DeviceKind::VideoInput;
            devices.into_iter().filter(is_own).collect()
        };
        Box::pin(async move {
            let (before, now) = refresh().await?;
            Some((before.map(own), own(now)))
        })
    }
}
