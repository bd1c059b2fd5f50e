//! Measures a mode: opens it, and reads its frames for a short time.

use std::time::Duration;

use bevy::platform::time::Instant;
use bevy_viewfinder::{
    device::{DeviceId, NativeMode},
    error::MediaError,
    frame::{Frame, FramePool, MjpegDecoder},
    source::{Source, StreamEvent},
};

use crate::judge::{Measurement, Sample};

/// The time of a device's start, in which its frames may be irregular.
const START: Duration = Duration::from_millis(300);

/// The least time that frames are measured.
const MEASURED: Duration = Duration::from_secs(1);

/// The number of intervals that frames are measured, and the longest time for it.
const INTERVALS: (f64, Duration) = (10.0, Duration::from_secs(5));

/// The longest time without a frame, at least, and in intervals. (Tests have devices that start at once.)
const SILENCE: (Duration, f64) = (Duration::from_secs(if cfg!(test) { 2 } else { 5 }), 5.0);

/// The wait for one frame, after which the clock is read.
const WAIT: Duration = Duration::from_millis(50);

/// The longest time that opening and closing may take, together.
const OPEN_AND_CLOSE: Duration = Duration::from_secs(if cfg!(test) { 4 } else { 20 });

/// The time in which frames of a mode are measured.
fn measured(frame_rate: f64) -> Duration {
    intervals(INTERVALS.0, frame_rate).clamp(MEASURED, INTERVALS.1)
}

/// The time without a frame after which a device is silent.
fn silence(frame_rate: f64) -> Duration {
    intervals(SILENCE.1, frame_rate).clamp(SILENCE.0, Duration::from_secs(30))
}

/// This many intervals of a rate. A rate that is none has none.
fn intervals(count: f64, frame_rate: f64) -> Duration {
    Duration::try_from_secs_f64(count / frame_rate).unwrap_or_default()
}

/// The longest time that [`measure`] takes, unless the driver hangs.
pub fn limit(mode: &NativeMode) -> Duration {
    OPEN_AND_CLOSE + 2 * silence(mode.frame_rate) + START + measured(mode.frame_rate)
}

/// Opens a mode, and reads its frames.
///
/// # Errors
/// Those of [`Source::open`].
pub fn measure(source: &dyn Source, device: &DeviceId, mode: &NativeMode) -> Result<Measurement, MediaError> {
    let start = Instant::now();
    let mut stream = source.open(device, mode, &FramePool::default())?;
    let opened = stream.mode();
    let mut measurement = Measurement {
        opened,
        opening: start.elapsed().as_secs_f64(),
        first_frame: None,
        samples: Vec::new(),
        good: 0,
        corrupt: (0, None),
        foreign: None,
        is_one_color: false,
        is_muted: false,
        end: None,
    };
    let silence = silence(opened.frame_rate);
    let mut first: Option<Instant> = None;
    let mut newest = Instant::now();
    let mut last = None;
    // A device that sends nothing but broken frames isn't silent, and ends at the limit.
    while !is_measured(&measurement, opened.frame_rate) && start.elapsed() < limit(mode) - OPEN_AND_CLOSE {
        if newest.elapsed() > silence {
            measurement.end = Some(format!("no frame for {} s", silence.as_secs()));
            break;
        }
        match stream.next(WAIT) {
            Ok(StreamEvent::Frame(frame)) => {
                let now = Instant::now();
                newest = now;
                if let Err(error) = frame.validate() {
                    add_corrupt(&mut measurement, &error);
                    continue;
                }
                measurement.good += 1;
                let since_start = |time: Instant| (time - start).as_secs_f64();
                measurement.first_frame.get_or_insert(since_start(now));
                if now - *first.get_or_insert(now) >= START {
                    measurement.samples.push(Sample {
                        sequence: frame.sequence,
                        captured: seconds(start, frame.captured),
                        arrived: since_start(now),
                    });
                }
                last = Some(frame);
            }
            Ok(StreamEvent::Corrupt(error)) => {
                newest = Instant::now();
                add_corrupt(&mut measurement, &error);
            }
            Ok(StreamEvent::Muted(is_muted)) => measurement.is_muted = is_muted,
            Ok(StreamEvent::Ended) => {
                measurement.end = Some("the device ended its stream".into());
                break;
            }
            Ok(_) => {}
            Err(error) => {
                measurement.end = Some(error.to_string());
                break;
            }
        }
    }
    drop(stream);
    if let Some(frame) = last {
        look(&mut measurement, frame);
    }
    Ok(measurement)
}

/// Whether the frames suffice.
fn is_measured(measurement: &Measurement, frame_rate: f64) -> bool {
    let (Some(first), Some(last)) = (measurement.samples.first(), measurement.samples.last()) else {
        return false;
    };
    measurement.samples.len() > 2 && last.arrived - first.arrived >= measured(frame_rate).as_secs_f64()
}

fn add_corrupt(measurement: &mut Measurement, error: &MediaError) {
    measurement.corrupt.0 += 1;
    measurement.corrupt.1 = Some(error.to_string());
}

/// The seconds from one time to another, negative if that is before.
fn seconds(from: Instant, to: Instant) -> f64 {
    match to.checked_duration_since(from) {
        Some(after) => after.as_secs_f64(),
        None => -(from - to).as_secs_f64(),
    }
}

/// Looks at the last frame: its size, its format, and whether it has more than one color.
fn look(measurement: &mut Measurement, frame: Frame) {
    let Measurement { opened, foreign, .. } = measurement;
    if (frame.size, frame.format) != (opened.size, opened.format) {
        let size = frame.size;
        *foreign = Some(format!("a frame is {}x{}, {:?}", size.x, size.y, frame.format));
        return;
    }
    match MjpegDecoder::default().decode(frame) {
        Ok(frame) if frame.size != opened.size => {
            *foreign = Some(format!("the JPEG in a frame is {}x{}", frame.size.x, frame.size.y));
        }
        Ok(frame) => measurement.is_one_color = is_one_color(frame.plane(0)),
        Err(error) => *foreign = Some(format!("a frame can't be decoded: {error}")),
    }
}

/// Whether all pixels of a plane have one color, as those of a covered lens without noise.
fn is_one_color(plane: &[u8]) -> bool {
    // The pixels of all formats repeat within twelve bytes.
    plane.get(12..).is_some_and(|rest| rest.iter().zip(plane).all(|(byte, before)| byte == before))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn times_follow_the_rate_within_bounds() {
        assert_eq!(measured(30.0), MEASURED);
        assert_eq!(measured(5.0), Duration::from_secs(2));
        assert_eq!(silence(30.0), SILENCE.0);
        assert_eq!(silence(0.5), Duration::from_secs(10));
        // A rate that is none.
        for rate in [0.0, -1.0, f64::NAN, f64::INFINITY, 1e-300] {
            assert!(measured(rate) <= INTERVALS.1 && silence(rate) <= Duration::from_secs(30), "{rate}");
        }
    }

    #[test]
    fn times_before_the_opening_are_negative() {
        let start = Instant::now();
        let later = start + Duration::from_secs(2);
        assert_eq!((seconds(start, later), seconds(later, start)), (2.0, -2.0));
    }

    #[test]
    fn an_image_of_one_color_is_recognized() {
        assert!(is_one_color(&[7; 48]));
        assert!(is_one_color(&[16, 120, 16, 130].repeat(12)) && is_one_color(&[1, 2, 3].repeat(16)));
        let mut plane = [7; 48];
        plane[30] = 8;
        assert!(!is_one_color(&plane));
        assert!(!is_one_color(&[]), "too small to say");
    }
}
