//! The textures that passes draw into.

use bevy::{
    math::UVec2,
    render::{
        render_resource::{
            Extent3d, Texture, TextureDescriptor, TextureDimension, TextureFormat, TextureUsages,
            TextureView, TextureViewDescriptor,
        },
        renderer::RenderDevice,
    },
};

/// What passes write where they write no picture for the screen: display-encoded, as effects see it.
pub(super) const PLAIN: TextureFormat = TextureFormat::Rgba8Unorm;

/// What temporal effects keep: fine enough that what fades does fade to nothing.
pub(super) const KEPT: TextureFormat = TextureFormat::Rgba16Float;

/// A texture that a pass draws into.
#[derive(Debug)]
pub(super) struct Target {
    pub texture: Texture,
    pub view: TextureView,
}

impl Target {
    pub fn new(device: &RenderDevice, size: UVec2, format: TextureFormat, usage: TextureUsages) -> Self {
        let texture = device.create_texture(&TextureDescriptor {
            label: Some("viewfinder pass"),
            size: Extent3d { width: size.x, height: size.y, depth_or_array_layers: 1 },
            mip_level_count: 1,
            sample_count: 1,
            dimension: TextureDimension::D2,
            format,
            usage: usage | TextureUsages::RENDER_ATTACHMENT,
            view_formats: &[],
        });
        let view = texture.create_view(&TextureViewDescriptor::default());
        Self { texture, view }
    }
}
