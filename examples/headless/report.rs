//! Settings and figures of a run, as JSON.

use std::{fs, io, path::Path, time::Duration};

use bevy_viewfinder::prelude::*;

/// Writes them to a file.
pub fn write(
    path: &Path,
    settings: Option<&VideoSettings>,
    statistics: &TrackStatistics,
    ran: Duration,
) -> io::Result<()> {
    let settings = settings.map_or_else(
        || "null".to_owned(),
        |settings| {
            format!(
                r#"{{ "deviceId": {:?}, "label": {:?}, "width": {}, "height": {}, "frameRate": {}, "format": "{:?}" }}"#,
                settings.device_id.0,
                settings.label,
                settings.size.x,
                settings.size.y,
                settings.frame_rate,
                settings.native.format
            )
        },
    );
    let milliseconds = |time: Duration| time.as_secs_f64() * 1e3;
    fs::write(
        path,
        format!(
            r#"{{
  "settings": {settings},
  "seconds": {:.3},
  "totalFrames": {},
  "deliveredFrames": {},
  "discardedFrames": {},
  "brokenFrames": {},
  "lostFrames": {},
  "frameRate": {:.3},
  "frameAgeMs": {:.3},
  "decodeMs": {:.3},
  "uploadMs": {:.3}
}}
"#,
            ran.as_secs_f64(),
            statistics.total_frames,
            statistics.delivered_frames,
            statistics.discarded_frames,
            statistics.broken_frames,
            statistics.lost_frames,
            statistics.frame_rate,
            milliseconds(statistics.frame_age),
            milliseconds(statistics.decode_time),
            milliseconds(statistics.upload_time),
        ),
    )
}
