//! Encoded video and sound, made by ffmpeg.

use std::{process::Command, sync::OnceLock};

use super::{AudioCodec, AudioTrack, Color, VideoCodec, VideoTrack};

/// The place of a click in the sound, in seconds.
pub(super) const CLICK: f64 = 1.0;

/// Pseudo-random numbers (SplitMix64).
pub(super) struct Random(u64);

impl Random {
    pub(super) fn new(seed: u64) -> Self {
        Self(seed)
    }

    pub(super) fn below(&mut self, limit: u64) -> u64 {
        self.0 = self.0.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let mut value = self.0;
        value = (value ^ (value >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        value = (value ^ (value >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        (value ^ (value >> 31)) % limit
    }
}

/// The output of ffmpeg for these arguments.
fn ffmpeg(arguments: &str) -> Vec<u8> {
    let output = Command::new("ffmpeg")
        .args(["-v", "error"])
        .args(arguments.split_whitespace())
        .arg("-")
        .output()
        .expect("ffmpeg is installed");
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    output.stdout
}

/// A stream of video.
struct Video {
    track: VideoTrack,
    frames: Vec<(bool, Vec<u8>)>,
}

fn encoded(codec: VideoCodec) -> &'static Video {
    static VIDEOS: [OnceLock<Video>; 4] = [const { OnceLock::new() }; 4];
    VIDEOS[codec as usize].get_or_init(|| {
        let source = "-f lavfi -i testsrc2=size=320x240:rate=30 -frames:v 90 -pix_fmt";
        let encode = |options: &str| ffmpeg(&format!("{source} {options}"));
        let realtime =
            "-deadline realtime -cpu-used 8 -lag-in-frames 0 -auto-alt-ref 0 -g 30 -b:v 300k -f ivf";
        let mut codec_private = Vec::new();
        let frames = match codec {
            VideoCodec::Mjpeg => jpegs(&encode("yuvj420p -c:v mjpeg -f mjpeg")),
            VideoCodec::Vp8 => {
                ivf(&encode(&format!("yuv420p -c:v libvpx {realtime}")), |first| first & 1 == 0)
            }
            VideoCodec::Vp9 => {
                ivf(&encode(&format!("yuv420p -c:v libvpx-vp9 {realtime}")), |first| first & 0b1100 == 0)
            }
            VideoCodec::H264 => {
                let options =
                    "-c:v libx264 -preset veryfast -tune zerolatency -profile:v high -g 30 -keyint_min 30";
                let slices = "-x264-params sliced-threads=0:slices=1:scenecut=0 -f h264";
                annex_b(&encode(&format!("yuv420p {options} {slices}")), &mut codec_private)
            }
        };
        assert_eq!(frames.len(), 90);
        let color = if codec == VideoCodec::Mjpeg { Color::JPEG } else { Color::BT709 };
        Video { track: VideoTrack { codec, width: 320, height: 240, color, codec_private }, frames }
    })
}

/// The track of 90 frames.
pub(super) fn video(codec: VideoCodec) -> &'static VideoTrack {
    &encoded(codec).track
}

/// The frames, and whether each is a key frame. Of other codecs than MJPEG every 30th is one.
pub(super) fn frames(codec: VideoCodec) -> &'static [(bool, Vec<u8>)] {
    &encoded(codec).frames
}

fn jpegs(bytes: &[u8]) -> Vec<(bool, Vec<u8>)> {
    let starts: Vec<_> = (0..bytes.len()).filter(|at| bytes[*at..].starts_with(&[0xFF, 0xD8])).collect();
    let ends = starts[1..].iter().copied().chain([bytes.len()]);
    starts.iter().zip(ends).map(|(start, end)| (true, bytes[*start..end].to_vec())).collect()
}

fn ivf(bytes: &[u8], is_key: impl Fn(u8) -> bool) -> Vec<(bool, Vec<u8>)> {
    let mut frames = Vec::new();
    let mut rest = &bytes[32..];
    while let Some((size, after)) = rest.split_first_chunk::<4>() {
        let (frame, next) = after[8..].split_at(u32::from_le_bytes(*size) as usize);
        frames.push((is_key(frame[0]), frame.to_vec()));
        rest = next;
    }
    frames
}

/// Frames of one slice each, with NAL units behind their lengths, and the configuration record.
fn annex_b(bytes: &[u8], codec_private: &mut Vec<u8>) -> Vec<(bool, Vec<u8>)> {
    let starts: Vec<_> = (0..bytes.len()).filter(|at| bytes[*at..].starts_with(&[0, 0, 1])).collect();
    let ends = starts[1..].iter().copied().chain([bytes.len()]);
    let mut frames = Vec::new();
    let (mut sequence, mut picture) = (Vec::new(), Vec::new());
    for (start, end) in starts.iter().zip(ends) {
        let unit = &bytes[start + 3..end];
        let unit = &unit[..unit.iter().rposition(|byte| *byte != 0).expect("a NAL unit") + 1];
        match unit[0] & 31 {
            kind @ (1 | 5) => {
                frames.push((kind == 5, [&(unit.len() as u32).to_be_bytes(), unit].concat()));
            }
            7 => sequence = unit.to_vec(),
            8 => picture = unit.to_vec(),
            _ => {}
        }
    }
    codec_private.extend([1, sequence[1], sequence[2], sequence[3], 0xFF, 0xE1]);
    codec_private.extend((sequence.len() as u16).to_be_bytes());
    codec_private.extend(&sequence);
    codec_private.push(1);
    codec_private.extend((picture.len() as u16).to_be_bytes());
    codec_private.extend(&picture);
    assert_eq!(sequence[1], 100, "High profile");
    codec_private.extend([0xFD, 0xF8, 0xF8, 0]);
    frames
}

/// A stream of sound.
struct Audio {
    track: AudioTrack,
    packets: Vec<Vec<u8>>,
}

fn encoded_audio() -> &'static Audio {
    static AUDIO: OnceLock<Audio> = OnceLock::new();
    AUDIO.get_or_init(|| {
        let click = "aevalsrc=exprs=if(between(n\\,48000\\,48003)\\,0.9\\,0.02*sin(n/20)):s=48000:d=3";
        let ogg = ffmpeg(&format!("-f lavfi -i {click} -c:a libopus -b:a 128k -frame_duration 20 -f ogg"));
        let mut packets = ogg_packets(&ogg);
        let head = packets.remove(0);
        packets.remove(0);
        let track = AudioTrack {
            codec: AudioCodec::Opus,
            channels: head[9],
            pre_skip: u16::from_le_bytes([head[10], head[11]]),
        };
        Audio { track, packets }
    })
}

/// The track of a sound with a click, 3 s long.
pub(super) fn audio() -> &'static AudioTrack {
    &encoded_audio().track
}

/// The packets of 20 ms.
pub(super) fn packets() -> &'static [Vec<u8>] {
    &encoded_audio().packets
}

fn ogg_packets(bytes: &[u8]) -> Vec<Vec<u8>> {
    let (mut packets, mut packet) = (Vec::new(), Vec::new());
    let mut rest = bytes;
    while rest.starts_with(b"OggS") {
        let (lengths, mut data) = rest[27..].split_at(rest[26] as usize);
        for length in lengths {
            let (segment, after) = data.split_at(*length as usize);
            packet.extend(segment);
            data = after;
            if *length < 255 {
                packets.push(std::mem::take(&mut packet));
            }
        }
        rest = data;
    }
    packets
}
