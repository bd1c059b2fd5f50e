//! Cameras through this project's own crate `viewfinder-cameras`.
//!
//! The crate lists formats as the system has them, and lends frames. [`format`], [`control`] and [`error`] translate
//! its terms into this crate's, and are tested on Linux. The source of macOS and Windows is here. That of Linux,
//! `PipewireSource`, is beside it.

#[cfg(any(target_os = "macos", windows, test))]
mod bindings;
mod control;
mod device;
mod error;
mod format;
mod frame;
mod stream;

#[cfg(any(target_os = "macos", windows, test))]
pub use bindings::SystemSource;
#[cfg(all(feature = "pipewire", target_os = "linux"))]
pub(super) use {
    device::{device, find_camera, open_camera, virtual_last},
    error::media_error,
};
