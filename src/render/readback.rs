//! Photos: the passes drawn once more into a texture of the photo's own, and that read back without a wait.

use bevy::{
    prelude::*,
    render::{
        Extract,
        render_resource::{
            Buffer, BufferDescriptor, BufferUsages, Extent3d, MapMode, PipelineCache, TextureUsages,
        },
        renderer::{RenderDevice, RenderQueue},
    },
};
use crossbeam_channel::{Receiver, Sender};
use wgpu::{TexelCopyBufferInfo, TexelCopyBufferLayout};

use super::{
    bound::{BoundPasses, DrawParams, History},
    draw::LazyEncoder,
    effects::EffectTime,
    image::Images,
    passes::PassPipelines,
    planes::Planes,
    target::{DISPLAY_FORMAT, Target},
    track::RenderTrack,
};
use crate::{capture::Still, error::MediaError};

/// What is asked of the renderer.
#[derive(Debug)]
pub(crate) struct PhotoJob {
    /// Who asks.
    pub request: Entity,
    /// Whose picture.
    pub track: Entity,
    /// With the track's effects.
    pub effects: bool,
    /// Left to right.
    pub mirrored: bool,
    /// At the track's own size and crop, and not at the device's.
    pub as_shown: bool,
    /// The photo's size, and how the picture gets into it; else the picture's own.
    pub canvas: Option<Canvas>,
    /// The picture, where it is another than the track's newest frame.
    pub still: Option<Still>,
    /// Where the photo goes to.
    pub reply: Sender<PhotoResult>,
}

/// A photo's size, and its rows of R, G, B, A bytes.
pub(crate) type PhotoResult = Result<(UVec2, Vec<u8>), MediaError>;

/// The way to the renderer for photos.
#[derive(Resource, Clone, Debug)]
pub(crate) struct PhotoJobs(pub Sender<PhotoJob>);

/// A size, and how a picture of another shape gets into it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Canvas {
    pub size: UVec2,
    pub fit: Fit,
}

/// How a picture of one shape gets into a canvas of another.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default, Reflect)]
pub enum Fit {
    /// Stretched: all of the picture fills all of the canvas, and may look too wide or too high.
    Stretch,
    /// As large as it goes in whole; what it leaves of the canvas is transparent.
    Contain,
    /// Fills all of the canvas; what sticks out is cut off.
    #[default]
    Cover,
}

/// Photos that are asked for, and those that are being read back.
#[derive(Resource, Debug)]
pub(super) struct PhotoQueue {
    jobs: Receiver<PhotoJob>,
    waiting: Vec<PhotoJob>,
    drawn: Vec<DrawnPhoto>,
}

/// A photo on its way back.
#[derive(Debug)]
struct DrawnPhoto {
    reply: Sender<PhotoResult>,
    size: UVec2,
    bytes_per_row: u32,
    buffer: Buffer,
    /// It must live until the GPU has been told to copy it.
    _still: Option<Still>,
}

impl PhotoQueue {
    pub fn new(jobs: Receiver<PhotoJob>) -> Self {
        Self { jobs, waiting: Vec::new(), drawn: Vec::new() }
    }
}

impl Fit {
    /// The affine map from the canvas to the picture: factors and offsets.
    fn view(self, picture: UVec2, canvas: UVec2) -> Vec4 {
        let aspect = |size: UVec2| size.x as f32 / size.y.max(1) as f32;
        let wider = aspect(picture) / aspect(canvas).max(f32::MIN_POSITIVE);
        let factors = match self {
            Self::Stretch => Vec2::ONE,
            Self::Contain => Vec2::new(1.0_f32.max(wider.recip()), 1.0_f32.max(wider)),
            Self::Cover => Vec2::new(1.0_f32.min(wider.recip()), 1.0_f32.min(wider)),
        };
        let offsets = (Vec2::ONE - factors) / 2.0;
        Vec4::new(factors.x, factors.y, offsets.x, offsets.y)
    }
}

/// Takes over what was asked for since the last frame, together with the tracks: a request must not overtake the
/// effects that were set just before it. Requests that were despawned, because they were given up, are forgotten.
pub(super) fn take_jobs(mut photos: ResMut<PhotoQueue>, entities: Extract<Query<()>>) {
    let photos = &mut *photos;
    photos.waiting.extend(photos.jobs.try_iter());
    photos.waiting.retain(|job| entities.contains(job.request));
}

/// Draws the photos that are asked for, of the frames that the tracks show now.
pub(super) fn draw_photos(
    mut photos: ResMut<PhotoQueue>,
    tracks: Query<&RenderTrack>,
    mut pipelines: ResMut<PassPipelines>,
    mut cache: ResMut<PipelineCache>,
    images: Images,
    time: Res<EffectTime>,
    device: Res<RenderDevice>,
    queue: Res<RenderQueue>,
) {
    let mut work = LazyEncoder::new(&device, &queue);
    let photos = &mut *photos;
    photos.waiting.retain_mut(|job| {
        let Some(track) = tracks.iter().find(|track| track.entity == job.track) else { return true };
        let Some(mut planes) = track.planes.as_ref() else { return true };
        let plain;
        let passes = if job.effects {
            // A photo with effects waits until those that the app asked for are compiled.
            match &track.passes.ready {
                Some(ready) if ready.fit(&track.effects.effects, &pipelines) => ready,
                _ => return true,
            }
        } else {
            plain = pipelines.passes(Vec::new(), planes.format, DISPLAY_FORMAT, &mut cache);
            &plain
        };
        if !passes.are_ready(&cache) {
            return true;
        }

        let refuse = |error| {
            // The request may have been given up.
            let _ = job.reply.send(Err(error));
            false
        };
        let still_planes = match &job.still {
            None => None,
            Some(still) => match Planes::of_still(still, &device, &queue) {
                Ok(planes) => Some(planes),
                Err(error) => return refuse(error),
            },
        };
        if let Some(still) = &still_planes {
            planes = still;
        }
        let crop = track.crop.filter(|_| job.as_shown);
        let own_size = crop.unwrap_or_else(|| planes.rotation.upright(planes.size));
        let size = job.canvas.map_or(own_size, |canvas| canvas.size);
        let longest = device.limits().max_texture_dimension_2d;
        if size.min_element() == 0 || size.max_element() > longest {
            return refuse(MediaError::not_supported(format!(
                "a photo of {}x{} can't be taken: each side must be 1 to {longest} pixels here",
                size.x, size.y
            )));
        }
        let mut view = job.canvas.map_or(DrawParams::WHOLE, |canvas| canvas.fit.view(own_size, size));
        if job.mirrored {
            view = Vec4::new(-view.x, view.y, 1.0 - view.z, view.w);
        }
        let history_view = DrawParams::seen(track.mirrored);
        let picture = DrawParams { size, view, history_view, time: time.0, crop, black: track.black };

        let screen = track.passes.bound.as_ref().filter(|_| job.effects);
        let history = screen.map_or(History::None, History::Peek);
        let mut bound = BoundPasses::new(
            passes,
            planes,
            size,
            track.image,
            history,
            &images,
            &pipelines,
            &cache,
            &device,
        );
        bound.write_camera(planes, &picture, &queue);
        let effects = track.effects.effects.iter().filter(|effect| pipelines.can_draw(effect));
        bound.write_uniforms(passes, &picture, effects, &track.effects.parameters, &queue);
        let target = Target::new(&device, size, DISPLAY_FORMAT, TextureUsages::COPY_SRC);
        let encoder = work.encoder();
        bound.draw(passes, passes.last_for_photos, &target.view, &cache, encoder);

        let bytes_per_row = RenderDevice::align_copy_bytes_per_row(size.x as usize * 4) as u32;
        let buffer = device.create_buffer(&BufferDescriptor {
            label: Some("viewfinder photo"),
            size: u64::from(bytes_per_row) * u64::from(size.y),
            usage: BufferUsages::COPY_DST | BufferUsages::MAP_READ,
            mapped_at_creation: false,
        });
        let layout =
            TexelCopyBufferLayout { offset: 0, bytes_per_row: Some(bytes_per_row), rows_per_image: None };
        encoder.copy_texture_to_buffer(
            target.texture.as_image_copy(),
            TexelCopyBufferInfo { buffer: &buffer, layout },
            Extent3d { width: size.x, height: size.y, depth_or_array_layers: 1 },
        );
        let _still = job.still.take();
        let reply = job.reply.clone();
        photos.drawn.push(DrawnPhoto { reply, size, bytes_per_row, buffer, _still });
        false
    });
    work.submit();
}

/// Has the photos that were drawn in this frame read back. Nobody waits: the answer comes when the GPU is done.
pub(super) fn map_photos(mut photos: ResMut<PhotoQueue>) {
    for photo in photos.drawn.drain(..) {
        let buffer = photo.buffer.clone();
        photo.buffer.slice(..).map_async(MapMode::Read, move |mapped| {
            let result = match mapped {
                Ok(()) => {
                    let bytes = buffer.slice(..).get_mapped_range();
                    let row_bytes = photo.size.x as usize * 4;
                    let mut rgba = Vec::with_capacity(row_bytes * photo.size.y as usize);
                    for row in bytes.chunks(photo.bytes_per_row as usize) {
                        rgba.extend_from_slice(&row[..row_bytes]);
                    }
                    drop(bytes);
                    buffer.unmap();
                    Ok((photo.size, rgba))
                }
                Err(error) => {
                    Err(MediaError::unknown(format!("the photo can't be read from the GPU: {error}")))
                }
            };
            let _ = photo.reply.send(result);
        });
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_wide_picture_in_a_square_is_cut_left_and_right_or_has_bars_above_and_below() {
        let (wide, square) = (UVec2::new(200, 100), UVec2::splat(100));
        assert_eq!(Fit::Stretch.view(wide, square), Vec4::new(1.0, 1.0, 0.0, 0.0));
        assert_eq!(Fit::Cover.view(wide, square), Vec4::new(0.5, 1.0, 0.25, 0.0));
        assert_eq!(Fit::Contain.view(wide, square), Vec4::new(1.0, 2.0, 0.0, -0.5));
    }

    #[test]
    fn a_high_picture_in_a_square_is_cut_above_and_below_or_has_bars_left_and_right() {
        let (high, square) = (UVec2::new(100, 200), UVec2::splat(100));
        assert_eq!(Fit::Cover.view(high, square), Vec4::new(1.0, 0.5, 0.0, 0.25));
        assert_eq!(Fit::Contain.view(high, square), Vec4::new(2.0, 1.0, -0.5, 0.0));
    }
}
