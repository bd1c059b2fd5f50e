//! Work on the newest frames of a tap, beside the picture.

#[cfg(any(target_family = "wasm", test))]
mod budget;
#[cfg(not(target_family = "wasm"))]
mod native;
#[cfg(target_family = "wasm")]
mod web;

use std::{fmt::Debug, sync::Arc};

#[cfg(not(target_family = "wasm"))]
pub(crate) use native::Worker;
#[cfg(target_family = "wasm")]
pub(crate) use web::Worker;

use crate::frame::Frame;

/// Work on frames, such as a search. A [`Worker`] runs it on a thread of its own, or in a browser within the app's
/// frames.
pub(crate) trait FrameWork: Debug + Send + Sized + 'static {
    /// The settings, which change while it runs.
    type Settings: Debug + Send + Sync + 'static;

    /// The result for a frame.
    type Output: Debug + Send + 'static;

    /// The name in errors: "the search for markers".
    const NAME: &'static str;

    /// Works with other settings from the next frame on.
    fn set_settings(&mut self, settings: &Arc<Self::Settings>);

    /// Works on a frame.
    fn run(&mut self, frame: &Frame) -> Self::Output;

    /// Does what is due while no frame comes, about every 50 ms.
    #[cfg(not(target_family = "wasm"))]
    fn idle(&mut self) -> Option<Self::Output> {
        None
    }
}
