//! Taps: draws the newest frame of a track at another size, and reads it back for a consumer on the CPU.
//!
//! A tap before the track's effects reads the planes of the frame. A tap after them reads the track's output, which is
//! drawn anyway. So no tap runs an effect, and the history of temporal effects stays the track's own.

mod pass;

use std::{any::TypeId, fmt::Debug, sync::Arc};

use bevy::{
    platform::{collections::HashMap, time::Instant},
    prelude::*,
    render::{
        render_resource::{PipelineCache, TextureId},
        renderer::{RenderDevice, RenderQueue},
    },
};

use self::pass::{TapParams, TapPass, TapShape};
use super::{
    bound::DrawParams,
    commands::FrameCommands,
    image::Images,
    layout::{CameraView, shown_part},
    passes::PassPipelines,
    photo::Fit,
    planes::Planes,
    readback::{Readback, ReadbackRing, check_size},
    track::RenderTrack,
};
use crate::{
    error::MediaError,
    frame::{ColorRange, ColorSpace, Frame, FramePool, PixelFormat},
};

/// The frames of a tap that are read back at the same time. While the GPU has as many, newer ones are skipped.
const FRAMES_IN_FLIGHT: usize = 3;

/// The pixels of a tap.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default, Reflect)]
#[non_exhaustive]
pub enum TapFormat {
    /// Display-encoded (sRGB) R, G, B, A: [`PixelFormat::Rgba32`], straight alpha.
    #[default]
    Rgba,
    /// Luma, 0 to 255: [`PixelFormat::Gray`] in full range. It is the sum of BT.709's weights of the display-encoded
    /// red, green and blue (0.2126, 0.7152, 0.0722), whatever matrix the source's frames have. Transparent pixels are
    /// black.
    Luma,
}

/// Receives the frames of a tap, on the thread that renders.
pub(crate) trait FrameSink: Debug + Send + Sync {
    /// Receives the newest frame.
    fn deliver(&self, frame: Frame);

    /// Receives the error for which frames stay away.
    fn fail(&self, error: MediaError);
}

/// The frames that a consumer asks for.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) struct TapRequest {
    /// The track's entity in the render world. `None` until it is there.
    pub track: Option<Entity>,
    pub format: TapFormat,
    /// Width and height in pixels; `None` for the frame's own.
    pub size: Option<UVec2>,
    pub fit: Fit,
    /// After the track's effects.
    pub effects: bool,
    /// Left and right are exchanged.
    pub mirrored: bool,
    /// Before the effects: the newest frame, although it may not be shown yet.
    pub newest: bool,
}

/// The taps, by their consumers' types of sinks and their entities in the main world.
#[derive(Resource, Debug, Default)]
pub(crate) struct RenderTaps(HashMap<(TypeId, Entity), RenderTap>);

/// A tap in the render world.
#[derive(Debug)]
struct RenderTap {
    request: TapRequest,
    sink: Arc<dyn FrameSink>,
    /// It is still in the main world.
    is_current: bool,
    /// The state of the track that is due or drawn.
    due: Option<TrackVersion>,
    is_drawn: bool,
    /// The request changed: the frame is due again.
    is_changed: bool,
    /// The request can't be drawn, and that was reported.
    is_refused: bool,
    /// The number of frames that were due before this one.
    sequence: u64,
    /// The track's output in place of its planes.
    output: Option<Planes>,
    pass: Option<TapPass>,
    ring: ReadbackRing,
    pool: FramePool,
    /// The copy that is being submitted.
    recorded: Option<(Readback, FrameInfo)>,
}

/// The state of a track that a tap sees. Another one is another frame.
#[derive(Debug, Clone, Copy, PartialEq)]
struct TrackVersion {
    /// The planes that the tap reads before the effects.
    planes: Option<TextureId>,
    count: u64,
    camera: CameraView,
}

/// The description of a frame on its way.
#[derive(Debug, Clone, Copy)]
struct FrameInfo {
    shape: TapShape,
    captured: Instant,
    sequence: u64,
}

impl TapRequest {
    /// The frame of the track that is asked for, its time of capture, and the number of frames so far.
    fn frame(self, track: &RenderTrack) -> Option<(&Planes, Instant, u64)> {
        if self.newest && !self.effects { track.newest() } else { track.shown() }
    }
}

impl RenderTaps {
    /// Replaces the taps with this type of sinks by these, and keeps the buffers of those that stay. Once running,
    /// nothing is allocated here.
    pub fn update<'a, S: FrameSink + 'static>(
        &mut self,
        taps: impl Iterator<Item = (Entity, TapRequest, &'a Arc<S>)>,
    ) {
        let consumer = TypeId::of::<S>();
        for (entity, request, sink) in taps {
            let tap =
                self.0.entry((consumer, entity)).or_insert_with(|| RenderTap::new(request, sink.clone()));
            tap.is_current = true;
            if tap.request != request || Arc::as_ptr(&tap.sink).cast::<()>() != Arc::as_ptr(sink).cast() {
                tap.request = request;
                tap.sink = sink.clone();
                tap.is_changed = true;
                tap.is_refused = false;
            }
        }
        self.0.retain(|(of, _), tap| *of != consumer || std::mem::take(&mut tap.is_current));
    }

    /// Forgets everything that was made with an earlier device of the GPU.
    pub(super) fn forget_earlier_device(&mut self) {
        self.0.clear();
    }

    /// Whether there is no tap.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }
}

/// Whether there are taps. Without any, their systems don't run.
pub(super) fn any_tap(taps: Res<RenderTaps>) -> bool {
    !taps.is_empty()
}

/// Draws the taps whose tracks have a newer frame than they.
pub(super) fn draw_taps(
    mut taps: ResMut<RenderTaps>,
    tracks: Query<&RenderTrack>,
    mut pipelines: ResMut<PassPipelines>,
    mut cache: ResMut<PipelineCache>,
    images: Images,
    device: Res<RenderDevice>,
    queue: Res<RenderQueue>,
    mut commands: ResMut<FrameCommands>,
) {
    for tap in taps.0.values_mut() {
        let Some(track) = tap.request.track.and_then(|track| tracks.get(track).ok()) else { continue };
        let Some((params, shape, captured)) = tap.prepare(track, &images, &device) else { continue };
        let RenderTap { request, output, pass, ring, sequence, .. } = tap;
        let planes =
            if request.effects { output.as_ref() } else { request.frame(track).map(|(planes, ..)| planes) };
        let Some(planes) = planes else { continue };
        if pass.as_ref().is_none_or(|pass| !pass.is_for(planes, shape)) {
            *pass = Some(TapPass::new(planes, shape, &mut pipelines, &mut cache, &device));
        }
        let Some(pass) = pass.as_mut().filter(|pass| pass.is_ready(&cache)) else { continue };
        let Some(readback) = ring.start(shape.texels(), &device) else { continue };
        let encoder = commands.encoder(&device);
        pass.draw(planes, &params, &cache, &queue, encoder);
        readback.copy(&pass.target, encoder);
        tap.recorded = Some((readback, FrameInfo { shape, captured, sequence: *sequence }));
        tap.is_drawn = true;
    }
}

/// Reads back the taps that were drawn in this frame of the app, whose commands are submitted, without blocking.
pub(super) fn map_taps(mut taps: ResMut<RenderTaps>) {
    for tap in taps.0.values_mut() {
        let Some((readback, info)) = tap.recorded.take() else { continue };
        let (pool, sink) = (tap.pool.clone(), tap.sink.clone());
        readback.map(move |rows| {
            // A lost GPU has lost this frame. The next one comes from another GPU.
            if let Ok(rows) = rows {
                sink.deliver(info.frame(&pool, |row_bytes| rows.iter(row_bytes)));
            }
        });
    }
}

impl RenderTap {
    fn new(request: TapRequest, sink: Arc<dyn FrameSink>) -> Self {
        Self {
            request,
            sink,
            is_current: true,
            due: None,
            is_drawn: false,
            is_changed: false,
            is_refused: false,
            sequence: 0,
            output: None,
            pass: None,
            ring: ReadbackRing::new(FRAMES_IN_FLIGHT),
            pool: FramePool::default(),
            recorded: None,
        }
    }

    /// How the track's newest frame is to be drawn, and when it was captured. `None` if there is none, or if it has
    /// been drawn. A size that can't be drawn is reported once.
    fn prepare(
        &mut self,
        track: &RenderTrack,
        images: &Images,
        device: &RenderDevice,
    ) -> Option<(TapParams, TapShape, Instant)> {
        let request = self.request;
        let (planes, captured, frames) = request.frame(track)?;
        let version = if request.effects {
            TrackVersion { planes: None, count: track.drawn, camera: CameraView::default() }
        } else {
            // The newest frame came after those that are still black.
            let black = if request.newest { track.hidden } else { track.black };
            let camera = CameraView { black, ..track.camera_view() };
            TrackVersion { planes: Some(planes.id), count: frames, camera }
        };
        if version.count == 0 || self.is_refused {
            return None;
        }
        if self.due != Some(version) || self.is_changed {
            self.sequence += u64::from(self.due.is_some());
            self.due = Some(version);
            self.is_drawn = false;
            self.is_changed = false;
        }
        if self.is_drawn {
            return None;
        }

        let (own_size, shown, is_mirrored) = if request.effects {
            let size = self.update_output(track, images)?;
            (size, size.as_vec2(), track.mirrored)
        } else {
            let upright = planes.rotation.upright(planes.size);
            let shown = upright.as_vec2() * shown_part(upright, track.crop);
            (track.crop.unwrap_or(upright), shown, false)
        };
        let size = request.size.unwrap_or(own_size);
        if let Err(error) = check_size("a tap", size, device) {
            self.sink.fail(error);
            self.is_refused = true;
            return None;
        }
        let mut view = request
            .size
            .map_or(DrawParams::WHOLE, |size| request.fit.view(own_size.as_vec2(), size.as_vec2()));
        if request.mirrored != is_mirrored {
            view = Vec4::new(-view.x, view.y, 1.0 - view.z, view.w);
        }
        let params = TapParams { view, shown, camera: version.camera };
        Some((params, TapShape { size, luma: request.format == TapFormat::Luma }, captured))
    }

    /// Binds the track's output, if it is another than before. Returns its size; `None` until it is drawn.
    fn update_output(&mut self, track: &RenderTrack, images: &Images) -> Option<UVec2> {
        let image = images.get(track.image)?;
        let texture = image.texture.id();
        if track.drawn_into != Some(texture) {
            return None;
        }
        if self.output.as_ref().is_none_or(|planes| planes.id != texture) {
            self.output = Some(Planes::of_image(images.output(track.image)?));
        }
        Some(image.size_2d())
    }
}

impl FrameInfo {
    /// The frame with these rows, in a buffer of the pool. `rows` is given the bytes of a row.
    fn frame<'a, R: Iterator<Item = &'a [u8]>>(
        self,
        pool: &FramePool,
        rows: impl FnOnce(usize) -> R,
    ) -> Frame {
        let Self { shape: TapShape { size, luma }, captured, sequence } = self;
        let format = if luma { PixelFormat::Gray } else { PixelFormat::Rgba32 };
        let row_bytes = format.packed_planes(size)[0].stride;
        let mut buffer = pool.take(format.packed_len(size));
        for (to, row) in buffer.chunks_exact_mut(row_bytes).zip(rows(row_bytes)) {
            to.copy_from_slice(row);
        }
        let color = ColorSpace { range: ColorRange::Full, ..default() };
        Frame { color, captured, sequence, ..Frame::packed(format, size, buffer) }
    }
}
