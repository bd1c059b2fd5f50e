//! Sends by [`fetch`](https://fetch.spec.whatwg.org), which refuses redirects.

use std::time::Duration;

use wasm_bindgen::{JsCast, JsValue};
use wasm_bindgen_futures::JsFuture;
use web_sys::{AbortController, Headers, RequestInit, RequestRedirect, Response};

use super::error::{disconnected, invalid};
use crate::{
    photo::upload::{
        failure::{Failure, stalled},
        job::{Job, Received},
    },
    web::{Watchdog, page, read_body, string},
};

/// The slowest connection on which a body isn't taken for stalled, in bytes per second.
const SLOWEST: u64 = 16_000;

pub(super) async fn send(job: &Job, body: &JsValue, len: u64) -> Result<Received, Failure> {
    let to = &job.to;
    let (window, _) = page()?;
    let controller = AbortController::new().map_err(|thrown| invalid(&thrown))?;
    let init = init(job, body, &controller).map_err(|thrown| invalid(&thrown))?;
    let watchdog = Watchdog::new(move || controller.abort())?;
    watchdog.reset(to.stall_limit.saturating_add(Duration::from_secs(len / SLOWEST)));
    let failed =
        |_| if watchdog.has_barked() { stalled(&to.url, to.stall_limit) } else { disconnected(&to.url) };
    let response = JsFuture::from(window.fetch_with_str_and_init(&to.url, &init)).await.map_err(failed)?;
    let response: Response = response.unchecked_into();
    if string(&response, "type").is_some_and(|kind| kind == "opaqueredirect") {
        return Err(Failure::redirected(&to.url, None, None));
    }
    let status = response.status();
    let failed = |thrown| Failure { error: failed(thrown), status: Some(status) };
    let read = read_body(&response, to.response_limit, |_| watchdog.reset(to.stall_limit));
    let body = read.await.map_err(failed)?;
    let body = body.ok_or_else(|| Failure::too_long(&to.url, status, to.response_limit))?;
    Ok(Received { status, body })
}

fn init(job: &Job, body: &JsValue, controller: &AbortController) -> Result<RequestInit, JsValue> {
    let headers = Headers::new()?;
    for (name, value) in &job.to.headers {
        headers.append(name, value)?;
    }
    let init = RequestInit::new();
    init.set_method(job.to.method);
    init.set_headers(&headers);
    init.set_body(body);
    // Unlike `error`, it tells redirects from other failures.
    init.set_redirect(RequestRedirect::Manual);
    init.set_signal(Some(&controller.signal()));
    Ok(init)
}
