//! Desktops have no common dialog for it.

use crate::{
    error::MediaError,
    photo::{Photo, deliver::Reporter},
};

pub(super) fn share(_: &Photo, name: &str, reporter: Reporter) {
    reporter.fail(MediaError::not_supported(format!(
        "'{name}' can't be shared, because only browsers share; use save_to_disk, or upload"
    )));
}
