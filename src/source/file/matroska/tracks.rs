//! The header of a Matroska file: the description of its video track.

use std::time::Duration;

use bevy::math::UVec2;

use super::{
    ebml::{Children, Element, damaged},
    id,
};
use crate::{
    error::MediaError,
    frame::{ChromaLocation, ColorRange, Rotation},
    source::file::{
        demux::{
            Crop, DeclaredColor, LONGEST_CODEC_PRIVATE, VideoCodec, VideoInfo, check_size, matrix_of,
            unsupported_codec,
        },
        input::Input,
    },
};

/// The type of a video track.
const VIDEO_TRACK: u64 = 1;

/// The compression that removes the bytes with which all packets begin.
const HEADER_STRIPPING: u64 = 3;

/// The unit of times, if the file has none: a millisecond, in nanoseconds.
const DEFAULT_TIMESTAMP_SCALE: u64 = 1_000_000;

/// The `Info` of a segment.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct Info {
    /// The unit of times in nanoseconds, at least 1.
    pub timestamp_scale: u64,
    /// The duration in these units.
    duration: Option<f64>,
}

impl Default for Info {
    fn default() -> Self {
        Self { timestamp_scale: DEFAULT_TIMESTAMP_SCALE, duration: None }
    }
}

impl Info {
    pub fn read(input: &mut Input, element: &Element) -> Result<Self, MediaError> {
        let mut info = Self::default();
        let mut children = Children::of(element);
        while let Some(child) = children.next(input)? {
            match child.id {
                id::TIMESTAMP_SCALE => info.timestamp_scale = child.uint(input)?.max(1),
                id::DURATION => info.duration = Some(child.float(input)?),
                _ => {}
            }
        }
        Ok(info)
    }

    pub fn duration(&self) -> Option<Duration> {
        let seconds = self.duration? * self.timestamp_scale as f64 / 1e9;
        if seconds > 0.0 { Duration::try_from_secs_f64(seconds).ok() } else { None }
    }
}

/// The video track.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Track {
    /// Its number in blocks.
    pub number: u64,
    /// The first bytes of each packet, which are not in the file.
    pub prefix: Vec<u8>,
    pub info: VideoInfo,
}

/// Reads the `Tracks`. Returns the first video track that can be played.
pub(super) fn read_tracks(input: &mut Input, element: &Element) -> Result<Track, MediaError> {
    let mut failure = None;
    let mut tracks = Children::of(element);
    while let Some(entry) = tracks.next(input)? {
        if entry.id != id::TRACK_ENTRY {
            continue;
        }
        match read_entry(input, &entry) {
            Ok(Some(track)) => return Ok(track),
            Ok(None) => {}
            Err(error) => failure = failure.or(Some(error)),
        }
    }
    Err(failure
        .unwrap_or_else(|| MediaError::not_supported("the Matroska file has no video; choose another file")))
}

/// The properties of a track as they are in the file.
#[derive(Debug, Default)]
struct Entry {
    number: u64,
    kind: u64,
    codec: String,
    codec_private: Vec<u8>,
    frame_duration: u64,
    prefix: Vec<u8>,
    encoding: Option<&'static str>,
    video: Video,
}

/// The properties of a video track as they are in the file.
#[derive(Debug, Default)]
struct Video {
    size: UVec2,
    crop: Crop,
    color: DeclaredColor,
    roll: f64,
}

/// Reads a track. `None` if it isn't video.
fn read_entry(input: &mut Input, element: &Element) -> Result<Option<Track>, MediaError> {
    let mut entry = Entry::default();
    let mut private = None;
    let mut children = Children::of(element);
    while let Some(child) = children.next(input)? {
        match child.id {
            id::TRACK_NUMBER => entry.number = child.uint(input)?,
            id::TRACK_TYPE => entry.kind = child.uint(input)?,
            id::CODEC_ID => entry.codec = child.text(input)?,
            id::CODEC_PRIVATE => private = Some(child),
            id::DEFAULT_DURATION => entry.frame_duration = child.uint(input)?,
            id::VIDEO => entry.video = read_video(input, &child)?,
            id::CONTENT_ENCODINGS => read_encodings(input, &child, &mut entry)?,
            _ => {}
        }
    }
    if entry.kind != VIDEO_TRACK {
        return Ok(None);
    }
    if let Some(private) = private {
        entry.codec_private = private.bytes(input, LONGEST_CODEC_PRIVATE)?;
    }
    let codec = codec(&entry.codec, &entry.codec_private)?;
    if let Some(encoding) = entry.encoding {
        return Err(MediaError::not_supported(format!(
            "the Matroska file's video is {encoding}, which isn't supported; write the file anew without it, for \
             example with ffmpeg -c copy"
        )));
    }
    if codec != VideoCodec::H264 {
        entry.codec_private.clear();
    }
    let Video { size, crop, color, .. } = entry.video;
    check_size(size)?;
    // A crop that leaves nothing is an error of the program that wrote the file.
    let crop = if crop.of(size).is_some() { crop } else { Crop::default() };
    let info = VideoInfo {
        codec,
        coded_size: size,
        crop,
        rotation: rotation(entry.video.roll),
        color,
        duration: None,
        frame_duration: (entry.frame_duration > 0).then(|| Duration::from_nanos(entry.frame_duration)),
        codec_private: entry.codec_private,
    };
    Ok(Some(Track { number: entry.number, prefix: entry.prefix, info }))
}

/// The codec of a name and its configuration.
fn codec(name: &str, private: &[u8]) -> Result<VideoCodec, MediaError> {
    Err(unsupported_codec(match name {
        "V_VP8" => return Ok(VideoCodec::Vp8),
        "V_VP9" => return Ok(VideoCodec::Vp9),
        "V_MPEG4/ISO/AVC" => return Ok(VideoCodec::H264),
        "V_MJPEG" => return Ok(VideoCodec::Mjpeg),
        // A BITMAPINFOHEADER, as in AVI.
        "V_MS/VFW/FOURCC" => {
            let code = private.get(16..20).unwrap_or_default().to_ascii_uppercase();
            match &code[..] {
                b"MJPG" => return Ok(VideoCodec::Mjpeg),
                b"VP80" => return Ok(VideoCodec::Vp8),
                b"VP90" => return Ok(VideoCodec::Vp9),
                _ => return Err(unsupported_codec(&format!("{:?}", String::from_utf8_lossy(&code)))),
            }
        }
        "V_MPEGH/ISO/HEVC" => "H.265 (HEVC)",
        "V_MPEGI/ISO/VVC" => "H.266 (VVC)",
        "V_AV1" => "AV1",
        "V_MPEG4/ISO/SP" | "V_MPEG4/ISO/ASP" | "V_MPEG4/ISO/AP" => "MPEG-4 Part 2",
        "V_MPEG4/MS/V3" => "MS-MPEG-4",
        "V_MPEG1" => "MPEG-1",
        "V_MPEG2" => "MPEG-2",
        "V_THEORA" => "Theora",
        "V_PRORES" => "ProRes",
        "V_FFV1" => "FFV1",
        "V_UNCOMPRESSED" => "uncompressed",
        other => return Err(unsupported_codec(&format!("{other:?}"))),
    }))
}

fn read_video(input: &mut Input, element: &Element) -> Result<Video, MediaError> {
    let mut video = Video::default();
    let mut children = Children::of(element);
    while let Some(child) = children.next(input)? {
        let field = match child.id {
            id::PIXEL_WIDTH => &mut video.size.x,
            id::PIXEL_HEIGHT => &mut video.size.y,
            id::PIXEL_CROP_LEFT => &mut video.crop.left,
            id::PIXEL_CROP_RIGHT => &mut video.crop.right,
            id::PIXEL_CROP_TOP => &mut video.crop.top,
            id::PIXEL_CROP_BOTTOM => &mut video.crop.bottom,
            id::COLOUR => {
                video.color = read_color(input, &child)?;
                continue;
            }
            id::PROJECTION => {
                video.roll = read_roll(input, &child)?;
                continue;
            }
            _ => continue,
        };
        *field = u32::try_from(child.uint(input)?).map_err(|_| damaged(child.data))?;
    }
    Ok(video)
}

fn read_color(input: &mut Input, element: &Element) -> Result<DeclaredColor, MediaError> {
    let mut color = DeclaredColor::default();
    let (mut across, mut down) = (0, 0);
    let mut children = Children::of(element);
    while let Some(child) = children.next(input)? {
        match child.id {
            id::MATRIX_COEFFICIENTS => color.matrix = matrix_of(child.uint(input)?),
            id::RANGE => {
                color.range = match child.uint(input)? {
                    1 => Some(ColorRange::Limited),
                    2 => Some(ColorRange::Full),
                    _ => None,
                }
            }
            id::CHROMA_SITING_HORZ => across = child.uint(input)?,
            id::CHROMA_SITING_VERT => down = child.uint(input)?,
            _ => {}
        }
    }
    // 1: on a luma sample, 2: midway between two.
    color.chroma_location = match (across, down) {
        (1, 1) => Some(ChromaLocation::TopLeft),
        (1, 2) => Some(ChromaLocation::Left),
        (2, 2) => Some(ChromaLocation::Center),
        _ => None,
    };
    Ok(color)
}

/// The anticlockwise roll of a flat picture, in degrees.
fn read_roll(input: &mut Input, element: &Element) -> Result<f64, MediaError> {
    let (mut kind, mut roll) = (0, 0.0);
    let mut children = Children::of(element);
    while let Some(child) = children.next(input)? {
        match child.id {
            id::PROJECTION_TYPE => kind = child.uint(input)?,
            id::PROJECTION_POSE_ROLL => roll = child.float(input)?,
            _ => {}
        }
    }
    Ok(if kind == 0 { roll } else { 0.0 })
}

/// The turn of an anticlockwise roll in degrees, to the nearest right angle.
fn rotation(roll: f64) -> Rotation {
    // NaN becomes 0.
    match ((-roll / 90.0).round() as i64).rem_euclid(4) {
        1 => Rotation::Clockwise90,
        2 => Rotation::Clockwise180,
        3 => Rotation::Clockwise270,
        _ => Rotation::None,
    }
}

/// Reads the `ContentEncodings` of a track.
fn read_encodings(input: &mut Input, element: &Element, entry: &mut Entry) -> Result<(), MediaError> {
    let mut encodings = Children::of(element);
    while let Some(encoding) = encodings.next(input)? {
        if encoding.id != id::CONTENT_ENCODING {
            continue;
        }
        let mut children = Children::of(&encoding);
        while let Some(child) = children.next(input)? {
            match child.id {
                id::CONTENT_COMPRESSION => {
                    let (mut algorithm, mut settings) = (0, vec![]);
                    let mut fields = Children::of(&child);
                    while let Some(field) = fields.next(input)? {
                        match field.id {
                            id::CONTENT_COMP_ALGO => algorithm = field.uint(input)?,
                            id::CONTENT_COMP_SETTINGS => settings = field.bytes(input, 4096)?,
                            _ => {}
                        }
                    }
                    if algorithm == HEADER_STRIPPING {
                        entry.prefix = settings;
                    } else {
                        entry.encoding = Some("compressed a second time");
                    }
                }
                id::CONTENT_ENCRYPTION => entry.encoding = Some("encrypted"),
                _ => {}
            }
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::error::ErrorName;

    #[test]
    fn codecs_that_are_not_supported_are_named() {
        let message = |name: &str, private: &[u8]| match codec(name, private) {
            Err(MediaError { name: ErrorName::NotSupported, message, .. }) => message.into_owned(),
            other => panic!("{name}: {other:?}"),
        };
        assert!(message("V_MPEGH/ISO/HEVC", &[]).contains("H.265 (HEVC)"));
        assert!(message("V_AV1", &[]).contains("AV1"));
        assert!(message("V_SOMETHING", &[]).contains("V_SOMETHING"));
        let mut header = [0; 40];
        header[16..20].copy_from_slice(b"xvid");
        assert!(message("V_MS/VFW/FOURCC", &header).contains("XVID"));
        assert!(message("V_MS/VFW/FOURCC", &[]).contains("\"\""));
        header[16..20].copy_from_slice(b"MJPG");
        assert_eq!(codec("V_MS/VFW/FOURCC", &header), Ok(VideoCodec::Mjpeg));
    }

    #[test]
    fn a_roll_is_rounded_to_right_angles() {
        for (roll, expected) in [
            (0.0, Rotation::None),
            (-90.0, Rotation::Clockwise90),
            (89.5, Rotation::Clockwise270),
            (180.0, Rotation::Clockwise180),
            (-180.0, Rotation::Clockwise180),
            (f64::NAN, Rotation::None),
        ] {
            assert_eq!(rotation(roll), expected, "{roll}");
        }
    }

    #[test]
    fn durations_that_make_no_sense_are_ignored() {
        let duration = |duration| Info { timestamp_scale: 1_000_000, duration: Some(duration) }.duration();
        assert_eq!(duration(1500.0), Some(Duration::from_millis(1500)));
        for senseless in [0.0, -1.0, f64::NAN, f64::INFINITY, 1e300] {
            assert_eq!(duration(senseless), None, "{senseless}");
        }
    }
}
