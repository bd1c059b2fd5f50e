//! Matroska (RFC 9559) and WebM, its subset for the web.
//!
//! The layout of a file: the EBML header; a segment of unknown size with room for a `SeekHead`; `Info` with room for
//! the duration; `Tracks`; then whole clusters of `SimpleBlock`s; at the end `Cues`, the index. The patches fill the
//! rooms.

use std::time::Duration;

use super::{
    AudioTrack, ContainerError, Description, Finish, MAX_PIECE_BYTES, MAX_PIECE_DURATION, Muxer,
    OPUS_SAMPLE_RATE, RecordingPatch, Sample, TrackKind, VideoCodec, VideoTrack, ebml,
    interleave::Interleaver,
};

/// Ids of elements.
mod id {
    pub(super) const EBML: u32 = 0x1A45_DFA3;
    pub(super) const EBML_VERSION: u32 = 0x4286;
    pub(super) const EBML_READ_VERSION: u32 = 0x42F7;
    pub(super) const EBML_MAX_ID_LENGTH: u32 = 0x42F2;
    pub(super) const EBML_MAX_SIZE_LENGTH: u32 = 0x42F3;
    pub(super) const DOC_TYPE: u32 = 0x4282;
    pub(super) const DOC_TYPE_VERSION: u32 = 0x4287;
    pub(super) const DOC_TYPE_READ_VERSION: u32 = 0x4285;
    pub(super) const SEGMENT: u32 = 0x1853_8067;
    pub(super) const SEEK_HEAD: u32 = 0x114D_9B74;
    pub(super) const SEEK: u32 = 0x4DBB;
    pub(super) const SEEK_ID: u32 = 0x53AB;
    pub(super) const SEEK_POSITION: u32 = 0x53AC;
    pub(super) const INFO: u32 = 0x1549_A966;
    pub(super) const TIMESTAMP_SCALE: u32 = 0x2A_D7B1;
    pub(super) const DURATION: u32 = 0x4489;
    pub(super) const DATE_UTC: u32 = 0x4461;
    pub(super) const MUXING_APP: u32 = 0x4D80;
    pub(super) const WRITING_APP: u32 = 0x5741;
    pub(super) const TRACKS: u32 = 0x1654_AE6B;
    pub(super) const TRACK_ENTRY: u32 = 0xAE;
    pub(super) const TRACK_NUMBER: u32 = 0xD7;
    pub(super) const TRACK_UID: u32 = 0x73C5;
    pub(super) const TRACK_TYPE: u32 = 0x83;
    pub(super) const FLAG_LACING: u32 = 0x9C;
    pub(super) const LANGUAGE: u32 = 0x22_B59C;
    pub(super) const CODEC_ID: u32 = 0x86;
    pub(super) const CODEC_PRIVATE: u32 = 0x63A2;
    pub(super) const CODEC_DELAY: u32 = 0x56AA;
    pub(super) const SEEK_PRE_ROLL: u32 = 0x56BB;
    pub(super) const VIDEO: u32 = 0xE0;
    pub(super) const FLAG_INTERLACED: u32 = 0x9A;
    pub(super) const PIXEL_WIDTH: u32 = 0xB0;
    pub(super) const PIXEL_HEIGHT: u32 = 0xBA;
    pub(super) const COLOUR: u32 = 0x55B0;
    pub(super) const MATRIX_COEFFICIENTS: u32 = 0x55B1;
    pub(super) const RANGE: u32 = 0x55B9;
    pub(super) const TRANSFER_CHARACTERISTICS: u32 = 0x55BA;
    pub(super) const PRIMARIES: u32 = 0x55BB;
    pub(super) const AUDIO: u32 = 0xE1;
    pub(super) const SAMPLING_FREQUENCY: u32 = 0xB5;
    pub(super) const CHANNELS: u32 = 0x9F;
    pub(super) const CLUSTER: u32 = 0x1F43_B675;
    pub(super) const TIMESTAMP: u32 = 0xE7;
    pub(super) const SIMPLE_BLOCK: u32 = 0xA3;
    pub(super) const CUES: u32 = 0x1C53_BB6B;
    pub(super) const CUE_POINT: u32 = 0xBB;
    pub(super) const CUE_TIME: u32 = 0xB3;
    pub(super) const CUE_TRACK_POSITIONS: u32 = 0xB7;
    pub(super) const CUE_TRACK: u32 = 0xF7;
    pub(super) const CUE_CLUSTER_POSITION: u32 = 0xF1;
}

/// The name of the program in a file.
const APP: &str = concat!("bevy_viewfinder ", env!("CARGO_PKG_VERSION"));

/// The unit of times: a millisecond, in nanoseconds.
const TIMESTAMP_SCALE: u64 = 1_000_000;

/// The audio that a decoder of Opus needs before the sound is right, in nanoseconds.
const OPUS_SEEK_PRE_ROLL: u64 = 80_000_000;

/// The seconds from the Unix epoch to that of Matroska, the start of 2001.
const MATROSKA_EPOCH: u64 = 978_307_200;

/// The bytes of the room for the `SeekHead`.
const SEEK_HEAD_BYTES: usize = 120;

/// The bytes of the `Duration` element.
const DURATION_BYTES: usize = 11;

/// The least time between two entries of the index, in milliseconds.
const MIN_CUE_STEP: u64 = 500;

/// The most time by which a block of a cluster may be earlier than the one that began it, in milliseconds. Blocks have
/// 15 bits for their distance to the earliest.
const MAX_LATENESS: u64 = 30_000;

/// The kind of a Matroska file.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum DocType {
    /// WebM: VP8, VP9 and Opus.
    WebM,
    /// Matroska: all codecs.
    Matroska,
}

impl DocType {
    /// The name in the EBML header.
    const fn as_str(self) -> &'static str {
        match self {
            Self::WebM => "webm",
            Self::Matroska => "matroska",
        }
    }
}

/// Writes Matroska and WebM files.
///
/// A cluster begins at each key frame, and after a second at the latest. With MJPEG, where each frame is a key frame,
/// it lasts a second.
#[derive(Debug)]
pub(crate) struct MatroskaMuxer {
    interleaver: Interleaver,
    /// Complete pieces that nobody has taken.
    out: Vec<u8>,
    /// The position of the end of `out` in the file.
    position: u64,
    layout: Layout,
    numbers: TrackNumbers,
    key_frames_begin_clusters: bool,
    /// The blocks of the current cluster, in order of arrival.
    cluster: Vec<Block>,
    cluster_bytes: usize,
    cues: Vec<Cue>,
    /// The time of the latest block, in milliseconds.
    latest: u64,
}

/// Positions of the parts of the header in the file.
#[derive(Debug, Clone, Copy)]
struct Layout {
    /// The first byte of the segment's content. Positions inside the segment count from here.
    segment: u64,
    seek_head: u64,
    info: u64,
    duration: u64,
    tracks: u64,
}

/// The numbers of the tracks in a file.
#[derive(Debug, Clone, Copy)]
struct TrackNumbers {
    video: Option<u8>,
    audio: Option<u8>,
}

impl TrackNumbers {
    fn new(description: &Description) -> Self {
        let video = description.video.is_some().then_some(1);
        let audio = description.audio.is_some().then_some(video.unwrap_or(0) + 1);
        Self { video, audio }
    }

    fn of(self, track: TrackKind) -> Option<u8> {
        match track {
            TrackKind::Video => self.video,
            TrackKind::Audio => self.audio,
        }
    }
}

/// A sample in the current cluster.
#[derive(Debug)]
struct Block {
    track: u8,
    /// The time in milliseconds.
    time: u64,
    is_key: bool,
    data: Vec<u8>,
}

/// An entry of the index.
#[derive(Debug, Clone, Copy)]
struct Cue {
    /// The time in milliseconds.
    time: u64,
    track: u8,
    /// The position of the cluster inside the segment.
    cluster: u64,
}

impl MatroskaMuxer {
    /// A file of these tracks.
    pub(crate) fn new(doc_type: DocType, description: &Description) -> Result<Self, ContainerError> {
        description.check()?;
        if let Some(VideoTrack { codec: codec @ (VideoCodec::Mjpeg | VideoCodec::H264), .. }) =
            &description.video
            && doc_type == DocType::WebM
        {
            return Err(ContainerError::UnsupportedCodec { container: "WebM", codec: *codec });
        }
        let numbers = TrackNumbers::new(description);
        let mut out = Vec::new();
        let layout = write_header(&mut out, doc_type, description, numbers);
        Ok(Self {
            interleaver: Interleaver::new(description),
            position: out.len() as u64,
            out,
            layout,
            numbers,
            key_frames_begin_clusters: description
                .video
                .as_ref()
                .is_some_and(|video| video.codec != VideoCodec::Mjpeg),
            cluster: Vec::new(),
            cluster_bytes: 0,
            cues: Vec::new(),
            latest: 0,
        })
    }

    /// Adds a sample in the file's order.
    fn add(&mut self, sample: Sample) {
        let Some(track) = self.numbers.of(sample.track) else { return };
        let time =
            ((sample.time.as_nanos() + u128::from(TIMESTAMP_SCALE) / 2) / u128::from(TIMESTAMP_SCALE)) as u64;
        let begins_cluster = self.cluster.first().is_some_and(|first| {
            time >= first.time + MAX_PIECE_DURATION.as_millis() as u64
                || time + MAX_LATENESS < first.time
                || self.cluster_bytes >= MAX_PIECE_BYTES
                || self.key_frames_begin_clusters && sample.track == TrackKind::Video && sample.is_key
        });
        if begins_cluster {
            self.end_cluster();
        }
        self.latest = self.latest.max(time);
        self.cluster_bytes += sample.data.len();
        self.cluster.push(Block { track, time, is_key: sample.is_key, data: sample.data });
    }

    /// Writes the current cluster, if it has blocks.
    fn end_cluster(&mut self) {
        let mut blocks = std::mem::take(&mut self.cluster);
        self.cluster_bytes = 0;
        // A track that was more than a second behind the other has added earlier blocks after later ones.
        blocks.sort_by_key(|block| block.time);
        let Some(start) = blocks.first().map(|block| block.time) else { return };

        // Players seek in the video, if there is any.
        let index_track = self.numbers.video.or(self.numbers.audio);
        if let Some(block) = blocks.iter().find(|block| Some(block.track) == index_track)
            && block.is_key
            && self.cues.last().is_none_or(|last| block.time >= last.time + MIN_CUE_STEP)
        {
            let cluster = self.position - self.layout.segment;
            self.cues.push(Cue { time: block.time, track: block.track, cluster });
        }

        let before = self.out.len();
        ebml::master(&mut self.out, id::CLUSTER, |out| {
            ebml::uint(out, id::TIMESTAMP, start);
            for block in blocks {
                ebml::id(out, id::SIMPLE_BLOCK);
                ebml::size(out, block.data.len() as u64 + 4);
                ebml::size(out, block.track.into());
                // A cluster lasts at most `MAX_LATENESS` and a second.
                out.extend(((block.time - start) as i16).to_be_bytes());
                out.push(if block.is_key { 0x80 } else { 0 });
                out.extend(block.data);
            }
        });
        self.position += (self.out.len() - before) as u64;
    }

    /// The index.
    fn write_cues(&self, out: &mut Vec<u8>) {
        ebml::master(out, id::CUES, |out| {
            for cue in &self.cues {
                ebml::master(out, id::CUE_POINT, |out| {
                    ebml::uint(out, id::CUE_TIME, cue.time);
                    ebml::master(out, id::CUE_TRACK_POSITIONS, |out| {
                        ebml::uint(out, id::CUE_TRACK, cue.track.into());
                        ebml::uint(out, id::CUE_CLUSTER_POSITION, cue.cluster);
                    });
                });
            }
        });
    }

    /// The `SeekHead` and the rest of its room. The `Cues` are at this position in the file, if there are any.
    fn seek_head(&self, cues: Option<u64>) -> Vec<u8> {
        let parts = [
            Some((id::INFO, self.layout.info)),
            Some((id::TRACKS, self.layout.tracks)),
            cues.map(|position| (id::CUES, position)),
        ];
        let mut out = Vec::with_capacity(SEEK_HEAD_BYTES);
        ebml::master(&mut out, id::SEEK_HEAD, |out| {
            for (id, position) in parts.into_iter().flatten() {
                ebml::master(out, id::SEEK, |out| {
                    ebml::uint(out, id::SEEK_ID, id.into());
                    ebml::uint(out, id::SEEK_POSITION, position - self.layout.segment);
                });
            }
        });
        let rest = SEEK_HEAD_BYTES - out.len();
        ebml::void(&mut out, rest);
        out
    }
}

impl Muxer for MatroskaMuxer {
    fn write(&mut self, sample: Sample) -> Result<(), ContainerError> {
        self.interleaver.push(sample)?;
        while let Some(sample) = self.interleaver.pop() {
            self.add(sample);
        }
        Ok(())
    }

    fn cut(&mut self) -> Result<(), ContainerError> {
        self.end_cluster();
        Ok(())
    }

    fn take(&mut self) -> Vec<u8> {
        std::mem::take(&mut self.out)
    }

    fn finish(mut self: Box<Self>, duration: Duration) -> Result<Finish, ContainerError> {
        self.interleaver.end();
        while let Some(sample) = self.interleaver.pop() {
            self.add(sample);
        }
        self.end_cluster();

        let mut tail = self.take();
        let before = tail.len();
        let cues = (!self.cues.is_empty()).then_some(self.position);
        if cues.is_some() {
            self.write_cues(&mut tail);
        }
        let end = self.position + (tail.len() - before) as u64;

        let mut duration_element = Vec::with_capacity(DURATION_BYTES);
        ebml::float(
            &mut duration_element,
            id::DURATION,
            (duration.as_secs_f64() * 1000.0).max(self.latest as f64),
        );
        let segment = self.layout.segment;
        let size = ebml::full_size(end - segment);
        let patches = vec![
            RecordingPatch { offset: self.layout.duration, bytes: duration_element },
            RecordingPatch { offset: self.layout.seek_head, bytes: self.seek_head(cues) },
            RecordingPatch { offset: segment - size.len() as u64, bytes: size.into() },
        ];
        Ok(Finish { tail, patches })
    }
}

/// Writes everything before the first cluster, at the start of the file.
fn write_header(
    out: &mut Vec<u8>,
    doc_type: DocType,
    description: &Description,
    numbers: TrackNumbers,
) -> Layout {
    ebml::master(out, id::EBML, |out| {
        ebml::uint(out, id::EBML_VERSION, 1);
        ebml::uint(out, id::EBML_READ_VERSION, 1);
        ebml::uint(out, id::EBML_MAX_ID_LENGTH, 4);
        ebml::uint(out, id::EBML_MAX_SIZE_LENGTH, 8);
        ebml::string(out, id::DOC_TYPE, doc_type.as_str());
        // `CodecDelay` is of version 4, `SimpleBlock` of version 2.
        ebml::uint(out, id::DOC_TYPE_VERSION, 4);
        ebml::uint(out, id::DOC_TYPE_READ_VERSION, 2);
    });
    ebml::id(out, id::SEGMENT);
    out.extend(ebml::UNKNOWN_SIZE);
    let segment = out.len() as u64;
    let seek_head = out.len() as u64;
    ebml::void(out, SEEK_HEAD_BYTES);
    let info = out.len() as u64;
    let mut duration = info;
    ebml::master(out, id::INFO, |out| {
        ebml::uint(out, id::TIMESTAMP_SCALE, TIMESTAMP_SCALE);
        duration = out.len() as u64;
        ebml::void(out, DURATION_BYTES);
        if let Some(date) = date_utc(description) {
            ebml::binary(out, id::DATE_UTC, &date.to_be_bytes());
        }
        ebml::string(out, id::MUXING_APP, APP);
        ebml::string(out, id::WRITING_APP, APP);
    });
    let tracks = out.len() as u64;
    ebml::master(out, id::TRACKS, |out| {
        if let Some((number, track)) = numbers.video.zip(description.video.as_ref()) {
            ebml::master(out, id::TRACK_ENTRY, |out| write_video_track(out, number, track));
        }
        if let Some((number, track)) = numbers.audio.zip(description.audio.as_ref()) {
            ebml::master(out, id::TRACK_ENTRY, |out| write_audio_track(out, number, track));
        }
    });
    Layout { segment, seek_head, info, duration, tracks }
}

/// The start of the recording, in nanoseconds of Matroska's epoch.
fn date_utc(description: &Description) -> Option<i64> {
    let since = description.created_since_epoch()?.checked_sub(Duration::from_secs(MATROSKA_EPOCH))?;
    i64::try_from(since.as_nanos()).ok()
}

/// Writes the part of a track's entry that all kinds have.
fn write_track(out: &mut Vec<u8>, number: u8, kind: u64, codec: &str, codec_private: &[u8]) {
    ebml::uint(out, id::TRACK_NUMBER, number.into());
    ebml::uint(out, id::TRACK_UID, number.into());
    ebml::uint(out, id::TRACK_TYPE, kind);
    ebml::uint(out, id::FLAG_LACING, 0);
    ebml::string(out, id::LANGUAGE, "und");
    ebml::string(out, id::CODEC_ID, codec);
    if !codec_private.is_empty() {
        ebml::binary(out, id::CODEC_PRIVATE, codec_private);
    }
}

fn write_video_track(out: &mut Vec<u8>, number: u8, track: &VideoTrack) {
    let codec = match track.codec {
        VideoCodec::Mjpeg => "V_MJPEG",
        VideoCodec::Vp8 => "V_VP8",
        VideoCodec::Vp9 => "V_VP9",
        VideoCodec::H264 => "V_MPEG4/ISO/AVC",
    };
    write_track(out, number, 1, codec, &track.codec_private);
    ebml::master(out, id::VIDEO, |out| {
        // Progressive.
        ebml::uint(out, id::FLAG_INTERLACED, 2);
        ebml::uint(out, id::PIXEL_WIDTH, track.width.into());
        ebml::uint(out, id::PIXEL_HEIGHT, track.height.into());
        ebml::master(out, id::COLOUR, |out| {
            ebml::uint(out, id::MATRIX_COEFFICIENTS, track.color.matrix.into());
            ebml::uint(out, id::RANGE, if track.color.full_range { 2 } else { 1 });
            ebml::uint(out, id::TRANSFER_CHARACTERISTICS, track.color.transfer.into());
            ebml::uint(out, id::PRIMARIES, track.color.primaries.into());
        });
    });
}

fn write_audio_track(out: &mut Vec<u8>, number: u8, track: &AudioTrack) {
    write_track(out, number, 2, "A_OPUS", &opus_head(track));
    let delay = u64::from(track.pre_skip) * 1_000_000_000 / u64::from(OPUS_SAMPLE_RATE);
    ebml::uint(out, id::CODEC_DELAY, delay);
    ebml::uint(out, id::SEEK_PRE_ROLL, OPUS_SEEK_PRE_ROLL);
    ebml::master(out, id::AUDIO, |out| {
        ebml::float(out, id::SAMPLING_FREQUENCY, OPUS_SAMPLE_RATE.into());
        ebml::uint(out, id::CHANNELS, track.channels.into());
    });
}

/// The identification header of Opus (RFC 7845, section 5.1), for up to two channels.
fn opus_head(track: &AudioTrack) -> Vec<u8> {
    let mut head = b"OpusHead".to_vec();
    head.extend([1, track.channels]);
    head.extend(track.pre_skip.to_le_bytes());
    head.extend(OPUS_SAMPLE_RATE.to_le_bytes());
    // The output gain, and the channel mapping family.
    head.extend([0, 0, 0]);
    head
}
