//! What a run of passes is drawn with: uniform buffers, bind groups and the textures between passes.

use std::iter;

use bevy::{
    prelude::*,
    render::{
        render_resource::{
            BindGroup, Buffer, BufferDescriptor, BufferUsages, CachedRenderPipelineId, CommandEncoder,
            Extent3d, LoadOp, Operations, PipelineCache, RenderPassColorAttachment, RenderPassDescriptor,
            StoreOp, Texture, TextureDescriptor, TextureDimension, TextureUsages, TextureView,
            TextureViewDescriptor, TextureViewId,
        },
        renderer::{RenderDevice, RenderQueue},
    },
};

use super::{
    extract::RenderEffect,
    layout::upright_to_frame,
    passes::{PLAIN, PassPipelines, Passes},
    shader::HEADER_BYTES,
    upload::Planes,
};
use crate::effect::Pass;

/// Bytes of the camera's uniform: three rows of the matrix, two of the map, two sizes.
const CAMERA_BYTES: usize = 96;

/// Passes bound to planes and a size.
#[derive(Debug)]
pub(super) struct Bound {
    planes: TextureViewId,
    size: UVec2,
    camera: Buffer,
    /// One for each pass.
    uniforms: Vec<Buffer>,
    /// One for each pass.
    groups: Vec<BindGroup>,
    /// Two at most, drawn in turns.
    between: Vec<Target>,
    /// Reused from frame to frame.
    bytes: Vec<u8>,
}

/// A texture that a pass draws into.
#[derive(Debug)]
pub(super) struct Target {
    pub texture: Texture,
    pub view: TextureView,
}

/// The picture that is to be drawn, beside its effects' parameters.
#[derive(Debug, Clone, Copy)]
pub(super) struct Picture {
    /// Width and height in pixels.
    pub size: UVec2,
    /// From the target to the picture, for the last pass: factors and offsets.
    pub view: Vec4,
    /// Seconds.
    pub time: f32,
    /// What part of the camera's picture is shown: the middle, with the aspect ratio of this size.
    pub crop: Option<UVec2>,
    /// The camera's picture isn't shown: its effects see black.
    pub black: bool,
}

impl Picture {
    /// The whole picture fills the target.
    pub const WHOLE: Vec4 = Vec4::new(1.0, 1.0, 0.0, 0.0);
    /// The whole picture, left to right.
    pub const MIRRORED: Vec4 = Vec4::new(-1.0, 1.0, 1.0, 0.0);
}

impl Target {
    pub fn new(device: &RenderDevice, size: UVec2, usage: TextureUsages) -> Self {
        let texture = device.create_texture(&TextureDescriptor {
            label: Some("viewfinder pass"),
            size: Extent3d { width: size.x, height: size.y, depth_or_array_layers: 1 },
            mip_level_count: 1,
            sample_count: 1,
            dimension: TextureDimension::D2,
            format: PLAIN,
            usage: usage | TextureUsages::RENDER_ATTACHMENT,
            view_formats: &[],
        });
        let view = texture.create_view(&TextureViewDescriptor::default());
        Self { texture, view }
    }
}

impl Bound {
    pub fn new(
        passes: &Passes,
        planes: &Planes,
        size: UVec2,
        pipelines: &PassPipelines,
        cache: &PipelineCache,
        device: &RenderDevice,
    ) -> Self {
        let buffer = |bytes: usize| {
            device.create_buffer(&BufferDescriptor {
                label: Some("viewfinder uniforms"),
                size: bytes as u64,
                usage: BufferUsages::UNIFORM | BufferUsages::COPY_DST,
                mapped_at_creation: false,
            })
        };
        let camera = buffer(CAMERA_BYTES);
        let between: Vec<_> = iter::repeat_with(|| Target::new(device, size, TextureUsages::TEXTURE_BINDING))
            .take(passes.passes.len().saturating_sub(1).min(2))
            .collect();
        let uniforms: Vec<_> =
            passes.passes.iter().map(|pass| buffer(uniform_bytes(&pass.plan, &passes.effects))).collect();
        let groups = passes
            .passes
            .iter()
            .zip(&uniforms)
            .enumerate()
            .map(|(index, (pass, uniforms))| {
                let previous = index.checked_sub(1).map(|before| &between[before % 2].view);
                pipelines.bind_group(pass.plan.input, uniforms, &camera, planes, previous, cache, device)
            })
            .collect();
        Self { planes: planes.id(), size, camera, uniforms, groups, between, bytes: Vec::new() }
    }

    /// Whether it is bound to these.
    pub fn is_to(&self, planes: &Planes, size: UVec2) -> bool {
        self.planes == planes.id() && self.size == size
    }

    /// Writes what the camera's pass needs to know of the frame.
    pub fn write_camera(&mut self, planes: &Planes, picture: &Picture, queue: &RenderQueue) {
        self.bytes.clear();
        let mut push = |values: [f32; 4]| self.bytes.extend(values.into_iter().flat_map(f32::to_ne_bytes));
        planes.color.yuv_to_rgb().into_iter().for_each(&mut push);
        let brightness = if picture.black { 0.0 } else { 1.0 };
        for [x, y, offset] in upright_to_frame(planes.size, planes.rotation, picture.crop) {
            push([x, y, offset, brightness]);
        }
        let (across, down) = planes.format.subsampling();
        push([planes.size.x as f32, planes.size.y as f32, across as f32, down as f32]);
        queue.write_buffer(&self.camera, 0, &self.bytes);
    }

    /// Writes each pass's context, view and parameters. `parameters` finds the parameters of each of the passes'
    /// effects; none means that they stay as they are.
    pub fn write_uniforms<'a>(
        &mut self,
        passes: &Passes,
        picture: &Picture,
        effects: impl Iterator<Item = &'a RenderEffect> + Clone,
        parameters: &[u8],
        queue: &RenderQueue,
    ) {
        let size = picture.size.as_vec2();
        let texel = size.recip();
        let last = passes.passes.len() - 1;
        for (index, (pass, buffer)) in passes.passes.iter().zip(&self.uniforms).enumerate() {
            let bytes = &mut self.bytes;
            bytes.clear();
            let view = if index == last { picture.view } else { Picture::WHOLE };
            let pass_index = pass.plan.operations.first().map_or(0, |operation| operation.pass_index);
            let context = [size.x, size.y, texel.x, texel.y, picture.time];
            bytes.extend(context.into_iter().flat_map(f32::to_ne_bytes));
            bytes.extend(pass_index.to_ne_bytes());
            bytes.resize(HEADER_BYTES - size_of::<Vec4>(), 0);
            bytes.extend(view.to_array().into_iter().flat_map(f32::to_ne_bytes));
            for operation in &pass.plan.operations {
                if let Some(effect) = effects.clone().nth(operation.effect) {
                    bytes.extend(&parameters[effect.parameters.clone()]);
                    bytes.resize(bytes.len().next_multiple_of(16), 0);
                }
            }
            queue.write_buffer(buffer, 0, bytes);
        }
    }

    /// Draws all passes, the last one into the target. Draws nothing where a pipeline isn't there.
    pub fn draw(
        &self,
        passes: &Passes,
        last: CachedRenderPipelineId,
        target: &TextureView,
        cache: &PipelineCache,
        encoder: &mut CommandEncoder,
    ) {
        let count = passes.passes.len();
        for (index, (pass, group)) in passes.passes.iter().zip(&self.groups).enumerate() {
            let (pipeline, target) = if index + 1 == count {
                (last, target)
            } else {
                (pass.pipeline, &self.between[index % 2].view)
            };
            let Some(pipeline) = cache.get_render_pipeline(pipeline) else { return };
            let mut render_pass = encoder.begin_render_pass(&RenderPassDescriptor {
                label: Some("viewfinder pass"),
                color_attachments: &[Some(RenderPassColorAttachment {
                    view: target,
                    depth_slice: None,
                    resolve_target: None,
                    // Every pixel is drawn; what was there before need not be read.
                    ops: Operations { load: LoadOp::Clear(default()), store: StoreOp::Store },
                })],
                ..default()
            });
            render_pass.set_pipeline(pipeline);
            render_pass.set_bind_group(0, &**group, &[]);
            render_pass.draw(0..3, 0..1);
        }
    }
}

/// Bytes of a pass's uniforms.
fn uniform_bytes(pass: &Pass, effects: &[RenderEffect]) -> usize {
    pass.operations.iter().fold(HEADER_BYTES, |bytes, operation| {
        bytes + effects[operation.effect].parameters.len().next_multiple_of(16)
    })
}
