//! `Image` assets and look-up tables as shaders sample them: for effects, and in place of a track's frames.

use bevy::{
    asset::UntypedAssetId,
    ecs::system::SystemParam,
    prelude::*,
    render::{
        render_asset::{ExtractedAssets, RenderAssets},
        render_resource::{
            TextureDimension, TextureFormat, TextureId, TextureSampleType, TextureUsages, TextureView,
            TextureViewDescriptor, TextureViewDimension,
        },
        renderer::RenderDevice,
        texture::GpuImage,
    },
};

use super::{lut::GpuLut, target::DISPLAY_FORMAT};
use crate::{effect::CubeLut, error::MediaError};

/// The app's images and look-up tables on the GPU.
#[derive(SystemParam)]
pub(super) struct Images<'w> {
    images: Res<'w, RenderAssets<GpuImage>>,
    extracted: Res<'w, ExtractedAssets<GpuImage>>,
    luts: Res<'w, RenderAssets<GpuLut>>,
    extracted_luts: Res<'w, ExtractedAssets<GpuLut>>,
    device: Res<'w, RenderDevice>,
}

/// An image as a shader can sample it.
#[derive(Debug, Clone)]
pub(super) struct SampledImage {
    pub view: TextureView,
    /// Identifies the texture: its view is replaced whenever its image changes.
    pub texture: TextureId,
    /// Width and height in pixels.
    pub size: UVec2,
    /// Its samples are linear light, not display-encoded values.
    pub linear: bool,
}

impl Images<'_> {
    /// The image, if it is on the GPU.
    pub fn get(&self, image: AssetId<Image>) -> Option<&GpuImage> {
        self.images.get(image)
    }

    /// The format that the last pass writes into this image: [`DISPLAY_FORMAT`] if its texture allows such a view, else
    /// the texture's own.
    pub fn format(&self, image: AssetId<Image>) -> TextureFormat {
        match self.get(image) {
            Some(image) if image.texture_descriptor.view_formats.contains(&DISPLAY_FORMAT) => DISPLAY_FORMAT,
            Some(image) => image.texture_descriptor.format,
            None => DISPLAY_FORMAT,
        }
    }

    /// The image that passes draw into, for another pass to read as they wrote it.
    pub fn output(&self, id: AssetId<Image>) -> Option<SampledImage> {
        let image = self.get(id)?;
        let format = self.format(id);
        let view = image.texture.create_view(&TextureViewDescriptor { format: Some(format), ..default() });
        Some(SampledImage {
            view,
            texture: image.texture.id(),
            size: image.size_2d(),
            linear: format.is_srgb(),
        })
    }

    /// Whether the content of the image or table changed since the last frame of the app, or may have: the GPU draws
    /// into it.
    pub fn changes(&self, asset: impl Into<UntypedAssetId>) -> bool {
        let asset = asset.into();
        if let Ok(lut) = asset.try_typed::<CubeLut>() {
            return self.extracted_luts.added.contains(&lut);
        }
        let Ok(image) = asset.try_typed() else { return false };
        let drawn = TextureUsages::RENDER_ATTACHMENT | TextureUsages::STORAGE_BINDING;
        let is_drawn = |image: &GpuImage| image.texture_descriptor.usage.intersects(drawn);
        self.extracted.added.contains(&image) || self.get(image).is_some_and(is_drawn)
    }

    /// The image or table for a shader to sample. `None` until it is loaded.
    ///
    /// # Errors
    /// [`ErrorName::NotSupported`](crate::error::ErrorName::NotSupported) if it isn't a
    /// two-dimensional texture of one layer that can be filtered.
    pub fn sampled(&self, asset: impl Into<UntypedAssetId>) -> Option<Result<SampledImage, MediaError>> {
        let asset = asset.into();
        if let Ok(lut) = asset.try_typed::<CubeLut>() {
            let lut = self.luts.get(lut)?;
            // The values of a table are used as they are.
            return Some(Ok(SampledImage {
                view: lut.view.clone(),
                texture: lut.texture.id(),
                size: lut.size,
                linear: false,
            }));
        }
        let image = self.get(asset.try_typed().ok()?)?;
        let descriptor = &image.texture_descriptor;
        let size = descriptor.size;
        let seen_as = image.texture_view_descriptor.as_ref().and_then(|view| view.dimension);
        let flat = descriptor.dimension == TextureDimension::D2
            && size.depth_or_array_layers == 1
            && descriptor.sample_count == 1
            && seen_as.is_none_or(|dimension| dimension == TextureViewDimension::D2);
        let mixes = descriptor.format.sample_type(None, Some(self.device.features()))
            == Some(TextureSampleType::Float { filterable: true });
        if !flat || !mixes || !descriptor.usage.contains(TextureUsages::TEXTURE_BINDING) {
            return Some(Err(MediaError::not_supported(format!(
                "an image of {}x{}x{} {:?} can't be sampled by an effect: use a two-dimensional image of one \
                 layer, in a format that can be filtered",
                size.width, size.height, size.depth_or_array_layers, descriptor.format
            ))));
        }
        let floats = [TextureFormat::Rgba16Float, TextureFormat::Rgba32Float, TextureFormat::Rg11b10Ufloat];
        Some(Ok(SampledImage {
            view: image.texture_view.clone(),
            texture: image.texture.id(),
            size: image.size_2d(),
            // In Bevy, floating-point textures hold linear light.
            linear: descriptor.format.is_srgb() || floats.contains(&descriptor.format),
        }))
    }
}
