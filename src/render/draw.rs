//! Draws the tracks that changed, each into its own texture.

use std::mem;

use bevy::{
    platform::collections::HashMap,
    prelude::*,
    render::{
        render_resource::{
            PipelineCache, TextureFormat, TextureId, TextureUsages, TextureView, TextureViewDescriptor,
        },
        renderer::{RenderDevice, RenderQueue},
        texture::GpuImage,
    },
};

use super::{
    bound::{BoundPasses, DrawParams, Gpu, History, Sources},
    commands::FrameCommands,
    effects::{EffectTime, RenderEffect},
    image::Images,
    passes::PassPipelines,
    report::Reports,
    track::RenderTrack,
};
use crate::error::MediaError;

/// The view of each image that is drawn into, as long as its texture lives.
#[derive(Default)]
pub(super) struct OutputViews(HashMap<AssetId<Image>, (TextureId, TextureView)>);

impl OutputViews {
    fn view(&mut self, id: AssetId<Image>, image: &GpuImage, format: TextureFormat) -> &TextureView {
        let texture = image.texture.id();
        let make = || {
            let format = Some(format);
            image.texture.create_view(&TextureViewDescriptor { format, ..default() })
        };
        let known = self.0.entry(id).or_insert_with(|| (texture, make()));
        if known.0 != texture {
            *known = (texture, make());
        }
        &known.1
    }
}

/// Runs the passes of each track that changed or is animated.
pub(super) fn draw_tracks(
    mut tracks: Query<&mut RenderTrack>,
    pipelines: Res<PassPipelines>,
    cache: Res<PipelineCache>,
    images: Images,
    time: Res<EffectTime>,
    device: Res<RenderDevice>,
    queue: Res<RenderQueue>,
    reports: Res<Reports>,
    mut commands: ResMut<FrameCommands>,
    mut views: Local<OutputViews>,
) {
    let gpu = Gpu { pipelines: &pipelines, cache: &cache, device: &device };
    views.0.retain(|image, _| images.get(*image).is_some());
    for mut track in &mut tracks {
        let Some(image) = images.get(track.image) else { continue };
        // A texture that replaces another one, for a new size, has nothing in it yet.
        let is_drawn = track.drawn_into == Some(image.texture.id());
        if is_drawn && !track.stale && !track.effects.animated() && !track.effects.images_change(&images) {
            continue;
        }
        // Until the track has its settings, its image is a black pixel that isn't a render target.
        if !image.texture_descriptor.usage.contains(TextureUsages::RENDER_ATTACHMENT) {
            continue;
        }
        let track = &mut *track;
        let camera = track.camera_view();
        let (Some(planes), Some(passes)) = (&track.planes, &mut track.passes.ready) else { continue };
        let view = DrawParams::whole(track.mirrored);
        let params = DrawParams { size: image.size_2d(), view, history_view: view, time: time.0, camera };
        // While the passes for other effects are being compiled, these keep the parameters that they have.
        let is_current = passes.match_effects(&track.effects.effects, &pipelines);
        // A face would move out of its blur. The output stays as it is.
        if !is_current && is_drawn && passes.effects.iter().any(RenderEffect::is_provided) {
            continue;
        }
        if is_current {
            let now = track.effects.effects.iter().filter(|effect| pipelines.can_draw(effect));
            passes.effects.iter_mut().zip(now).for_each(|(then, now)| then.image = now.image);
        }
        let mut is_next = mem::take(&mut track.fresh);
        let (size, output) = (params.size, track.image);
        let sources = Sources { passes, planes, images: &images, size, output };
        let bound = match &mut track.passes.bound {
            Some(bound) if bound.is_bound_to(sources) => bound,
            known => {
                let history = match &*known {
                    Some(known) if known.size() == size => History::TakeOver(known),
                    _ => History::None,
                };
                // The first draw begins a frame, too.
                is_next |= matches!(history, History::None);
                let new = BoundPasses::new(sources, history, gpu);
                let is_reported = |error: &MediaError| {
                    let mut reported = known.iter().flat_map(|known| known.failing_effects(passes));
                    reported.any(|(_, known)| known == error)
                };
                for (effect, error) in new.failing_effects(passes).filter(|(_, error)| !is_reported(error)) {
                    reports.effect_failed(track.entity, effect, error);
                }
                known.insert(new)
            }
        };
        if is_next && let Some(captured) = track.captured {
            bound.advance(captured);
        }
        bound.write_camera(planes, &params, &queue);
        if is_current {
            let effects = track.effects.effects.iter().filter(|effect| pipelines.can_draw(effect));
            bound.write_uniforms(passes, &params, effects, &track.effects.parameters, &queue);
        }
        let target = views.view(track.image, image, images.format(track.image));
        let last = passes.passes[passes.passes.len() - 1].pipeline.id;
        bound.draw(passes, last, target, &cache, commands.encoder(&device));
        track.stale = false;
        track.drawn += 1;
        track.drawn_into = Some(image.texture.id());
    }
}
