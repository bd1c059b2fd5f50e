//! The models of this crate beside the page.

use std::{
    path::Path,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
    time::Duration,
};

use bevy::{platform::collections::HashMap, prelude::*};
use wasm_bindgen::{JsCast, JsValue};
use wasm_bindgen_futures::{JsFuture, spawn_local};
use web_sys::{AbortController, RequestInit, Response};

use super::{Found, ModelKind, ModelSource, download::ModelDownload};
use crate::{
    error::{ErrorName, MediaError},
    web::{Watchdog, media_error, page, read_body, set},
};

/// The folder of the models among the app's assets.
const FOLDER: &str = "models";

/// The longest time without progress.
const STALL_LIMIT: Duration = Duration::from_secs(15);

/// The modes of the [cache](https://fetch.spec.whatwg.org/#requestcache) of a file's first and second request: the
/// browser may have kept the file of an older version.
const CACHE_MODES: [&str; 2] = ["default", "reload"];

/// The models of this crate, from the first time that one is needed.
#[derive(Resource, Debug)]
pub(super) struct OwnModels {
    /// The path of the app's assets, relative to the page.
    assets: String,
    files: HashMap<ModelKind, Arc<Mutex<File>>>,
}

#[derive(Debug)]
enum File {
    /// So many bytes have come.
    Coming(u64),
    There(Arc<[u8]>),
    Failed(MediaError),
}

fn lock(file: &Mutex<File>) -> MutexGuard<'_, File> {
    file.lock().unwrap_or_else(PoisonError::into_inner)
}

impl OwnModels {
    pub fn new(app: &App) -> Self {
        let plugins = app.get_added_plugins::<AssetPlugin>();
        let path = plugins.first().map(|plugin| plugin.file_path.clone());
        let assets = path.unwrap_or_else(|| AssetPlugin::default().file_path);
        Self { assets, files: HashMap::default() }
    }

    /// A model. It is fetched when it is needed for the first time, and after a failure.
    ///
    /// # Errors
    /// Those of [`fetch`].
    pub fn find(&mut self, kind: ModelKind) -> Result<Found, MediaError> {
        let total = kind.file_length() as u64;
        let path = Path::new(&self.assets).join(FOLDER).join(kind.file_name());
        let file = self.files.entry(kind).or_insert_with(|| begin(kind, path.display().to_string()));
        match &*lock(file) {
            File::Coming(received) => Ok(Found::Coming(ModelDownload { received: *received, total })),
            File::There(bytes) => Ok(Found::There(ModelSource { kind, bytes: Some(bytes.clone()) })),
            File::Failed(error) => Err(error.clone()),
        }
    }

    /// Forgets failures, so that the file is fetched again when it is needed again.
    pub fn forget_failures(&mut self) {
        self.files.retain(|_, file| !matches!(*lock(file), File::Failed(_)));
    }
}

/// Begins to fetch a file.
fn begin(kind: ModelKind, url: String) -> Arc<Mutex<File>> {
    let file = Arc::new(Mutex::new(File::Coming(0)));
    let shared = file.clone();
    spawn_local(async move {
        let fetched = fetch_intact(kind, &url, &shared).await;
        *lock(&shared) = fetched.map_or_else(File::Failed, File::There);
    });
    file
}

/// The file of a model.
///
/// # Errors
/// Those of [`fetch`], and `Data` if it isn't the file of this crate.
async fn fetch_intact(kind: ModelKind, url: &str, file: &Mutex<File>) -> Result<Arc<[u8]>, MediaError> {
    for cache in CACHE_MODES {
        let progress = |received: usize| *lock(file) = File::Coming(received as u64);
        let bytes = fetch(url, cache, kind.file_length(), progress).await?;
        if let Some(bytes) = bytes.filter(|bytes| kind.is_intact(bytes)) {
            return Ok(bytes.into());
        }
    }
    Err(MediaError::data(format!(
        "the model for {kind} at {url} isn't the file {} of this version of viewfinder-people; copy that crate's folder \
         models to the app's assets again",
        kind.file_name()
    )))
}

/// A file of at most this many bytes. `None` if it is longer.
///
/// # Errors
/// `NotFound` if the server has no such file. `Operation` if it can't be reached, answers with another status, breaks
/// off or stalls. `NotSupported` without a page.
async fn fetch(
    url: &str,
    cache: &str,
    limit: usize,
    progress: impl Fn(usize),
) -> Result<Option<Vec<u8>>, MediaError> {
    let (window, _) = page()?;
    let refused =
        |thrown: JsValue| media_error(&thrown, &format!("the browser doesn't fetch the model at {url}"));
    let controller = AbortController::new().map_err(refused)?;
    let init = RequestInit::new();
    init.set_signal(Some(&controller.signal()));
    set(&init, "cache", &cache.into());
    let watchdog = Watchdog::new(move || controller.abort())?;
    watchdog.reset(STALL_LIMIT);
    // The browser doesn't tell pages why a connection failed.
    let failed = |_| {
        MediaError::operation(if watchdog.has_barked() {
            format!(
                "the model at {url} made no progress for {} s; check the network, and try again",
                STALL_LIMIT.as_secs()
            )
        } else {
            format!(
                "the connection to the model at {url} failed or broke off; check the network, and try again"
            )
        })
    };
    let response = JsFuture::from(window.fetch_with_str_and_init(url, &init)).await.map_err(failed)?;
    let response: Response = response.unchecked_into();
    let status = response.status();
    if !(200..=299).contains(&status) {
        return Err(refusal(url, status));
    }
    let read = read_body(&response, limit, |received| {
        watchdog.reset(STALL_LIMIT);
        progress(received);
    });
    read.await.map_err(failed)
}

/// The error of a server that doesn't send a file.
fn refusal(url: &str, status: u16) -> MediaError {
    let (name, advice) = match status {
        // Some servers have no 404.
        403 | 404 | 410 => {
            (ErrorName::NotFound, "copy the folder models of the crate viewfinder-people to the app's assets")
        }
        _ => (ErrorName::Operation, "try again later, or look into the server's log"),
    };
    MediaError::new(name, format!("the server has no model at {url}, it answered {status}; {advice}"))
}
