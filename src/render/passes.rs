//! The passes of a track: planned from its effects, and compiled once for each sequence of effects.

use std::sync::Arc;

use bevy::{
    asset::uuid::Uuid,
    prelude::*,
    render::{
        render_resource::{
            BindGroup, BindGroupEntry, BindGroupLayoutDescriptor, BindGroupLayoutEntryBuilder, Buffer,
            CachedPipelineState, CachedRenderPipelineId, ColorTargetState, ColorWrites, FilterMode,
            FragmentState, IntoBinding, PipelineCache, RenderPipelineDescriptor, Sampler, SamplerBindingType,
            SamplerDescriptor, ShaderStages, TextureFormat, TextureFormatFeatureFlags, TextureSampleType,
            TextureUsages, TextureView, VertexState,
            binding_types::{sampler, texture_2d, uniform_buffer_sized},
        },
        renderer::{RenderAdapter, RenderDevice},
    },
    shader::ShaderCacheError,
};

use super::{
    bindings::{CAMERA, FIRST_IMAGE, HISTORY, ORIGINAL, PLANES, PREVIOUS, SAMPLER, UNIFORMS},
    effects::RenderEffect,
    layout::InputFormat,
    planes::Planes,
    shader::pass_shader,
    slots::Slots,
    target::{DISPLAY_FORMAT, HISTORY_FORMAT, Target},
};
use crate::effect::{EffectKind, Module, Pass, PassInput, plan};

/// How many pipelines that no track uses are kept, so that an effect that is switched off and on again is there at
/// once.
const SPARE_PIPELINES: usize = 32;

/// The sampler, and the pipelines of all passes of all tracks.
#[derive(Resource, Debug)]
pub(super) struct PassPipelines {
    /// Whether the GPU can draw into and sample [`HISTORY_FORMAT`].
    has_history: bool,
    sampler: Sampler,
    /// Bound in place of an image that isn't loaded.
    placeholder: Target,
    /// The pipelines by their WGSL and the format of their target.
    pipelines: Slots<(String, TextureFormat), PipelineShape, PassPipeline>,
}

/// A pipeline and its shader.
#[derive(Debug)]
pub(super) struct PassPipeline {
    pub id: CachedRenderPipelineId,
    shader: Handle<Shader>,
}

/// All of a pipeline's descriptor but the shader.
#[derive(Debug, PartialEq)]
struct PipelineShape {
    layout: BindGroupLayoutDescriptor,
    target: TextureFormat,
    has_history: bool,
}

/// The passes for one sequence of effects and one input format.
#[derive(Debug)]
pub(super) struct Passes {
    /// The effects that the plan refers to by their index.
    pub effects: Vec<RenderEffect>,
    pub format: InputFormat,
    pub screen_format: TextureFormat,
    pub passes: Vec<PlannedPass>,
    /// The last pass for photos, whose texture has [`DISPLAY_FORMAT`].
    pub last_for_photos: Arc<PassPipeline>,
}

/// One pass and its pipeline.
#[derive(Debug)]
pub(super) struct PlannedPass {
    pub plan: Pass,
    pub pipeline: Arc<PassPipeline>,
}

/// The inputs of a pass beside its uniforms.
#[derive(Debug, Clone, Copy)]
pub(super) struct PassInputs<'a> {
    /// The uniform `Camera`.
    pub camera: &'a Buffer,
    pub planes: &'a Planes,
    /// The output of the pass before.
    pub previous: Option<&'a TextureView>,
    /// The input of the first pass of the filter that this pass belongs to.
    pub original: Option<&'a TextureView>,
    /// The history of the temporal effect.
    pub history: Option<&'a TextureView>,
    /// The images that effects see, in the order of the pass.
    pub images: &'a [Option<TextureView>],
}

/// The layout of a pass's bind group.
fn pass_layout(pass: &Pass) -> BindGroupLayoutDescriptor {
    let uniform = || uniform_buffer_sized(false, None);
    let texture = || texture_2d(TextureSampleType::Float { filterable: true });
    let mut entries = vec![(UNIFORMS, uniform()), (SAMPLER, sampler(SamplerBindingType::Filtering))];
    if pass.reads_source() {
        entries.push((CAMERA, uniform()));
        entries.extend(PLANES.map(|binding| (binding, texture())));
    }
    if pass.input == PassInput::Previous {
        entries.push((PREVIOUS, texture()));
    }
    if pass.has_history() {
        entries.push((HISTORY, texture()));
    }
    if pass.spatial_pass().is_some() {
        entries.push((ORIGINAL, texture()));
    }
    entries.extend((FIRST_IMAGE..).zip(pass.composites().map(|_| texture())));
    let build =
        |(binding, entry): (u32, BindGroupLayoutEntryBuilder)| entry.build(binding, ShaderStages::FRAGMENT);
    BindGroupLayoutDescriptor::new("viewfinder pass", &entries.into_iter().map(build).collect::<Vec<_>>())
}

impl PipelineShape {
    fn descriptor(&self, shader: &Handle<Shader>) -> RenderPipelineDescriptor {
        let written = |format| Some(ColorTargetState { format, blend: None, write_mask: ColorWrites::ALL });
        let mut targets = vec![written(self.target)];
        if self.has_history {
            targets.push(written(HISTORY_FORMAT));
        }
        RenderPipelineDescriptor {
            label: Some("viewfinder pass".into()),
            layout: vec![self.layout.clone()],
            vertex: VertexState { shader: shader.clone(), entry_point: Some("vertex".into()), ..default() },
            fragment: Some(FragmentState {
                shader: shader.clone(),
                shader_defs: Vec::new(),
                entry_point: Some("fragment".into()),
                targets,
            }),
            ..default()
        }
    }
}

impl PassPipelines {
    pub fn init(mut commands: Commands, device: Res<RenderDevice>, adapter: Res<RenderAdapter>) {
        let sampler = device.create_sampler(&SamplerDescriptor {
            label: Some("viewfinder"),
            mag_filter: FilterMode::Linear,
            min_filter: FilterMode::Linear,
            ..default()
        });
        // Some phones with WebGL2 alone can't.
        let features = adapter.get_texture_format_features(HISTORY_FORMAT);
        let has_history = features.allowed_usages.contains(TextureUsages::RENDER_ATTACHMENT)
            && features.flags.contains(TextureFormatFeatureFlags::FILTERABLE);
        commands.insert_resource(Self {
            has_history,
            sampler,
            placeholder: Target::new(&device, UVec2::ONE, DISPLAY_FORMAT, TextureUsages::TEXTURE_BINDING),
            pipelines: Slots::new(SPARE_PIPELINES),
        });
    }

    /// The pipeline of a pass: an existing one, or one that is queued to be compiled.
    fn pipeline(
        &mut self,
        pass: &Pass,
        effects: &[RenderEffect],
        format: InputFormat,
        target: TextureFormat,
        cache: &mut PipelineCache,
    ) -> Arc<PassPipeline> {
        let wgsl: Vec<&Module> = effects.iter().map(|effect| &*effect.wgsl).collect();
        self.compile(pass_shader(pass, &wgsl, format, target.is_srgb()), pass, target, cache)
    }

    /// The pipeline of this WGSL, with the bindings of this pass: an existing one, or one that is queued.
    pub fn compile(
        &mut self,
        wgsl: String,
        pass: &Pass,
        target: TextureFormat,
        cache: &mut PipelineCache,
    ) -> Arc<PassPipeline> {
        let key = (wgsl, target);
        if let Some(pipeline) = self.pipelines.get(&key) {
            return pipeline;
        }
        let shape = PipelineShape { layout: pass_layout(pass), target, has_history: pass.has_history() };
        let shader = Shader::from_wgsl(key.0.clone(), "viewfinder/pass.wgsl");
        let pipeline = match self.pipelines.recycle(&shape) {
            Some(pipeline) => {
                // The cache recompiles the pipelines of a replaced shader.
                cache.set_shader(pipeline.shader.id(), shader);
                pipeline
            }
            None => {
                let handle = Handle::Uuid(Uuid::new_v4(), std::marker::PhantomData);
                cache.set_shader(handle.id(), shader);
                let id = cache.queue_render_pipeline(shape.descriptor(&handle));
                Arc::new(PassPipeline { id, shader: handle })
            }
        };
        self.pipelines.insert(key, shape, pipeline.clone());
        pipeline
    }

    /// The passes for these effects.
    pub fn passes(
        &mut self,
        effects: Vec<RenderEffect>,
        format: InputFormat,
        screen_format: TextureFormat,
        cache: &mut PipelineCache,
    ) -> Passes {
        let kinds: Vec<EffectKind> = effects.iter().map(|effect| effect.info.kind).collect();
        let plans = plan(&kinds);
        let last = plans.len() - 1;
        let last_for_photos = self.pipeline(&plans[last], &effects, format, DISPLAY_FORMAT, cache);
        let passes = plans
            .into_iter()
            .enumerate()
            .map(|(index, plan)| {
                let target = if index == last { screen_format } else { DISPLAY_FORMAT };
                let pipeline = self.pipeline(&plan, &effects, format, target, cache);
                PlannedPass { plan, pipeline }
            })
            .collect();
        Passes { effects, format, screen_format, passes, last_for_photos }
    }

    /// The bind group of a pass over these inputs.
    pub fn bind_group(
        &self,
        pass: &Pass,
        uniforms: &Buffer,
        inputs: PassInputs,
        cache: &PipelineCache,
        device: &RenderDevice,
    ) -> BindGroup {
        let bind = |binding, resource| BindGroupEntry { binding, resource };
        let placeholder = &self.placeholder.view;
        let mut entries =
            vec![bind(UNIFORMS, uniforms.as_entire_binding()), bind(SAMPLER, self.sampler.into_binding())];
        if pass.reads_source() {
            // Formats with fewer planes never read the rest.
            let views = &inputs.planes.views;
            let plane = |index: usize| views.get(index).unwrap_or(&views[0]).into_binding();
            entries.push(bind(CAMERA, inputs.camera.as_entire_binding()));
            entries
                .extend(PLANES.into_iter().enumerate().map(|(index, binding)| bind(binding, plane(index))));
        }
        if pass.input == PassInput::Previous {
            entries.push(bind(PREVIOUS, inputs.previous.unwrap_or(placeholder).into_binding()));
        }
        if pass.has_history() {
            entries.push(bind(HISTORY, inputs.history.unwrap_or(placeholder).into_binding()));
        }
        if pass.spatial_pass().is_some() {
            entries.push(bind(ORIGINAL, inputs.original.unwrap_or(placeholder).into_binding()));
        }
        let images = inputs.images.iter().map(|image| image.as_ref().unwrap_or(placeholder).into_binding());
        entries.extend((FIRST_IMAGE..).zip(images).map(|(binding, image)| bind(binding, image)));
        device.create_bind_group(
            "viewfinder pass",
            &cache.get_bind_group_layout(&pass_layout(pass)),
            &entries,
        )
    }

    /// Whether an effect can be drawn: it hasn't failed, and the GPU has what it needs.
    pub fn can_draw(&self, effect: &RenderEffect) -> bool {
        !effect.is_left_out && !self.lacks_history(effect)
    }

    /// Whether an effect needs a history that this GPU can't store.
    pub fn lacks_history(&self, effect: &RenderEffect) -> bool {
        effect.info.kind == EffectKind::Temporal && !self.has_history
    }
}

/// The state of the compilation of passes.
pub(super) enum Progress {
    Ready,
    Compiling,
    /// The index of a pass that doesn't compile, and the compiler's message.
    Failed(usize, String),
}

/// The error of a pipeline that failed to compile.
fn failure(pipeline: CachedRenderPipelineId, cache: &PipelineCache) -> Option<String> {
    match cache.get_render_pipeline_state(pipeline) {
        CachedPipelineState::Err(ShaderCacheError::ProcessShaderError(error)) => Some(error.to_string()),
        CachedPipelineState::Err(ShaderCacheError::CreateShaderModule(error)) => Some(error.clone()),
        _ => None,
    }
}

impl Passes {
    /// The effect to leave out if a pass doesn't compile although each of its effects does: the last of the pass, by
    /// its index among the effects that can be drawn.
    pub fn failing_effect(&self, pass: usize) -> Option<usize> {
        Some(self.passes[pass].plan.operations.last()?.effect)
    }

    /// Whether every pipeline is compiled.
    pub fn are_ready(&self, cache: &PipelineCache) -> bool {
        matches!(self.progress(cache), Progress::Ready)
    }

    pub fn progress(&self, cache: &PipelineCache) -> Progress {
        let last = self.passes.len() - 1;
        let mut progress = Progress::Ready;
        let pipelines = self.passes.iter().map(|pass| pass.pipeline.id).enumerate();
        for (index, pipeline) in pipelines.chain([(last, self.last_for_photos.id)]) {
            if let Some(message) = failure(pipeline, cache) {
                return Progress::Failed(index, message);
            }
            if cache.get_render_pipeline(pipeline).is_none() {
                progress = Progress::Compiling;
            }
        }
        progress
    }

    /// Whether these passes were planned for these effects, so that their parameters fit.
    pub fn match_effects(&self, effects: &[RenderEffect], pipelines: &PassPipelines) -> bool {
        let mut planned = self.effects.iter();
        let mut shown = effects.iter().filter(|effect| pipelines.can_draw(effect));
        shown.all(|now| planned.next().is_some_and(|then| now.same_shader(then))) && planned.next().is_none()
    }
}
