//! The passes of a track: planned from its effects, compiled once for each shape, drawn with their buffers.

use bevy::{
    asset::uuid::Uuid,
    platform::collections::HashMap,
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
    effects::RenderEffect,
    layout::InputFormat,
    planes::Planes,
    shader::{FIRST_IMAGE, pass_shader},
    target::{DISPLAY_FORMAT, HISTORY_FORMAT, Target},
};
use crate::effect::{EffectKind, Module, Pass, PassInput, plan};

/// The sampler, and the pipelines of all passes of all tracks.
#[derive(Resource, Debug)]
pub(super) struct PassPipelines {
    /// Whether the GPU can draw into and sample [`HISTORY_FORMAT`].
    has_history: bool,
    sampler: Sampler,
    /// What is bound where an effect has no picture.
    nothing: Target,
    /// The generated shaders by their text.
    shaders: HashMap<String, Handle<Shader>>,
    pipelines: HashMap<(AssetId<Shader>, TextureFormat), CachedRenderPipelineId>,
}

/// The passes for one shape of stack and one input format.
#[derive(Debug)]
pub(super) struct Passes {
    /// The effects that the plan speaks of.
    pub effects: Vec<RenderEffect>,
    pub format: InputFormat,
    pub screen_format: TextureFormat,
    pub passes: Vec<PlannedPass>,
    /// The last pass for photos, which are never sRGB textures.
    pub last_for_photos: CachedRenderPipelineId,
}

/// One pass and its pipeline.
#[derive(Debug)]
pub(super) struct PlannedPass {
    pub plan: Pass,
    pub pipeline: CachedRenderPipelineId,
}

/// What a pass reads beside its uniforms.
#[derive(Debug, Clone, Copy)]
pub(super) struct PassInputs<'a> {
    /// What the camera's planes need to be read.
    pub camera: &'a Buffer,
    pub planes: &'a Planes,
    /// The picture of the pass before it.
    pub previous: Option<&'a TextureView>,
    /// The picture from before the first pass of the filter whose pass it is.
    pub original: Option<&'a TextureView>,
    /// The history of the temporal effect.
    pub history: Option<&'a TextureView>,
    /// The pictures of effects' own, in the order of the pass.
    pub images: &'a [Option<TextureView>],
}

/// How what a pass reads is bound.
fn pass_layout(pass: &Pass) -> BindGroupLayoutDescriptor {
    let uniform = || uniform_buffer_sized(false, None);
    let texture = || texture_2d(TextureSampleType::Float { filterable: true });
    let mut entries = vec![(0, uniform()), (5, sampler(SamplerBindingType::Filtering))];
    if pass.reads_source() {
        entries.extend([(1, uniform()), (2, texture()), (3, texture()), (4, texture())]);
    }
    if pass.input == PassInput::Previous {
        entries.push((6, texture()));
    }
    if pass.has_history() {
        entries.push((7, texture()));
    }
    if pass.spatial_pass().is_some() {
        entries.push((8, texture()));
    }
    entries.extend((FIRST_IMAGE..).zip(pass.composites().map(|_| texture())));
    let build =
        |(binding, entry): (u32, BindGroupLayoutEntryBuilder)| entry.build(binding, ShaderStages::FRAGMENT);
    BindGroupLayoutDescriptor::new("viewfinder pass", &entries.into_iter().map(build).collect::<Vec<_>>())
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
            nothing: Target::new(&device, UVec2::ONE, DISPLAY_FORMAT, TextureUsages::TEXTURE_BINDING),
            shaders: default(),
            pipelines: default(),
        });
    }

    /// The pipeline of a pass: found, or queued to be compiled.
    fn pipeline(
        &mut self,
        pass: &Pass,
        effects: &[RenderEffect],
        format: InputFormat,
        target: TextureFormat,
        cache: &mut PipelineCache,
    ) -> CachedRenderPipelineId {
        let wgsl: Vec<&Module> = effects.iter().map(|effect| &*effect.wgsl).collect();
        let text = pass_shader(pass, &wgsl, format, target.is_srgb());
        let shader = self.shaders.entry_ref(&*text).or_insert_with(|| {
            let handle = Handle::Uuid(Uuid::new_v4(), std::marker::PhantomData);
            cache.set_shader(handle.id(), Shader::from_wgsl(text.clone(), "viewfinder/pass.wgsl"));
            handle
        });
        // All else follows from the text.
        let key = (shader.id(), target);
        if let Some(pipeline) = self.pipelines.get(&key) {
            return *pipeline;
        }
        let written = |format| Some(ColorTargetState { format, blend: None, write_mask: ColorWrites::ALL });
        let mut targets = vec![written(target)];
        if pass.has_history() {
            targets.push(written(HISTORY_FORMAT));
        }
        let descriptor = RenderPipelineDescriptor {
            label: Some("viewfinder pass".into()),
            layout: vec![pass_layout(pass)],
            vertex: VertexState { shader: shader.clone(), entry_point: Some("vertex".into()), ..default() },
            fragment: Some(FragmentState {
                shader: shader.clone(),
                shader_defs: Vec::new(),
                entry_point: Some("fragment".into()),
                targets,
            }),
            ..default()
        };
        let pipeline = cache.queue_render_pipeline(descriptor);
        self.pipelines.insert(key, pipeline);
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
        let mut last_for_photos = None;
        let passes = plans
            .into_iter()
            .enumerate()
            .map(|(index, plan)| {
                let plain = self.pipeline(&plan, &effects, format, DISPLAY_FORMAT, cache);
                let mut pipeline = plain;
                if index == last {
                    last_for_photos = Some(plain);
                    pipeline = self.pipeline(&plan, &effects, format, screen_format, cache);
                }
                PlannedPass { plan, pipeline }
            })
            .collect::<Vec<_>>();
        let last_for_photos = last_for_photos.unwrap_or(passes[last].pipeline);
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
        let nothing = &self.nothing.view;
        let mut entries = vec![bind(0, uniforms.as_entire_binding()), bind(5, self.sampler.into_binding())];
        if pass.reads_source() {
            // A plane that the format doesn't have is bound all the same, and never read.
            let views = &inputs.planes.views;
            let plane = |index: usize| views.get(index).unwrap_or(&views[0]).into_binding();
            entries.push(bind(1, inputs.camera.as_entire_binding()));
            entries.extend((0..3).map(|index| bind(2 + index as u32, plane(index))));
        }
        if pass.input == PassInput::Previous {
            entries.push(bind(6, inputs.previous.unwrap_or(nothing).into_binding()));
        }
        if pass.has_history() {
            entries.push(bind(7, inputs.history.unwrap_or(nothing).into_binding()));
        }
        if pass.spatial_pass().is_some() {
            entries.push(bind(8, inputs.original.unwrap_or(nothing).into_binding()));
        }
        let images = inputs.images.iter().map(|image| image.as_ref().unwrap_or(nothing).into_binding());
        entries.extend((FIRST_IMAGE..).zip(images).map(|(binding, image)| bind(binding, image)));
        device.create_bind_group(
            "viewfinder pass",
            &cache.get_bind_group_layout(&pass_layout(pass)),
            &entries,
        )
    }

    /// Whether an effect can be drawn, as far as is known.
    pub fn can_draw(&self, effect: &RenderEffect) -> bool {
        !effect.is_left_out && !self.lacks_history(effect)
    }

    /// Whether an effect needs a history that this GPU can't store.
    pub fn lacks_history(&self, effect: &RenderEffect) -> bool {
        effect.info.kind == EffectKind::Temporal && !self.has_history
    }
}

/// How far the compilation of passes is.
pub(super) enum Progress {
    Ready,
    Compiling,
    /// The pass of this index doesn't compile, and why.
    Failed(usize, String),
}

/// Whether a pipeline that can't be had now can't ever be had, and why.
fn failure(pipeline: CachedRenderPipelineId, cache: &PipelineCache) -> Option<String> {
    match cache.get_render_pipeline_state(pipeline) {
        CachedPipelineState::Err(ShaderCacheError::ProcessShaderError(error)) => Some(error.to_string()),
        CachedPipelineState::Err(ShaderCacheError::CreateShaderModule(error)) => Some(error.clone()),
        _ => None,
    }
}

impl Passes {
    /// The effect that is left out if a pass doesn't compile, although each of its effects does: the last. Its index
    /// is that among those that can be drawn.
    pub fn failing_effect(&self, pass: usize) -> Option<usize> {
        Some(self.passes[pass].plan.operations.last()?.effect)
    }

    /// Whether every pipeline that photos need is there.
    pub fn are_ready(&self, cache: &PipelineCache) -> bool {
        matches!(self.progress(cache), Progress::Ready)
    }

    pub fn progress(&self, cache: &PipelineCache) -> Progress {
        let last = self.passes.len() - 1;
        let mut progress = Progress::Ready;
        let pipelines = self.passes.iter().map(|pass| pass.pipeline).enumerate();
        for (index, pipeline) in pipelines.chain([(last, self.last_for_photos)]) {
            if let Some(message) = failure(pipeline, cache) {
                return Progress::Failed(index, message);
            }
            if cache.get_render_pipeline(pipeline).is_none() {
                progress = Progress::Compiling;
            }
        }
        progress
    }

    /// Whether these passes are those of the effects as they now are, so that the parameters fit.
    pub fn fit(&self, effects: &[RenderEffect], pipelines: &PassPipelines) -> bool {
        let mut planned = self.effects.iter();
        let mut shown = effects.iter().filter(|effect| pipelines.can_draw(effect));
        shown.all(|now| planned.next().is_some_and(|then| now.same_shader(then))) && planned.next().is_none()
    }
}
