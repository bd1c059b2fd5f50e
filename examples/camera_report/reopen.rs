//! Whether closing a device frees it: it is opened again at once.

use std::time::{Duration, Instant};

use bevy_viewfinder::{
    device::{DeviceId, NativeMode},
    error::MediaError,
    frame::FramePool,
    source::{Source, StreamEvent},
};

use crate::judge::Finding;

const CHECK: &str = "opens again";

/// The longest time that a device may take to send a frame.
const FRAME: Duration = Duration::from_secs(if cfg!(test) { 2 } else { 10 });

/// The longest time that all of it takes, unless the driver hangs.
pub const LIMIT: Duration = Duration::from_secs(120);

/// Opens the device as often as this, each time until a frame came.
pub fn reopen(source: &dyn Source, device: &DeviceId, mode: &NativeMode, times: u32) -> Finding {
    let start = Instant::now();
    for time in 1..=times {
        if let Err(error) = open_once(source, device, mode) {
            return Finding::fail(CHECK, format!("the {}: {error}", ordinal(time)));
        }
    }
    let each = start.elapsed() / times.max(1);
    Finding::pass(CHECK, format!("{times} times, {:.2} s each until a frame", each.as_secs_f64()))
}

fn open_once(source: &dyn Source, device: &DeviceId, mode: &NativeMode) -> Result<(), MediaError> {
    let mut stream = source.open(device, mode, &FramePool::default())?;
    let start = Instant::now();
    while start.elapsed() < FRAME {
        match stream.next(Duration::from_millis(50))? {
            StreamEvent::Frame(_) => return Ok(()),
            StreamEvent::Ended => break,
            _ => {}
        }
    }
    Err(MediaError::not_readable(format!("no frame came within {} s", start.elapsed().as_secs())))
}

fn ordinal(number: u32) -> String {
    match number {
        1 => "first time".into(),
        2 => "second time".into(),
        3 => "third time".into(),
        _ => format!("{number}th time"),
    }
}
