//! Sends by [`fetch`](https://fetch.spec.whatwg.org), which refuses redirects.

use std::time::Duration;

use js_sys::{Promise, Uint8Array};
use wasm_bindgen::{JsCast, JsValue};
use wasm_bindgen_futures::JsFuture;
use web_sys::{AbortController, Headers, RequestInit, RequestRedirect, Response};

use super::{
    error::{disconnected, invalid},
    watchdog::Watchdog,
};
use crate::{
    photo::upload::{
        failure::{Failure, stalled},
        job::{Job, Received},
    },
    web::{call, get, page, string},
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
    let mut bytes = Vec::new();
    // An answer such as 204 has no body.
    if let Some(reader) = call(&get(&response, "body"), "getReader") {
        loop {
            watchdog.reset(to.stall_limit);
            let Some(read) = call(&reader, "read") else { break };
            let read = JsFuture::from(Promise::resolve(&read)).await.map_err(failed)?;
            let Ok(chunk) = get(&read, "value").dyn_into::<Uint8Array>() else { break };
            let room = to.response_limit - bytes.len();
            if chunk.length() as usize > room {
                // The browser closes the connection.
                let _ = call(&reader, "cancel");
                return Err(Failure::too_long(&to.url, status, to.response_limit));
            }
            bytes.extend(chunk.to_vec());
        }
    }
    Ok(Received { status, body: bytes })
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
