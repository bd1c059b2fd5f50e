//! The table of samples in a `moov`.

use super::boxes::{Bytes, find};

/// A sample: an encoded frame.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Sample {
    /// The offset in the file.
    pub offset: u64,
    pub len: u32,
    /// The time of decoding, in units of the track.
    pub decoded: u64,
    /// The time from decoding until the frame is shown, in units of the track.
    pub delay: i32,
    pub is_key: bool,
}

/// A run of samples that have a value in common.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Run<T> {
    count: u32,
    value: T,
}

/// A run of chunks with the same number of samples.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct ChunkRun {
    /// The number of the first chunk, from 0.
    first: usize,
    samples: u32,
}

/// The sizes of the samples.
#[derive(Debug, Clone, PartialEq, Eq)]
enum Sizes {
    Equal(u32),
    Each(Vec<u32>),
}

impl Default for Sizes {
    fn default() -> Self {
        Self::Each(vec![])
    }
}

impl Sizes {
    /// The size of a sample. 0 if it has none.
    fn of(&self, sample: u32) -> u32 {
        match self {
            Self::Equal(size) => *size,
            Self::Each(sizes) => sizes.get(sample as usize).copied().unwrap_or(0),
        }
    }

    /// The sum of the sizes of samples.
    fn sum(&self, first: u32, count: u32) -> u64 {
        match self {
            Self::Equal(size) => u64::from(*size) * u64::from(count),
            Self::Each(sizes) => {
                let sizes = sizes.iter().skip(first as usize).take(count as usize);
                sizes.map(|size| u64::from(*size)).sum()
            }
        }
    }
}

/// The table of a track's samples. It takes memory for the entries that the file has, not for the samples.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(super) struct SampleTable {
    durations: Vec<Run<u32>>,
    delays: Vec<Run<i32>>,
    chunk_runs: Vec<ChunkRun>,
    chunks: Vec<u64>,
    sizes: Sizes,
    count: u32,
    /// The numbers of key frames from 0, rising. `None` if all samples are key frames.
    keys: Option<Vec<u32>>,
}

impl SampleTable {
    /// Reads an `stbl` of a file of this length.
    pub fn read(stbl: &[u8], file_len: u64) -> Self {
        Self::try_read(stbl, file_len).unwrap_or_default()
    }

    fn try_read(stbl: &[u8], file_len: u64) -> Option<Self> {
        let full = |kind| {
            let mut bytes = Bytes(find(stbl, kind)?);
            bytes.version_and_flags()?;
            Some(bytes)
        };
        let durations =
            full(b"stts")?.table(|entry| Some(Run { count: entry.u32()?, value: entry.u32()? }))?;
        // Delays are signed in QuickTime, whatever the version is.
        let delays = full(b"ctts").and_then(|mut bytes| {
            bytes.table(|entry| Some(Run { count: entry.u32()?, value: entry.i32()? }))
        });
        let chunk_runs = full(b"stsc")?.table(|entry| {
            let run = ChunkRun { first: entry.u32()?.saturating_sub(1) as usize, samples: entry.u32()? };
            entry.skip(4)?;
            Some(run)
        })?;
        // Runs in another order would make samples without end.
        let is_ordered = chunk_runs.is_sorted_by(|one, next| one.first < next.first);
        let chunks = match full(b"stco") {
            Some(mut bytes) => bytes.table(|entry| entry.u32().map(u64::from))?,
            None => full(b"co64")?.table(Bytes::u64)?,
        };
        let (sizes, count) = match full(b"stsz") {
            Some(mut bytes) => match bytes.u32()? {
                0 => {
                    let sizes = bytes.table(Bytes::u32)?;
                    let count = sizes.len() as u32;
                    (Sizes::Each(sizes), count)
                }
                // No more than the file has bytes for.
                size => (Sizes::Equal(size), limited(bytes.u32()?, file_len / u64::from(size))),
            },
            None => {
                let sizes = compact_sizes(full(b"stz2")?)?;
                let count = sizes.len() as u32;
                (Sizes::Each(sizes), count)
            }
        };
        let keys = full(b"stss").and_then(|mut bytes| {
            let mut keys = bytes.table(|entry| entry.u32().map(|number| number.saturating_sub(1)))?;
            keys.sort_unstable();
            Some(keys)
        });
        is_ordered.then(|| Self {
            durations,
            delays: delays.unwrap_or_default(),
            chunk_runs,
            chunks,
            sizes,
            count,
            keys,
        })
    }

    /// The number of samples.
    pub fn count(&self) -> u32 {
        self.count
    }

    /// The end of the last sample, in units of the track.
    pub fn duration(&self) -> u64 {
        let runs = self.durations.iter();
        runs.fold(0, |sum, run| sum.saturating_add(u64::from(run.count) * u64::from(run.value)))
    }

    /// The sample at a cursor, which advances. `None` at the end.
    pub fn next(&self, cursor: &mut Cursor) -> Option<Sample> {
        if cursor.sample >= self.count {
            return None;
        }
        while cursor.in_chunk >= self.samples_of(cursor) {
            cursor.chunk += 1;
            cursor.chunk_bytes = 0;
            cursor.in_chunk = 0;
            if cursor.chunk >= self.chunks.len() {
                return None;
            }
            if self.chunk_runs.get(cursor.chunk_run + 1).is_some_and(|run| run.first <= cursor.chunk) {
                cursor.chunk_run += 1;
            }
        }
        let len = self.sizes.of(cursor.sample);
        let sample = Sample {
            offset: self.chunks.get(cursor.chunk)?.saturating_add(cursor.chunk_bytes),
            len,
            decoded: cursor.time,
            delay: cursor.delay.value(&self.delays).unwrap_or(0),
            is_key: self.keys.as_ref().is_none_or(|keys| keys.binary_search(&cursor.sample).is_ok()),
        };
        cursor.sample += 1;
        cursor.in_chunk += 1;
        cursor.chunk_bytes = cursor.chunk_bytes.saturating_add(len.into());
        // The last duration is that of further samples.
        let duration = cursor.duration.value(&self.durations);
        let duration = duration.or_else(|| self.durations.last().map(|run| run.value)).unwrap_or(0);
        cursor.time = cursor.time.saturating_add(duration.into());
        cursor.duration.advance(&self.durations);
        cursor.delay.advance(&self.delays);
        Some(sample)
    }

    /// The number of samples in a cursor's chunk.
    fn samples_of(&self, cursor: &Cursor) -> u32 {
        match self.chunk_runs.get(cursor.chunk_run) {
            Some(run) if cursor.chunk >= run.first && cursor.chunk < self.chunks.len() => run.samples,
            _ => 0,
        }
    }

    /// The cursor before a sample.
    fn cursor_at(&self, sample: u32) -> Cursor {
        let mut cursor = Cursor { sample, ..Default::default() };
        let mut left = sample;
        for (index, run) in self.chunk_runs.iter().enumerate() {
            let end = self.chunk_runs.get(index + 1).map_or(self.chunks.len(), |next| next.first);
            let chunks = end.min(self.chunks.len()).saturating_sub(run.first) as u64;
            let samples = chunks * u64::from(run.samples);
            cursor.chunk_run = index;
            if u64::from(left) < samples {
                cursor.chunk = run.first + (left / run.samples) as usize;
                cursor.in_chunk = left % run.samples;
                cursor.chunk_bytes = self.sizes.sum(sample - cursor.in_chunk, cursor.in_chunk);
                break;
            }
            left -= samples as u32;
            cursor.chunk = end;
        }
        cursor.delay = RunCursor::at(&self.delays, sample);
        cursor.duration = RunCursor::at(&self.durations, sample);
        let mut left = sample;
        for run in &self.durations {
            let count = run.count.min(left);
            cursor.time = cursor.time.saturating_add(u64::from(count) * u64::from(run.value));
            left -= count;
        }
        let last = self.durations.last().map_or(0, |run| run.value);
        cursor.time = cursor.time.saturating_add(u64::from(left) * u64::from(last));
        cursor
    }

    /// The number of the last sample that is decoded at or before a time.
    fn sample_at(&self, time: u64) -> u32 {
        let (mut sample, mut start) = (0_u64, 0_u64);
        for run in &self.durations {
            let end = start.saturating_add(u64::from(run.count) * u64::from(run.value));
            if time < end {
                sample += (time - start) / u64::from(run.value.max(1));
                break;
            }
            sample += u64::from(run.count);
            start = end;
        }
        limited(self.count.saturating_sub(1), sample)
    }

    /// The cursor before the last key frame that is shown at or before a time, or before the first one if there is
    /// none.
    pub fn seek(&self, time: i64) -> Cursor {
        let shown_by = |key: u32| {
            let mut cursor = self.cursor_at(key);
            self.next(&mut cursor)
                .is_some_and(|sample| sample.decoded as i128 + i128::from(sample.delay) <= i128::from(time))
        };
        // A sample is shown after it was decoded, so this one is the last possible.
        let last = self.sample_at(u64::try_from(time).unwrap_or(0));
        let key = match &self.keys {
            None => (0..=last).rev().take(LONGEST_REORDERING).find(|sample| shown_by(*sample)).unwrap_or(0),
            Some(keys) => {
                let before = &keys[..keys.partition_point(|key| *key <= last)];
                let found = before.iter().rev().take(LONGEST_REORDERING).find(|key| shown_by(**key));
                found.or(keys.first()).copied().unwrap_or(0)
            }
        };
        self.cursor_at(key)
    }
}

/// The number of key frames before a time of decoding that can be shown after it.
const LONGEST_REORDERING: usize = 64;

fn limited(value: u32, most: u64) -> u32 {
    u64::from(value).min(most) as u32
}

/// The sizes in an `stz2`, of 4, 8 or 16 bits.
fn compact_sizes(mut bytes: Bytes) -> Option<Vec<u32>> {
    bytes.skip(3)?;
    let bits = bytes.u8()?;
    let count = bytes.u32()? as usize;
    let sizes: Vec<u32> = match bits {
        4 => bytes.0.iter().flat_map(|pair| [pair >> 4, pair & 15]).map(u32::from).take(count).collect(),
        8 => bytes.0.iter().copied().map(u32::from).take(count).collect(),
        16 => {
            let (pairs, _) = bytes.0.as_chunks::<2>();
            pairs.iter().map(|pair| u16::from_be_bytes(*pair).into()).take(count).collect()
        }
        _ => return None,
    };
    Some(sizes)
}

/// A place between two samples of a table.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(super) struct Cursor {
    sample: u32,
    chunk: usize,
    chunk_run: usize,
    /// The number of samples of the chunk before it, and their bytes.
    in_chunk: u32,
    chunk_bytes: u64,
    time: u64,
    duration: RunCursor,
    delay: RunCursor,
}

/// A place between two samples of runs.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
struct RunCursor {
    run: usize,
    in_run: u32,
}

impl RunCursor {
    fn at<T>(runs: &[Run<T>], sample: u32) -> Self {
        let mut left = sample;
        for (run, Run { count, .. }) in runs.iter().enumerate() {
            if left < *count {
                return Self { run, in_run: left };
            }
            left -= count;
        }
        Self { run: runs.len(), in_run: 0 }
    }

    fn value<T: Copy>(&mut self, runs: &[Run<T>]) -> Option<T> {
        // Runs without samples.
        while self.in_run == 0 && runs.get(self.run).is_some_and(|run| run.count == 0) {
            self.run += 1;
        }
        runs.get(self.run).map(|run| run.value)
    }

    fn advance<T>(&mut self, runs: &[Run<T>]) {
        self.in_run += 1;
        if runs.get(self.run).is_none_or(|run| self.in_run >= run.count) {
            *self = Self { run: (self.run + 1).min(runs.len()), in_run: 0 };
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn table() -> SampleTable {
        fn run<T>(count: u32, value: T) -> Run<T> {
            Run { count, value }
        }
        SampleTable {
            durations: vec![run(3, 10), run(0, 99), run(4, 20)],
            delays: vec![run(1, 20), run(1, 40), run(5, 0)],
            chunk_runs: vec![ChunkRun { first: 0, samples: 2 }, ChunkRun { first: 2, samples: 3 }],
            chunks: vec![100, 200, 300],
            sizes: Sizes::Each(vec![1, 2, 3, 4, 5, 6, 7]),
            count: 7,
            keys: Some(vec![0, 3, 5]),
        }
    }

    fn samples(table: &SampleTable, mut cursor: Cursor) -> Vec<Sample> {
        std::iter::from_fn(|| table.next(&mut cursor)).collect()
    }

    #[test]
    fn samples_are_where_the_tables_say() {
        let all = samples(&table(), Cursor::default());
        let column = |value: fn(&Sample) -> u64| all.iter().map(value).collect::<Vec<_>>();
        assert_eq!(column(|sample| sample.offset), [100, 101, 200, 203, 300, 305, 311]);
        assert_eq!(column(|sample| sample.decoded), [0, 10, 20, 30, 50, 70, 90]);
        assert_eq!(column(|sample| sample.delay as u64), [20, 40, 0, 0, 0, 0, 0]);
        assert_eq!(column(|sample| sample.is_key.into()), [1, 0, 0, 1, 0, 1, 0]);
    }

    #[test]
    fn a_cursor_at_a_sample_is_that_of_reading() {
        let table = table();
        let all = samples(&table, Cursor::default());
        for sample in 0..=7 {
            assert_eq!(samples(&table, table.cursor_at(sample)), all[sample as usize..], "{sample}");
        }
        let equal = SampleTable { sizes: Sizes::Equal(9), ..table };
        let all = samples(&equal, Cursor::default());
        assert_eq!(samples(&equal, equal.cursor_at(6)), all[6..]);
    }

    #[test]
    fn seeking_finds_the_last_key_frame_that_is_shown_by_then() {
        let table = table();
        for (time, sample) in [(-5, 0), (0, 0), (29, 0), (30, 3), (69, 3), (70, 5), (i64::MAX, 5)] {
            assert_eq!(table.seek(time), table.cursor_at(sample), "{time}");
        }
        let all_keys = SampleTable { keys: None, ..table };
        for (time, sample) in [(19, 0), (20, 2), (49, 3), (50, 4), (i64::MAX, 6)] {
            assert_eq!(all_keys.seek(time), all_keys.cursor_at(sample), "{time}");
        }
    }

    #[test]
    fn tables_that_promise_too_much_are_cut() {
        let table = |chunk_runs: Vec<ChunkRun>, count| SampleTable { chunk_runs, count, ..table() };
        let run = |first, samples| ChunkRun { first, samples };
        assert_eq!(samples(&table(vec![run(0, 1)], 7), Cursor::default()).len(), 3);
        assert_eq!(samples(&table(vec![run(0, 0)], 7), Cursor::default()).len(), 0);
        assert_eq!(samples(&table(vec![], 7), Cursor::default()).len(), 0);
        assert_eq!(samples(&table(vec![run(0, u32::MAX)], 9), Cursor::default()).len(), 9);
        assert_eq!(
            table(vec![run(0, 1)], 9).seek(i64::MAX),
            Cursor::default(),
            "later key frames have no chunk"
        );
    }
}
