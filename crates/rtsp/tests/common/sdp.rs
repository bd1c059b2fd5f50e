//! Descriptions of streams.

use base64::{Engine, engine::general_purpose::STANDARD};

use super::clip::unit;

/// The description of the clip: with its parameter sets, or without them.
pub fn h264(has_parameters: bool) -> String {
    let sets = format!("{},{}", STANDARD.encode(unit(7)), STANDARD.encode(unit(8)));
    let sets = if has_parameters { format!(";sprop-parameter-sets={sets}") } else { String::new() };
    of(&format!(
        "m=video 0 RTP/AVP 96\r\na=rtpmap:96 H264/90000\r\na=framerate:25\r\na=fmtp:96 packetization-mode=1{sets}\r\n\
         a=control:track1\r\n"
    ))
}

pub fn jpeg() -> String {
    of("m=video 0 RTP/AVP 26\r\na=control:track1\r\n")
}

/// A description with these media.
pub fn of(media: &str) -> String {
    format!(
        "v=0\r\no=- 1 1 IN IP4 127.0.0.1\r\ns=Camera\r\nc=IN IP4 0.0.0.0\r\nt=0 0\r\na=control:*\r\n{media}"
    )
}
