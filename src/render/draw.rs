//! Draws the tracks whose picture changed, each into its own texture.

use bevy::{
    ecs::system::SystemParam,
    platform::collections::HashMap,
    prelude::*,
    render::{
        render_asset::RenderAssets,
        render_resource::{
            CommandEncoder, CommandEncoderDescriptor, PipelineCache, TextureFormat, TextureId, TextureUsages,
            TextureView, TextureViewDescriptor,
        },
        renderer::{RenderDevice, RenderQueue},
        texture::GpuImage,
    },
};

use super::{
    bound::{Bound, Picture},
    extract::{EffectTime, RenderTrack},
    passes::{PLAIN, PassPipelines},
};

/// The textures behind the tracks' images.
#[derive(SystemParam)]
pub(super) struct Screen<'w> {
    images: Res<'w, RenderAssets<GpuImage>>,
}

impl Screen<'_> {
    /// What the last pass writes for this image: display-encoded values where the texture has a view for them,
    /// else sRGB.
    pub fn format(&self, image: AssetId<Image>) -> TextureFormat {
        match self.images.get(image) {
            Some(image) if image.texture_descriptor.view_formats.contains(&PLAIN) => PLAIN,
            Some(image) => image.texture_descriptor.format,
            None => PLAIN,
        }
    }
}

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
pub(super) struct Work<'a> {
    device: &'a RenderDevice,
    queue: &'a RenderQueue,
    encoder: Option<CommandEncoder>,
}

impl<'a> Work<'a> {
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
    screen: Screen,
    time: Res<EffectTime>,
    device: Res<RenderDevice>,
    queue: Res<RenderQueue>,
    mut views: Local<ScreenViews>,
) {
    let mut work = Work::new(&device, &queue);
    views.0.retain(|image, _| screen.images.get(*image).is_some());
    for mut track in &mut tracks {
        if !track.stale && !track.effects.animated() {
            continue;
        }
        let Some(image) = screen.images.get(track.image) else { continue };
        // Until the track has its settings, its image is a black pixel that can't be drawn into.
        if !image.texture_descriptor.usage.contains(TextureUsages::RENDER_ATTACHMENT) {
            continue;
        }
        let track = &mut *track;
        let (Some(planes), Some(passes)) = (&track.planes, &track.passes.ready) else { continue };
        let picture = Picture {
            size: image.size_2d(),
            view: if track.mirrored { Picture::MIRRORED } else { Picture::WHOLE },
            time: time.0,
            crop: track.crop,
            black: track.black,
        };
        let bound = match &mut track.passes.bound {
            Some(bound) if bound.is_to(planes, picture.size) => bound,
            bound => bound.insert(Bound::new(passes, planes, picture.size, &pipelines, &cache, &device)),
        };
        bound.write_camera(planes, &picture, &queue);
        // While other passes are being compiled, these go on with the parameters that they had.
        if passes.fit(&track.effects.effects, &pipelines) {
            let effects = track.effects.effects.iter().filter(|effect| pipelines.compiles(effect));
            bound.write_uniforms(passes, &picture, effects, &track.effects.parameters, &queue);
        }
        let target = views.of(track.image, image, screen.format(track.image));
        let last = passes.passes[passes.passes.len() - 1].pipeline;
        bound.draw(passes, last, target, &cache, work.encoder());
        track.stale = false;
    }
    work.submit();
}
