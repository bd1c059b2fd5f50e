//! Video clips, which the library's `MediaRecorder` records with the booth's effects.

use std::sync::Arc;

use bevy::prelude::*;
use bevy_viewfinder::{
    prelude::*,
    recorder::{CommandRejected, RecordingBuffer, RecordingChunk, RecordingStarted},
};

/// The types of clips, the preferred one first. H.264 isn't among them: its patents would be the venue's concern.
#[cfg(not(target_family = "wasm"))]
const TYPES: [&str; 2] = ["video/webm;codecs=vp8", "video/x-matroska;codecs=mjpeg"];
/// A browser has a type that it prefers.
#[cfg(target_family = "wasm")]
const TYPES: [&str; 1] = [""];

/// The containers, with the extensions of their files.
const CONTAINERS: [(&str, &str); 3] =
    [("video/webm", "webm"), ("video/mp4", "mp4"), ("video/x-matroska", "mkv")];

/// The most frames of a preview.
const PREVIEW_FRAMES: f32 = 60.0;
/// The highest frame rate of a preview, and its width in pixels.
const PREVIEW_RATE: f32 = 10.0;
pub const PREVIEW_WIDTH: u32 = 640;

/// The file of a clip.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ClipFile {
    pub bytes: Arc<[u8]>,
    /// The type without its codecs.
    pub media_type: &'static str,
}

/// A recorder that collects a clip in memory.
#[derive(Component, Debug, Default)]
pub struct ClipRecorder {
    buffer: RecordingBuffer,
    media_type: String,
    /// The clip, or the error, once it has ended.
    pub result: Option<Result<ClipFile, MediaError>>,
}

/// The type of clips. `None` if there is none: some browsers record nothing.
pub fn media_type() -> Option<&'static str> {
    TYPES.into_iter().find(|media_type| MediaRecorder::is_type_supported(media_type))
}

/// The extension of a clip's file. `None` for a type of pictures.
pub fn extension(media_type: &str) -> Option<&'static str> {
    CONTAINERS.iter().find(|(known, _)| *known == media_type).map(|(_, extension)| *extension)
}

/// Whether a file is a clip, by its extension.
#[cfg(not(target_family = "wasm"))]
pub fn is_clip(path: &std::path::Path) -> bool {
    let extension = path.extension().and_then(|extension| extension.to_str());
    CONTAINERS.iter().any(|(_, known)| Some(*known) == extension)
}

/// The frames per second of the preview of a clip of this many seconds.
pub fn preview_rate(seconds: f32) -> f32 {
    PREVIEW_RATE.min(PREVIEW_FRAMES / seconds.max(1.0))
}

/// Records a clip of this track. Stop it by `StopRecording`.
pub fn record(commands: &mut Commands, track: Entity) {
    let recorder = MediaRecorder::new(track).media_type(media_type().unwrap_or_default());
    commands
        .spawn((recorder, ClipRecorder::default()))
        .observe(|started: On<RecordingStarted>, mut clips: Query<&mut ClipRecorder>| {
            if let Ok(mut clip) = clips.get_mut(started.entity) {
                clip.media_type.clone_from(&started.media_type);
            }
        })
        .observe(|chunk: On<RecordingChunk>, mut clips: Query<&mut ClipRecorder>| {
            if let Ok(mut clip) = clips.get_mut(chunk.entity) {
                clip.push(&chunk);
            }
        })
        .observe(|failed: On<RecordingFailed>, clips: Query<&mut ClipRecorder>| {
            fail(failed.entity, &failed.error, clips);
        })
        .observe(|rejected: On<CommandRejected>, clips: Query<&mut ClipRecorder>| {
            fail(rejected.entity, &rejected.error, clips);
        })
        .trigger(StartRecording::new);
}

fn fail(recorder: Entity, error: &MediaError, mut clips: Query<&mut ClipRecorder>) {
    if let Ok(mut clip) = clips.get_mut(recorder) {
        clip.result = Some(Err(error.clone()));
    }
}

impl ClipRecorder {
    fn push(&mut self, chunk: &RecordingChunk) {
        let Some(file) = self.buffer.push(chunk) else { return };
        let essence = self.media_type.split(';').next().unwrap_or_default();
        let container = CONTAINERS.iter().find(|(known, _)| *known == essence);
        // The error of a recording comes before its last chunk.
        self.result.get_or_insert_with(|| match container {
            Some((media_type, _)) if !file.is_empty() => Ok(ClipFile { bytes: file.into(), media_type }),
            Some(_) => Err(MediaError::operation("the clip is empty; record it again")),
            None => {
                let message = format!("clips of the type {essence:?} can't be saved; record another one");
                Err(MediaError::not_supported(message))
            }
        });
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_build_has_a_type_of_clips_that_needs_no_license() {
        let media_type = media_type().expect("Motion JPEG is in every build");
        assert!(!media_type.contains("avc") && !media_type.contains("h264"), "{media_type}");
        let essence = media_type.split(';').next().unwrap_or_default();
        assert!(extension(essence).is_some(), "{essence}");
        assert_eq!(extension("image/gif"), None);
    }

    #[test]
    fn clips_are_known_by_their_extensions() {
        for (path, expected) in [("a/b.webm", true), ("b.mkv", true), ("b.gif", false), ("webm", false)] {
            assert_eq!(is_clip(std::path::Path::new(path)), expected, "{path}");
        }
    }

    #[test]
    fn a_preview_of_any_length_has_a_bounded_number_of_frames() {
        for seconds in 1..=30 {
            let frames = preview_rate(seconds as f32) * seconds as f32;
            assert!((10.0..=60.1).contains(&frames), "{seconds} s: {frames}");
        }
    }
}
