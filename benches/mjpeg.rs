//! The cost of an MJPEG frame on the capture thread, from the driver's buffer until it is ready for the GPU.

use std::hint::black_box;

use bevy::math::UVec2;
use bevy_viewfinder::{
    frame::{Frame, FramePool, MjpegDecoder, PixelFormat},
    internal::frame_slot,
};
use measure::{Case, Table, frames::usual_path, goal, in_turns, time, times};
use nokhwa_core::types::FrameFormat;
use turbojpeg::{Decompressor, Subsamp, YuvImage, yuv_pixels_len};

const SIZE: UVec2 = UVec2::new(1920, 1080);
const ROUNDS: usize = 60;

fn main() {
    println!("The processor's time for one JPEG of 1920x1080, quality 85, until it can be uploaded.\n");
    let mut table = Table::new(["JPEG", "", "median", "p95", "to libjpeg-turbo"]);
    let mut goals = Vec::new();
    let picture = picture();
    for (name, sampling) in [("4:2:2", Subsamp::Sub2x1), ("4:2:0", Subsamp::Sub2x2)] {
        let jpeg = encode(&picture, sampling);
        let mut decompressor = Decompressor::new().expect("a decoder");
        let len = yuv_pixels_len(SIZE.x as usize, 4, SIZE.y as usize, sampling).expect("a size that fits");
        let mut turbo_planes = vec![0; len];

        let pool = FramePool::default();
        let decoder = MjpegDecoder::new(pool.clone());
        let (writer, reader) = frame_slot();
        let timings = in_turns(
            ROUNDS,
            [
                Case::new("libjpeg-turbo, to planes", || {
                    let target = YuvImage {
                        pixels: &mut turbo_planes[..],
                        width: SIZE.x as usize,
                        height: SIZE.y as usize,
                        align: 4,
                        subsamp: sampling,
                    };
                    decompressor.decompress_to_yuv(&jpeg, target).expect("a whole JPEG");
                    black_box(&mut turbo_planes);
                }),
                Case::new("this crate", || {
                    let frame = Frame::packed(PixelFormat::Mjpeg, SIZE, pool.copy_of(&jpeg));
                    frame.validate().expect("a JPEG");
                    let frame = decoder.decode(frame).expect("a whole JPEG");
                    frame.validate().expect("a whole frame");
                    writer.put(frame);
                    black_box(reader.take());
                }),
                Case::new("the usual path", || {
                    black_box(usual_path(&jpeg, FrameFormat::MJPEG, SIZE));
                }),
            ],
        );
        let [turbo, ours, usual] = &timings[..] else { unreachable!("three cases give three timings") };
        for timing in &timings {
            table.row([
                format!("{name}, {} kB", jpeg.len() / 1000),
                timing.name.clone(),
                time(timing.median()),
                time(timing.percentile(95)),
                times(timing.ratio_to(turbo)),
            ]);
        }
        goals.push((name, ours.ratio_to(turbo), usual.ratio_to(ours)));
    }
    println!("{table}");
    println!(
        "The usual path: nokhwa's buffer, its decoder (mozjpeg, which is libjpeg-turbo's decoder) to RGB, a loop to \
         RGBA, a new image asset.\n"
    );
    for (name, to_turbo, to_usual) in goals {
        goal(&format!("{name}, at most the time of libjpeg-turbo"), times(to_turbo), to_turbo <= 1.0);
        goal(&format!("{name}, 1.8 times faster than the usual path"), times(to_usual), to_usual >= 1.8);
    }
}

fn encode(rgb: &[u8], sampling: Subsamp) -> Vec<u8> {
    let image = turbojpeg::Image {
        pixels: rgb,
        width: SIZE.x as usize,
        pitch: SIZE.x as usize * 3,
        height: SIZE.y as usize,
        format: turbojpeg::PixelFormat::RGB,
    };
    turbojpeg::compress(image, 85, sampling).expect("an image that can be encoded").to_vec()
}

/// An image with the detail of a camera's: soft shapes of every size, edges, and a sensor's noise.
fn picture() -> Vec<u8> {
    let mut rgb = Vec::with_capacity((SIZE.x * SIZE.y * 3) as usize);
    for y in 0..SIZE.y {
        for x in 0..SIZE.x {
            let shapes: f32 =
                (3..9).map(|octave| smooth_noise(x, y, octave) * (1 << octave) as f32 / 512.0).sum();
            let edge = if (x / 160 + y / 120) % 3 == 0 { 40.0 } else { 0.0 };
            let grain = (hash(x, y, 0) - 0.5) * 10.0;
            let light = 20.0 + 180.0 * shapes + edge + grain;
            let tint = smooth_noise(x, y, 8) * 60.0;
            rgb.extend([light + tint, light, light - tint + 20.0].map(|value| value.clamp(0.0, 255.0) as u8));
        }
    }
    rgb
}

/// 0 to 1, a chance value for each place.
fn hash(x: u32, y: u32, seed: u32) -> f32 {
    let mut value =
        x.wrapping_mul(0x9e37_79b1) ^ y.wrapping_mul(0x85eb_ca77) ^ seed.wrapping_mul(0xc2b2_ae3d);
    value ^= value >> 15;
    value = value.wrapping_mul(0x2c1b_3c6d);
    value ^= value >> 12;
    value = value.wrapping_mul(0x297a_2d39);
    value ^= value >> 15;
    value as f32 / u32::MAX as f32
}

/// 0 to 1, chance values 2^octave pixels apart, and what lies between them.
fn smooth_noise(x: u32, y: u32, octave: u32) -> f32 {
    let (cell_x, cell_y) = (x >> octave, y >> octave);
    let part = |value: u32| {
        let part = (value & ((1 << octave) - 1)) as f32 / (1 << octave) as f32;
        part * part * (3.0 - 2.0 * part)
    };
    let (across, down) = (part(x), part(y));
    let row = |y| {
        let (left, right) = (hash(cell_x, y, octave), hash(cell_x + 1, y, octave));
        left + (right - left) * across
    };
    let (top, bottom) = (row(cell_y), row(cell_y + 1));
    top + (bottom - top) * down
}
