//! Several consumers of one camera, and the end of streams.

use std::{fs, time::Duration};

use viewfinder_cameras::Selection;

use crate::{
    camera, daemon, frame, open,
    producer::{Buffers, GRAY8, Producer, rate, raw, size},
    session::{in_session, wait},
};

#[test]
fn two_consumers_read_at_once() {
    in_session("sharing::two_consumers_read_at_once", |session| {
        let _managed = session.managed();
        let formats = vec![raw(GRAY8, vec![size(64, 64), rate(30, 1)])];
        let buffers = Buffers { blocks: 1, size: 4096, stride: 64 };
        let _source = Producer::new("shared", formats, buffers, |draft| {
            draft.blocks[0].fill((draft.number % 251) as u8)
        });
        let cameras = daemon();
        let camera = camera(&cameras, "shared");
        let mut first = open(&cameras, &camera, 0);
        let mut second = open(&cameras, &camera, 0);
        let mut newest = [0_u8; 2];
        for _ in 0..30 {
            for (stream, last) in [&mut first, &mut second].into_iter().zip(&mut newest) {
                let (least, greatest) = frame(stream, |frame| {
                    let bytes = frame.planes[0].bytes;
                    (bytes.iter().min().copied(), bytes.iter().max().copied())
                });
                assert_eq!(least, greatest, "a frame is of one piece");
                *last = least.expect("it has bytes");
            }
        }
        assert!(newest[0].abs_diff(newest[1]) <= 6, "both see the same frames: {newest:?}");
        drop(first);
        frame(&mut second, |_| ());
    });
}

#[test]
fn the_second_consumer_gets_the_format_that_runs() {
    in_session("sharing::the_second_consumer_gets_the_format_that_runs", |session| {
        let _managed = session.managed();
        let formats =
            vec![raw(GRAY8, vec![size(64, 64), rate(30, 1)]), raw(GRAY8, vec![size(32, 32), rate(30, 1)])];
        let _source =
            Producer::new("one-format", formats, Buffers { blocks: 1, size: 4096, stride: 0 }, |draft| {
                draft.blocks[0].fill(3)
            });
        let cameras = daemon();
        let camera = camera(&cameras, "one-format");
        let mut first = open(&cameras, &camera, 0);
        assert_eq!(frame(&mut first, |frame| frame.width), 64);
        let chosen = Selection { format: 1, range: 0, rate: 30.0 };
        let mut second = cameras.open(&camera, &chosen).expect("it is shared");
        assert_eq!(second.format().width, 64, "the format tells it");
        assert_eq!(frame(&mut second, |frame| frame.width), 64);
        assert_eq!(frame(&mut first, |frame| frame.width), 64, "the first isn't disturbed");
        drop((first, second));
        let mut alone = cameras.open(&camera, &chosen).expect("it is free");
        assert_eq!(frame(&mut alone, |frame| frame.width), 32);
    });
}

#[test]
fn a_slow_reader_gets_the_newest_frame_and_counts_the_others() {
    in_session("sharing::a_slow_reader_gets_the_newest_frame_and_counts_the_others", |session| {
        let _managed = session.managed();
        let formats = vec![raw(GRAY8, vec![size(64, 64), rate(30, 1)])];
        let buffers = Buffers { blocks: 1, size: 4096, stride: 64 };
        let _source = Producer::new("fast", formats, buffers, |draft| {
            draft.blocks[0].fill((draft.number % 256) as u8);
            // The camera skips every tenth number.
            draft.number += draft.number / 9;
        });
        let cameras = daemon();
        let camera = camera(&cameras, "fast");
        let mut stream = open(&cameras, &camera, 0);
        let mut last: Option<u64> = None;
        let mut lost = 0;
        for _ in 0..6 {
            let (byte, missing) = frame(&mut stream, |frame| (frame.planes[0].bytes[0], frame.lost));
            let number = u64::from(byte);
            if let Some(last) = last {
                assert_eq!(missing, number + number / 9 - (last + last / 9) - 1, "from {last} to {number}");
                lost += missing;
            }
            last = Some(number);
            std::thread::sleep(Duration::from_millis(150));
        }
        assert!(lost >= 5, "{lost}");
    });
}

#[test]
fn closing_ends_the_thread() {
    in_session("sharing::closing_ends_the_thread", |session| {
        let _managed = session.managed();
        let formats = vec![raw(GRAY8, vec![size(8, 8), rate(30, 1)])];
        let _source = Producer::new("closed", formats, Buffers { blocks: 1, size: 64, stride: 8 }, |_| {});
        let cameras = daemon();
        let camera = camera(&cameras, "closed");
        let (threads, files) = (threads(), files());
        for _ in 0..10 {
            let mut stream = open(&cameras, &camera, 0);
            frame(&mut stream, |_| ());
            let mut watcher = cameras.watch().expect("PipeWire runs");
            let _ = watcher.next(Duration::ZERO);
        }
        wait("the end of the threads", || self::threads() <= threads);
        wait("the end of the files", || self::files() <= files + 2);
    });
}

fn threads() -> usize {
    fs::read_dir("/proc/self/task").map_or(0, Iterator::count)
}

fn files() -> usize {
    fs::read_dir("/proc/self/fd").map_or(0, Iterator::count)
}
