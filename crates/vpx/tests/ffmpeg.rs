//! Exchange of streams with FFmpeg, which these tests need, in IVF files.

mod common;

use std::{
    fs,
    path::{Path, PathBuf},
    process::{Command, Output},
};

use common::{CODECS, Image};
use viewfinder_vpx::{Codec, Decoder, Encoder, EncoderConfig, I420, VpxError};

fn file(name: &str) -> PathBuf {
    Path::new(env!("CARGO_TARGET_TMPDIR")).join(name)
}

fn run(command: &mut Command) -> Output {
    let output = command.output().expect("FFmpeg is installed");
    assert!(output.status.success(), "{command:?}: {}", String::from_utf8_lossy(&output.stderr));
    output
}

/// An IVF file of these packets with their times in milliseconds.
fn write_ivf(path: &Path, codec: Codec, (width, height): (u16, u16), packets: &[(Vec<u8>, u64)]) {
    let mut bytes = b"DKIF\0\0\x20\0".to_vec();
    bytes.extend(if codec == Codec::Vp8 { b"VP80" } else { b"VP90" });
    bytes.extend([width.to_le_bytes(), height.to_le_bytes()].concat());
    bytes.extend([1000, 1, packets.len() as u32, 0].map(u32::to_le_bytes).concat());
    for (data, pts_ms) in packets {
        bytes.extend((data.len() as u32).to_le_bytes());
        bytes.extend(pts_ms.to_le_bytes());
        bytes.extend(data);
    }
    fs::write(path, bytes).expect("the folder for tests");
}

/// The packets of an IVF file.
fn read_ivf(path: &Path) -> Vec<Vec<u8>> {
    let bytes = fs::read(path).expect("our own file");
    let mut rest = &bytes[32..];
    let mut packets = Vec::new();
    while let Some((header, data)) = rest.split_first_chunk::<12>() {
        let [a, b, c, d, ..] = *header;
        let (packet, next) = data.split_at(u32::from_le_bytes([a, b, c, d]) as usize);
        packets.push(packet.to_vec());
        rest = next;
    }
    packets
}

#[test]
fn ffmpeg_decodes_what_was_encoded() {
    for (codec, name) in CODECS.into_iter().zip(["vp8", "vp9"]) {
        for (width, height) in [(320, 180), (161, 91)] {
            let config = EncoderConfig::new(codec, width, height).bit_rate(800_000);
            let mut encoder = Encoder::new(config).expect("a usual size");
            let images: Vec<Image> = (0..45).map(|frame| Image::pattern(width, height, frame)).collect();
            let mut packets = Vec::new();
            // The time makes a jump, as after a pause.
            let times = (0..).map(|frame| if frame < 20 { frame * 33 } else { 60_000 + frame * 33 });
            for (image, pts_ms) in images.iter().zip(times) {
                let packet = encoder.encode(&image.i420(), pts_ms, false).expect("an image in order");
                packets.push((packet.data.to_vec(), pts_ms));
            }
            let path = file(&format!("encoded_{name}_{width}.ivf"));
            write_ivf(&path, codec, (width as u16, height as u16), &packets);

            let probe = run(Command::new("ffprobe")
                .args(["-v", "error", "-count_frames", "-of", "csv=p=0", "-show_entries"])
                .arg("stream=codec_name,width,height,nb_read_frames")
                .arg(&path));
            assert_eq!(
                String::from_utf8_lossy(&probe.stdout).trim(),
                format!("{name},{width},{height},{}", images.len())
            );

            let decoded = run(Command::new("ffmpeg").args(["-v", "error", "-i"]).arg(&path).args([
                "-vsync",
                "passthrough",
                "-f",
                "rawvideo",
                "-pix_fmt",
                "yuv420p",
                "-",
            ]));
            assert!(decoded.stderr.is_empty(), "{}", String::from_utf8_lossy(&decoded.stderr));
            let len = I420::packed_len(width, height).expect("a usual size");
            assert_eq!(decoded.stdout.len(), images.len() * len);
            let mut ours = Decoder::new(codec).expect("memory");
            for ((image, bytes), (packet, _)) in images.iter().zip(decoded.stdout.chunks(len)).zip(&packets) {
                let theirs = Image { width, height, bytes: bytes.to_vec() };
                let psnr = image.psnr(&theirs);
                assert!(psnr > 30.0, "{name}: {psnr:.2} dB");
                // Both decoders are exact.
                let picture = ours.decode(packet).expect("a whole packet").expect("a picture");
                assert!(Image::copy_of(&picture) == theirs, "{name}: the decoders differ");
            }
        }
    }
}

#[test]
fn streams_of_ffmpeg_are_decoded_if_they_have_8_bits_in_420() {
    for (encoder, format, codec, expected) in [
        ("libvpx", "yuv420p", Codec::Vp8, None),
        ("libvpx-vp9", "yuv420p", Codec::Vp9, None),
        ("libvpx-vp9", "yuv444p", Codec::Vp9, Some("4:4:4 with 8 bits")),
        ("libvpx-vp9", "yuv422p", Codec::Vp9, Some("4:2:2 with 8 bits")),
        ("libvpx-vp9", "yuv440p", Codec::Vp9, Some("4:4:0 with 8 bits")),
        ("libvpx-vp9", "yuv420p10le", Codec::Vp9, Some("4:2:0 with more than 8 bits")),
    ] {
        let path = file(&format!("{encoder}_{format}.ivf"));
        // The default settings make hidden frames, which share a packet with the next frame in VP9, but not in VP8.
        run(Command::new("ffmpeg")
            .args(["-y", "-v", "error", "-f", "lavfi", "-i", "testsrc2=size=98x66:rate=30:duration=1"])
            .args(["-pix_fmt", format, "-c:v", encoder, "-auto-alt-ref", "1", "-lag-in-frames", "16"])
            .args(["-b:v", "300k", "-cpu-used", "4"])
            .arg(&path));
        let mut decoder = Decoder::new(codec).expect("memory");
        let mut pictures = 0;
        let packets = read_ivf(&path);
        assert!(packets.len() >= 30);
        for packet in packets {
            match (decoder.decode(&packet), expected) {
                (Ok(Some(picture)), None) => {
                    assert_eq!((picture.width, picture.height), (98, 66));
                    pictures += 1;
                }
                (Ok(None), _) => {}
                (Err(VpxError::PictureFormat(name)), Some(expected)) => assert_eq!(name, expected),
                (other, _) => panic!("{encoder} {format}: {other:?}"),
            }
        }
        assert_eq!(pictures, if expected.is_none() { 30 } else { 0 });
    }
}
