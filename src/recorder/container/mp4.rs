//! MP4 (ISO/IEC 14496-12), fragmented while it is written and a plain file at the end.
//!
//! The layout of a file: `ftyp`; a `free` box of 16 bytes; a `moov` without samples; then whole fragments, each a
//! `moof` and an `mdat`; at the end a `free` box that holds a second `moov`, with the table of all samples. The patches
//! turn that last box into a `moov`, and the first `free` box into the header of an `mdat` that spans everything
//! between. OBS Studio's hybrid MP4 has this layout too.
//!
//! The boxes are those of `shiguredo_mp4`. Its muxers have no edit lists, no gaps, and large tables for long
//! recordings.

use std::{
    num::{NonZeroU16, NonZeroU32},
    time::Duration,
};

use shiguredo_mp4::{
    BoxSize, BoxType, Decode, Either, Encode, FixedPointNumber, LanguageCode, Mp4FileTime, SampleFlags, Uint,
    bitstream::opus::{ChannelCount, OpusSampleEntryConfig, build_opus_box},
    boxes::{
        Avc1Box, AvccBox, Brand, Co64Box, DinfBox, EdtsBox, ElstBox, ElstEntry, FtypBox, HdlrBox, MdhdBox,
        MdiaBox, MediaHeader, MfhdBox, MinfBox, MoofBox, MoovBox, MvexBox, MvhdBox, SampleEntry, SmhdBox,
        StblBox, StcoBox, StscBox, StscEntry, StsdBox, StssBox, StszBox, SttsBox, SttsEntry, TfdtBox,
        TfhdBox, TkhdBox, TrafBox, TrakBox, TrexBox, TrunBox, TrunSample, UnknownBox,
        VisualSampleEntryFields, VmhdBox, Vp08Box, Vp09Box, VpccBox,
    },
};

use super::{
    AudioTrack, ContainerError, Description, Finish, MAX_PIECE_BYTES, MAX_PIECE_DURATION, Muxer,
    OPUS_SAMPLE_RATE, RecordingPatch, Sample, TrackKind, VideoCodec, VideoTrack, interleave::Interleaver,
};

/// Units per second of the video's and the movie's times.
const VIDEO_TIMESCALE: NonZeroU32 = NonZeroU32::new(90_000).unwrap();

/// Units per second of the audio's times.
const AUDIO_TIMESCALE: NonZeroU32 = NonZeroU32::new(OPUS_SAMPLE_RATE).unwrap();

/// The duration of the only frame of a file with no other duration, in units of the video: 1/30 s.
const DEFAULT_FRAME_DURATION: u32 = 3_000;

/// The duration of the only packet of a file, in units of the audio: 20 ms.
const DEFAULT_PACKET_DURATION: u32 = 960;

/// Bytes of the header of a box with a size of 64 bits.
const LARGE_HEADER_BYTES: u32 = 16;

/// Bytes of the header of a box.
const HEADER_BYTES: u32 = 8;

impl From<shiguredo_mp4::Error> for ContainerError {
    fn from(error: shiguredo_mp4::Error) -> Self {
        Self::Mp4(error.to_string())
    }
}

/// Writes MP4 files.
///
/// A fragment begins at each key frame, and after a second at the latest. The newest sample of a track waits for the
/// next one, whose time is its end: a gap makes the sample before it longer. The last frame lasts until the file's end,
/// the last packet as long as the one before it.
#[derive(Debug)]
pub(crate) struct Mp4Muxer {
    interleaver: Interleaver,
    /// Complete pieces that nobody has taken.
    out: Vec<u8>,
    /// The position of the end of `out` in the file.
    position: u64,
    /// The position of the first `free` box.
    free: u64,
    created: Mp4FileTime,
    tracks: Vec<Track>,
    /// The number of fragments so far.
    fragments: u32,
    /// The time of the first sample of the current fragment.
    fragment_start: Option<Duration>,
    fragment_bytes: usize,
}

/// A track, the samples of its current fragment, and the table of all earlier ones.
#[derive(Debug)]
struct Track {
    kind: TrackKind,
    id: u32,
    timescale: NonZeroU32,
    entry: SampleEntry,
    /// The width and height of video.
    size: (i16, i16),
    /// The number of units at the start that aren't heard.
    pre_skip: u16,
    /// The newest sample. Its duration isn't known.
    newest: Option<Sample>,
    /// The time of the current fragment's first sample, in units.
    fragment_time: u64,
    fragment: Vec<TimedSample>,
    table: SampleTable,
}

/// A sample with its duration in units of its track.
#[derive(Debug)]
struct TimedSample {
    duration: u32,
    is_key: bool,
    data: Vec<u8>,
}

/// The table of a track's samples: the content of the final `moov`. A sample takes 4 bytes, and 8 more if its duration
/// isn't that of the sample before it.
#[derive(Debug, Default)]
struct SampleTable {
    /// The time of the first sample, in units of the track.
    first_time: Option<u64>,
    /// The sum of all durations, in units of the track.
    duration: u64,
    durations: Vec<SttsEntry>,
    sizes: Vec<u32>,
    /// The numbers of the key frames, from 1.
    keys: Vec<NonZeroU32>,
    chunks: Vec<Chunk>,
}

/// The samples of a track in one fragment.
#[derive(Debug, Clone, Copy)]
struct Chunk {
    /// The position in the file.
    position: u64,
    samples: u32,
}

impl SampleTable {
    fn push(&mut self, sample: &TimedSample) {
        self.duration += u64::from(sample.duration);
        self.sizes.push(sample.data.len() as u32);
        if sample.is_key {
            self.keys.extend(NonZeroU32::new(self.sizes.len() as u32));
        }
        match self.durations.last_mut() {
            Some(run) if run.sample_delta == sample.duration => run.sample_count += 1,
            _ => self.durations.push(SttsEntry { sample_count: 1, sample_delta: sample.duration }),
        }
    }

    /// The chunks as runs of equally many samples.
    fn samples_per_chunk(&self) -> Vec<StscEntry> {
        let mut runs: Vec<StscEntry> = Vec::new();
        for (number, chunk) in (1..).zip(&self.chunks) {
            if let Some(first_chunk) = NonZeroU32::new(number)
                && runs.last().is_none_or(|run| run.sample_per_chunk != chunk.samples)
            {
                let sample_description_index = NonZeroU32::MIN;
                runs.push(StscEntry {
                    first_chunk,
                    sample_per_chunk: chunk.samples,
                    sample_description_index,
                });
            }
        }
        runs
    }

    /// The positions of the chunks, in 32 bits if they fit.
    fn chunk_offsets(&self) -> Either<StcoBox, Co64Box> {
        let positions = self.chunks.iter().map(|chunk| chunk.position);
        match positions.clone().map(u32::try_from).collect() {
            Ok(chunk_offsets) => Either::A(StcoBox { chunk_offsets }),
            Err(_) => Either::B(Co64Box { chunk_offsets: positions.collect() }),
        }
    }
}

impl Track {
    fn video(id: u32, track: &VideoTrack) -> Result<Self, ContainerError> {
        let too_large = |_| ContainerError::InvalidTrack {
            track: TrackKind::Video,
            reason: "its width and height must be from 1 to 32767 pixels",
        };
        let size =
            (i16::try_from(track.width).map_err(too_large)?, i16::try_from(track.height).map_err(too_large)?);
        Ok(Self {
            kind: TrackKind::Video,
            id,
            timescale: VIDEO_TIMESCALE,
            entry: video_entry(track)?,
            size,
            pre_skip: 0,
            newest: None,
            fragment_time: 0,
            fragment: Vec::new(),
            table: SampleTable::default(),
        })
    }

    fn audio(id: u32, track: &AudioTrack) -> Self {
        let channel_count = if track.channels == 1 { ChannelCount::Mono } else { ChannelCount::Stereo };
        let entry = SampleEntry::Opus(build_opus_box(&OpusSampleEntryConfig {
            channel_count,
            pre_skip: track.pre_skip,
            input_sample_rate: OPUS_SAMPLE_RATE,
            output_gain: 0,
        }));
        Self {
            kind: TrackKind::Audio,
            id,
            timescale: AUDIO_TIMESCALE,
            entry,
            size: (0, 0),
            pre_skip: track.pre_skip,
            newest: None,
            fragment_time: 0,
            fragment: Vec::new(),
            table: SampleTable::default(),
        }
    }

    /// A time in units of the track.
    fn units(&self, time: Duration) -> u64 {
        let units = time.as_nanos() * u128::from(self.timescale.get());
        ((units + 500_000_000) / 1_000_000_000) as u64
    }

    /// A number of units of the track in units of the movie.
    fn movie_units(&self, units: u64) -> u64 {
        let movie = u128::from(units) * u128::from(VIDEO_TIMESCALE.get());
        (movie / u128::from(self.timescale.get())) as u64
    }

    /// Moves the newest sample to the fragment. Its duration ends at this time.
    fn end_newest(&mut self, end: Duration) -> Option<Ended> {
        let sample = self.newest.take()?;
        let (start, end) = (self.units(sample.time), self.units(end));
        // Only a gap of 13 hours doesn't fit.
        let duration = u32::try_from(end.saturating_sub(start)).unwrap_or(u32::MAX);
        let ended = Ended { time: sample.time, bytes: sample.data.len() };
        if self.fragment.is_empty() {
            self.fragment_time = start;
        }
        self.table.first_time.get_or_insert(start);
        let sample = TimedSample { duration, is_key: sample.is_key, data: sample.data };
        self.table.push(&sample);
        self.fragment.push(sample);
        Some(ended)
    }

    /// The end of the newest sample at the end of a file of this duration.
    fn end_at(&self, duration: Duration) -> Option<Duration> {
        let newest = self.newest.as_ref()?;
        let before = self.table.durations.last().map(|run| run.sample_delta);
        let (usual, lasts_until_the_end) = match self.kind {
            TrackKind::Video => (before.unwrap_or(DEFAULT_FRAME_DURATION), true),
            TrackKind::Audio => (before.unwrap_or(DEFAULT_PACKET_DURATION), false),
        };
        if lasts_until_the_end && self.units(duration) > self.units(newest.time) {
            return Some(duration);
        }
        Some(newest.time + Duration::from_secs_f64(f64::from(usual) / f64::from(self.timescale.get())))
    }

    /// The edit list. Its last edit lasts this long, in units of the movie, or until the end for 0. It removes the
    /// delay of the audio encoder, and puts a track that begins late in its place.
    fn edits(&self, first_time: u64, duration: u64) -> Option<EdtsBox> {
        if first_time == 0 && self.pre_skip == 0 {
            return None;
        }
        let media_rate = FixedPointNumber::new(1, 0);
        let gap = (first_time > 0).then(|| ElstEntry {
            edit_duration: self.movie_units(first_time),
            media_time: -1,
            media_rate,
        });
        let media = ElstEntry { edit_duration: duration, media_time: self.pre_skip.into(), media_rate };
        let entries = gap.into_iter().chain([media]).collect();
        Some(EdtsBox { elst_box: Some(ElstBox { entries }), unknown_boxes: Vec::new() })
    }

    /// The track in a `moov` with the samples of this table. An empty one is that of a file of fragments.
    fn trak(&self, created: Mp4FileTime, table: &SampleTable) -> TrakBox {
        let first_time = table.first_time.unwrap_or(0);
        let heard = self.movie_units(table.duration.saturating_sub(self.pre_skip.into()));
        let (handler_type, name, media_header, volume) = match self.kind {
            TrackKind::Video => (
                HdlrBox::HANDLER_TYPE_VIDE,
                &b"VideoHandler\0"[..],
                MediaHeader::Vmhd(VmhdBox::default()),
                TkhdBox::DEFAULT_VIDEO_VOLUME,
            ),
            TrackKind::Audio => (
                HdlrBox::HANDLER_TYPE_SOUN,
                &b"SoundHandler\0"[..],
                MediaHeader::Smhd(SmhdBox::default()),
                TkhdBox::DEFAULT_AUDIO_VOLUME,
            ),
        };
        // Without the table of key frames each sample is one.
        let all_are_keys = table.keys.len() == table.sizes.len();
        let stbl_box = StblBox {
            stsd_box: StsdBox { entries: vec![self.entry.clone()] },
            stts_box: SttsBox { entries: table.durations.clone() },
            ctts_box: None,
            cslg_box: None,
            stsc_box: StscBox { entries: table.samples_per_chunk() },
            stsz_box: StszBox::Variable { entry_sizes: table.sizes.clone() },
            stco_or_co64_box: table.chunk_offsets(),
            stss_box: (!all_are_keys).then(|| StssBox { sample_numbers: table.keys.clone() }),
            sdtp_box: None,
            unknown_boxes: Vec::new(),
        };
        TrakBox {
            tkhd_box: TkhdBox {
                flag_track_enabled: true,
                flag_track_in_movie: true,
                flag_track_in_preview: false,
                flag_track_size_is_aspect_ratio: false,
                creation_time: created,
                modification_time: created,
                track_id: self.id,
                duration: self.movie_units(first_time) + heard,
                layer: TkhdBox::DEFAULT_LAYER,
                alternate_group: TkhdBox::DEFAULT_ALTERNATE_GROUP,
                volume,
                matrix: TkhdBox::DEFAULT_MATRIX,
                width: FixedPointNumber::new(self.size.0, 0),
                height: FixedPointNumber::new(self.size.1, 0),
            },
            edts_box: self.edits(first_time, heard),
            mdia_box: MdiaBox {
                mdhd_box: MdhdBox {
                    creation_time: created,
                    modification_time: created,
                    timescale: self.timescale,
                    duration: table.duration,
                    language: LanguageCode::UNDEFINED,
                },
                hdlr_box: HdlrBox { handler_type, name: name.to_vec() },
                minf_box: MinfBox {
                    media_header: Some(media_header),
                    dinf_box: DinfBox::LOCAL_FILE,
                    stbl_box,
                    unknown_boxes: Vec::new(),
                },
                unknown_boxes: Vec::new(),
            },
            unknown_boxes: Vec::new(),
        }
    }

    /// The samples of the current fragment in a `moof`. The position of the first is set later.
    fn traf(&self) -> TrafBox {
        let samples = self.fragment.iter().map(|sample| TrunSample {
            duration: Some(sample.duration),
            size: Some(sample.data.len() as u32),
            flags: Some(sample_flags(sample.is_key)),
            composition_time_offset: None,
        });
        TrafBox {
            tfhd_box: TfhdBox {
                track_id: self.id,
                base_data_offset: None,
                sample_description_index: None,
                default_sample_duration: None,
                default_sample_size: None,
                default_sample_flags: None,
                duration_is_empty: false,
                default_base_is_moof: true,
            },
            tfdt_box: Some(TfdtBox {
                version: u8::from(self.fragment_time > u32::MAX.into()),
                base_media_decode_time: self.fragment_time,
            }),
            trun_boxes: vec![TrunBox {
                data_offset: Some(0),
                first_sample_flags: None,
                samples: samples.collect(),
            }],
            unknown_boxes: Vec::new(),
        }
    }
}

/// A sample that moved to the fragment.
#[derive(Debug, Clone, Copy)]
struct Ended {
    time: Duration,
    bytes: usize,
}

impl Mp4Muxer {
    /// A file of these tracks. MP4 holds no MJPEG that browsers play.
    pub(crate) fn new(description: &Description) -> Result<Self, ContainerError> {
        description.check()?;
        let mut tracks = Vec::new();
        if let Some(video) = &description.video {
            tracks.push(Track::video(1, video)?);
        }
        if let Some(audio) = &description.audio {
            tracks.push(Track::audio(tracks.len() as u32 + 1, audio));
        }
        let created = description.created_since_epoch().map(Mp4FileTime::from_unix_time).unwrap_or_default();
        let mut muxer = Self {
            interleaver: Interleaver::new(description),
            out: Vec::new(),
            position: 0,
            free: 0,
            created,
            tracks,
            fragments: 0,
            fragment_start: None,
            fragment_bytes: 0,
        };

        let mut compatible_brands = vec![Brand::ISOM, Brand::ISO5, Brand::ISO6, Brand::MP41];
        if description.video.as_ref().is_some_and(|video| video.codec == VideoCodec::H264) {
            compatible_brands.push(Brand::AVC1);
        }
        let ftyp = FtypBox { major_brand: Brand::ISOM, minor_version: 512, compatible_brands };
        muxer.out = ftyp.encode_to_vec()?;
        muxer.free = muxer.out.len() as u64;
        muxer.out.extend(LARGE_HEADER_BYTES.to_be_bytes());
        muxer.out.extend(b"free");
        muxer.out.extend([0; 8]);
        muxer.out.extend(muxer.live_moov().encode_to_vec()?);
        muxer.position = muxer.out.len() as u64;
        Ok(muxer)
    }

    /// The `moov` of a file of fragments: it has no samples.
    fn live_moov(&self) -> MoovBox {
        let no_samples = SampleTable::default();
        let trex_boxes = self.tracks.iter().map(|track| TrexBox {
            track_id: track.id,
            default_sample_description_index: 1,
            default_sample_duration: 0,
            default_sample_size: 0,
            default_sample_flags: SampleFlags::empty(),
        });
        MoovBox {
            mvhd_box: self.mvhd(0),
            trak_boxes: self.tracks.iter().map(|track| track.trak(self.created, &no_samples)).collect(),
            mvex_box: Some(MvexBox {
                mehd_box: None,
                trex_boxes: trex_boxes.collect(),
                unknown_boxes: Vec::new(),
            }),
            unknown_boxes: Vec::new(),
        }
    }

    /// The `moov` of a plain file: it has all samples.
    fn final_moov(&self) -> MoovBox {
        let tracks = self.tracks.iter().filter(|track| !track.table.sizes.is_empty());
        let trak_boxes: Vec<TrakBox> = tracks.map(|track| track.trak(self.created, &track.table)).collect();
        let duration = trak_boxes.iter().map(|trak| trak.tkhd_box.duration).max().unwrap_or(0);
        MoovBox { mvhd_box: self.mvhd(duration), trak_boxes, mvex_box: None, unknown_boxes: Vec::new() }
    }

    fn mvhd(&self, duration: u64) -> MvhdBox {
        MvhdBox {
            creation_time: self.created,
            modification_time: self.created,
            timescale: VIDEO_TIMESCALE,
            duration,
            rate: MvhdBox::DEFAULT_RATE,
            volume: MvhdBox::DEFAULT_VOLUME,
            matrix: MvhdBox::DEFAULT_MATRIX,
            next_track_id: self.tracks.len() as u32 + 1,
        }
    }

    /// Adds a sample in the file's order.
    fn add(&mut self, sample: Sample) -> Result<(), ContainerError> {
        let Some(track) = self.tracks.iter_mut().find(|track| track.kind == sample.track) else {
            return Err(ContainerError::NoSuchTrack(sample.track));
        };
        let ended = track.end_newest(sample.time);
        let begins_fragment = sample.track == TrackKind::Video && sample.is_key;
        let time = sample.time;
        track.newest = Some(sample);
        self.count(ended);
        let is_full = self.fragment_bytes >= MAX_PIECE_BYTES
            || self.fragment_start.is_some_and(|start| time.saturating_sub(start) >= MAX_PIECE_DURATION);
        if begins_fragment || is_full {
            self.end_fragment()?;
        }
        Ok(())
    }

    /// Counts a sample that moved to the fragment.
    fn count(&mut self, ended: Option<Ended>) {
        let Some(ended) = ended else { return };
        self.fragment_bytes += ended.bytes;
        self.fragment_start.get_or_insert(ended.time);
    }

    /// Writes the current fragment, if it has samples. The samples of a track follow each other in it.
    fn end_fragment(&mut self) -> Result<(), ContainerError> {
        if self.fragment_start.take().is_none() {
            return Ok(());
        }
        let payload = self.fragment_bytes;
        self.fragment_bytes = 0;
        self.fragments += 1;
        let with_samples = || self.tracks.iter().filter(|track| !track.fragment.is_empty());
        let mut moof = MoofBox {
            mfhd_box: MfhdBox { sequence_number: self.fragments },
            traf_boxes: with_samples().map(Track::traf).collect(),
            unknown_boxes: Vec::new(),
        };
        // The positions depend on the size of the box, which doesn't depend on them.
        let header = moof.encode_to_vec()?.len() + HEADER_BYTES as usize;
        let mut offset = header;
        for (track, traf) in with_samples().zip(&mut moof.traf_boxes) {
            for trun in &mut traf.trun_boxes {
                trun.data_offset = Some(offset as i32);
            }
            offset += track.fragment.iter().map(|sample| sample.data.len()).sum::<usize>();
        }

        self.out.reserve(header + payload);
        self.out.extend(moof.encode_to_vec()?);
        self.out.extend((payload as u32 + HEADER_BYTES).to_be_bytes());
        self.out.extend(b"mdat");
        let mut position = self.position + header as u64;
        for track in self.tracks.iter_mut().filter(|track| !track.fragment.is_empty()) {
            track.table.chunks.push(Chunk { position, samples: track.fragment.len() as u32 });
            for sample in track.fragment.drain(..) {
                position += sample.data.len() as u64;
                self.out.extend(sample.data);
            }
        }
        self.position = position;
        Ok(())
    }
}

impl Muxer for Mp4Muxer {
    fn write(&mut self, sample: Sample) -> Result<(), ContainerError> {
        self.interleaver.push(sample)?;
        while let Some(sample) = self.interleaver.pop() {
            self.add(sample)?;
        }
        Ok(())
    }

    fn cut(&mut self) -> Result<(), ContainerError> {
        self.end_fragment()
    }

    fn take(&mut self) -> Vec<u8> {
        std::mem::take(&mut self.out)
    }

    fn finish(mut self: Box<Self>, duration: Duration) -> Result<Finish, ContainerError> {
        self.interleaver.end();
        while let Some(sample) = self.interleaver.pop() {
            self.add(sample)?;
        }
        for index in 0..self.tracks.len() {
            let track = &mut self.tracks[index];
            let ended = track.end_at(duration).and_then(|end| track.end_newest(end));
            self.count(ended);
        }
        self.end_fragment()?;

        let mut tail = self.take();
        if self.fragments == 0 {
            return Ok(Finish { tail, patches: Vec::new() });
        }
        let mut moov = self.final_moov().encode_to_vec()?;
        let patches = vec![
            // From here on the file has two `moov` boxes, of which players take the first.
            RecordingPatch { offset: self.position + 4, bytes: b"moov".to_vec() },
            RecordingPatch { offset: self.free, bytes: large_mdat_header(self.position - self.free) },
        ];
        moov[4..8].copy_from_slice(b"free");
        tail.extend(moov);
        Ok(Finish { tail, patches })
    }
}

/// The header of an `mdat` box of this many bytes, in the room of the first `free` box.
fn large_mdat_header(bytes: u64) -> Vec<u8> {
    let mut header = Vec::with_capacity(LARGE_HEADER_BYTES as usize);
    // The size follows the type.
    header.extend(1_u32.to_be_bytes());
    header.extend(b"mdat");
    header.extend(bytes.to_be_bytes());
    header
}

/// The flags of a sample in a fragment: on which others it depends, and whether a decoder can start there.
const fn sample_flags(is_key: bool) -> SampleFlags {
    let depends_on = if is_key { 2 } else { 1 };
    SampleFlags::from_fields(0, depends_on, 0, 0, 0, !is_key, 0)
}

/// The description of a video track's samples.
fn video_entry(track: &VideoTrack) -> Result<SampleEntry, ContainerError> {
    let visual = VisualSampleEntryFields {
        data_reference_index: NonZeroU16::MIN,
        width: track.width as u16,
        height: track.height as u16,
        horizresolution: VisualSampleEntryFields::DEFAULT_HORIZRESOLUTION,
        vertresolution: VisualSampleEntryFields::DEFAULT_VERTRESOLUTION,
        frame_count: VisualSampleEntryFields::DEFAULT_FRAME_COUNT,
        compressorname: VisualSampleEntryFields::NULL_COMPRESSORNAME,
        depth: VisualSampleEntryFields::DEFAULT_DEPTH,
    };
    let unknown_boxes = vec![color_box(track)];
    match track.codec {
        VideoCodec::Mjpeg => Err(ContainerError::UnsupportedCodec { container: "MP4", codec: track.codec }),
        VideoCodec::Vp8 => {
            Ok(SampleEntry::Vp08(Vp08Box { visual, vpcc_box: vp_configuration(track), unknown_boxes }))
        }
        VideoCodec::Vp9 => {
            Ok(SampleEntry::Vp09(Vp09Box { visual, vpcc_box: vp_configuration(track), unknown_boxes }))
        }
        VideoCodec::H264 => {
            let mut avcc = Vec::new();
            avcc.extend((track.codec_private.len() as u32 + HEADER_BYTES).to_be_bytes());
            avcc.extend(b"avcC");
            avcc.extend(&track.codec_private);
            let (avcc_box, _) = AvccBox::decode(&avcc)?;
            Ok(SampleEntry::Avc1(Avc1Box { visual, avcc_box, unknown_boxes }))
        }
    }
}

/// The `colr` box of a video track.
fn color_box(track: &VideoTrack) -> UnknownBox {
    let color = track.color;
    let mut payload = b"nclx".to_vec();
    for code in [color.primaries, color.transfer, color.matrix] {
        payload.extend(u16::from(code).to_be_bytes());
    }
    payload.push(u8::from(color.full_range) << 7);
    let box_type = BoxType::Normal(*b"colr");
    UnknownBox { box_type, box_size: BoxSize::with_payload_size(box_type, payload.len() as u64), payload }
}

/// The `vpcC` box of a track of VP8 or VP9: profile 0, 8 bits, 4:2:0.
fn vp_configuration(track: &VideoTrack) -> VpccBox {
    // The levels of VP9 by the most luma samples of a frame.
    let level = match u64::from(track.width) * u64::from(track.height) {
        0..=36_864 => 10,
        36_865..=73_728 => 11,
        73_729..=122_880 => 20,
        122_881..=245_760 => 21,
        245_761..=552_960 => 30,
        552_961..=983_040 => 31,
        983_041..=2_228_224 => 41,
        2_228_225..=8_912_896 => 51,
        _ => 61,
    };
    VpccBox {
        profile: 0,
        level,
        bit_depth: Uint::new(8),
        // The chroma samples lie on luma samples.
        chroma_subsampling: Uint::new(1),
        video_full_range_flag: Uint::new(track.color.full_range.into()),
        colour_primaries: track.color.primaries,
        transfer_characteristics: track.color.transfer,
        matrix_coefficients: track.color.matrix,
        codec_initialization_data: Vec::new(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn positions_behind_four_gigabytes_take_64_bits() {
        let limit = u64::from(u32::MAX);
        let chunks = |positions: &[u64]| {
            let chunks = positions.iter().map(|position| Chunk { position: *position, samples: 1 });
            SampleTable { chunks: chunks.collect(), ..Default::default() }.chunk_offsets()
        };
        assert_eq!(chunks(&[24, limit]), Either::A(StcoBox { chunk_offsets: vec![24, u32::MAX] }));
        assert_eq!(chunks(&[24, limit + 1]), Either::B(Co64Box { chunk_offsets: vec![24, limit + 1] }));
        assert_eq!(large_mdat_header(limit + 1)[8..], (limit + 1).to_be_bytes());
    }

    #[test]
    fn equal_chunks_and_durations_are_runs() {
        let mut table = SampleTable::default();
        for duration in [3, 3, 4] {
            table.push(&TimedSample { duration, is_key: duration == 4, data: vec![0; 2] });
        }
        table.chunks = [2, 2, 1].map(|samples| Chunk { position: 0, samples }).to_vec();
        let runs: Vec<_> = table.samples_per_chunk().into_iter().map(|run| run.first_chunk.get()).collect();
        assert_eq!((runs, table.durations.len(), table.duration), (vec![1, 3], 2, 10));
        assert_eq!((table.keys, table.sizes), (vec![NonZeroU32::new(3).expect("not 0")], vec![2; 3]));
    }
}
