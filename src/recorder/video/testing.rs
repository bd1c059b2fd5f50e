//! Test frames, and the decoding of encoded frames by FFmpeg.

use std::{
    fs,
    process::{Command, Stdio},
    time::Duration,
};

use bevy::math::{UVec2, uvec2};
use tempfile::TempDir;

use super::{Color, EncodedFrame, EncoderSettings, KeyFrameInterval, VideoCodec, VideoEncoder, create};
use crate::frame::{I420, PixelFormat, RgbaFrame};

/// Opaque colors, from left to right in [`patches`].
pub(crate) const PATCHES: [[u8; 3]; 6] =
    [[255, 0, 0], [0, 255, 0], [0, 0, 255], [255, 255, 255], [0, 0, 0], [128, 128, 128]];

/// A frame of colored patches, side by side.
pub(crate) fn patches(size: UVec2) -> Vec<u8> {
    rgba(size, |x, _| PATCHES[(x as usize * PATCHES.len()) / size.x as usize])
}

/// A frame of a moving pattern: gradients, a texture, and a square.
pub(crate) fn pattern(size: UVec2, index: u32) -> Vec<u8> {
    rgba(size, |x, y| {
        let square = (x + 1000 - 5 * index) % 200 < 40 && (y + 1000 - 3 * index) % 150 < 40;
        if square {
            [230, 60, 30]
        } else {
            let texture = ((x + 2 * index) / 8 + y / 8) % 4 * 12;
            [(x / 4 + texture + index) as u8, (y / 3 + texture) as u8, 90 + texture as u8]
        }
    })
}

/// An opaque frame with these colors.
fn rgba(size: UVec2, color: impl Fn(u32, u32) -> [u8; 3]) -> Vec<u8> {
    let mut bytes = Vec::new();
    for y in 0..size.y {
        for x in 0..size.x {
            bytes.extend(color(x, y));
            bytes.push(255);
        }
    }
    bytes
}

/// The time of a frame at 30 frames per second.
pub(crate) fn time(index: u32) -> Duration {
    Duration::from_millis(u64::from(index) * 1000 / 30)
}

/// Encodes frames at 30 frames per second.
pub(crate) fn encode(
    encoder: &mut dyn VideoEncoder,
    size: UVec2,
    frames: impl IntoIterator<Item = Vec<u8>>,
) -> Vec<EncodedFrame> {
    (0..)
        .zip(frames)
        .map(|(i, bytes)| {
            let frame = RgbaFrame::new(&bytes, size).expect("bytes of this size");
            encoder.encode(frame, time(i)).expect("a frame of the encoder's size")
        })
        .collect()
}

/// A file of encoded frames that FFmpeg reads, and the name of its format.
fn file(codec: VideoCodec, encoder: &dyn VideoEncoder, frames: &[EncodedFrame]) -> (Vec<u8>, &'static str) {
    match codec {
        VideoCodec::Mjpeg => (frames.iter().flat_map(|frame| frame.data.clone()).collect(), "mjpeg"),
        VideoCodec::H264 => {
            let record = encoder.codec_private().expect("frames are encoded");
            let sequence_end = 8 + usize::from(u16::from_be_bytes([record[6], record[7]]));
            let mut stream = Vec::new();
            let mut unit = |bytes: &[u8]| {
                stream.extend([0, 0, 0, 1]);
                stream.extend_from_slice(bytes);
            };
            unit(&record[8..sequence_end]);
            unit(&record[sequence_end + 3..]);
            for frame in frames {
                let mut rest = &frame.data[..];
                while let Some((len, after)) = rest.split_first_chunk::<4>() {
                    let (bytes, after) = after.split_at(u32::from_be_bytes(*len) as usize);
                    unit(bytes);
                    rest = after;
                }
            }
            (stream, "h264")
        }
        VideoCodec::Vp8 | VideoCodec::Vp9 => {
            let size = encoder.encoded_size();
            let mut stream = b"DKIF\0\0\x20\0".to_vec();
            stream.extend(if codec == VideoCodec::Vp8 { b"VP80" } else { b"VP90" });
            stream.extend([size.x as u16, size.y as u16].iter().flat_map(|side| side.to_le_bytes()));
            stream.extend([30, 1, frames.len() as u32, 0].iter().flat_map(|number| number.to_le_bytes()));
            for (i, frame) in (0u64..).zip(frames) {
                stream.extend((frame.data.len() as u32).to_le_bytes());
                stream.extend(i.to_le_bytes());
                stream.extend_from_slice(&frame.data);
            }
            (stream, "ivf")
        }
    }
}

/// Writes a file `video` of encoded frames into a new folder, and returns the name of its format.
fn write(codec: VideoCodec, encoder: &dyn VideoEncoder, frames: &[EncodedFrame]) -> (TempDir, &'static str) {
    let (bytes, format) = file(codec, encoder, frames);
    let folder = tempfile::tempdir().expect("a folder for temporary files");
    fs::write(folder.path().join("video"), bytes).expect("there is room");
    (folder, format)
}

/// The range and matrix that the stream itself declares, by FFmpeg: `tv,bt709`.
pub(crate) fn declared_color(
    codec: VideoCodec,
    encoder: &dyn VideoEncoder,
    frames: &[EncodedFrame],
) -> String {
    let (folder, format) = write(codec, encoder, frames);
    let output = Command::new("ffprobe")
        .args([
            "-v",
            "error",
            "-show_entries",
            "stream=color_range,color_space",
            "-of",
            "csv=p=0",
            "-f",
            format,
        ])
        .arg(folder.path().join("video"))
        .stdin(Stdio::null())
        .output()
        .expect("ffprobe is installed");
    String::from_utf8_lossy(&output.stdout).trim().to_owned()
}

/// Decodes by FFmpeg to raw frames. `filters` has the conversion.
fn decode(
    codec: VideoCodec,
    encoder: &dyn VideoEncoder,
    frames: &[EncodedFrame],
    filters: &str,
    frame_len: usize,
) -> Vec<Vec<u8>> {
    let (folder, format) = write(codec, encoder, frames);
    let output = Command::new("ffmpeg")
        .args(["-v", "warning", "-err_detect", "explode", "-f", format, "-i"])
        .arg(folder.path().join("video"))
        .args(["-fps_mode", "passthrough", "-vf", filters, "-f", "rawvideo", "-"])
        .stdin(Stdio::null())
        .output()
        .expect("ffmpeg is installed");
    let messages = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success(), "{codec}: {messages}");
    assert!(!messages.contains("rror"), "{codec}: {messages}");
    assert_eq!(output.stdout.len() % frame_len, 0, "frames of another size: {messages}");
    output.stdout.chunks(frame_len).map(<[u8]>::to_vec).collect()
}

/// The decoded frames as I420 planes one after the other.
pub(crate) fn decode_planes(
    codec: VideoCodec,
    encoder: &dyn VideoEncoder,
    frames: &[EncodedFrame],
) -> Vec<Vec<u8>> {
    let format = if encoder.color().full_range { "yuvj420p" } else { "yuv420p" };
    decode(
        codec,
        encoder,
        frames,
        &format!("format={format}"),
        PixelFormat::I420.packed_len(encoder.encoded_size()),
    )
}

/// The decoded frames as RGB, by the colors that containers are tagged with.
pub(crate) fn decode_rgb(
    codec: VideoCodec,
    encoder: &dyn VideoEncoder,
    frames: &[EncodedFrame],
) -> Vec<Vec<u8>> {
    let matrix = match encoder.color().matrix {
        1 => "bt709",
        5 => "bt470",
        other => panic!("unexpected matrix {other}"),
    };
    let range = if encoder.color().full_range { "full" } else { "limited" };
    let filters = format!(
        "scale=in_color_matrix={matrix}:in_range={range}:out_range=full:\
         flags=accurate_rnd+full_chroma_int+bitexact,format=rgb24"
    );
    decode(codec, encoder, frames, &filters, encoder.encoded_size().element_product() as usize * 3)
}

/// The signal-to-noise ratio of luma of decoded frames, in dB.
pub(crate) fn luma_psnr(
    encoder: &dyn VideoEncoder,
    sources: &[Vec<u8>],
    size: UVec2,
    decoded: &[Vec<u8>],
) -> f64 {
    let (mut squares, mut count) = (0.0, 0.0);
    for (source, decoded) in sources.iter().zip(decoded) {
        let mut i420 = I420::new(encoder.encoded_size());
        i420.convert(RgbaFrame::new(source, size).expect("bytes of this size"), encoder.color().space());
        let luma = i420.planes()[0];
        squares +=
            luma.iter().zip(decoded).map(|(a, b)| (f64::from(*a) - f64::from(*b)).powi(2)).sum::<f64>();
        count += luma.len() as f64;
    }
    10.0 * (255.0 * 255.0 * count / squares).log10()
}

/// The checks of all encoders.
pub(crate) fn check_encoder(codec: VideoCodec, sizes: &[UVec2], min_psnr: f64) {
    for &size in sizes {
        let settings = EncoderSettings::new(size);
        let mut encoder = create(codec, settings).expect("a size of the codec");
        let sources: Vec<_> = (0..20).map(|i| pattern(size, i)).collect();
        let frames = encode(&mut *encoder, size, sources.clone());
        let decoded = decode_planes(codec, &*encoder, &frames);
        assert_eq!(decoded.len(), sources.len(), "{codec}, {size}");
        let psnr = luma_psnr(&*encoder, &sources, size, &decoded);
        assert!(psnr > min_psnr, "{codec}, {size}: {psnr} dB");
    }
    if codec != VideoCodec::Mjpeg {
        check_key_frames(codec);
    }
    check_colors(codec);
    check_bit_rates(codec);
    check_frames_of_other_sizes(codec);
}

/// Key frames come by the interval.
fn check_key_frames(codec: VideoCodec) {
    let size = uvec2(64, 64);
    let pixels = pattern(size, 0);
    for key_frame_interval in
        [KeyFrameInterval::Duration(Duration::from_millis(499)), KeyFrameInterval::Count(14)]
    {
        let settings = EncoderSettings { key_frame_interval, ..EncoderSettings::new(size) };
        let mut encoder = create(codec, settings).expect("a size of the codec");
        let keys: Vec<u32> = (0..60)
            .filter(|i| {
                let frame = RgbaFrame::new(&pixels, size).expect("its size");
                encoder.encode(frame, time(*i)).expect("its size").is_key
            })
            .collect();
        assert_eq!(keys, [0, 15, 30, 45], "{codec}");
    }
}

/// Pure colors are decoded as they were, and transparent pixels are black.
fn check_colors(codec: VideoCodec) {
    let size = uvec2(384, 64);
    let mut encoder = create(codec, EncoderSettings::new(size)).expect("a size of the codec");
    let opaque = patches(size);
    let transparent: Vec<u8> =
        opaque.as_chunks::<4>().0.iter().flat_map(|[r, g, b, _]| [*r, *g, *b, 0]).collect();
    let frames = encode(&mut *encoder, size, [opaque, transparent]);
    let (color, declared) = match codec {
        VideoCodec::Mjpeg => (Color::JPEG, "pc,bt470bg"),
        VideoCodec::H264 | VideoCodec::Vp9 => (Color::BT709, "tv,bt709"),
        // These streams declare nothing, and FFmpeg assumes BT.601.
        VideoCodec::Vp8 => (Color::BT601, "unknown,unknown"),
    };
    assert_eq!(encoder.color(), color, "{codec}");
    assert_eq!(declared_color(codec, &*encoder, &frames), declared, "{codec}");
    let decoded = decode_rgb(codec, &*encoder, &frames);
    assert_eq!(decoded.len(), 2);
    for (i, patch) in PATCHES.iter().enumerate() {
        let pixel = (size.y / 2 * size.x) as usize + i * 64 + 32;
        for (decoded, expected) in decoded.iter().zip([*patch, [0; 3]]) {
            let color = &decoded[3 * pixel..][..3];
            let close = color.iter().zip(expected).all(|(a, b)| a.abs_diff(b) <= 3);
            assert!(close, "{codec}: {color:?} instead of {expected:?}");
        }
    }
}

/// No bit rate is an error, or loses a frame.
fn check_bit_rates(codec: VideoCodec) {
    let size = uvec2(160, 120);
    let mut lens = Vec::new();
    for bit_rate in [0, 1, 300_000, 5_000_000, u32::MAX] {
        let settings = EncoderSettings { bit_rate: Some(bit_rate), ..EncoderSettings::new(size) };
        let mut encoder = create(codec, settings).expect("any rate");
        let frames = encode(&mut *encoder, size, (0..30).map(|i| pattern(size, i)));
        assert_eq!(decode_planes(codec, &*encoder, &frames).len(), 30, "{codec}, {bit_rate}");
        lens.push(frames.iter().map(|frame| frame.data.len()).sum::<usize>());
    }
    assert!(lens[0] * 2 < lens[4], "{codec}: the bit rate has no effect: {lens:?}");
}

/// The error for frames of other sizes is named, and the encoder goes on.
fn check_frames_of_other_sizes(codec: VideoCodec) {
    let size = uvec2(64, 48);
    let mut encoder = create(codec, EncoderSettings::new(size)).expect("a size of the codec");
    for other in [uvec2(48, 64), uvec2(64, 49), uvec2(1, 1)] {
        let bytes = pattern(other, 0);
        let error = encoder.encode(RgbaFrame::new(&bytes, other).expect("its size"), Duration::ZERO);
        let error = error.expect_err("a frame of another size");
        assert_eq!(error.name, crate::error::ErrorName::NotSupported, "{error}");
    }
    assert!(encode(&mut *encoder, size, [pattern(size, 0)])[0].is_key);
}
