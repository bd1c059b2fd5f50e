//! Uploads by the browser.
//!
//! `fetch` can refuse redirects, but doesn't report how much of a body was sent. `XMLHttpRequest` reports that, but
//! follows redirects. So the app's choice about redirects decides which of them sends.

mod error;
mod fetch;
mod xhr;

use wasm_bindgen::JsValue;
use wasm_bindgen_futures::spawn_local;
use web_sys::{Blob, FormData};

use error::invalid;

use super::{
    failure::Failure,
    job::{self, Content, Job, Received, report_progress},
};
use crate::{error::MediaError, photo::deliver::Reporter, web::blob};

/// Starts an upload.
pub(super) fn send(job: Job, reporter: Reporter) {
    spawn_local(async move {
        if reporter.is_wanted() {
            let end = transfer(&job, &reporter).await;
            job::finish(reporter, end);
        }
    });
}

async fn transfer(job: &Job, reporter: &Reporter) -> Result<Received, Failure> {
    let file = file(job)?;
    // The browser writes the form around the file, which is small.
    let len = file.size() as u64;
    let body = body(job, &file)?;
    report_progress(reporter, 0, len);
    let received = if job.to.redirects {
        xhr::send(job, &body, reporter).await?
    } else {
        fetch::send(job, &body, len).await?
    };
    if !(200..=299).contains(&received.status) {
        return Err(Failure::status(&job.to.url, received.status, "", &received.body));
    }
    report_progress(reporter, len, len);
    Ok(received)
}

fn file(job: &Job) -> Result<Blob, MediaError> {
    let encoded;
    let bytes: &[u8] = match &job.content {
        Content::Photo(photo, format) => {
            encoded = photo.encode(*format)?;
            &encoded
        }
        Content::Bytes(bytes) => bytes,
        Content::File(path) => {
            return Err(MediaError::not_supported(format!(
                "{} can't be uploaded, because pages can't read files by their paths; use UploadFile::bytes",
                path.display()
            )));
        }
    };
    blob(bytes, &job.media_type).map_err(|thrown| invalid(&thrown))
}

/// A form, or the file alone. The browser adds the header `Content-Type`.
fn body(job: &Job, file: &Blob) -> Result<JsValue, MediaError> {
    let Some(fields) = &job.to.form else { return Ok(file.into()) };
    let fill = || {
        let form = FormData::new()?;
        for (name, text) in &fields.texts {
            form.append_with_str(name, text)?;
        }
        form.append_with_blob_and_filename(&fields.field, file, &job.name)?;
        Ok(form.into())
    };
    fill().map_err(|thrown: JsValue| invalid(&thrown))
}
