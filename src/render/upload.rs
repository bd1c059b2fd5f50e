//! Copies the newest frame from the slot or the page into the plane textures, without conversion. A frame that the
//! capture thread has staged is copied by the GPU.

use bevy::{
    platform::time::Instant,
    prelude::*,
    render::renderer::{RenderDevice, RenderQueue},
};

#[cfg(target_family = "wasm")]
use super::planes;
use super::{
    commands::FrameCommands,
    held_frames::{HeldFrames, Release},
    image::Images,
    planes::Planes,
    report::{Report, Reports},
    track::{Input, RenderTrack},
};
use crate::{
    capture::Frames,
    error::MediaError,
    frame::{StagingDevice, TrackFrame},
};

/// Takes the newest frame of each track, if one came, and writes it into the track's textures.
pub(super) fn upload_frames(
    mut tracks: Query<&mut RenderTrack>,
    images: Images,
    device: Res<RenderDevice>,
    staging: Res<StagingDevice>,
    queue: Res<RenderQueue>,
    reports: Res<Reports>,
    mut commands: ResMut<FrameCommands>,
) {
    for mut track in &mut tracks {
        let track = &mut *track;
        let start = Instant::now();
        let (shown, reporter) = match &track.input {
            Input::Capture { frames, reporter } => {
                let upload = |planes: &mut Option<Planes>, commands: &mut FrameCommands| match newest(
                    frames, planes, &device, &staging, &queue, commands,
                )? {
                    Ok(captured) => {
                        let counters = &reporter.counters;
                        counters.delivered.add(1);
                        counters.upload_time.set(start.elapsed());
                        counters.frame_age.set(start.saturating_duration_since(captured));
                        Some(captured)
                    }
                    Err(error) => {
                        reporter.frame_corrupted(error);
                        None
                    }
                };
                let (planes, release) = (&mut track.planes, track.release);
                let shown =
                    hold(&mut track.held, release, planes, upload, &device, &mut commands).transpose();
                (shown, Some(reporter))
            }
            Input::Image(image) => {
                track.held = None;
                (Planes::use_image(&mut track.planes, *image, &images), None)
            }
        };
        match shown {
            None => {}
            Some(Ok(captured)) => {
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

/// Receives the newest frame of a track by this upload, and shows the newest one that is released. Returns the time of
/// capture of the frame that is shown from now on, if it is another one than before.
fn hold(
    held: &mut Option<HeldFrames>,
    release: Release,
    planes: &mut Option<Planes>,
    upload: impl FnOnce(&mut Option<Planes>, &mut FrameCommands) -> Option<Instant>,
    device: &RenderDevice,
    commands: &mut FrameCommands,
) -> Result<Option<Instant>, MediaError> {
    if release == Release::All {
        // Those that are still held come first.
        return match held.take() {
            Some(mut held) => match held.show(release, planes, device, commands)? {
                Some(captured) => Ok(Some(captured)),
                None => Ok(upload(planes, commands)),
            },
            None => Ok(upload(planes, commands)),
        };
    }
    let held = held.get_or_insert_default();
    held.receive(upload, device, commands)?;
    held.show(release, planes, device, commands)
}

/// Writes the newest frame into the planes, if one came. Returns the time at which it was captured.
fn newest(
    frames: &Frames,
    planes: &mut Option<Planes>,
    device: &RenderDevice,
    staging: &StagingDevice,
    queue: &RenderQueue,
    commands: &mut FrameCommands,
) -> Option<Result<Instant, MediaError>> {
    match frames {
        Frames::Bytes(frames, buffers) => {
            buffers.offer(staging);
            let TrackFrame { frame, staged } = frames.take()?;
            let planes = match Planes::get_or_create(planes, frame.format, frame.size, device) {
                Ok(planes) => planes,
                Err(error) => return Some(Err(error)),
            };
            match staged {
                None => planes.write(&frame, queue),
                Some(staged) => planes.copy_staged(&frame, staged, device, staging, commands)?,
            }
            Some(Ok(frame.captured))
        }
        #[cfg(target_family = "wasm")]
        Frames::Page(frames) => planes::copy(frames, planes, device, queue),
    }
}
