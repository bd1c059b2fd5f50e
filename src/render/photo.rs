//! Photos: renders a track into an offscreen texture at the photo's size and reads it back asynchronously.

use bevy::{
    platform::time::Instant,
    prelude::*,
    render::{
        Extract,
        render_resource::{PipelineCache, TextureUsages},
        renderer::{RenderDevice, RenderQueue},
    },
};
use crossbeam_channel::{Receiver, Sender};

use super::{
    bound::{BoundPasses, DrawParams, Gpu, History, Sources},
    commands::FrameCommands,
    effects::EffectTime,
    image::Images,
    layout::CameraView,
    passes::PassPipelines,
    planes::Planes,
    readback::{Readback, ReadbackRing, check_size},
    target::{DISPLAY_FORMAT, Target},
    track::{Input, RenderTrack},
};
use crate::{error::MediaError, source::Still};

/// The photos that are read back at the same time. Others wait: a hundred requests don't take the memory of a hundred
/// photos on the GPU.
const PHOTOS_IN_FLIGHT: usize = 8;

/// A photo that the renderer is to draw.
#[derive(Debug)]
pub(crate) struct PhotoJob {
    /// The entity of the request.
    pub request: Entity,
    /// The entity of the track.
    pub track: Entity,
    /// With the track's effects.
    pub effects: bool,
    /// Left and right are exchanged.
    pub mirrored: bool,
    /// At the track's own size and crop, and not at the device's.
    pub as_shown: bool,
    /// The size of the photo; `None` for the frame's own.
    pub canvas: Option<Canvas>,
    /// The still that is drawn in place of the track's newest frame.
    pub still: Option<Still>,
    /// The number of photos: each is of a frame of its own.
    pub frames: u32,
    /// The time of capture of the last frame that was drawn.
    pub last: Option<Instant>,
    /// Receives each photo, or an error.
    pub reply: Sender<PhotoResult>,
}

/// A photo's size, and its rows of R, G, B, A bytes.
pub(crate) type PhotoResult = Result<(UVec2, Vec<u8>), MediaError>;

/// Sends jobs to the renderer.
#[derive(Resource, Clone, Debug)]
pub(crate) struct PhotoJobs(pub Sender<PhotoJob>);

/// The size of a photo, and how a frame of another aspect ratio is fitted into it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Canvas {
    pub size: UVec2,
    pub fit: Fit,
}

/// How a frame is fitted into a canvas of another aspect ratio.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default, Reflect)]
pub enum Fit {
    /// Stretches the whole frame to the whole canvas, which changes its aspect ratio.
    Stretch,
    /// Scales the frame to the largest size at which all of it is visible. The rest of the canvas is transparent.
    Contain,
    /// Scales the frame to the smallest size at which it fills the canvas. What exceeds the canvas is cut off.
    #[default]
    Cover,
}

/// The photos that were requested, and those that are being read back.
#[derive(Resource, Debug)]
pub(super) struct PhotoQueue {
    jobs: Receiver<PhotoJob>,
    waiting: Vec<PhotoJob>,
    drawn: Vec<DrawnPhoto>,
    ring: ReadbackRing,
}

/// A photo that is being read back.
#[derive(Debug)]
struct DrawnPhoto {
    reply: Sender<PhotoResult>,
    size: UVec2,
    readback: Readback,
    /// Lives until the copy of it is submitted.
    _still: Option<Still>,
}

impl PhotoQueue {
    pub fn new(jobs: Receiver<PhotoJob>) -> Self {
        Self { jobs, waiting: Vec::new(), drawn: Vec::new(), ring: ReadbackRing::new(PHOTOS_IN_FLIGHT) }
    }

    /// Fails the photos that were drawn by an earlier device of the GPU. Those that wait are drawn by the new one.
    pub fn forget_earlier_device(&mut self) {
        for drawn in self.drawn.drain(..) {
            // The request may have been given up.
            let _ = drawn.reply.send(Err(MediaError::unknown(
                "the GPU was lost before it had drawn the photo; take another one",
            )));
        }
        self.ring = ReadbackRing::new(PHOTOS_IN_FLIGHT);
    }
}

impl Fit {
    /// The affine map from the canvas to the frame: factors and offsets.
    pub(crate) fn view(self, frame: Vec2, canvas: Vec2) -> Vec4 {
        let aspect = |size: Vec2| size.x / size.y.max(f32::MIN_POSITIVE);
        let wider = aspect(frame) / aspect(canvas).max(f32::MIN_POSITIVE);
        let factors = match self {
            Self::Stretch => Vec2::ONE,
            Self::Contain => Vec2::new(1.0_f32.max(wider.recip()), 1.0_f32.max(wider)),
            Self::Cover => Vec2::new(1.0_f32.min(wider.recip()), 1.0_f32.min(wider)),
        };
        let offsets = (Vec2::ONE - factors) / 2.0;
        Vec4::new(factors.x, factors.y, offsets.x, offsets.y)
    }
}

/// Whether photos are being read back.
pub(super) fn any_in_flight(photos: Res<PhotoQueue>) -> bool {
    !photos.ring.is_idle()
}

/// Receives the jobs since the last frame of the app, together with the tracks: a request must not overtake the effects
/// that were set just before it. Jobs whose request was despawned are dropped.
pub(super) fn receive_jobs(mut photos: ResMut<PhotoQueue>, entities: Extract<Query<()>>) {
    let photos = &mut *photos;
    photos.waiting.extend(photos.jobs.try_iter());
    photos.waiting.retain(|job| entities.contains(job.request));
}

/// Draws the photos that were requested, of the frames that the tracks show now.
pub(super) fn draw_photos(
    mut photos: ResMut<PhotoQueue>,
    tracks: Query<&RenderTrack>,
    mut pipelines: ResMut<PassPipelines>,
    mut cache: ResMut<PipelineCache>,
    images: Images,
    time: Res<EffectTime>,
    device: Res<RenderDevice>,
    queue: Res<RenderQueue>,
    mut commands: ResMut<FrameCommands>,
) {
    let PhotoQueue { waiting, drawn, ring, .. } = &mut *photos;
    waiting.retain_mut(|job| {
        if ring.is_full() {
            return true;
        }
        let Some(track) = tracks.iter().find(|track| track.entity == job.track) else { return true };
        let Some(mut planes) = track.planes.as_ref() else { return true };
        let has_frames = matches!(track.input, Input::Capture { .. });
        if has_frames && job.last.is_some() && job.last == track.captured {
            return true;
        }
        let plain;
        let passes = if job.effects {
            // A photo with effects waits until those that the app asked for are compiled.
            match &track.passes.ready {
                Some(ready) if ready.match_effects(&track.effects.effects, &pipelines) => ready,
                _ => return true,
            }
        } else {
            plain = pipelines.passes(Vec::new(), planes.format, DISPLAY_FORMAT, &mut cache);
            &plain
        };
        if !passes.are_ready(&cache) {
            return true;
        }

        let still_planes = job.still.as_ref().map(|still| Planes::for_still(still, &device, &queue));
        match &still_planes {
            None => {}
            Some(Ok(still)) => planes = still,
            Some(Err(error)) => return job.refuse(error.clone()),
        }
        let params = match job.params(track, planes, time.0, &device) {
            Ok(params) => params,
            Err(error) => return job.refuse(error),
        };
        let (size, output) = (params.size, track.image);
        let Some(readback) = ring.start(size, &device) else { return true };
        let sources = Sources { passes, planes, images: &images, size, output };
        let gpu = Gpu { pipelines: &pipelines, cache: &cache, device: &device };
        let screen = track.passes.bound.as_ref().filter(|_| job.effects);
        let mut bound = BoundPasses::new(sources, screen.map_or(History::None, History::Peek), gpu);
        bound.write_camera(planes, &params, &queue);
        let effects = track.effects.effects.iter().filter(|effect| pipelines.can_draw(effect));
        bound.write_uniforms(passes, &params, effects, &track.effects.parameters, &queue);
        let target = Target::new(&device, size, DISPLAY_FORMAT, TextureUsages::COPY_SRC);
        let encoder = commands.encoder(&device);
        bound.draw(passes, passes.last_for_photos.id, &target.view, &cache, encoder);
        readback.copy(&target, encoder);
        let _still = job.still.take();
        let reply = job.reply.clone();
        drawn.push(DrawnPhoto { reply, size, readback, _still });
        job.last = track.captured;
        job.frames -= 1;
        job.frames > 0
    });
    if waiting.is_empty() && drawn.is_empty() {
        ring.release_free();
    }
}

impl PhotoJob {
    /// Sends an error. Returns whether the job stays in the queue, which it doesn't.
    fn refuse(&self, error: MediaError) -> bool {
        // The request may have been given up.
        let _ = self.reply.send(Err(error));
        false
    }

    /// How the photo is drawn.
    ///
    /// # Errors
    /// [`ErrorName::NotSupported`](crate::error::ErrorName::NotSupported) for a size that no texture can have.
    fn params(
        &self,
        track: &RenderTrack,
        planes: &Planes,
        time: f32,
        device: &RenderDevice,
    ) -> Result<DrawParams, MediaError> {
        let crop = track.crop.filter(|_| self.as_shown);
        let own_size = crop.unwrap_or_else(|| planes.rotation.upright(planes.size));
        let size = self.canvas.map_or(own_size, |canvas| canvas.size);
        check_size("a photo", size, device)?;
        let mut view = self
            .canvas
            .map_or(DrawParams::WHOLE, |canvas| canvas.fit.view(own_size.as_vec2(), size.as_vec2()));
        if self.mirrored {
            view = Vec4::new(-view.x, view.y, 1.0 - view.z, view.w);
        }
        let history_view = DrawParams::whole(track.mirrored);
        Ok(DrawParams { size, view, history_view, time, camera: CameraView { crop, ..track.camera_view() } })
    }
}

/// Reads back the photos that were drawn in this frame of the app, without blocking.
pub(super) fn map_photos(mut photos: ResMut<PhotoQueue>) {
    for DrawnPhoto { reply, size, readback, _still } in photos.drawn.drain(..) {
        readback.map(move |rows| {
            let result = rows.map(|rows| {
                let row_bytes = size.x as usize * 4;
                let mut rgba = Vec::with_capacity(row_bytes * size.y as usize);
                rows.iter(row_bytes).for_each(|row| rgba.extend_from_slice(row));
                (size, rgba)
            });
            // The request may have been given up.
            let _ = reply.send(result);
        });
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_wide_frame_in_a_square_is_cut_left_and_right_or_has_bars_above_and_below() {
        let (wide, square) = (Vec2::new(200.0, 100.0), Vec2::splat(100.0));
        assert_eq!(Fit::Stretch.view(wide, square), Vec4::new(1.0, 1.0, 0.0, 0.0));
        assert_eq!(Fit::Cover.view(wide, square), Vec4::new(0.5, 1.0, 0.25, 0.0));
        assert_eq!(Fit::Contain.view(wide, square), Vec4::new(1.0, 2.0, 0.0, -0.5));
    }

    #[test]
    fn a_high_frame_in_a_square_is_cut_above_and_below_or_has_bars_left_and_right() {
        let (high, square) = (Vec2::new(100.0, 200.0), Vec2::splat(100.0));
        assert_eq!(Fit::Cover.view(high, square), Vec4::new(1.0, 0.5, 0.0, 0.25));
        assert_eq!(Fit::Contain.view(high, square), Vec4::new(2.0, 1.0, -0.5, 0.0));
    }
}
