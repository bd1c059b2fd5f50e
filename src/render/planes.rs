//! The textures that a track's frames are written to, one for each plane.

#[cfg(target_family = "wasm")]
mod canvas;
mod still;
#[cfg(target_family = "wasm")]
mod web;

use bevy::{
    platform::time::Instant,
    prelude::*,
    render::{
        render_resource::{
            CommandEncoder, Extent3d, Texture, TextureDescriptor, TextureDimension, TextureId, TextureUsages,
            TextureView, TextureViewDescriptor,
        },
        renderer::{RenderDevice, RenderQueue},
    },
};
use wgpu::TexelCopyBufferLayout;

#[cfg(target_family = "wasm")]
pub(super) use web::copy;

use super::{
    commands::FrameCommands,
    image::{Images, SampledImage},
    layout::{CameraView, InputFormat, MOST_SAMPLES, plane_texture, shown_part, upright_to_frame},
    shader::CAMERA_FLOATS,
};
use crate::{
    error::MediaError,
    frame::{ChromaLocation, ColorSpace, Frame, PixelFormat, Rotation, StagedFrame, StagingDevice},
};

/// The plane textures of a track and their content. They live as long as format and size stay.
#[derive(Debug)]
pub(super) struct Planes {
    pub format: InputFormat,
    pub size: UVec2,
    pub color: ColorSpace,
    pub chroma_location: ChromaLocation,
    pub rotation: Rotation,
    /// Identifies these textures: new ones have another.
    pub id: TextureId,
    /// The textures that frames are written to; empty for an `Image` asset.
    textures: Vec<Texture>,
    /// One for each plane.
    pub views: Vec<TextureView>,
    #[cfg(target_family = "wasm")]
    canvas: canvas::CanvasCopy,
}

/// The usage of plane textures. Browsers copy a video by drawing it.
const USAGE: TextureUsages =
    TextureUsages::COPY_DST.union(TextureUsages::COPY_SRC).union(TextureUsages::TEXTURE_BINDING).union(
        if cfg!(target_family = "wasm") { TextureUsages::RENDER_ATTACHMENT } else { TextureUsages::empty() },
    );

impl Planes {
    /// The planes for frames of this format and size: the existing ones if they fit, or new ones.
    pub fn get_or_create<'a>(
        planes: &'a mut Option<Self>,
        format: PixelFormat,
        size: UVec2,
        device: &RenderDevice,
    ) -> Result<&'a mut Self, MediaError> {
        let wanted = InputFormat::Frame(format);
        if planes.as_ref().is_none_or(|planes| planes.format != wanted || planes.size != size) {
            *planes = Some(Self::new(format, size, device)?);
        }
        planes.as_mut().ok_or_else(|| {
            MediaError::unknown("the plane textures are missing right after they were created; this is a bug")
        })
    }

    fn new(format: PixelFormat, size: UVec2, device: &RenderDevice) -> Result<Self, MediaError> {
        format.check_texture_size(size, device.limits().max_texture_dimension_2d)?;
        let mut textures = Vec::new();
        for plane in 0..format.plane_count() {
            let texture = plane_texture(format, plane, size);
            textures.push(device.create_texture(&TextureDescriptor {
                label: Some("camera plane"),
                size: Extent3d { width: texture.size.x, height: texture.size.y, depth_or_array_layers: 1 },
                mip_level_count: 1,
                sample_count: 1,
                dimension: TextureDimension::D2,
                format: texture.format,
                usage: USAGE,
                view_formats: &[],
            }));
        }
        let views =
            textures.iter().map(|texture| texture.create_view(&TextureViewDescriptor::default())).collect();
        Ok(Self {
            format: InputFormat::Frame(format),
            size,
            color: ColorSpace::default(),
            chroma_location: ChromaLocation::default(),
            rotation: Rotation::default(),
            id: textures[0].id(),
            textures,
            views,
            #[cfg(target_family = "wasm")]
            canvas: canvas::CanvasCopy::new(device),
        })
    }

    /// Uses an `Image` asset in place of planes. Returns the current time if its content changed.
    pub fn use_image(
        planes: &mut Option<Self>,
        image: AssetId<Image>,
        images: &Images,
    ) -> Option<Result<Instant, MediaError>> {
        let known = planes.as_ref().map(|planes| planes.id);
        if known.is_some() && !images.changes(image) {
            return None;
        }
        let sampled = match images.sampled(image)? {
            Ok(image) => image,
            // It is reported once, and again when the image changes.
            Err(error) => return images.changes(image).then_some(Err(error)),
        };
        if known != Some(sampled.texture) {
            *planes = Some(Self::of_image(sampled));
        }
        Some(Ok(Instant::now()))
    }

    /// An image in place of planes.
    pub fn of_image(image: SampledImage) -> Self {
        Self {
            format: InputFormat::Image { linear: image.linear },
            size: image.size,
            color: ColorSpace::default(),
            chroma_location: ChromaLocation::default(),
            rotation: Rotation::default(),
            id: image.texture,
            textures: Vec::new(),
            views: vec![image.view],
            #[cfg(target_family = "wasm")]
            canvas: canvas::CanvasCopy::default(),
        }
    }

    /// The most samples of the frame for a pixel of an output of this size, across and down. `view` is the affine map
    /// from the output to the frame.
    pub fn most_samples(&self, camera: CameraView, view: Vec4, output: UVec2) -> Vec2 {
        let upright = self.rotation.upright(self.size);
        let shown = upright.as_vec2() * shown_part(upright, camera.crop);
        let covered = shown * view.xy().abs() / output.as_vec2();
        (covered - 0.01).ceil().clamp(Vec2::ONE, Vec2::splat(MOST_SAMPLES))
    }

    /// The uniform `Camera` for these planes, cropped to the aspect ratio of `crop`, or black.
    pub fn camera_uniform(&self, view: CameraView, most_samples: Vec2) -> [f32; CAMERA_FLOATS] {
        let CameraView { crop, lens, black } = view;
        let brightness = if black { 0.0 } else { 1.0 };
        let [red, green, blue] = self.color.yuv_to_rgb(self.format.depth());
        let [u, v] =
            upright_to_frame(self.size, self.rotation, crop).map(|[x, y, offset]| [x, y, offset, brightness]);
        let subsampling = self.format.subsampling();
        let scale = UVec2::from(subsampling).as_vec2().recip();
        let size = [self.size.x as f32, self.size.y as f32, scale.x, scale.y];
        let offset = self.chroma_location.offset(subsampling);
        let upright = self.rotation.upright(self.size);
        let lens = lens.map_or([0.0; 12], |lens| lens.uniform(upright, shown_part(upright, crop)));
        let mut uniform = [0.0; CAMERA_FLOATS];
        let rows = [red, green, blue, u, v, size, [offset.x, offset.y, most_samples.x, most_samples.y]];
        let (color_and_place, rest) = uniform.split_at_mut(rows.as_flattened().len());
        color_and_place.copy_from_slice(rows.as_flattened());
        rest.copy_from_slice(&lens);
        uniform
    }

    /// Copies the frame in these planes to others on the GPU: to the existing ones if they fit, or to new ones.
    pub fn copy_to(
        &self,
        others: &mut Option<Self>,
        device: &RenderDevice,
        encoder: &mut CommandEncoder,
    ) -> Result<(), MediaError> {
        let InputFormat::Frame(format) = self.format else { return Ok(()) };
        let others = Self::get_or_create(others, format, self.size, device)?;
        others.color = self.color;
        others.chroma_location = self.chroma_location;
        others.rotation = self.rotation;
        for (from, to) in self.textures.iter().zip(&others.textures) {
            encoder.copy_texture_to_texture(from.as_image_copy(), to.as_image_copy(), from.size());
        }
        Ok(())
    }

    fn describe(&mut self, frame: &Frame) {
        self.color = frame.color;
        self.chroma_location = frame.chroma_location;
        self.rotation = frame.rotation;
    }

    /// Records the copy of a frame that is staged. `None` if the frame is lost, because it was staged for an earlier
    /// device of the GPU.
    pub fn copy_staged(
        &mut self,
        frame: &Frame,
        staged: StagedFrame,
        device: &RenderDevice,
        staging: &StagingDevice,
        commands: &mut FrameCommands,
    ) -> Option<()> {
        let upload = staged.upload(&self.textures, staging, commands.encoder(device))?;
        commands.uploads.push(upload);
        self.describe(frame);
        Some(())
    }

    /// Copies a frame from the memory of the CPU.
    pub fn write(&mut self, frame: &Frame, queue: &RenderQueue) {
        self.describe(frame);
        for (plane, texture) in self.textures.iter().enumerate() {
            let layout = plane_texture(frame.format, plane, frame.size);
            let stride = frame.planes[plane].stride;
            let bytes = frame.plane(plane);
            let size = Extent3d { width: layout.size.x, height: layout.size.y, depth_or_array_layers: 1 };
            if stride.is_multiple_of(layout.texel_bytes) {
                let bytes_per_row = Some(stride as u32);
                let rows = TexelCopyBufferLayout { offset: 0, bytes_per_row, rows_per_image: None };
                queue.write_texture(texture.as_image_copy(), bytes, rows, size);
            } else {
                // Rows that begin in the middle of a texel are copied: rare, but valid.
                let row_bytes = layout.size.x as usize * layout.texel_bytes;
                let tight: Vec<u8> =
                    bytes.chunks(stride).flat_map(|row| &row[..row_bytes]).copied().collect();
                let bytes_per_row = Some(row_bytes as u32);
                let rows = TexelCopyBufferLayout { offset: 0, bytes_per_row, rows_per_image: None };
                queue.write_texture(texture.as_image_copy(), &tight, rows, size);
            }
        }
    }
}
