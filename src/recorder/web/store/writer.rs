//! The writer of a recording that is being made.

use std::{
    cell::{Cell, RefCell},
    path::Path,
    rc::Rc,
    time::Duration,
};

use crossbeam_channel::Sender;
use js_sys::Math;
use wasm_bindgen_futures::{JsFuture, spawn_local};
use web_sys::Blob;

use super::{
    database::{Database, Mode, PIECES, RECORDINGS, failure, piece},
    delete_in,
    entry::Entry,
    heartbeat::Heartbeat,
    lock::Lock,
    now,
};
use crate::{
    error::MediaError,
    recorder::{
        recovery::rules::{Attempt, Presence},
        report::Report,
    },
    web::media_error,
};

/// The most pieces in a transaction. Several wait only for a slow disk.
const MOST_PIECES: usize = 32;

/// Stores the data of a recording as they come. A failure is reported once, and ends the storing alone: the recording
/// goes on, and what is stored stays until its end.
#[derive(Debug)]
pub(in crate::recorder::web) struct StoreWriter {
    entry: RefCell<Entry>,
    /// The pieces that aren't stored yet.
    waiting: RefCell<Vec<Piece>>,
    /// A sign of life is due.
    is_due: Cell<bool>,
    ending: Cell<Option<Ending>>,
    progress: RefCell<Progress>,
    has_failed: Cell<bool>,
    is_running: Cell<bool>,
    reports: Sender<Report>,
}

/// The fate of the stored copy at the end of its recording.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(in crate::recorder::web) enum Ending {
    /// The app has the recording.
    Delete,
    /// The recording couldn't be saved. It can be recovered from now on.
    Keep,
}

/// Data of the browser's recorder.
#[derive(Debug)]
struct Piece {
    blob: Blob,
    /// The length of the recording up to its end.
    length: Duration,
    media_type: String,
}

#[derive(Debug)]
enum Progress {
    /// The database isn't open yet.
    Closed,
    Open(Rc<Opened>),
    /// Nothing is stored any more.
    Over,
}

/// Dropped from top to bottom: first the database is closed.
#[derive(Debug)]
struct Opened {
    database: Database,
    _lock: Option<Lock>,
    _heartbeat: Option<Heartbeat>,
}

#[derive(Debug)]
enum Step {
    Open,
    Store(Rc<Opened>, Vec<Piece>),
    ShowLife(Rc<Opened>),
    End(Rc<Opened>, Ending),
}

impl StoreWriter {
    /// A writer of a recording whose file has this path. It opens nothing yet.
    pub fn new(path: &Path, reports: Sender<Report>) -> Rc<Self> {
        let started = now();
        let random = (Math::random() * (1_u64 << 52) as f64) as u64;
        let entry = Entry {
            id: format!("{:x}-{random:x}", started.as_millis()),
            name: path.file_name().map(|name| name.to_string_lossy().into_owned()).unwrap_or_default(),
            media_type: String::new(),
            started,
            length: Duration::ZERO,
            bytes: 0,
            pieces: 0,
            presence: Presence { has_lock: false, seen: started },
        };
        Rc::new(Self {
            entry: RefCell::new(entry),
            waiting: RefCell::default(),
            is_due: Cell::default(),
            ending: Cell::default(),
            progress: RefCell::new(Progress::Closed),
            has_failed: Cell::default(),
            is_running: Cell::default(),
            reports,
        })
    }

    /// Opens the database, so that the app learns soon if there is none.
    pub fn begin(self: &Rc<Self>) {
        self.run();
    }

    /// Stores data, after those before.
    pub fn store(self: &Rc<Self>, blob: &Blob, length: Duration, media_type: String) {
        if blob.size() > 0.0 && !self.has_failed.get() {
            self.waiting.borrow_mut().push(Piece { blob: blob.clone(), length, media_type });
            self.run();
        }
    }

    /// Ends the storing. No data may follow.
    pub fn end(self: &Rc<Self>, ending: Ending) {
        self.ending.set(Some(ending));
        self.run();
    }

    fn run(self: &Rc<Self>) {
        if self.is_running.replace(true) {
            return;
        }
        let writer = self.clone();
        spawn_local(async move {
            while let Some(step) = writer.next() {
                if let Err(error) = writer.carry_out(step).await {
                    writer.give_up(error);
                }
            }
            writer.is_running.set(false);
        });
    }

    fn next(&self) -> Option<Step> {
        let ending = self.ending.get();
        let mut waiting = self.waiting.borrow_mut();
        if ending == Some(Ending::Delete) || self.has_failed.get() {
            waiting.clear();
        }
        let mut progress = self.progress.borrow_mut();
        match &*progress {
            Progress::Over => None,
            Progress::Closed if ending.is_some() && waiting.is_empty() => {
                *progress = Progress::Over;
                None
            }
            Progress::Closed => Some(Step::Open),
            Progress::Open(opened) if !waiting.is_empty() => {
                let count = waiting.len().min(MOST_PIECES);
                Some(Step::Store(opened.clone(), waiting.drain(..count).collect()))
            }
            Progress::Open(opened) => match ending {
                Some(ending) => Some(Step::End(opened.clone(), ending)),
                None => self.is_due.take().then(|| Step::ShowLife(opened.clone())),
            },
        }
    }

    async fn carry_out(self: &Rc<Self>, step: Step) -> Result<(), MediaError> {
        match step {
            Step::Open => {
                let opened = self.open().await?;
                self.progress.replace(Progress::Open(Rc::new(opened)));
                Ok(())
            }
            Step::Store(opened, pieces) => self.write(&opened.database, pieces).await,
            Step::ShowLife(opened) => {
                // Nothing is listed before the first data.
                if self.entry.borrow().pieces == 0 {
                    Ok(())
                } else {
                    self.write(&opened.database, Vec::new()).await
                }
            }
            Step::End(opened, ending) => {
                self.progress.replace(Progress::Over);
                if ending == Ending::Delete {
                    let id = self.entry.borrow().id.clone();
                    // A copy that can't be deleted is listed from now on, and the app can delete it then.
                    let _ = delete_in(&opened.database, &id).await;
                }
                Ok(())
            }
        }
    }

    async fn open(self: &Rc<Self>) -> Result<Opened, MediaError> {
        let id = self.entry.borrow().id.clone();
        // Before the recording is in the database: nobody must find it without its lock.
        let lock = Lock::acquire(&id).await;
        self.entry.borrow_mut().presence.has_lock = lock.is_some();
        let database = Database::open().await?;
        let heartbeat = if lock.is_none() {
            let writer = Rc::downgrade(self);
            Some(Heartbeat::new(move || {
                if let Some(writer) = writer.upgrade() {
                    writer.is_due.set(true);
                    writer.run();
                }
            })?)
        } else {
            None
        };
        Ok(Opened { database, _lock: lock, _heartbeat: heartbeat })
    }

    /// Writes pieces and the new description, both or neither.
    async fn write(&self, database: &Database, pieces: Vec<Piece>) -> Result<(), MediaError> {
        let mut entry = self.entry.borrow().clone();
        let first = entry.pieces;
        let mut buffers = Vec::with_capacity(pieces.len());
        for Piece { blob, length, media_type } in pieces {
            entry.bytes += blob.size() as u64;
            entry.pieces += 1;
            entry.length = length;
            entry.media_type = media_type;
            let buffer = JsFuture::from(blob.array_buffer()).await.map_err(|thrown| {
                media_error(
                    &thrown,
                    "a part of the recording can't be read to store it; record with a shorter slice",
                )
            })?;
            buffers.push(buffer);
        }
        entry.presence.seen = now();
        database
            .transact(Mode::ReadWrite, |transaction| {
                let stored = transaction.object_store(PIECES)?;
                for (index, buffer) in (first..).zip(&buffers) {
                    stored.put_with_key(buffer, &piece(&entry.id, index))?;
                }
                let id = entry.id.as_str().into();
                transaction.object_store(RECORDINGS)?.put_with_key(&entry.to_value(), &id)
            })
            .await
            .map_err(|thrown| failure(&thrown, Attempt::Write))?;
        self.entry.replace(entry);
        Ok(())
    }

    /// Reports the failure. The copy stays as it is until the end of the recording.
    fn give_up(&self, error: MediaError) {
        self.has_failed.set(true);
        let mut progress = self.progress.borrow_mut();
        if matches!(&*progress, Progress::Closed) {
            *progress = Progress::Over;
        }
        // The app may have despawned the recorder.
        let _ = self.reports.send(Report::NotRecoverable(error));
    }
}
