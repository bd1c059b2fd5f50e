//! A frame that the browser's page shows, copied by the browser: it never is in the app's memory.

use bevy::{
    math::UVec2,
    platform::time::Instant,
    render::renderer::{RenderDevice, RenderQueue},
};
use js_sys::Object;
use send_wrapper::SendWrapper;
use wasm_bindgen::{JsCast, JsValue, prelude::wasm_bindgen};
use web_sys::{HtmlCanvasElement, HtmlMediaElement, HtmlVideoElement};
use wgpu::{
    Backend, CopyExternalImageDestInfo, CopyExternalImageSourceInfo, Extent3d, ExternalImageSource, Origin2d,
    Origin3d, PredefinedColorSpace, TextureAspect,
};

use super::Planes;
use crate::{
    capture::Still,
    error::MediaError,
    frame::PixelFormat,
    source::web::{Mark, PageElement, PageFrames},
    web::{is_chromium, media_error, page, set},
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
    Some(Planes::of(planes, PixelFormat::Rgba32, mark.size, device).and_then(|planes| {
        let element = planes.between.draw(element, &mark)?;
        planes.copy(element, queue);
        Ok(mark.captured)
    }))
}

/// A canvas between a video and the texture, for browsers that don't copy well from the one to the other.
#[derive(Debug, Default)]
pub(super) struct Between {
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

impl Between {
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
    fn draw(&mut self, element: PageElement, mark: &Mark) -> Result<PageElement, MediaError> {
        let PageElement::Video(video) = &element else { return Ok(element) };
        match self.when {
            When::Never => return Ok(element),
            When::Scaled if mark.stored == mark.size => return Ok(element),
            When::Scaled | When::Always => {}
        }
        let canvas = match &mut self.canvas {
            Some(canvas) => canvas,
            none => none.insert(SendWrapper::new(canvas(mark.size)?)),
        };
        let (canvas, context) = &**canvas;
        context
            .draw_image(video, 0.0, 0.0, mark.size.x.into(), mark.size.y.into())
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
