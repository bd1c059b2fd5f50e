//! What the gallery was called with: on the command line, or in the page's address.

use bevy_viewfinder::prelude::*;

/// Where frames come from, if not from a camera: `--synthetic`, or a picture or film in a file.
#[cfg(not(target_family = "wasm"))]
pub fn source() -> Option<TrackSource> {
    let argument = std::env::args_os().nth(1)?;
    if argument == "--synthetic" {
        return Some(TrackSource::synthetic());
    }
    Some(TrackSource::new(bevy_viewfinder::source::FileSource::new(argument)))
}

/// Where frames come from, if not from a camera: `?synthetic` of the page's address.
#[cfg(target_family = "wasm")]
pub fn source() -> Option<TrackSource> {
    let search = web_sys::window().and_then(|window| window.location().search().ok());
    search.is_some_and(|search| search.contains("synthetic")).then(TrackSource::synthetic)
}
