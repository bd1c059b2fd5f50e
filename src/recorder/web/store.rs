//! The browser's copies of recordings that are being made, in
//! [IndexedDB](https://www.w3.org/TR/IndexedDB/): a page that is closed or killed leaves them. Nothing here uses Bevy.
//!
//! The database is opened only for a recoverable recording, or when the app asks for those that were left.

mod database;
mod entry;
mod heartbeat;
mod lock;
mod writer;

use std::time::Duration;

use js_sys::{Array, ArrayBuffer, Date};
use wasm_bindgen::{JsCast, JsValue};
use web_sys::{Blob, IdbRequest};

use self::database::{Database, Mode, PIECES, RECORDINGS, all_pieces, failure, piece};
pub(in crate::recorder) use self::entry::Entry;
pub(super) use self::writer::{Ending, StoreWriter};
use super::blobs::{join, patched};
use crate::{
    error::MediaError,
    recorder::{
        recovery::rules::Attempt,
        webm_duration::{HEADER_LEN, duration_patch},
        webm_end::whole_len,
    },
    web::{media_error, read_blob, read_blob_start},
};

/// The most recordings that are listed.
const MOST_LISTED: u32 = 1_000;

/// The number of pieces that are read at once.
const BATCH: u32 = 16;

/// The bytes at the end of a file in which its last cluster begins. Clusters last at most 32 seconds.
const LONGEST_CLUSTER: f64 = (32 << 20) as f64;

/// The recordings whose page is gone, the oldest first. Anything in the database that isn't a recording is left out.
///
/// # Errors
/// Those of the database.
pub(in crate::recorder) async fn interrupted() -> Result<Vec<Entry>, MediaError> {
    let database = Database::open().await?;
    // A recording that begins or ends meanwhile is held before or after.
    let before = lock::held().await;
    let listed = database
        .transact(Mode::ReadOnly, |transaction| {
            let everything = JsValue::UNDEFINED;
            transaction.object_store(RECORDINGS)?.get_all_with_key_and_limit(&everything, MOST_LISTED)
        })
        .await
        .and_then(|request| request.result())
        .map_err(|thrown| failure(&thrown, Attempt::Read))?;
    let after = lock::held().await;
    let now = now();
    let is_held = |id: &String| Some(before.as_ref()?.contains(id) || after.as_ref()?.contains(id));
    let listed: Array = listed.dyn_into().unwrap_or_default();
    let mut left: Vec<Entry> = listed
        .iter()
        .filter_map(|value| Entry::read(&value))
        .filter(|entry| entry.presence.is_over(now, is_held(&entry.id)))
        .collect();
    left.sort_by_key(|entry| entry.started);
    Ok(left)
}

/// The file of a recording, as far as it was stored.
///
/// # Errors
/// `NotFound` if there is no such recording, `Data` if nothing of it can be read, and those of the database.
pub(in crate::recorder) async fn load(id: &str) -> Result<Blob, MediaError> {
    let database = Database::open().await?;
    let failed = |thrown| failure(&thrown, Attempt::Read);
    let request = database
        .transact(Mode::ReadOnly, |transaction| transaction.object_store(RECORDINGS)?.get(&id.into()))
        .await
        .map_err(failed)?;
    let entry = Entry::read(&request.result().map_err(failed)?).ok_or_else(|| {
        MediaError::not_found("the recording was deleted meanwhile; list the interrupted recordings again")
    })?;
    let batches = Array::new();
    let mut next = 0;
    while next < entry.pieces {
        let end = next.saturating_add(BATCH).min(entry.pieces);
        let pieces = read_pieces(&database, id, next, end).await.map_err(failed)?;
        let is_whole = pieces.length() == end - next;
        // The browser may move a blob out of memory.
        let batch = join(&pieces, "").map_err(no_memory)?;
        batches.push(&batch);
        if !is_whole {
            break;
        }
        next = end;
    }
    let file = join(&batches, &entry.media_type).map_err(no_memory)?;
    if file.size() == 0.0 {
        return Err(MediaError::data("nothing of the recording was stored; delete it"));
    }
    let file = without_torn_end(file, &entry.media_type).await?;
    let header = read_blob_start(&file, HEADER_LEN as u32).await?;
    match duration_patch(&header, entry.length) {
        Some(patch) => patched(&file, &patch, &entry.media_type).map_err(no_memory),
        None => Ok(file),
    }
}

/// The file without a frame that was being written at its end.
async fn without_torn_end(file: Blob, media_type: &str) -> Result<Blob, MediaError> {
    let start = (file.size() - LONGEST_CLUSTER).max(0.0);
    let part = file.slice_with_f64_and_f64(start, file.size()).map_err(no_memory)?;
    let part = read_blob(&part).await?;
    match whole_len(&part).filter(|len| *len < part.len()) {
        Some(len) => file
            .slice_with_f64_and_f64(0.0, start + len as f64)
            .and_then(|whole| join(&Array::of1(&whole), media_type))
            .map_err(no_memory),
        None => Ok(file),
    }
}

/// Deletes a recording. It needn't be there.
///
/// # Errors
/// Those of the database.
pub(in crate::recorder) async fn delete(id: &str) -> Result<(), MediaError> {
    delete_in(&Database::open().await?, id).await
}

async fn delete_in(database: &Database, id: &str) -> Result<(), MediaError> {
    database
        .transact(Mode::ReadWrite, |transaction| {
            let pieces = all_pieces(id)?;
            transaction.object_store(RECORDINGS)?.delete(&id.into())?;
            transaction.object_store(PIECES)?.delete(&pieces)
        })
        .await
        .map(drop)
        .map_err(|thrown| failure(&thrown, Attempt::Write))
}

/// The pieces from one number up to another, up to the first that is missing.
async fn read_pieces(database: &Database, id: &str, start: u32, end: u32) -> Result<Array, JsValue> {
    let requests: Vec<IdbRequest> = database
        .transact(Mode::ReadOnly, |transaction| {
            let pieces = transaction.object_store(PIECES)?;
            (start..end).map(|index| pieces.get(&piece(id, index))).collect()
        })
        .await?;
    let found = Array::new();
    for request in requests {
        let Ok(buffer) = request.result()?.dyn_into::<ArrayBuffer>() else { break };
        found.push(&buffer);
    }
    Ok(found)
}

fn no_memory(thrown: JsValue) -> MediaError {
    media_error(&thrown, "the browser has no memory for the recording; close other tabs")
}

/// The time since the start of 1970.
fn now() -> Duration {
    Duration::try_from_secs_f64(Date::now() / 1e3).unwrap_or_default()
}
