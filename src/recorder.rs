//! Recordings: [`MediaRecorder`], with the states, commands and events of
//! [MediaStream Recording](https://www.w3.org/TR/mediastream-recording/).
//!
//! A recorder is an entity with a [`MediaRecorder`] that names a track. Commands are events: [`StartRecording`],
//! [`PauseRecording`], [`ResumeRecording`], [`RequestData`], [`StopRecording`]. What happens is reported by events on
//! the recorder's entity: [`RecordingStarted`], [`RecordingChunk`], [`RecordingSaved`], [`RecordingStopped`], ... Its
//! frames are read back from the GPU without blocking, and another thread encodes and writes them.
//!
//! ```
//! # use bevy::prelude::*;
//! use bevy_viewfinder::{prelude::*, recorder::*};
//!
//! fn start(mut commands: Commands, track: Single<Entity, With<VideoTrack>>) {
//!     commands
//!         .spawn((MediaRecorder::new(*track), RecordingFile::new("clip.mkv")))
//!         .observe(|saved: On<RecordingSaved>| info!("saved: {}", saved.path.display()))
//!         .observe(|failed: On<RecordingFailed>| warn!("{}", failed.error))
//!         .trigger(StartRecording::new);
//! }
//!
//! fn stop(mut commands: Commands, recorder: Single<Entity, With<MediaRecorder>>) {
//!     commands.trigger(StopRecording::new(*recorder));
//! }
//! # bevy::ecs::system::assert_is_system(start);
//! # bevy::ecs::system::assert_is_system(stop);
//! ```
//!
//! # Life
//!
//! - The state, [`RecorderState`], changes with the command. The event follows when the recording's thread has done it.
//! - Of each recording there is one [`RecordingStarted`] and, after the last chunk, one [`RecordingStopped`]; an error
//!   comes before the last chunk. What was recorded until an error is never lost.
//! - A track that ends, or is despawned, ends its recordings without an error, once their microphones have ended too. A
//!   track that is disabled or muted by its source is recorded black. If no frame comes, the last one is repeated each
//!   second.
//! - Sound begins with the first frame, and stays in step with the frames. Where it stays away, there is silence.
//! - Despawning the recorder, or removing [`MediaRecorder`], stops its recording. Its file is completed, and no event
//!   follows. So is the file when the app exits.
//! - After the stop, the recorder can be started again.
//!
//! # Uploads
//!
//! With the feature `upload` the bytes of a recording go to a server: a whole file, from the disk or from memory, or
//! each chunk while it is recorded. Several uploads run at the same time, so chunks need their numbers.
//!
//! ```
//! # use bevy::prelude::*;
//! use bevy_viewfinder::{photo::{Upload, UploadFile}, prelude::*, recorder::*};
//!
//! fn upload_file(saved: On<RecordingSaved>, mut commands: Commands) {
//!     commands.spawn(UploadFile::path(&saved.path, Upload::new("https://example.com/clips")));
//! }
//!
//! fn upload_chunk(chunk: On<RecordingChunk>, mut commands: Commands) {
//!     let to = Upload::new(format!("https://example.com/clips/7/{}", chunk.index)).raw().put();
//!     commands.spawn(UploadFile::bytes(chunk.data.clone(), "chunk", "application/octet-stream", to));
//! }
//! # bevy::ecs::system::IntoObserverSystem::into_system(upload_file);
//! # bevy::ecs::system::IntoObserverSystem::into_system(upload_chunk);
//! ```
//!
//! The chunks, joined in order, are a file that plays. With the patches of the last one it can be sought in too.
//!
//! # Browsers
//!
//! In a browser its own
//! [`MediaRecorder`](https://www.w3.org/TR/mediastream-recording/#mediarecorder-api) encodes, in the types that it has:
//! [`MediaRecorder::is_type_supported`] asks it. Where it differs from native recordings:
//!
//! - A track of a camera that is recorded without effects, at its own size and not mirrored, goes to it directly: the
//!   app reads no frames, and [`RecorderStatistics::frames`] stays 0. Such a recording ends with `InvalidModification`
//!   if the camera is opened again, as after a silence. Anything else is drawn by the renderer, read back, and drawn on
//!   a canvas that isn't in the page.
//! - The sound of a microphone goes to it directly too: as Opus, or in MP4 as AAC if the browser has it. It may begin
//!   before the first frame of the renderer.
//! - While the page is hidden, browsers stop the frames of apps. A recording from the renderer stands still then, and
//!   its time goes on; one of a camera's own frames goes on. To cut the time out, pause the recording.
//! - The browser keeps the data until the chunk or the recording ends, and [`RecorderStatistics::bytes`] counts them
//!   then. A page that is closed loses them, unless the file is [`recoverable`](RecordingFile::recoverable). The
//!   [`RecordingFile`] is downloaded at the end.
//! - WebM and Matroska files get their duration at the end, as a patch, and no index. MP4 files have no patches.

mod bit_rate;
mod chunk;
#[cfg(not(target_family = "wasm"))]
mod clock;
#[cfg(not(target_family = "wasm"))]
pub(crate) mod codec;
#[cfg(not(target_family = "wasm"))]
pub(crate) mod color;
mod command;
#[cfg(not(target_family = "wasm"))]
pub(crate) mod container;
mod counters;
mod events;
mod file;
pub(crate) mod format;
mod job;
mod key_frames;
mod life;
mod media_recorder;
mod microphone;
#[cfg(not(target_family = "wasm"))]
mod native;
#[cfg(any(test, target_family = "wasm"))]
mod opaque;
#[cfg(not(target_family = "wasm"))]
mod output;
#[cfg(not(target_family = "wasm"))]
mod recording;
mod recovery;
mod report;
mod running;
#[cfg(all(feature = "audio", not(target_family = "wasm")))]
mod sound;
mod state;
#[cfg(any(test, target_family = "wasm"))]
mod stopwatch;
#[cfg(not(target_family = "wasm"))]
mod video;
#[cfg(target_family = "wasm")]
mod web;
#[cfg(any(test, target_family = "wasm"))]
mod webm_duration;
#[cfg(any(test, target_family = "wasm"))]
mod webm_element;
#[cfg(any(test, target_family = "wasm"))]
mod webm_end;
#[cfg(not(target_family = "wasm"))]
mod writer;

use bevy::prelude::*;

pub use bit_rate::BitRates;
pub use chunk::{RecordingBuffer, RecordingChunk, RecordingPatch};
pub use command::{PauseRecording, RequestData, ResumeRecording, StartRecording, StopRecording};
pub use counters::RecorderStatistics;
pub use events::{
    CommandRejected, RecordingFailed, RecordingNotRecoverable, RecordingPaused, RecordingResumed,
    RecordingSaved, RecordingStarted, RecordingStopped,
};
pub use file::RecordingFile;
pub use key_frames::KeyFrameInterval;
pub use media_recorder::MediaRecorder;
#[cfg(not(target_family = "wasm"))]
use native as platform;
pub use recovery::{
    FindInterruptedRecordings, FindInterruptedRecordingsFailed, InterruptedRecording,
    InterruptedRecordingsFound,
};
pub use state::RecorderState;
#[cfg(target_family = "wasm")]
use web as platform;

pub(crate) fn plugin(app: &mut App) {
    app.add_plugins((life::plugin, recovery::plugin))
        .register_type::<MediaRecorder>()
        .register_type::<RecordingFile>()
        .register_type::<RecorderState>()
        .register_type::<RecorderStatistics>()
        .register_type::<StartRecording>()
        .register_type::<PauseRecording>()
        .register_type::<ResumeRecording>()
        .register_type::<RequestData>()
        .register_type::<StopRecording>()
        .register_type::<RecordingStarted>()
        .register_type::<RecordingPaused>()
        .register_type::<RecordingResumed>()
        .register_type::<RecordingChunk>()
        .register_type::<RecordingFailed>()
        .register_type::<RecordingNotRecoverable>()
        .register_type::<RecordingSaved>()
        .register_type::<RecordingStopped>()
        .register_type::<CommandRejected>();
}
