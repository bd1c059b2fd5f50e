//! The types of recordings, of which this build or this browser supports some.

use bevy::prelude::*;
use bevy_viewfinder::prelude::*;

/// A type.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct RecordingType {
    pub name: &'static str,
    pub media_type: &'static str,
    pub extension: &'static str,
}

/// All types, the preferred one first.
const ALL: [RecordingType; 6] = [
    RecordingType { name: "WebM, VP8", media_type: "video/webm;codecs=vp8", extension: "webm" },
    RecordingType { name: "WebM, VP9", media_type: "video/webm;codecs=vp9", extension: "webm" },
    RecordingType { name: "MP4, H.264", media_type: "video/mp4;codecs=avc1", extension: "mp4" },
    RecordingType { name: "MP4, VP9", media_type: "video/mp4;codecs=vp9", extension: "mp4" },
    RecordingType { name: "Matroska, H.264", media_type: "video/x-matroska;codecs=avc1", extension: "mkv" },
    RecordingType {
        name: "Matroska, Motion JPEG",
        media_type: "video/x-matroska;codecs=mjpeg",
        extension: "mkv",
    },
];

/// The types to choose from, and the chosen one.
#[derive(Resource, Debug)]
pub struct Types {
    supported: Vec<RecordingType>,
    at: usize,
}

impl Types {
    /// The chosen type. `None` if there is none: some browsers record nothing.
    pub fn chosen(&self) -> Option<RecordingType> {
        self.supported.get(self.at).copied()
    }

    /// The number of types to choose from.
    pub fn count(&self) -> usize {
        self.supported.len()
    }

    /// Chooses the next one.
    pub fn next(&mut self) {
        self.at = (self.at + 1) % self.supported.len().max(1);
    }
}

pub fn plugin(app: &mut App) {
    let supported = ALL.into_iter().filter(|kind| MediaRecorder::is_type_supported(kind.media_type));
    app.insert_resource(Types { supported: supported.collect(), at: 0 });
}
