//! Written files, and what ffmpeg and ffprobe read in them.

use std::{io::Write, path::Path, process::Command, time::Duration};

use tempfile::NamedTempFile;

use super::{
    super::{
        ContainerError, Muxer, RecordingPatch,
        matroska::{DocType, MatroskaMuxer},
        mp4::Mp4Muxer,
    },
    Description, Sample,
};

/// A kind of file.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Container {
    WebM,
    Matroska,
    Mp4,
}

impl Container {
    pub(super) fn muxer(self, description: &Description) -> Result<Box<dyn Muxer>, ContainerError> {
        Ok(match self {
            Self::WebM => Box::new(MatroskaMuxer::new(DocType::WebM, description)?),
            Self::Matroska => Box::new(MatroskaMuxer::new(DocType::Matroska, description)?),
            Self::Mp4 => Box::new(Mp4Muxer::new(description)?),
        })
    }

    /// A file of these bytes. It is removed when it is dropped.
    pub(super) fn file(self, bytes: &[u8]) -> NamedTempFile {
        let suffix = match self {
            Self::WebM => ".webm",
            Self::Matroska => ".mkv",
            Self::Mp4 => ".mp4",
        };
        let mut file = tempfile::Builder::new().suffix(suffix).tempfile().expect("a temporary file");
        file.write_all(bytes).expect("room on the disk");
        file
    }
}

/// A written file.
#[derive(Debug)]
pub(super) struct Recording {
    /// The bytes without the patches.
    pub(super) live: Vec<u8>,
    /// The bytes with the patches.
    pub(super) finished: Vec<u8>,
    pub(super) patches: Vec<RecordingPatch>,
    /// The length of the header.
    pub(super) header: usize,
    /// The lengths of the file after each piece.
    pub(super) pieces: Vec<usize>,
}

impl Recording {
    /// Writes these samples, and takes each piece as soon as it is complete.
    pub(super) fn new(
        container: Container,
        description: &Description,
        samples: impl IntoIterator<Item = Sample>,
        duration: Duration,
    ) -> Self {
        let mut muxer = container.muxer(description).expect("a file");
        let mut live = muxer.take();
        let header = live.len();
        let mut pieces = Vec::new();
        for sample in samples {
            muxer.write(sample).expect("a track");
            let piece = muxer.take();
            if !piece.is_empty() {
                live.extend(piece);
                pieces.push(live.len());
            }
        }
        let finish = muxer.finish(duration).expect("no failure");
        live.extend(finish.tail);
        let mut finished = live.clone();
        for patch in &finish.patches {
            apply(&mut finished, patch);
        }
        Self { live, finished, patches: finish.patches, header, pieces }
    }

    /// The file with and without the patches.
    pub(super) fn states(&self) -> [(&'static str, &[u8]); 2] {
        [("live", &self.live), ("finished", &self.finished)]
    }
}

/// Makes a change. It never makes the file longer.
pub(super) fn apply(bytes: &mut [u8], patch: &RecordingPatch) {
    let start = usize::try_from(patch.offset).expect("a position in memory");
    bytes[start..start + patch.bytes.len()].copy_from_slice(&patch.bytes);
}

/// The messages of ffmpeg while it decodes a file.
pub(super) fn decode_warnings(path: &Path) -> String {
    let output = Command::new("ffmpeg")
        .args(["-v", "warning", "-i"])
        .arg(path)
        // By default times are rounded to the frame rate, so that some become equal.
        .args(["-fps_mode", "passthrough", "-enc_time_base:v", "1:90000", "-f", "null", "-"])
        .output()
        .expect("ffmpeg is installed");
    let mut warnings = String::from_utf8_lossy(&output.stderr).into_owned();
    if !output.status.success() {
        warnings.push_str("ffmpeg failed");
    }
    warnings
}

/// The output of ffprobe, as values between commas.
pub(super) fn probe(path: &Path, arguments: &[&str]) -> String {
    let output = Command::new("ffprobe")
        .args(["-v", "error", "-of", "csv=p=0"])
        .args(arguments)
        .arg(path)
        .output()
        .expect("ffprobe is installed");
    String::from_utf8(output.stdout).expect("text").trim().to_owned()
}

/// The number of decoded frames of a kind of track.
pub(super) fn frames_of(path: &Path, kind: &str) -> usize {
    let count = ["-count_frames", "-select_streams", kind, "-show_entries", "stream=nb_read_frames"];
    probe(path, &count).parse().unwrap_or(0)
}

/// The time of the first sound in seconds, and all the sound at 48 kHz.
pub(super) fn decoded_audio(path: &Path) -> (f64, Vec<f32>) {
    let first = ["-select_streams", "a", "-show_entries", "frame=pts_time", "-read_intervals", "%+#3"];
    let start = probe(path, &first).lines().next().and_then(|time| time.parse().ok()).expect("a time");
    let output = Command::new("ffmpeg")
        .args(["-v", "error", "-i"])
        .arg(path)
        .args(["-vn", "-f", "f32le", "-"])
        .output()
        .expect("ffmpeg is installed");
    let (samples, _) = output.stdout.as_chunks::<4>();
    (start, samples.iter().map(|bytes| f32::from_le_bytes(*bytes)).collect())
}
