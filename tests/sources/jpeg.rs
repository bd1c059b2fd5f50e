//! Motion JPEG, in AVI and raw.

use bevy_viewfinder::frame::{MjpegDecoder, PixelFormat};

use super::*;

#[test]
fn frames_are_those_that_ffprobe_finds() {
    let folder = folder();
    for (name, options) in [
        ("clip.avi", "-c:v mjpeg"),
        ("clip.mjpeg", "-c:v mjpeg -f mjpeg"),
        ("clip.bin", "-c:v mjpeg -f mjpeg"),
        ("sound.avi", ""),
    ] {
        for size in [(64, 48), (322, 241)] {
            let path = folder.path().join(name);
            if name == "sound.avi" {
                with_sound(&path, size);
            } else {
                make(&path, size, 7, &format!("-pix_fmt yuvj420p {options}"));
            }
            let source = once(&path);
            let mode = device(&source).expect("a good file").modes[0];
            assert_eq!((mode.size, mode.format), (size.into(), PixelFormat::Mjpeg));
            assert_eq!(mode.frame_rate, 25.0);
            let sizes: Vec<_> = frames(&source).iter().map(|frame| frame.buffer.len()).collect();
            assert_eq!(sizes, packet_sizes(&path), "{name}");
            assert_eq!(sizes.len(), 7, "{name}");
        }
    }
}

/// A video whose sound is another stream, which comes first.
fn with_sound(path: &Path, (width, height): (u32, u32)) {
    let picture = format!("testsrc2=size=640x480:rate=25,format=gbrp,scale={width}:{height}");
    let output = path.to_str().expect("a path of ASCII");
    let inputs = ["-v", "error", "-y", "-f", "lavfi", "-i", "sine", "-f", "lavfi", "-i", &picture];
    let maps = ["-map", "0:a", "-map", "1:v", "-frames:v", "7", "-t", "0.28", "-c:v", "mjpeg"];
    let rest = ["-pix_fmt", "yuvj422p", "-c:a", "pcm_s16le", output];
    run("ffmpeg", inputs.into_iter().chain(maps).chain(rest));
}

#[test]
fn decoded_frames_match_ffmpegs() {
    let folder = folder();
    for (name, format) in
        [("yuvj420p", PixelFormat::I420), ("yuvj422p", PixelFormat::I422), ("yuvj444p", PixelFormat::I444)]
    {
        let path = folder.path().join("clip.avi");
        make(&path, (162, 122), 3, &format!("-c:v mjpeg -q:v 3 -pix_fmt {name}"));
        let expected = raw(&path, None);
        let frames = frames(&once(&path));
        let decoder = MjpegDecoder::default();
        for (frame, expected) in frames.into_iter().zip(expected.chunks(expected.len() / 3)) {
            let frame = decoder.decode(frame).expect("a JPEG of ffmpeg's");
            assert_eq!((frame.size, frame.format), ((162, 122).into(), format));
            let mut bytes = vec![];
            for index in 0..3 {
                let (row, rows) = format.plane_extent(index, frame.size);
                let stride = frame.planes[index].stride;
                let plane = frame.plane(index);
                (0..rows).for_each(|y| bytes.extend(&plane[y * stride..y * stride + row]));
            }
            let difference = difference(&bytes, expected);
            assert!(difference < 0.5, "{name} is off by {difference} on average");
        }
    }
}

#[test]
fn other_videos_in_avi_are_refused_by_name() {
    let folder = folder();
    let path = folder.path().join("clip.avi");
    make(&path, (64, 48), 3, "-c:v mpeg4");
    let error = device(&once(&path)).expect_err("not Motion JPEG");
    assert_eq!(error.name, bevy_viewfinder::error::ErrorName::NotSupported);
    assert!(error.message.contains("FMP4"), "{error}");
}

#[test]
fn missing_huffman_tables_are_inserted() {
    let folder = folder();
    let (whole, bare) = (folder.path().join("whole.mjpeg"), folder.path().join("bare.mjpeg"));
    make(&whole, (162, 122), 1, "-c:v mjpeg -huffman default -pix_fmt yuvj422p");
    let mut jpeg = std::fs::read(&whole).expect("it was just written");
    let mut at = 2;
    let mut removed = 0;
    while jpeg[at + 1] != 0xda {
        let length = 2 + usize::from(u16::from_be_bytes([jpeg[at + 2], jpeg[at + 3]]));
        if jpeg[at + 1] == 0xc4 {
            jpeg.drain(at..at + length);
            removed += 1;
        } else {
            at += length;
        }
    }
    assert!(removed > 0, "ffmpeg wrote no tables that could be left out");
    std::fs::write(&bare, &jpeg).expect("a folder to write to");
    let decode = |path: &Path| {
        let frame = frames(&once(path)).pop().expect("one picture");
        MjpegDecoder::default().decode(frame).expect("a good JPEG").to_rgba()
    };
    assert!(decode(&whole) == decode(&bare));
}

#[test]
fn streams_of_http_cameras_and_recordings_that_begin_within_a_frame_are_played() {
    let folder = folder();
    let path = folder.path().join("clip.mjpeg");
    make(&path, (64, 48), 4, "-c:v mjpeg -f mjpeg -pix_fmt yuvj420p");
    let jpegs: Vec<Vec<u8>> = frames(&once(&path)).iter().map(|frame| frame.buffer.to_vec()).collect();
    let played = |name: &str, bytes: &[u8]| {
        let path = folder.path().join(name);
        std::fs::write(&path, bytes).expect("a folder to write to");
        frames(&once(&path)).iter().map(|frame| frame.buffer.to_vec()).collect::<Vec<_>>()
    };
    let part = |jpeg: &Vec<u8>| {
        let head = format!("--frame\r\nContent-Type: image/jpeg\r\nContent-Length: {}\r\n\r\n", jpeg.len());
        [head.as_bytes(), jpeg, b"\r\n"].concat()
    };
    let multipart: Vec<u8> = jpegs.iter().flat_map(part).collect();
    for name in ["stream.mjpeg", "stream.bin", "stream"] {
        assert!(played(name, &multipart) == jpegs, "{name}");
    }
    let late = &std::fs::read(&path).expect("it was just written")[jpegs[0].len() / 2..];
    for name in ["late.mjpeg", "late.MJPG"] {
        assert!(played(name, late) == jpegs[1..], "{name}");
    }
}
