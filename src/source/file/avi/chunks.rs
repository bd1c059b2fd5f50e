//! An iterator over the chunks of a RIFF file.
//!
//! Recorders write wrong lengths and padding, and recordings are truncated or damaged. So the lengths of lists of
//! frames aren't used: their chunks follow each other like all others. If no chunk starts after the last one, the
//! search tries missing and additional padding, then the next recognizable chunk.

use crate::{error::MediaError, source::file::input::Input};

/// The lists whose chunks are read. Others are skipped.
const ENTERED: [&[u8; 4]; 6] = [b"AVI ", b"AVIX", b"hdrl", b"strl", b"movi", b"rec "];

/// The lists that the search recognizes.
const LISTS: [&[u8; 4]; 8] = [b"AVI ", b"AVIX", b"hdrl", b"strl", b"movi", b"rec ", b"INFO", b"odml"];

/// The chunks that the search recognizes, in addition to those of streams and their indices.
const NAMED: [&[u8; 4]; 6] = [b"avih", b"strh", b"strf", b"JUNK", b"idx1", b"indx"];

/// The length of a chunk's header: its name and length, in bytes.
const HEAD: u64 = 8;

/// A chunk, or the start of a list of frames.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Chunk {
    /// The chunk's name, or the list's type.
    pub id: [u8; 4],
    /// The offset of its data.
    pub data: u64,
    pub len: u32,
    /// Whether bytes before it belong to no chunk: data is lost there.
    pub after_damage: bool,
}

impl Chunk {
    /// The offset of its header.
    pub fn start(&self) -> u64 {
        self.data - HEAD
    }

    fn end(&self) -> u64 {
        self.data + u64::from(self.len)
    }

    /// The expected offset of the next chunk. Chunks are padded to an even length.
    fn padded_end(&self) -> u64 {
        self.end() + u64::from(self.len % 2)
    }

    fn is_list(&self) -> bool {
        matches!(&self.id, b"RIFF" | b"LIST")
    }

    /// Whether it is a frame of a video stream.
    pub fn is_video(&self) -> bool {
        matches!(self.id, [b'0'..=b'9', b'0'..=b'9', b'd', b'b' | b'c'])
    }

    /// Whether the name is expected in an AVI.
    fn is_known(&self) -> bool {
        match self.id {
            [b'0'..=b'9', b'0'..=b'9', a, b] => matches!(&[a, b], b"dc" | b"db" | b"wb" | b"tx" | b"pc"),
            [b'i', b'x', b'0'..=b'9', b'0'..=b'9'] => true,
            id => self.is_list() || NAMED.contains(&&id),
        }
    }
}

/// A file of chunks, with a position.
#[derive(Debug)]
pub(super) struct Chunks {
    pub input: Input,
    /// The last chunk.
    last: Chunk,
}

impl Chunks {
    /// The chunks from the file's start.
    pub fn new(input: Input) -> Self {
        Self { input, last: nothing_at(0) }
    }

    /// Seeks to the start of a chunk.
    pub fn go_to(&mut self, place: u64) {
        self.last = nothing_at(place);
    }

    /// Advances to the next chunk, also into lists. `None` at the end.
    pub fn next(&mut self) -> Result<Option<Chunk>, MediaError> {
        let mut after_damage = false;
        while let Some(chunk) = self.next_or_list()? {
            self.last = chunk;
            after_damage |= chunk.after_damage;
            if !chunk.is_list() {
                return Ok(Some(Chunk { after_damage, ..chunk }));
            }
            let kind = self.kind(&chunk)?;
            // The lengths of unfinished lists are ignored.
            if ENTERED.contains(&&kind) || chunk.end() > self.input.len() {
                self.last.len = kind.len() as u32;
            }
            if kind == *b"movi" {
                return Ok(Some(Chunk { id: kind, after_damage, ..self.last }));
            }
        }
        Ok(None)
    }

    fn next_or_list(&mut self) -> Result<Option<Chunk>, MediaError> {
        let last = self.last;
        // A wrong length, or a truncated file.
        if last.end() > self.input.len() {
            return self.search(last.data);
        }
        let padded = self.chunk_at(last.padded_end())?;
        if padded.is_some_and(|chunk| chunk.is_known()) {
            return Ok(padded);
        }
        // Without padding the next chunk starts one byte earlier.
        let unpadded = self.chunk_at(last.end())?.filter(Chunk::is_known);
        if let Some(chunk) = unpadded.or(padded) {
            return Ok(Some(chunk));
        }
        // Some recorders align chunks, or leave space after the last one.
        self.input.seek(last.end())?;
        if !self.input.skip_zeros()? {
            return Ok(None);
        }
        let place = self.input.position();
        match self.chunk_at(place)? {
            Some(chunk) => Ok(Some(chunk)),
            // If the last chunk's length is too large, the next one starts within it.
            None => self.search(last.data),
        }
    }

    /// The chunk whose header is at this offset. `None` if there is no valid header.
    fn chunk_at(&mut self, place: u64) -> Result<Option<Chunk>, MediaError> {
        self.input.seek(place)?;
        if self.input.left() < HEAD {
            return Ok(None);
        }
        let id = self.input.read::<4>()?;
        let len = u32::from_le_bytes(self.input.read::<4>()?);
        let chunk = Chunk { id, data: place + HEAD, len, after_damage: false };
        // Names consist of letters, digits and blanks.
        let is_named = id.iter().all(|byte| (b' '..=b'~').contains(byte));
        let is_chunk = chunk.is_known() || is_named && chunk.end() <= self.input.len();
        Ok(is_chunk.then_some(chunk))
    }

    /// Finds the next recognizable chunk from this offset on.
    fn search(&mut self, from: u64) -> Result<Option<Chunk>, MediaError> {
        let expected = self.last.padded_end();
        self.input.seek(from)?;
        let mut id = [0; 4];
        while let Some(byte) = self.input.byte()? {
            id = [id[1], id[2], id[3], byte];
            if !(Chunk { id, ..self.last }).is_known() {
                continue;
            }
            let next = self.input.position();
            let place = next - id.len() as u64;
            if let Some(chunk) = self.chunk_at(place)?
                && self.is_certain(&chunk)?
            {
                return Ok(Some(Chunk { after_damage: place > expected, ..chunk }));
            }
            self.input.seek(next)?;
        }
        Ok(None)
    }

    /// Whether more than its name indicates a chunk.
    fn is_certain(&mut self, chunk: &Chunk) -> Result<bool, MediaError> {
        if chunk.is_list() {
            return Ok(LISTS.contains(&&self.kind(chunk)?));
        }
        if chunk.is_video() {
            self.input.seek(chunk.data)?;
            let mut start = [0; 2];
            self.input.read_up_to(&mut start)?;
            // The start of a JPEG.
            if start == [0xff, 0xd8] {
                return Ok(true);
            }
        }
        if chunk.padded_end() >= self.input.len() {
            return Ok(chunk.end() <= self.input.len());
        }
        for place in [chunk.padded_end(), chunk.end()] {
            if self.chunk_at(place)?.is_some_and(|next| next.is_known()) {
                return Ok(true);
            }
        }
        Ok(false)
    }

    /// The type of a list, or zeros if the file ends before it.
    fn kind(&mut self, list: &Chunk) -> Result<[u8; 4], MediaError> {
        let mut kind = [0; 4];
        self.input.seek(list.data)?;
        self.input.read_up_to(&mut kind)?;
        Ok(kind)
    }
}

/// The last chunk before the first one is read.
fn nothing_at(place: u64) -> Chunk {
    Chunk { id: [0; 4], data: place, len: 0, after_damage: false }
}
