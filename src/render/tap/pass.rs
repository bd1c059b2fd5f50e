//! The pass that draws a tap: its target, uniforms and bindings.

use std::sync::Arc;

use bevy::{
    prelude::*,
    render::{
        render_resource::{
            BindGroup, Buffer, BufferDescriptor, BufferUsages, CommandEncoder, LoadOp, Operations,
            PipelineCache, RenderPassColorAttachment, RenderPassDescriptor, StoreOp, TextureId,
            TextureUsages,
        },
        renderer::{RenderDevice, RenderQueue},
    },
};

use crate::{
    effect::{Pass, PassInput},
    render::{
        layout::{CameraView, InputFormat, MOST_SAMPLES},
        passes::{PassInputs, PassPipeline, PassPipelines},
        planes::Planes,
        shader::{CAMERA_FLOATS, TAP_FLOATS, tap_shader},
        target::{DISPLAY_FORMAT, Target},
    },
};

/// The pass of a tap, bound to the planes that it reads.
#[derive(Debug)]
pub(super) struct TapPass {
    planes: TextureId,
    format: InputFormat,
    shape: TapShape,
    pub target: Target,
    pipeline: Arc<PassPipeline>,
    camera: Uniform<CAMERA_FLOATS>,
    uniforms: Uniform<TAP_FLOATS>,
    group: BindGroup,
}

/// The pixels of a tap.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct TapShape {
    /// Width and height in pixels.
    pub size: UVec2,
    /// Four pixels of luma in a texel, in place of one of color.
    pub luma: bool,
}

/// How a tap is drawn.
#[derive(Debug, Clone, Copy)]
pub(super) struct TapParams {
    /// The affine map from the target to the frame: factors and offsets.
    pub view: Vec4,
    /// The number of pixels that the whole view shows, across and down.
    pub shown: Vec2,
    pub camera: CameraView,
}

/// A uniform buffer that is only written if its values change.
#[derive(Debug)]
struct Uniform<const N: usize> {
    buffer: Buffer,
    written: Option<[f32; N]>,
}

impl<const N: usize> Uniform<N> {
    fn new(device: &RenderDevice) -> Self {
        let buffer = device.create_buffer(&BufferDescriptor {
            label: Some("viewfinder tap"),
            size: size_of::<[f32; N]>() as u64,
            usage: BufferUsages::UNIFORM | BufferUsages::COPY_DST,
            mapped_at_creation: false,
        });
        Self { buffer, written: None }
    }

    fn write(&mut self, values: [f32; N], queue: &RenderQueue) {
        if self.written.replace(values) != Some(values) {
            queue.write_buffer(&self.buffer, 0, values.map(f32::to_ne_bytes).as_flattened());
        }
    }
}

impl TapShape {
    /// The size of the texture, in texels.
    pub fn texels(self) -> UVec2 {
        if self.luma { UVec2::new(self.size.x.div_ceil(4), self.size.y) } else { self.size }
    }
}

impl TapPass {
    pub fn new(
        planes: &Planes,
        shape: TapShape,
        pipelines: &mut PassPipelines,
        cache: &mut PipelineCache,
        device: &RenderDevice,
    ) -> Self {
        let pass = Pass { input: PassInput::Source, operations: Vec::new() };
        let wgsl = tap_shader(planes.format, shape.luma);
        let pipeline = pipelines.compile(wgsl, &pass, DISPLAY_FORMAT, cache);
        let (camera, uniforms) = (Uniform::new(device), Uniform::new(device));
        let inputs = PassInputs {
            camera: &camera.buffer,
            planes,
            previous: None,
            original: None,
            history: None,
            images: &[],
        };
        Self {
            planes: planes.id,
            format: planes.format,
            shape,
            target: Target::new(device, shape.texels(), DISPLAY_FORMAT, TextureUsages::COPY_SRC),
            pipeline,
            group: pipelines.bind_group(&pass, &uniforms.buffer, inputs, cache, device),
            camera,
            uniforms,
        }
    }

    /// Whether this pass draws these planes in this shape.
    pub fn is_for(&self, planes: &Planes, shape: TapShape) -> bool {
        self.planes == planes.id && self.format == planes.format && self.shape == shape
    }

    /// Whether the pipeline is compiled.
    pub fn is_ready(&self, cache: &PipelineCache) -> bool {
        cache.get_render_pipeline(self.pipeline.id).is_some()
    }

    /// Draws the planes that this pass is for into the target.
    pub fn draw(
        &mut self,
        planes: &Planes,
        params: &TapParams,
        cache: &PipelineCache,
        queue: &RenderQueue,
        encoder: &mut CommandEncoder,
    ) {
        let Some(pipeline) = cache.get_render_pipeline(self.pipeline.id) else { return };
        let size = self.shape.size.as_vec2();
        let Vec2 { x: across, y: down } = (params.view.xy().abs() * params.shown / size).map(samples);
        let [a, b, c, d] = params.view.to_array();
        self.camera.write(planes.camera_uniform(params.camera, Vec2::ONE), queue);
        self.uniforms.write([a, b, c, d, size.x, size.y, across, down], queue);
        let mut render_pass = encoder.begin_render_pass(&RenderPassDescriptor {
            label: Some("viewfinder tap"),
            color_attachments: &[Some(RenderPassColorAttachment {
                view: &self.target.view,
                depth_slice: None,
                resolve_target: None,
                ops: Operations { load: LoadOp::Clear(default()), store: StoreOp::Store },
            })],
            ..default()
        });
        render_pass.set_pipeline(pipeline);
        render_pass.set_bind_group(0, &*self.group, &[]);
        render_pass.draw(0..3, 0..1);
    }
}

/// The samples for a pixel that covers this many pixels of the frame, in one direction. A sample is the mean of the two
/// pixels that it lies between, so half as many are exact if they all lie midway.
fn samples(covered: f32) -> f32 {
    let pairs = (covered / 2.0).round();
    let count = if covered < 1.01 {
        1.0
    } else if (covered / 2.0 - pairs).abs() < 1e-3 {
        pairs
    } else {
        covered.ceil()
    };
    count.clamp(1.0, MOST_SAMPLES)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_pixel_of_the_frame_is_sampled_once_or_midway_between_two() {
        let counts = [0.2, 1.0, 1.001, 1.5, 2.0, 2.5, 3.0, 4.0, 5.0, 7.5, 8.0, 1000.0].map(samples);
        assert_eq!(counts, [1.0, 1.0, 1.0, 2.0, 1.0, 3.0, 3.0, 2.0, 5.0, 8.0, 4.0, 32.0]);
    }

    #[test]
    fn four_pixels_of_luma_share_a_texel() {
        let shape = |width, luma| TapShape { size: UVec2::new(width, 9), luma }.texels();
        assert_eq!(shape(8, true), UVec2::new(2, 9));
        assert_eq!(shape(9, true), UVec2::new(3, 9));
        assert_eq!(shape(9, false), UVec2::new(9, 9));
    }
}
