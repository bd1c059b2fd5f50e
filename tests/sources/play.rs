//! Playback: pace, looping, pause.

use std::collections::HashSet;

use super::*;

const SIZE: (u32, u32) = (64, 48);

/// A frame's number and its bytes.
fn next(stream: &mut dyn Stream) -> (u64, Vec<u8>) {
    match stream.next(LONG) {
        Ok(StreamEvent::Frame(frame)) => (frame.sequence, frame.buffer.to_vec()),
        other => panic!("{other:?}"),
    }
}

#[test]
fn a_loop_begins_again_and_the_count_goes_on() {
    let folder = folder();
    for (name, options) in
        [("clip.y4m", "-pix_fmt yuv420p"), ("clip.avi", "-c:v mjpeg"), ("clip.mjpeg", "-c:v mjpeg")]
    {
        let path = folder.path().join(name);
        make(&path, SIZE, 3, options);
        let source = FileSource::new(&path).playback(Playback::EveryFrame);
        let mut stream = open(&source, &FramePool::default()).expect("a good file");
        assert!(stream.lossless());
        let seen: Vec<_> = (0..7).map(|_| next(&mut *stream)).collect();
        assert!(seen.iter().enumerate().all(|(index, (sequence, _))| *sequence == index as u64));
        assert!(seen[0].1 == seen[3].1 && seen[1].1 == seen[4].1 && seen[0].1 == seen[6].1, "{name}");
        assert!(seen[0].1 != seen[1].1 && seen[1].1 != seen[2].1, "{name}");
    }
}

#[test]
fn at_real_pace_frames_have_the_times_of_the_files_clock() {
    let folder = folder();
    let path = folder.path().join("clip.y4m");
    make(&path, SIZE, 200, "-pix_fmt yuv420p");
    let all = raw(&path, None);
    let pictures: Vec<_> = all.chunks(all.len() / 200).collect();
    let source = FileSource::new(&path).frame_rate(100.0);
    let mut stream = open(&source, &FramePool::default()).expect("a good file");
    assert!(!stream.lossless());
    let mut start = None;
    for pause in [0, 0, 35, 0, 120, 0] {
        std::thread::sleep(Duration::from_millis(pause));
        let Ok(StreamEvent::Frame(frame)) = stream.next(LONG) else { panic!("a good file") };
        let start = *start.get_or_insert(frame.captured);
        assert_eq!(frame.captured - start, Duration::from_millis(10) * frame.sequence as u32);
        // A reader that is more than a second late skips frames, and this wouldn't hold.
        if frame.sequence < 90 {
            assert!(*frame.buffer == *pictures[frame.sequence as usize], "frame {}", frame.sequence);
        }
    }
}

#[test]
fn a_frame_is_not_there_before_its_time() {
    let folder = folder();
    let path = folder.path().join("clip.y4m");
    make(&path, SIZE, 3, "-pix_fmt yuv420p");
    let source = FileSource::new(&path).frame_rate(0.01);
    let mut stream = open(&source, &FramePool::default()).expect("a good file");
    assert_eq!(next(&mut *stream).0, 0);
    for wait in [0, 0, 20] {
        assert!(matches!(stream.next(Duration::from_millis(wait)), Ok(StreamEvent::Pending)));
    }
}

#[test]
fn paused_the_first_frame_stays() {
    let folder = folder();
    let path = folder.path().join("clip.y4m");
    make(&path, SIZE, 5, "-pix_fmt yuv420p");
    let all = raw(&path, None);
    for looping in [true, false] {
        let source = FileSource::new(&path).paused(true).looping(looping);
        let mut stream = open(&source, &FramePool::default()).expect("a good file");
        for _ in 0..2 {
            assert!(next(&mut *stream).1 == all[..all.len() / 5]);
        }
    }
}

#[test]
fn buffers_go_round() {
    let folder = folder();
    for (name, options) in
        [("clip.y4m", "-pix_fmt yuv420p"), ("clip.avi", "-c:v mjpeg"), ("clip.mjpeg", "-c:v mjpeg")]
    {
        let path = folder.path().join(name);
        make(&path, SIZE, 10, options);
        let source = FileSource::new(&path).playback(Playback::EveryFrame);
        let mut stream = open(&source, &FramePool::default()).expect("a good file");
        let mut addresses = HashSet::new();
        for read in 0..100 {
            let Ok(StreamEvent::Frame(frame)) = stream.next(LONG) else { panic!("a good file") };
            // By then the buffer has the length of the longest frame.
            if read >= 20 {
                addresses.insert(frame.buffer.as_ptr());
            }
        }
        assert_eq!(addresses.len(), 1, "{name}");
    }
}

#[test]
fn the_device_is_the_file() {
    let folder = folder();
    let path = folder.path().join("clip.y4m");
    make(&path, SIZE, 1, "-pix_fmt yuv420p");
    let source = once(&path);
    let file = device(&source).expect("a good file");
    assert_eq!((file.id.0.as_str(), file.label.as_str()), (path.to_str().expect("ASCII"), "clip.y4m"));
    let error = source.open(&"another".into(), &file.modes[0], &FramePool::default()).err();
    assert_eq!(error.map(|error| error.name), Some(bevy_viewfinder::error::ErrorName::NotFound));
    let error = device(&once(&path).frame_rate(f64::NAN)).err();
    assert_eq!(error.map(|error| error.name), Some(bevy_viewfinder::error::ErrorName::Type));
}

#[test]
#[cfg(unix)]
fn a_name_need_not_be_unicode() {
    use std::os::unix::ffi::OsStrExt;

    let folder = folder();
    let (plain, path) =
        (folder.path().join("clip.y4m"), folder.path().join(OsStr::from_bytes(b"caf\xe9.y4m")));
    make(&plain, SIZE, 2, "-pix_fmt yuv420p");
    std::fs::rename(&plain, &path).expect("a folder to write to");
    assert_eq!(frames(&once(&path)).len(), 2);
    assert_eq!(device(&once(&path)).expect("a good file").label, "caf\u{fffd}.y4m");
}
