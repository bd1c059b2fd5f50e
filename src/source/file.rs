//! Files as devices: a video, an image, or a folder of images.

mod avi;
mod clip;
// Network cameras use both. Builds without these decoders have no use for some of it.
#[cfg_attr(not(all(feature = "h264", feature = "vpx")), allow(dead_code))]
pub(super) mod decode;
#[cfg_attr(not(all(feature = "h264", feature = "vpx")), allow(dead_code))]
pub(super) mod demux;
mod file_clock;
mod input;
mod matroska;
mod mjpeg;
mod mp4;
pub(crate) mod packets;
#[cfg(feature = "audio")]
mod sound;
mod still;
mod stream;
#[cfg(test)]
mod testing;
#[cfg(test)]
mod tests;
mod video;
mod y4m;

use std::{
    ffi::OsStr,
    path::{Path, PathBuf},
};

use super::{Source, Stream, player::FilePlayer};
use crate::{
    device::{Device, DeviceId, NativeMode},
    error::MediaError,
    frame::FramePool,
    media_type,
};
use clip::{Clip, is_rate};
use input::Input;
use stream::FileStream;

/// The timing of a file's frames.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
pub enum Playback {
    /// At the times of the file, like a camera. A late reader misses frames.
    #[default]
    RealTime,
    /// As fast as frames are taken, without missing any.
    EveryFrame,
}

/// A file or a folder as a device.
///
/// The first bytes of a file determine its format:
/// - Matroska, WebM, MP4 and QuickTime (`.mkv`, `.webm`, `.mp4`, `.mov`), as recorders and phones write them, with
///   Motion JPEG, with VP8 and VP9 (feature `vpx`), or with H.264 (feature `h264`), of 8 bits and 4:2:0. The first
///   video track is played, at the times of its frames, turned upright by its rotation, with its matrix and range. Its
///   sound is heard if the [player](Self::player) has a volume (feature `audio`). The shape of its pixels is ignored:
///   each pixel is a square;
/// - YUV4MPEG2 (`.y4m`): 8 bits, 4:2:0, 4:2:2, 4:4:4, 4:1:1, and gray of up to 16 bits, full or limited range, BT.601;
/// - AVI with Motion JPEG, including OpenDML's larger files;
/// - raw Motion JPEG: a sequence of JPEGs, also as HTTP cameras send them (`multipart/x-mixed-replace`). A file named
///   `.mjpeg` or `.mjpg` may start within a JPEG;
/// - an image (PNG, JPEG or WebP), rotated upright by its Exif orientation, converted to sRGB by its ICC profile, sent
///   once a second. Of an animated image it is the first picture;
/// - a folder of such images, in the natural order of their names (`2.png` before `10.png`).
///
/// Corrupt frames are dropped ([`FrameCorrupted`](crate::track::FrameCorrupted)) and the track continues with the next.
/// A file that is paused from the start shows its first good frame. A damaged place that hides several frames counts as
/// one corrupt frame. If no frame of the file can be shown, the track ends with the last error
/// ([`TrackEnded`](crate::track::TrackEnded)). A container that was cut short plays as far as it goes, but an MP4 file
/// without its index can't be played.
///
/// Frames are read and decoded on the capture thread. [`FileSource::player`] pauses, seeks, and sets the volume.
///
/// Corrupt and truncated files are errors. The memory that a file can allocate is bounded by its length, or by the
/// largest frame that its decoder takes: 4096x2304 pixels of H.264, and sides of 4096 pixels of VP8 and VP9, or of
/// 16384 if the container declares such frames. An image may have 134 million pixels (2^27) and 32768 on a side, a
/// progressive JPEG or an image of 16 bits and four channels half of them, and a JPEG 256 MiB. A larger one is refused
/// before it is decoded. A damaged ICC profile, and one that is neither for RGB nor for gray, is ignored, as by
/// browsers.
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
    player: FilePlayer,
    frame_rate: Option<f64>,
}

impl FileSource {
    /// The file or folder at this path, played at its own frame rate, in a loop.
    pub fn new(path: impl Into<PathBuf>) -> Self {
        Self {
            path: path.into(),
            playback: Playback::default(),
            looping: true,
            player: FilePlayer::default(),
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

    /// Whether it is paused from the start, and shows only its first good frame. It gets a new
    /// [`player`](Self::player), which is independent of clones.
    #[must_use]
    pub fn paused(mut self, paused: bool) -> Self {
        self.player = FilePlayer::default();
        if paused {
            self.player.pause();
        }
        self
    }

    /// The handle that pauses, seeks and sets the volume. All tracks of this source and of its clones follow it.
    pub fn player(&self) -> FilePlayer {
        self.player.clone()
    }

    /// The frame rate, in Hz, instead of the file's, and instead of the times of its frames. The default of folders and
    /// raw Motion JPEG, which have none, is 25 Hz.
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
    /// [`ErrorName::NotFound`](crate::error::ErrorName::NotFound) if the file doesn't exist,
    /// [`ErrorName::NotAllowed`](crate::error::ErrorName::NotAllowed) if it may not be read,
    /// [`ErrorName::NotSupported`](crate::error::ErrorName::NotSupported) for another format, or for a codec that this
    /// build can't decode, [`ErrorName::Data`](crate::error::ErrorName::Data) for a corrupt file.
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
        let lossless = self.playback == Playback::EveryFrame;
        let clip = self.open_clip()?;
        #[cfg(feature = "audio")]
        let has_sound = clip.has_sound();
        let stream = FileStream::new(clip, lossless, self.looping, self.player.clone(), pool.clone());
        // Sound that isn't in step with the frames is worse than none.
        #[cfg(feature = "audio")]
        if has_sound && !lossless && self.frame_rate.is_none() {
            let sound = sound::FileSound::new(&self.path, self.player.clone());
            return Ok(Box::new(stream.with_sound(sound)));
        }
        Ok(Box::new(stream))
    }
}

/// Whether a file that begins with a JPEG is a stream of JPEGs: unless it has the name of an image, and if another JPEG
/// follows the first. Some images contain a second one (a thumbnail), which is no next frame.
///
/// # Errors
/// Those of reading the file.
pub(crate) fn is_jpeg_stream(path: &Path) -> Result<bool, MediaError> {
    Ok(media_type::image(path).is_none() && mjpeg::is_stream(&mut Input::open(path)?)?)
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
        [0x1a, 0x45, 0xdf, 0xa3, ..] => {
            let demux = Box::new(matroska::Matroska::open(input)?);
            Ok(Box::new(video::Video::open(demux, frame_rate)?))
        }
        start if mp4::is_mp4(start) => match media_type::of_content(start, "") {
            image if image.starts_with("image/") => Err(MediaError::not_supported(format!(
                "this is {image}, which isn't supported; convert it to JPEG or PNG"
            ))),
            _ => {
                let demux = Box::new(mp4::Mp4::open(input)?);
                Ok(Box::new(video::Video::open(demux, frame_rate)?))
            }
        },
        [0xff, 0xd8, 0xff, ..] => {
            if is_named(&["mjpeg", "mjpg"]) || is_jpeg_stream(path)? {
                Ok(Box::new(mjpeg::Mjpeg::open(input, frame_rate)?))
            } else {
                Ok(Box::new(still::Still::open(path)?))
            }
        }
        _ if is_named(&["mjpeg", "mjpg"]) || mjpeg::is_multipart(&mut input)? => {
            Ok(Box::new(mjpeg::Mjpeg::open(input, frame_rate)?))
        }
        _ => Err(MediaError::not_supported(
            "this is not a Matroska, WebM, MP4, Y4M, AVI, JPEG, PNG or WebP file; convert it to WebM, for example with \
             ffmpeg",
        )),
    }
}
