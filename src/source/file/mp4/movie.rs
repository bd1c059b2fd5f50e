//! The `moov`: the description of a file's video track.

use std::time::Duration;

use bevy::math::UVec2;

use super::{
    boxes::{Bytes, boxes, find, find_path},
    fragments::Defaults,
    samples::SampleTable,
};
use crate::{
    error::MediaError,
    frame::{ColorRange, Rotation},
    source::file::demux::{
        Crop, DeclaredColor, LONGEST_CODEC_PRIVATE, VideoCodec, VideoInfo, check_size, matrix_of,
        unsupported_codec,
    },
};

/// The bytes of a visual sample entry before the boxes in it.
const VISUAL_ENTRY_LEN: usize = 78;

/// The video track of a file.
#[derive(Debug)]
pub(super) struct Movie {
    pub info: VideoInfo,
    pub track: u32,
    /// Units per second of the track's times, at least 1.
    pub timescale: u32,
    pub edit: Edit,
    pub table: SampleTable,
    /// The defaults of fragments, if the file has fragments.
    pub fragments: Option<Defaults>,
}

/// The part of a track that is shown.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(super) struct Edit {
    /// The time before it, in which nothing is shown.
    pub delay: Duration,
    /// Its start, in units of the track.
    pub start: i64,
    /// Its end, if that isn't the track's.
    pub end: Option<i64>,
}

impl Movie {
    /// Reads the content of a `moov` in a file of this length.
    ///
    /// # Errors
    /// `NotSupported` if it has no video that can be played, `Data` if it is damaged.
    pub fn read(moov: &[u8], file_len: u64) -> Result<Self, MediaError> {
        let header = find(moov, b"mvhd").and_then(times);
        let (movie_timescale, _) = header.unwrap_or((1, 0));
        let mut failure = None;
        for (_, trak) in boxes(moov).filter(|(kind, _)| kind == b"trak") {
            match read_track(moov, trak, movie_timescale, file_len) {
                Ok(Some(movie)) => return Ok(movie),
                Ok(None) => {}
                Err(error) => failure = failure.or(Some(error)),
            }
        }
        Err(failure
            .unwrap_or_else(|| MediaError::not_supported("the MP4 file has no video; choose another file")))
    }
}

/// The units per second and the duration in an `mvhd` or `mdhd`.
fn times(content: &[u8]) -> Option<(u32, u64)> {
    let mut bytes = Bytes(content);
    let (version, _) = bytes.version_and_flags()?;
    bytes.skip(if version == 0 { 8 } else { 16 })?;
    Some((bytes.u32()?.max(1), bytes.versioned(version)?))
}

/// Units as a duration. `None` for the largest numbers, which mean that it isn't known.
fn duration(units: u64, timescale: u32) -> Option<Duration> {
    if units == 0 || units == u32::MAX.into() || units == u64::MAX {
        return None;
    }
    let nanoseconds = u128::from(units) * 1_000_000_000 / u128::from(timescale);
    u64::try_from(nanoseconds).ok().map(Duration::from_nanos)
}

/// Reads a `trak`. `None` if it isn't video.
fn read_track(
    moov: &[u8],
    trak: &[u8],
    movie_timescale: u32,
    file_len: u64,
) -> Result<Option<Movie>, MediaError> {
    let is_video =
        find_path(trak, &[b"mdia", b"hdlr"]).and_then(|content| content.get(8..12)) == Some(b"vide");
    if !is_video {
        return Ok(None);
    }
    let damaged = || MediaError::data("the MP4 file's index is corrupt; choose another file");
    let media = find_path(trak, &[b"mdia", b"mdhd"]).and_then(times);
    let (timescale, media_duration) = media.ok_or_else(damaged)?;
    let stbl = find_path(trak, &[b"mdia", b"minf", b"stbl"]).ok_or_else(damaged)?;
    let entry = Entry::read(find(stbl, b"stsd").ok_or_else(damaged)?)?;
    let header = find(trak, b"tkhd").and_then(TrackHeader::read).ok_or_else(damaged)?;
    check_size(entry.size)?;

    let table = SampleTable::read(stbl, file_len);
    let extends = find(moov, b"mvex");
    let fragments = extends.map(|mvex| Defaults::read(mvex, header.track));
    let mut edit = find_path(trak, &[b"edts", b"elst"])
        .and_then(|content| read_edits(content, movie_timescale, timescale))
        .unwrap_or_default();
    // In a file of fragments, the edit's end is that of the part before them.
    if fragments.is_some() {
        edit.end = None;
    }
    let shown = match edit.end {
        Some(end) => end.saturating_sub(edit.start).unsigned_abs(),
        None => media_duration.saturating_sub(edit.start.unsigned_abs()),
    };
    let of_fragments = || {
        let mut bytes = Bytes(find(extends?, b"mehd")?);
        let (version, _) = bytes.version_and_flags()?;
        duration(bytes.versioned(version)?, movie_timescale)
    };
    let total = match fragments {
        Some(_) => of_fragments(),
        None => duration(shown, timescale).map(|shown| shown.saturating_add(edit.delay)),
    };
    let frame_duration = match (table.count(), fragments) {
        (1.., _) => duration(table.duration(), timescale).map(|all| all / table.count()),
        (0, Some(defaults)) => duration(defaults.duration.into(), timescale),
        (0, None) => None,
    };
    let info = VideoInfo {
        codec: entry.codec,
        coded_size: entry.size,
        crop: Crop::default(),
        rotation: header.rotation,
        color: entry.color,
        duration: total,
        frame_duration: frame_duration.filter(|duration| !duration.is_zero()),
        codec_private: entry.codec_private,
    };
    Ok(Some(Movie { info, track: header.track, timescale, edit, table, fragments }))
}

/// A `tkhd`.
#[derive(Debug, Clone, Copy, PartialEq)]
struct TrackHeader {
    track: u32,
    rotation: Rotation,
}

impl TrackHeader {
    fn read(content: &[u8]) -> Option<Self> {
        let mut bytes = Bytes(content);
        let (version, _) = bytes.version_and_flags()?;
        bytes.skip(if version == 0 { 8 } else { 16 })?;
        let track = bytes.u32()?;
        bytes.skip(4 + if version == 0 { 4 } else { 8 } + 16)?;
        let (a, b) = (bytes.i32()?, bytes.i32()?);
        Some(Self { track, rotation: rotation(a, b) })
    }
}

/// The turn of a matrix whose first row has these numbers, to the nearest right angle.
fn rotation(a: i32, b: i32) -> Rotation {
    let (across, down) = (a.unsigned_abs(), b.unsigned_abs());
    match (across >= down, a < 0, b < 0) {
        (true, false, _) => Rotation::None,
        (true, true, _) => Rotation::Clockwise180,
        (false, _, false) => Rotation::Clockwise90,
        (false, _, true) => Rotation::Clockwise270,
    }
}

/// Reads an `elst`: an optional delay, and then one part of the track. Of several parts, all is shown from the start of
/// the first on.
fn read_edits(content: &[u8], movie_timescale: u32, timescale: u32) -> Option<Edit> {
    let mut bytes = Bytes(content);
    let (version, _) = bytes.version_and_flags()?;
    let entries = bytes.table(|entry| {
        let length = entry.versioned(version)?;
        let start = if version == 0 { entry.i32()?.into() } else { entry.u64()? as i64 };
        entry.skip(4)?;
        Some((length, start))
    })?;
    let mut edit = Edit::default();
    let mut parts = entries.into_iter().peekable();
    while let Some((length, _)) = parts.next_if(|(_, start)| *start < 0) {
        edit.delay = edit.delay.saturating_add(duration(length, movie_timescale).unwrap_or_default());
    }
    let (length, start) = parts.next()?;
    edit.start = start;
    if length > 0 && parts.next().is_none() {
        // The movie's units are often the coarser ones.
        let units = (u128::from(length) * u128::from(timescale)).div_ceil(movie_timescale.into());
        edit.end = i64::try_from(units).ok().and_then(|units| start.checked_add(units));
    }
    Some(edit)
}

/// A description of samples.
#[derive(Debug, Clone, PartialEq)]
struct Entry {
    codec: VideoCodec,
    size: UVec2,
    color: DeclaredColor,
    codec_private: Vec<u8>,
}

impl Entry {
    /// Reads the first entry of an `stsd` that can be played.
    fn read(stsd: &[u8]) -> Result<Self, MediaError> {
        let mut failure = None;
        for (kind, content) in boxes(stsd.get(8..).unwrap_or_default()) {
            match Self::read_one(kind, content) {
                Ok(entry) => return Ok(entry),
                Err(error) => failure = failure.or(Some(error)),
            }
        }
        Err(failure.unwrap_or_else(|| {
            MediaError::data(
                "the MP4 file's index is corrupt: it doesn't describe the video; choose another file",
            )
        }))
    }

    fn read_one(kind: [u8; 4], content: &[u8]) -> Result<Self, MediaError> {
        let (fields, inner) = content.split_at_checked(VISUAL_ENTRY_LEN).unwrap_or((content, &[]));
        let codec = codec(kind, inner)?;
        let side =
            |at: usize| fields.get(at..at + 2).map_or(0, |side| u32::from(side[0]) << 8 | u32::from(side[1]));
        let configuration = match codec {
            VideoCodec::H264 => find(inner, b"avcC").unwrap_or_default(),
            _ => &[],
        };
        if configuration.len() as u64 > LONGEST_CODEC_PRIVATE {
            return Err(MediaError::data("the H.264 video's parameters are corrupt; choose another file"));
        }
        Ok(Self {
            codec,
            size: UVec2::new(side(24), side(26)),
            color: find(inner, b"colr").and_then(read_color).unwrap_or_default(),
            codec_private: configuration.to_vec(),
        })
    }
}

fn read_color(content: &[u8]) -> Option<DeclaredColor> {
    let mut bytes = Bytes(content);
    let kind = bytes.take(4)?;
    if kind != b"nclx" && kind != b"nclc" {
        return None;
    }
    bytes.skip(4)?;
    let matrix = matrix_of(bytes.u16()?.into());
    let range =
        bytes.u8().map(|flags| if flags & 0x80 == 0 { ColorRange::Limited } else { ColorRange::Full });
    Some(DeclaredColor { matrix, range: range.filter(|_| kind == b"nclx"), chroma_location: None })
}

/// The codec of a sample entry.
fn codec(kind: [u8; 4], inner: &[u8]) -> Result<VideoCodec, MediaError> {
    Err(unsupported_codec(match &kind {
        b"avc1" | b"avc3" => return Ok(VideoCodec::H264),
        b"vp08" => return Ok(VideoCodec::Vp8),
        b"vp09" => return Ok(VideoCodec::Vp9),
        b"jpeg" => return Ok(VideoCodec::Mjpeg),
        b"mp4v" => match find(inner, b"esds").and_then(object_type) {
            Some(0x6c) => return Ok(VideoCodec::Mjpeg),
            Some(0x60..=0x65) => "MPEG-2",
            Some(0x6a) => "MPEG-1",
            _ => "MPEG-4 Part 2",
        },
        b"hvc1" | b"hev1" | b"dvh1" | b"dvhe" => "H.265 (HEVC)",
        b"vvc1" | b"vvi1" => "H.266 (VVC)",
        b"av01" => "AV1",
        b"mjpa" | b"mjpb" => "interlaced Motion JPEG",
        b"s263" | b"h263" => "H.263",
        b"apch" | b"apcn" | b"apcs" | b"apco" | b"ap4h" | b"ap4x" => "ProRes",
        b"encv" => "encrypted",
        other => return Err(unsupported_codec(&format!("{:?}", String::from_utf8_lossy(other)))),
    }))
}

/// The object type of an `esds` (ISO/IEC 14496-1).
fn object_type(esds: &[u8]) -> Option<u8> {
    const STREAM: u8 = 3;
    const DECODER: u8 = 4;
    let mut bytes = Bytes(esds);
    bytes.version_and_flags()?;
    if descriptor(&mut bytes)? != STREAM {
        return None;
    }
    bytes.skip(2)?;
    let flags = bytes.u8()?;
    if flags & 0x80 != 0 {
        bytes.skip(2)?;
    }
    if flags & 0x40 != 0 {
        let len = bytes.u8()?;
        bytes.skip(len.into())?;
    }
    if flags & 0x20 != 0 {
        bytes.skip(2)?;
    }
    if descriptor(&mut bytes)? != DECODER {
        return None;
    }
    bytes.u8()
}

/// The tag of a descriptor. Its length is skipped.
fn descriptor(bytes: &mut Bytes) -> Option<u8> {
    let tag = bytes.u8()?;
    for _ in 0..4 {
        if bytes.u8()? & 0x80 == 0 {
            break;
        }
    }
    Some(tag)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::error::ErrorName;

    #[test]
    fn matrices_are_turns_to_the_nearest_right_angle() {
        const ONE: i32 = 0x1_0000;
        assert_eq!(rotation(ONE, 0), Rotation::None);
        assert_eq!(rotation(0, ONE), Rotation::Clockwise90);
        assert_eq!(rotation(-ONE, 0), Rotation::Clockwise180);
        assert_eq!(rotation(0, -ONE), Rotation::Clockwise270);
        assert_eq!(rotation(i32::MIN, 5), Rotation::Clockwise180);
        assert_eq!(rotation(0, 0), Rotation::None);
    }

    #[test]
    fn codecs_that_are_not_supported_are_named() {
        for (kind, name) in [(b"hvc1", "H.265 (HEVC)"), (b"av01", "AV1"), (b"xyz!", "xyz!")] {
            let error = codec(*kind, &[]).expect_err(name);
            assert!(error.name == ErrorName::NotSupported && error.message.contains(name), "{error}");
        }
    }

    #[test]
    fn an_edit_list_has_a_delay_and_one_part() {
        let list = |entries: &[(u32, i32)]| {
            let mut bytes = vec![0; 4];
            bytes.extend((entries.len() as u32).to_be_bytes());
            for (length, start) in entries {
                bytes.extend([&length.to_be_bytes()[..], &start.to_be_bytes(), &[0, 1, 0, 0]].concat());
            }
            read_edits(&bytes, 1000, 90_000)
        };
        let half = Duration::from_millis(500);
        let edit = |delay, start, end| Some(Edit { delay, start, end });
        assert_eq!(list(&[(2000, 900)]), edit(Duration::ZERO, 900, Some(180_900)));
        assert_eq!(list(&[(500, -1), (0, 900)]), edit(half, 900, None));
        assert_eq!(list(&[(10, 900), (10, 1800)]), edit(Duration::ZERO, 900, None));
        assert_eq!(list(&[(500, -1)]), None);
    }
}
