//! The memory of the GPU that frames are copied to.

use std::thread;

use bevy::{math::UVec2, render::renderer::RenderDevice};
use wgpu::{CommandEncoder, Device, Texture};

use crate::frame::{Frame, FramePool, FrameReader, PixelFormat, Staging, TrackFrame, frame_slot};

const FRAMES: u8 = 12;

fn frame(pool: &FramePool, shade: u8) -> Frame {
    Frame::packed(PixelFormat::Gray, UVec2::new(2, 1), pool.copy_of(&[shade; 2]))
}

/// Uploads the newest frame, if there is one, and its memory isn't of another device. Returns its shade, and the
/// texture that is to have it.
fn render(reader: &FrameReader<(u8, TrackFrame)>, device: &RenderDevice) -> Option<(u8, Texture)> {
    let (shade, frame) = reader.take()?;
    let Some(staged) = frame.staged else {
        assert_eq!(*frame.frame.buffer, [shade; 2], "a frame that isn't staged keeps its bytes");
        return None;
    };
    let (texture, mut encoder) = (Texture::default(), CommandEncoder::default());
    let upload = staged.upload(&[texture.clone()], device, &mut encoder)?;
    device.wgpu_device().submit(encoder);
    upload.map();
    Some((shade, texture))
}

/// Captures, renders and lets the GPU work, each on a thread.
fn run(staging: Staging, device: Device, renderer: impl FnOnce() + Send + 'static, is_lost: bool) {
    let (writer, reader) = frame_slot();
    let capturing = thread::spawn(move || {
        let pool = FramePool::default();
        for shade in 1..=FRAMES {
            writer.put((shade, staging.stage(frame(&pool, shade))));
        }
    });
    let gpu = device.clone();
    let working = thread::spawn(move || {
        for _ in 0..2 {
            // It is slow.
            (0..8).for_each(|_| thread::yield_now());
            gpu.execute(is_lost);
        }
    });
    let render_device = RenderDevice(device.clone());
    let mut shown = Vec::new();
    for _ in 0..6 {
        shown.extend(render(&reader, &render_device));
    }
    renderer();
    shown.extend(render(&reader, &render_device));
    for thread in [capturing, working] {
        thread.join().expect("each buffer is used as wgpu demands");
    }
    shown.extend(render(&reader, &render_device));
    device.execute(is_lost);
    for (shade, texture) in shown {
        assert_eq!(texture.pixels()[..2], [shade; 2], "no later frame is written over it");
    }
    drop(reader);
    let (_, most) = device.buffers();
    assert!(most <= 4, "{most} buffers");
}

/// Each buffer has one user at a time, there are at most four, and none is left at the end.
pub fn buffers_go_round() {
    let device = Device::default();
    let staging = Staging::default();
    staging.offer(&RenderDevice(device.clone()));
    run(staging, device.clone(), || {}, false);
    assert_eq!(device.buffers().0, 0, "none is left");
}

/// Buffers of a device that is lost, or that another replaces, are dropped.
pub fn a_lost_device_keeps_no_buffer() {
    let (device, next) = (Device::default(), Device::default());
    let staging = Staging::default();
    staging.offer(&RenderDevice(device.clone()));
    let (renderer, other) = (staging.clone(), next.clone());
    run(staging, device.clone(), move || renderer.offer(&RenderDevice(other)), true);
    assert_eq!((device.buffers().0, next.buffers().0), (0, 0), "none is left");
}
