//! Photos on the clipboard.

#[cfg(not(target_family = "wasm"))]
mod native;
#[cfg(target_family = "wasm")]
mod web;

use bevy::prelude::*;

#[cfg(not(target_family = "wasm"))]
use native as platform;
#[cfg(target_family = "wasm")]
use web as platform;

use super::PhotoTaken;

/// Copies a photo to the clipboard when it was taken. The answer is [`PhotoCopied`](super::PhotoCopied) or
/// [`PhotoFailed`](super::PhotoFailed): `NotSupported` where there is no clipboard, `NotReadable` while another program
/// holds it.
///
/// On Linux (X11, and Wayland by XWayland) the app itself hands out the photo, so it is on the clipboard for as long as
/// the app runs.
///
/// Browsers copy on secure pages alone (https or localhost), while the page has the focus, and some only after a click
/// or a key press. See [`share`](super::share) for that.
pub fn copy_to_clipboard() -> impl FnMut(On<PhotoTaken>, Commands) {
    move |taken, mut commands| platform::copy(&mut commands, taken.entity, &taken.photo)
}
