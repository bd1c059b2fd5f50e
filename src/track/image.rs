//! The image that a track is drawn into.

use bevy::{
    asset::RenderAssetUsages,
    ecs::system::SystemParam,
    image::{ImageSampler, ImageSamplerDescriptor},
    math::UVec2,
    prelude::*,
    render::{
        render_resource::{Extent3d, TextureDimension, TextureFormat, TextureUsages},
        renderer::{RenderAdapter, RenderDevice},
    },
};
use wgpu::DownlevelFlags;

/// The image that the track is drawn into, for any sprite, UI node or material (for materials, add the
/// [`TrackMaterialPlugin`](super::TrackMaterialPlugin) of their type).
///
/// The handle, its texture and the bind groups made of it stay the same from frame to frame; only a change of size
/// makes a new texture. Until the first frame it is one black pixel. Insert one with a handle of your own together with
/// [`VideoTrack`](super::VideoTrack), and the track is drawn into that image.
#[derive(Component, Clone, Debug, Default, PartialEq, Eq, Reflect, Deref)]
#[reflect(Component, Default)]
pub struct TrackImage(pub Handle<Image>);

/// The texture format: sRGB, so that materials and sprites read it like any other image.
const FORMAT: TextureFormat = TextureFormat::Rgba8UnormSrgb;

/// The adapter's limits for textures.
#[derive(SystemParam)]
pub(crate) struct ImageFormats<'w> {
    adapter: Option<Res<'w, RenderAdapter>>,
    device: Option<Res<'w, RenderDevice>>,
}

impl ImageFormats<'_> {
    /// The longest side of a texture, in texels. Without a renderer there is no limit.
    pub fn longest_texture(&self) -> u32 {
        self.device.as_ref().map_or(u32::MAX, |device| device.limits().max_texture_dimension_2d)
    }
}

/// One black pixel.
pub(crate) fn black() -> Image {
    let mut image = Image::new_fill(
        Extent3d::default(),
        TextureDimension::D2,
        &[0, 0, 0, 255],
        FORMAT,
        RenderAssetUsages::default(),
    );
    image.sampler = ImageSampler::Descriptor(ImageSamplerDescriptor::linear());
    image
}

/// Resizes the image if its size differs. The renderer draws its texture, so it has no data here.
pub(crate) fn resize(
    images: &mut Assets<Image>,
    handle: &Handle<Image>,
    size: UVec2,
    formats: &ImageFormats,
) {
    let usage = TextureUsages::RENDER_ATTACHMENT | TextureUsages::TEXTURE_BINDING | TextureUsages::COPY_SRC;
    let size = size.clamp(UVec2::ONE, UVec2::splat(formats.longest_texture()));
    let is_done = |image: &Image| image.size() == size && image.texture_descriptor.usage.contains(usage);
    if images.get(handle).is_none_or(is_done) {
        return;
    }
    let Some(mut image) = images.get_mut(handle) else { return };
    image.data = None;
    image.texture_descriptor.size = Extent3d { width: size.x, height: size.y, depth_or_array_layers: 1 };
    image.texture_descriptor.format = FORMAT;
    image.texture_descriptor.usage = usage;
    // The renderer writes display-encoded values, through a view that isn't sRGB if the adapter supports that.
    let views = formats.adapter.as_ref().is_some_and(|adapter| {
        adapter.get_downlevel_capabilities().flags.contains(DownlevelFlags::VIEW_FORMATS)
    });
    image.texture_descriptor.view_formats = if views { &[TextureFormat::Rgba8Unorm] } else { &[] };
}
