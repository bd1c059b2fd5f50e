//! The data of a recording on its way from the browser to the app, and to a download.

use std::{
    cell::{Cell, RefCell},
    collections::VecDeque,
    path::{Path, PathBuf},
    rc::Rc,
    time::Duration,
};

use crossbeam_channel::Sender;
use js_sys::Array;
use wasm_bindgen::JsValue;
use wasm_bindgen_futures::spawn_local;
use web_sys::Blob;

use super::{
    blobs::{join, patched},
    store::{Ending, StoreWriter},
};
use crate::{
    error::MediaError,
    recorder::{
        RecordingPatch,
        report::{Chunk, Report, Slices},
        webm_duration::{HEADER_LEN, duration_patch},
    },
    web::{download_blob, media_error, read_blob, read_blob_start},
};

/// Reads the data of a recording, and reports it in order. Blobs are read asynchronously, so reports wait for those
/// before them.
#[derive(Debug)]
pub(super) struct Output {
    slices: Slices,
    /// The path of the download.
    path: Option<PathBuf>,
    /// The browser's copy of a recoverable recording.
    store: Option<Rc<StoreWriter>>,
    reports: Sender<Report>,
    steps: RefCell<VecDeque<Step>>,
    is_running: Cell<bool>,
    /// The number of chunks so far.
    chunks: Cell<u32>,
    /// The first bytes of the recording.
    header: RefCell<Vec<u8>>,
    /// The data of the download.
    blobs: RefCell<Vec<Blob>>,
}

#[derive(Debug)]
enum Step {
    Report(Report),
    Data(Data),
    End(Data, End),
    GiveUp(MediaError),
}

/// Data of the browser.
#[derive(Debug)]
pub(super) struct Data {
    pub blob: Blob,
    /// The time in the recording at which their chunk begins.
    pub time_code: Duration,
    /// Whether the app gets them as a chunk. The others are in the file alone.
    pub is_chunk: bool,
}

/// The description of a recording that has ended.
#[derive(Debug)]
pub(super) struct End {
    pub media_type: String,
    pub length: Duration,
}

impl Output {
    pub fn new(
        slices: Slices,
        path: Option<PathBuf>,
        store: Option<Rc<StoreWriter>>,
        reports: Sender<Report>,
    ) -> Rc<Self> {
        Rc::new(Self {
            slices,
            path,
            store,
            reports,
            steps: RefCell::default(),
            is_running: Cell::default(),
            chunks: Cell::default(),
            header: RefCell::default(),
            blobs: RefCell::default(),
        })
    }

    /// Reports something after all that came before.
    pub fn report(self: &Rc<Self>, report: Report) {
        self.push(Step::Report(report));
    }

    /// Opens the store of a recoverable recording.
    pub fn begin(&self) {
        if let Some(store) = &self.store {
            store.begin();
        }
    }

    /// Stores data of a recoverable recording, which has this length with them.
    pub fn store(&self, blob: &Blob, length: Duration, media_type: impl FnOnce() -> String) {
        if let Some(store) = &self.store {
            store.store(blob, length, media_type());
        }
    }

    /// Takes data, and reports the chunk if they end one.
    pub fn data(self: &Rc<Self>, data: Data) {
        self.push(Step::Data(data));
    }

    /// Reports the last chunk, starts the download, and reports the end.
    pub fn finish(self: &Rc<Self>, data: Data, end: End) {
        self.push(Step::End(data, end));
    }

    /// Reports the end of a recording that can't be completed.
    pub fn give_up(self: &Rc<Self>, error: MediaError) {
        self.push(Step::GiveUp(error));
    }

    fn push(self: &Rc<Self>, step: Step) {
        self.steps.borrow_mut().push_back(step);
        if self.is_running.replace(true) {
            return;
        }
        let output = self.clone();
        spawn_local(async move {
            while let Some(step) = output.next() {
                output.carry_out(step).await;
            }
            output.is_running.set(false);
        });
    }

    fn next(&self) -> Option<Step> {
        self.steps.borrow_mut().pop_front()
    }

    async fn carry_out(&self, step: Step) {
        match step {
            Step::Report(report) => self.send(report),
            Step::Data(data) => {
                let bytes = self.read(&data.blob).await;
                if data.is_chunk {
                    self.send_chunk(bytes, data.time_code, None);
                }
            }
            Step::End(data, end) => {
                let bytes = self.read(&data.blob).await;
                let patch = duration_patch(&self.header.borrow(), end.length);
                let saved = match self.path.as_ref().map(|path| self.save(path, patch.as_ref(), &end)) {
                    Some(Ok(path)) => Some(path),
                    Some(Err(error)) => {
                        self.send(Report::Failed(error));
                        self.end_store(Ending::Keep);
                        None
                    }
                    None => None,
                };
                if saved.is_some() {
                    self.end_store(Ending::Delete);
                }
                if self.slices != Slices::None {
                    self.send_chunk(bytes, data.time_code, Some(patch.into_iter().collect()));
                }
                if let Some(path) = saved {
                    self.send(Report::Saved(path));
                }
                self.send(Report::Stopped);
            }
            Step::GiveUp(error) => {
                self.end_store(Ending::Keep);
                self.send(Report::Failed(error));
                self.send(Report::Stopped);
            }
        }
    }

    fn end_store(&self, ending: Ending) {
        if let Some(store) = &self.store {
            store.end(ending);
        }
    }

    /// The bytes of a chunk: none if the app asked for none, and only for the download. A chunk that can't be read is
    /// reported, and empty.
    async fn read(&self, blob: &Blob) -> Vec<u8> {
        if self.path.is_some() {
            self.blobs.borrow_mut().push(blob.clone());
        }
        let missing = HEADER_LEN - self.header.borrow().len();
        let read = match self.slices {
            Slices::None if missing == 0 => return Vec::new(),
            Slices::None => read_blob_start(blob, missing as u32).await,
            Slices::Whole | Slices::Every(_) => read_blob(blob).await,
        };
        match read {
            Ok(bytes) => {
                self.header.borrow_mut().extend(&bytes[..missing.min(bytes.len())]);
                if self.slices == Slices::None { Vec::new() } else { bytes }
            }
            Err(error) => {
                self.send(Report::Failed(MediaError::new(
                    error.name,
                    format!(
                        "a part of the recording can't be read, and is lost ({}); record with a shorter time slice",
                        error.message
                    ),
                )));
                Vec::new()
            }
        }
    }

    /// Starts the download of the recording. Its data stay with the browser, which may keep them on a disk.
    fn save(&self, path: &Path, patch: Option<&RecordingPatch>, end: &End) -> Result<PathBuf, MediaError> {
        let failed = |thrown: JsValue| media_error(&thrown, "the recording can't be downloaded; record less");
        let parts: Array = self.blobs.borrow().iter().collect();
        let mut file = join(&parts, &end.media_type).map_err(failed)?;
        if file.size() == 0.0 {
            return Err(MediaError::operation(
                "the recording is empty, so there is no file; record until frames have come",
            ));
        }
        if let Some(patch) = patch {
            file = patched(&file, patch, &end.media_type).map_err(failed)?;
        }
        download_blob(&file, path)?;
        Ok(path.to_owned())
    }

    fn send_chunk(&self, data: Vec<u8>, time_code: Duration, end: Option<Vec<RecordingPatch>>) {
        let index = self.chunks.get();
        self.chunks.set(index + 1);
        self.send(Report::Chunk(Chunk { index, time_code, data: data.into(), end }));
    }

    fn send(&self, report: Report) {
        // The app may have despawned the recorder.
        let _ = self.reports.send(report);
    }
}
