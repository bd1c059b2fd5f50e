//! The memory of the GPU that frames are copied to.

use std::thread;

use bevy::{math::UVec2, render::renderer::RenderDevice};
use wgpu::{CommandEncoder, Device, Texture};

use crate::frame::{
    Frame, FramePool, FrameReader, PixelFormat, Staging, StagingDevice, TrackFrame, frame_slot,
};

const FRAMES: u8 = 12;

fn frame(pool: &FramePool, shade: u8) -> Frame {
    Frame::packed(PixelFormat::Gray, UVec2::new(2, 1), pool.copy_of(&[shade; 2]))
}

/// Uploads the newest frame, if there is one, and its memory isn't of another device. Returns its shade, and the
/// texture that is to have it.
fn render(
    reader: &FrameReader<(u8, TrackFrame)>,
    device: &Device,
    staging: &StagingDevice,
) -> Option<(u8, Texture)> {
    let (shade, frame) = reader.take()?;
    let Some(staged) = frame.staged else {
        assert_eq!(*frame.frame.buffer, [shade; 2], "a frame that isn't staged keeps its bytes");
        return None;
    };
    let (texture, mut encoder) = (Texture::default(), CommandEncoder::default());
    let upload = staged.upload(&[texture.clone()], staging, &mut encoder)?;
    device.submit(encoder);
    upload.map();
    Some((shade, texture))
}

/// The device as the renderer offers it to tracks.
fn offered(device: &Device) -> StagingDevice {
    StagingDevice::new(&RenderDevice(device.clone()))
}

/// Captures, renders and lets the GPU work, each on a thread.
fn run(
    staging: Staging,
    device: Device,
    current: &StagingDevice,
    renderer: impl FnOnce() + Send + 'static,
    is_lost: bool,
) {
    let (writer, reader) = frame_slot();
    let capturing = thread::spawn(move || {
        let pool = FramePool::default();
        for shade in 1..=FRAMES {
            let frame = frame(&pool, shade);
            writer.put((shade, staging.stage(&frame.borrowed(), || frame.clone())));
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
    let mut shown = Vec::new();
    for _ in 0..6 {
        shown.extend(render(&reader, &device, current));
    }
    renderer();
    shown.extend(render(&reader, &device, current));
    for thread in [capturing, working] {
        thread.join().expect("each buffer is used as wgpu demands");
    }
    shown.extend(render(&reader, &device, current));
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
    let (staging, current) = (Staging::default(), offered(&device));
    staging.offer(&current);
    run(staging.clone(), device.clone(), &current, || {}, false);
    // After a panic of wgpu nothing would be staged.
    let frame = frame(&FramePool::default(), 1);
    let after = staging.stage(&frame.borrowed(), || frame.clone());
    assert!(after.staged.is_some(), "each buffer is used as wgpu demands");
    drop((after, staging));
    assert_eq!(device.buffers().0, 0, "none is left");
}

/// Buffers of a device that is lost, or that another replaces, are dropped.
pub fn a_lost_device_keeps_no_buffer() {
    let (device, next) = (Device::default(), Device::default());
    let (staging, current) = (Staging::default(), offered(&device));
    staging.offer(&current);
    let (renderer, other) = (staging.clone(), offered(&next));
    run(staging, device.clone(), &current, move || renderer.offer(&other), true);
    assert_eq!((device.buffers().0, next.buffers().0), (0, 0), "none is left");
}
