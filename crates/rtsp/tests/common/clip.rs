//! Clips that ffmpeg makes.

use std::sync::LazyLock;

use super::ffmpeg;

/// The frames of H.264 in a clip of 64x48 pixels, as units without start codes. Every tenth is a key frame with its
/// parameter sets.
pub fn h264() -> &'static [Vec<Vec<u8>>] {
    static FRAMES: LazyLock<Vec<Vec<Vec<u8>>>> = LazyLock::new(|| frames("high"));
    &FRAMES
}

/// The frames of a clip in this profile.
pub fn frames(profile: &str) -> Vec<Vec<Vec<u8>>> {
    let options = "-f lavfi -i testsrc2=size=64x48:rate=25 -frames:v 30 -pix_fmt yuv420p -c:v libx264 -g 10 -bf 0 \
                   -x264-params aud=1:scenecut=0:sliced-threads=0:threads=1 -f h264 -profile:v";
    let stream = ffmpeg(options.split(' ').chain([profile, "-"]), &[]);
    let mut frames: Vec<Vec<Vec<u8>>> = vec![];
    for unit in units(&stream) {
        match unit[0] & 31 {
            // A delimiter begins a frame.
            9 => frames.push(vec![]),
            _ => frames.last_mut().expect("a delimiter").push(unit),
        }
    }
    assert_eq!(frames.len(), 30);
    frames
}

/// The units of a stream with start codes.
fn units(stream: &[u8]) -> Vec<Vec<u8>> {
    let mut units: Vec<Vec<u8>> = vec![];
    let mut rest = stream;
    while !rest.is_empty() {
        if rest.starts_with(&[0, 0, 0, 1]) {
            units.push(vec![]);
            rest = &rest[4..];
        } else if rest.starts_with(&[0, 0, 1]) {
            units.push(vec![]);
            rest = &rest[3..];
        } else {
            units.last_mut().expect("a start code").push(rest[0]);
            rest = &rest[1..];
        }
    }
    units
}

/// The first unit of a kind in the clip.
pub fn unit(kind: u8) -> &'static [u8] {
    h264().iter().flatten().find(|unit| unit[0] & 31 == kind).expect("such a unit")
}

/// The stream with start codes.
pub fn stream(frames: &[Vec<Vec<u8>>]) -> Vec<u8> {
    frames.iter().flatten().flat_map(|unit| [&[0, 0, 0, 1], &unit[..]].concat()).collect()
}

/// A JPEG of 64x48 pixels with the usual Huffman tables.
pub fn jpeg() -> &'static [u8] {
    static JPEG: LazyLock<Vec<u8>> = LazyLock::new(|| {
        let options = "-f lavfi -i testsrc2=size=64x48 -frames:v 1 -pix_fmt yuvj420p -c:v mjpeg -huffman default -q:v 5 \
                       -f mjpeg -";
        ffmpeg(options.split(' '), &[])
    });
    &JPEG
}

/// The quantization table and the scan of a JPEG of ffmpeg's, which uses one table for all components.
pub fn jpeg_parts(jpeg: &[u8]) -> (Vec<u8>, Vec<u8>) {
    let mut tables = vec![];
    let mut place = 2;
    loop {
        let (marker, length) =
            (jpeg[place + 1], u16::from_be_bytes([jpeg[place + 2], jpeg[place + 3]]) as usize);
        let content = &jpeg[place + 4..place + 2 + length];
        place += 2 + length;
        match marker {
            0xdb => tables.extend(content.chunks_exact(65).flat_map(|table| table[1..].to_vec())),
            0xda => break,
            _ => {}
        }
    }
    let table = tables[..64].to_vec();
    let second = if tables.len() >= 128 { tables[64..128].to_vec() } else { table.clone() };
    ([table, second].concat(), jpeg[place..].to_vec())
}
