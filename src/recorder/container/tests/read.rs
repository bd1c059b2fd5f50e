//! Readers of Matroska and MP4 that share nothing with the writers, and trust only the sizes in a file.

use shiguredo_mp4::{
    Decode, Either,
    boxes::{MoofBox, MoovBox, StszBox, TrafBox},
};

/// A sample: its time in milliseconds, and its bytes.
pub(super) type Read<'a> = (u64, &'a [u8]);

/// The content of a Matroska file.
#[derive(Debug, Default)]
pub(super) struct Matroska<'a> {
    /// Whether the segment has no size.
    pub(super) segment_is_open: bool,
    pub(super) duration: Option<f64>,
    pub(super) clusters: Vec<Cluster<'a>>,
    pub(super) cues: Vec<Cue>,
}

#[derive(Debug)]
pub(super) struct Cluster<'a> {
    /// The position in the segment.
    pub(super) position: u64,
    /// The end in the file.
    pub(super) end: u64,
    pub(super) blocks: Vec<Block<'a>>,
}

#[derive(Debug)]
pub(super) struct Block<'a> {
    pub(super) track: u8,
    pub(super) time: u64,
    pub(super) data: &'a [u8],
}

#[derive(Debug)]
pub(super) struct Cue {
    pub(super) time: u64,
    pub(super) cluster: u64,
}

impl Cluster<'_> {
    /// The time of a track's first block.
    pub(super) fn first_time(&self, track: u8) -> Option<u64> {
        self.blocks.iter().find(|block| block.track == track).map(|block| block.time)
    }

    /// The number of a track's blocks.
    pub(super) fn count(&self, track: u8) -> usize {
        self.blocks.iter().filter(|block| block.track == track).count()
    }
}

impl<'a> Matroska<'a> {
    /// The samples of a track.
    pub(super) fn samples(&self, track: u8) -> Vec<Read<'a>> {
        let blocks = self.clusters.iter().flat_map(|cluster| &cluster.blocks);
        blocks.filter(|block| block.track == track).map(|block| (block.time, block.data)).collect()
    }
}

/// An element: its id, its position, its content, and whether it has a size.
struct Element<'a> {
    id: u64,
    position: usize,
    content: &'a [u8],
    is_open: bool,
}

/// The number of bytes of a variable-length number, and its bits with the mark and without.
fn number(bytes: &[u8]) -> Option<(usize, u64, u64)> {
    let len = bytes.first()?.leading_zeros() as usize + 1;
    let value = bytes.get(..len)?.iter().fold(0, |value, byte| value << 8 | u64::from(*byte));
    Some((len, value, value & !(1 << (7 * len))))
}

/// The elements in some bytes. The whole ones of a file that ends too early.
fn elements(bytes: &[u8]) -> Vec<Element<'_>> {
    let mut elements = Vec::new();
    let mut position = 0;
    while let Some((id_len, id, _)) = number(&bytes[position..]) {
        let Some((size_len, _, size)) = number(&bytes[position + id_len..]) else { break };
        let start = position + id_len + size_len;
        let is_open = size == (1 << (7 * size_len)) - 1;
        let end = if is_open { bytes.len() } else { start + size as usize };
        let Some(content) = bytes.get(start..end) else { break };
        elements.push(Element { id, position, content, is_open });
        position = end;
    }
    elements
}

fn uint(bytes: &[u8]) -> u64 {
    bytes.iter().fold(0, |value, byte| value << 8 | u64::from(*byte))
}

/// Reads a file, and checks that positions in its `SeekHead` are right.
pub(super) fn matroska(bytes: &[u8]) -> Matroska<'_> {
    let mut file = Matroska::default();
    let top = elements(bytes);
    let [header, segment] = &top[..] else { panic!("{} elements", top.len()) };
    assert_eq!((header.id, segment.id), (0x1A45_DFA3, 0x1853_8067));
    file.segment_is_open = segment.is_open;
    let children = elements(segment.content);
    let end = children.last().map_or(0, |last| last.position) as u64;
    assert!(end < bytes.len() as u64);
    let segment_start = bytes.len() - segment.content.len();
    for child in &children {
        let parts = elements(child.content);
        match child.id {
            0x114D_9B74 => {
                for seek in parts {
                    let fields = elements(seek.content);
                    let position = uint(fields[1].content) as usize;
                    let target = children.iter().find(|child| child.position == position);
                    assert_eq!(target.expect("an element").id, uint(fields[0].content));
                }
            }
            0x1549_A966 => {
                let duration = parts.iter().find(|part| part.id == 0x4489);
                file.duration =
                    duration.map(|it| f64::from_be_bytes(it.content.try_into().expect("8 bytes")));
            }
            0x1F43_B675 => {
                assert_eq!(parts[0].id, 0xE7);
                let base = uint(parts[0].content);
                let block = |part: &Element<'_>| {
                    assert_eq!(part.id, 0xA3);
                    Block { track: part.content[0] & 0x7F, time: 0, data: &[] }
                };
                let blocks = parts[1..].iter().map(|part| {
                    let relative = i16::from_be_bytes([part.content[1], part.content[2]]);
                    let start = part.content.as_ptr().addr() - bytes.as_ptr().addr();
                    let data = &bytes[start + 4..start + part.content.len()];
                    Block {
                        time: base.checked_add_signed(relative.into()).expect("a time"),
                        data,
                        ..block(part)
                    }
                });
                let end = child.content.as_ptr().addr() - bytes.as_ptr().addr() + child.content.len();
                let position = child.position as u64;
                file.clusters.push(Cluster { position, end: end as u64, blocks: blocks.collect() });
            }
            0x1C53_BB6B => {
                for point in parts {
                    let fields = elements(point.content);
                    let positions = elements(fields[1].content);
                    file.cues
                        .push(Cue { time: uint(fields[0].content), cluster: uint(positions[1].content) });
                }
            }
            0xEC | 0x1654_AE6B => {}
            id => panic!("an element {id:X} at {}", segment_start + child.position),
        }
    }
    file
}

/// The names of the boxes of an MP4 file, and their bytes. They fill the file.
pub(super) fn boxes(bytes: &[u8]) -> Vec<(String, &[u8])> {
    let mut boxes = Vec::new();
    let mut rest = bytes;
    while !rest.is_empty() {
        let size = match uint(&rest[..4]) {
            1 => uint(&rest[8..16]),
            size => size,
        };
        let (this, after) = rest.split_at(size as usize);
        boxes.push((String::from_utf8_lossy(&this[4..8]).into_owned(), this));
        rest = after;
    }
    boxes
}

/// A fragment of an MP4 file.
pub(super) struct Fragment<'a> {
    moof: MoofBox,
    /// The file from the start of the fragment.
    bytes: &'a [u8],
}

impl<'a> Fragment<'a> {
    fn traf(&self, track: u32) -> Option<&TrafBox> {
        self.moof.traf_boxes.iter().find(|traf| traf.tfhd_box.track_id == track)
    }

    /// The number of a track's samples.
    pub(super) fn count(&self, track: u32) -> usize {
        self.traf(track).map_or(0, |traf| traf.trun_boxes[0].samples.len())
    }

    fn samples(&self, track: u32, timescale: u64) -> Vec<Read<'a>> {
        let Some(traf) = self.traf(track) else { return Vec::new() };
        let trun = &traf.trun_boxes[0];
        let mut time = traf.tfdt_box.as_ref().expect("a time").base_media_decode_time;
        let mut position = trun.data_offset.expect("a position") as usize;
        let mut samples = Vec::new();
        for sample in &trun.samples {
            let end = position + sample.size.expect("a size") as usize;
            samples.push((time * 1000 / timescale, &self.bytes[position..end]));
            position = end;
            time += u64::from(sample.duration.expect("a duration"));
        }
        samples
    }
}

/// The fragments of an MP4 file.
pub(super) fn fragments(bytes: &[u8]) -> Vec<Fragment<'_>> {
    let moofs = boxes(bytes).into_iter().filter(|(name, _)| name == "moof");
    let fragment = |moof: &[u8]| {
        let start = moof.as_ptr().addr() - bytes.as_ptr().addr();
        Fragment { moof: MoofBox::decode(moof).expect("a fragment").0, bytes: &bytes[start..] }
    };
    moofs.map(|(_, moof)| fragment(moof)).collect()
}

/// The samples of a track in the fragments.
pub(super) fn fragment_samples(bytes: &[u8], track: u8) -> Vec<Read<'_>> {
    let moov = boxes(bytes).into_iter().find(|(name, _)| name == "moov").expect("a moov").1;
    let (moov, _) = MoovBox::decode(moov).expect("a moov");
    let trak = moov.trak_boxes.iter().find(|trak| trak.tkhd_box.track_id == u32::from(track));
    let timescale = trak.expect("a track").mdia_box.mdhd_box.timescale.get().into();
    fragments(bytes).iter().flat_map(|fragment| fragment.samples(track.into(), timescale)).collect()
}

/// The samples of a track in the table of a plain file.
pub(super) fn table_samples(bytes: &[u8], track: u8) -> Vec<Read<'_>> {
    let all = boxes(bytes);
    assert_eq!(all.iter().map(|(name, _)| name.as_str()).collect::<Vec<_>>(), ["ftyp", "mdat", "moov"]);
    let (moov, _) = MoovBox::decode(all[2].1).expect("a moov");
    let trak = moov.trak_boxes.iter().find(|trak| trak.tkhd_box.track_id == u32::from(track));
    let trak = trak.expect("a track");
    let timescale = u64::from(trak.mdia_box.mdhd_box.timescale.get());
    let table = &trak.mdia_box.minf_box.stbl_box;
    let edits = trak.edts_box.iter().flat_map(|edits| &edits.elst_box).flat_map(|list| &list.entries);
    let gap = edits.filter(|edit| edit.media_time == -1).map(|edit| edit.edit_duration).sum::<u64>();
    let mut time = gap * timescale / u64::from(moov.mvhd_box.timescale.get());

    let durations = table.stts_box.entries.iter();
    let mut durations =
        durations.flat_map(|run| std::iter::repeat_n(run.sample_delta, run.sample_count as usize));
    let StszBox::Variable { entry_sizes } = &table.stsz_box else { panic!("sizes") };
    let mut sizes = entry_sizes.iter();
    let Either::A(offsets) = &table.stco_or_co64_box else { panic!("a small file") };
    let mut samples = Vec::new();
    for (number, offset) in (1..).zip(&offsets.chunk_offsets) {
        let run = table.stsc_box.entries.iter().rfind(|run| run.first_chunk.get() <= number);
        let mut position = *offset as usize;
        for _ in 0..run.expect("a run").sample_per_chunk {
            let end = position + *sizes.next().expect("a size") as usize;
            samples.push((time * 1000 / timescale, &bytes[position..end]));
            position = end;
            time += u64::from(durations.next().expect("a duration"));
        }
    }
    assert!(sizes.next().is_none() && durations.next().is_none());
    samples
}
