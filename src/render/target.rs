//! Textures that passes draw into.

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

/// The format of intermediate targets and photos: display-encoded values, as effects see them.
pub(super) const DISPLAY_FORMAT: TextureFormat = TextureFormat::Rgba8Unorm;

/// The format of a temporal effect's history: precise enough that a fading value reaches 0.
pub(super) const HISTORY_FORMAT: TextureFormat = TextureFormat::Rgba16Float;

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
