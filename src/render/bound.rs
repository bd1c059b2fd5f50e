//! What a run of passes is drawn with: uniform buffers, bind groups and the textures between passes.

use std::mem;

use bevy::{
    platform::time::Instant,
    prelude::*,
    render::{
        render_resource::{
            BindGroup, Buffer, BufferDescriptor, BufferUsages, CachedRenderPipelineId, CommandEncoder,
            LoadOp, Operations, PipelineCache, RenderPassColorAttachment, RenderPassDescriptor, StoreOp,
            TextureId, TextureUsages, TextureView,
        },
        renderer::{RenderDevice, RenderQueue},
    },
};

use super::{
    effects::RenderEffect,
    image::{Images, SampledImage},
    intermediate_targets::IntermediateTargets,
    layout::upright_to_frame,
    passes::{PassInputs, PassPipelines, Passes},
    planes::Planes,
    shader::{HEADER_BYTES, INFO_BYTES},
    target::{DISPLAY_FORMAT, HISTORY_FORMAT, Target},
};
use crate::{
    effect::{EffectKind, Pass},
    error::MediaError,
};

/// Bytes of the camera's uniform: three rows of the matrix, two of the map, two sizes.
const CAMERA_BYTES: usize = 96;

/// The least time between two frames, in seconds.
const SHORTEST: f32 = 1e-6;

/// The initial history of temporal passes.
#[derive(Debug, Clone, Copy)]
pub(super) enum History<'a> {
    /// None: every value is 0.
    None,
    /// Taken over from the passes that are replaced.
    TakeOver(&'a BoundPasses),
    /// Read from passes that keep running and write it further.
    Peek(&'a BoundPasses),
}

/// Passes bound to planes, pictures and a size.
#[derive(Debug)]
pub(super) struct BoundPasses {
    planes: TextureId,
    size: UVec2,
    camera: Buffer,
    passes: Vec<BoundPass>,
    /// The pictures of effects' own, in the order of the passes; none where one isn't loaded yet.
    images: Vec<Option<Result<SampledImage, MediaError>>>,
    intermediate: IntermediateTargets,
    /// Reused from frame to frame.
    bytes: Vec<u8>,
    /// When the newest frame that it drew was captured.
    captured: Option<Instant>,
    /// The time between that frame and the one before.
    delta: f32,
    /// The effects' time when that frame was last drawn, and when the one before was.
    drawn: f32,
    drawn_before: f32,
}

/// A pass and what it reads.
#[derive(Debug)]
struct BoundPass {
    uniforms: Buffer,
    group: BindGroup,
    history: Option<HistoryTextures>,
}

/// The history of a temporal effect: the texture that it reads, and the one that it writes.
#[derive(Debug)]
struct HistoryTextures {
    read: TextureView,
    written: TextureView,
    /// The bind group of the pass for when the two are swapped.
    swapped_group: BindGroup,
}

/// The picture that is to be drawn, beside its effects' parameters.
#[derive(Debug, Clone, Copy)]
pub(super) struct DrawParams {
    /// Width and height in pixels.
    pub size: UVec2,
    /// From the target to the picture, for the last pass: factors and offsets.
    pub view: Vec4,
    /// The same for the history, which is always that of the track's image, also in a photo.
    pub history_view: Vec4,
    /// Seconds.
    pub time: f32,
    /// What part of the camera's picture is shown: the middle, with the aspect ratio of this size.
    pub crop: Option<UVec2>,
    /// The camera's picture isn't shown: its effects see black.
    pub black: bool,
}

impl DrawParams {
    /// The whole picture fills the target.
    pub const WHOLE: Vec4 = Vec4::new(1.0, 1.0, 0.0, 0.0);

    /// The whole picture fills the target, left to right or as it is.
    pub const fn seen(mirrored: bool) -> Vec4 {
        if mirrored { Vec4::new(-1.0, 1.0, 1.0, 0.0) } else { Self::WHOLE }
    }
}

/// The effects that see a picture of their own, in the order of the passes.
fn composed(passes: &Passes) -> impl Iterator<Item = &RenderEffect> {
    let operations = passes.passes.iter().flat_map(|pass| pass.plan.composites());
    operations.map(|operation| &passes.effects[operation.effect])
}

/// The pictures that they see. `own` is the picture that is drawn.
fn seen(
    passes: &Passes,
    images: &Images,
    own: AssetId<Image>,
) -> impl Iterator<Item = Option<Result<SampledImage, MediaError>>> {
    composed(passes).map(move |effect| match effect.image? {
        image if image == own.untyped() => Some(Err(MediaError::not_supported(
            "an effect can't see the picture that it is drawn into: give it another image",
        ))),
        image => images.sampled(image),
    })
}

impl BoundPasses {
    pub fn new(
        passes: &Passes,
        planes: &Planes,
        size: UVec2,
        own: AssetId<Image>,
        history: History,
        images: &Images,
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
        let target = |format| Target::new(device, size, format, TextureUsages::TEXTURE_BINDING);
        let intermediate =
            IntermediateTargets::new(passes.passes.iter().map(|pass| &pass.plan), || target(DISPLAY_FORMAT));
        let images: Vec<_> = seen(passes, images, own).collect();
        let views: Vec<_> =
            images.iter().map(|image| Some(image.as_ref()?.as_ref().ok()?.view.clone())).collect();
        let mut views = &*views;
        let (known, goes_on) = match history {
            History::None => (None, false),
            History::TakeOver(known) => (Some(known), true),
            History::Peek(known) => (Some(known), false),
        };
        let bound = passes.passes.iter().enumerate().map(|(index, pass)| {
            let plan = &pass.plan;
            let uniforms = buffer(uniform_bytes(plan, &passes.effects));
            let own_views;
            (own_views, views) = views.split_at(plan.composites().count());
            let mut inputs = PassInputs {
                camera: &camera,
                planes,
                previous: intermediate.previous(index),
                original: intermediate.original(index, plan),
                history: None,
                images: own_views,
            };
            if !plan.has_history() {
                let group = pipelines.bind_group(plan, &uniforms, inputs, cache, device);
                return BoundPass { uniforms, group, history: None };
            }
            let known = known.and_then(|known| known.passes.get(index)?.history.as_ref());
            let read = known.map_or_else(|| target(HISTORY_FORMAT).view, |history| history.read.clone());
            let written = known
                .filter(|_| goes_on)
                .map_or_else(|| target(HISTORY_FORMAT).view, |history| history.written.clone());
            inputs.history = Some(&read);
            let group = pipelines.bind_group(plan, &uniforms, inputs, cache, device);
            inputs.history = Some(&written);
            let swapped_group = pipelines.bind_group(plan, &uniforms, inputs, cache, device);
            BoundPass { uniforms, group, history: Some(HistoryTextures { read, written, swapped_group }) }
        });
        let bound = bound.collect();
        Self {
            planes: planes.id,
            size,
            camera,
            passes: bound,
            images,
            intermediate,
            bytes: Vec::new(),
            captured: known.and_then(|known| known.captured),
            delta: known.map_or(0.0, |known| known.delta),
            drawn: known.map_or(0.0, |known| known.drawn),
            drawn_before: known.map_or(0.0, |known| known.drawn_before),
        }
    }

    /// Width and height of what it draws, in pixels.
    pub fn size(&self) -> UVec2 {
        self.size
    }

    /// Whether it is bound to these.
    pub fn is_to(
        &self,
        passes: &Passes,
        planes: &Planes,
        size: UVec2,
        own: AssetId<Image>,
        images: &Images,
    ) -> bool {
        let texture =
            |image: &Result<SampledImage, MediaError>| image.as_ref().ok().map(|image| image.texture);
        self.planes == planes.id
            && self.size == size
            && seen(passes, images, own)
                .map(|image| image.as_ref().map(texture))
                .eq(self.images.iter().map(|image| image.as_ref().map(texture)))
    }

    /// The effects whose picture can't be seen, and why.
    pub fn refused<'a>(
        &'a self,
        passes: &'a Passes,
    ) -> impl Iterator<Item = (&'a RenderEffect, &'a MediaError)> {
        let images = composed(passes).zip(&self.images);
        images.filter_map(|(effect, image)| Some((effect, image.as_ref()?.as_ref().err()?)))
    }

    /// Begins a frame that was captured at this time: the history that was written becomes the one that is read.
    pub fn advance(&mut self, captured: Instant) {
        let before = self.captured.replace(captured);
        self.delta = before.map_or(0.0, |before| {
            // 0 is for the first frame alone, whatever the source says of its times.
            captured.saturating_duration_since(before).as_secs_f32().max(SHORTEST)
        });
        self.drawn_before = self.drawn;
        for pass in &mut self.passes {
            if let Some(history) = &mut pass.history {
                mem::swap(&mut history.read, &mut history.written);
                mem::swap(&mut pass.group, &mut history.swapped_group);
            }
        }
    }

    /// Writes what the camera's pass needs to know of the frame.
    pub fn write_camera(&mut self, planes: &Planes, picture: &DrawParams, queue: &RenderQueue) {
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
        picture: &DrawParams,
        effects: impl Iterator<Item = &'a RenderEffect> + Clone,
        parameters: &[u8],
        queue: &RenderQueue,
    ) {
        self.drawn = picture.time;
        let size = picture.size.as_vec2();
        let texel = size.recip();
        let last = passes.passes.len() - 1;
        let mut images = self.images.iter();
        for (index, (pass, bound)) in passes.passes.iter().zip(&self.passes).enumerate() {
            let bytes = &mut self.bytes;
            bytes.clear();
            let push = |bytes: &mut Vec<u8>, values: &[f32]| {
                bytes.extend(values.iter().flat_map(|value| value.to_ne_bytes()));
            };
            let (view, history_view) = if index == last {
                (picture.view, picture.history_view)
            } else {
                (DrawParams::WHOLE, DrawParams::WHOLE)
            };
            let pass_index = pass.plan.spatial_pass().unwrap_or(0);
            push(bytes, &[size.x, size.y, texel.x, texel.y, picture.time]);
            bytes.extend(pass_index.to_ne_bytes());
            push(bytes, &[self.delta, self.drawn_before]);
            // The way back: from the picture to the target.
            let [across, down, left, top] = history_view.to_array();
            push(bytes, &[across.recip(), down.recip(), -left / across, -top / down]);
            push(bytes, &view.to_array());
            debug_assert_eq!(bytes.len(), HEADER_BYTES);
            for operation in &pass.plan.operations {
                let image = match operation.kind {
                    EffectKind::Composite => images.next().and_then(|image| image.as_ref()?.as_ref().ok()),
                    _ => None,
                };
                let info = image.map_or(Vec4::ZERO, |image| {
                    image.size.as_vec2().extend(f32::from(u8::from(image.linear))).extend(1.0)
                });
                push(bytes, &info.to_array());
                if let Some(effect) = effects.clone().nth(operation.effect) {
                    bytes.extend(&parameters[effect.parameters.clone()]);
                    bytes.resize(bytes.len().next_multiple_of(16), 0);
                }
            }
            queue.write_buffer(&bound.uniforms, 0, bytes);
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
        for (index, (pass, bound)) in passes.passes.iter().zip(&self.passes).enumerate() {
            let (pipeline, target) = if index + 1 == count {
                (last, target)
            } else {
                (pass.pipeline, self.intermediate.target(index))
            };
            let Some(pipeline) = cache.get_render_pipeline(pipeline) else { return };
            let attach = |view| {
                Some(RenderPassColorAttachment {
                    view,
                    depth_slice: None,
                    resolve_target: None,
                    // Every pixel is drawn; what was there before need not be read.
                    ops: Operations { load: LoadOp::Clear(default()), store: StoreOp::Store },
                })
            };
            let attachments =
                [attach(target), bound.history.as_ref().and_then(|history| attach(&history.written))];
            let mut render_pass = encoder.begin_render_pass(&RenderPassDescriptor {
                label: Some("viewfinder pass"),
                color_attachments: &attachments[..1 + usize::from(bound.history.is_some())],
                ..default()
            });
            render_pass.set_pipeline(pipeline);
            render_pass.set_bind_group(0, &*bound.group, &[]);
            render_pass.draw(0..3, 0..1);
        }
    }
}

/// Bytes of a pass's uniforms.
fn uniform_bytes(pass: &Pass, effects: &[RenderEffect]) -> usize {
    pass.operations.iter().fold(HEADER_BYTES, |bytes, operation| {
        bytes + INFO_BYTES + effects[operation.effect].parameters.len().next_multiple_of(16)
    })
}
