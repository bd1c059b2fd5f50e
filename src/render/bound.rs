//! Passes bound to their inputs: uniform buffers, bind groups and the textures between passes.

use std::mem;

use bevy::{
    platform::time::Instant,
    prelude::*,
    render::{
        render_resource::{
            BindGroup, Buffer, BufferDescriptor, BufferUsages, CachedRenderPipelineId, CommandEncoder,
            LoadOp, Operations, PipelineCache, RenderPassColorAttachment, RenderPassDescriptor, StoreOp,
            TextureFormat, TextureId, TextureUsages, TextureView,
        },
        renderer::{RenderDevice, RenderQueue},
    },
};

use super::{
    effects::RenderEffect,
    image::{Images, SampledImage},
    intermediate_targets::IntermediateTargets,
    layout::CameraView,
    passes::{PassInputs, PassPipelines, Passes},
    planes::Planes,
    shader::{CAMERA_BYTES, HEADER_BYTES, INFO_BYTES},
    target::{DISPLAY_FORMAT, HISTORY_FORMAT, Target},
};
use crate::{effect::Pass, error::MediaError};

/// The least time between two frames, in seconds.
const MIN_DELTA: f32 = 1e-6;

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

/// Passes bound to planes, images and a size.
#[derive(Debug)]
pub(super) struct BoundPasses {
    planes: TextureId,
    size: UVec2,
    camera: Buffer,
    passes: Vec<BoundPass>,
    /// The images that effects see, in the order of the passes; `None` until one is loaded.
    images: Vec<Option<Result<SampledImage, MediaError>>>,
    intermediate: IntermediateTargets,
    /// Reused from frame to frame.
    bytes: Vec<u8>,
    /// The capture time of the newest frame that was drawn.
    captured: Option<Instant>,
    /// The time between that frame and the one before.
    delta: f32,
    /// The effects' time at which that frame was last drawn.
    drawn: f32,
    /// The same for the frame before it.
    drawn_before: f32,
}

/// A pass with its uniforms, inputs and history.
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

/// How the passes are drawn, beside the effects' parameters.
#[derive(Debug, Clone, Copy)]
pub(super) struct DrawParams {
    /// Width and height in pixels.
    pub size: UVec2,
    /// The affine map from the target to the frame, for the last pass: factors and offsets.
    pub view: Vec4,
    /// The same for the history, which is always that of the track's image, also in a photo.
    pub history_view: Vec4,
    /// The effects' time, in seconds.
    pub time: f32,
    pub camera: CameraView,
}

impl DrawParams {
    /// The whole frame fills the target.
    pub const WHOLE: Vec4 = Vec4::new(1.0, 1.0, 0.0, 0.0);

    /// The whole frame fills the target, mirrored or not.
    pub const fn whole(mirrored: bool) -> Vec4 {
        if mirrored { Vec4::new(-1.0, 1.0, 1.0, 0.0) } else { Self::WHOLE }
    }
}

/// Everything that passes are bound to.
#[derive(Clone, Copy)]
pub(super) struct Sources<'a> {
    pub passes: &'a Passes,
    pub planes: &'a Planes,
    pub images: &'a Images<'a>,
    /// Width and height of the output, in pixels.
    pub size: UVec2,
    /// The image that is drawn into, which no effect can see.
    pub output: AssetId<Image>,
}

/// Everything that bind groups are made with.
#[derive(Clone, Copy)]
pub(super) struct Gpu<'a> {
    pub pipelines: &'a PassPipelines,
    pub cache: &'a PipelineCache,
    pub device: &'a RenderDevice,
}

/// The effects that see an image, in the order of the passes.
fn composed(passes: &Passes) -> impl Iterator<Item = &RenderEffect> {
    let operations = passes.passes.iter().flat_map(|pass| pass.plan.composites());
    operations.map(|operation| &passes.effects[operation.effect])
}

impl<'a> Sources<'a> {
    /// The images that effects see, in the order of the passes; `None` until one is loaded.
    fn effect_images(self) -> impl Iterator<Item = Option<Result<SampledImage, MediaError>>> + 'a {
        composed(self.passes).map(move |effect| match effect.image? {
            image if image == self.output.untyped() => Some(Err(MediaError::not_supported(
                "an effect can't sample the image that its track is drawn into: give the effect another image",
            ))),
            image => self.images.sampled(image),
        })
    }
}

impl Gpu<'_> {
    fn uniforms(self, bytes: usize) -> Buffer {
        self.device.create_buffer(&BufferDescriptor {
            label: Some("viewfinder uniforms"),
            size: bytes as u64,
            usage: BufferUsages::UNIFORM | BufferUsages::COPY_DST,
            mapped_at_creation: false,
        })
    }

    fn target(self, size: UVec2, format: TextureFormat) -> Target {
        Target::new(self.device, size, format, TextureUsages::TEXTURE_BINDING)
    }

    fn bind(self, pass: &Pass, uniforms: &Buffer, inputs: PassInputs) -> BindGroup {
        self.pipelines.bind_group(pass, uniforms, inputs, self.cache, self.device)
    }
}

impl BoundPasses {
    pub fn new(sources: Sources, history: History, gpu: Gpu) -> Self {
        let Sources { passes, planes, size, .. } = sources;
        let camera = gpu.uniforms(CAMERA_BYTES);
        let plans = passes.passes.iter().map(|pass| &pass.plan);
        let intermediate = IntermediateTargets::new(plans.clone(), || gpu.target(size, DISPLAY_FORMAT));
        let images: Vec<_> = sources.effect_images().collect();
        let views: Vec<_> =
            images.iter().map(|image| Some(image.as_ref()?.as_ref().ok()?.view.clone())).collect();
        let mut views = &*views;
        let known = match history {
            History::None => None,
            History::TakeOver(known) | History::Peek(known) => Some(known),
        };
        let bound = plans.enumerate().map(|(index, plan)| {
            let pass_views;
            (pass_views, views) = views.split_at(plan.composites().count());
            let inputs = PassInputs {
                camera: &camera,
                planes,
                previous: intermediate.previous(index),
                original: intermediate.original(index, plan),
                history: None,
                images: pass_views,
            };
            let uniforms = gpu.uniforms(uniform_bytes(plan, &passes.effects));
            BoundPass::new(plan, uniforms, inputs, history.of_pass(index), size, gpu)
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

    /// Width and height of the output, in pixels.
    pub fn size(&self) -> UVec2 {
        self.size
    }

    /// Whether these passes are bound to these sources.
    pub fn is_bound_to(&self, sources: Sources) -> bool {
        let texture =
            |image: &Result<SampledImage, MediaError>| image.as_ref().ok().map(|image| image.texture);
        self.planes == sources.planes.id
            && self.size == sources.size
            && sources
                .effect_images()
                .map(|image| image.as_ref().map(texture))
                .eq(self.images.iter().map(|image| image.as_ref().map(texture)))
    }

    /// The effects whose image can't be sampled, and their errors.
    pub fn failing_effects<'a>(
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
            // 0 marks the first frame, whatever timestamps the source has.
            captured.saturating_duration_since(before).as_secs_f32().max(MIN_DELTA)
        });
        self.drawn_before = self.drawn;
        for pass in &mut self.passes {
            if let Some(history) = &mut pass.history {
                mem::swap(&mut history.read, &mut history.written);
                mem::swap(&mut pass.group, &mut history.swapped_group);
            }
        }
    }

    /// Writes the uniform `Camera`.
    pub fn write_camera(&mut self, planes: &Planes, params: &DrawParams, queue: &RenderQueue) {
        self.bytes.clear();
        let most_samples = planes.most_samples(params.camera, params.view, params.size);
        let values = planes.camera_uniform(params.camera, most_samples);
        self.bytes.extend(values.into_iter().flat_map(f32::to_ne_bytes));
        queue.write_buffer(&self.camera, 0, &self.bytes);
    }

    /// Writes the context, view and parameters of each pass. `effects` are those of the passes, with the ranges of
    /// their bytes in `parameters`.
    pub fn write_uniforms<'a>(
        &mut self,
        passes: &Passes,
        params: &DrawParams,
        effects: impl Iterator<Item = &'a RenderEffect> + Clone,
        parameters: &[u8],
        queue: &RenderQueue,
    ) {
        self.drawn = params.time;
        let size = params.size.as_vec2();
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
                (params.view, params.history_view)
            } else {
                (DrawParams::WHOLE, DrawParams::WHOLE)
            };
            let pass_index = pass.plan.spatial_pass().unwrap_or(0);
            push(bytes, &[size.x, size.y, texel.x, texel.y, params.time]);
            bytes.extend(pass_index.to_ne_bytes());
            push(bytes, &[self.delta, self.drawn_before]);
            // The inverse map: from the frame to the target.
            let [across, down, left, top] = history_view.to_array();
            push(bytes, &[across.recip(), down.recip(), -left / across, -top / down]);
            push(bytes, &view.to_array());
            debug_assert_eq!(bytes.len(), HEADER_BYTES);
            for operation in &pass.plan.operations {
                let has_image = operation.kind.has_image();
                let image = has_image.then(|| images.next()?.as_ref()?.as_ref().ok()).flatten();
                let effect = effects.clone().nth(operation.effect);
                let missing = match effect {
                    Some(effect) if has_image && effect.is_provided() => Vec4::new(1.0, 1.0, 0.0, -1.0),
                    _ => Vec4::ZERO,
                };
                let info = image.map_or(missing, |image| {
                    image.size.as_vec2().extend(f32::from(u8::from(image.linear))).extend(1.0)
                });
                push(bytes, &info.to_array());
                if let Some(effect) = effect {
                    bytes.extend(&parameters[effect.parameters.clone()]);
                    bytes.resize(bytes.len().next_multiple_of(16), 0);
                }
            }
            queue.write_buffer(&bound.uniforms, 0, bytes);
        }
    }

    /// Draws all passes, the last one into the target. Stops at a pipeline that isn't compiled.
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
                (pass.pipeline.id, self.intermediate.target(index))
            };
            let Some(pipeline) = cache.get_render_pipeline(pipeline) else { return };
            let attach = |view| {
                Some(RenderPassColorAttachment {
                    view,
                    depth_slice: None,
                    resolve_target: None,
                    // Every pixel is drawn: the old content need not be read.
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

impl History<'_> {
    /// The textures for the pass of this index: the one that it reads, and the one that it writes.
    fn of_pass(self, pass: usize) -> [Option<TextureView>; 2] {
        let (known, writes) = match self {
            Self::None => return [None, None],
            Self::TakeOver(known) => (known, true),
            Self::Peek(known) => (known, false),
        };
        let history = known.passes.get(pass).and_then(|pass| pass.history.as_ref());
        let read = history.map(|history| history.read.clone());
        [read, history.filter(|_| writes).map(|history| history.written.clone())]
    }
}

impl BoundPass {
    /// Binds a pass. History textures that aren't given are new ones.
    fn new(
        plan: &Pass,
        uniforms: Buffer,
        inputs: PassInputs,
        history: [Option<TextureView>; 2],
        size: UVec2,
        gpu: Gpu,
    ) -> Self {
        if !plan.has_history() {
            let group = gpu.bind(plan, &uniforms, inputs);
            return Self { uniforms, group, history: None };
        }
        let [read, written] =
            history.map(|view| view.unwrap_or_else(|| gpu.target(size, HISTORY_FORMAT).view));
        let [group, swapped_group] = [&read, &written]
            .map(|view| gpu.bind(plan, &uniforms, PassInputs { history: Some(view), ..inputs }));
        Self { uniforms, group, history: Some(HistoryTextures { read, written, swapped_group }) }
    }
}

/// Bytes of a pass's uniforms.
fn uniform_bytes(pass: &Pass, effects: &[RenderEffect]) -> usize {
    pass.operations.iter().fold(HEADER_BYTES, |bytes, operation| {
        bytes + INFO_BYTES + effects[operation.effect].parameters.len().next_multiple_of(16)
    })
}
