//! Draws the tracks whose picture changed, each into its own texture.

use std::mem;

use bevy::{
    platform::collections::HashMap,
    prelude::*,
    render::{
        render_resource::{
            CommandEncoder, CommandEncoderDescriptor, PipelineCache, TextureFormat, TextureId, TextureUsages,
            TextureView, TextureViewDescriptor,
        },
        renderer::{RenderDevice, RenderQueue},
        texture::GpuImage,
    },
};

use super::{
    bound::{BoundPasses, DrawParams, History},
    effects::EffectTime,
    image::Images,
    passes::PassPipelines,
    report::Reports,
    track::RenderTrack,
};
use crate::error::MediaError;

/// The view that each image is drawn by, as long as its texture lives.
#[derive(Default)]
pub(super) struct ScreenViews(HashMap<AssetId<Image>, (TextureId, TextureView)>);

impl ScreenViews {
    fn of(&mut self, id: AssetId<Image>, image: &GpuImage, format: TextureFormat) -> &TextureView {
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

/// The commands of one system. They are submitted by themselves and at once: before those of Bevy's own cameras,
/// which show the result, and also in an app that has no such cameras.
pub(super) struct LazyEncoder<'a> {
    device: &'a RenderDevice,
    queue: &'a RenderQueue,
    encoder: Option<CommandEncoder>,
}

impl<'a> LazyEncoder<'a> {
    pub fn new(device: &'a RenderDevice, queue: &'a RenderQueue) -> Self {
        Self { device, queue, encoder: None }
    }

    pub fn encoder(&mut self) -> &mut CommandEncoder {
        let label = Some("viewfinder");
        self.encoder
            .get_or_insert_with(|| self.device.create_command_encoder(&CommandEncoderDescriptor { label }))
    }

    /// Has the GPU do it, if there is anything to do.
    pub fn submit(self) {
        if let Some(encoder) = self.encoder {
            self.queue.submit([encoder.finish()]);
        }
    }
}

/// Runs the passes of each track whose picture changed or is animated.
pub(super) fn draw_tracks(
    mut tracks: Query<&mut RenderTrack>,
    pipelines: Res<PassPipelines>,
    cache: Res<PipelineCache>,
    images: Images,
    time: Res<EffectTime>,
    device: Res<RenderDevice>,
    queue: Res<RenderQueue>,
    reports: Res<Reports>,
    mut views: Local<ScreenViews>,
) {
    let mut work = LazyEncoder::new(&device, &queue);
    views.0.retain(|image, _| images.get(*image).is_some());
    for mut track in &mut tracks {
        if !track.stale && !track.effects.animated() && !track.effects.see_changes(&images) {
            continue;
        }
        let Some(image) = images.get(track.image) else { continue };
        // Until the track has its settings, its image is a black pixel that can't be drawn into.
        if !image.texture_descriptor.usage.contains(TextureUsages::RENDER_ATTACHMENT) {
            continue;
        }
        let track = &mut *track;
        let (Some(planes), Some(passes)) = (&track.planes, &mut track.passes.ready) else { continue };
        let view = DrawParams::seen(track.mirrored);
        let picture = DrawParams {
            size: image.size_2d(),
            view,
            history_view: view,
            time: time.0,
            crop: track.crop,
            black: track.black,
        };
        // While other passes are being compiled, these go on with the parameters that they had.
        let fit = passes.fit(&track.effects.effects, &pipelines);
        if fit {
            let now = track.effects.effects.iter().filter(|effect| pipelines.can_draw(effect));
            passes.effects.iter_mut().zip(now).for_each(|(then, now)| then.image = now.image);
        }
        let mut is_next = mem::take(&mut track.fresh);
        let bound = match &mut track.passes.bound {
            Some(bound) if bound.is_to(passes, planes, picture.size, track.image, &images) => bound,
            known => {
                let (size, own) = (picture.size, track.image);
                let history = match &*known {
                    Some(known) if known.size() == size => History::TakeOver(known),
                    _ => History::None,
                };
                // Their first picture is a frame too.
                is_next |= matches!(history, History::None);
                let new = BoundPasses::new(
                    passes, planes, size, own, history, &images, &pipelines, &cache, &device,
                );
                let told = |error: &MediaError| {
                    known.as_ref().is_some_and(|known| known.refused(passes).any(|(_, told)| told == error))
                };
                for (effect, error) in new.refused(passes).filter(|(_, error)| !told(error)) {
                    reports.effect_failed(track.entity, effect, error);
                }
                known.insert(new)
            }
        };
        if is_next && let Some(captured) = track.captured {
            bound.advance(captured);
        }
        bound.write_camera(planes, &picture, &queue);
        if fit {
            let effects = track.effects.effects.iter().filter(|effect| pipelines.can_draw(effect));
            bound.write_uniforms(passes, &picture, effects, &track.effects.parameters, &queue);
        }
        let target = views.of(track.image, image, images.format(track.image));
        let last = passes.passes[passes.passes.len() - 1].pipeline;
        bound.draw(passes, last, target, &cache, work.encoder());
        track.stale = false;
    }
    work.submit();
}
