//! Files as devices: a video, an image, or a folder of images.

mod avi;
mod clip;
mod input;
mod mjpeg;
mod still;
mod y4m;

use std::{
    ffi::OsStr,
    path::{Path, PathBuf},
    time::Duration,
};

use bevy::platform::time::Instant;

use super::{Source, Stream, StreamEvent, clock::FrameClock};
use crate::{
    device::{Device, DeviceId, NativeMode},
    error::{ErrorName, MediaError},
    frame::{Frame, FramePool},
    media_type,
};
use clip::{Clip, STILL_RATE, is_rate};
use input::Input;

/// The timing of a file's frames.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
pub enum Playback {
    /// At the file's frame rate, like a camera. A late reader misses frames.
    #[default]
    RealTime,
    /// As fast as frames are taken, without missing any.
    EveryFrame,
}

/// A file or a folder as a device.
///
/// The first bytes of a file determine its format:
/// - YUV4MPEG2 (`.y4m`): 8 bits, 4:2:0, 4:2:2, 4:4:4, 4:1:1 and gray, full or limited range, BT.601;
/// - AVI with Motion JPEG, including OpenDML's larger files;
/// - raw Motion JPEG: a sequence of JPEGs, also as HTTP cameras send them (`multipart/x-mixed-replace`). A file named
///   `.mjpeg` or `.mjpg` may start within a JPEG;
/// - an image (PNG, JPEG or WebP), rotated upright by its Exif orientation, converted to sRGB by its ICC profile, sent
///   once a second. Of an animated image it is the first picture;
/// - a folder of such images, in the natural order of their names (`2.png` before `10.png`).
///
/// Corrupt frames are dropped ([`FrameCorrupted`](crate::track::FrameCorrupted)) and the track continues with the next.
/// A paused file shows its first good frame. A damaged place that hides several frames counts as one corrupt frame. If
/// no frame of the file can be shown, the track ends with the last error ([`TrackEnded`](crate::track::TrackEnded)).
///
/// Corrupt and truncated files are errors. The memory that a file can allocate is bounded by its length. An image may
/// have 134 million pixels (2^27) and 32768 on a side, a progressive JPEG or an image of 16 bits and four channels half
/// of them, and a JPEG 256 MiB. A larger one is refused before it is decoded. A damaged ICC profile, and one that is
/// neither for RGB nor for gray, is ignored, as by browsers.
///
/// ```no_run
/// # use bevy_viewfinder::source::{FileSource, Playback, TrackSource};
/// let track_source = TrackSource::new(FileSource::new("clip.y4m").playback(Playback::EveryFrame).looping(false));
/// ```
#[derive(Debug, Clone)]
pub struct FileSource {
    path: PathBuf,
    playback: Playback,
    looping: bool,
    paused: bool,
    frame_rate: Option<f64>,
}

impl FileSource {
    /// The file or folder at this path, played at its own frame rate, in a loop.
    pub fn new(path: impl Into<PathBuf>) -> Self {
        Self {
            path: path.into(),
            playback: Playback::default(),
            looping: true,
            paused: false,
            frame_rate: None,
        }
    }

    /// The timing of its frames.
    #[must_use]
    pub fn playback(mut self, playback: Playback) -> Self {
        self.playback = playback;
        self
    }

    /// Whether it starts again at its end. Otherwise the track ends.
    #[must_use]
    pub fn looping(mut self, looping: bool) -> Self {
        self.looping = looping;
        self
    }

    /// Whether it shows only its first good frame.
    #[must_use]
    pub fn paused(mut self, paused: bool) -> Self {
        self.paused = paused;
        self
    }

    /// The frame rate, in Hz, instead of the file's. The default of folders and raw Motion JPEG, which have none, is 25
    /// Hz.
    #[must_use]
    pub fn frame_rate(mut self, frame_rate: f64) -> Self {
        self.frame_rate = Some(frame_rate);
        self
    }

    fn id(&self) -> DeviceId {
        DeviceId(self.path.display().to_string())
    }

    fn open_clip(&self) -> Result<Box<dyn Clip>, MediaError> {
        if let Some(rate) = self.frame_rate
            && !is_rate(rate)
        {
            return Err(MediaError::type_error(format!(
                "{} can't be played at {rate} Hz; use 0.001 to 100000 Hz",
                self.path.display()
            )));
        }
        // Adds the path to each message.
        open_clip(&self.path, self.frame_rate).map_err(|error| MediaError {
            message: format!("{}: {}", self.path.display(), error.message).into(),
            ..error
        })
    }
}

impl Source for FileSource {
    /// # Errors
    /// [`ErrorName::NotFound`] if the file doesn't exist, [`ErrorName::NotAllowed`] if it may not be read,
    /// [`ErrorName::NotSupported`] for another format, [`ErrorName::Data`] for a corrupt file.
    fn devices(&self) -> Result<Vec<Device>, MediaError> {
        let clip = self.open_clip()?;
        let id = self.id();
        let label = self.path.file_name().map_or_else(|| id.0.clone(), |name| name.display().to_string());
        Ok(vec![Device { group_id: id.0.clone(), id, label, modes: vec![clip.mode()], ..Default::default() }])
    }

    fn open(
        &self,
        device: &DeviceId,
        _: &NativeMode,
        pool: &FramePool,
    ) -> Result<Box<dyn Stream>, MediaError> {
        if *device != self.id() {
            return Err(MediaError::not_found(format!(
                "there is no device {device} in this source; open {}",
                self.id()
            )));
        }
        let clip = self.open_clip()?;
        let mode = clip.mode();
        let still = self.paused || clip.is_still();
        Ok(Box::new(FileStream {
            still,
            clip,
            mode,
            lossless: self.playback == Playback::EveryFrame,
            looping: self.looping || self.paused,
            clock: FrameClock::new(if still { STILL_RATE } else { mode.frame_rate }),
            clock_start: 0,
            pool: pool.clone(),
            sequence: 0,
            pass: Pass::default(),
            length: None,
            searching: true,
            undecided: false,
            kept: None,
            ended: false,
        }))
    }
}

/// Detects the format of a file by its first bytes, and opens it.
fn open_clip(path: &Path, frame_rate: Option<f64>) -> Result<Box<dyn Clip>, MediaError> {
    if path.is_dir() {
        return Ok(Box::new(still::Folder::open(path, frame_rate)?));
    }
    let mut input = Input::open(path)?;
    let mut start = [0; 12];
    let known = input.read_up_to(&mut start)?;
    input.seek(0)?;
    let extension = path.extension().and_then(OsStr::to_str).unwrap_or_default().to_ascii_lowercase();
    let is_named = |names: &[&str]| names.contains(&extension.as_str());
    match &start[..known] {
        [] => Err(MediaError::not_supported("the file is empty; choose another")),
        [b'R', b'I', b'F', b'F', _, _, _, _, b'A', b'V', b'I', b' '] => {
            Ok(Box::new(avi::Avi::open(input, frame_rate)?))
        }
        [b'R', b'I', b'F', b'F', _, _, _, _, b'W', b'E', b'B', b'P'] => {
            Ok(Box::new(still::Still::open(path)?))
        }
        [0x89, b'P', b'N', b'G', ..] => Ok(Box::new(still::Still::open(path)?)),
        [b'Y', b'U', b'V', b'4', b'M', b'P', b'E', b'G', b'2', ..] => {
            Ok(Box::new(y4m::Y4m::open(input, frame_rate)?))
        }
        // An image and a stream start alike. Some images contain a second one (a thumbnail), which is no next frame.
        [0xff, 0xd8, 0xff, ..] => {
            let is_stream = is_named(&["mjpeg", "mjpg"])
                || media_type::image(path).is_none() && mjpeg::is_stream(&mut input)?;
            if is_stream {
                Ok(Box::new(mjpeg::Mjpeg::open(input, frame_rate)?))
            } else {
                Ok(Box::new(still::Still::open(path)?))
            }
        }
        _ if is_named(&["mjpeg", "mjpg"]) || mjpeg::is_multipart(&mut input)? => {
            Ok(Box::new(mjpeg::Mjpeg::open(input, frame_rate)?))
        }
        _ => Err(MediaError::not_supported(
            "this is not a Y4M, AVI, JPEG, PNG or WebP file; convert it to Y4M, for example with ffmpeg",
        )),
    }
}

#[derive(Debug)]
struct FileStream {
    clip: Box<dyn Clip>,
    mode: NativeMode,
    lossless: bool,
    looping: bool,
    still: bool,
    clock: FrameClock,
    /// The sequence number of the frame at which the clock started.
    clock_start: u64,
    pool: FramePool,
    sequence: u64,
    pass: Pass,
    /// The number of frames in the file. `None` before its first end.
    length: Option<u64>,
    /// No frame was shown yet. The first good frame is searched without waiting for its time.
    searching: bool,
    /// The last frame may still be rejected.
    undecided: bool,
    /// The frame of a still.
    kept: Option<Frame>,
    ended: bool,
}

/// The frames of a file since its start.
#[derive(Debug, Default)]
struct Pass {
    /// The number of frames passed, read or skipped.
    frames: u64,
    /// The number of those that can't be shown.
    bad: u64,
    /// The error of the last one.
    failure: Option<MediaError>,
}

impl Pass {
    fn fail(&mut self, error: &MediaError) {
        self.bad += 1;
        self.failure = Some(error.clone());
    }

    /// Ends the pass.
    ///
    /// # Errors
    /// The last error if no frame can be shown: another pass would show none either.
    fn end(self) -> Result<(), MediaError> {
        if self.bad < self.frames {
            return Ok(());
        }
        Err(self
            .failure
            .unwrap_or_else(|| MediaError::data("no frame of the file can be shown; choose another")))
    }
}

impl FileStream {
    /// Advances by this many frames, from the file's end to its start. Returns [`StreamEvent::Ended`] or
    /// [`StreamEvent::Corrupt`] if it reaches no frame.
    fn advance(&mut self, count: u64) -> Result<Option<StreamEvent>, MediaError> {
        let mut left = count;
        while left > 0 {
            // Whole passes through a short file are skipped.
            if let Some(length @ 1..) = self.length {
                left = (left - 1) % length + 1;
            }
            match self.clip.advance() {
                Ok(true) => {
                    self.pass.frames += 1;
                    left -= 1;
                }
                Ok(false) => {
                    self.length = Some(self.pass.frames);
                    self.end_pass()?;
                    if self.ended {
                        return Ok(Some(StreamEvent::Ended));
                    }
                }
                // Nothing after this place can be found: it is the file's end.
                Err(error) if error.name == ErrorName::Data => {
                    self.pass.failure = Some(error.clone());
                    self.end_pass()?;
                    return Ok(Some(StreamEvent::Corrupt(error)));
                }
                Err(error) => return Err(error),
            }
        }
        Ok(None)
    }

    /// Starts again, or ends.
    ///
    /// # Errors
    /// The errors of [`Pass::end`].
    fn end_pass(&mut self) -> Result<(), MediaError> {
        self.ended = !self.looping;
        std::mem::take(&mut self.pass).end()?;
        if self.looping { self.clip.rewind() } else { Ok(()) }
    }

    fn read(&mut self, skipped: u64) -> Result<StreamEvent, MediaError> {
        // A very late reader skips frames.
        let longest = self.mode.frame_rate.ceil() as u64;
        if let Some(instead) = self.advance(skipped.min(longest) + 1)? {
            return Ok(instead);
        }
        match self.clip.load(&self.pool) {
            Ok(Some(frame)) => {
                self.undecided = true;
                Ok(StreamEvent::Frame(frame))
            }
            Ok(None) => {
                self.pass.bad += 1;
                Ok(StreamEvent::Pending)
            }
            Err(error) if error.name == ErrorName::Data => {
                self.pass.fail(&error);
                Ok(StreamEvent::Corrupt(error))
            }
            Err(error) => Err(error),
        }
    }

    /// The frame of a still, read once. All its frames share their bytes.
    fn keep(&mut self) -> Result<StreamEvent, MediaError> {
        let kept = match &self.kept {
            Some(kept) => kept,
            None => match self.read(0)? {
                StreamEvent::Frame(frame) => self.kept.insert(frame),
                other => return Ok(other),
            },
        };
        Ok(StreamEvent::Frame(kept.clone()))
    }
}

impl Stream for FileStream {
    fn mode(&self) -> NativeMode {
        self.mode
    }

    fn next(&mut self, wait: Duration) -> Result<StreamEvent, MediaError> {
        if std::mem::take(&mut self.undecided) {
            self.searching = false;
        }
        // Without timing a still ends after its only frame.
        self.ended |= self.still && self.lossless && !self.looping && self.kept.is_some();
        if self.ended {
            return Ok(StreamEvent::Ended);
        }
        let (sequence, captured) = if self.lossless && !self.still {
            (self.sequence, Instant::now())
        } else if self.searching {
            self.clock_start = self.sequence;
            (self.sequence, self.clock.restart())
        } else {
            match self.clock.wait_for(self.sequence - self.clock_start, wait) {
                Some((sequence, due)) => (self.clock_start + sequence, due),
                None => return Ok(StreamEvent::Pending),
            }
        };
        let next = if self.still {
            if self.kept.is_some() && !self.looping {
                self.ended = true;
                return Ok(StreamEvent::Ended);
            }
            self.keep()
        } else {
            self.read(sequence - self.sequence)
        };
        self.sequence = sequence + 1;
        Ok(match next? {
            StreamEvent::Frame(frame) => StreamEvent::Frame(Frame { sequence, captured, ..frame }),
            other => other,
        })
    }

    /// `None`: a file would start again if it were opened again, and it may be paused.
    fn silence_limit(&self) -> Option<Duration> {
        None
    }

    fn reject(&mut self, error: &MediaError) {
        self.undecided = false;
        self.kept = None;
        self.pass.fail(error);
    }

    fn lossless(&self) -> bool {
        self.lossless
    }
}
