//! The system or the browser: command line, folders, date, files.

#[cfg(not(target_family = "wasm"))]
mod native;
#[cfg(target_family = "wasm")]
mod web;

#[cfg(not(target_family = "wasm"))]
pub use native::{
    HAS_FILE_DIALOG, HAS_TONES, SAVE_LABEL, arguments, beep, can_share, file, languages, now,
    pictures_folder, share, write,
};
#[cfg(target_family = "wasm")]
pub use web::{
    HAS_FILE_DIALOG, HAS_TONES, SAVE_LABEL, arguments, beep, can_share, file, languages, now,
    pictures_folder, share, write,
};
