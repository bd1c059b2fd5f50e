//! Copies the newest frame from the slot or the page into the plane textures, without conversion.

use bevy::{
    platform::time::Instant,
    prelude::*,
    render::renderer::{RenderDevice, RenderQueue},
};

#[cfg(target_family = "wasm")]
use super::planes;
use super::{
    image::Images,
    planes::Planes,
    report::{Report, Reports},
    track::{Input, RenderTrack},
};
use crate::{
    capture::Frames,
    error::MediaError,
    report::{clock, count},
};

/// Takes the newest frame of each track, if one came, and writes it into the track's textures.
pub(super) fn upload_frames(
    mut tracks: Query<&mut RenderTrack>,
    images: Images,
    device: Res<RenderDevice>,
    queue: Res<RenderQueue>,
    reports: Res<Reports>,
) {
    for mut track in &mut tracks {
        let track = &mut *track;
        let start = Instant::now();
        let (captured, counters) = match &track.input {
            Input::Capture { frames, counters } => {
                (newest(frames, &mut track.planes, &device, &queue), Some(counters))
            }
            Input::Image(image) => (Planes::use_image(&mut track.planes, *image, &images), None),
        };
        match captured {
            None => {}
            Some(Ok(captured)) => {
                if let Some(counters) = counters {
                    count(&counters.delivered, 1);
                    clock(&counters.upload_nanos, start.elapsed());
                    clock(&counters.age_nanos, start.saturating_duration_since(captured));
                }
                track.black = track.hidden;
                track.stale = true;
                track.captured = Some(captured);
                track.fresh = true;
            }
            Some(Err(error)) => {
                if let Some(counters) = counters {
                    count(&counters.broken, 1);
                }
                let _ = reports.0.send(Report::FrameCorrupted(track.entity, error));
            }
        }
    }
}

/// Writes the newest frame into the planes, if one came. Returns the time at which it was captured.
fn newest(
    frames: &Frames,
    planes: &mut Option<Planes>,
    device: &RenderDevice,
    queue: &RenderQueue,
) -> Option<Result<Instant, MediaError>> {
    match frames {
        Frames::Bytes(frames) => frames.take().map(|frame| {
            let planes = Planes::get_or_create(planes, frame.format, frame.size, device)?;
            planes.write(&frame, queue);
            Ok(frame.captured)
        }),
        #[cfg(target_family = "wasm")]
        Frames::Page(frames) => planes::copy(frames, planes, device, queue),
    }
}
