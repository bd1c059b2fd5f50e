//! Recordings that are uploaded to a server that the tests start: whole, and chunk by chunk.

use std::{collections::BTreeMap, fs, time::Duration};

use bevy::prelude::*;
use bevy_viewfinder::{
    photo::{Upload, UploadFailed, UploadFile, Uploaded},
    prelude::*,
    recorder::*,
};

use crate::{
    recorder::{MJPEG, SIZE, command, feed, log_events, until_frames, until_stopped},
    recording::probe,
    server::{Server, answer},
    stage::Stage,
    tap::{fed, push},
};

/// The number of uploads that succeeded.
#[derive(Resource, Default)]
struct Done(usize);

/// The place of uploads, without a path.
#[derive(Resource)]
struct Place(String);

fn stage(server: &Server) -> Stage {
    Stage::with(|app| {
        log_events(app);
        app.init_resource::<Done>().insert_resource(Place(server.url.clone()));
        app.add_observer(|_: On<Uploaded>, mut done: ResMut<Done>| done.0 += 1);
        app.add_observer(fail);
    })
}

fn fail(failed: On<UploadFailed>) {
    panic!("{}", failed.error);
}

fn until_uploaded(stage: &mut Stage, count: usize) {
    stage.until("uploads", |stage| (stage.app.world().resource::<Done>().0 >= count).then_some(()));
}

#[test]
fn a_whole_recording_is_uploaded_from_memory_and_from_its_file() {
    let server = Server::new(|_| answer("201 Created", "", ""));
    let folder = tempfile::tempdir().expect("a folder for temporary files");
    let mut stage = stage(&server);
    let (track, source) = fed(&mut stage, SIZE, ());
    push(&mut stage, track, &source, SIZE, |_, _| 100);

    let from_memory = stage
        .app
        .world_mut()
        .spawn(MediaRecorder::new(track).media_type(MJPEG))
        .observe(
            |chunk: On<RecordingChunk>,
             mut buffer: Local<RecordingBuffer>,
             mut commands: Commands,
             place: Res<Place>| {
                if let Some(file) = buffer.push(&chunk) {
                    let to = Upload::new(format!("{}/memory", place.0)).raw();
                    commands.spawn(UploadFile::bytes(file, "clip.mkv", "video/x-matroska", to));
                }
            },
        )
        .id();
    let path = folder.path().join("clip.mkv");
    let from_file = stage
        .app
        .world_mut()
        .spawn((MediaRecorder::new(track).media_type(MJPEG), RecordingFile::new(&path)))
        .observe(|saved: On<RecordingSaved>, mut commands: Commands, place: Res<Place>| {
            let to = Upload::new(format!("{}/file", place.0)).raw();
            commands.spawn(UploadFile::path(&saved.path, to));
        })
        .id();
    for recorder in [from_memory, from_file] {
        command(&mut stage, StartRecording::new(recorder));
        until_frames(&mut stage, recorder, 1);
        feed(&mut stage, recorder, track, &source, &[10, 200, 90]);
        command(&mut stage, StopRecording::new(recorder));
        until_stopped(&mut stage, recorder, 1);
    }
    until_uploaded(&mut stage, 2);
    for _ in 0..2 {
        let request = server.requests.recv().expect("a request");
        assert_eq!(request.header("content-type"), Some("video/x-matroska"));
        let received = folder.path().join("received.mkv");
        fs::write(&received, &request.body).expect("there is room");
        let probed = probe(&received);
        assert!(probed.times.len() >= 4 && probed.length.is_some(), "{}", request.path);
        if request.path == "/file" {
            assert!(request.body == fs::read(&path).expect("the file"), "unchanged");
        }
    }
}

#[test]
fn a_recording_is_uploaded_chunk_by_chunk_while_it_is_made() {
    let server = Server::new(|_| answer("204 No Content", "", ""));
    let folder = tempfile::tempdir().expect("a folder for temporary files");
    let mut stage = stage(&server);
    let (track, source) = fed(&mut stage, SIZE, ());
    push(&mut stage, track, &source, SIZE, |_, _| 100);
    let recorder = stage
        .app
        .world_mut()
        .spawn(MediaRecorder::new(track).media_type(MJPEG))
        .observe(|chunk: On<RecordingChunk>, mut commands: Commands, place: Res<Place>| {
            let to = Upload::new(format!("{}/chunks/{}", place.0, chunk.index)).raw().put();
            let data = chunk.data.clone();
            commands.spawn(UploadFile::bytes(data, "chunk", "application/octet-stream", to));
        })
        .id();
    command(&mut stage, StartRecording::new(recorder).time_slice(Duration::from_millis(20)));
    until_frames(&mut stage, recorder, 1);
    for gray in [10, 90, 170, 250] {
        std::thread::sleep(Duration::from_millis(25));
        feed(&mut stage, recorder, track, &source, &[gray]);
    }
    // Some arrive while it is still recorded.
    until_uploaded(&mut stage, 2);
    command(&mut stage, StopRecording::new(recorder));
    until_stopped(&mut stage, recorder, 1);
    let frames = stage.get::<RecorderStatistics>(recorder).expect("figures").frames;
    let bytes = stage.get::<RecorderStatistics>(recorder).expect("figures").bytes;

    // Several are sent at the same time, so they may arrive in another order.
    let mut chunks = BTreeMap::new();
    while chunks.values().map(|chunk: &Vec<u8>| chunk.len() as u64).sum::<u64>() < bytes {
        stage.step();
        while let Ok(request) = server.requests.try_recv() {
            assert_eq!(request.method, "PUT");
            let index = request.path.strip_prefix("/chunks/").and_then(|index| index.parse::<u32>().ok());
            chunks.insert(index.expect("the number of a chunk"), request.body);
        }
    }
    assert!(chunks.len() > 2, "{}", chunks.len());
    let joined: Vec<u8> = chunks.into_values().flatten().collect();
    let path = folder.path().join("joined.mkv");
    fs::write(&path, joined).expect("there is room");
    assert_eq!(probe(&path).times.len() as u64, frames, "it plays");
}
