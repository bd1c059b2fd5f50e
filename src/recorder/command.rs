//! The commands to a recorder, which are the methods of the standard's
//! [`MediaRecorder`](https://www.w3.org/TR/mediastream-recording/#mediarecorder-methods).
//!
//! A command that isn't allowed in the recorder's state changes nothing, and is answered by
//! [`CommandRejected`](super::CommandRejected).

use std::time::Duration;

use bevy::prelude::*;

/// Starts a recording ([`start()`](https://www.w3.org/TR/mediastream-recording/#dom-mediarecorder-start)).
/// [`RecorderState`](super::RecorderState) is `Recording` at once, and
/// [`RecordingStarted`](super::RecordingStarted) follows.
///
/// The size is fixed from now on: that of [`MediaRecorder::size`](super::MediaRecorder::size), or else the track's. A
/// track that changes its size later is fitted into it, with black bars.
///
/// Rejected with `InvalidState` if the recorder isn't inactive, and with `NotSupported` if the track isn't live, or if
/// the type or size can't be recorded.
#[derive(EntityEvent, Clone, Copy, Debug, PartialEq, Eq, Reflect)]
#[reflect(Event)]
#[non_exhaustive]
pub struct StartRecording {
    /// The recorder.
    pub entity: Entity,
    /// The time after which a chunk ends
    /// ([`timeslice`](https://www.w3.org/TR/mediastream-recording/#dom-mediarecorder-start-timeslice-timeslice)): each
    /// is at least that long, but the last. `None` makes one chunk at the end, or none if there is a
    /// [`RecordingFile`](super::RecordingFile).
    pub time_slice: Option<Duration>,
}

impl StartRecording {
    /// Starts this recorder, without a time slice.
    pub fn new(recorder: Entity) -> Self {
        Self { entity: recorder, time_slice: None }
    }

    /// Sets the time after which a chunk ends. With zero, each second or key frame is a chunk of its own.
    #[must_use]
    pub fn time_slice(self, slice: Duration) -> Self {
        Self { time_slice: Some(slice), ..self }
    }
}

/// Defines commands that have no options.
macro_rules! commands {
    ($($(#[$docs:meta])+ $name:ident: $done:literal;)+) => {
        $(
            $(#[$docs])+
            #[derive(EntityEvent, Clone, Copy, Debug, PartialEq, Eq, Reflect)]
            #[reflect(Event)]
            #[non_exhaustive]
            pub struct $name {
                /// The recorder.
                pub entity: Entity,
            }

            impl $name {
                #[doc = concat!($done, " this recorder.")]
                pub fn new(recorder: Entity) -> Self {
                    Self { entity: recorder }
                }
            }
        )+
    };
}

commands! {
    /// Pauses a recording ([`pause()`](https://www.w3.org/TR/mediastream-recording/#dom-mediarecorder-pause)). The time
    /// until it is resumed is cut out. [`RecordingPaused`](super::RecordingPaused) follows, unless it is paused
    /// already.
    ///
    /// Rejected with `InvalidState` if the recorder is inactive.
    PauseRecording: "Pauses";

    /// Goes on with a paused recording
    /// ([`resume()`](https://www.w3.org/TR/mediastream-recording/#dom-mediarecorder-resume)).
    /// [`RecordingResumed`](super::RecordingResumed) follows, unless it wasn't paused.
    ///
    /// Rejected with `InvalidState` if the recorder is inactive.
    ResumeRecording: "Resumes";

    /// Ends the current chunk, and begins another
    /// ([`requestData()`](https://www.w3.org/TR/mediastream-recording/#dom-mediarecorder-requestdata)).
    /// [`RecordingChunk`](super::RecordingChunk) follows, which may be empty.
    ///
    /// Rejected with `InvalidState` if the recorder is inactive.
    RequestData: "Requests data of";

    /// Ends a recording ([`stop()`](https://www.w3.org/TR/mediastream-recording/#dom-mediarecorder-stop)).
    /// [`RecorderState`](super::RecorderState) is `Inactive` at once; the last
    /// [`RecordingChunk`](super::RecordingChunk), [`RecordingSaved`](super::RecordingSaved) and
    /// [`RecordingStopped`](super::RecordingStopped) follow. An inactive recorder ignores it.
    StopRecording: "Stops";
}
