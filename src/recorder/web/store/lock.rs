//! Locks that a page holds for as long as it lives.

use js_sys::{Array, Function, Promise};
use wasm_bindgen::{JsCast, JsValue, closure::Closure, prelude::wasm_bindgen};
use wasm_bindgen_futures::JsFuture;

use crate::web::{get, string};

/// The start of the locks' names. The id of a recording follows.
const PREFIX: &str = "bevy_viewfinder recording ";

/// A lock of the page's origin. Dropping it releases it, and so does the end of the page.
#[derive(Debug)]
pub(super) struct Lock {
    release: Function,
}

#[wasm_bindgen]
extern "C" {
    /// The part of [`LockManager`](https://www.w3.org/TR/web-locks/#api-lock-manager) that is used. `web-sys` has it
    /// only as unstable.
    #[derive(Debug)]
    type Locks;

    #[wasm_bindgen(method, catch)]
    fn request(this: &Locks, name: &str, granted: &Function) -> Result<Promise, JsValue>;

    #[wasm_bindgen(method, catch)]
    fn query(this: &Locks) -> Result<Promise, JsValue>;
}

impl Lock {
    /// Acquires the lock of a recording. `None` if the browser has no locks for this page.
    pub async fn acquire(id: &str) -> Option<Self> {
        let locks = locks()?;
        let (held, release) = pending();
        let (granted, grant) = pending();
        // The browser holds the lock until the promise that this returns is resolved.
        let on_granted = Closure::once_into_js(move || {
            let _ = grant.call0(&JsValue::UNDEFINED);
            JsValue::from(held)
        });
        let released = locks.request(&format!("{PREFIX}{id}"), on_granted.unchecked_ref()).ok()?;
        // The request fails where the page may have no locks.
        JsFuture::from(Promise::race(&Array::of2(&granted, &released))).await.ok()?;
        Some(Self { release })
    }
}

impl Drop for Lock {
    fn drop(&mut self) {
        let _ = self.release.call0(&JsValue::UNDEFINED);
    }
}

/// The ids of the recordings whose locks are held. `None` if the browser can't tell.
pub(super) async fn held() -> Option<Vec<String>> {
    let snapshot = JsFuture::from(locks()?.query().ok()?).await.ok()?;
    let held: Array = get(&snapshot, "held").dyn_into().ok()?;
    let id = |lock: JsValue| Some(string(&lock, "name")?.strip_prefix(PREFIX)?.to_owned());
    Some(held.iter().filter_map(id).collect())
}

/// The page's locks. Only secure pages of newer browsers have some.
fn locks() -> Option<Locks> {
    let locks = get(&web_sys::window()?.navigator(), "locks");
    get(&locks, "request").is_function().then(|| locks.unchecked_into())
}

/// A promise, and the function that resolves it.
fn pending() -> (Promise, Function) {
    let mut function = None;
    let promise = Promise::new(&mut |resolve, _| function = Some(resolve));
    (promise, function.unwrap_or_default())
}
