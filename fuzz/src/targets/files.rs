//! Files of any bytes, and what [`FileSource`] shows of them.

use std::{
    cell::RefCell,
    fs::{self, File},
    hash::{DefaultHasher, Hasher},
    io::Write,
    path::{Path, PathBuf},
    time::Duration,
};

use bevy_viewfinder::{
    error::{ErrorName, MediaError},
    frame::{Frame, FramePool, PixelFormat},
    source::{FileSource, Playback, Source, Stream, StreamEvent},
};

use super::Outcome;

/// The most frames that are read of a file.
const MOST_FRAMES: usize = 24;

/// The most calls for them.
const MOST_CALLS: usize = 96;

thread_local! {
    /// The folder of this thread's file.
    static FOLDER: RefCell<Option<tempfile::TempDir>> = const { RefCell::new(None) };
}

/// Writes a file with this name, and calls a function with its path.
pub(super) fn with_file<T>(name: &str, data: &[u8], use_file: impl FnOnce(&Path) -> T) -> T {
    let path: PathBuf = FOLDER.with_borrow_mut(|folder| {
        folder.get_or_insert_with(|| tempfile::tempdir().expect("a temporary folder")).path().join(name)
    });
    let mut file = File::create(&path).expect("a temporary file");
    file.write_all(data).expect("room for a small file");
    drop(file);
    let result = use_file(&path);
    let _ = fs::remove_file(&path);
    result
}

/// Plays a file twice, seeks in it, and compares.
pub(super) fn play(name: &str, data: &[u8]) -> Outcome {
    with_file(name, data, |path| {
        let first = frames(path, &[]);
        let again = frames(path, &[]);
        assert_eq!(first, again, "a file shows the same frames each time");
        let Ok(shown) = first else { return Outcome::Refused };
        if !shown.is_empty() {
            // Anywhere, and by any order.
            let places = data.iter().rev().take(2).map(|byte| Duration::from_millis(u64::from(*byte) * 8));
            let places: Vec<_> = places.chain([Duration::MAX, Duration::ZERO]).collect();
            let _ = frames(path, &places);
            follow(path);
        }
        Outcome::accepted(!shown.is_empty())
    })
}

/// The digests of the first frames of a file. A seek to one of the places follows each frame, as long as there are
/// some.
fn frames(path: &Path, places: &[Duration]) -> Result<Vec<u64>, MediaError> {
    let source = FileSource::new(path).playback(Playback::EveryFrame).looping(false);
    let player = source.player();
    let pool = FramePool::default();
    let device = checked(source.devices())?.remove(0);
    let mut stream = checked(source.open(&device.id, &device.modes[0], &pool))?;
    let mut places = places.iter();
    let mut frames = vec![];
    for _ in 0..MOST_CALLS {
        if frames.len() == MOST_FRAMES {
            break;
        }
        match checked(stream.next(Duration::ZERO)) {
            Ok(StreamEvent::Frame(frame)) => {
                frames.push(digest(&frame, &*stream));
                if let Some(place) = places.next() {
                    player.seek(*place);
                }
            }
            Ok(StreamEvent::Ended) | Err(_) => break,
            Ok(_) => {}
        }
    }
    Ok(frames)
}

/// Plays a file as a camera, without waiting: paused, on, with a frame that can't be shown, and again.
fn follow(path: &Path) {
    let source = FileSource::new(path).frame_rate(1000.0).paused(true);
    let player = source.player();
    let pool = FramePool::default();
    let Ok(mut devices) = source.devices() else { return };
    let device = devices.remove(0);
    let Ok(mut stream) = source.open(&device.id, &device.modes[0], &pool) else { return };
    for call in 0..8 {
        match call {
            2 => player.play(),
            3 => stream.reject(&MediaError::data("it is broken")),
            5 => player.pause(),
            6 => player.seek(Duration::from_millis(100)),
            _ => {}
        }
        if matches!(checked(stream.next(Duration::ZERO)), Ok(StreamEvent::Ended) | Err(_)) {
            break;
        }
    }
}

/// Checks that an error has a name for files, and a message.
fn checked<T>(result: Result<T, MediaError>) -> Result<T, MediaError> {
    if let Err(error) = &result {
        assert!(matches!(error.name, ErrorName::Data | ErrorName::NotSupported), "{error}");
        assert!(!error.message.is_empty() && !error.message.contains('\n'), "{error:?}");
    }
    result
}

/// A number that stands for the bytes of a frame, which is valid.
fn digest(frame: &Frame, stream: &dyn Stream) -> u64 {
    frame.validate().expect("a frame of a file is valid, or an error");
    assert!(frame.format == PixelFormat::Mjpeg || frame.format == stream.mode().format, "{frame:?}");
    let mut hasher = DefaultHasher::new();
    hasher.write_u32(frame.size.x);
    hasher.write_u32(frame.size.y);
    hasher.write(&frame.buffer);
    hasher.finish()
}
