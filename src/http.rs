//! The parts of HTTP that uploads and network cameras share: URLs, and natively the client.

#[cfg(not(target_family = "wasm"))]
mod client;
// Uploads use a part of it.
#[cfg_attr(any(target_family = "wasm", not(feature = "http-camera")), allow(dead_code))]
mod url;

#[cfg(not(target_family = "wasm"))]
pub(crate) use client::client_config;
pub(crate) use url::Url;
