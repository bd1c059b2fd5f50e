//! The request of a track for a device.

use std::sync::Arc;

use super::hub::Hub;
use crate::{consent::Consent, constraint::VideoConstraints, device::DeviceId, source::Source};

/// The request of a track for a device.
#[derive(Debug)]
pub(crate) struct CaptureRequest {
    /// The devices that the app has open.
    pub hub: Hub,
    /// The source of the device.
    pub source: Arc<dyn Source>,
    /// The constraints that the device is to meet.
    pub constraints: VideoConstraints,
    /// The only device to choose, if the choice isn't free.
    pub only: Option<DeviceId>,
    /// Whether the user agrees.
    pub consent: Consent,
    /// The longest side of a texture that the renderer can make, in texels.
    pub longest_texture: u32,
}
