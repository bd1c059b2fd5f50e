//! A search in the browser's database.

use crossbeam_channel::Sender;
use wasm_bindgen_futures::spawn_local;

use crate::{
    error::MediaError,
    recorder::{
        InterruptedRecording,
        recovery::content::Content,
        web::store::{self, Entry},
    },
};

/// Finds the recordings that pages left which are no more.
pub(super) fn find(answers: Sender<Result<Vec<InterruptedRecording>, MediaError>>) {
    spawn_local(async move {
        let found = store::interrupted().await;
        // The app may have despawned the request.
        let _ = answers.send(found.map(|entries| entries.into_iter().map(recording).collect()));
    });
}

fn recording(entry: Entry) -> InterruptedRecording {
    let Entry { id, name, media_type, bytes, length, started, .. } = entry;
    InterruptedRecording { name, media_type, bytes, length, started, content: Content::new(id) }
}
