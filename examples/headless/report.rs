//! Settings and figures of a run, as JSON.

use std::{fs, path::Path, time::Duration};

use bevy::reflect::enums::Enum;
use bevy_viewfinder::prelude::*;
use serde::Serialize;

/// The file's contents. Times are in seconds, or in milliseconds where the name ends in `_ms`.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Report<'a> {
    settings: Option<Settings<'a>>,
    seconds: f64,
    total_frames: u64,
    delivered_frames: u64,
    discarded_frames: u64,
    broken_frames: u64,
    lost_frames: u64,
    frame_rate: f64,
    frame_age_ms: f64,
    decode_ms: f64,
    upload_ms: f64,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Settings<'a> {
    device_id: &'a str,
    label: &'a str,
    width: u32,
    height: u32,
    frame_rate: f64,
    format: &'a str,
}

/// Writes them to a file.
///
/// # Errors
/// [`MediaError::cannot_write`].
pub fn write(
    path: &Path,
    settings: Option<&VideoSettings>,
    statistics: &TrackStatistics,
    ran: Duration,
) -> Result<(), MediaError> {
    let milliseconds = |time: Duration| rounded(time.as_secs_f64() * 1e3);
    let report = Report {
        settings: settings.map(|settings| Settings {
            device_id: &settings.device_id.0,
            label: &settings.label,
            width: settings.size.x,
            height: settings.size.y,
            frame_rate: settings.frame_rate,
            format: settings.native.format.variant_name(),
        }),
        seconds: rounded(ran.as_secs_f64()),
        total_frames: statistics.total_frames,
        delivered_frames: statistics.delivered_frames,
        discarded_frames: statistics.discarded_frames,
        broken_frames: statistics.broken_frames,
        lost_frames: statistics.lost_frames,
        frame_rate: rounded(statistics.frame_rate),
        frame_age_ms: milliseconds(statistics.frame_age),
        decode_ms: milliseconds(statistics.decode_time),
        upload_ms: milliseconds(statistics.upload_time),
    };
    let text = serde_json::to_string_pretty(&report)
        .map_err(|error| MediaError::unknown(format!("the figures can't be written as JSON: {error}")))?;
    fs::write(path, text + "\n").map_err(|error| MediaError::cannot_write(path, &error))
}

/// To three decimals.
fn rounded(number: f64) -> f64 {
    (number * 1e3).round() / 1e3
}
