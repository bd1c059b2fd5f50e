//! The cost of a raw frame on the capture thread, from the driver's buffer until it is ready for the GPU.

use std::hint::black_box;

use bevy::math::UVec2;
use bevy_viewfinder::{
    frame::{Frame, FramePool, PixelFormat},
    internal::frame_slot,
};
use measure::{
    Case, Table,
    frames::{frame_bytes, usual_path},
    goal, in_turns, time, times,
};
use nokhwa_core::types::FrameFormat;

const SIZE: UVec2 = UVec2::new(1920, 1080);
const ROUNDS: usize = 200;

fn main() {
    println!(
        "The processor's time for one frame of 1920x1080, from the driver's buffer until it can be uploaded.\n"
    );
    let mut table = Table::new(["format", "", "median", "p95", "to the copy"]);
    let mut goals = Vec::new();
    for (format, theirs) in [(PixelFormat::Yuyv, FrameFormat::YUYV), (PixelFormat::Nv12, FrameFormat::NV12)] {
        // A driver fills its buffers in turns, so the data isn't in the processor's cache.
        let bytes = frame_bytes(format, SIZE);
        let driver: Vec<Vec<u8>> = vec![bytes; 4];
        let mut turns = [0; 3].map(|start| driver.iter().cycle().skip(start));
        let [of_copy, of_ours, of_usual] = &mut turns;

        let mut copy = vec![0; driver[0].len()];
        let pool = FramePool::default();
        let (writer, reader) = frame_slot();
        let timings = in_turns(
            ROUNDS,
            [
                Case::new("one copy (the floor)", || {
                    copy.copy_from_slice(next(of_copy));
                    black_box(&mut copy);
                }),
                Case::new("this crate", || {
                    let frame = Frame::packed(format, SIZE, pool.copy_of(next(of_ours)));
                    frame.validate().expect("a whole frame");
                    writer.put(frame);
                    black_box(reader.take());
                }),
                Case::new("the usual path", || {
                    black_box(usual_path(next(of_usual), theirs, SIZE));
                }),
            ],
        );
        let [copy, ours, usual] = &timings[..] else { unreachable!("three cases give three timings") };
        for timing in &timings {
            table.row([
                format!("{format:?}"),
                timing.name.clone(),
                time(timing.median()),
                time(timing.percentile(95)),
                times(timing.ratio_to(copy)),
            ]);
        }
        goals.push((format, ours.ratio_to(copy), usual.ratio_to(ours)));
    }
    println!("{table}");
    println!(
        "The usual path: nokhwa's buffer, its decoder to RGB, a loop to RGBA, a new image asset. \
         Its image must then be uploaded like ours, but is {} times as large.\n",
        4.0 / 2.0
    );
    for (format, to_copy, to_usual) in goals {
        goal(&format!("{format:?}, at most 1.3 times the copy"), times(to_copy), to_copy <= 1.3);
        goal(&format!("{format:?}, 50 times less than the usual path"), times(to_usual), to_usual >= 50.0);
    }
}

fn next<'a>(buffers: &mut impl Iterator<Item = &'a Vec<u8>>) -> &'a [u8] {
    buffers.next().expect("a cycle has no end")
}
