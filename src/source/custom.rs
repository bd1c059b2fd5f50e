//! A device that the app feeds: frames of its own making, from any thread.

use std::{
    sync::{
        Arc, Mutex, PoisonError,
        atomic::{AtomicBool, Ordering},
    },
    time::Duration,
};

use bevy::math::UVec2;

use super::{Source, Stream, StreamEvent};
use crate::{
    device::{Device, DeviceId, NativeMode},
    error::MediaError,
    frame::{
        Frame, FrameBuffer, FramePool, FrameReader, FrameWriter, MAX_FRAME_SIDE, NoFrame, PixelFormat,
        frame_slot,
    },
};

/// A source whose frames the app pushes: from a decoder, a network stream, or a camera that this crate doesn't support.
///
/// It is one device, whose id is its label. The app keeps the [`CustomFeed`] and may push before a track opens the
/// source as well as after. One track at a time reads it. When that track stops, another may open it.
///
/// ```
/// # use bevy::math::UVec2;
/// # use bevy_viewfinder::{device::NativeMode, frame::PixelFormat, source::{CustomSource, TrackSource}};
/// let size = UVec2::new(2, 1);
/// let mode = NativeMode { size, frame_rate: 30.0, format: PixelFormat::Rgba32 };
/// let (source, feed) = CustomSource::new("My decoder", [mode]);
/// let track_source = TrackSource::new(source);
/// std::thread::spawn(move || feed.push_rgba(size, &[255, 0, 0, 255, 0, 0, 255, 255]));
/// ```
#[derive(Debug)]
pub struct CustomSource {
    device: Device,
    frames: FrameReader,
    shared: Arc<Shared>,
}

/// The app's end of a [`CustomSource`]. Clones feed the same source. When the last is dropped, the track ends.
///
/// No method waits for the track. The newest frame wins: it replaces one that was not taken yet.
#[derive(Debug, Clone)]
pub struct CustomFeed {
    frames: FrameWriter,
    pool: FramePool,
    shared: Arc<Shared>,
}

#[derive(Debug, Default)]
struct Shared {
    open: AtomicBool,
    /// The number of the next frame. It is locked until that is in the slot, so that of frames that several threads
    /// push at once none replaces a newer one.
    sequence: Mutex<u64>,
}

impl CustomSource {
    /// A source with this name, and its feed.
    ///
    /// A track's constraints choose among the modes, so there must be at least one. Frames of another size or format
    /// may be pushed too: a track follows the frames that it receives.
    pub fn new(label: impl Into<String>, modes: impl IntoIterator<Item = NativeMode>) -> (Self, CustomFeed) {
        let label = label.into();
        let (writer, frames) = frame_slot();
        let shared = Arc::new(Shared::default());
        let feed = CustomFeed { frames: writer, pool: FramePool::default(), shared: shared.clone() };
        let device = Device {
            id: DeviceId(label.clone()),
            group_id: label.clone(),
            label,
            modes: modes.into_iter().collect(),
            ..Default::default()
        };
        (Self { device, frames, shared }, feed)
    }
}

impl CustomFeed {
    /// Pushes a frame in any format, [`PixelFormat::Mjpeg`] included. Its [`Frame::sequence`] is overwritten with a
    /// count from 0. The track drops a frame that fails [`Frame::validate`].
    pub fn push(&self, frame: Frame) {
        if self.frames.is_closed() {
            return;
        }
        let mut sequence = self.shared.sequence.lock().unwrap_or_else(PoisonError::into_inner);
        self.frames.put(Frame { sequence: *sequence, ..frame });
        *sequence += 1;
    }

    /// Pushes a copy of these pixels: packed rows of R, G, B, A bytes (display-encoded, straight alpha).
    ///
    /// # Errors
    /// [`ErrorName::Type`](crate::error::ErrorName::Type) if there aren't 4 bytes for each of the size's pixels, or a
    /// side isn't 1 to 32768.
    pub fn push_rgba(&self, size: UVec2, bytes: &[u8]) -> Result<(), MediaError> {
        let UVec2 { x: width, y: height } = size;
        let believable = size.min_element() > 0 && size.max_element() <= MAX_FRAME_SIDE;
        if !believable || bytes.len() != PixelFormat::Rgba32.packed_len(size) {
            return Err(MediaError::type_error(format!(
                "{} bytes aren't an RGBA frame of {width}x{height} pixels; push 4 bytes for each pixel",
                bytes.len()
            )));
        }
        self.push(Frame::packed(PixelFormat::Rgba32, size, self.pool.copy_of(bytes)));
        Ok(())
    }

    /// A buffer of this many bytes for a frame to push. Buffers are reused: it can hold bytes of an older frame.
    pub fn buffer(&self, len: usize) -> FrameBuffer {
        self.pool.take(len)
    }

    /// Ends the source, and with it the track, after the newest frame. It can't be opened again.
    pub fn end(&self) {
        self.frames.close();
    }

    /// Whether a track reads this source now. While none does, the app need not produce frames.
    pub fn is_live(&self) -> bool {
        self.shared.open.load(Ordering::Acquire) && !self.frames.is_closed()
    }
}

impl Source for CustomSource {
    fn devices(&self) -> Result<Vec<Device>, MediaError> {
        Ok(if self.frames.is_closed() { vec![] } else { vec![self.device.clone()] })
    }

    fn open(
        &self,
        device: &DeviceId,
        mode: &NativeMode,
        _: &FramePool,
    ) -> Result<Box<dyn Stream>, MediaError> {
        let label = &self.device.label;
        if *device != self.device.id {
            return Err(MediaError::not_found(format!(
                "there is no device {device} in this source; open {label}"
            )));
        }
        if self.frames.is_closed() {
            return Err(MediaError::not_found(format!("{label} has ended; make a new source to continue")));
        }
        if self.shared.open.swap(true, Ordering::AcqRel) {
            return Err(MediaError::not_readable(format!(
                "another track reads {label}; stop that track first, or clone it"
            )));
        }
        Ok(Box::new(CustomStream { mode: *mode, frames: self.frames.clone(), shared: self.shared.clone() }))
    }
}

#[derive(Debug)]
struct CustomStream {
    mode: NativeMode,
    frames: FrameReader,
    shared: Arc<Shared>,
}

impl Stream for CustomStream {
    fn mode(&self) -> NativeMode {
        self.mode
    }

    fn next(&mut self, wait: Duration) -> Result<StreamEvent, MediaError> {
        Ok(match self.frames.wait(wait) {
            Ok(frame) => {
                self.mode.size = frame.size;
                self.mode.format = frame.format;
                StreamEvent::Frame(frame)
            }
            Err(NoFrame::Pending) => StreamEvent::Pending,
            Err(NoFrame::Closed) => StreamEvent::Ended,
        })
    }

    /// The app pushes its own frames, regardless of the mode.
    fn switches_mode_for_photos(&self) -> bool {
        false
    }
}

impl Drop for CustomStream {
    fn drop(&mut self) {
        self.shared.open.store(false, Ordering::Release);
    }
}

#[cfg(test)]
mod tests {
    use std::thread;

    use bevy::platform::time::Instant;

    use super::*;
    use crate::error::ErrorName;

    const SIZE: UVec2 = UVec2::new(2, 2);
    const LONG: Duration = Duration::from_secs(20);

    fn source() -> (CustomSource, CustomFeed) {
        let mode = NativeMode { size: SIZE, frame_rate: 30.0, format: PixelFormat::Rgba32 };
        CustomSource::new("Test", [mode])
    }

    fn open(source: &CustomSource) -> Result<Box<dyn Stream>, MediaError> {
        let device = source.devices()?.pop().ok_or_else(|| MediaError::not_found("it has ended"))?;
        source.open(&device.id, &device.modes[0], &FramePool::default())
    }

    /// The first byte of the next frame.
    fn shade(stream: &mut dyn Stream, wait: Duration) -> Option<u8> {
        match stream.next(wait) {
            Ok(StreamEvent::Frame(frame)) => Some(frame.buffer[0]),
            Ok(StreamEvent::Pending) => None,
            other => panic!("{other:?}"),
        }
    }

    #[test]
    fn the_newest_frame_wins_whenever_the_source_is_opened() {
        let (source, feed) = source();
        for shade in [1, 2, 3] {
            assert_eq!(feed.push_rgba(SIZE, &[shade; 16]), Ok(()));
        }
        assert!(!feed.is_live());
        let mut stream = open(&source).expect("nobody else reads it");
        assert!(feed.is_live());
        assert_eq!(shade(&mut *stream, Duration::ZERO), Some(3));
        assert_eq!(shade(&mut *stream, Duration::ZERO), None);
        feed.push(Frame::packed(PixelFormat::Gray, UVec2::ONE, vec![9].into()));
        let Ok(StreamEvent::Frame(frame)) = stream.next(LONG) else { panic!("a frame is there") };
        assert_eq!((frame.sequence, frame.buffer[0]), (3, 9), "three frames came before");
        assert_eq!((stream.mode().size, stream.mode().format), (UVec2::ONE, PixelFormat::Gray));
    }

    #[test]
    fn one_track_at_a_time_again_and_again() {
        let (source, feed) = source();
        let stream = open(&source).expect("nobody else reads it");
        assert_eq!(open(&source).err().map(|error| error.name), Some(ErrorName::NotReadable));
        drop(stream);
        assert!(!feed.is_live());
        let mut stream = open(&source).expect("the first has stopped");
        assert_eq!(feed.push_rgba(SIZE, &[7; 16]), Ok(()));
        assert_eq!(shade(&mut *stream, Duration::ZERO), Some(7));
    }

    #[test]
    fn a_waiting_reader_is_woken_by_a_frame_and_by_the_end() {
        let (source, feed) = source();
        let reader = thread::spawn(move || {
            let mut stream = open(&source).expect("nobody else reads it");
            let start = Instant::now();
            let shade = shade(&mut *stream, LONG);
            let end = stream.next(LONG);
            assert!(start.elapsed() < LONG, "it waited for nothing");
            (shade, matches!(end, Ok(StreamEvent::Ended)), open(&source).err().map(|error| error.name))
        });
        while !feed.is_live() {
            thread::yield_now();
        }
        assert_eq!(feed.push_rgba(SIZE, &[5; 16]), Ok(()));
        while !feed.frames.is_empty() {
            thread::yield_now();
        }
        feed.end();
        feed.end();
        assert_eq!(reader.join().ok(), Some((Some(5), true, Some(ErrorName::NotFound))));
        assert!(!feed.is_live());
    }

    #[test]
    fn the_last_frame_comes_before_the_end() {
        for end in [CustomFeed::end as fn(&CustomFeed), |_| ()] {
            let (source, feed) = source();
            let mut stream = open(&source).expect("nobody else reads it");
            let clone = feed.clone();
            drop(feed);
            assert_eq!(clone.push_rgba(SIZE, &[4; 16]), Ok(()));
            end(&clone);
            drop(clone);
            assert_eq!(shade(&mut *stream, LONG), Some(4));
            assert!(matches!(stream.next(LONG), Ok(StreamEvent::Ended)));
            assert!(matches!(stream.next(Duration::ZERO), Ok(StreamEvent::Ended)));
        }
    }

    #[test]
    fn no_frame_comes_after_a_newer_one_if_threads_push_at_once() {
        let (source, feed) = source();
        let mut stream = open(&source).expect("nobody else reads it");
        // Miri is slow.
        let count: u64 = if cfg!(miri) { 100 } else { 10_000 };
        let frame = || Frame::packed(PixelFormat::Gray, UVec2::ONE, vec![9].into());
        let push = || (0..count).for_each(|_| feed.push(frame()));
        thread::scope(|scope| {
            let threads = [scope.spawn(push), scope.spawn(push)];
            let mut last = 0;
            while last < 2 * count - 1 {
                let Ok(StreamEvent::Frame(frame)) = stream.next(LONG) else { panic!("a frame is there") };
                assert!(frame.sequence >= last, "{} after {last}", frame.sequence);
                last = frame.sequence;
            }
            threads.into_iter().for_each(|thread| thread.join().expect("it only pushes"));
        });
    }

    #[test]
    fn bytes_that_are_no_picture_are_refused() {
        let (_source, feed) = source();
        for (size, len) in [(SIZE, 15), (SIZE, 17), (UVec2::ZERO, 0), (UVec2::MAX, 16)] {
            let error = feed.push_rgba(size, &vec![0; len]).expect_err("not a frame");
            assert_eq!(error.name, ErrorName::Type, "{error}");
        }
    }

    #[test]
    fn buffers_go_round() {
        let (source, feed) = source();
        let mut stream = open(&source).expect("nobody else reads it");
        let mut addresses = std::collections::HashSet::new();
        for shade in 0..100 {
            let mut buffer = feed.buffer(16);
            buffer.fill(shade);
            addresses.insert(buffer.as_ptr());
            feed.push(Frame::packed(PixelFormat::Rgba32, SIZE, buffer));
            let Ok(StreamEvent::Frame(frame)) = stream.next(LONG) else { panic!("a frame is there") };
            assert_eq!(frame.buffer[0], shade);
        }
        assert!(addresses.len() <= 2, "{} buffers for one frame at a time", addresses.len());
    }
}
