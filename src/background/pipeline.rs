//! The pipelines that draw backgrounds.

use bevy::{
    asset::uuid::Uuid,
    core_pipeline::core_3d::CORE_3D_DEPTH_FORMAT,
    prelude::*,
    render::{
        render_resource::{
            BindGroupLayoutDescriptor, BindGroupLayoutEntries, BlendComponent, BlendFactor, BlendOperation,
            BlendState, ColorTargetState, ColorWrites, CompareFunction, DepthStencilState, FilterMode,
            FragmentState, MultisampleState, PipelineCache, RenderPipelineDescriptor, Sampler,
            SamplerBindingType, SamplerDescriptor, ShaderStages, SpecializedRenderPipeline, TextureFormat,
            TextureSampleType, VertexState,
            binding_types::{sampler, texture_2d, uniform_buffer_sized},
        },
        renderer::RenderDevice,
    },
};

/// The vertex shader, which all passes of this crate share: the triangle has the depth of Bevy's far plane.
const VERTEX: &str = include_str!("../../shaders/vertex.wgsl");

const FRAGMENT: &str = include_str!("../../shaders/background.wgsl");

/// The values of the uniform `Background` of `background.wgsl`.
pub(super) const UNIFORM_FLOATS: usize = 8;

/// The parts of the pipelines that all cameras share.
#[derive(Resource, Debug)]
pub(super) struct BackgroundPipeline {
    pub layout: BindGroupLayoutDescriptor,
    pub sampler: Sampler,
    shader: Handle<Shader>,
}

/// A pipeline.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(super) struct BackgroundKey {
    pub step: Step,
    /// The format of the camera's main texture.
    pub format: TextureFormat,
    /// Samples for each pixel. After tonemapping there is one.
    pub samples: u32,
}

/// The steps in which a background is drawn.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(super) enum Step {
    /// Draws the track where no opaque object is.
    Behind,
    /// The same, but the scene keeps its transparency there. For `Hdr`: glass refracts the track.
    BehindTransparent,
    /// Removes the track again, and leaves the scene transparent in its place, before Bevy's tonemapping.
    Clear,
    /// Draws the track under the scene, which has transparency.
    Under,
}

impl BackgroundPipeline {
    pub fn init(mut commands: Commands, device: Res<RenderDevice>, mut cache: ResMut<PipelineCache>) {
        let layout = BindGroupLayoutDescriptor::new(
            "viewfinder background",
            &BindGroupLayoutEntries::sequential(
                ShaderStages::FRAGMENT,
                (
                    uniform_buffer_sized(false, None),
                    texture_2d(TextureSampleType::Float { filterable: true }),
                    sampler(SamplerBindingType::Filtering),
                ),
            ),
        );
        let sampler = device.create_sampler(&SamplerDescriptor {
            label: Some("viewfinder background"),
            mag_filter: FilterMode::Linear,
            min_filter: FilterMode::Linear,
            ..default()
        });
        let shader = Handle::Uuid(Uuid::new_v4(), std::marker::PhantomData);
        cache.set_shader(shader.id(), Shader::from_wgsl(text(), "viewfinder/background.wgsl"));
        commands.insert_resource(Self { layout, sampler, shader });
    }
}

fn text() -> String {
    [VERTEX, FRAGMENT].concat()
}

impl Step {
    /// The straight colors of the track, and the scene's colors, which are multiplied by its alpha.
    fn blend(self) -> BlendState {
        use BlendFactor::{One, OneMinusDstAlpha, OneMinusSrcAlpha, SrcAlpha, Zero};

        let blend = |src_factor, dst_factor| BlendComponent {
            src_factor,
            dst_factor,
            operation: BlendOperation::Add,
        };
        match self {
            Self::Behind => BlendState::ALPHA_BLENDING,
            Self::BehindTransparent => {
                BlendState { color: blend(SrcAlpha, OneMinusSrcAlpha), alpha: blend(Zero, One) }
            }
            Self::Clear => {
                BlendState { color: blend(Zero, OneMinusSrcAlpha), alpha: blend(Zero, OneMinusSrcAlpha) }
            }
            Self::Under => {
                BlendState { color: blend(OneMinusDstAlpha, One), alpha: blend(OneMinusDstAlpha, One) }
            }
        }
    }
}

impl SpecializedRenderPipeline for BackgroundPipeline {
    type Key = BackgroundKey;

    fn specialize(&self, BackgroundKey { step, format, samples }: Self::Key) -> RenderPipelineDescriptor {
        // Bevy's depth is reversed: the far plane has 0, and so have pixels that nothing covers.
        let depth = DepthStencilState {
            format: CORE_3D_DEPTH_FORMAT,
            depth_write_enabled: Some(false),
            depth_compare: Some(CompareFunction::GreaterEqual),
            stencil: default(),
            bias: default(),
        };
        let entry_point = if step == Step::Under { "fill" } else { "fragment" };
        RenderPipelineDescriptor {
            label: Some("viewfinder background".into()),
            layout: vec![self.layout.clone()],
            vertex: VertexState {
                shader: self.shader.clone(),
                entry_point: Some("vertex".into()),
                ..default()
            },
            depth_stencil: (step != Step::Under).then_some(depth),
            multisample: MultisampleState { count: samples, ..default() },
            fragment: Some(FragmentState {
                shader: self.shader.clone(),
                shader_defs: Vec::new(),
                entry_point: Some(entry_point.into()),
                targets: vec![Some(ColorTargetState {
                    format,
                    blend: Some(step.blend()),
                    write_mask: ColorWrites::ALL,
                })],
            }),
            ..default()
        }
    }
}

#[cfg(test)]
mod tests {
    use naga::{TypeInner, front::wgsl, valid::Validator};

    use super::*;

    #[test]
    fn the_shader_is_valid_and_has_the_uniform() {
        let text = text();
        let module = wgsl::parse_str(&text).unwrap_or_else(|error| panic!("{}", error.emit_to_string(&text)));
        Validator::new(default(), naga::valid::Capabilities::empty()).validate(&module).expect("valid WGSL");
        let uniform = module.types.iter().find(|(_, kind)| kind.name.as_deref() == Some("Background"));
        let Some(TypeInner::Struct { span, .. }) = uniform.map(|(_, kind)| &kind.inner) else {
            panic!("the uniform is a struct")
        };
        assert_eq!(*span as usize, 4 * UNIFORM_FLOATS);
        assert!(!text.contains('#'), "Bevy would read it as a directive");
    }
}
