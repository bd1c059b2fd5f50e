//! Truncated, damaged and forged files: an error or a frame, never a panic, and no more memory than they justify.

use bevy_viewfinder::{error::ErrorName, frame::PixelFormat};

use super::*;

/// More reads than a file of a few frames has chunks.
const ENOUGH: usize = 20_000;

/// Plays a file to its end and returns the number of good frames.
fn play(path: &Path, len: usize) -> usize {
    let is_named = |error: &MediaError| {
        let named = matches!(error.name, ErrorName::Data | ErrorName::NotSupported | ErrorName::NotFound);
        assert!(named && !error.message.is_empty(), "{error}");
    };
    let mut stream = match open(&once(path), &FramePool::default()) {
        Ok(stream) => stream,
        Err(error) => {
            is_named(&error);
            return 0;
        }
    };
    let mut good = 0;
    for _ in 0..ENOUGH {
        match stream.next(LONG) {
            Ok(StreamEvent::Frame(frame)) => {
                assert_eq!(frame.validate(), Ok(()));
                let is_decoded = frame.format == PixelFormat::Rgba32 || is_encoded_video(path);
                assert!(is_decoded || frame.buffer.len() <= len);
                good += 1;
            }
            Ok(StreamEvent::Corrupt(error)) => is_named(&error),
            Ok(StreamEvent::Ended) => return good,
            Ok(_) => {}
            Err(error) => {
                is_named(&error);
                return good;
            }
        }
    }
    panic!("{} doesn't end", path.display());
}

/// Whether a file has frames that are larger than their bytes in it.
fn is_encoded_video(path: &Path) -> bool {
    path.extension().is_some_and(|extension| ["webm", "mp4"].iter().any(|known| extension == *known))
}

/// One small file of each kind, with the number of its frames.
fn samples(folder: &Path) -> Vec<(Vec<u8>, &'static str, usize)> {
    let mut kinds = vec![
        ("clip.y4m", "-pix_fmt yuv420p", 3),
        ("clip.avi", "-c:v mjpeg", 3),
        ("clip.mjpeg", "-c:v mjpeg", 3),
        ("clip.mkv", "-c:v mjpeg", 3),
        ("clip.mov", "-c:v mjpeg", 3),
        ("still.png", "", 1),
        ("still.jpg", "", 1),
    ];
    if cfg!(feature = "vpx") {
        kinds.push(("clip.webm", "-pix_fmt yuv420p -c:v libvpx-vp9", 3));
    }
    if cfg!(feature = "h264") {
        kinds.push(("clip.mp4", "-pix_fmt yuv420p -c:v libx264 -movflags +frag_keyframe+empty_moov", 3));
    }
    let sample = |(name, options, frames): (&'static str, &str, u32)| {
        let path = folder.join(name);
        make(&path, (24, 16), frames, options);
        (std::fs::read(&path).expect("it was just written"), name, frames as usize)
    };
    kinds.into_iter().map(sample).collect()
}

#[test]
fn truncated_files_play_as_far_as_they_go() {
    let folder = folder();
    for (bytes, name, frames) in samples(folder.path()) {
        let path = folder.path().join(name);
        assert_eq!(play(&path, bytes.len()), frames, "{name}");
        for cut in (0..bytes.len()).step_by(bytes.len() / 100 + 1) {
            std::fs::write(&path, &bytes[..cut]).expect("a folder to write to");
            assert!(play(&path, cut) <= frames, "{name} cut at {cut}");
        }
    }
}

#[test]
fn flipped_bits_are_no_panic() {
    let folder = folder();
    // Marsaglia's xorshift: pseudorandom numbers that are the same in each run.
    let mut state = 0x2545_f491_4f6c_dd1d_u64;
    let mut random = move |below: usize| {
        state ^= state << 13;
        state ^= state >> 7;
        state ^= state << 17;
        (state % below as u64) as usize
    };
    for (bytes, name, _) in samples(folder.path()) {
        let path = folder.path().join(name);
        for round in 0..120 {
            let mut broken = bytes.clone();
            // Headers come first, and damage there does the most harm.
            let within = if round % 2 == 0 { bytes.len() } else { bytes.len().min(256) };
            for _ in 0..=random(4) {
                let place = random(within);
                broken[place] = match random(4) {
                    0 => 0,
                    1 => 0xff,
                    _ => broken[place] ^ 1 << random(8),
                };
            }
            std::fs::write(&path, &broken).expect("a folder to write to");
            play(&path, broken.len());
        }
    }
}

#[test]
fn headers_that_promise_gigabytes_allocate_nothing() {
    let folder = folder();
    let play_bytes = |name: &str, bytes: &[u8]| {
        let path = folder.path().join(name);
        std::fs::write(&path, bytes).expect("a folder to write to");
        let error = device(&once(&path)).expect_err("there is no such picture");
        assert_eq!(error.name, ErrorName::Data, "{error}");
    };
    play_bytes("huge.y4m", b"YUV4MPEG2 W32768 H32768 C444\nFRAME\nshort");
    play_bytes("more.y4m", b"YUV4MPEG2 W4294967295 H4294967295\nFRAME\n");
    play_bytes("line.y4m", &[&b"YUV4MPEG2 "[..], &[b'X'; 100_000]].concat());
    let mut png = b"\x89PNG\r\n\x1a\n\0\0\0\x0dIHDR\0\0\xff\xff\0\0\xff\xff\x08\x06\0\0\0".to_vec();
    png.extend([0; 64]);
    play_bytes("huge.png", &png);
}

#[test]
fn a_loop_without_a_good_frame_ends_with_an_error() {
    let folder = folder();
    let path = folder.path().join("cut.y4m");
    make(&path, (24, 16), 1, "-pix_fmt yuv420p");
    let bytes = std::fs::read(&path).expect("it was just written");
    // The header is good, and the file long enough for it, but no frame follows.
    let header = bytes.iter().position(|byte| *byte == b'\n').expect("a header's end") + 1;
    std::fs::write(&path, [&bytes[..header], &[b'\n'; 10_000]].concat()).expect("a folder to write to");
    let source = FileSource::new(&path).playback(Playback::EveryFrame);
    let mut stream = open(&source, &FramePool::default()).expect("a good header");
    let error = (0..ENOUGH).find_map(|_| stream.next(LONG).err()).expect("it can't go on for ever");
    assert_eq!(error.name, ErrorName::Data, "{error}");
}
