//! The bodies of the fuzz targets.
//!
//! Each is a function that takes any bytes, and panics if the library breaks a promise. `cargo fuzz` calls it, and so
//! do the tests of the library, with the seeds and with mutations of them.

mod avi;
mod bytes;
mod calibration;
mod chunks;
mod constraints;
mod cube;
mod dropped;
mod files;
mod image;
mod jpeg;
mod matroska;
mod mjpeg;
mod mp4;
mod packets;
mod preset;
mod raw;
mod wgsl;
mod y4m;

/// Whether a target accepted an input.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Outcome {
    /// It was read at least up to its first frame, entry or declaration.
    Accepted,
    /// It was refused before that.
    Refused,
}

impl Outcome {
    /// [`Self::Accepted`] if this is true.
    const fn accepted(is_accepted: bool) -> Self {
        if is_accepted { Self::Accepted } else { Self::Refused }
    }
}

/// A target: its name, which is that of the folder of its seeds, and its body.
pub type Target = (&'static str, fn(&[u8]) -> Outcome);

/// All targets of the library.
pub const TARGETS: &[Target] = &[
    ("avi", avi::run),
    ("calibration", calibration::run),
    ("chunks", chunks::run),
    ("constraints", constraints::run),
    ("cube", cube::run),
    ("dropped", dropped::run),
    ("image", image::run),
    ("jpeg", jpeg::run),
    ("matroska", matroska::run),
    ("mjpeg", mjpeg::run),
    ("mp4", mp4::run),
    ("preset", preset::run),
    ("raw", raw::run),
    ("wgsl", wgsl::run),
    ("y4m", y4m::run),
];
