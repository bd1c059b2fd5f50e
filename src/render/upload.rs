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
use crate::{capture::Frames, error::MediaError};

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
        let (captured, reporter) = match &track.input {
            Input::Capture { frames, reporter } => {
                (newest(frames, &mut track.planes, &device, &queue), Some(reporter))
            }
            Input::Image(image) => (Planes::use_image(&mut track.planes, *image, &images), None),
        };
        match captured {
            None => {}
            Some(Ok(captured)) => {
                if let Some(reporter) = reporter {
                    let counters = &reporter.counters;
                    counters.delivered.add(1);
                    counters.upload_time.set(start.elapsed());
                    counters.frame_age.set(start.saturating_duration_since(captured));
                }
                track.black = track.hidden;
                track.stale = true;
                track.captured = Some(captured);
                track.fresh = true;
                track.frames += 1;
            }
            Some(Err(error)) => match reporter {
                Some(reporter) => reporter.frame_corrupted(error),
                None => {
                    let _ = reports.0.send(Report::ImageUnusable(track.entity, error));
                }
            },
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
