//! The browser's page: JavaScript values, event listeners, errors and permissions.

mod blob;
#[cfg(any(feature = "face", feature = "person", feature = "upload"))]
mod body;
mod canvas;
mod error;
mod listener;
mod object;
mod promise;
#[cfg(any(feature = "face", feature = "person", feature = "upload"))]
mod watchdog;

use js_sys::{Array, Object};
use wasm_bindgen::JsCast;
use wasm_bindgen_futures::JsFuture;
use web_sys::{Document, MediaDevices, PermissionState, PermissionStatus, Permissions, Window};

pub(crate) use blob::{blob, download_blob, read_blob, read_blob_start};
#[cfg(any(feature = "face", feature = "person", feature = "upload"))]
pub(crate) use body::read_body;
pub(crate) use canvas::canvas_2d;
pub(crate) use error::{media_error, quoted, read_error};
pub(crate) use listener::Listener;
pub(crate) use object::{call, get, number, set, string};
pub(crate) use promise::ignore_rejection;
#[cfg(any(feature = "face", feature = "person", feature = "upload"))]
pub(crate) use watchdog::Watchdog;

use crate::error::MediaError;

/// The page's window and document.
///
/// # Errors
/// [`ErrorName::NotSupported`](crate::error::ErrorName::NotSupported) in a worker, which has neither.
pub(crate) fn page() -> Result<(Window, Document), MediaError> {
    web_sys::window().and_then(|window| Some((window.clone(), window.document()?))).ok_or_else(|| {
        MediaError::not_supported("there is no page; run the app in a page's main thread, not in a worker")
    })
}

/// Whether the user has just clicked or pressed a key
/// ([`isActive`](https://html.spec.whatwg.org/multipage/interaction.html#dom-useractivation-isactive)). `true` if the
/// browser doesn't report it.
pub(crate) fn user_is_active(window: &Window) -> bool {
    get(&get(&window.navigator(), "userActivation"), "isActive").as_bool().unwrap_or(true)
}

/// Whether the browser reports that it is based on Chromium
/// ([`brands`](https://wicg.github.io/ua-client-hints/#dom-navigatoruadata-brands)).
pub(crate) fn is_chromium() -> bool {
    let Some(window) = web_sys::window() else { return false };
    let brands = get(&get(&window.navigator(), "userAgentData"), "brands");
    let brands: Array = brands.dyn_into().unwrap_or_default();
    (0..brands.length())
        .any(|index| string(&brands.get(index), "brand").is_some_and(|name| name == "Chromium"))
}

/// The page's `MediaDevices`.
///
/// # Errors
/// [`ErrorName::NotSupported`](crate::error::ErrorName::NotSupported) if the page has no access to devices.
pub(crate) fn media_devices() -> Result<MediaDevices, MediaError> {
    let (window, _) = page()?;
    get(&window.navigator(), "mediaDevices").dyn_into().map_err(|_| {
        MediaError::not_supported(if window.is_secure_context() {
            "this browser gives pages no cameras and microphones; use a newer one"
        } else {
            "only secure pages have access to cameras and microphones; serve this page over https or from localhost"
        })
    })
}

/// The page's permission of this
/// [name](https://www.w3.org/TR/permissions/#dom-permissiondescriptor-name), without a prompt. `None` if the browser
/// doesn't report it.
pub(crate) async fn page_permission(name: &str) -> Option<PermissionStatus> {
    let (window, _) = page().ok()?;
    let permissions: Permissions = get(&window.navigator(), "permissions").dyn_into().ok()?;
    let descriptor = Object::new();
    set(&descriptor, "name", &name.into());
    let status = JsFuture::from(permissions.query(&descriptor).ok()?).await.ok()?;
    status.dyn_into().ok()
}

/// Whether the browser reports the permission of this name as granted.
pub(crate) async fn is_granted(name: &str) -> bool {
    page_permission(name).await.is_some_and(|status| status.state() == PermissionState::Granted)
}
