//! A frame that the browser's page shows, copied by the browser: it never is in the app's memory.

use bevy::{
    math::UVec2,
    platform::time::Instant,
    render::renderer::{RenderDevice, RenderQueue},
};
use send_wrapper::SendWrapper;
use wasm_bindgen::{JsCast, JsValue, prelude::wasm_bindgen};
use web_sys::{HtmlCanvasElement, HtmlMediaElement, HtmlVideoElement};
use wgpu::{
    Backend, CopyExternalImageDestInfo, CopyExternalImageSourceInfo, Extent3d, ExternalImageSource, Origin2d,
    Origin3d, PredefinedColorSpace, TextureAspect,
};

use super::Planes;
use crate::{
    browser::{media_error, page},
    capture::Still,
    error::MediaError,
    frame::PixelFormat,
    source::page::{PageElement, PageFrames},
};

/// Copies the newest frame, if there is one. Gives the time at which it was captured.
pub(super) fn copy(
    frames: &PageFrames,
    planes: &mut Option<Planes>,
    device: &RenderDevice,
    queue: &RenderQueue,
) -> Option<Result<Instant, MediaError>> {
    let (element, mark) = frames.take()?;
    if let PageElement::Video(video) = &element {
        // Between a change of size and its first frame the two differ: there is nothing to copy yet.
        let size = UVec2::new(video.video_width(), video.video_height());
        if video.ready_state() < HtmlMediaElement::HAVE_CURRENT_DATA || size != mark.size {
            return None;
        }
    }
    // What WebGPU copies is the picture that is shown; WebGL takes the browser's own, and of that no more than a part.
    let shrinks = mark.stored != mark.size && device.wgpu_device().adapter_info().backend == Backend::Gl;
    Some(Planes::of(planes, PixelFormat::Rgba32, mark.size, device).and_then(|planes| {
        let element = if shrinks { planes.shrunk.draw(&element, mark.size)? } else { element };
        planes.copy(element, queue);
        Ok(mark.captured)
    }))
}

/// A canvas that shows a video in the size in which the page sees it.
#[derive(Debug, Default)]
pub(super) struct Shrunk(Option<SendWrapper<(HtmlCanvasElement, Context)>>);

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

impl Shrunk {
    /// Draws a video's frame in this size. Other elements are as they are.
    ///
    /// # Errors
    /// Where the browser has no canvas for it.
    fn draw(&mut self, element: &PageElement, size: UVec2) -> Result<PageElement, MediaError> {
        let PageElement::Video(video) = element else { return Ok(element.clone()) };
        let canvas = match &mut self.0 {
            Some(canvas) => canvas,
            none => none.insert(SendWrapper::new(canvas(size)?)),
        };
        let (canvas, context) = &**canvas;
        context
            .draw_image(video, 0.0, 0.0, size.x.into(), size.y.into())
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
        let context = canvas.get_context("2d")?.ok_or("no context")?;
        Ok((canvas, context.unchecked_into()))
    });
    made.map_err(|thrown| media_error(&thrown, "the browser has no canvas to shrink the camera's frames on"))
}

impl Planes {
    /// Planes of their own for a still.
    ///
    /// # Errors
    /// [`ErrorName::NotSupported`](crate::error::ErrorName::NotSupported) for one that is too large for the GPU.
    pub fn of_still(still: &Still, device: &RenderDevice, queue: &RenderQueue) -> Result<Self, MediaError> {
        let planes = Self::new(PixelFormat::Rgba32, still.size(), device)?;
        planes.copy(still.element(), queue);
        Ok(planes)
    }

    /// Takes over what an element of just this size shows: display-encoded values, straight alpha, top row first.
    fn copy(&self, element: PageElement, queue: &RenderQueue) {
        let source = match element {
            PageElement::Video(video) => ExternalImageSource::HTMLVideoElement(video),
            PageElement::Bitmap(bitmap) => ExternalImageSource::ImageBitmap(bitmap),
            PageElement::Canvas(canvas) => ExternalImageSource::HTMLCanvasElement(canvas),
        };
        let Some(texture) = self.textures.first() else { return };
        queue.copy_external_image_to_texture(
            &CopyExternalImageSourceInfo { source, origin: Origin2d::ZERO, flip_y: false },
            CopyExternalImageDestInfo {
                texture,
                mip_level: 0,
                origin: Origin3d::ZERO,
                aspect: TextureAspect::All,
                color_space: PredefinedColorSpace::Srgb,
                premultiplied_alpha: false,
            },
            Extent3d { width: self.size.x, height: self.size.y, depth_or_array_layers: 1 },
        );
    }
}
