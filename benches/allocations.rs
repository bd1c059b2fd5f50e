//! What a frame allocates on its way to the GPU, once running.

use std::{alloc::System, hint::black_box, time::Duration};

use bevy::math::UVec2;
use bevy_viewfinder::{
    frame::{Frame, FramePool, MjpegDecoder, PixelFormat, frame_slot},
    source::{Next, Source, SyntheticSource},
};
use measure::{Table, goal};
use nokhwa_core::{
    buffer::Buffer,
    pixel_format::RgbFormat,
    types::{FrameFormat, Resolution},
};
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
        let driver = picture(format);
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
            let buffer = Buffer::new(Resolution::new(SIZE.x, SIZE.y), &driver, theirs);
            let rgb = buffer.decode_image::<RgbFormat>().expect("a whole frame");
            let mut rgba = Vec::with_capacity(rgb.len() / 3 * 4);
            for pixel in rgb.chunks_exact(3) {
                rgba.extend_from_slice(&[pixel[0], pixel[1], pixel[2], 255]);
            }
            black_box(rgba);
        });
        let compressed = format == PixelFormat::Mjpeg;
        met &= compressed || ours.0 == 0.0;
        let ours_is = if compressed { "this crate: the JPEG decoder's own" } else { "this crate" };
        for (name, (allocations, bytes)) in
            [(ours_is, ours), ("the usual path, without its image asset", usual)]
        {
            table.row([
                format!("{format:?}"),
                name.into(),
                format!("{allocations:.1}"),
                format!("{:.0}", bytes / 1e3),
            ]);
        }
    }
    println!("{table}");
    goal("no allocation for a raw frame", if met { "0" } else { "some" }, met);
}

/// Allocations and their bytes, for each frame, once running.
fn count(mut frame: impl FnMut()) -> (f64, f64) {
    (0..FRAMES / 10).for_each(|_| frame());
    let region = Region::new(ALLOCATOR);
    (0..FRAMES).for_each(|_| frame());
    let change = region.change();
    let allocations = (change.allocations + change.reallocations) as f64;
    (allocations / FRAMES as f64, change.bytes_allocated as f64 / FRAMES as f64)
}

/// The bytes of the synthetic camera's first frame.
fn picture(format: PixelFormat) -> Vec<u8> {
    let source = SyntheticSource::default().with_size(SIZE).with_format(format);
    let device = &source.devices().expect("it is always there")[0];
    let mut stream =
        source.open(&device.id, &device.modes[0], &FramePool::default()).expect("it always opens");
    match stream.next(Duration::from_secs(1)) {
        Ok(Next::Frame(frame)) => frame.buffer.to_vec(),
        other => panic!("no frame: {other:?}"),
    }
}
