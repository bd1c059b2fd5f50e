//! Streams that the user granted.

use js_sys::Array;
use wasm_bindgen::{JsCast, JsValue};
use web_sys::{MediaStream, MediaStreamTrack};

/// The tracks of one kind of a stream. Dropping it stops them, and the browser closes their device.
///
/// A stream of a request for a camera and a microphone is shared: each of them has its own tracks of it.
#[derive(Debug)]
pub(in crate::source) struct Granted {
    tracks: Array,
}

impl Granted {
    /// The video tracks of a stream.
    pub fn video(stream: &JsValue) -> Self {
        Self { tracks: stream.unchecked_ref::<MediaStream>().get_video_tracks() }
    }

    /// The audio tracks of a stream.
    #[cfg(feature = "audio")]
    pub fn audio(stream: &JsValue) -> Self {
        Self { tracks: stream.unchecked_ref::<MediaStream>().get_audio_tracks() }
    }

    /// This track.
    pub fn track(track: &MediaStreamTrack) -> Self {
        Self { tracks: Array::of1(track) }
    }

    /// The first track. `None` if there is none.
    pub fn first(&self) -> Option<MediaStreamTrack> {
        self.tracks.get(0).dyn_into().ok()
    }

    /// A stream of these tracks alone.
    ///
    /// # Errors
    /// The browser's exception.
    pub fn stream(&self) -> Result<MediaStream, JsValue> {
        MediaStream::new_with_tracks(&self.tracks)
    }
}

impl Drop for Granted {
    fn drop(&mut self) {
        for track in self.tracks.iter() {
            if let Ok(track) = track.dyn_into::<MediaStreamTrack>() {
                track.stop();
            }
        }
    }
}
