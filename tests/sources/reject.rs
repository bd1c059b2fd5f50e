//! Frames that are rejected, and readers that are late.

use bevy_viewfinder::error::ErrorName;

use super::*;

const SIZE: (u32, u32) = (16, 8);

/// A clip whose frames each have one shade: their number.
fn shades(folder: &Path, frames: u8) -> std::path::PathBuf {
    let path = folder.join(format!("{frames}.y4m"));
    let frame = |shade: u8| [&b"FRAME\n"[..], &[shade; 16 * 8 * 3 / 2]].concat();
    let mut bytes = b"YUV4MPEG2 W16 H8 F25:1\n".to_vec();
    (0..frames).for_each(|shade| bytes.extend(frame(shade)));
    std::fs::write(&path, bytes).expect("a folder to write to");
    path
}

/// The next frame's shade, without a wait.
fn shade(stream: &mut dyn Stream) -> Option<u8> {
    match stream.next(Duration::ZERO) {
        Ok(StreamEvent::Frame(frame)) => Some(frame.buffer[0]),
        Ok(StreamEvent::Pending) => None,
        other => panic!("{other:?}"),
    }
}

fn reason(shade: u8) -> MediaError {
    MediaError::not_supported(format!("frame {shade} is rejected"))
}

#[test]
fn a_file_all_of_whose_frames_are_rejected_fails_at_once_with_the_last_reason() {
    let folder = folder();
    let path = shades(folder.path(), 4);
    let whole = FileSource::new(&path);
    // At this rate the second frame would be due after minutes.
    let slow = whole.clone().frame_rate(0.001);
    for (source, frames) in [
        (slow.clone(), 4),
        (slow.clone().looping(false), 4),
        (slow.clone().paused(true), 4),
        (whole.clone().playback(Playback::EveryFrame), 4),
        (once(&path), 4),
        (once(&path).paused(true), 4),
        (FileSource::new(shades(folder.path(), 1)), 1),
    ] {
        let mut stream = open(&source, &FramePool::default()).expect("a good file");
        for expected in 0..frames {
            let shade = shade(&mut *stream);
            assert_eq!(shade, Some(expected), "{source:?}");
            stream.reject(&reason(expected));
        }
        let error = stream.next(Duration::ZERO).expect_err("no frame is left");
        assert_eq!(error, reason(frames - 1), "{source:?}");
    }
}

#[test]
fn a_still_that_is_rejected_fails_with_the_reason() {
    let folder = folder();
    let path = folder.path().join("still.png");
    make(&path, SIZE, 1, "");
    for source in [FileSource::new(&path), once(&path), FileSource::new(&path).looping(false)] {
        let mut stream = open(&source, &FramePool::default()).expect("a good file");
        assert!(shade(&mut *stream).is_some());
        stream.reject(&reason(0));
        assert_eq!(stream.next(LONG).expect_err("there is no other frame"), reason(0));
    }
}

#[test]
fn paused_the_first_frame_that_is_good_stays() {
    let folder = folder();
    let source = FileSource::new(shades(folder.path(), 3)).paused(true);
    let mut stream = open(&source, &FramePool::default()).expect("a good file");
    assert_eq!(shade(&mut *stream), Some(0));
    stream.reject(&reason(0));
    assert_eq!(shade(&mut *stream), Some(1));
    assert_eq!(shade(&mut *stream), None, "a frame that is shown stays for a second");
    for _ in 0..2 {
        let Ok(StreamEvent::Frame(frame)) = stream.next(LONG) else { panic!("it is sent again") };
        assert_eq!(frame.buffer[0], 1);
    }
}

#[test]
fn the_clock_begins_with_the_first_frame_that_is_good() {
    let folder = folder();
    let source = FileSource::new(shades(folder.path(), 3)).frame_rate(0.01);
    let mut stream = open(&source, &FramePool::default()).expect("a good file");
    assert_eq!(shade(&mut *stream), Some(0));
    stream.reject(&reason(0));
    assert_eq!(shade(&mut *stream), Some(1));
    assert_eq!(shade(&mut *stream), None);
}

#[test]
fn one_good_frame_of_a_pass_is_enough() {
    let folder = folder();
    let path = shades(folder.path(), 3);
    let source = FileSource::new(&path).playback(Playback::EveryFrame);
    let mut stream = open(&source, &FramePool::default()).expect("a good file");
    for frame in 0..12 {
        assert_eq!(shade(&mut *stream), Some(frame % 3));
        if frame % 3 != 1 {
            stream.reject(&reason(frame));
        }
    }
    // Another pass without a good frame.
    for frame in 12..15 {
        assert_eq!(shade(&mut *stream), Some(frame % 3));
        stream.reject(&reason(frame));
    }
    assert_eq!(stream.next(LONG).expect_err("no frame was good in this pass"), reason(14));
}

#[test]
fn a_short_loop_plays_on_for_readers_that_come_late() {
    let folder = folder();
    // A tenth of a second.
    let source = FileSource::new(shades(folder.path(), 10)).frame_rate(100.0);
    let mut stream = open(&source, &FramePool::default()).expect("a good file");
    for _ in 0..4 {
        let Ok(StreamEvent::Frame(frame)) = stream.next(LONG) else { panic!("it plays on") };
        assert_eq!(u64::from(frame.buffer[0]), frame.sequence % 10);
        std::thread::sleep(Duration::from_millis(350));
    }
}

#[test]
fn a_rate_that_no_reader_keeps_up_with_plays_on() {
    let folder = folder();
    for frames in [1, 3] {
        let source = FileSource::new(shades(folder.path(), frames)).frame_rate(90_000.0);
        let mut stream = open(&source, &FramePool::default()).expect("a good file");
        for _ in 0..50 {
            assert!(matches!(stream.next(LONG), Ok(StreamEvent::Frame(_))));
            std::thread::sleep(Duration::from_millis(2));
        }
    }
}

#[test]
fn a_file_without_frames_fails_by_name() {
    let folder = folder();
    let path = folder.path().join("empty.avi");
    make(&path, (64, 48), 1, "-c:v mjpeg");
    let bytes = std::fs::read(&path).expect("it was just written");
    let movie = bytes.windows(4).position(|word| word == b"movi").expect("a list of frames");
    std::fs::write(&path, &bytes[..movie + 4]).expect("a folder to write to");
    for source in [FileSource::new(&path), once(&path)] {
        let mut stream = open(&source, &FramePool::default()).expect("good headers");
        let error = stream.next(LONG).expect_err("there is no frame");
        assert_eq!(error.name, ErrorName::Data, "{error}");
    }
}
