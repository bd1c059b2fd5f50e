//! A canvas that isn't in the page: the browser records its stream.

use std::cell::Cell;

use bevy::{math::UVec2, platform::time::Instant};
use wasm_bindgen::{Clamped, JsCast, JsValue, prelude::wasm_bindgen};
use web_sys::{HtmlCanvasElement, ImageData, MediaStream, MediaStreamTrack};

use crate::{
    error::MediaError,
    frame::Frame,
    recorder::{job::LONGEST_STILL, opaque::compose_over_black},
    web::{call, canvas_2d, get, media_error},
};

/// A canvas that frames are drawn on, and its stream. Dropping it ends the stream.
#[derive(Debug)]
pub(super) struct CanvasInput {
    pub size: UVec2,
    pub stream: MediaStream,
    canvas: HtmlCanvasElement,
    context: Context,
    /// The object with the method `requestFrame`. `None` if the stream has a frame whenever the canvas changes.
    requested: Option<JsValue>,
    /// The time of the last frame.
    drawn: Cell<Option<Instant>>,
}

#[wasm_bindgen]
extern "C" {
    /// The part of [`CanvasRenderingContext2D`](https://html.spec.whatwg.org/multipage/canvas.html#2dcontext) that is
    /// used: binding all of it would enlarge the module.
    #[derive(Debug)]
    type Context;

    #[wasm_bindgen(method, catch, js_name = putImageData)]
    fn put_image_data(this: &Context, data: &ImageData, x: f64, y: f64) -> Result<(), JsValue>;

    #[wasm_bindgen(method, catch, js_name = drawImage)]
    fn draw_image(this: &Context, image: &HtmlCanvasElement, x: f64, y: f64) -> Result<(), JsValue>;
}

impl CanvasInput {
    /// A black canvas of this size.
    ///
    /// # Errors
    /// If the browser has no such canvas, or no streams of canvases.
    pub fn new(size: UVec2) -> Result<Self, MediaError> {
        // Encoders read it on the CPU.
        let options = [("alpha", false), ("willReadFrequently", true)];
        let purpose =
            format!("of {}x{} to record; choose another size by MediaRecorder::size", size.x, size.y);
        let (canvas, context) = canvas_2d(size, &options, &purpose)?;
        let (stream, requested) = stream(&canvas)
            .map_err(|thrown| media_error(&thrown, "the browser records no canvas; use a newer one"))?;
        Ok(Self { size, stream, canvas, context, requested, drawn: Cell::default() })
    }

    /// Draws a frame of the canvas's size.
    ///
    /// # Errors
    /// If the browser can't draw it.
    pub fn draw(&self, mut frame: Frame, now: Instant) -> Result<(), MediaError> {
        compose_over_black(&mut frame.buffer);
        let data =
            ImageData::new_with_u8_clamped_array_and_sh(Clamped(&frame.buffer), frame.size.x, frame.size.y);
        data.and_then(|data| self.context.put_image_data(&data, 0.0, 0.0)).map_err(|thrown| {
            media_error(&thrown, "the browser can't draw a frame for the recording; record a smaller size")
        })?;
        self.end_frame(now);
        Ok(())
    }

    /// Draws the last frame again if none came for a while. Returns whether it did.
    pub fn repeat(&self, now: Instant) -> bool {
        let is_due = self.drawn.get().is_some_and(|drawn| now.duration_since(drawn) >= LONGEST_STILL);
        // Browsers take a frame only of a canvas that was drawn on.
        let is_drawn = is_due && self.context.draw_image(&self.canvas, 0.0, 0.0).is_ok();
        if is_drawn {
            self.end_frame(now);
        }
        is_drawn
    }

    fn end_frame(&self, now: Instant) {
        self.drawn.set(Some(now));
        if let Some(requested) = &self.requested {
            call(requested, "requestFrame");
        }
    }
}

impl Drop for CanvasInput {
    fn drop(&mut self) {
        stop_tracks(&self.stream);
    }
}

/// The stream of a canvas, and the object with its method `requestFrame`: by the standard the track, in older versions
/// the stream. If neither has it, the stream has a frame whenever the canvas changes.
fn stream(canvas: &HtmlCanvasElement) -> Result<(MediaStream, Option<JsValue>), JsValue> {
    if !get(canvas, "captureStream").is_function() {
        return Err("no captureStream".into());
    }
    let stream = canvas.capture_stream_with_frame_request_rate(0.0)?;
    // Not `MediaStream::clone`, which makes another stream.
    let requested = [stream.get_video_tracks().get(0), Clone::clone(&stream).into()]
        .into_iter()
        .find(|object| get(object, "requestFrame").is_function());
    if requested.is_some() {
        return Ok((stream, requested));
    }
    stop_tracks(&stream);
    Ok((canvas.capture_stream()?, None))
}

fn stop_tracks(stream: &MediaStream) {
    for track in stream.get_tracks() {
        if let Ok(track) = track.dyn_into::<MediaStreamTrack>() {
            track.stop();
        }
    }
}
