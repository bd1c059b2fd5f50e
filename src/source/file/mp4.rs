//! MP4 and QuickTime (MOV), as phones and cameras write them, and as fragments.

mod boxes;
mod fragments;
mod movie;
mod samples;

use std::time::Duration;

use super::{
    demux::{Demux, LONGEST_PACKET, Packet, VideoInfo},
    input::{Input, cut_short},
};
use crate::error::MediaError;
use boxes::{BoxHeader, header};
use fragments::{FragmentPlace, Fragments};
use movie::Movie;
use samples::{Cursor, Sample};

/// The largest `moov`, in bytes: that of a day of video.
const LONGEST_INDEX: u64 = 256 << 20;

/// The time by which frames can follow later ones. A search for a key frame ends after it.
const LONGEST_REORDERING: Duration = Duration::from_secs(10);

/// The types of boxes with which a file can start.
const FIRST_IN_FILE: [&[u8; 4]; 9] =
    [b"ftyp", b"moov", b"mdat", b"free", b"skip", b"wide", b"pnot", b"styp", b"moof"];

/// Whether a file starts like MP4 or QuickTime.
pub(super) fn is_mp4(start: &[u8]) -> bool {
    start.get(4..8).is_some_and(|kind| FIRST_IN_FILE.iter().any(|known| *known == kind))
}

/// A reader of MP4 and QuickTime.
///
/// Samples come from the table in the `moov`, and then from the fragments behind it.
#[derive(Debug)]
pub(super) struct Mp4 {
    input: Input,
    movie: Movie,
    /// The offset of the first fragment.
    first_fragment: u64,
    cursor: Cursor,
    fragments: Fragments,
    /// The sample behind damage.
    after_damage: Option<Sample>,
    /// The last packet. The memory is reused.
    packet: Vec<u8>,
}

/// A place between two samples.
#[derive(Debug, Clone, Copy)]
struct Place {
    cursor: Cursor,
    mark: FragmentPlace,
}

impl Mp4 {
    pub(super) fn open(mut input: Input) -> Result<Self, MediaError> {
        let mut next = 0;
        let mut empty = None;
        let mut is_known = false;
        while let Some(found) = header(&mut input, next)? {
            is_known |= FIRST_IN_FILE.contains(&&found.kind);
            next = found.end;
            if &found.kind != b"moov" {
                continue;
            }
            let moov = read_box(&mut input, &found, LONGEST_INDEX)?;
            let movie = Movie::read(&moov, input.len())?;
            // A file that was broken off while it was finished can have one without samples before the right one.
            if movie.table.count() > 0 || movie.fragments.is_some() {
                return Ok(Self::new(input, movie, next));
            }
            empty.get_or_insert((movie, next));
        }
        match empty {
            Some((movie, next)) => Ok(Self::new(input, movie, next)),
            None if is_known => Err(MediaError::data(
                "the file is cut short: its index is missing, which cameras write at the end; copy the file again, or \
                 repair it",
            )),
            None => Err(MediaError::not_supported("this is not an MP4 file; choose another")),
        }
    }

    fn new(input: Input, movie: Movie, first_fragment: u64) -> Self {
        let fragments = Fragments::new(first_fragment, movie.table.duration());
        let cursor = Cursor::default();
        Self { input, movie, first_fragment, cursor, fragments, after_damage: None, packet: vec![] }
    }

    /// The next sample, whether the file has its bytes or not.
    fn next_sample(&mut self) -> Result<Option<Sample>, MediaError> {
        if let Some(sample) = self.movie.table.next(&mut self.cursor) {
            return Ok(Some(sample));
        }
        let Some(defaults) = self.movie.fragments else { return Ok(None) };
        loop {
            let fragments = &mut self.fragments;
            if let Some(sample) = fragments.next() {
                return Ok(Some(sample));
            }
            let Some(found) = header(&mut self.input, fragments.next_box)? else { return Ok(None) };
            fragments.next_box = found.end;
            if &found.kind == b"moof" {
                if found.end > self.input.len() {
                    return Ok(None);
                }
                let moof = read_box(&mut self.input, &found, LONGEST_INDEX)?;
                fragments.read(&moof, found.start, self.movie.track, defaults, self.input.len());
            }
        }
    }

    /// The next sample of which the file has the bytes.
    ///
    /// # Errors
    /// [`ErrorName::Data`](crate::error::ErrorName::Data) for others before it. At the end of a file that was cut short
    /// they are left out.
    fn next_readable(&mut self) -> Result<Option<Sample>, MediaError> {
        if let Some(sample) = self.after_damage.take() {
            return Ok(Some(sample));
        }
        let mut lost = None;
        while let Some(sample) = self.next_sample()? {
            let is_readable = sample.offset.saturating_add(sample.len.into()) <= self.input.len()
                && u64::from(sample.len) <= LONGEST_PACKET;
            match lost {
                // Nothing new is shown for a sample without bytes.
                _ if sample.len == 0 => {}
                None if is_readable => return Ok(Some(sample)),
                Some(offset) if is_readable => {
                    self.after_damage = Some(sample);
                    return Err(MediaError::data(format!(
                        "the MP4 file is corrupt: it has no frame at byte {offset}; playback continues after the damage"
                    )));
                }
                _ => lost = lost.or(Some(sample.offset)),
            }
        }
        Ok(None)
    }

    /// The time at which a sample is shown, and whether it is.
    fn shown_at(&self, sample: &Sample) -> (Duration, bool) {
        let edit = &self.movie.edit;
        let time = i128::from(sample.decoded) + i128::from(sample.delay);
        let is_shown = time >= edit.start.into() && edit.end.is_none_or(|end| time < end.into());
        let nanoseconds = (time - i128::from(edit.start)) * 1_000_000_000 / i128::from(self.movie.timescale);
        let time = Duration::from_nanos(u64::try_from(nanoseconds.max(0)).unwrap_or(u64::MAX));
        (time.saturating_add(edit.delay), is_shown)
    }

    /// A time in units of the track.
    fn units(&self, time: Duration) -> i64 {
        let edit = &self.movie.edit;
        let nanoseconds = time.saturating_sub(edit.delay).as_nanos();
        // Times were rounded down to nanoseconds.
        let units = (nanoseconds * u128::from(self.movie.timescale)).div_ceil(1_000_000_000);
        i64::try_from(units).unwrap_or(i64::MAX).saturating_add(edit.start)
    }

    /// Goes to a place. Its fragment is read again.
    fn go_to(&mut self, place: Place) -> Result<(), MediaError> {
        self.cursor = place.cursor;
        self.fragments = Fragments::new(place.mark.fragment, place.mark.time);
        for _ in 0..place.mark.taken {
            self.next_sample()?;
        }
        Ok(())
    }

    /// Finds the last key frame of the fragments at or before a time. If there is none, it is the first one after.
    fn find_key_frame(&mut self, to: Duration) -> Result<Option<(Place, Duration)>, MediaError> {
        let mut found = None;
        loop {
            let before = Place { cursor: self.cursor, mark: self.fragments.mark() };
            let Some(sample) = self.next_sample()? else { break };
            let (time, _) = self.shown_at(&sample);
            let is_after = time > to;
            if sample.is_key && (!is_after || found.is_none()) {
                found = Some((before, time));
            }
            if sample.is_key && is_after || found.is_some() && time > to.saturating_add(LONGEST_REORDERING) {
                break;
            }
        }
        Ok(found)
    }
}

impl Demux for Mp4 {
    fn info(&self) -> &VideoInfo {
        &self.movie.info
    }

    fn next(&mut self) -> Result<Option<Packet<'_>>, MediaError> {
        let Some(sample) = self.next_readable()? else { return Ok(None) };
        self.packet.clear();
        self.input.seek(sample.offset)?;
        self.input.append(sample.len.into(), &mut self.packet)?;
        let (time, is_shown) = self.shown_at(&sample);
        Ok(Some(Packet { time, is_key: sample.is_key, is_shown, data: &self.packet }))
    }

    fn seek(&mut self, to: Duration) -> Result<(), MediaError> {
        self.after_damage = None;
        let table = &self.movie.table;
        self.cursor = table.seek(self.units(to));
        self.fragments = Fragments::new(self.first_fragment, table.duration());
        if self.movie.fragments.is_some() {
            // From the key frame in the table on, if there is one.
            let start = Place { cursor: self.cursor, mark: self.fragments.mark() };
            let found = self.find_key_frame(to)?;
            self.go_to(found.map_or(start, |(place, _)| place))?;
        }
        Ok(())
    }
}

/// Reads the content of a box, at most this many bytes.
fn read_box(input: &mut Input, found: &BoxHeader, most: u64) -> Result<Vec<u8>, MediaError> {
    if found.end > input.len() {
        return Err(cut_short());
    }
    let len = found.end.saturating_sub(found.data);
    if len > most {
        return Err(MediaError::data("the MP4 file's index is too large to be one; choose another file"));
    }
    let mut content = vec![];
    input.seek(found.data)?;
    input.append(len, &mut content)?;
    Ok(content)
}
