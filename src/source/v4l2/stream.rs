//! A camera that runs: buffers in the kernel's memory go round between it and this thread.
//!
//! `v4l`'s own [`MmapStream`] is used, in an order of calls that goes round its traps:
//! - `next()` gives back the buffer that the call before took, then takes another. After a call that took none (a
//!   time-out, an error) it gives back a buffer that isn't held, for ever. So nothing is taken before `poll` says
//!   that it is there, and after an error a buffer is taken with `dequeue()` first.
//! - It panics when a driver names a buffer that it hasn't given.
//! - It panics while it is dropped where the driver refuses to stop. So it is stopped first, by a call that tells.

use std::{
    io,
    panic::{AssertUnwindSafe, catch_unwind},
    path::PathBuf,
    sync::Arc,
    thread,
    time::Duration,
};

use bevy::{log::warn, math::UVec2, platform::time::Instant};
use rustix::{
    io::Errno,
    time::{ClockId, clock_gettime},
};
use v4l::{
    Format,
    buffer::{Flags, Metadata, Type},
    device::Handle,
    format::FieldOrder,
    io::traits::{CaptureStream, Stream as _},
    prelude::MmapStream,
    video::{Capture, capture::Parameters},
};

use super::{
    control::Controls,
    error::{guarded, is_gone, media_error},
    format::{Layout, color_space, layout},
    mode::{fourccs, interval, rate},
    node::OpenNode,
};
use crate::{
    device::{Control, ControlCapabilities, ControlSettings, ControlValue, NativeMode},
    error::MediaError,
    frame::{ChromaLocation, ColorSpace, Frame, FrameBuffer, FramePool, Plane, Rotation},
    source::{Next, Stream},
};

/// Buffers to ask the driver for. One is read while the others fill.
const BUFFERS: u32 = 4;
/// The most buffers that the kernel gives (`VIDEO_MAX_FRAME`).
const MAX_BUFFERS: usize = 32;
/// `POLLIN` of `poll(2)`.
const POLLIN: i16 = 1;
/// So many failures in a row are more than a hiccup.
const FATAL_FAILURES: u32 = 3;
/// How long to leave a driver alone that said that a frame is there and then had none.
const FALSE_ALARM: Duration = Duration::from_millis(5);
/// A frame that claims to be older has a clock of its own.
const OLDEST_FRAME: Duration = Duration::from_secs(10);

/// A running camera.
pub(super) struct V4l2Stream {
    path: PathBuf,
    /// `None` only while it is dropped.
    stream: Option<MmapStream<'static>>,
    handle: Arc<Handle>,
    /// How many buffers go round.
    buffers: usize,
    /// Whether the buffer that `MmapStream::next` will give back is really out.
    holding: bool,
    /// Failures since the last frame.
    failures: u32,
    sequence: Sequence,
    pool: FramePool,
    picture: Picture,
    frame_rate: f64,
    /// What can be set of it; `None` where its controls can't be had.
    controls: Option<Controls>,
}

/// What is the same for all frames of a stream.
#[derive(Debug, Clone, Copy)]
struct Picture {
    size: UVec2,
    layout: Layout,
    planes: [Plane; 3],
    color: ColorSpace,
    rotation: Rotation,
}

impl V4l2Stream {
    /// Sets the device to a mode, or as near to it as the driver goes, and starts it.
    pub fn start(node: OpenNode, mode: &NativeMode, pool: FramePool) -> Result<Self, MediaError> {
        let failed = |doing, error: io::Error| media_error(doing, &node.path, &error);
        let (format, frame_rate) = set_mode(&node, mode)?;
        let picture = picture(&node, &format)?;
        let mut stream = guarded(|| MmapStream::with_buffers(&node.device, Type::VideoCapture, BUFFERS))
            .map_err(|error| failed("getting buffers of", error))?;
        // Its own wait is behind ours and must never hold.
        stream.set_timeout(Duration::ZERO);
        let mut this = Self {
            handle: stream.handle(),
            path: node.path.clone(),
            stream: None,
            buffers: 1,
            holding: true,
            failures: 0,
            sequence: Sequence::default(),
            pool,
            picture,
            frame_rate,
            controls: node.panel().map(Controls::new),
        };
        // The first buffer stays out: it is what `next` gives back first. The driver says where the others end.
        let mut refused = None;
        while this.buffers < MAX_BUFFERS && refused.is_none() {
            match stream.queue(this.buffers) {
                Ok(()) => this.buffers += 1,
                Err(error) => refused = Some(error),
            }
        }
        let started = match refused {
            Some(error) if this.buffers == 1 => Err(failed("handing buffers to", error)),
            _ => stream.start().map_err(|error| failed("starting", error)),
        };
        // From here on its drop is in our hands.
        this.stream = Some(stream);
        started.map(|()| this)
    }

    /// Waits until there is something to take or to learn; false where the time went by.
    fn wait(&self, deadline: Option<Instant>) -> io::Result<bool> {
        loop {
            let left = left(deadline);
            let millis =
                left.map_or(-1, |left| i32::try_from(left.as_micros().div_ceil(1000)).unwrap_or(i32::MAX));
            match self.handle.poll(POLLIN, millis) {
                Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
                Err(error) => return Err(error),
                Ok(events) => return Ok(events > 0),
            }
        }
    }

    /// What is to be made of a failed call: nothing much at first, the end when it goes on.
    fn failed(&mut self, error: &io::Error) -> Result<Next, MediaError> {
        self.failures += 1;
        let failure = media_error("reading from", &self.path, error);
        if is_gone(error) || self.failures >= FATAL_FAILURES {
            return Err(failure);
        }
        // A buffer may have been lost between the driver and here: those that the driver has it refuses.
        self.holding = false;
        if let Some(stream) = &mut self.stream {
            for index in 0..self.buffers {
                let _ = stream.queue(index);
            }
        }
        Ok(Next::Broken(failure))
    }
}

impl Stream for V4l2Stream {
    fn mode(&self) -> NativeMode {
        NativeMode {
            size: self.picture.size,
            frame_rate: self.frame_rate,
            format: self.picture.layout.format,
        }
    }

    fn next(&mut self, wait: Duration) -> Result<Next, MediaError> {
        let deadline = Instant::now().checked_add(wait);
        let mut drained = 0;
        loop {
            // Not while a frame is at hand that would be lost by it.
            if drained == 0
                && let Some(news) = self.controls.as_mut().and_then(|controls| controls.look(Instant::now()))
            {
                return Ok(news);
            }
            // However long the wait, the controls are looked at meanwhile.
            let look = self.controls.as_ref().map(Controls::due);
            let until = [deadline, look].into_iter().flatten().min();
            match self.wait(until) {
                Ok(true) => {}
                Ok(false) if until != deadline => continue,
                Ok(false) => return Ok(Next::Nothing),
                Err(error) => return self.failed(&error),
            }
            let Some(stream) = &mut self.stream else {
                return Ok(Next::End);
            };
            if !self.holding {
                match stream.dequeue() {
                    Ok(_) => self.holding = true,
                    Err(error) if is_false_alarm(&error) => pause(deadline),
                    Err(error) => return self.failed(&error),
                }
                continue;
            }
            // A driver that names a buffer that doesn't exist makes it panic.
            let error = match guarded(move || stream.next()) {
                Ok((bytes, metadata)) => {
                    self.failures = 0;
                    let sequence = self.sequence.extend(metadata.sequence);
                    let bytes = match picture_bytes(bytes, metadata) {
                        Ok(bytes) => bytes,
                        Err(error) => return Ok(Next::Broken(error)),
                    };
                    // A newer frame that waits already makes this one old.
                    drained += 1;
                    if drained < self.buffers && self.handle.poll(POLLIN, 0).is_ok_and(|events| events > 0) {
                        continue;
                    }
                    let buffer = self.pool.copy_of(bytes);
                    return Ok(Next::Frame(self.picture.frame(buffer, sequence, captured(metadata))));
                }
                Err(error) => error,
            };
            if is_false_alarm(&error) {
                self.holding = false;
                pause(deadline);
            } else {
                return self.failed(&error);
            }
        }
    }

    fn capabilities(&self) -> ControlCapabilities {
        self.controls.as_ref().map(|controls| controls.capabilities().clone()).unwrap_or_default()
    }

    fn settings(&mut self) -> ControlSettings {
        self.controls.as_ref().map(Controls::settings).unwrap_or_default()
    }

    fn set(&mut self, control: Control, value: &ControlValue) -> Result<(), MediaError> {
        match &mut self.controls {
            Some(controls) => controls.set(control, value),
            None => Err(MediaError::not_supported(format!("this camera has no {control} to set"))),
        }
    }
}

impl Drop for V4l2Stream {
    fn drop(&mut self) {
        let Some(mut stream) = self.stream.take() else {
            return;
        };
        match stream.stop() {
            Err(error) if !is_gone(&error) => {
                // Its drop would panic, and panic once more while it gives the buffers back, which aborts.
                warn!("{} doesn't stop ({error}): it stays open until the program ends", self.path.display());
                std::mem::forget(stream);
            }
            _ => {
                let _ = catch_unwind(AssertUnwindSafe(|| drop(stream)));
            }
        }
    }
}

impl Picture {
    fn frame(&self, buffer: FrameBuffer, sequence: u64, captured: Instant) -> Frame {
        Frame {
            size: self.size,
            format: self.layout.format,
            planes: self.planes,
            color: self.color,
            // V4L2 doesn't report it; NV12 and YUYV of hardware are sited like H.264. JPEG's is set by its decoder.
            chroma_location: ChromaLocation::Left,
            rotation: self.rotation,
            sequence,
            captured,
            buffer,
        }
    }
}

/// Sets size, pixel format and rate; what comes back is what the driver made of it.
pub(super) fn set_mode(node: &OpenNode, mode: &NativeMode) -> Result<(Format, f64), MediaError> {
    let format = set_format(node, mode)?;
    let frame_rate = set_frame_rate(node, &format, mode.frame_rate)
        .map_err(|error| media_error("setting the frame rate of", &node.path, &error))?;
    Ok((format, frame_rate))
}

/// Sets size and pixel format; what comes back is what the driver made of it.
fn set_format(node: &OpenNode, mode: &NativeMode) -> Result<Format, MediaError> {
    let mut refused = None;
    for fourcc in fourccs(&node.device, mode.format) {
        let mut wanted = Format::new(mode.size.x, mode.size.y, fourcc);
        wanted.field_order = FieldOrder::Progressive;
        match guarded(|| node.device.set_format(&wanted)) {
            Ok(format) => return Ok(format),
            Err(error) => refused = refused.or(Some(error)),
        }
    }
    Err(match refused {
        Some(error) => media_error("setting the format of", &node.path, &error),
        None => MediaError::not_supported(format!(
            "{} doesn't send {:?}: take one of the modes that it lists",
            node.path.display(),
            mode.format
        )),
    })
}

fn picture(node: &OpenNode, format: &Format) -> Result<Picture, MediaError> {
    let refuse = |what: String| {
        MediaError::not_supported(format!("{} {what}: take another of its modes", node.path.display()))
    };
    let layout = layout(format.fourcc.repr).ok_or_else(|| refuse(format!("sends `{}`", format.fourcc)))?;
    if matches!(
        format.field_order,
        FieldOrder::Top
            | FieldOrder::Bottom
            | FieldOrder::Alternate
            | FieldOrder::SequentialTB
            | FieldOrder::SequentialBT
    ) {
        return Err(refuse(format!("sends fields and no frames ({})", format.field_order)));
    }
    let size = UVec2::new(format.width, format.height);
    Ok(Picture {
        size,
        layout,
        planes: layout.planes(size, format.stride, format.size),
        color: color_space(layout.format, format.colorspace, format.quantization),
        rotation: node.rotation(),
    })
}

/// Sets the frame rate; what comes back is the driver's, or the one asked for where it doesn't say.
fn set_frame_rate(node: &OpenNode, format: &Format, frame_rate: f64) -> io::Result<f64> {
    let size = UVec2::new(format.width, format.height);
    let Some(wanted) = interval(&node.device, format.fourcc, size, frame_rate) else {
        return Ok(frame_rate);
    };
    match guarded(|| node.device.set_params(&Parameters::new(wanted))) {
        Ok(params) => Ok(rate(params.interval).unwrap_or(frame_rate)),
        // Drivers without rates refuse the call; it is no reason not to stream.
        Err(error) if matches!(Errno::from_io_error(&error), Some(Errno::NOTTY | Errno::INVAL)) => {
            Ok(frame_rate)
        }
        Err(error) => Err(error),
    }
}

/// The bytes of a buffer that hold the picture.
fn picture_bytes<'a>(buffer: &'a [u8], metadata: &Metadata) -> Result<&'a [u8], MediaError> {
    if metadata.flags.contains(Flags::ERROR) {
        return Err(MediaError::data("the driver says that this frame is damaged: the next may be good"));
    }
    if metadata.bytesused == 0 {
        return Err(MediaError::data("the driver sent an empty frame: the next may be good"));
    }
    buffer.get(..metadata.bytesused as usize).ok_or_else(|| {
        MediaError::data(format!(
            "the driver claims {} bytes in a buffer of {}: the next frame may be good",
            metadata.bytesused,
            buffer.len()
        ))
    })
}

/// When a frame was captured: the driver's stamp where it is of the system's monotonic clock, which is that of
/// [`Instant`], else now.
fn captured(metadata: &Metadata) -> Instant {
    let now = Instant::now();
    if metadata.flags & Flags::TIMESTAMP_MASK != Flags::TIMESTAMP_MONOTONIC {
        return now;
    }
    let clock = clock_gettime(ClockId::Monotonic);
    let age = duration(clock.tv_sec, clock.tv_nsec, Duration::from_nanos)
        .zip(duration(metadata.timestamp.sec, metadata.timestamp.usec, Duration::from_micros))
        .and_then(|(clock, stamp)| clock.checked_sub(stamp))
        .filter(|age| *age <= OLDEST_FRAME);
    age.and_then(|age| now.checked_sub(age)).unwrap_or(now)
}

/// Seconds and parts of a second, whose types differ between machines.
fn duration(
    seconds: impl TryInto<u64>,
    parts: impl TryInto<u64>,
    unit: fn(u64) -> Duration,
) -> Option<Duration> {
    Duration::from_secs(seconds.try_into().ok()?).checked_add(unit(parts.try_into().ok()?))
}

/// Whether `poll` promised a frame and there was none.
fn is_false_alarm(error: &io::Error) -> bool {
    use io::ErrorKind::{Interrupted, TimedOut, WouldBlock};
    matches!(error.kind(), Interrupted | TimedOut | WouldBlock)
}

/// The time to a deadline; `None` where there is no end to it.
fn left(deadline: Option<Instant>) -> Option<Duration> {
    deadline.map(|deadline| deadline.saturating_duration_since(Instant::now()))
}

/// Leaves the driver alone for a moment, so that one that says nonsense doesn't make this thread spin.
fn pause(deadline: Option<Instant>) {
    thread::sleep(left(deadline).map_or(FALSE_ALARM, |left| left.min(FALSE_ALARM)));
}

/// A driver's 32-bit count of frames, made one that doesn't come to its end.
#[derive(Debug, Default)]
struct Sequence {
    last: Option<(u32, u64)>,
}

impl Sequence {
    fn extend(&mut self, sequence: u32) -> u64 {
        let extended = match self.last {
            None => u64::from(sequence),
            Some((last, extended)) => match sequence.wrapping_sub(last) {
                // A driver that doesn't count, or begins anew: the next frame.
                0 | 0x8000_0000.. => extended + 1,
                step => extended + u64::from(step),
            },
        };
        self.last = Some((sequence, extended));
        extended
    }
}

#[cfg(test)]
mod tests {
    use bevy::utils::default;
    use v4l::Timestamp;

    use super::*;
    use crate::error::ErrorName;

    #[test]
    fn the_count_of_frames_has_no_end() {
        let mut sequence = Sequence::default();
        let counts = [0, 1, 4, 4, u32::MAX / 3, 2 * (u32::MAX / 3), u32::MAX, 0, 2];
        let extended: Vec<_> = counts.iter().map(|count| sequence.extend(*count)).collect();
        let third = u64::from(u32::MAX / 3);
        // The second 4 is of a driver that doesn't count.
        assert_eq!(
            extended,
            [0, 1, 4, 5, third + 1, 2 * third + 1, 3 * third + 1, 3 * third + 2, 3 * third + 4]
        );
    }

    #[test]
    fn a_count_that_begins_anew_goes_on() {
        let mut sequence = Sequence::default();
        assert_eq!([100, 0, 1].map(|count| sequence.extend(count)), [100, 101, 102]);
    }

    #[test]
    fn only_used_bytes_are_the_picture() {
        let metadata = |bytesused, flags| Metadata { bytesused, flags, ..default() };
        let buffer = [1, 2, 3, 4];
        assert_eq!(picture_bytes(&buffer, &metadata(3, Flags::DONE)), Ok(&buffer[..3]));
        for bad in [metadata(0, Flags::DONE), metadata(5, Flags::DONE), metadata(4, Flags::ERROR)] {
            let error = picture_bytes(&buffer, &bad).unwrap_err();
            assert_eq!(error.name, ErrorName::Data);
        }
    }

    #[test]
    fn a_stamp_of_the_systems_clock_is_the_time_of_capture() {
        let clock = clock_gettime(ClockId::Monotonic);
        let before = Instant::now();
        let stamp = Timestamp::new(clock.tv_sec - 1, clock.tv_nsec / 1000);
        let metadata = |flags, timestamp| Metadata { flags, timestamp, ..default() };
        let age = |metadata: &Metadata| Instant::now().saturating_duration_since(captured(metadata));
        let since = before.elapsed() + Duration::from_secs(1);
        assert!(age(&metadata(Flags::TIMESTAMP_MONOTONIC, stamp)) >= since);
        // Stamps that can't be of that clock: the time of arrival.
        for odd in [
            metadata(Flags::TIMESTAMP_UNKNOWN, stamp),
            metadata(Flags::TIMESTAMP_MONOTONIC, Timestamp::new(i64::MAX, 0)),
            metadata(Flags::TIMESTAMP_MONOTONIC, Timestamp::new(-1, -1)),
        ] {
            assert!(captured(&odd) >= before);
        }
    }
}
