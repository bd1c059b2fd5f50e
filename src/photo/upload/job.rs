//! An upload that is to be done, and its end.

use std::{path::PathBuf, sync::Arc};

use super::{
    events::{UploadFailed, UploadProgress, Uploaded},
    failure::Failure,
    options::Upload,
};
use crate::photo::{Photo, PhotoFormat, deliver::Reporter};

/// The file that is uploaded.
#[derive(Clone, Debug)]
pub(super) enum Content {
    Photo(Photo, PhotoFormat),
    Bytes(Arc<[u8]>),
    File(PathBuf),
}

/// An upload.
#[derive(Debug)]
pub(super) struct Job {
    pub content: Content,
    /// The file's name in a form.
    pub name: String,
    pub media_type: String,
    pub to: Upload,
}

/// The answer of a server that took the upload.
#[derive(Debug)]
pub(super) struct Received {
    pub status: u16,
    pub body: Vec<u8>,
}

/// Reports progress.
pub(super) fn report_progress(reporter: &Reporter, sent: u64, total: u64) {
    reporter.report(move |commands, entity| commands.trigger(UploadProgress { entity, sent, total }));
}

/// Reports the end of an upload.
pub(super) fn finish(reporter: Reporter, end: Result<Received, Failure>) {
    reporter.finish(move |commands, entity| match end {
        Ok(Received { status, body }) => commands.trigger(Uploaded { entity, status, body }),
        Err(Failure { error, status }) => commands.trigger(UploadFailed { entity, error, status }),
    });
}
