//! Movie fragments: samples that follow the `moov` in boxes of their own.

use std::collections::VecDeque;

use super::{
    boxes::{Bytes, boxes, find},
    samples::Sample,
};

/// The flags of a `tfhd`.
mod track_flag {
    pub(super) const BASE_DATA_OFFSET: u32 = 0x01;
    pub(super) const DESCRIPTION: u32 = 0x02;
    pub(super) const DURATION: u32 = 0x08;
    pub(super) const SIZE: u32 = 0x10;
    pub(super) const FLAGS: u32 = 0x20;
    pub(super) const BASE_IS_MOOF: u32 = 0x02_0000;
}

/// The flags of a `trun`.
mod run_flag {
    pub(super) const DATA_OFFSET: u32 = 0x001;
    pub(super) const FIRST_FLAGS: u32 = 0x004;
    pub(super) const DURATION: u32 = 0x100;
    pub(super) const SIZE: u32 = 0x200;
    pub(super) const FLAGS: u32 = 0x400;
    pub(super) const DELAY: u32 = 0x800;
}

/// The flag of a sample that isn't a key frame.
const NOT_A_KEY: u32 = 0x01_0000;

/// The values of samples that a fragment doesn't give.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(super) struct Defaults {
    pub duration: u32,
    size: u32,
    flags: u32,
}

impl Defaults {
    /// Reads those of a track from an `mvex`.
    pub fn read(mvex: &[u8], track: u32) -> Self {
        let read = |content| {
            let mut bytes = Bytes(content);
            bytes.version_and_flags()?;
            let id = bytes.u32()?;
            bytes.skip(4)?;
            Some((id, Self { duration: bytes.u32()?, size: bytes.u32()?, flags: bytes.u32()? }))
        };
        let all = boxes(mvex).filter(|(kind, _)| kind == b"trex").filter_map(|(_, content)| read(content));
        all.filter(|(id, _)| *id == track).map(|(_, defaults)| defaults).next().unwrap_or_default()
    }
}

/// The samples of a run.
#[derive(Debug, Clone)]
struct Run {
    /// The offset of the next sample.
    offset: u64,
    /// The time of the first sample, if the fragment gives it.
    start: Option<u64>,
    /// The fields that each sample has.
    flags: u32,
    first_flags: Option<u32>,
    defaults: Defaults,
    /// The fields of the samples.
    entries: Vec<u8>,
    next: u32,
    count: u32,
}

impl Run {
    /// The number of bytes of a sample's fields.
    fn entry_len(flags: u32) -> usize {
        let fields = [run_flag::DURATION, run_flag::SIZE, run_flag::FLAGS, run_flag::DELAY];
        4 * fields.iter().filter(|field| flags & *field != 0).count()
    }

    /// The bytes of its samples.
    fn len(&self) -> u64 {
        if self.flags & run_flag::SIZE == 0 {
            return u64::from(self.defaults.size) * u64::from(self.count);
        }
        let mut run = self.clone();
        std::iter::from_fn(|| run.next(&mut 0)).map(|sample| u64::from(sample.len)).sum()
    }

    fn next(&mut self, time: &mut u64) -> Option<Sample> {
        if self.next >= self.count {
            return None;
        }
        if let Some(start) = self.start.take() {
            *time = start;
        }
        let entry_len = Self::entry_len(self.flags);
        let mut entry = Bytes(self.entries.get(self.next as usize * entry_len..)?);
        let mut field = |flag| if self.flags & flag == 0 { None } else { entry.u32() };
        let duration = field(run_flag::DURATION).unwrap_or(self.defaults.duration);
        let len = field(run_flag::SIZE).unwrap_or(self.defaults.size);
        let mut flags = field(run_flag::FLAGS).unwrap_or(self.defaults.flags);
        let delay = field(run_flag::DELAY).unwrap_or(0) as i32;
        if let Some(first_flags) = self.first_flags.take() {
            flags = first_flags;
        }
        let sample =
            Sample { offset: self.offset, len, decoded: *time, delay, is_key: flags & NOT_A_KEY == 0 };
        self.next += 1;
        self.offset = self.offset.saturating_add(len.into());
        *time = time.saturating_add(duration.into());
        Some(sample)
    }
}

/// A place between two samples of fragments.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(super) struct FragmentPlace {
    /// The offset of the fragment.
    pub fragment: u64,
    /// The time of its first sample if it doesn't give it, in units of the track.
    pub time: u64,
    /// The number of its samples before the place.
    pub taken: u32,
}

/// The samples of the fragments that were read, in order.
#[derive(Debug, Default)]
pub(super) struct Fragments {
    /// The offset of the next box of the file.
    pub next_box: u64,
    runs: VecDeque<Run>,
    /// The time of the next sample, in units of the track.
    time: u64,
    mark: FragmentPlace,
}

impl Fragments {
    /// Fragments from an offset on. Their first sample has this time if they don't give it.
    pub fn new(next_box: u64, time: u64) -> Self {
        Self {
            next_box,
            runs: VecDeque::new(),
            time,
            mark: FragmentPlace { fragment: next_box, time, taken: 0 },
        }
    }

    /// The place before the next sample.
    pub fn mark(&self) -> FragmentPlace {
        self.mark
    }

    /// The next sample of the fragments that were read.
    pub fn next(&mut self) -> Option<Sample> {
        loop {
            let run = self.runs.front_mut()?;
            if let Some(sample) = run.next(&mut self.time) {
                self.mark.taken += 1;
                return Some(sample);
            }
            self.runs.pop_front();
        }
    }

    /// Adds the samples of a track in a `moof` at this offset. Damaged parts are left out.
    pub fn read(&mut self, moof: &[u8], start: u64, track: u32, defaults: Defaults, file_len: u64) {
        self.mark = FragmentPlace { fragment: start, time: self.time, taken: 0 };
        // Without another base, data follows that of the track before.
        let mut data_end = start;
        for (_, traf) in boxes(moof).filter(|(kind, _)| kind == b"traf") {
            let Some(header) = find(traf, b"tfhd").and_then(|content| TrackHeader::read(content, defaults))
            else {
                continue;
            };
            let mut time = find(traf, b"tfdt").and_then(|content| {
                let mut bytes = Bytes(content);
                let (version, _) = bytes.version_and_flags()?;
                bytes.versioned(version)
            });
            let base = header.base.unwrap_or(if header.base_is_moof { start } else { data_end });
            data_end = base;
            for (_, content) in boxes(traf).filter(|(kind, _)| kind == b"trun") {
                let run = read_run(content, base, data_end, header.defaults, file_len);
                let Some(mut run) = run else { continue };
                data_end = run.offset.saturating_add(run.len());
                if header.track == track {
                    run.start = time.take();
                    self.runs.push_back(run);
                }
            }
        }
    }
}

/// A `tfhd`.
#[derive(Debug, Clone, Copy)]
struct TrackHeader {
    track: u32,
    base: Option<u64>,
    base_is_moof: bool,
    defaults: Defaults,
}

impl TrackHeader {
    fn read(content: &[u8], mut defaults: Defaults) -> Option<Self> {
        let mut bytes = Bytes(content);
        let (_, flags) = bytes.version_and_flags()?;
        let has = |flag| flags & flag != 0;
        let track = bytes.u32()?;
        let base = if has(track_flag::BASE_DATA_OFFSET) { Some(bytes.u64()?) } else { None };
        if has(track_flag::DESCRIPTION) {
            bytes.skip(4)?;
        }
        for (flag, value) in [
            (track_flag::DURATION, &mut defaults.duration),
            (track_flag::SIZE, &mut defaults.size),
            (track_flag::FLAGS, &mut defaults.flags),
        ] {
            if has(flag) {
                *value = bytes.u32()?;
            }
        }
        Some(Self { track, base, base_is_moof: has(track_flag::BASE_IS_MOOF), defaults })
    }
}

/// Reads a `trun`. Offsets in it count from a base, and without one its data starts at `next`.
fn read_run(content: &[u8], base: u64, next: u64, defaults: Defaults, file_len: u64) -> Option<Run> {
    let mut bytes = Bytes(content);
    let (_, flags) = bytes.version_and_flags()?;
    let count = bytes.u32()?;
    let offset = if flags & run_flag::DATA_OFFSET == 0 {
        next
    } else {
        base.saturating_add_signed(bytes.i32()?.into())
    };
    let first_flags = if flags & run_flag::FIRST_FLAGS == 0 { None } else { Some(bytes.u32()?) };
    // No more samples than there are fields or bytes for.
    let most = match Run::entry_len(flags) as u64 {
        0 => file_len.checked_div(defaults.size.into()).unwrap_or(0),
        len => bytes.0.len() as u64 / len,
    };
    let count = u64::from(count).min(most) as u32;
    let entries = bytes.0.get(..count as usize * Run::entry_len(flags))?.to_vec();
    Some(Run { offset, start: None, flags, first_flags, defaults, entries, next: 0, count })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn atom(kind: &[u8; 4], parts: &[&[u8]]) -> Vec<u8> {
        let content = parts.concat();
        [&(content.len() as u32 + 8).to_be_bytes()[..], kind, &content].concat()
    }

    fn words(words: &[u32]) -> Vec<u8> {
        words.iter().flat_map(|word| word.to_be_bytes()).collect()
    }

    fn samples(moof: &[u8], defaults: Defaults) -> Vec<(u64, u32, u64, i32, bool)> {
        let mut fragments = Fragments::new(0, 7);
        fragments.read(moof, 1000, 1, defaults, 1 << 20);
        std::iter::from_fn(|| fragments.next())
            .take(100)
            .map(|sample| (sample.offset, sample.len, sample.decoded, sample.delay, sample.is_key))
            .collect()
    }

    #[test]
    fn samples_have_their_own_values_or_the_defaults() {
        let defaults = Defaults { duration: 10, size: 5, flags: NOT_A_KEY };
        let header = atom(b"tfhd", &[&words(&[track_flag::BASE_IS_MOOF, 1])]);
        let time = atom(b"tfdt", &[&words(&[1 << 24, 0, 500])]);
        let plain = atom(b"trun", &[&words(&[run_flag::DATA_OFFSET | run_flag::FIRST_FLAGS, 2, 80, 0])]);
        let own = run_flag::SIZE | run_flag::DELAY;
        let following = atom(b"trun", &[&words(&[own, 2, 3, 20, 4, -20_i32 as u32])]);
        let traf = atom(b"traf", &[&header, &time, &plain, &following]);
        assert_eq!(
            samples(&traf, defaults),
            [
                (1080, 5, 500, 0, true),
                (1085, 5, 510, 0, false),
                (1090, 3, 520, 20, false),
                (1093, 4, 530, -20, false),
            ]
        );
    }

    #[test]
    fn data_without_a_base_follows_that_of_the_track_before() {
        let defaults = Defaults { duration: 10, size: 0, flags: 0 };
        let run = atom(b"trun", &[&words(&[run_flag::SIZE | run_flag::DATA_OFFSET, 2, 60, 3, 4])]);
        let next = atom(b"trun", &[&words(&[run_flag::SIZE, 1, 9])]);
        let other = atom(b"traf", &[&atom(b"tfhd", &[&words(&[0, 2])]), &run]);
        let ours = atom(b"traf", &[&atom(b"tfhd", &[&words(&[0, 1])]), &next]);
        assert_eq!(samples(&[other, ours].concat(), defaults), [(1067, 9, 7, 0, true)]);
    }

    #[test]
    fn runs_that_promise_too_much_are_cut() {
        let traf = |trun: &[u32]| {
            let header = atom(b"tfhd", &[&words(&[track_flag::BASE_IS_MOOF, 1])]);
            atom(b"traf", &[&header, &atom(b"trun", &[&words(trun)])])
        };
        let defaults = Defaults { size: 1 << 19, ..Default::default() };
        assert_eq!(samples(&traf(&[run_flag::SIZE, u32::MAX, 8, 9]), defaults).len(), 2);
        assert_eq!(samples(&traf(&[0, u32::MAX]), defaults).len(), 2);
        assert_eq!(samples(&traf(&[0, u32::MAX]), Defaults::default()).len(), 0);
    }
}
