//! Pictures that are no camera's frames, as shaders see them: those of effects' own, and what stands in for a camera.

use bevy::{
    asset::UntypedAssetId,
    ecs::system::SystemParam,
    prelude::*,
    render::{
        render_asset::{ExtractedAssets, RenderAssets},
        render_resource::{
            TextureDimension, TextureFormat, TextureId, TextureSampleType, TextureUsages, TextureView,
            TextureViewDimension,
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
    /// Tells this texture from others: views of one are made anew whenever its image is changed.
    pub texture: TextureId,
    /// Width and height in pixels.
    pub size: UVec2,
    /// Samples are linear light, and not display-encoded.
    pub linear: bool,
}

impl Images<'_> {
    /// The image itself, if it is there.
    pub fn get(&self, image: AssetId<Image>) -> Option<&GpuImage> {
        self.images.get(image)
    }

    /// What the last pass writes for this image: display-encoded values where the texture has a view for them,
    /// else sRGB.
    pub fn format(&self, image: AssetId<Image>) -> TextureFormat {
        match self.get(image) {
            Some(image) if image.texture_descriptor.view_formats.contains(&DISPLAY_FORMAT) => DISPLAY_FORMAT,
            Some(image) => image.texture_descriptor.format,
            None => DISPLAY_FORMAT,
        }
    }

    /// Whether the image or table was given other content since the last frame, or is drawn by the GPU and may have it.
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

    /// The image or table as a shader can sample it. `None` while it isn't loaded.
    ///
    /// # Errors
    /// [`ErrorName::NotSupported`](crate::error::ErrorName::NotSupported) for what isn't a flat picture with colors
    /// that can be mixed.
    pub fn sampled(&self, asset: impl Into<UntypedAssetId>) -> Option<Result<SampledImage, MediaError>> {
        let asset = asset.into();
        if let Ok(lut) = asset.try_typed::<CubeLut>() {
            let lut = self.luts.get(lut)?;
            // Its values are numbers of a table, and no light.
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
                "an image of {}x{}x{} {:?} isn't a flat picture that a shader can sample",
                size.width, size.height, size.depth_or_array_layers, descriptor.format
            ))));
        }
        let floats = [TextureFormat::Rgba16Float, TextureFormat::Rgba32Float, TextureFormat::Rg11b10Ufloat];
        Some(Ok(SampledImage {
            view: image.texture_view.clone(),
            texture: image.texture.id(),
            size: image.size_2d(),
            // In Bevy light itself is what textures of floating point hold.
            linear: descriptor.format.is_srgb() || floats.contains(&descriptor.format),
        }))
    }
}
