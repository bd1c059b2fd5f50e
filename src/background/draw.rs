//! Draws backgrounds in the schedule of Bevy's 3D cameras.

use bevy::{
    camera::{MainPassResolutionOverride, SubCameraView, Viewport},
    ecs::query::QueryData,
    math::Vec4Swizzles,
    prelude::*,
    render::{
        Extract,
        camera::ExtractedCamera,
        render_phase::TrackedRenderPass,
        render_resource::{
            BindGroup, BindGroupEntries, Buffer, BufferDescriptor, BufferUsages, CachedRenderPipelineId,
            PipelineCache, RenderPassDescriptor, RenderPipeline, SpecializedRenderPipelines, StoreOp,
            TextureId,
        },
        renderer::{RenderContext, RenderDevice, RenderQueue, ViewQuery},
        sync_component::SyncComponent,
        sync_world::RenderEntity,
        view::{ExtractedView, ViewDepthTexture, ViewTarget},
    },
};

use super::{
    CameraBackground,
    pipeline::{BackgroundKey, BackgroundPipeline, Step, UNIFORM_FLOATS},
};
use crate::render::{Fit, TrackOutputs};

/// The most samples for a pixel, across and down. A track that is scaled down further has some aliasing.
const MAX_SAMPLES: f32 = 4.0;

/// A background in the render world, on the entity of its camera.
#[derive(Component, Clone, Copy, Debug)]
pub struct RenderBackground {
    /// The track's entity in the render world.
    track: Entity,
    fit: Fit,
    sub_view: Option<SubCameraView>,
}

/// A background that is bound to the output of its track.
#[derive(Component, Debug)]
pub struct BoundBackground {
    texture: TextureId,
    uniform: Buffer,
    written: Option<[f32; UNIFORM_FLOATS]>,
    group: BindGroup,
    pipelines: BackgroundPipelines,
}

/// The pipelines for one camera.
#[derive(Clone, Copy, Debug, PartialEq)]
enum BackgroundPipelines {
    /// Objects map their own colors to those of the display.
    Ldr { behind: CachedRenderPipelineId },
    /// Bevy maps the colors of the whole scene.
    Hdr { behind: CachedRenderPipelineId, clear: CachedRenderPipelineId, under: CachedRenderPipelineId },
}

impl SyncComponent for CameraBackground {
    type Target = (RenderBackground, BoundBackground);
}

/// Brings the backgrounds of the render world up to date.
pub(super) fn extract_backgrounds(
    mut commands: Commands,
    cameras: Extract<Query<(RenderEntity, &CameraBackground, &Camera)>>,
    tracks: Extract<Query<RenderEntity>>,
) {
    for (view, background, camera) in &cameras {
        let mut view = commands.entity(view);
        match tracks.get(background.track) {
            Ok(track) => {
                view.insert(RenderBackground {
                    track,
                    fit: background.fit,
                    sub_view: camera.sub_camera_view,
                });
            }
            Err(_) => {
                view.remove::<(RenderBackground, BoundBackground)>();
            }
        }
    }
}

/// Binds the backgrounds to the outputs of their tracks, and writes their uniforms.
pub(super) fn prepare_backgrounds(
    mut commands: Commands,
    mut views: Query<(
        Entity,
        &RenderBackground,
        Option<&mut BoundBackground>,
        &ExtractedCamera,
        &ExtractedView,
        &Msaa,
    )>,
    outputs: TrackOutputs,
    pipeline: Res<BackgroundPipeline>,
    mut pipelines: ResMut<SpecializedRenderPipelines<BackgroundPipeline>>,
    cache: Res<PipelineCache>,
    device: Res<RenderDevice>,
    queue: Res<RenderQueue>,
) {
    for (entity, background, bound, camera, view, msaa) in &mut views {
        let (Some(image), Some(viewport)) = (outputs.image(background.track), camera.physical_viewport_size)
        else {
            continue;
        };
        let mut specialize = |step, samples| {
            let key = BackgroundKey { step, format: view.target_format, samples };
            pipelines.specialize(&cache, &pipeline, key)
        };
        let samples = msaa.samples();
        let pipelines = if camera.hdr {
            BackgroundPipelines::Hdr {
                behind: specialize(Step::BehindTransparent, samples),
                clear: specialize(Step::Clear, samples),
                under: specialize(Step::Under, 1),
            }
        } else {
            BackgroundPipelines::Ldr { behind: specialize(Step::Behind, samples) }
        };
        let uniform = background.uniform(image.size_2d().as_vec2(), viewport.as_vec2());
        let texture = image.texture.id();
        match bound {
            Some(mut bound) if bound.texture == texture => {
                bound.pipelines = pipelines;
                bound.write(uniform, &queue);
            }
            _ => {
                let buffer = device.create_buffer(&BufferDescriptor {
                    label: Some("viewfinder background"),
                    size: size_of::<[f32; UNIFORM_FLOATS]>() as u64,
                    usage: BufferUsages::UNIFORM | BufferUsages::COPY_DST,
                    mapped_at_creation: false,
                });
                let group = device.create_bind_group(
                    "viewfinder background",
                    &cache.get_bind_group_layout(&pipeline.layout),
                    &BindGroupEntries::sequential((
                        buffer.as_entire_binding(),
                        &image.texture_view,
                        &pipeline.sampler,
                    )),
                );
                let mut bound = BoundBackground { texture, uniform: buffer, written: None, group, pipelines };
                bound.write(uniform, &queue);
                commands.entity(entity).insert(bound);
            }
        }
    }
}

impl RenderBackground {
    /// The values of the uniform, for an output and a viewport of these sizes.
    fn uniform(&self, output: Vec2, viewport: Vec2) -> [f32; UNIFORM_FLOATS] {
        let view = match self.sub_view {
            None => self.fit.view(output, viewport),
            Some(sub_view) => {
                let full = sub_view.full_size.as_vec2();
                let whole = self.fit.view(output, full);
                let (scale, offset) = (sub_view.size.as_vec2() / full, sub_view.offset / full);
                let offsets = offset * whole.xy() + whole.zw();
                (scale * whole.xy()).extend(offsets.x).extend(offsets.y)
            }
        };
        let pixel = view.xy() / viewport;
        // A sample is interpolated between its neighbors. Sizes are rounded, so a little more than one pixel is one.
        let grid = (pixel * output - 0.01).ceil().clamp(Vec2::ONE, Vec2::splat(MAX_SAMPLES));
        [view.x, view.y, view.z, view.w, pixel.x, pixel.y, grid.x, grid.y]
    }
}

impl BoundBackground {
    fn write(&mut self, values: [f32; UNIFORM_FLOATS], queue: &RenderQueue) {
        if self.written.replace(values) != Some(values) {
            queue.write_buffer(&self.uniform, 0, values.map(f32::to_ne_bytes).as_flattened());
        }
    }
}

/// The components of a camera that passes are drawn with.
type View = (
    &'static RenderBackground,
    &'static BoundBackground,
    &'static ExtractedCamera,
    &'static ViewTarget,
    &'static ViewDepthTexture,
    Option<&'static MainPassResolutionOverride>,
);

/// Draws the backgrounds where no opaque object is.
pub(super) fn draw_behind(
    view: ViewQuery<View>,
    outputs: TrackOutputs,
    cache: Res<PipelineCache>,
    mut context: RenderContext,
) {
    let view = view.into_inner();
    let (BackgroundPipelines::Ldr { behind } | BackgroundPipelines::Hdr { behind, .. }) = view.1.pipelines;
    draw_in_scene(view, behind, &outputs, &cache, &mut context);
}

/// Leaves transparency in place of the backgrounds of cameras with `Hdr`.
pub(super) fn clear_behind(
    view: ViewQuery<View>,
    outputs: TrackOutputs,
    cache: Res<PipelineCache>,
    mut context: RenderContext,
) {
    let view = view.into_inner();
    let BackgroundPipelines::Hdr { clear, .. } = view.1.pipelines else { return };
    draw_in_scene(view, clear, &outputs, &cache, &mut context);
}

/// Draws the backgrounds of cameras with `Hdr` under their scenes.
pub(super) fn draw_under(
    view: ViewQuery<(&RenderBackground, &BoundBackground, &ExtractedCamera, &ViewTarget)>,
    outputs: TrackOutputs,
    cache: Res<PipelineCache>,
    mut context: RenderContext,
) {
    let (background, bound, camera, target) = view.into_inner();
    let BackgroundPipelines::Hdr { under, .. } = bound.pipelines else { return };
    let Some(pipeline) = cache.get_render_pipeline(under) else { return };
    if !outputs.is_drawn(background.track, bound.texture) {
        return;
    }
    let attachments = [Some(target.get_unsampled_color_attachment())];
    let pass = context.begin_tracked_render_pass(RenderPassDescriptor {
        label: Some("viewfinder background"),
        color_attachments: &attachments,
        ..default()
    });
    bound.draw(pass, pipeline, camera.viewport.as_ref());
}

/// Draws a background among the objects of its scene.
fn draw_in_scene(
    (background, bound, camera, target, depth, resolution): <View as QueryData>::Item<'_, '_>,
    pipeline: CachedRenderPipelineId,
    outputs: &TrackOutputs,
    cache: &PipelineCache,
    context: &mut RenderContext,
) {
    let Some(pipeline) = cache.get_render_pipeline(pipeline) else { return };
    if !outputs.is_drawn(background.track, bound.texture) {
        return;
    }
    let attachments = [Some(target.get_color_attachment())];
    let pass = context.begin_tracked_render_pass(RenderPassDescriptor {
        label: Some("viewfinder background"),
        color_attachments: &attachments,
        depth_stencil_attachment: Some(depth.get_attachment(StoreOp::Store)),
        ..default()
    });
    let viewport = Viewport::from_viewport_and_override(camera.viewport.as_ref(), resolution);
    bound.draw(pass, pipeline, viewport.as_ref());
}

impl BoundBackground {
    fn draw<'a>(
        &'a self,
        mut pass: TrackedRenderPass<'a>,
        pipeline: &'a RenderPipeline,
        viewport: Option<&Viewport>,
    ) {
        if let Some(viewport) = viewport {
            pass.set_camera_viewport(viewport);
        }
        pass.set_render_pipeline(pipeline);
        pass.set_bind_group(0, &self.group, &[]);
        pass.draw(0..3, 0..1);
    }
}
