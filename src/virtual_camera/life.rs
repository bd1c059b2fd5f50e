//! Virtual cameras from their beginning to their end.

use std::sync::Arc;

use bevy::prelude::*;

use super::{
    VirtualCamera, VirtualCameraFailed, VirtualCameraOutput,
    platform::Sending,
    work::{OutputSettings, Sent, even},
};
use crate::{
    constraint::VideoSettings,
    error::MediaError,
    image_input::HasFrames,
    systems::ViewfinderSystems,
    tap::{
        PixelTap, TapFrames,
        owner::{self, TapOwner, has_ended, spawn_tap},
        worker::Worker,
    },
    track::{TrackState, VideoTrack},
};

pub(super) fn plugin(app: &mut App) {
    app.add_plugins(owner::plugin::<VirtualCamera, Running>)
        .add_observer(begin_anew)
        .add_observer(forget)
        .add_systems(
            PreUpdate,
            receive.in_set(ViewfinderSystems::Receive).run_if(any_with_component::<Running>),
        )
        .add_systems(
            PostUpdate,
            (end_with_tracks, begin, start_workers)
                .chain()
                .in_set(ViewfinderSystems::Request)
                .run_if(any_with_component::<VirtualCamera>),
        );
}

/// The work of a [`VirtualCamera`], on its entity.
#[derive(Component, Debug)]
struct Running {
    tap: Entity,
    /// `None` before its tap has a reader.
    worker: Option<Worker<Sending>>,
}

impl TapOwner for Running {
    fn tap(&self) -> Entity {
        self.tap
    }
}

/// On a [`VirtualCamera`] that failed, until it is inserted again.
#[derive(Component, Debug)]
struct Failed;

/// Ends the work of the component that is replaced. The next begins at the end of the frame.
fn begin_anew(inserted: On<Insert, VirtualCamera>, mut commands: Commands) {
    if let Ok(mut entity) = commands.get_entity(inserted.entity) {
        entity.try_remove::<(Running, VirtualCameraOutput, Failed)>();
    }
}

fn forget(removed: On<Remove, VirtualCamera>, mut commands: Commands) {
    if let Ok(mut entity) = commands.get_entity(removed.entity) {
        entity.try_remove::<(VirtualCameraOutput, Failed)>();
    }
}

/// Ends the work of tracks that have ended or are gone.
fn end_with_tracks(
    mut commands: Commands,
    running: Query<(Entity, Option<&VideoTrack>, Option<&TrackState>), With<Running>>,
    with_frames: Query<(), HasFrames>,
) {
    for (entity, track, state) in &running {
        if has_ended(track, state) || !with_frames.contains(entity) {
            commands.entity(entity).try_remove::<(Running, VirtualCameraOutput)>();
        }
    }
}

/// Begins the work of cameras whose tracks have or will have frames.
fn begin(
    mut commands: Commands,
    cameras: Query<
        (Entity, &VirtualCamera, Option<&VideoTrack>, Option<&TrackState>),
        (HasFrames, Without<Running>, Without<Failed>),
    >,
) {
    for (entity, camera, track, state) in &cameras {
        if has_ended(track, state) {
            continue;
        }
        let VirtualCamera { size, fit, mirrored, effects, .. } = *camera;
        let size = size.map(even);
        let tap = PixelTap { size, ..PixelTap::rgba(entity).fit(fit).mirrored(mirrored).effects(effects) };
        let running = |tap| Running { tap, worker: None };
        let failed = |entity, error| VirtualCameraFailed { entity, error };
        spawn_tap(&mut commands, entity, "frames of a virtual camera", tap, running, failed);
    }
}

/// Starts the threads that send.
fn start_workers(
    mut commands: Commands,
    mut cameras: Query<(Entity, &VirtualCamera, Option<&VideoSettings>, &mut Running), Added<Running>>,
    taps: Query<&TapFrames>,
) {
    for (entity, camera, settings, mut running) in &mut cameras {
        let Ok(frames) = taps.get(running.tap) else { continue };
        let settings = OutputSettings {
            device: camera.device.clone(),
            frame_rate: settings.map(|settings| settings.frame_rate),
        };
        match Worker::start(frames.reader(), Arc::new(settings), Sending::new) {
            Ok(worker) => running.worker = Some(worker),
            Err(error) => fail(&mut commands, entity, error),
        }
    }
}

/// Receives what was sent, and failures.
fn receive(
    mut commands: Commands,
    mut cameras: Query<(Entity, &mut Running, Option<&mut VirtualCameraOutput>)>,
    mut taps: Query<&mut PixelTap>,
) {
    for (entity, mut running, output) in &mut cameras {
        let Some(sent) = running.bypass_change_detection().worker.as_mut().and_then(Worker::take) else {
            continue;
        };
        let Sent { device, size, frames } = match sent.and_then(|sent| sent) {
            Ok(Some(sent)) => sent,
            Ok(None) => continue,
            Err(error) => {
                fail(&mut commands, entity, error);
                continue;
            }
        };
        match output {
            Some(mut output) => output.frames = frames,
            None => {
                commands.entity(entity).try_insert(VirtualCameraOutput { device, size, frames });
            }
        }
        // From now on all frames have this size.
        if let Ok(mut tap) = taps.get_mut(running.tap) {
            tap.set_if_neq(PixelTap { size: Some(size), ..*tap });
        }
    }
}

/// Ends the work, and reports why.
fn fail(commands: &mut Commands, entity: Entity, error: MediaError) {
    if let Ok(mut camera) = commands.get_entity(entity) {
        camera.try_remove::<(Running, VirtualCameraOutput)>().try_insert(Failed);
    }
    commands.trigger(VirtualCameraFailed { entity, error });
}
