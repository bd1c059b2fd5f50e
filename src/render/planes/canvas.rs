//! A canvas between a video element and the texture, for browsers that copy badly from the one to the other.

use bevy::{math::UVec2, render::renderer::RenderDevice};
use send_wrapper::SendWrapper;
use wasm_bindgen::{JsCast, JsValue, prelude::wasm_bindgen};
use web_sys::{HtmlCanvasElement, HtmlVideoElement};
use wgpu::Backend;

use crate::{
    error::MediaError,
    source::web::{FrameInfo, PageElement},
    web::{canvas_2d, is_chromium, media_error, set},
};

/// A canvas between a video element and the texture.
#[derive(Debug, Default)]
pub(super) struct CanvasCopy {
    when: When,
    canvas: Option<SendWrapper<(HtmlCanvasElement, Context)>>,
}

/// When a video is drawn to the canvas before it is copied.
#[derive(Debug, Default, Clone, Copy, PartialEq, Eq)]
enum When {
    /// With WebGPU, which copies the displayed frame, on the GPU.
    #[default]
    Never,
    /// If the browser stores the frame at another size than the page sees: WebGL would copy only a part of it.
    Scaled,
    /// In Chromium with WebGL: into an existing texture (as wgpu's are) it copies a video through main memory, and the
    /// page's thread waits until the GPU has finished all of its work. From a canvas it copies on the GPU.
    Always,
}

#[wasm_bindgen]
extern "C" {
    /// The part of [`CanvasRenderingContext2D`](https://html.spec.whatwg.org/multipage/canvas.html#2dcontext) that is
    /// used: binding all of it would enlarge the module.
    #[derive(Debug)]
    type Context;

    #[wasm_bindgen(method, catch, js_name = drawImage)]
    fn draw_image(
        this: &Context,
        image: &HtmlVideoElement,
        x: f64,
        y: f64,
        width: f64,
        height: f64,
    ) -> Result<(), JsValue>;
}

impl CanvasCopy {
    pub fn new(device: &RenderDevice) -> Self {
        let when = if device.wgpu_device().adapter_info().backend != Backend::Gl {
            When::Never
        } else if is_chromium() {
            When::Always
        } else {
            When::Scaled
        };
        Self { when, canvas: None }
    }

    /// Draws a video's frame at the size that the page sees, if needed. Other elements are returned unchanged.
    ///
    /// # Errors
    /// If the browser has no canvas, or can't draw the frame on it.
    pub fn draw(&mut self, element: PageElement, info: &FrameInfo) -> Result<PageElement, MediaError> {
        let PageElement::Video(video) = &element else { return Ok(element) };
        match self.when {
            When::Never => return Ok(element),
            When::Scaled if info.stored == info.size => return Ok(element),
            When::Scaled | When::Always => {}
        }
        let canvas = match &mut self.canvas {
            Some(canvas) => canvas,
            none => none.insert(SendWrapper::new(canvas(info.size)?)),
        };
        let (canvas, context) = &**canvas;
        context
            .draw_image(video, 0.0, 0.0, info.size.x.into(), info.size.y.into())
            .map_err(|thrown| media_error(&thrown, "the browser can't draw the camera's frame"))?;
        Ok(PageElement::Canvas(canvas.clone()))
    }
}

fn canvas(size: UVec2) -> Result<(HtmlCanvasElement, Context), MediaError> {
    // Only the GPU reads it.
    let options = [("willReadFrequently", false)];
    let (canvas, context) = canvas_2d::<Context>(size, &options, "to draw the camera's frames on")?;
    // Replace the canvas instead of blending with it.
    set(context.unchecked_ref(), "globalCompositeOperation", &"copy".into());
    Ok((canvas, context))
}
