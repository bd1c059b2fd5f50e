//! The bytes of a recording on their way to its file and to the app.

use std::{sync::Arc, time::Duration};

use crossbeam_channel::Sender;

use super::{
    RecordingPatch,
    counters::RecordingCounters,
    report::{Chunk, Report, Slices},
    writer::RecordingWriter,
};
use crate::error::MediaError;

/// Writes the pieces of a recording to its file, and reports its chunks.
#[derive(Debug)]
pub(super) struct Output {
    slices: Slices,
    /// The bytes that are in no chunk yet.
    pending: Vec<u8>,
    /// The number of chunks so far.
    chunks: u32,
    /// The time of the first frame of the next chunk.
    chunk_start: Duration,
    file: Option<RecordingWriter>,
    reports: Sender<Report>,
    counters: Arc<RecordingCounters>,
}

impl Output {
    pub fn new(
        slices: Slices,
        file: Option<RecordingWriter>,
        reports: Sender<Report>,
        counters: Arc<RecordingCounters>,
    ) -> Self {
        Self { slices, pending: Vec::new(), chunks: 0, chunk_start: Duration::ZERO, file, reports, counters }
    }

    /// Whether a chunk ends before a frame at this time.
    pub fn ends_chunk(&self, time: Duration) -> bool {
        matches!(self.slices, Slices::Every(slice) if slice > Duration::ZERO && time - self.chunk_start >= slice)
    }

    /// Whether each piece is a chunk of its own.
    pub fn ends_chunk_with_piece(&self) -> bool {
        self.slices == Slices::Every(Duration::ZERO)
    }

    /// Takes a piece: whole clusters or fragments, or nothing.
    ///
    /// # Errors
    /// Those of [`RecordingWriter::write`]. The file is given up, up to the piece before.
    pub fn piece(&mut self, piece: &[u8]) -> Result<(), MediaError> {
        self.counters.bytes.add(piece.len() as u64);
        if self.slices != Slices::None {
            self.pending.extend_from_slice(piece);
        }
        let Some(file) = self.file.as_mut().filter(|_| !piece.is_empty()) else { return Ok(()) };
        let written = file.write(piece);
        if written.is_err() {
            self.file = None;
        }
        written
    }

    /// Whether there are bytes that are in no chunk yet.
    pub fn has_pending(&self) -> bool {
        !self.pending.is_empty()
    }

    /// Reports the bytes since the last chunk, which may be none. The next chunk begins at this time.
    pub fn chunk(&mut self, next: Duration) {
        self.send_chunk(None);
        self.chunk_start = next;
    }

    /// Reports the last chunk, and completes the file.
    pub fn finish(mut self, patches: Vec<RecordingPatch>) {
        let file = self.file.take();
        if let Some(file) = file {
            match file.finish(&patches) {
                Ok(path) => {
                    self.send_last(patches);
                    self.report(Report::Saved(path));
                }
                Err(error) => {
                    self.report(Report::Failed(error));
                    self.send_last(patches);
                }
            }
        } else {
            self.send_last(patches);
        }
        self.report(Report::Stopped);
    }

    pub fn report(&self, report: Report) {
        // The app may have despawned the recorder.
        let _ = self.reports.send(report);
    }

    fn send_last(&mut self, patches: Vec<RecordingPatch>) {
        if self.slices != Slices::None {
            self.send_chunk(Some(patches));
        }
    }

    fn send_chunk(&mut self, end: Option<Vec<RecordingPatch>>) {
        let data = std::mem::take(&mut self.pending).into();
        self.report(Report::Chunk(Chunk { index: self.chunks, time_code: self.chunk_start, data, end }));
        self.chunks += 1;
    }
}
