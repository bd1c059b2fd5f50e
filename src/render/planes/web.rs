//! Frames of the page's elements, which the browser copies to the GPU without passing through the app's memory.

use bevy::{
    math::UVec2,
    platform::time::Instant,
    render::renderer::{RenderDevice, RenderQueue},
};
use web_sys::HtmlMediaElement;
use wgpu::{
    CopyExternalImageDestInfo, CopyExternalImageSourceInfo, Extent3d, ExternalImageSource, Origin2d,
    Origin3d, PredefinedColorSpace, TextureAspect,
};

use super::Planes;
use crate::{
    error::MediaError,
    frame::PixelFormat,
    source::web::{PageElement, PageFrames},
};

/// Copies the newest frame, if there is one. Returns the time at which it was captured.
pub(in crate::render) fn copy(
    frames: &PageFrames,
    planes: &mut Option<Planes>,
    device: &RenderDevice,
    queue: &RenderQueue,
) -> Option<Result<Instant, MediaError>> {
    let (element, info) = frames.take()?;
    if let PageElement::Video(video) = &element {
        // The two differ between a change of size and the first frame of the new size: there is nothing to copy yet.
        let size = UVec2::new(video.video_width(), video.video_height());
        if video.ready_state() < HtmlMediaElement::HAVE_CURRENT_DATA || size != info.size {
            return None;
        }
    }
    Some(Planes::get_or_create(planes, PixelFormat::Rgba32, info.size, device).and_then(|planes| {
        let element = planes.canvas.draw(element, &info)?;
        planes.copy(element, queue);
        Ok(info.captured)
    }))
}

impl Planes {
    /// Copies the content of an element of exactly this size: display-encoded values, straight alpha, top row first.
    pub(super) fn copy(&self, element: PageElement, queue: &RenderQueue) {
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
