//! A streaming device: the driver and the capture thread exchange buffers in the kernel's memory.
//!
//! It uses `v4l`'s [`MmapStream`], with an order of calls that avoids its defects:
//! - `next()` queues the buffer that the previous call dequeued, then dequeues another. After a call that dequeued none
//!   (a time-out, an error) it queues a buffer that isn't held, and keeps failing. So `next()` is called only after
//!   `poll` reports a buffer, and after an error `dequeue()` is called first.
//! - It panics if a driver names a buffer that doesn't exist.
//! - Its drop panics if the driver fails to stop. So it is stopped before, by a call that returns the error.

use std::{
    io,
    path::{Path, PathBuf},
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
    error::{guarded, is_gone, system_error},
    format::{Layout, color_space, layout},
    mode::{fourccs, interval, rate, sends_h264},
    node::OpenNode,
};
use crate::{
    device::{Control, ControlCapabilities, ControlSettings, ControlValue, NativeMode},
    error::{ErrorName, MediaError},
    frame::{ChromaLocation, ColorSpace, Frame, FramePool, FrameRef, Plane, Rotation},
    source::{
        Stream, StreamEvent,
        guard::{FATAL_FAILURES, OLDEST_FRAME, catch_panic},
        live_video::{EncodedFrame, LiveDecoder},
    },
};

/// The number of buffers to request from the driver. One is read while the others fill.
const BUFFERS: u32 = 4;
/// The kernel's limit of buffers (`VIDEO_MAX_FRAME`).
const MAX_BUFFERS: usize = 32;
/// `POLLIN` of `poll(2)`.
const POLLIN: i16 = 1;
/// The pause after a driver reported a frame that wasn't there.
const FALSE_ALARM: Duration = Duration::from_millis(5);

/// A streaming device.
pub(super) struct V4l2Stream {
    path: PathBuf,
    /// `None` during the drop only.
    stream: Option<MmapStream<'static>>,
    handle: Arc<Handle>,
    /// The number of buffers in use.
    buffers: usize,
    /// Whether the buffer that `MmapStream::next` queues next is really dequeued.
    holding: bool,
    /// Failures since the last frame.
    failures: u32,
    sequence: Sequence,
    pool: FramePool,
    frame_layout: FrameLayout,
    frame_rate: f64,
    /// The decoder of a device that sends H.264.
    decoder: Option<LiveDecoder>,
    /// `None` if the device's controls can't be opened.
    controls: Option<Controls>,
}

/// The properties that all frames of a stream share.
#[derive(Debug, Clone, Copy)]
struct FrameLayout {
    size: UVec2,
    layout: Layout,
    planes: [Plane; 3],
    color: ColorSpace,
    rotation: Rotation,
}

impl V4l2Stream {
    /// Sets the device to a mode, or the nearest that the driver supports, and starts it.
    pub fn start(node: OpenNode, mode: &NativeMode, pool: FramePool) -> Result<Self, MediaError> {
        let failed = |doing, error: io::Error| system_error(doing, &node.path, &error);
        let (format, frame_rate) = set_mode(&node, mode)?;
        let frame_layout = frame_layout(&node, &format)?;
        let is_h264 = frame_layout.layout.is_h264;
        let decoder = is_h264.then(|| LiveDecoder::h264(frame_layout.size, vec![])).transpose()?;
        let mut stream = guarded(|| MmapStream::with_buffers(&node.device, Type::VideoCapture, BUFFERS))
            .map_err(|error| failed("getting buffers of", error))?;
        // It waits after our own wait, so it must not block.
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
            frame_layout,
            frame_rate,
            decoder,
            controls: node.controls().map(Controls::new),
        };
        // The first buffer stays dequeued: `next` queues it first. The driver's refusal marks the end of the others.
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
        // From here on `Drop` stops it.
        this.stream = Some(stream);
        started.map(|()| this)
    }

    /// Waits until there is a buffer or an error. Returns `false` if none came in time.
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

    /// Treats an I/O error as transient until it is the [`FATAL_FAILURES`]th in a row.
    fn failed(&mut self, error: &io::Error) -> Result<StreamEvent, MediaError> {
        self.failures += 1;
        let failure = system_error("reading from", &self.path, error);
        if is_gone(error) || self.failures >= FATAL_FAILURES {
            return Err(failure);
        }
        // A buffer may be lost. Queue all again: the driver refuses those that it has.
        self.holding = false;
        if let Some(stream) = &mut self.stream {
            for index in 0..self.buffers {
                let _ = stream.queue(index);
            }
        }
        Ok(StreamEvent::Corrupt(failure))
    }
}

impl Stream for V4l2Stream {
    fn mode(&self) -> NativeMode {
        NativeMode {
            size: self.frame_layout.size,
            frame_rate: self.frame_rate,
            format: self.frame_layout.layout.format,
        }
    }

    fn next(&mut self, wait: Duration) -> Result<StreamEvent, MediaError> {
        let (pool, mut frame) = (self.pool.clone(), None);
        let event = self.read(wait, &mut |read| frame = Some(read.to_frame(&pool)))?;
        Ok(frame.map_or(event, StreamEvent::Frame))
    }

    fn read(
        &mut self,
        wait: Duration,
        receive: &mut dyn FnMut(FrameRef<'_>),
    ) -> Result<StreamEvent, MediaError> {
        let deadline = Instant::now().checked_add(wait);
        let mut drained = 0;
        loop {
            // Not while a dequeued frame would be lost by it.
            if drained == 0
                && let Some(event) = self.controls.as_mut().and_then(|controls| controls.poll(Instant::now()))
            {
                return Ok(event);
            }
            // Controls are polled during a long wait too.
            let poll = self.controls.as_ref().map(Controls::due);
            let until = [deadline, poll].into_iter().flatten().min();
            match self.wait(until) {
                Ok(true) => {}
                Ok(false) if until != deadline => continue,
                Ok(false) => return Ok(StreamEvent::Pending),
                Err(error) => return self.failed(&error),
            }
            let Some(stream) = &mut self.stream else {
                return Ok(StreamEvent::Ended);
            };
            if !self.holding {
                match stream.dequeue() {
                    Ok(_) => self.holding = true,
                    Err(error) if is_false_alarm(&error) => pause(deadline),
                    Err(error) => return self.failed(&error),
                }
                continue;
            }
            // It panics if the driver names a buffer that doesn't exist.
            let error = match guarded(move || stream.next()) {
                Ok((bytes, metadata)) => {
                    self.failures = 0;
                    let sequence = self.sequence.extend(metadata.sequence);
                    let bytes = match used_bytes(bytes, metadata) {
                        Ok(bytes) => bytes,
                        Err(error) => {
                            if let Some(decoder) = &mut self.decoder {
                                decoder.frame_lost();
                            }
                            return Ok(StreamEvent::Corrupt(error));
                        }
                    };
                    if let Some(decoder) = &mut self.decoder {
                        let encoded = EncodedFrame {
                            data: bytes,
                            // Cameras send frames in the order in which they are shown.
                            time: Duration::from_nanos(sequence),
                            is_key: metadata.flags.contains(Flags::KEYFRAME),
                            captured: captured(metadata),
                            sequence,
                        };
                        // Later frames depend on this one, so none is skipped.
                        let rotation = self.frame_layout.rotation;
                        match decoder.decode(encoded, &self.pool) {
                            Ok(Some(frame)) => return Ok(StreamEvent::Frame(Frame { rotation, ..frame })),
                            Ok(None) if left(deadline).is_none_or(|left| !left.is_zero()) => continue,
                            Ok(None) => return Ok(StreamEvent::Pending),
                            Err(error) => return undecodable(&self.path, error),
                        }
                    }
                    // A newer frame that is ready replaces this one.
                    drained += 1;
                    if drained < self.buffers && self.handle.poll(POLLIN, 0).is_ok_and(|events| events > 0) {
                        continue;
                    }
                    receive(self.frame_layout.frame(bytes, sequence, captured(metadata)));
                    return Ok(StreamEvent::Pending);
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
            None => Err(MediaError::not_supported(format!("this device has no control {control}"))),
        }
    }
}

impl Drop for V4l2Stream {
    fn drop(&mut self) {
        if let Some(stream) = self.stream.take() {
            close(stream, &self.path);
        }
    }
}

/// Stops a stream and frees its buffers.
pub(super) fn close(mut stream: MmapStream<'static>, path: &Path) {
    match stream.stop() {
        Err(error) if !is_gone(&error) => {
            // Its drop would panic, and panic again while it frees the buffers, which aborts the program.
            warn!("{} can't be stopped ({error}): it stays open until the program ends", path.display());
            std::mem::forget(stream);
        }
        _ => {
            let _ = catch_panic(|| drop(stream));
        }
    }
}

impl FrameLayout {
    fn frame<'a>(&self, buffer: &'a [u8], sequence: u64, captured: Instant) -> FrameRef<'a> {
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

/// Sets size, pixel format and frame rate. Returns the values that the driver chose.
pub(super) fn set_mode(node: &OpenNode, mode: &NativeMode) -> Result<(Format, f64), MediaError> {
    let format = set_format(node, mode)?;
    let frame_rate = set_frame_rate(node, &format, mode.frame_rate)
        .map_err(|error| system_error("setting the frame rate of", &node.path, &error))?;
    Ok((format, frame_rate))
}

/// Sets size and pixel format. Returns the values that the driver chose.
fn set_format(node: &OpenNode, mode: &NativeMode) -> Result<Format, MediaError> {
    let mut refused = None;
    for fourcc in fourccs(&node.device, mode) {
        let mut wanted = Format::new(mode.size.x, mode.size.y, fourcc);
        wanted.field_order = FieldOrder::Progressive;
        match guarded(|| node.device.set_format(&wanted)) {
            Ok(format) => return Ok(format),
            Err(error) => refused = refused.or(Some(error)),
        }
    }
    Err(match refused {
        Some(error) => system_error("setting the format of", &node.path, &error),
        None if cfg!(not(feature = "h264")) && sends_h264(&node.device) => {
            MediaError::not_supported(format!(
                "{} sends H.264 in this mode, which this build can't decode: enable the feature `h264`",
                node.path.display()
            ))
        }
        None => MediaError::not_supported(format!(
            "{} doesn't support {:?}: open one of the modes that it lists",
            node.path.display(),
            mode.format
        )),
    })
}

fn frame_layout(node: &OpenNode, format: &Format) -> Result<FrameLayout, MediaError> {
    let refuse = |what: String| {
        MediaError::not_supported(format!("{} {what}: open another of its modes", node.path.display()))
    };
    let layout = layout(format.fourcc.repr)
        .ok_or_else(|| refuse(format!("sends the unsupported format `{}`", format.fourcc)))?;
    if matches!(
        format.field_order,
        FieldOrder::Top
            | FieldOrder::Bottom
            | FieldOrder::Alternate
            | FieldOrder::SequentialTB
            | FieldOrder::SequentialBT
    ) {
        return Err(refuse(format!("sends separate fields instead of frames ({})", format.field_order)));
    }
    let size = UVec2::new(format.width, format.height);
    Ok(FrameLayout {
        size,
        layout,
        planes: layout.planes(size, format.stride, format.size),
        color: color_space(layout, format.colorspace, format.quantization),
        rotation: node.rotation(),
    })
}

/// Sets the frame rate, in Hz. Returns the driver's, or the requested one if the driver reports none.
fn set_frame_rate(node: &OpenNode, format: &Format, frame_rate: f64) -> io::Result<f64> {
    let size = UVec2::new(format.width, format.height);
    let Some(wanted) = interval(&node.device, format.fourcc, size, frame_rate) else {
        return Ok(frame_rate);
    };
    match guarded(|| node.device.set_params(&Parameters::new(wanted))) {
        Ok(params) => Ok(rate(params.interval).unwrap_or(frame_rate)),
        // Drivers without frame rates refuse the call, and can stream all the same.
        Err(error) if matches!(Errno::from_io_error(&error), Some(Errno::NOTTY | Errno::INVAL)) => {
            Ok(frame_rate)
        }
        Err(error) => Err(error),
    }
}

/// The result of a frame that can't be decoded. The track ends only if no frame can.
fn undecodable(path: &Path, error: MediaError) -> Result<StreamEvent, MediaError> {
    let path = path.display();
    if error.name == ErrorName::Data {
        let message =
            format!("{path} sent a frame that can't be decoded as H.264: its next key frame may be good");
        return Ok(StreamEvent::Corrupt(MediaError::data(message)));
    }
    let message = format!("{path} can't be shown: {}", error.message);
    Err(MediaError { message: message.into(), ..error })
}

/// The bytes of a buffer that hold the frame.
fn used_bytes<'a>(buffer: &'a [u8], metadata: &Metadata) -> Result<&'a [u8], MediaError> {
    if metadata.flags.contains(Flags::ERROR) {
        return Err(MediaError::data("the driver marked this frame as damaged: the next may be good"));
    }
    if metadata.bytesused == 0 {
        return Err(MediaError::data("the driver sent an empty frame: the next may be good"));
    }
    buffer.get(..metadata.bytesused as usize).ok_or_else(|| {
        MediaError::data(format!(
            "the driver reported {} bytes in a buffer of {}: the next frame may be good",
            metadata.bytesused,
            buffer.len()
        ))
    })
}

/// The time of capture: the driver's timestamp if it is of the monotonic clock, which is that of [`Instant`], else now.
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

/// A duration of seconds and parts of a second, whose integer types differ between machines.
fn duration(
    seconds: impl TryInto<u64>,
    parts: impl TryInto<u64>,
    unit: fn(u64) -> Duration,
) -> Option<Duration> {
    Duration::from_secs(seconds.try_into().ok()?).checked_add(unit(parts.try_into().ok()?))
}

/// Whether `poll` reported a frame that wasn't there.
pub(super) fn is_false_alarm(error: &io::Error) -> bool {
    use io::ErrorKind::{Interrupted, TimedOut, WouldBlock};
    matches!(error.kind(), Interrupted | TimedOut | WouldBlock)
}

/// The time until a deadline. `None` if there is no deadline.
fn left(deadline: Option<Instant>) -> Option<Duration> {
    deadline.map(|deadline| deadline.saturating_duration_since(Instant::now()))
}

/// Sleeps for a moment, so that a defective driver doesn't make this thread spin.
fn pause(deadline: Option<Instant>) {
    thread::sleep(left(deadline).map_or(FALSE_ALARM, |left| left.min(FALSE_ALARM)));
}

/// Extends a driver's 32-bit frame count to 64 bits.
#[derive(Debug, Default)]
struct Sequence {
    last: Option<(u32, u64)>,
}

impl Sequence {
    fn extend(&mut self, sequence: u32) -> u64 {
        let extended = match self.last {
            None => u64::from(sequence),
            Some((last, extended)) => match sequence.wrapping_sub(last) {
                // The driver doesn't count, or started again: count one frame.
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

    #[test]
    fn the_count_of_frames_has_no_end() {
        let mut sequence = Sequence::default();
        let counts = [0, 1, 4, 4, u32::MAX / 3, 2 * (u32::MAX / 3), u32::MAX, 0, 2];
        let extended: Vec<_> = counts.iter().map(|count| sequence.extend(*count)).collect();
        let third = u64::from(u32::MAX / 3);
        // The second 4 is from a driver that doesn't count.
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
        assert_eq!(used_bytes(&buffer, &metadata(3, Flags::DONE)), Ok(&buffer[..3]));
        for bad in [metadata(0, Flags::DONE), metadata(5, Flags::DONE), metadata(4, Flags::ERROR)] {
            let error = used_bytes(&buffer, &bad).unwrap_err();
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
        // Timestamps of another clock: the time of arrival.
        for odd in [
            metadata(Flags::TIMESTAMP_UNKNOWN, stamp),
            metadata(Flags::TIMESTAMP_MONOTONIC, Timestamp::new(i64::MAX, 0)),
            metadata(Flags::TIMESTAMP_MONOTONIC, Timestamp::new(-1, -1)),
        ] {
            assert!(captured(&odd) >= before);
        }
    }
}
