//! Tracks that are spawned and despawned leave nothing behind.

use bevy::{
    prelude::*,
    render::{RenderApp, render_asset::RenderAssets, texture::GpuImage},
};
use bevy_viewfinder::{
    effects::*,
    prelude::*,
    source::{SyntheticSource, scripted::ScriptedSource},
};

use crate::stage::Stage;

/// The number of this process's capture threads.
fn capture_threads() -> usize {
    let Ok(threads) = std::fs::read_dir("/proc/self/task") else { return 0 };
    let names =
        threads.flatten().filter_map(|thread| std::fs::read_to_string(thread.path().join("comm")).ok());
    // Linux cuts a thread's name after 15 bytes.
    names.filter(|name| name.starts_with("viewfinder capt")).count()
}

pub fn open_files() -> usize {
    std::fs::read_dir("/proc/self/fd").map_or(0, Iterator::count)
}

pub fn textures(stage: &Stage) -> usize {
    stage.app.sub_app(RenderApp).world().resource::<RenderAssets<GpuImage>>().iter().count()
}

#[test]
fn two_hundred_tracks_leave_no_thread_no_file_and_no_texture_behind() {
    let mut stage = Stage::new();
    let spawn = |stage: &mut Stage| {
        let source = SyntheticSource::new().size(UVec2::new(64, 48));
        let track =
            stage.spawn((VideoTrack, TrackSource::new(source), EffectStack::new().with(Sepia::default())));
        stage.until_delivered(track, 1);
        track
    };
    let despawn = |stage: &mut Stage, track| {
        stage.app.world_mut().despawn(track);
        stage.steps(2);
    };
    // The first track makes things that stay. They are no leak.
    let first = spawn(&mut stage);
    despawn(&mut stage, first);
    let (files, images) = (open_files(), textures(&stage));
    for _ in 0..200 {
        let track = spawn(&mut stage);
        despawn(&mut stage, track);
    }
    stage.steps(10);
    assert_eq!(textures(&stage), images, "textures are left");
    assert_eq!(
        stage.app.world().entities().count_spawned() as usize,
        stage.app.world().iter_entities().count()
    );
    // Other tests of this process open and close files meanwhile, but fewer.
    stage.until("the tracks' files to be closed", |_| (open_files() < files + 100).then_some(()));
}

#[test]
fn a_despawned_tracks_thread_ends() {
    let mut stage = Stage::new();
    let (source, script) = ScriptedSource::new();
    let source = TrackSource::new(source);
    for round in 1..=20 {
        let track = stage.spawn((VideoTrack, source.clone()));
        stage.until("the device to be opened", |_| (script.opened() == round).then_some(()));
        stage.app.world_mut().despawn(track);
        stage.until("the device to be closed", |_| (script.closed() == round).then_some(()));
    }
    if cfg!(target_os = "linux") {
        stage.until("the threads of this test to end", |_| (capture_threads() < 20).then_some(()));
    }
}
