//! The rooms of the photobooth that need no window: texts, and the work behind a booth in public.
//!
//! A room uses only rooms that come before it: `words`, `kiosk`, `venue`, `gallery`, `pickup`, `print`, `trouble`.

#[cfg(not(target_family = "wasm"))]
pub mod gallery;
pub mod kiosk;
#[cfg(not(target_family = "wasm"))]
pub mod pickup;
#[cfg(all(feature = "print", not(target_family = "wasm")))]
pub mod print;
pub mod trouble;
pub mod venue;
pub mod words;
