//! The allocations of a frame on its way to the GPU, after the first frames.

use std::{alloc::System, hint::black_box};

use bevy::math::UVec2;
use bevy_viewfinder::{
    frame::{Frame, FramePool, MjpegDecoder, PixelFormat},
    internal::frame_slot,
};
use measure::{
    Table,
    frames::{frame_bytes, usual_path},
    goal,
};
use nokhwa_core::types::FrameFormat;
use stats_alloc::{INSTRUMENTED_SYSTEM, Region, StatsAlloc};

#[global_allocator]
static ALLOCATOR: &StatsAlloc<System> = &INSTRUMENTED_SYSTEM;

const SIZE: UVec2 = UVec2::new(1280, 720);
const FRAMES: usize = 200;

fn main() {
    println!("Allocations for a frame of 1280x720, counted over {FRAMES} frames once running.\n");
    let mut table = Table::new(["format", "", "allocations per frame", "kB per frame"]);
    let mut met = true;
    for (format, theirs) in [
        (PixelFormat::Yuyv, FrameFormat::YUYV),
        (PixelFormat::Nv12, FrameFormat::NV12),
        (PixelFormat::Mjpeg, FrameFormat::MJPEG),
    ] {
        let driver = frame_bytes(format, SIZE);
        let pool = FramePool::default();
        let decoder = MjpegDecoder::new(pool.clone());
        let (writer, reader) = frame_slot();
        let ours = count(|| {
            let frame = Frame::packed(format, SIZE, pool.copy_of(&driver));
            frame.validate().expect("a whole frame");
            let frame = decoder.decode(frame).expect("a whole frame");
            writer.put(frame);
            black_box(reader.take());
        });
        let usual = count(|| {
            black_box(usual_path(&driver, theirs, SIZE));
        });
        met &= ours.0 == 0.0;
        for (name, (allocations, bytes)) in [("this crate", ours), ("the usual path", usual)] {
            table.row([
                format!("{format:?}"),
                name.into(),
                format!("{allocations:.1}"),
                format!("{:.0}", bytes / 1e3),
            ]);
        }
    }
    println!("{table}");
    goal("no allocation for a frame", if met { "0" } else { "some" }, met);
}

/// Allocations and their bytes for each frame, after the first frames.
fn count(mut frame: impl FnMut()) -> (f64, f64) {
    (0..FRAMES / 10).for_each(|_| frame());
    let region = Region::new(ALLOCATOR);
    (0..FRAMES).for_each(|_| frame());
    let change = region.change();
    let allocations = (change.allocations + change.reallocations) as f64;
    (allocations / FRAMES as f64, change.bytes_allocated as f64 / FRAMES as f64)
}
