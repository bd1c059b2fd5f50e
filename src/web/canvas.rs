//! Canvases that aren't in the page.

use bevy::math::UVec2;
use js_sys::Object;
use wasm_bindgen::{JsCast, JsValue};
use web_sys::HtmlCanvasElement;

use super::{media_error, page, set};
use crate::error::MediaError;

/// A canvas of this size, and its 2D context with these
/// [options](https://html.spec.whatwg.org/multipage/canvas.html#canvasrenderingcontext2dsettings). `purpose` completes
/// the error: "the browser has no canvas ...".
///
/// # Errors
/// The browser's, for sizes that it has no canvas of.
pub(crate) fn canvas_2d<Context: JsCast>(
    size: UVec2,
    options: &[(&str, bool)],
    purpose: &str,
) -> Result<(HtmlCanvasElement, Context), MediaError> {
    let (_, document) = page()?;
    let settings = Object::new();
    for (name, value) in options {
        set(&settings, name, &(*value).into());
    }
    let made = document.create_element("canvas").and_then(|canvas| {
        let canvas: HtmlCanvasElement = canvas.unchecked_into();
        canvas.set_width(size.x);
        canvas.set_height(size.y);
        let context = canvas.get_context_with_context_options("2d", &settings)?;
        let context = context.ok_or_else(|| JsValue::from("no context"))?;
        Ok((canvas, context.unchecked_into()))
    });
    made.map_err(|thrown| media_error(&thrown, &format!("the browser has no canvas {purpose}")))
}
