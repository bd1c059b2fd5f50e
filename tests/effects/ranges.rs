//! Nothing an effect's function says is outside its range or no number at all, whatever its parameters are.
//!
//! The functions are called directly, and their results kept as they are: in a picture of 8 bits, values have
//! already been clamped.

use bevy::{prelude::*, tasks::block_on};
use bevy_viewfinder::{
    effect::{
        AnyEffect, EffectColor, EffectInfo, EffectKind, EffectRegistry, EffectShader, ParameterInfo,
        ParameterKind, ParameterValue,
    },
    effects::BuiltinEffectsPlugin,
};
use wgpu::util::{BufferInitDescriptor, DeviceExt};

use crate::studio::Picture;

/// The functions and values that effects use.
const LIBRARY: [&str; 13] = [
    include_str!("../../shaders/effect.wgsl"),
    include_str!("../../shaders/sampling.wgsl"),
    include_str!("../../shaders/area.wgsl"),
    include_str!("../../shaders/input.wgsl"),
    include_str!("../../shaders/color.wgsl"),
    include_str!("../../shaders/random.wgsl"),
    include_str!("../../shaders/sobel.wgsl"),
    include_str!("../../shaders/blur.wgsl"),
    include_str!("../../shaders/pack16.wgsl"),
    include_str!("../../shaders/transfer.wgsl"),
    include_str!("../../shaders/image.wgsl"),
    include_str!("../../shaders/history.wgsl"),
    include_str!("../../shaders/blend.wgsl"),
];

/// A result for each pixel.
const CHECK: &str = "
struct Uniforms { @align(16) context: Context, @align(16) params: Params }
@group(0) @binding(0) var<uniform> uniforms: Uniforms;
@group(0) @binding(3) var<storage, read_write> results: array<vec4<f32>>;
@group(0) @binding(9) var own_image: texture_2d<f32>;

@compute @workgroup_size(8, 8)
fn check(@builtin(global_invocation_id) place: vec3<u32>) {
    let size = vec2<u32>(uniforms.context.size);
    let uv = (vec2<f32>(place.xy) + 0.5) * uniforms.context.texel;
    results[place.y * size.x + place.x] = RESULT;
}

// The history may be any number, but not NaN or infinite.
fn temporal(result: Temporal) -> vec4<f32> {
    let is_finite = all(abs(result.history) <= vec4(1e30));
    return select(vec4(-1.0), result.shown, is_finite);
}
";

/// Numbers that nobody should write, and somebody will.
const ABSURD: [f32; 4] = [-10_000.0, -1.0, 0.0, 10_000.0];

struct Bench {
    device: wgpu::Device,
    queue: wgpu::Queue,
    picture: wgpu::TextureView,
    sampler: wgpu::Sampler,
    size: UVec2,
}

impl Bench {
    fn new(picture: &Picture) -> Self {
        let adapter = block_on(wgpu::Instance::default().request_adapter(&default())).expect("an adapter");
        let (device, queue) = block_on(adapter.request_device(&default())).expect("a device");
        let texture = device.create_texture_with_data(
            &queue,
            &wgpu::TextureDescriptor {
                label: None,
                size: wgpu::Extent3d {
                    width: picture.size.x,
                    height: picture.size.y,
                    depth_or_array_layers: 1,
                },
                mip_level_count: 1,
                sample_count: 1,
                dimension: wgpu::TextureDimension::D2,
                format: wgpu::TextureFormat::Rgba8Unorm,
                usage: wgpu::TextureUsages::TEXTURE_BINDING,
                view_formats: &[],
            },
            default(),
            picture.pixels.as_flattened(),
        );
        let sampler = device.create_sampler(&wgpu::SamplerDescriptor {
            mag_filter: wgpu::FilterMode::Linear,
            min_filter: wgpu::FilterMode::Linear,
            ..default()
        });
        Self { picture: texture.create_view(&default()), sampler, size: picture.size, device, queue }
    }

    fn pipeline(&self, effect: &EffectInfo) -> wgpu::ComputePipeline {
        let EffectShader::Wgsl(text) = effect.shader else { panic!("{} isn't in the program", effect.name) };
        let texts: Vec<&str> = LIBRARY.into_iter().chain([text, CHECK]).collect();
        let result = match effect.kind {
            EffectKind::Warp => "vec4(effect(uv, uniforms.params, uniforms.context), 0.0, 1.0)",
            EffectKind::Color => "effect(sample(uv), uv, uniforms.params, uniforms.context)",
            EffectKind::WithSource => {
                "effect(sample(uv), uv, uniforms.params, uniforms.context, sample(1.0 - uv))"
            }
            EffectKind::Composite => {
                "effect(sample(uv), uv, uniforms.params, uniforms.context, own_image,
                    ImageInfo(vec2<f32>(textureDimensions(own_image)), 0u, 1u))"
            }
            EffectKind::CompositeWithSource => {
                "effect(sample(uv), uv, uniforms.params, uniforms.context, sample(1.0 - uv), own_image,
                    ImageInfo(vec2<f32>(textureDimensions(own_image)), 0u, 1u))"
            }
            EffectKind::Temporal => "temporal(effect(sample(uv), uv, uniforms.params, uniforms.context))",
            _ => "effect(uv, uniforms.params, uniforms.context)",
        };
        let text = texts.join("\n").replace("RESULT", result);
        let module = self.device.create_shader_module(wgpu::ShaderModuleDescriptor {
            label: Some(effect.name),
            source: wgpu::ShaderSource::Wgsl(text.into()),
        });
        let binding = |binding, ty| wgpu::BindGroupLayoutEntry {
            binding,
            visibility: wgpu::ShaderStages::COMPUTE,
            ty,
            count: None,
        };
        let buffer = |ty| wgpu::BindingType::Buffer { ty, has_dynamic_offset: false, min_binding_size: None };
        let texture = wgpu::BindingType::Texture {
            sample_type: wgpu::TextureSampleType::Float { filterable: true },
            view_dimension: wgpu::TextureViewDimension::D2,
            multisampled: false,
        };
        // Not every effect uses all of these, so they are said and not taken from the shader.
        let group = self.device.create_bind_group_layout(&wgpu::BindGroupLayoutDescriptor {
            label: None,
            entries: &[
                binding(0, buffer(wgpu::BufferBindingType::Uniform)),
                binding(6, texture),
                binding(7, texture),
                binding(8, texture),
                binding(9, texture),
                binding(5, wgpu::BindingType::Sampler(wgpu::SamplerBindingType::Filtering)),
                binding(3, buffer(wgpu::BufferBindingType::Storage { read_only: false })),
            ],
        });
        let layout = self.device.create_pipeline_layout(&wgpu::PipelineLayoutDescriptor {
            bind_group_layouts: &[Some(&group)],
            ..default()
        });
        self.device.create_compute_pipeline(&wgpu::ComputePipelineDescriptor {
            label: None,
            layout: Some(&layout),
            module: &module,
            entry_point: Some("check"),
            compilation_options: default(),
            cache: None,
        })
    }

    /// The result of the effect's function for each pixel.
    fn run(
        &self,
        pipeline: &wgpu::ComputePipeline,
        effect: &dyn AnyEffect,
        time: f32,
        pass: u32,
    ) -> Vec<[f32; 4]> {
        let size = self.size.as_vec2();
        let texel = size.recip();
        let delta = if time == 0.0 { 0.0 } else { 0.04 };
        let context = [size.x, size.y, texel.x, texel.y, time, f32::from_bits(pass), delta, time - delta];
        let whole = [1.0_f32, 1.0, 0.0, 0.0];
        let mut bytes: Vec<u8> = context.iter().chain(&whole).flat_map(|value| value.to_le_bytes()).collect();
        effect.write_parameters(&mut bytes);
        bytes.resize(bytes.len().next_multiple_of(16), 0);
        let uniforms = self.device.create_buffer_init(&BufferInitDescriptor {
            label: None,
            contents: &bytes,
            usage: wgpu::BufferUsages::UNIFORM,
        });
        let buffer = |usage| {
            let size = u64::from(self.size.element_product()) * 16;
            self.device.create_buffer(&wgpu::BufferDescriptor {
                label: None,
                size,
                usage,
                mapped_at_creation: false,
            })
        };
        let results = buffer(wgpu::BufferUsages::STORAGE | wgpu::BufferUsages::COPY_SRC);
        let readable = buffer(wgpu::BufferUsages::COPY_DST | wgpu::BufferUsages::MAP_READ);
        // It stands for all that an effect may see.
        let picture = wgpu::BindingResource::TextureView(&self.picture);
        let entry = |binding, resource| wgpu::BindGroupEntry { binding, resource };
        let group = self.device.create_bind_group(&wgpu::BindGroupDescriptor {
            label: None,
            layout: &pipeline.get_bind_group_layout(0),
            entries: &[
                entry(0, uniforms.as_entire_binding()),
                entry(6, picture.clone()),
                entry(7, picture.clone()),
                entry(8, picture.clone()),
                entry(9, picture),
                entry(5, wgpu::BindingResource::Sampler(&self.sampler)),
                entry(3, results.as_entire_binding()),
            ],
        });
        let mut encoder = self.device.create_command_encoder(&default());
        let mut compute = encoder.begin_compute_pass(&default());
        compute.set_pipeline(pipeline);
        compute.set_bind_group(0, &group, &[]);
        compute.dispatch_workgroups(self.size.x / 8, self.size.y / 8, 1);
        drop(compute);
        encoder.copy_buffer_to_buffer(&results, 0, &readable, 0, readable.size());
        self.queue.submit([encoder.finish()]);
        readable.slice(..).map_async(wgpu::MapMode::Read, |mapped| mapped.expect("it can be read"));
        self.device.poll(wgpu::PollType::wait_indefinitely()).expect("the GPU is done");
        let bytes = readable.slice(..).get_mapped_range();
        let numbers =
            bytes.chunks_exact(4).map(|bytes| f32::from_le_bytes(bytes.try_into().unwrap_or_default()));
        numbers.collect::<Vec<_>>().as_chunks().0.to_vec()
    }
}

/// The values at the ends of a parameter's range, and beyond.
fn extremes(parameter: &ParameterInfo) -> Vec<ParameterValue> {
    let ends = parameter.range.map(|range| [range.min, range.max]).into_iter().flatten();
    match parameter.kind {
        ParameterKind::Float => ends.chain(ABSURD).map(ParameterValue::from).collect(),
        ParameterKind::Vec2 => ends.chain(ABSURD).map(|value| Vec2::splat(value).into()).collect(),
        ParameterKind::Uint => ends.chain([0.0, 1_000_000.0]).map(|value| (value as u32).into()).collect(),
        ParameterKind::Choice => parameter.choices.iter().map(|choice| choice.as_str().into()).collect(),
        // An empty one: which asset it is doesn't matter here.
        ParameterKind::Image | ParameterKind::Lut => Vec::new(),
        ParameterKind::Color => [Srgba::BLACK, Srgba::WHITE, Srgba::new(0.0, 1.0, 0.0, 0.5)]
            .map(|color| EffectColor(color).into())
            .to_vec(),
        other => panic!("no values of {other:?} are known"),
    }
}

/// The effect with each parameter at each of its extremes, the others at their defaults; and with all of them at
/// their first and at their second.
fn cases(effect: &EffectInfo) -> Vec<Box<dyn AnyEffect>> {
    let set = |effect: &mut dyn AnyEffect, parameter: &ParameterInfo, value: ParameterValue| {
        effect.set_parameter(parameter.name, value).unwrap_or_else(|error| panic!("{error}"));
    };
    let mut cases = vec![effect.make_default()];
    for parameter in &effect.parameters {
        for value in extremes(parameter) {
            let mut case = effect.make_default();
            set(&mut *case, parameter, value);
            cases.push(case);
        }
    }
    for end in 0..2 {
        let mut case = effect.make_default();
        for parameter in &effect.parameters {
            if let Some(value) = extremes(parameter).get(end) {
                set(&mut *case, parameter, value.clone());
            }
        }
        cases.push(case);
    }
    cases
}

#[test]
fn no_parameter_makes_an_effect_leave_its_range() {
    let mut app = App::new();
    app.add_plugins(BuiltinEffectsPlugin);
    let bench = Bench::new(&Picture::color_cube());
    for effect in app.world().resource::<EffectRegistry>().iter() {
        let pipeline = bench.pipeline(effect);
        let passes = if let EffectKind::Spatial { passes } = effect.kind { passes } else { 1 };
        for case in cases(effect) {
            for (time, pass) in [(0.0, 0), (3599.9, passes - 1)] {
                for result in bench.run(&pipeline, &*case, time, pass) {
                    let good = match effect.kind {
                        EffectKind::Warp => result.iter().all(|value| value.is_finite()),
                        _ => result.iter().all(|value| (0.0..=1.0).contains(value)),
                    };
                    assert!(good, "{case:?} at {time} s gives {result:?}");
                }
            }
        }
    }
}
