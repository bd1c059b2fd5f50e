//! Files of ffmpeg, compared with ffmpeg's own reading, and damaged ones.

#[cfg_attr(not(all(feature = "h264", feature = "vpx")), allow(dead_code, reason = "other builds play less"))]
mod ffmpeg;
mod hostile;
#[cfg(all(feature = "h264", feature = "vpx"))]
mod playing;
