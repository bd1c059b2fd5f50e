//! Look-up tables on the GPU.

use bevy::{
    ecs::system::{SystemParamItem, lifetimeless::SRes},
    prelude::*,
    render::{
        render_asset::{PrepareAssetError, RenderAsset},
        render_resource::{
            Extent3d, Texture, TextureDataOrder, TextureDescriptor, TextureDimension, TextureFormat,
            TextureUsages, TextureView, TextureViewDescriptor,
        },
        renderer::{RenderDevice, RenderQueue},
    },
};

use crate::effect::CubeLut;

/// A [`CubeLut`] as the effect `Lut` samples it.
#[derive(Debug)]
pub(super) struct GpuLut {
    pub texture: Texture,
    pub view: TextureView,
    /// Width and height in texels.
    pub size: UVec2,
}

impl RenderAsset for GpuLut {
    type SourceAsset = CubeLut;
    type Param = (SRes<RenderDevice>, SRes<RenderQueue>);

    fn prepare_asset(
        lut: CubeLut,
        _: AssetId<CubeLut>,
        (device, queue): &mut SystemParamItem<Self::Param>,
        _: Option<&Self>,
    ) -> Result<Self, PrepareAssetError<CubeLut>> {
        let (size, texels) = lut.texels();
        let descriptor = TextureDescriptor {
            label: Some("viewfinder look-up table"),
            size: Extent3d { width: size.x, height: size.y, depth_or_array_layers: 1 },
            mip_level_count: 1,
            sample_count: 1,
            dimension: TextureDimension::D2,
            format: TextureFormat::Rgba16Float,
            usage: TextureUsages::TEXTURE_BINDING | TextureUsages::COPY_DST,
            view_formats: &[],
        };
        let texture =
            device.create_texture_with_data(queue, &descriptor, TextureDataOrder::default(), &texels);
        let view = texture.create_view(&TextureViewDescriptor::default());
        Ok(Self { texture, view, size })
    }
}
