//! Files as the tests outside of this crate read them: by the reader that opens a file, and by the packets of a
//! container before they are decoded.

use std::{path::Path, time::Duration};

use super::{clip::Clip, demux::Demux, input::Input, matroska::Matroska, mp4, open_clip};
use crate::error::{ErrorName, MediaError};

/// An encoded frame of a container.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FilePacket {
    /// The time at which the frame is shown, from the start of the file.
    pub time: Duration,
    /// Whether a decoder can start here.
    pub is_key: bool,
    /// Whether the frame is shown.
    pub is_shown: bool,
    /// The encoded bytes.
    pub data: Vec<u8>,
}

/// A file whose packets are read: Matroska, WebM, MP4 or QuickTime.
#[derive(Debug)]
pub struct FilePackets(Box<dyn Demux>);

impl FilePackets {
    /// Opens a file.
    ///
    /// # Errors
    /// The errors of [`FileSource`](super::FileSource), but for those of decoders.
    pub fn open(path: &Path) -> Result<Self, MediaError> {
        let mut input = Input::open(path)?;
        let mut start = [0; 8];
        let known = input.read_up_to(&mut start)?;
        input.seek(0)?;
        let demux: Box<dyn Demux> = match &start[..known] {
            [0x1a, 0x45, 0xdf, 0xa3, ..] => Box::new(Matroska::open(input)?),
            start if mp4::is_mp4(start) => Box::new(mp4::Mp4::open(input)?),
            _ => return Err(MediaError::not_supported("this is neither a Matroska nor an MP4 file")),
        };
        Ok(Self(demux))
    }

    /// The next packet, or an error in place of damaged ones. `None` at the end.
    ///
    /// # Errors
    /// The system's error of reading the file.
    pub fn next_packet(&mut self) -> Result<Option<Result<FilePacket, MediaError>>, MediaError> {
        match self.0.next() {
            Ok(Some(packet)) => Ok(Some(Ok(FilePacket {
                time: packet.time,
                is_key: packet.is_key,
                is_shown: packet.is_shown,
                data: packet.data.to_vec(),
            }))),
            Ok(None) => Ok(None),
            Err(error) if error.name == ErrorName::Data => Ok(Some(Err(error))),
            Err(error) => Err(error),
        }
    }

    /// Goes to the last key frame at or before a time, or to the first one.
    ///
    /// # Errors
    /// The system's error of reading the file.
    pub fn seek(&mut self, to: Duration) -> Result<(), MediaError> {
        self.0.seek(to)
    }
}

/// The name of the reader that opens a file: `Avi`, `Mjpeg`, `Still`, `Video`, `Y4m`.
///
/// # Errors
/// Those of [`FileSource`](super::FileSource).
pub fn reader_of(path: &Path) -> Result<String, MediaError> {
    let clip: Box<dyn Clip> = open_clip(path, None)?;
    let shown = format!("{clip:?}");
    Ok(shown.split(|letter: char| !letter.is_alphanumeric()).next().unwrap_or_default().to_owned())
}
