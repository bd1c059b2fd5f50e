//! The bodies of HTTP responses.

use js_sys::{Promise, Uint8Array};
use wasm_bindgen::{JsCast, JsValue};
use wasm_bindgen_futures::JsFuture;
use web_sys::Response;

use super::object::{call, get};

/// The body of a response, of at most this many bytes. `None` if it is longer: the browser then closes the connection.
/// `progress` is called with the number of bytes so far, before each part is awaited.
///
/// # Errors
/// The browser's exception if the connection breaks off.
pub(crate) async fn read_body(
    response: &Response,
    limit: usize,
    mut progress: impl FnMut(usize),
) -> Result<Option<Vec<u8>>, JsValue> {
    let mut bytes = Vec::new();
    // An answer such as 204 has no body.
    let Some(reader) = call(&get(response, "body"), "getReader") else { return Ok(Some(bytes)) };
    loop {
        progress(bytes.len());
        let Some(read) = call(&reader, "read") else { break };
        let read = JsFuture::from(Promise::resolve(&read)).await?;
        let Ok(chunk) = get(&read, "value").dyn_into::<Uint8Array>() else { break };
        if chunk.length() as usize > limit - bytes.len() {
            let _ = call(&reader, "cancel");
            return Ok(None);
        }
        bytes.extend(chunk.to_vec());
    }
    Ok(Some(bytes))
}
