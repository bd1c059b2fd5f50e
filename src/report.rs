//! What a capture reports and counts. Sources, capture, the renderer and tracks all use it.

use std::{
    sync::atomic::{AtomicU64, Ordering::Relaxed},
    time::Duration,
};

use bevy::{math::UVec2, reflect::Reflect};

use crate::{
    constraint::{VideoCapabilities, VideoConstraints, VideoSettings},
    error::MediaError,
};

/// What a capture says of itself.
#[derive(Debug)]
pub(crate) enum Report {
    /// The app is to ask the user before the device is opened.
    Asking,
    /// The device is open and runs with these settings; it could do more.
    Live(Box<(VideoSettings, VideoCapabilities)>),
    /// No device could be had. The last report.
    Failed(MediaError),
    /// The frames have another size from now on.
    Resized(UVec2),
    /// The device runs with other settings from now on.
    Settings(VideoSettings),
    /// These constraints hold from now on.
    Applied(Box<VideoConstraints>),
    /// These constraints can't be met: those before them still hold.
    Refused(Box<(VideoConstraints, MediaError)>),
    /// The source sends no frames for this reason, or sends frames again.
    Muted(Option<MuteReason>),
    /// The silent device was opened again.
    Reopened,
    /// The silent device can't be opened for now. The capture tries again later.
    ReopenFailed(MediaError),
    /// A frame was thrown away because it was broken or too large for the renderer.
    Broken(MediaError),
    /// The source ended: in the ordinary way, or because of this error. The last report.
    Ended(Option<MediaError>),
}

/// The reason for which a live track is muted.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Hash, Reflect)]
#[non_exhaustive]
pub enum MuteReason {
    /// The device, the system or the browser says so: its privacy shutter is closed, the user has paused the camera, or
    /// another program has it for now.
    #[default]
    Source,
    /// The device says that it runs, and has sent no frame for five intervals of its frame rate (at least a second).
    Silence,
}

/// What is counted on the way of a track's frames. Each number is written by one thread.
#[derive(Debug, Default)]
pub(crate) struct Counters {
    /// Frames that the source gave, broken ones too.
    pub captured: AtomicU64,
    /// Frames that the source itself lost: gaps in its count.
    pub lost: AtomicU64,
    /// Frames that were broken.
    pub broken: AtomicU64,
    /// Silences of the device.
    pub silences: AtomicU64,
    /// Reopenings of the silent device that succeeded.
    pub reopened: AtomicU64,
    /// Frames that gave way to a newer one before anybody took them.
    pub discarded: AtomicU64,
    /// Frames that reached the GPU.
    pub delivered: AtomicU64,
    /// Nanoseconds that the last JPEG took to decode.
    pub decode_nanos: AtomicU64,
    /// Nanoseconds that the last upload took on the render thread.
    pub upload_nanos: AtomicU64,
    /// Nanoseconds from the capture of the last delivered frame to its upload.
    pub age_nanos: AtomicU64,
}

/// Adds to a counter.
pub(crate) fn count(counter: &AtomicU64, more: u64) {
    counter.fetch_add(more, Relaxed);
}

/// Sets a counter to a time.
pub(crate) fn clock(counter: &AtomicU64, time: Duration) {
    counter.store(time.as_nanos() as u64, Relaxed);
}
