//! Sends by [`XMLHttpRequest`](https://xhr.spec.whatwg.org), which reports the progress.

use std::{cell::Cell, rc::Rc};

use js_sys::{ArrayBuffer, Function, Promise, Uint8Array};
use wasm_bindgen::{JsCast, JsValue};
use wasm_bindgen_futures::JsFuture;
use web_sys::{Event, XmlHttpRequest, XmlHttpRequestResponseType};

use super::error::{disconnected, invalid};
use crate::{
    error::MediaError,
    photo::{
        deliver::Reporter,
        upload::{
            failure::{Failure, stalled},
            job::{Job, Received, report_progress},
        },
    },
    web::{Listener, Watchdog, get, number},
};

pub(super) async fn send(job: &Job, body: &JsValue, reporter: &Reporter) -> Result<Received, Failure> {
    let to = &job.to;
    let request = open(job).map_err(|thrown| invalid(&thrown))?;
    let upload = request.upload().map_err(|thrown| invalid(&thrown))?;
    let watchdog = {
        let request = request.clone();
        Rc::new(Watchdog::new(move || _ = request.abort())?)
    };
    let is_too_long = Rc::new(Cell::new(false));

    let _sent = Listener::new(&upload, "progress", {
        let (request, watchdog, reporter) = (request.clone(), watchdog.clone(), reporter.clone());
        let limit = to.stall_limit;
        move |event: Event| {
            watchdog.reset(limit);
            let bytes = |name| number(&event, name).unwrap_or_default() as u64;
            report_progress(&reporter, bytes("loaded"), bytes("total"));
            if !reporter.is_wanted() {
                let _ = request.abort();
            }
        }
    });
    let _received = Listener::new(&request, "progress", {
        let (request, watchdog, is_too_long) = (request.clone(), watchdog.clone(), is_too_long.clone());
        let (limit, length_limit) = (to.stall_limit, to.response_limit as f64);
        move |event: Event| {
            watchdog.reset(limit);
            if number(&event, "loaded").is_some_and(|bytes| bytes > length_limit) {
                is_too_long.set(true);
                let _ = request.abort();
            }
        }
    });
    let mut _ended = None;
    let end = Promise::new(&mut |resolve, _| {
        _ended = Some(Listener::new(&request, "loadend", move |_| _ = resolve.call0(&JsValue::NULL)));
    });

    watchdog.reset(to.stall_limit);
    // A form or a blob: both are bodies.
    let started = get(&request, "send").dyn_into::<Function>().and_then(|send| send.call1(&request, body));
    started.map_err(|thrown| invalid(&thrown))?;
    // It never fails.
    let _ = JsFuture::from(end).await;

    // Zero without an answer, and after an abort.
    let status = request.status().unwrap_or_default();
    if is_too_long.get() {
        Err(Failure::too_long(&to.url, status, to.response_limit))
    } else if watchdog.has_barked() {
        Err(stalled(&to.url, to.stall_limit).into())
    } else if !reporter.is_wanted() {
        Err(MediaError::abort("the upload was canceled").into())
    } else if status == 0 {
        Err(disconnected(&to.url).into())
    } else {
        let answer = request.response().unwrap_or(JsValue::NULL).dyn_into::<ArrayBuffer>();
        let body = answer.map(|answer| Uint8Array::new(&answer).to_vec()).unwrap_or_default();
        Ok(Received { status, body })
    }
}

fn open(job: &Job) -> Result<XmlHttpRequest, JsValue> {
    let request = XmlHttpRequest::new()?;
    request.open(job.to.method, &job.to.url)?;
    request.set_response_type(XmlHttpRequestResponseType::Arraybuffer);
    for (name, value) in &job.to.headers {
        request.set_request_header(name, value)?;
    }
    Ok(request)
}
