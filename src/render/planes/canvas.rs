//! A canvas between the page's element and the texture, for browsers that don't copy well from the one to the other.

use bevy::{math::UVec2, render::renderer::RenderDevice};
use js_sys::Object;
use send_wrapper::SendWrapper;
use wasm_bindgen::{JsCast, JsValue, prelude::wasm_bindgen};
use web_sys::{HtmlCanvasElement, HtmlVideoElement};
use wgpu::Backend;

use crate::{
    error::MediaError,
    source::web::{FrameInfo, PageElement},
    web::{is_chromium, media_error, page, set},
};

/// A canvas between a video and the texture, for browsers that don't copy well from the one to the other.
#[derive(Debug, Default)]
pub(super) struct CanvasCopy {
    when: When,
    canvas: Option<SendWrapper<(HtmlCanvasElement, Context)>>,
}

/// When a video is drawn to the canvas first.
#[derive(Debug, Default, Clone, Copy, PartialEq, Eq)]
enum When {
    /// WebGPU copies the picture that is shown, and on the GPU.
    #[default]
    Never,
    /// WebGL takes the browser's own picture, and no more than a part of one that the page sees smaller.
    Scaled,
    /// Into a texture that is there already (wgpu's all are) Chromium's WebGL copies a video through the main memory: the
    /// page's thread waits until the GPU has done all that it was ever told. From a canvas it copies on the GPU.
    Always,
}

#[wasm_bindgen]
extern "C" {
    /// The part of [`CanvasRenderingContext2D`](https://html.spec.whatwg.org/multipage/canvas.html#2dcontext) that is
    /// used: all of it would be weight.
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

    /// Draws a video's frame as large as the page sees it, if that is needed. Other elements are as they are.
    ///
    /// # Errors
    /// Where the browser has no canvas for it.
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
    let (_, document) = page()?;
    let made = document.create_element("canvas").and_then(|canvas| {
        let canvas: HtmlCanvasElement = canvas.unchecked_into();
        canvas.set_width(size.x);
        canvas.set_height(size.y);
        let options = Object::new();
        // Only the GPU reads it, so that is where it is to be.
        set(&options, "willReadFrequently", &false.into());
        let context = canvas.get_context_with_context_options("2d", &options)?.ok_or("no context")?;
        // What was there shows through no frame.
        set(&context, "globalCompositeOperation", &"copy".into());
        Ok((canvas, context.unchecked_into()))
    });
    made.map_err(|thrown| media_error(&thrown, "the browser has no canvas to draw the camera's frames on"))
}
