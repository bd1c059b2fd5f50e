//! A buffered file reader that knows its length and position.

use std::{
    fs::File,
    io::{BufRead, BufReader, ErrorKind, Read, Seek, SeekFrom},
    path::Path,
};

use crate::{
    error::MediaError,
    frame::{FrameBuffer, FramePool},
};

/// A buffered file. It allocates no memory for bytes that the file doesn't have.
#[derive(Debug)]
pub(super) struct Input {
    file: BufReader<File>,
    position: u64,
    len: u64,
    /// The last line. The memory is reused.
    line: Vec<u8>,
}

impl Input {
    /// Opens a file at its start.
    pub(super) fn open(path: &Path) -> Result<Self, MediaError> {
        let metadata = path.metadata().map_err(error)?;
        // A pipe or a device could block forever, and can't be rewound.
        if !metadata.is_file() {
            return Err(MediaError::not_supported(
                "this is neither a file nor a folder; choose another path",
            ));
        }
        let file = File::open(path).map_err(error)?;
        Ok(Self { file: BufReader::new(file), position: 0, len: metadata.len(), line: vec![] })
    }

    /// The position in bytes from the file's start.
    pub(super) fn position(&self) -> u64 {
        self.position
    }

    /// The file's length in bytes.
    pub(super) fn len(&self) -> u64 {
        self.len
    }

    /// The number of bytes up to the file's end.
    pub(super) fn left(&self) -> u64 {
        self.len.saturating_sub(self.position)
    }

    /// Seeks to a position, at most to the file's end.
    pub(super) fn seek(&mut self, position: u64) -> Result<(), MediaError> {
        let position = position.min(self.len);
        // Unlike an absolute seek, this keeps the buffer if possible.
        match i64::try_from(i128::from(position) - i128::from(self.position)) {
            Ok(distance) => self.file.seek_relative(distance),
            Err(_) => self.file.seek(SeekFrom::Start(position)).map(|_| ()),
        }
        .map_err(error)?;
        self.position = position;
        Ok(())
    }

    /// Skips this many bytes, at most to the file's end.
    pub(super) fn skip(&mut self, bytes: u64) -> Result<(), MediaError> {
        self.seek(self.position.saturating_add(bytes))
    }

    /// Reads up to the end of the buffer or of the file. Returns the number of bytes.
    pub(super) fn read_up_to(&mut self, buffer: &mut [u8]) -> Result<usize, MediaError> {
        let mut filled = 0;
        while filled < buffer.len() {
            match self.file.read(&mut buffer[filled..]) {
                Ok(0) => break,
                Ok(read) => filled += read,
                Err(interrupted) if interrupted.kind() == ErrorKind::Interrupted => {}
                Err(other) => return Err(error(other)),
            }
        }
        self.position += filled as u64;
        Ok(filled)
    }

    /// Reads exactly this many bytes.
    pub(super) fn read<const N: usize>(&mut self) -> Result<[u8; N], MediaError> {
        let mut bytes = [0; N];
        if self.read_up_to(&mut bytes)? == N { Ok(bytes) } else { Err(cut_short()) }
    }

    /// Reads exactly this many bytes into a buffer of the pool.
    pub(super) fn read_frame(&mut self, len: usize, pool: &FramePool) -> Result<FrameBuffer, MediaError> {
        if len as u64 > self.left() {
            self.skip(u64::MAX)?;
            return Err(cut_short());
        }
        let mut buffer = pool.take(len);
        if self.read_up_to(&mut buffer)? == len { Ok(buffer) } else { Err(cut_short()) }
    }

    /// Appends exactly this many bytes to a buffer.
    pub(super) fn append(&mut self, len: u64, buffer: &mut Vec<u8>) -> Result<(), MediaError> {
        let start = buffer.len();
        match usize::try_from(len) {
            Ok(count) if len <= self.left() => buffer.resize(start + count, 0),
            _ => {
                self.skip(u64::MAX)?;
                return Err(cut_short());
            }
        }
        let read = self.read_up_to(&mut buffer[start..])?;
        if read as u64 == len { Ok(()) } else { Err(cut_short()) }
    }

    /// Reads a line of at most this many bytes, without its end. `None` at the file's end.
    pub(super) fn read_line(&mut self, longest: u64) -> Result<Option<&[u8]>, MediaError> {
        self.line.clear();
        let read = (&mut self.file).take(longest).read_until(b'\n', &mut self.line).map_err(error)?;
        self.position += read as u64;
        match self.line.split_last() {
            None => Ok(None),
            Some((b'\n', line)) => Ok(Some(line)),
            Some(_) => Err(MediaError::data("a header line in the file has no end")),
        }
    }

    /// Reads the next byte. `None` at the file's end.
    pub(super) fn byte(&mut self) -> Result<Option<u8>, MediaError> {
        let byte = self.peek()?;
        if byte.is_some() {
            self.file.consume(1);
            self.position += 1;
        }
        Ok(byte)
    }

    /// The next byte, without reading it. `None` at the file's end.
    pub(super) fn peek(&mut self) -> Result<Option<u8>, MediaError> {
        Ok(self.file.fill_buf().map_err(error)?.first().copied())
    }

    /// Seeks to the next byte of this value. Returns `false` at the file's end.
    pub(super) fn skip_to(&mut self, wanted: u8) -> Result<bool, MediaError> {
        self.skip_until(|byte| byte == wanted)
    }

    /// Seeks to the next byte that isn't zero. Returns `false` at the file's end.
    pub(super) fn skip_zeros(&mut self) -> Result<bool, MediaError> {
        self.skip_until(|byte| byte != 0)
    }

    /// Seeks to the next byte for which this is true. Returns `false` at the file's end.
    fn skip_until(&mut self, wanted: impl Fn(u8) -> bool) -> Result<bool, MediaError> {
        loop {
            let buffer = self.file.fill_buf().map_err(error)?;
            if buffer.is_empty() {
                return Ok(false);
            }
            let found = buffer.iter().position(|byte| wanted(*byte));
            let passed = found.unwrap_or(buffer.len());
            self.file.consume(passed);
            self.position += passed as u64;
            if found.is_some() {
                return Ok(true);
            }
        }
    }

    /// Seeks to just after the next byte of this value. Returns `false` at the file's end.
    pub(super) fn find(&mut self, wanted: u8) -> Result<bool, MediaError> {
        Ok(self.skip_to(wanted)? && self.byte()?.is_some())
    }
}

/// The error of a file that ends too early.
pub(super) fn cut_short() -> MediaError {
    MediaError::data("the file was cut short: it ends within a frame or its header")
}

/// The system's error, by the standard's names.
pub(super) fn error(error: std::io::Error) -> MediaError {
    match error.kind() {
        ErrorKind::NotFound | ErrorKind::NotADirectory => {
            MediaError::not_found("there is no such file; check the path")
        }
        ErrorKind::PermissionDenied => {
            MediaError::not_allowed("the file may not be read; change its permissions")
        }
        ErrorKind::UnexpectedEof => cut_short(),
        _ => MediaError::not_readable(format!(
            "the file can't be read ({error}); try again, or choose another"
        )),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::error::ErrorName;

    #[test]
    fn what_the_system_says_has_a_name() {
        for (kind, name) in [
            (ErrorKind::NotFound, ErrorName::NotFound),
            (ErrorKind::PermissionDenied, ErrorName::NotAllowed),
            (ErrorKind::UnexpectedEof, ErrorName::Data),
            (ErrorKind::TimedOut, ErrorName::NotReadable),
        ] {
            assert_eq!(error(kind.into()).name, name);
        }
    }

    #[test]
    fn places_are_kept_through_reads_and_seeks() {
        let file = tempfile::NamedTempFile::new().expect("a temporary file");
        let bytes: Vec<u8> = (0..40_000_u32).map(|index| (index % 251) as u8).collect();
        std::fs::write(file.path(), &bytes).expect("a temporary file");
        let mut input = Input::open(file.path()).expect("a file that was just written");
        for place in [0, 39_999, 5, 20_000, 19_000, 30_000] {
            input.seek(place).expect("a place in the file");
            assert_eq!(input.byte(), Ok(Some(bytes[place as usize])));
            assert_eq!(input.position(), place + 1);
        }
        input.seek(0).expect("the beginning");
        assert_eq!(input.find(250), Ok(true));
        assert_eq!(input.position(), 251);
        assert_eq!(input.find(255), Ok(false));
        assert_eq!((input.left(), input.byte()), (0, Ok(None)));
        input.seek(u64::MAX).expect("the end at the most");
        assert_eq!(input.position(), 40_000);
        assert!(input.read::<4>().is_err());
    }

    #[test]
    fn bytes_that_a_file_does_not_have_take_no_memory() {
        let file = tempfile::NamedTempFile::new().expect("a temporary file");
        std::fs::write(file.path(), [1, 2, 3, 4]).expect("a temporary file");
        let mut input = Input::open(file.path()).expect("a file that was just written");
        let mut buffer = vec![];
        assert_eq!(input.append(3, &mut buffer), Ok(()));
        for len in [2, 1 << 40, u64::MAX] {
            assert_eq!(input.append(len, &mut buffer), Err(cut_short()), "{len}");
            input.seek(3).expect("a place in the file");
        }
        assert_eq!(input.append(1, &mut buffer), Ok(()));
        assert!(buffer == [1, 2, 3, 4] && buffer.capacity() < 100, "{}", buffer.capacity());
    }
}
