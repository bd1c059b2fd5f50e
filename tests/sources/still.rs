//! Stills, compared with the images that ffmpeg decodes.

use bevy_viewfinder::{error::ErrorName, frame::PixelFormat};

use super::*;

fn still(path: &Path) -> Frame {
    frames(&once(path)).pop().expect("a still has one frame")
}

#[test]
fn a_png_is_ffmpegs_to_the_byte() {
    let folder = folder();
    let path = folder.path().join("still.png");
    for format in ["rgb24", "rgba", "gray", "pal8"] {
        for size in [(64, 48), (37, 23), (1, 1)] {
            make(&path, size, 1, &format!("-pix_fmt {format}"));
            let frame = still(&path);
            assert_eq!((frame.size, frame.format), (size.into(), PixelFormat::Rgba32));
            assert!(*frame.buffer == *raw(&path, Some("rgba")), "{format} at {size:?}");
        }
    }
}

#[test]
fn a_jpeg_is_ffmpegs_within_rounding() {
    let folder = folder();
    let path = folder.path().join("still.jpg");
    // With chroma for each pixel nothing is upsampled.
    make(&path, (161, 119), 1, "-pix_fmt yuvj444p -q:v 2");
    let frame = still(&path);
    assert_eq!((frame.size, frame.format), ((161, 119).into(), PixelFormat::Rgba32));
    let difference = difference(&frame.buffer, &raw(&path, Some("rgba")));
    assert!(difference < 1.0, "off by {difference} on average");
}

#[test]
fn a_truncated_jpeg_is_an_error_and_no_half_image() {
    let folder = folder();
    let path = folder.path().join("still.jpg");
    make(&path, (161, 119), 1, "-pix_fmt yuvj420p -q:v 2");
    let jpeg = std::fs::read(&path).expect("it was just written");
    for cut in [jpeg.len() / 2, jpeg.len() * 9 / 10, jpeg.len() - 10] {
        std::fs::write(&path, &jpeg[..cut]).expect("a folder to write to");
        let mut stream = open(&once(&path), &FramePool::default()).expect("a good header");
        match stream.next(LONG).expect("the frame alone is broken") {
            StreamEvent::Corrupt(error) => assert_eq!(error.name, ErrorName::Data, "{error}"),
            other => panic!("a part of the picture is missing: {other:?}"),
        }
        let error = stream.next(LONG).expect_err("there is no other frame");
        assert_eq!(error.name, ErrorName::Data, "{error}");
    }
    // A missing end marker is no loss.
    std::fs::write(&path, &jpeg[..jpeg.len() - 2]).expect("a folder to write to");
    assert_eq!(still(&path).size, (161, 119).into());
}

#[test]
fn a_jpeg_with_coarse_chroma_is_near_to_ffmpegs() {
    let folder = folder();
    let path = folder.path().join("still.jpg");
    for format in ["yuvj420p", "yuvj422p"] {
        make(&path, (161, 119), 1, &format!("-pix_fmt {format} -q:v 2"));
        // ffmpeg interpolates chroma in another way.
        let difference = difference(&still(&path).buffer, &raw(&path, Some("rgba")));
        assert!(difference < 4.0, "{format}: off by {difference} on average");
    }
}

#[test]
fn a_lossless_webp_is_the_original_image() {
    let folder = folder();
    let (png, webp) = (folder.path().join("still.png"), folder.path().join("still.webp"));
    make(&png, (64, 48), 1, "-pix_fmt rgba");
    image::open(&png).expect("a PNG of ffmpeg's").save(&webp).expect("a folder to write to");
    assert!(*still(&webp).buffer == *raw(&webp, Some("rgba")));
}

#[test]
fn the_format_is_read_from_the_bytes_and_not_from_the_name() {
    let folder = folder();
    let (png, lie) = (folder.path().join("still.png"), folder.path().join("clip.y4m"));
    make(&png, (64, 48), 1, "");
    std::fs::rename(&png, &lie).expect("a folder to write to");
    assert_eq!(still(&lie).format, PixelFormat::Rgba32);
}

#[test]
fn a_still_is_sent_again_and_again() {
    let folder = folder();
    let path = folder.path().join("still.png");
    make(&path, (64, 48), 1, "-pix_fmt rgba");
    for pace in [Playback::RealTime, Playback::EveryFrame] {
        let mut stream =
            open(&FileSource::new(&path).playback(pace), &FramePool::default()).expect("a good file");
        let mut sequences = vec![];
        while sequences.len() < 2 {
            match stream.next(LONG) {
                Ok(StreamEvent::Frame(frame)) => {
                    assert!(*frame.buffer == *raw(&path, Some("rgba")));
                    sequences.push(frame.sequence);
                }
                other => panic!("{other:?}"),
            }
            assert!(
                matches!(stream.next(Duration::ZERO), Ok(StreamEvent::Pending)),
                "not more often than once a second"
            );
        }
    }
}

#[test]
fn frames_of_a_still_share_its_bytes() {
    let folder = folder();
    let path = folder.path().join("still.png");
    make(&path, (64, 48), 1, "-pix_fmt rgba");
    let mut stream = open(&FileSource::new(&path), &FramePool::default()).expect("a good file");
    let mut next = || loop {
        match stream.next(LONG) {
            Ok(StreamEvent::Frame(frame)) => return frame,
            Ok(StreamEvent::Pending) => {}
            other => panic!("{other:?}"),
        }
    };
    let (first, second) = (next(), next());
    assert_eq!(first.buffer.as_ptr(), second.buffer.as_ptr());
}

#[test]
fn an_image_is_turned_upright_by_its_exif_orientation() {
    let folder = folder();
    let (plain, path) = (folder.path().join("plain.jpg"), folder.path().join("turned.jpg"));
    make(&plain, (64, 48), 1, "-pix_fmt yuvj444p -q:v 2");
    // Exif: one entry, orientation 6, which is a quarter turn clockwise.
    let exif = [
        &b"\xff\xe1\x00\x22Exif\0\0MM\0\x2a\0\0\0\x08\0\x01"[..],
        &b"\x01\x12\0\x03\0\0\0\x01\0\x06\0\0\0\0\0\0"[..],
    ]
    .concat();
    let jpeg = std::fs::read(&plain).expect("it was just written");
    std::fs::write(&path, [&jpeg[..2], &exif, &jpeg[2..]].concat()).expect("a folder to write to");
    let (plain, turned) = (still(&plain), still(&path));
    assert_eq!(device(&once(&path)).expect("a good file").modes[0].size, (48, 64).into());
    assert_eq!(turned.size, (48, 64).into());
    let pixel = |frame: &Frame, x: u32, y: u32| {
        let start = ((y * frame.size.x + x) * 4) as usize;
        frame.buffer[start..start + 4].to_vec()
    };
    for (x, y) in [(0, 0), (63, 0), (10, 40), (33, 17)] {
        assert_eq!(pixel(&turned, 47 - y, x), pixel(&plain, x, y));
    }
}

#[test]
fn a_file_that_is_no_image_is_an_error() {
    let folder = folder();
    let write = |name: &str, bytes: &[u8]| {
        let path = folder.path().join(name);
        std::fs::write(&path, bytes).expect("a folder to write to");
        path
    };
    for (path, name) in [
        (folder.path().join("missing.png"), ErrorName::NotFound),
        (folder.path().join("missing/clip.y4m"), ErrorName::NotFound),
        (write("empty.png", b""), ErrorName::NotSupported),
        (write("text.png", b"not a picture, but a text"), ErrorName::NotSupported),
        (write("two.png", b"\x89P"), ErrorName::NotSupported),
        (write("start.png", b"\x89PNG\r\n\x1a\n"), ErrorName::Data),
        (write("start.jpg", b"\xff\xd8\xff\xe0"), ErrorName::Data),
    ] {
        let error = device(&once(&path)).expect_err("not a picture");
        assert_eq!(error.name, name, "{error}");
        assert!(error.message.contains(path.to_str().expect("a path of ASCII")), "{error}");
    }
    #[cfg(unix)]
    assert_eq!(
        device(&once(Path::new("/dev/zero"))).err().map(|error| error.name),
        Some(ErrorName::NotSupported)
    );
}
