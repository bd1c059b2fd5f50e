//! A device that the app feeds.

use std::thread;

use bevy::math::UVec2;

use crate::{
    device::{DeviceId, NativeMode},
    frame::{Frame, FramePool, PixelFormat},
    run::LONG,
    source::{CustomFeed, CustomSource, Source, StreamEvent},
};

const SIZE: UVec2 = UVec2::ONE;
const MODE: NativeMode = NativeMode { size: SIZE, frame_rate: 30.0, format: PixelFormat::Rgba32 };

fn source() -> (CustomSource, CustomFeed) {
    CustomSource::new("Test", [MODE])
}

fn push(feed: &CustomFeed) {
    assert_eq!(feed.push_rgba(SIZE, &[7; 4]), Ok(()));
}

/// The frames until the end.
fn read(source: &CustomSource) -> Vec<Frame> {
    let opened = source.open(&DeviceId::from("Test"), &MODE, &FramePool::default());
    let mut stream = opened.expect("nobody else reads it");
    let mut frames = Vec::new();
    loop {
        match stream.next(LONG).expect("it has no errors") {
            StreamEvent::Frame(frame) => frames.push(frame),
            StreamEvent::Ended => return frames,
            other => panic!("{other:?}"),
        }
    }
}

/// Threads that push at once: the frame with the highest number wins, none comes after a newer one, and the end comes
/// after the last.
pub fn threads_feed_one_device() {
    let (source, feed) = source();
    let reading = thread::spawn(move || read(&source));
    let pushing = [0, 1].map(|_| {
        let feed = feed.clone();
        thread::spawn(move || (0..2).for_each(|_| push(&feed)))
    });
    pushing.into_iter().for_each(|pushing| pushing.join().expect("it only pushes"));
    while !feed.is_live() {
        thread::yield_now();
    }
    feed.end();
    let frames = reading.join().expect("it only reads");
    let numbers: Vec<_> = frames.iter().map(|frame| frame.sequence).collect();
    assert!(numbers.is_sorted() && numbers.last() == Some(&3), "{numbers:?}");
}

/// Feeds that are dropped while others push end the device, after the last frame.
pub fn dropped_feeds_end_the_device() {
    let (source, feed) = source();
    let pushing = [feed.clone(), feed].map(|feed| thread::spawn(move || push(&feed)));
    let frames = read(&source);
    pushing.into_iter().for_each(|pushing| pushing.join().expect("it only pushes"));
    assert_eq!(frames.last().map(|frame| frame.sequence), Some(1));
}
