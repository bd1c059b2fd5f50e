//! Files made by ffmpeg, and what it reads in them.

use std::{
    path::{Path, PathBuf},
    process::Command,
    time::Duration,
};

use tempfile::TempDir;

use super::super::{
    decode::{Picture, Pixels, open_decoder},
    demux::{Demux, VideoInfo},
    input::Input,
    matroska::Matroska,
    mp4::Mp4,
};
use crate::error::{ErrorName, MediaError};

/// The most steps of a reader that a file of the tests can need.
const MOST_STEPS: usize = 20_000;

/// A folder for files.
pub(super) struct Files(TempDir);

impl Files {
    pub(super) fn new() -> Self {
        Self(tempfile::tempdir().expect("a folder for temporary files"))
    }

    /// Runs ffmpeg. The last argument is the name of the file. `{name}` is the path of an earlier file of that name.
    pub(super) fn make(&self, arguments: &str) -> PathBuf {
        let (options, name) = arguments.rsplit_once(' ').expect("options and a name");
        let path = self.0.path().join(name);
        let folder = self.0.path().display().to_string();
        let status = Command::new("ffmpeg")
            .args(["-nostdin", "-v", "error", "-y"])
            .args(options.split_whitespace().map(|option| match option.strip_prefix('@') {
                Some(name) => format!("{folder}/{name}"),
                None => option.to_owned(),
            }))
            .arg(&path)
            .status()
            .expect("ffmpeg is installed");
        assert!(status.success(), "{arguments}");
        path
    }

    /// Writes a file.
    pub(super) fn write(&self, name: &str, bytes: &[u8]) -> PathBuf {
        let path = self.0.path().join(name);
        std::fs::write(&path, bytes).expect("room on the disk");
        path
    }
}

/// Moving pictures with noise, of 320x180 unless another size is given.
pub(super) fn source(frames: u32) -> String {
    format!("-f lavfi -i testsrc2=size=320x180:rate=30,noise=alls=6 -frames:v {frames} -pix_fmt yuv420p")
}

/// The reader of a file.
pub(super) fn open(path: &Path) -> Result<Box<dyn Demux>, MediaError> {
    let mut input = Input::open(path)?;
    let mut start = [0; 4];
    input.read_up_to(&mut start)?;
    input.seek(0)?;
    Ok(match start {
        [0x1A, 0x45, 0xDF, 0xA3] => Box::new(Matroska::open(input)?),
        _ => Box::new(Mp4::open(input)?),
    })
}

/// A picture: its time, and its packed planes or its JPEG.
pub(super) type ShownPicture = (Duration, Vec<u8>);

fn keep(pictures: &mut Vec<ShownPicture>) -> impl FnMut(Picture<'_>) {
    |picture| {
        let bytes = match picture.pixels {
            Pixels::Jpeg(bytes) => bytes.to_vec(),
            Pixels::I420(planes) => {
                let mut bytes = vec![0; planes.packed_len()];
                planes.copy_packed(&mut bytes);
                bytes
            }
        };
        pictures.push((picture.time, bytes));
    }
}

/// The result of playing a file.
#[derive(Debug)]
pub(super) struct Played {
    pub(super) info: VideoInfo,
    pub(super) pictures: Vec<ShownPicture>,
    pub(super) errors: Vec<MediaError>,
    /// The length of the longest packet.
    longest: usize,
}

/// Plays a file from its start.
pub(super) fn play(path: &Path) -> Result<Played, MediaError> {
    let len = path.metadata().expect("a file").len();
    let demux = open(path)?;
    let played = play_on(demux)?;
    assert!(played.longest as u64 <= len, "a packet of {} bytes in a file of {len}", played.longest);
    Ok(played)
}

/// Plays a file from its place on.
pub(super) fn play_on(mut demux: Box<dyn Demux>) -> Result<Played, MediaError> {
    let info = demux.info().clone();
    let mut decoder = open_decoder(&info)?;
    let (mut pictures, mut errors, mut longest) = (vec![], vec![], 0);
    for step in 0.. {
        assert!(step < MOST_STEPS, "no end");
        let decoded = match demux.next() {
            Ok(Some(packet)) => {
                longest = longest.max(packet.data.len());
                decoder.decode(packet, &mut keep(&mut pictures))
            }
            Ok(None) => break,
            Err(error) => Err(error),
        };
        match decoded {
            Ok(()) => {}
            Err(error) if error.name == ErrorName::Data => errors.push(error),
            Err(error) => return Err(error),
        }
    }
    decoder.finish(&mut keep(&mut pictures));
    Ok(Played { info, pictures, errors, longest })
}

/// The frames that ffmpeg decodes, packed.
pub(super) fn decoded(path: &Path, frame_len: usize) -> Vec<Vec<u8>> {
    let output = Command::new("ffmpeg")
        .args(["-nostdin", "-v", "error", "-noautorotate", "-i"])
        .arg(path)
        .args(["-map", "0:v:0", "-fps_mode", "passthrough", "-f", "rawvideo", "-pix_fmt", "yuv420p", "-"])
        .output()
        .expect("ffmpeg is installed");
    assert!(output.stdout.len().is_multiple_of(frame_len), "frames of {frame_len} bytes");
    output.stdout.chunks(frame_len).map(<[u8]>::to_vec).collect()
}

/// The times in seconds that ffprobe reads, in the order in which frames are shown.
pub(super) fn times(path: &Path) -> Vec<f64> {
    let arguments = ["-select_streams", "v:0", "-show_entries", "frame=pts_time"];
    let lines = probe(path, &arguments);
    lines.lines().filter_map(|line| line.split(',').next()?.parse().ok()).collect()
}

/// The output of ffprobe, as values between commas.
pub(super) fn probe(path: &Path, arguments: &[&str]) -> String {
    let output = Command::new("ffprobe")
        .args(["-v", "error", "-of", "csv=p=0"])
        .args(arguments)
        .arg(path)
        .output()
        .expect("ffprobe is installed");
    String::from_utf8(output.stdout).expect("text").trim().to_owned()
}

/// Checks that a file gives the frames that ffmpeg decodes, with the same pixels, at its times.
pub(super) fn check(path: &Path) -> Played {
    let name = path.file_name().expect("a name").display();
    let played = play(path).unwrap_or_else(|error| panic!("{name}: {error}"));
    assert_eq!(played.errors, [], "{name}");
    check_pictures(path, &played.pictures);
    played
}

/// The mean of the squares of differences.
fn mean_square_error(one: &[u8], other: &[u8]) -> f64 {
    let sum: u64 = one.iter().zip(other).map(|(one, other)| u64::from(one.abs_diff(*other)).pow(2)).sum();
    sum as f64 / one.len() as f64
}

/// Checks pictures against those that ffmpeg decodes.
///
/// OpenH264 differs from ffmpeg by one in some pixels of B slices: such pictures have at least 60 dB.
pub(super) fn check_pictures(path: &Path, pictures: &[ShownPicture]) {
    let name = path.file_name().expect("a name").display();
    let is_jpeg = pictures.iter().all(|(_, bytes)| bytes.starts_with(&[0xff, 0xd8]));
    let times = times(path);
    assert_eq!(pictures.len(), times.len(), "{name}: the number of frames");
    assert!(!pictures.is_empty(), "{name}: no frames");
    for (index, ((time, _), expected)) in pictures.iter().zip(&times).enumerate() {
        let seconds = time.as_secs_f64();
        assert!((seconds - expected).abs() < 1e-5, "{name}: frame {index} at {seconds}, not {expected}");
    }
    if is_jpeg {
        return;
    }
    let has_reordered =
        probe(path, &["-select_streams", "v:0", "-show_entries", "stream=has_b_frames"]) != "0";
    let is_h264 =
        probe(path, &["-select_streams", "v:0", "-show_entries", "stream=codec_name"]).contains("h264");
    let most = if has_reordered && is_h264 { 0.065 } else { 0.0 };
    let decoded = decoded(path, pictures[0].1.len());
    assert_eq!(pictures.len(), decoded.len(), "{name}: the number of decoded frames");
    for (index, ((_, bytes), expected)) in pictures.iter().zip(&decoded).enumerate() {
        let error = mean_square_error(bytes, expected);
        assert!(error <= most, "{name}: frame {index} has a mean square error of {error}");
    }
}
