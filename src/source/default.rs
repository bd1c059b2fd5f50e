//! The default source of each platform.

use std::sync::Arc;

use super::Source;

/// V4L2 on Linux; nokhwa on macOS and Windows where it does no harm, and our own bindings elsewhere; `getUserMedia` on
/// the web. Without the feature `native`, a source that fails.
pub(super) fn source() -> Arc<dyn Source> {
    #[cfg(all(feature = "native", target_os = "linux"))]
    return Arc::new(super::V4l2Source);
    #[cfg(all(feature = "native", any(target_os = "macos", windows)))]
    return Arc::new(super::DesktopSource::default());
    #[cfg(all(
        feature = "native",
        not(any(target_os = "linux", target_os = "macos", windows, target_family = "wasm"))
    ))]
    return Arc::new(super::NokhwaSource::default());
    #[cfg(target_family = "wasm")]
    return Arc::new(super::WebSource::default());
    #[cfg(all(not(feature = "native"), not(target_family = "wasm")))]
    Arc::new(none::NoSource)
}

#[cfg(all(not(feature = "native"), not(target_family = "wasm")))]
mod none {
    use crate::{
        device::{Device, DeviceId, NativeMode},
        error::MediaError,
        frame::FramePool,
        source::{Source, Stream},
    };

    /// The source of builds without support for the machine's devices.
    #[derive(Debug)]
    pub(super) struct NoSource;

    impl Source for NoSource {
        fn devices(&self) -> Result<Vec<Device>, MediaError> {
            Err(MediaError::not_supported(
                "this build has no support for the machine's devices: enable the feature `native`, or add a TrackSource to the track",
            ))
        }

        fn open(&self, _: &DeviceId, _: &NativeMode, _: &FramePool) -> Result<Box<dyn Stream>, MediaError> {
            Err(MediaError::not_supported(
                "this build has no support for the machine's devices: enable the feature `native`",
            ))
        }
    }
}
