//! Matroska, WebM, MP4 and QuickTime: pixels, times, pauses, seeks, and files that can't be played.

use std::time::Instant;

use bevy_viewfinder::{
    error::ErrorName,
    frame::{ColorRange, MatrixCoefficients, MjpegDecoder, PixelFormat, Rotation},
    source::FilePlayer,
};

use super::*;

const SIZE: (u32, u32) = (320, 180);
const VP8: &str = "-pix_fmt yuv420p -c:v libvpx -deadline realtime -cpu-used 8 -g 12";
const VP9: &str = "-pix_fmt yuv420p -c:v libvpx-vp9 -deadline realtime -cpu-used 8 -g 12";
const H264: &str = "-pix_fmt yuv420p -c:v libx264 -preset veryfast -g 12 -bf 2";
const MJPEG: &str = "-pix_fmt yuvj420p -c:v mjpeg -q:v 2";

/// The kinds of files that this build plays: their names and ffmpeg's options.
fn kinds() -> Vec<(&'static str, &'static str)> {
    let mut kinds = vec![("jpeg.mkv", MJPEG), ("jpeg.mov", MJPEG)];
    if cfg!(feature = "vpx") {
        kinds.extend([("vp8.webm", VP8), ("vp9.webm", VP9), ("vp9.mp4", VP9)]);
    }
    if cfg!(feature = "h264") {
        kinds.extend([("h264.mp4", H264), ("h264.mov", H264), ("h264.mkv", H264)]);
    }
    kinds
}

/// The file as a stream, and its player.
fn playing(source: &FileSource) -> (Box<dyn Stream>, FilePlayer) {
    (open(source, &FramePool::default()).expect("a good file"), source.player())
}

/// The next frame. Long ways to it are many calls.
fn next(stream: &mut dyn Stream) -> Frame {
    for _ in 0..10_000 {
        match stream.next(LONG).expect("a good file") {
            StreamEvent::Frame(frame) => return frame,
            StreamEvent::Pending => {}
            other => panic!("{other:?}"),
        }
    }
    panic!("no frame comes")
}

/// The times of a file's frames, as ffprobe finds them.
fn times(path: &Path) -> Vec<Duration> {
    let path = path.to_str().expect("a path of ASCII");
    let entries = ["-select_streams", "v:0", "-show_entries", "frame=pts_time", "-of", "csv=p=0"];
    let output = run("ffprobe", ["-v", "error"].into_iter().chain(entries).chain([path]));
    let text = String::from_utf8(output).expect("numbers");
    let times = text.lines().filter_map(|line| line.trim_matches(',').parse().ok());
    times.map(Duration::from_secs_f64).collect()
}

/// The frames of a file as ffmpeg decodes them.
fn decoded(path: &Path, count: usize) -> Vec<Vec<u8>> {
    let path = path.to_str().expect("a path of ASCII");
    let arguments = ["-v", "error", "-noautorotate", "-i", path, "-map", "0:v:0", "-fps_mode", "passthrough"];
    let all = run("ffmpeg", arguments.into_iter().chain(["-f", "rawvideo", "-"]));
    all.chunks(all.len() / count).map(<[u8]>::to_vec).collect()
}

/// The rows of a frame's planes without gaps, decoded if it is a JPEG.
fn planes(frame: Frame) -> Vec<u8> {
    let frame = MjpegDecoder::new(FramePool::default()).decode(frame).expect("a good JPEG");
    let rows = (0..frame.format.plane_count()).flat_map(|index| {
        let row_len = frame.format.plane_extent(index, frame.size).0;
        frame.plane(index).chunks(frame.planes[index].stride).map(move |row| &row[..row_len])
    });
    rows.flatten().copied().collect()
}

/// Fails if frames differ by more than 40 dB.
#[track_caller]
fn assert_like(frame: Frame, expected: &[u8], name: &str) {
    let planes = planes(frame);
    assert_eq!(planes.len(), expected.len(), "{name}");
    let squares = planes.iter().zip(expected).map(|(one, other)| u64::from(one.abs_diff(*other)).pow(2));
    let mean = squares.sum::<u64>() as f64 / planes.len() as f64;
    let ratio = 10.0 * (255.0_f64.powi(2) / mean.max(1e-9)).log10();
    assert!(ratio >= 40.0, "{name}: {ratio} dB");
}

fn is_near(time: Duration, expected: Duration) -> bool {
    time.abs_diff(expected) < Duration::from_micros(10)
}

/// Writes a changed copy of a file. The bytes of the first pattern that is there are replaced.
fn changed(path: &Path, name: &str, from: &[u8], to: &[u8]) -> std::path::PathBuf {
    let bytes = std::fs::read(path).expect("it was just written");
    let at = bytes.windows(from.len()).position(|window| window == from).expect("these bytes");
    let target = path.with_file_name(name);
    let all = [&bytes[..at], to, &bytes[at + to.len()..]].concat();
    std::fs::write(&target, all).expect("a folder to write to");
    target
}

#[test]
fn every_kind_has_ffmpegs_pixels_at_the_times_of_the_file() {
    let folder = folder();
    for (name, options) in kinds() {
        let path = folder.path().join(name);
        make(&path, SIZE, 30, options);
        let (times, decoded) = (times(&path), decoded(&path, 30));
        let source = once(&path);
        let mode = device(&source).expect(name).modes[0];
        assert_eq!((mode.size, mode.frame_rate.round()), (SIZE.into(), 25.0), "{name}");
        let (mut stream, player) = playing(&source);
        for (index, (time, expected)) in times.iter().zip(&decoded).enumerate() {
            let frame = next(&mut *stream);
            assert_eq!((frame.sequence, frame.validate()), (index as u64, Ok(())), "{name}");
            assert_eq!(frame.format == PixelFormat::Mjpeg, name.contains("jpeg"), "{name}");
            assert!(is_near(player.position(), *time), "{name}: {:?}", player.position());
            assert_like(frame, expected, name);
        }
        assert!(matches!(stream.next(LONG), Ok(StreamEvent::Ended)), "{name}");
    }
}

#[test]
fn frames_are_due_at_irregular_times_also_in_the_next_loop() {
    let folder = folder();
    let path = folder.path().join("irregular.mkv");
    // At 0, 40, 160, 360 and 640 ms. The last frame stays for as long as frames do on average.
    make(&path, (64, 48), 5, &format!("-vf setpts=N*N*0.04/TB -fps_mode passthrough {MJPEG}"));
    let times = times(&path);
    assert_eq!(times[4], Duration::from_millis(640));
    'attempt: for _ in 0..50 {
        let (mut stream, player) = playing(&FileSource::new(&path));
        let mut start = None;
        for index in 0..8 {
            let frame = next(&mut *stream);
            // On a busy machine frames are late, and skipped.
            if frame.captured.elapsed() > Duration::from_millis(30) {
                continue 'attempt;
            }
            assert_eq!(frame.sequence, index);
            assert!(Instant::now() >= frame.captured, "not before its time");
            let start = *start.get_or_insert(frame.captured);
            let time = times[index as usize % 5];
            assert!(is_near(player.position(), time));
            let passed = frame.captured - start;
            if index < 5 {
                assert!(is_near(passed, time), "{passed:?}");
            } else {
                let loop_len = passed - time;
                let expected = Duration::from_millis(640)..Duration::from_millis(1640);
                assert!(expected.contains(&loop_len) && loop_len > times[4], "{loop_len:?}");
            }
        }
        return;
    }
    panic!("the machine is too busy");
}

#[test]
fn seeking_leads_to_the_frame_that_is_shown_at_a_time() {
    let folder = folder();
    let other = [("clip.y4m", "-pix_fmt yuv420p"), ("clip.avi", MJPEG), ("clip.mjpeg", MJPEG)];
    for (name, options) in kinds().into_iter().chain(other) {
        let path = folder.path().join(name);
        make(&path, SIZE, 30, options);
        let decoded = decoded(&path, 30);
        let at = |frames: f64| Duration::from_secs_f64(frames / 25.0);
        for paused in [true, false] {
            let source = FileSource::new(&path).playback(Playback::EveryFrame).paused(paused);
            let (mut stream, player) = playing(&source);
            next(&mut *stream);
            // Between two frames, on one, back, in another group of pictures, and beyond the end.
            for (target, index) in [
                (at(5.5), 5),
                (at(20.01), 20),
                (at(2.01), 2),
                (Duration::ZERO, 0),
                (at(13.5), 13),
                (at(1e6), 29),
            ] {
                player.seek(target);
                assert_eq!(player.position(), target, "at once");
                assert_like(next(&mut *stream), &decoded[index], &format!("{name} at {target:?}"));
                assert!(is_near(player.position(), at(index as f64)), "{name} at {target:?}");
            }
            player.seek(at(10.5));
            next(&mut *stream);
            player.play();
            assert_like(next(&mut *stream), &decoded[11], name);
        }
    }
}

#[test]
fn a_pause_holds_the_frame_and_cuts_no_time() {
    let folder = folder();
    let path = folder.path().join("clip.mkv");
    make(&path, (64, 48), 30, MJPEG);
    let (mut stream, player) = playing(&FileSource::new(&path));
    let first = next(&mut *stream);
    player.pause();
    let held = player.position();
    for _ in 0..2 {
        let again = next(&mut *stream);
        assert!(*again.buffer == *first.buffer, "sent again for tracks that join later");
        assert!(again.captured >= first.captured + Duration::from_secs(1));
    }
    assert_eq!((player.position(), player.paused()), (held, true));
    player.play();
    let after = next(&mut *stream);
    // The pause took two seconds: the clip would have ended.
    assert!(after.captured >= first.captured + Duration::from_secs(1));
    assert!(!player.position().is_zero() && player.position() < Duration::from_secs(1));
}

#[test]
fn a_file_that_is_paused_does_not_end() {
    let folder = folder();
    let path = folder.path().join("clip.mkv");
    make(&path, (64, 48), 3, MJPEG);
    let (mut stream, player) = playing(&once(&path).paused(true));
    player.seek(Duration::MAX);
    let last = next(&mut *stream);
    assert!(*next(&mut *stream).buffer == *last.buffer);
    player.play();
    assert!(matches!(stream.next(LONG), Ok(StreamEvent::Ended)));
}

#[test]
fn the_duration_is_known_from_the_header_or_after_the_first_pass() {
    let folder = folder();
    for (name, is_known) in [("clip.mkv", true), ("clip.mov", true), ("clip.avi", false)] {
        let path = folder.path().join(name);
        make(&path, (64, 48), 5, MJPEG);
        let source = FileSource::new(&path).playback(Playback::EveryFrame);
        let (mut stream, player) = playing(&source);
        let second_fifth = Duration::from_millis(200);
        assert_eq!(player.duration(), is_known.then_some(second_fifth), "{name}");
        for _ in 0..6 {
            next(&mut *stream);
        }
        assert_eq!(player.duration(), Some(second_fifth), "{name}");
    }
}

#[test]
fn a_rate_of_the_apps_own_replaces_the_times() {
    let folder = folder();
    let path = folder.path().join("clip.mkv");
    make(&path, (64, 48), 5, MJPEG);
    let source = FileSource::new(&path).playback(Playback::EveryFrame).frame_rate(2.0);
    assert_eq!(device(&source).expect("a good file").modes[0].frame_rate, 2.0);
    let (mut stream, player) = playing(&source);
    for index in 0..5 {
        next(&mut *stream);
        assert_eq!(player.position(), Duration::from_millis(500 * index));
    }
    player.seek(Duration::from_millis(1200));
    next(&mut *stream);
    assert_eq!(player.position(), Duration::from_secs(1));
}

#[test]
#[cfg(feature = "h264")]
fn rotation_and_colors_of_the_file_are_those_of_its_frames() {
    let folder = folder();
    let plain = folder.path().join("plain.mp4");
    make(&plain, SIZE, 3, &format!("{H264} -colorspace bt709 -color_range tv"));
    let turned = folder.path().join("turned.mp4");
    // Here ffmpeg counts anticlockwise.
    let copy = ["-c", "copy", "-metadata:s:v:0", "rotate=270"];
    let [from, to] = [&plain, &turned].map(|path| path.to_str().expect("ASCII"));
    run("ffmpeg", ["-v", "error", "-i", from].into_iter().chain(copy).chain([to]));
    for (path, rotation) in [(&plain, Rotation::None), (&turned, Rotation::Clockwise90)] {
        let frame = frames(&once(path)).remove(0);
        assert_eq!((frame.size, frame.rotation), (SIZE.into(), rotation));
        assert_eq!((frame.color.matrix, frame.color.range), (MatrixCoefficients::Bt709, ColorRange::Limited));
    }
    let full = folder.path().join("full.mkv");
    make(&full, SIZE, 3, &format!("{H264} -vf scale=out_range=full -color_range pc"));
    let color = frames(&once(&full)).remove(0).color;
    assert_eq!((color.matrix, color.range), (MatrixCoefficients::Bt601, ColorRange::Full));
}

#[test]
fn files_that_cannot_be_played_say_why() {
    let folder = folder();
    let made = |name: &str, options: &str| {
        let path = folder.path().join(name);
        make(&path, SIZE, 3, options);
        path
    };
    let written = |name: &str, bytes: &[u8]| {
        let path = folder.path().join(name);
        std::fs::write(&path, bytes).expect("a folder to write to");
        path
    };
    let sound = folder.path().join("sound.mp4");
    let sound_path = sound.to_str().expect("ASCII");
    run("ffmpeg", ["-v", "error", "-f", "lavfi", "-i", "sine=duration=1", "-c:a", "aac", sound_path]);
    let jpeg = made("jpeg.mov", MJPEG);
    let bytes = std::fs::read(&jpeg).expect("it was just written");
    let matroska = made("jpeg.mkv", MJPEG);
    // The element PixelWidth of 320 pixels.
    let huge = changed(&matroska, "huge.mkv", &[0xB0, 0x82, 0x01, 0x40], &[0xB0, 0x82, 0xFF, 0xFF]);
    for (path, name, word) in [
        (
            made("hevc.mp4", "-c:v libx265 -x265-params log-level=error"),
            ErrorName::NotSupported,
            "H.265 (HEVC)",
        ),
        (made("mpeg4.mkv", "-c:v mpeg4"), ErrorName::NotSupported, "MPEG-4 Part 2"),
        (sound, ErrorName::NotSupported, "no video"),
        (changed(&jpeg, "encrypted.mov", b"jpeg\0\0\0\0", b"encv"), ErrorName::NotSupported, "encrypted"),
        (written("cut.mov", &bytes[..bytes.len() / 2]), ErrorName::Data, "its index is missing"),
        (huge, ErrorName::Data, "impossible size of 65535x180"),
        (written("photo.heic", b"\0\0\0\x20ftypheic\0\0\0\0mif1heic"), ErrorName::NotSupported, "image/heic"),
        (written("short.mkv", b"\x1a\x45\xdf\xa3\x9f\x42"), ErrorName::Data, "cut short"),
        (folder.path().join("missing.mp4"), ErrorName::NotFound, "no such file"),
    ] {
        let error = device(&FileSource::new(&path)).expect_err(word);
        assert!(error.name == name && error.message.contains(word), "{}: {error}", path.display());
    }
    for (codec, feature, is_built, name, options) in [
        ("VP9", "`vpx`", cfg!(feature = "vpx"), "vp9.webm", VP9),
        ("H.264", "`h264`", cfg!(feature = "h264"), "h264.mp4", H264),
    ] {
        if !is_built {
            let error = device(&FileSource::new(made(name, options))).expect_err(name);
            assert_eq!(error.name, ErrorName::NotSupported);
            assert!(error.message.contains(codec) && error.message.contains(feature), "{error}");
        }
    }
}

#[test]
#[cfg(feature = "h264")]
fn video_of_10_bits_says_what_it_is() {
    let folder = folder();
    for name in ["deep.mp4", "deep.mkv"] {
        let path = folder.path().join(name);
        make(&path, SIZE, 3, "-c:v libx264 -pix_fmt yuv420p10le");
        let error = device(&once(&path)).expect_err("10 bits");
        assert!(
            error.name == ErrorName::NotSupported && error.message.contains("more than 8 bits"),
            "{error}"
        );
    }
}

#[test]
#[cfg(unix)]
fn a_file_that_may_not_be_read_is_not_allowed() {
    use std::os::unix::fs::PermissionsExt;

    let folder = folder();
    let path = folder.path().join("clip.mkv");
    make(&path, (64, 48), 3, MJPEG);
    std::fs::set_permissions(&path, PermissionsExt::from_mode(0o000)).expect("our own file");
    // The system's administrator may read any file.
    if std::fs::File::open(&path).is_err() {
        assert_eq!(device(&once(&path)).expect_err("no permission").name, ErrorName::NotAllowed);
    }
}

#[test]
fn a_file_without_frames_or_with_a_duration_of_0_has_an_end() {
    let folder = folder();
    let path = folder.path().join("clip.mkv");
    make(&path, (64, 48), 3, MJPEG);
    let bytes = std::fs::read(&path).expect("it was just written");
    let cluster = bytes.windows(4).position(|id| id == [0x1F, 0x43, 0xB6, 0x75]).expect("a cluster");
    let empty = folder.path().join("empty.mkv");
    std::fs::write(&empty, &bytes[..cluster]).expect("a folder to write to");
    for source in [FileSource::new(&empty), once(&empty)] {
        let (mut stream, _) = playing(&source);
        assert_eq!(stream.next(LONG).expect_err("no frame").name, ErrorName::Data);
    }
    // The element Duration, a number of 8 bytes.
    let at = bytes.windows(3).position(|id| id == [0x44, 0x89, 0x88]).expect("a duration");
    let zero = folder.path().join("zero.mkv");
    std::fs::write(&zero, [&bytes[..at + 3], &[0; 8], &bytes[at + 11..]].concat())
        .expect("a folder to write to");
    assert_eq!(frames(&once(&zero)).len(), 3);
    let (_, player) = playing(&once(&zero));
    assert_eq!(player.duration(), None);
}
