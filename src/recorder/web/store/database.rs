//! The database, and its transactions.

use js_sys::{Array, Object, Promise};
use wasm_bindgen::{JsCast, JsValue, prelude::wasm_bindgen};
use wasm_bindgen_futures::JsFuture;
use web_sys::{EventTarget, IdbFactory, IdbKeyRange, IdbObjectStore, IdbRequest, IdbTransaction};

use crate::{
    error::MediaError,
    recorder::recovery::rules::{Attempt, explain},
    web::{Listener, call, get, page, quoted, set, string},
};

const NAME: &str = "bevy_viewfinder recordings";

/// The version of the object stores.
const VERSION: u32 = 1;

/// The object store of descriptions, by the ids of recordings.
pub(super) const RECORDINGS: &str = "recordings";

/// The object store of data, by the ids of recordings and the numbers of their pieces.
pub(super) const PIECES: &str = "pieces";

/// An open database. Dropping it closes it.
#[derive(Debug)]
pub(super) struct Database {
    connection: Connection,
    _listener: Listener,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Mode {
    ReadOnly,
    ReadWrite,
}

#[wasm_bindgen]
extern "C" {
    /// The part of [`IDBDatabase`](https://www.w3.org/TR/IndexedDB/#database-interface) that is used. `web-sys` has the
    /// options of transactions only as unstable.
    #[wasm_bindgen(extends = EventTarget)]
    #[derive(Debug, Clone)]
    type Connection;

    #[wasm_bindgen(method, catch, js_name = createObjectStore)]
    fn create_object_store(this: &Connection, name: &str) -> Result<IdbObjectStore, JsValue>;

    #[wasm_bindgen(method, catch)]
    fn transaction(
        this: &Connection,
        stores: &Array,
        mode: &str,
        options: &Object,
    ) -> Result<IdbTransaction, JsValue>;

    #[wasm_bindgen(method)]
    fn close(this: &Connection);
}

impl Database {
    /// Opens the database, and creates it if there is none.
    ///
    /// # Errors
    /// `NotSupported` if the browser stores nothing for this page, and `Operation` if its storage fails.
    pub async fn open() -> Result<Self, MediaError> {
        let (window, _) = page()?;
        let failed = |thrown: JsValue| failure(&thrown, Attempt::Open);
        let factory: IdbFactory = get(&window, "indexedDB").dyn_into().map_err(|_| {
            MediaError::not_supported(
                "the browser stores nothing for this page; allow site data, or leave the private window",
            )
        })?;
        let request = factory.open_with_u32(NAME, VERSION).map_err(failed)?;
        let upgraded = request.clone();
        let upgrade = Listener::new(&request, "upgradeneeded", move |_| {
            if create_stores(&upgraded).is_err() {
                // The request fails, and the next one tries again.
                call(&get(&upgraded, "transaction"), "abort");
            }
        });
        let opened = finish(&request).await;
        drop(upgrade);
        let connection: Connection = opened.map_err(failed)?.unchecked_into();
        let outdated = connection.clone();
        // Another page deletes the database, or has a newer version of it: it waits for this connection.
        let listener = Listener::new(&connection, "versionchange", move |_| outdated.close());
        Ok(Self { connection, _listener: listener })
    }

    /// Carries out a transaction, and waits until its changes are on the disk. The results of its requests are there
    /// then.
    ///
    /// # Errors
    /// The exception of a request or of the transaction. Then nothing has changed.
    pub async fn transact<T>(
        &self,
        mode: Mode,
        request: impl FnOnce(&IdbTransaction) -> Result<T, JsValue>,
    ) -> Result<T, JsValue> {
        let stores = Array::of2(&RECORDINGS.into(), &PIECES.into());
        let mode = match mode {
            Mode::ReadOnly => "readonly",
            Mode::ReadWrite => "readwrite",
        };
        let options = Object::new();
        // Browsers that don't know it ignore it.
        set(&options, "durability", &"strict".into());
        let transaction = self.connection.transaction(&stores, mode, &options)?;
        let done = Promise::new(&mut |resolve, reject| {
            transaction.set_oncomplete(Some(&resolve));
            transaction.set_onabort(Some(&reject));
        });
        let requested = request(&transaction);
        if requested.is_err() {
            let _ = transaction.abort();
        }
        let done = JsFuture::from(done).await;
        let requested = requested?;
        match done {
            Ok(_) => Ok(requested),
            Err(_) => Err(get(&transaction, "error")),
        }
    }
}

impl Drop for Database {
    fn drop(&mut self) {
        self.connection.close();
    }
}

fn create_stores(request: &IdbRequest) -> Result<(), JsValue> {
    let connection: Connection = request.result()?.unchecked_into();
    for name in [RECORDINGS, PIECES] {
        connection.create_object_store(name)?;
    }
    Ok(())
}

/// The result of a request.
async fn finish(request: &IdbRequest) -> Result<JsValue, JsValue> {
    let done = Promise::new(&mut |resolve, reject| {
        request.set_onsuccess(Some(&resolve));
        request.set_onerror(Some(&reject));
    });
    match JsFuture::from(done).await {
        Ok(_) => request.result(),
        Err(_) => Err(get(request, "error")),
    }
}

/// The key of a piece of a recording.
pub(super) fn piece(id: &str, index: u32) -> JsValue {
    Array::of2(&id.into(), &index.into()).into()
}

/// The keys of all pieces of a recording.
pub(super) fn all_pieces(id: &str) -> Result<IdbKeyRange, JsValue> {
    // An array is greater than any number, and a longer key greater than its start.
    let id = JsValue::from(id);
    IdbKeyRange::bound(&Array::of1(&id), &Array::of2(&id, &Array::new()))
}

/// The error of an attempt.
pub(super) fn failure(thrown: &JsValue, attempt: Attempt) -> MediaError {
    let (name, next) = explain(&string(thrown, "name").unwrap_or_default(), attempt);
    let failed = match attempt {
        Attempt::Open => "the browser can't open its storage of recordings",
        Attempt::Read => "the browser can't read stored recordings",
        Attempt::Write => "the browser can't store the recording",
    };
    let text = string(thrown, "message").unwrap_or_default();
    MediaError::new(name, format!("{failed}: {next}{}", quoted(&text)))
}
