//! A file as a camera: video, a picture, a folder of pictures.

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

use super::{Next, Source, Stream, clock::FrameClock};
use crate::{
    device::{Device, DeviceId, NativeMode},
    error::{ErrorName, MediaError},
    frame::{Frame, FramePool},
    media_type,
};
use clip::{Clip, STILL_RATE, is_rate};
use input::Input;

/// How fast a file is played.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
pub enum Pace {
    /// At its own rate, as a camera would. Who comes late misses frames.
    #[default]
    RealTime,
    /// As fast as frames are taken, and none is missed.
    AsRead,
}

/// One file, or one folder, as a camera.
///
/// What a file is shows in its first bytes:
/// - YUV4MPEG2 (`.y4m`): 8 bits, 4:2:0, 4:2:2, 4:4:4, 4:1:1 and gray, full or limited range, BT.601;
/// - AVI with Motion JPEG in it, OpenDML's larger ones too;
/// - raw Motion JPEG: one JPEG after the other, also as HTTP cameras send them (`multipart/x-mixed-replace`). A file
///   that is named `.mjpeg` or `.mjpg` may begin within a JPEG;
/// - a picture in PNG, JPEG or WebP, turned upright by its Exif orientation: sent once a second;
/// - a folder of such pictures, in the natural order of their names (`2.png` before `10.png`).
///
/// Broken frames are dropped ([`FrameCorrupted`](crate::track::FrameCorrupted)) and the track goes on with the next, also at
/// the beginning: paused, it shows the first frame that is good. Where a damaged place hides frames, it is one broken
/// frame. A track whose file has no frame at all that can be shown ends with the error of the last
/// ([`TrackEnded`](crate::track::TrackEnded)).
///
/// A file that says more than it holds, or is broken or cut short, is an error with a name; the memory that it can ask
/// for is bounded by its length. A picture may have 134 million pixels (2^27), half of that if it is a progressive JPEG.
///
/// ```no_run
/// # use bevy_viewfinder::source::{FileSource, Pace, TrackSource};
/// let track_source = TrackSource::new(FileSource::new("clip.y4m").with_pace(Pace::AsRead).with_looping(false));
/// ```
#[derive(Debug, Clone)]
pub struct FileSource {
    path: PathBuf,
    pace: Pace,
    looping: bool,
    paused: bool,
    frame_rate: Option<f64>,
}

impl FileSource {
    /// The file or folder at this path, played at its own rate, over and over.
    pub fn new(path: impl Into<PathBuf>) -> Self {
        Self { path: path.into(), pace: Pace::default(), looping: true, paused: false, frame_rate: None }
    }

    /// How fast it is played.
    #[must_use]
    pub fn with_pace(mut self, pace: Pace) -> Self {
        self.pace = pace;
        self
    }

    /// Whether it begins again at its end. Otherwise the track ends with it.
    #[must_use]
    pub fn with_looping(mut self, looping: bool) -> Self {
        self.looping = looping;
        self
    }

    /// Shows the first good frame and no other.
    #[must_use]
    pub fn with_paused(mut self, paused: bool) -> Self {
        self.paused = paused;
        self
    }

    /// Plays at this many frames per second, whatever the file says. Folders and raw Motion JPEG say nothing, and
    /// play at 25 Hz.
    #[must_use]
    pub fn with_frame_rate(mut self, frame_rate: f64) -> Self {
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
                "{} can't be played at {rate} Hz; ask for 0.001 to 100000",
                self.path.display()
            )));
        }
        // The path belongs to every message, and is added here once.
        open_clip(&self.path, self.frame_rate).map_err(|error| MediaError {
            message: format!("{}: {}", self.path.display(), error.message).into(),
            ..error
        })
    }
}

impl Source for FileSource {
    /// # Errors
    /// [`ErrorName::NotFound`] for a file that isn't there, [`ErrorName::NotAllowed`] for one that may not be
    /// read, [`ErrorName::NotSupported`] for one of another kind, [`ErrorName::Data`] for a broken one.
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
            return Err(MediaError::not_found(format!("there is no device {device}, only {}", self.id())));
        }
        let clip = self.open_clip()?;
        let mode = clip.mode();
        let still = self.paused || clip.is_still();
        Ok(Box::new(FileStream {
            still,
            clip,
            mode,
            lossless: self.pace == Pace::AsRead,
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

/// Finds out what a file is by its first bytes.
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
        [] => Err(MediaError::not_supported("the file is empty")),
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
        // A picture and a stream of them begin alike. Some pictures hold a second one, which isn't the next.
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
            "this is not a Y4M, AVI, JPEG, PNG or WebP file; convert it to Y4M, for instance with ffmpeg",
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
    /// The count of the frame that the clock began with.
    clock_start: u64,
    pool: FramePool,
    sequence: u64,
    pass: Pass,
    /// How many pictures the file has, once it was gone through.
    length: Option<u64>,
    /// No frame was shown yet: the first good one is looked for without waiting for its time.
    searching: bool,
    /// The last frame may still be rejected.
    undecided: bool,
    /// The picture that stays.
    kept: Option<Frame>,
    ended: bool,
}

/// The pictures of a file since it was begun.
#[derive(Debug, Default)]
struct Pass {
    /// Those gone to, read or not.
    pictures: u64,
    /// Those of them that can't be shown.
    bad: u64,
    /// Why the last of these can't.
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
    /// The last failure where no picture can be shown: another pass would bring none either.
    fn end(self) -> Result<(), MediaError> {
        if self.bad < self.pictures {
            return Ok(());
        }
        Err(self.failure.unwrap_or_else(|| MediaError::data("no frame in the file can be shown")))
    }
}

impl FileStream {
    /// Goes on by some pictures, from the file's end to its beginning. Returns [`Next::End`] or [`Next::Broken`] where
    /// no picture is reached.
    fn advance(&mut self, count: u64) -> Result<Option<Next>, MediaError> {
        let mut left = count;
        while left > 0 {
            // A late reader isn't taken through a short file more than once.
            if let Some(length @ 1..) = self.length {
                left = (left - 1) % length + 1;
            }
            match self.clip.advance() {
                Ok(true) => {
                    self.pass.pictures += 1;
                    left -= 1;
                }
                Ok(false) => {
                    self.length = Some(self.pass.pictures);
                    self.end_pass()?;
                    if self.ended {
                        return Ok(Some(Next::End));
                    }
                }
                // Nothing after this can be found, so that it is the file's end.
                Err(error) if error.name == ErrorName::Data => {
                    self.pass.failure = Some(error.clone());
                    self.end_pass()?;
                    return Ok(Some(Next::Broken(error)));
                }
                Err(error) => return Err(error),
            }
        }
        Ok(None)
    }

    /// Begins again, or ends.
    ///
    /// # Errors
    /// Those of [`Pass::end`].
    fn end_pass(&mut self) -> Result<(), MediaError> {
        self.ended = !self.looping;
        std::mem::take(&mut self.pass).end()?;
        if self.looping { self.clip.rewind() } else { Ok(()) }
    }

    fn read(&mut self, skipped: u64) -> Result<Next, MediaError> {
        // A very late reader isn't taken through all that was missed.
        let longest = self.mode.frame_rate.ceil() as u64;
        if let Some(instead) = self.advance(skipped.min(longest) + 1)? {
            return Ok(instead);
        }
        match self.clip.load(&self.pool) {
            Ok(Some(frame)) => {
                self.undecided = true;
                Ok(Next::Frame(frame))
            }
            Ok(None) => {
                self.pass.bad += 1;
                Ok(Next::Nothing)
            }
            Err(error) if error.name == ErrorName::Data => {
                self.pass.fail(&error);
                Ok(Next::Broken(error))
            }
            Err(error) => Err(error),
        }
    }

    /// The picture that stays, read the first time. Its frames share their bytes.
    fn keep(&mut self) -> Result<Next, MediaError> {
        let kept = match &self.kept {
            Some(kept) => kept,
            None => match self.read(0)? {
                Next::Frame(frame) => self.kept.insert(frame),
                other => return Ok(other),
            },
        };
        Ok(Next::Frame(kept.clone()))
    }
}

impl Stream for FileStream {
    fn mode(&self) -> NativeMode {
        self.mode
    }

    fn next(&mut self, wait: Duration) -> Result<Next, MediaError> {
        if std::mem::take(&mut self.undecided) {
            self.searching = false;
        }
        // A still that is shown once lasts as long as any frame does that is read as fast as can be: not at all.
        self.ended |= self.still && self.lossless && !self.looping && self.kept.is_some();
        if self.ended {
            return Ok(Next::End);
        }
        let (sequence, captured) = if self.lossless && !self.still {
            (self.sequence, Instant::now())
        } else if self.searching {
            self.clock_start = self.sequence;
            (self.sequence, self.clock.restart())
        } else {
            match self.clock.wait_for(self.sequence - self.clock_start, wait) {
                Some((sequence, due)) => (self.clock_start + sequence, due),
                None => return Ok(Next::Nothing),
            }
        };
        let next = if self.still {
            if self.kept.is_some() && !self.looping {
                self.ended = true;
                return Ok(Next::End);
            }
            self.keep()
        } else {
            self.read(sequence - self.sequence)
        };
        self.sequence = sequence + 1;
        Ok(match next? {
            Next::Frame(frame) => Next::Frame(Frame { sequence, captured, ..frame }),
            other => other,
        })
    }

    /// A file is read again from its start when it is opened again, and may be paused.
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
