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
//! - A track that ends, or is despawned, ends its recordings without an error. A track that is disabled or muted by its
//!   source is recorded black. If no frame comes, the last one is repeated each second.
//! - Despawning the recorder, or removing [`MediaRecorder`], stops its recording. Its file is completed, and no event
//!   follows. So is the file when the app exits.
//! - After the stop, the recorder can be started again.

mod bit_rate;
mod chunk;
mod clock;
mod codec;
mod command;
mod container;
mod counters;
mod events;
mod file;
mod format;
mod job;
mod key_frames;
mod life;
mod media_recorder;
#[cfg(not(target_family = "wasm"))]
mod native;
mod output;
mod recording;
mod running;
mod state;
mod video;
mod writer;

use bevy::prelude::*;

pub use bit_rate::BitRates;
pub use chunk::{RecordingBuffer, RecordingChunk, RecordingPatch};
pub use command::{PauseRecording, RequestData, ResumeRecording, StartRecording, StopRecording};
pub use counters::RecorderStatistics;
pub use events::{
    CommandRejected, RecordingFailed, RecordingPaused, RecordingResumed, RecordingSaved, RecordingStarted,
    RecordingStopped,
};
pub use file::RecordingFile;
pub use key_frames::KeyFrameInterval;
pub use media_recorder::MediaRecorder;
#[cfg(not(target_family = "wasm"))]
use native as platform;
pub use state::RecorderState;

pub(crate) fn plugin(app: &mut App) {
    app.add_plugins(life::plugin)
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
        .register_type::<RecordingSaved>()
        .register_type::<RecordingStopped>()
        .register_type::<CommandRejected>();
}
