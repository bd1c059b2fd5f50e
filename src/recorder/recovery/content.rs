//! The bytes of recordings that earlier pages left.

#[cfg(not(target_family = "wasm"))]
mod native;
#[cfg(target_family = "wasm")]
mod web;

#[cfg(not(target_family = "wasm"))]
pub(super) use native::Content;
#[cfg(target_family = "wasm")]
pub(super) use web::Content;
