//! Matroska (RFC 9559) and WebM, its subset for the web.

mod ebml;
mod id;
mod tracks;

use std::time::Duration;

use super::{
    demux::{Demux, LONGEST_PACKET, Packet, VideoCodec, VideoInfo},
    input::{Input, cut_short},
};
use crate::error::{ErrorName, MediaError};
use ebml::{Children, Element, Header, header, variable_uint};
use tracks::{Info, Track, read_tracks};

/// The largest number of entries of an index.
const MOST_CUES: usize = 1 << 20;

/// The time by which frames can follow later ones. A search for a key frame ends after it.
const LONGEST_REORDERING: Duration = Duration::from_secs(10);

/// The elements with which a cluster begins.
const FIRST_IN_CLUSTER: [u32; 7] =
    [id::TIMESTAMP, id::CRC_32, id::VOID, id::POSITION, id::PREV_SIZE, id::SIMPLE_BLOCK, id::BLOCK_GROUP];

/// A reader of Matroska and WebM.
///
/// The clusters and their content are read as one sequence of elements. So clusters of unknown size, those whose size
/// is wrong, and files that were cut short are read alike. Behind damage it goes on with the next cluster.
#[derive(Debug)]
pub(super) struct Matroska {
    input: Input,
    track: Track,
    /// The unit of times, in nanoseconds.
    timestamp_scale: u64,
    /// The offset of the segment's data. Positions in the file count from here.
    segment: u64,
    /// The end of the segment or of the file.
    end: u64,
    /// The offset of the first cluster.
    first: u64,
    place: Place,
    /// The offset of the `Cues`.
    index: Option<u64>,
    /// The content of the `Cues`, once it was read.
    cues: Option<Vec<Cue>>,
    /// The last packet. The memory is reused.
    packet: Vec<u8>,
}

/// A place between two elements.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Place {
    next: u64,
    /// The end of the cluster, if it is known.
    cluster_end: Option<u64>,
    /// The time of the cluster, in the file's units.
    cluster_time: u64,
}

impl Place {
    const fn at(next: u64) -> Self {
        Self { next, cluster_end: None, cluster_time: 0 }
    }
}

/// A block of the video track.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Block {
    time: Duration,
    is_key: bool,
    /// The offset of the packet.
    data: u64,
    len: u64,
}

/// An entry of the index.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
struct Cue {
    /// The time in the file's units.
    time: u64,
    /// The offset of the cluster in the segment.
    cluster: u64,
}

impl Matroska {
    pub(super) fn open(mut input: Input) -> Result<Self, MediaError> {
        let segment = open_segment(&mut input)?;
        let end = segment.end().unwrap_or(u64::MAX).min(input.len());
        let mut info = Info::default();
        let (mut track, mut index, mut first, mut next) = (None, None, None, segment.data);
        // Everything that is needed to play stands before the clusters, except in files that nobody writes.
        while let Header::Element(element) = header(&mut input, next, end)?
            && !(track.is_some() && first.is_some())
        {
            next = element.end().unwrap_or(u64::MAX);
            match element.id {
                id::EBML | id::SEGMENT => break,
                id::CLUSTER => {
                    first.get_or_insert(element.start);
                    next = element.end().unwrap_or(element.data);
                }
                _ if !element.ends_by(end) => {
                    next = element.start;
                    break;
                }
                id::INFO => info = Info::read(&mut input, &element)?,
                id::TRACKS => track = Some(read_tracks(&mut input, &element)?),
                id::SEEK_HEAD => index = index.or(read_seek_head(&mut input, &element, segment.data)?),
                id::CUES => index = Some(element.start),
                _ => {}
            }
        }
        let mut track = track.ok_or_else(|| {
            MediaError::data(
                "the Matroska file is cut short or corrupt: it has no list of tracks; choose another",
            )
        })?;
        track.info.duration = info.duration();
        // Without a cluster the first frame is searched after the headers.
        let first = first.unwrap_or(next.min(end));
        Ok(Self {
            input,
            track,
            timestamp_scale: info.timestamp_scale,
            segment: segment.data,
            end,
            first,
            place: Place::at(first),
            index,
            cues: None,
            packet: vec![],
        })
    }

    /// Advances to the next block of the video track.
    fn next_block(&mut self) -> Result<Option<Block>, MediaError> {
        while self.place.next < self.end {
            let element = match header(&mut self.input, self.place.next, self.end)? {
                Header::Element(element) => element,
                Header::Invalid => return self.skip_damage(self.place.next),
                Header::End => break,
            };
            match element.id {
                id::CLUSTER => {
                    let Place { next, cluster_end, cluster_time } = &mut self.place;
                    (*next, *cluster_end, *cluster_time) = (element.data, element.end(), 0);
                    continue;
                }
                // Another file follows.
                id::EBML | id::SEGMENT if !self.is_in_cluster(&element) => break,
                _ => {}
            }
            let Some(end) = element.end() else { return self.skip_damage(element.data) };
            if end > self.end {
                return self.end_or_skip_damage(element.data);
            }
            if self.is_in_cluster(&element) && self.place.cluster_end.is_some_and(|limit| end > limit) {
                return self.skip_damage(element.data);
            }
            self.place.next = end;
            let block = match element.id {
                id::TIMESTAMP => {
                    self.place.cluster_time = element.uint(&mut self.input)?;
                    None
                }
                id::SIMPLE_BLOCK => self.read_block(&element, None)?,
                id::BLOCK_GROUP => self.read_group(&element)?,
                _ => None,
            };
            if block.is_some() {
                return Ok(block);
            }
        }
        self.place.next = self.end;
        Ok(None)
    }

    /// Whether an element starts before the known end of the cluster.
    fn is_in_cluster(&self, element: &Element) -> bool {
        self.place.cluster_end.is_some_and(|end| element.data <= end)
    }

    /// Reads a `BlockGroup`. `None` if it is another track's.
    fn read_group(&mut self, group: &Element) -> Result<Option<Block>, MediaError> {
        let (mut block, mut is_key) = (None, true);
        let mut children = Children::of(group);
        while let Some(child) = children.next(&mut self.input)? {
            match child.id {
                id::BLOCK => block = Some(child),
                id::REFERENCE_BLOCK => is_key = false,
                _ => {}
            }
        }
        block.map_or(Ok(None), |block| self.read_block(&block, Some(is_key)))
    }

    /// Reads the header of a block. `None` if it is another track's. A `SimpleBlock` itself tells whether it is a key
    /// frame.
    fn read_block(&mut self, element: &Element, is_key: Option<bool>) -> Result<Option<Block>, MediaError> {
        let damaged = |what: &str| {
            Err(MediaError::data(format!("a frame at byte {} of the Matroska file {what}", element.data)))
        };
        let end = element.end().unwrap_or(element.data);
        self.input.seek(element.data)?;
        let Some(track) = variable_uint(&mut self.input, end)? else { return damaged("has no track") };
        if track != self.track.number {
            return Ok(None);
        }
        if self.input.position() + 3 > end {
            return damaged("is shorter than its header");
        }
        let [high, low, flags] = self.input.read::<3>()?;
        if flags & 0x06 != 0 {
            return damaged("is one of several in a block (lacing), which isn't supported for video");
        }
        let time = i128::from(self.place.cluster_time) + i128::from(i16::from_be_bytes([high, low]));
        let nanoseconds = time.max(0).saturating_mul(self.timestamp_scale.into());
        let data = self.input.position();
        Ok(Some(Block {
            time: Duration::from_nanos(u64::try_from(nanoseconds).unwrap_or(u64::MAX)),
            is_key: is_key.unwrap_or(flags & 0x80 != 0) || self.track.info.codec == VideoCodec::Mjpeg,
            data,
            len: end - data,
        }))
    }

    /// Goes on with the first cluster after this offset.
    ///
    /// # Errors
    /// Always [`ErrorName::Data`], if the file can be read.
    fn skip_damage<T>(&mut self, from: u64) -> Result<T, MediaError> {
        let place = self.place.next;
        let found = self.find_cluster(from)?;
        self.place = Place::at(found.unwrap_or(self.end));
        let after = if found.is_some() { "; playback continues after the damage" } else { "" };
        Err(MediaError::data(format!("the Matroska file is corrupt at byte {place}{after}")))
    }

    /// Goes to the end if no cluster is after this offset: the file was cut short.
    ///
    /// # Errors
    /// Those of [`Self::skip_damage`] if there is a cluster.
    fn end_or_skip_damage<T>(&mut self, from: u64) -> Result<Option<T>, MediaError> {
        let skipped = self.skip_damage(from);
        if self.place.next < self.end { skipped } else { Ok(None) }
    }

    /// Finds the next cluster at or after this offset.
    fn find_cluster(&mut self, from: u64) -> Result<Option<u64>, MediaError> {
        self.input.seek(from)?;
        let start = id::CLUSTER.to_be_bytes();
        while self.input.skip_to(start[0])? {
            let place = self.input.position();
            if place >= self.end {
                break;
            }
            let mut bytes = [0; 4];
            self.input.read_up_to(&mut bytes)?;
            // The four bytes alone can occur in a frame.
            if bytes == start
                && let Header::Element(cluster) = header(&mut self.input, place, self.end)?
                && let Header::Element(child) = header(&mut self.input, cluster.data, self.end)?
                && FIRST_IN_CLUSTER.contains(&child.id)
            {
                return Ok(Some(place));
            }
            self.input.seek(place + 1)?;
        }
        Ok(None)
    }

    /// The offset of the last cluster that the index has at or before a time.
    fn indexed_cluster(&mut self, to: Duration) -> Result<Option<u64>, MediaError> {
        if self.cues.is_none() {
            self.cues = Some(self.read_cues()?);
        }
        let cues = self.cues.as_deref().unwrap_or_default();
        let time = to.as_nanos() / u128::from(self.timestamp_scale);
        let before = cues.partition_point(|cue| u128::from(cue.time) <= time);
        let Some(cue) = before.checked_sub(1).map(|last| cues[last]) else { return Ok(None) };
        let place = self.segment.saturating_add(cue.cluster);
        let is_cluster = place < self.end
            && matches!(
                header(&mut self.input, place, self.end)?,
                Header::Element(Element { id: id::CLUSTER, .. })
            );
        Ok(is_cluster.then_some(place))
    }

    /// Reads the `Cues`, in the order of time. Damaged ones are left out: the file can be searched instead.
    fn read_cues(&mut self) -> Result<Vec<Cue>, MediaError> {
        let mut cues = vec![];
        let Some(place) = self.index else { return Ok(cues) };
        let Header::Element(element @ Element { id: id::CUES, .. }) =
            header(&mut self.input, place, self.end)?
        else {
            return Ok(cues);
        };
        let mut points = Children::of(&element);
        while let Some(point) = points.next(&mut self.input)?
            && cues.len() < MOST_CUES
        {
            if point.id != id::CUE_POINT {
                continue;
            }
            match self.read_cue(&point) {
                Ok(cue) => cues.extend(cue),
                Err(error) if error.name == ErrorName::Data => {}
                Err(error) => return Err(error),
            }
        }
        cues.sort_unstable();
        Ok(cues)
    }

    /// Reads a `CuePoint`. `None` if it is another track's.
    fn read_cue(&mut self, point: &Element) -> Result<Option<Cue>, MediaError> {
        let (mut time, mut cluster) = (None, None);
        let mut children = Children::of(point);
        while let Some(child) = children.next(&mut self.input)? {
            match child.id {
                id::CUE_TIME => time = Some(child.uint(&mut self.input)?),
                id::CUE_TRACK_POSITIONS => {
                    let (mut track, mut position) = (0, None);
                    let mut fields = Children::of(&child);
                    while let Some(field) = fields.next(&mut self.input)? {
                        match field.id {
                            id::CUE_TRACK => track = field.uint(&mut self.input)?,
                            id::CUE_CLUSTER_POSITION => position = Some(field.uint(&mut self.input)?),
                            _ => {}
                        }
                    }
                    if track == self.track.number {
                        cluster = position;
                    }
                }
                _ => {}
            }
        }
        Ok(time.zip(cluster).map(|(time, cluster)| Cue { time, cluster }))
    }

    /// Finds the last key frame at or before a time, from a cluster on. If there is none, it is the first one after.
    fn find_key_frame(&mut self, from: u64, to: Duration) -> Result<Option<(Place, Duration)>, MediaError> {
        self.place = Place::at(from);
        let mut found: Option<(Place, Duration)> = None;
        loop {
            let before = self.place;
            let block = match self.next_block() {
                Ok(Some(block)) => block,
                Ok(None) => break,
                Err(error) if error.name == ErrorName::Data => continue,
                Err(error) => return Err(error),
            };
            let is_after = block.time > to;
            if block.is_key && (!is_after || found.is_none()) {
                found = Some((before, block.time));
            }
            if block.is_key && is_after
                || found.is_some() && block.time > to.saturating_add(LONGEST_REORDERING)
            {
                break;
            }
        }
        Ok(found)
    }
}

impl Demux for Matroska {
    fn info(&self) -> &VideoInfo {
        &self.track.info
    }

    fn next(&mut self) -> Result<Option<Packet<'_>>, MediaError> {
        let Some(block) = self.next_block()? else { return Ok(None) };
        if block.len > LONGEST_PACKET {
            return Err(MediaError::data(format!(
                "a frame of {} bytes in the Matroska file is too large to be one",
                block.len
            )));
        }
        self.packet.clear();
        self.packet.extend_from_slice(&self.track.prefix);
        self.input.seek(block.data)?;
        self.input.append(block.len, &mut self.packet)?;
        Ok(Some(Packet { time: block.time, is_key: block.is_key, is_shown: true, data: &self.packet }))
    }

    fn seek(&mut self, to: Duration) -> Result<(), MediaError> {
        if let Some(cluster) = self.indexed_cluster(to)?
            && let Some((place, time)) = self.find_key_frame(cluster, to)?
            && time <= to
        {
            self.place = place;
            return Ok(());
        }
        let found = self.find_key_frame(self.first, to)?;
        self.place = found.map_or(Place::at(self.first), |(place, _)| place);
        Ok(())
    }
}

/// Checks the EBML header, and finds the segment.
fn open_segment(input: &mut Input) -> Result<Element, MediaError> {
    let Header::Element(ebml @ Element { id: id::EBML, .. }) = header(input, 0, u64::MAX)? else {
        return Err(MediaError::not_supported("this is not a Matroska file; choose another"));
    };
    if !ebml.ends_by(input.len()) {
        return Err(cut_short());
    }
    let mut children = Children::of(&ebml);
    while let Some(child) = children.next(input)? {
        let is_supported = match child.id {
            id::DOC_TYPE => {
                let doc_type = child.text(input)?;
                if !matches!(doc_type.as_str(), "matroska" | "webm") {
                    return Err(MediaError::not_supported(format!(
                        "the file has the type {doc_type:?}, not Matroska or WebM; choose another"
                    )));
                }
                true
            }
            id::DOC_TYPE_READ_VERSION => child.uint(input)? <= 4,
            id::EBML_MAX_ID_LENGTH => child.uint(input)? <= 4,
            id::EBML_MAX_SIZE_LENGTH => child.uint(input)? <= 8,
            _ => true,
        };
        if !is_supported {
            return Err(MediaError::not_supported(
                "the Matroska file has a newer version than is supported; convert it, for example with ffmpeg",
            ));
        }
    }
    let mut next = ebml.end();
    while let Some(place) = next
        && let Header::Element(element) = header(input, place, u64::MAX)?
    {
        if element.id == id::SEGMENT {
            return Ok(element);
        }
        next = element.end();
    }
    Err(MediaError::data("the Matroska file is cut short or corrupt: it has no segment; choose another"))
}

/// Reads a `SeekHead`. Returns the offset of the `Cues`.
fn read_seek_head(input: &mut Input, element: &Element, segment: u64) -> Result<Option<u64>, MediaError> {
    let mut seeks = Children::of(element);
    while let Some(seek) = seeks.next(input)? {
        if seek.id != id::SEEK {
            continue;
        }
        let (mut is_index, mut position) = (false, None);
        let mut children = Children::of(&seek);
        while let Some(child) = children.next(input)? {
            match child.id {
                id::SEEK_ID => is_index = child.uint(input)? == u64::from(id::CUES),
                id::SEEK_POSITION => position = Some(child.uint(input)?),
                _ => {}
            }
        }
        if is_index && let Some(position) = position {
            return Ok(segment.checked_add(position));
        }
    }
    Ok(None)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::source::file::testing::input_of;

    /// An element with a size of 8 bytes.
    fn element(id: u32, parts: &[&[u8]]) -> Vec<u8> {
        let content = parts.concat();
        let id: Vec<u8> = id.to_be_bytes().into_iter().skip_while(|byte| *byte == 0).collect();
        [id, (content.len() as u64 | 1 << 56).to_be_bytes().to_vec(), content].concat()
    }

    /// A file with these encodings of its track, and these clusters.
    fn file(encodings: &[u8], clusters: &[u8]) -> Vec<u8> {
        let video =
            element(id::VIDEO, &[&element(id::PIXEL_WIDTH, &[&[16]]), &element(id::PIXEL_HEIGHT, &[&[8]])]);
        let track = element(
            id::TRACK_ENTRY,
            &[
                &element(id::TRACK_NUMBER, &[&[7]]),
                &element(id::TRACK_TYPE, &[&[1]]),
                &element(id::CODEC_ID, &[b"V_VP8\0"]),
                &video,
                encodings,
            ],
        );
        let sound = element(id::TRACK_ENTRY, &[&element(id::TRACK_TYPE, &[&[2]])]);
        let segment = [
            element(id::CRC_32, &[&[1, 2, 3, 4]]),
            element(id::TRACKS, &[&sound, &track]),
            element(0x1254_C367, &[b"tags"]),
            clusters.to_vec(),
        ];
        [
            element(id::EBML, &[&element(id::DOC_TYPE, &[b"webm"])]),
            element(id::VOID, &[&[0; 9]]),
            // A segment of unknown size.
            vec![0x18, 0x53, 0x80, 0x67, 0xFF],
            segment.concat(),
        ]
        .concat()
    }

    /// Time in milliseconds, whether it is a key frame, and the bytes.
    type Read = Result<(u128, bool, Vec<u8>), ErrorName>;

    fn packets(bytes: &[u8]) -> Vec<Read> {
        let (_file, input) = input_of(bytes);
        let mut demux = Matroska::open(input).expect("good headers");
        let mut packets = vec![];
        while let Some(read) = demux.next().map_err(|error| error.name).transpose() {
            packets.push(read.map(|packet| (packet.time.as_millis(), packet.is_key, packet.data.to_vec())));
        }
        packets
    }

    #[test]
    fn blocks_of_all_kinds_are_read() {
        let block = |track: u8, time: i16, flags: u8, data: &[u8]| {
            [&[0x80 | track][..], &time.to_be_bytes(), &[flags], data].concat()
        };
        let simple = |content: &[u8]| element(id::SIMPLE_BLOCK, &[content]);
        let group =
            |content: &[u8], more: &[u8]| element(id::BLOCK_GROUP, &[&element(id::BLOCK, &[content]), more]);
        let cluster = [
            &element(id::TIMESTAMP, &[&[100]])[..],
            &simple(&block(7, 0, 0x80, b"key")),
            &simple(&block(8, 0, 0x80, b"sound")),
            &element(id::VOID, &[&[0; 5]]),
            &element(0x7BAD, &[b"unknown"]),
            &group(&block(7, -5, 0, b"delta"), &element(id::REFERENCE_BLOCK, &[&[1]])),
            &group(&block(7, 5, 0, b"key"), &[]),
            &simple(&block(7, 6, 0x02, b"laced")),
            &simple(&[0x87, 0]),
            &simple(&block(7, 7, 0, b"")),
        ]
        .concat();
        let expected = [
            Ok((100, true, b"key".to_vec())),
            Ok((95, false, b"delta".to_vec())),
            Ok((105, true, b"key".to_vec())),
            Err(ErrorName::Data),
            Err(ErrorName::Data),
            Ok((107, false, vec![])),
        ];
        let known = element(id::CLUSTER, &[&cluster]);
        let unknown = [&[0x1F, 0x43, 0xB6, 0x75, 0xFF][..], &cluster].concat();
        for (first, second) in [(&known, &unknown), (&unknown, &known), (&unknown, &unknown)] {
            let bytes = file(&[], &[&first[..], second, &element(id::CUES, &[])].concat());
            assert_eq!(packets(&bytes), [&expected[..], &expected].concat());
        }
        // Another file behind it has other times.
        let good = file(&[], &known);
        assert_eq!(packets(&[&good[..], &good].concat()), expected);
    }

    #[test]
    fn removed_headers_of_packets_are_put_back_and_other_encodings_are_refused() {
        let encoding = |algorithm: u8| {
            let settings = element(id::CONTENT_COMP_SETTINGS, &[b"start "]);
            let compression = element(
                id::CONTENT_COMPRESSION,
                &[&element(id::CONTENT_COMP_ALGO, &[&[algorithm]]), &settings],
            );
            element(id::CONTENT_ENCODINGS, &[&element(id::CONTENT_ENCODING, &[&compression])])
        };
        let cluster = element(id::CLUSTER, &[&element(id::SIMPLE_BLOCK, &[&[0x87, 0, 0, 0x80], b"rest"])]);
        assert_eq!(packets(&file(&encoding(3), &cluster)), [Ok((0, true, b"start rest".to_vec()))]);
        let (_file, input) = input_of(&file(&encoding(0), &cluster));
        let error = Matroska::open(input).expect_err("zlib");
        assert_eq!(error.name, ErrorName::NotSupported, "{error}");
    }
}
