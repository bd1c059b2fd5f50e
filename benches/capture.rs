//! What a raw frame costs the capture thread, from the driver's buffer until it is ready for the GPU.

use std::{hint::black_box, time::Duration};

use bevy::{
    asset::RenderAssetUsages,
    math::UVec2,
    prelude::Image,
    render::render_resource::{Extent3d, TextureDimension, TextureFormat},
};
use bevy_viewfinder::{
    frame::{Frame, FramePool, PixelFormat, frame_slot},
    source::{Next, Source, SyntheticSource},
};
use measure::{Case, Table, goal, in_turns, time, times};
use nokhwa_core::{
    buffer::Buffer,
    pixel_format::RgbFormat,
    types::{FrameFormat, Resolution},
};

const SIZE: UVec2 = UVec2::new(1920, 1080);
const ROUNDS: usize = 200;

fn main() {
    println!(
        "The processor's time for one frame of 1920x1080, from the driver's buffer until it can be uploaded.\n"
    );
    let mut table = Table::new(["format", "", "median", "p95", "to the copy"]);
    let mut goals = Vec::new();
    for (format, theirs) in [(PixelFormat::Yuyv, FrameFormat::YUYV), (PixelFormat::Nv12, FrameFormat::NV12)] {
        // A driver fills its buffers in turns, so that what is read isn't in the processor's cache already.
        let picture = picture(format);
        let driver: Vec<Vec<u8>> = vec![picture; 4];
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
                    black_box(usual_path(next(of_usual), theirs));
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

/// What camera plugins do for each frame.
fn usual_path(bytes: &[u8], format: FrameFormat) -> Image {
    let buffer = Buffer::new(Resolution::new(SIZE.x, SIZE.y), bytes, format);
    let rgb = buffer.decode_image::<RgbFormat>().expect("a whole frame");
    let mut rgba = Vec::with_capacity(rgb.len() / 3 * 4);
    for pixel in rgb.chunks_exact(3) {
        rgba.extend_from_slice(&[pixel[0], pixel[1], pixel[2], 255]);
    }
    Image::new(
        Extent3d { width: SIZE.x, height: SIZE.y, depth_or_array_layers: 1 },
        TextureDimension::D2,
        rgba,
        TextureFormat::Rgba8UnormSrgb,
        RenderAssetUsages::default(),
    )
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
