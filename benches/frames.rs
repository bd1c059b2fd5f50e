//! Input frames for the benches, and the usual path of a frame as the baseline.

use std::time::Duration;

use bevy::{
    asset::RenderAssetUsages,
    math::UVec2,
    prelude::Image,
    render::render_resource::{Extent3d, TextureDimension, TextureFormat},
};
use bevy_viewfinder::{
    frame::{Frame, FramePool, PixelFormat},
    source::{Source, StreamEvent, SyntheticSource},
};
use nokhwa_core::{
    buffer::Buffer,
    pixel_format::RgbFormat,
    types::{FrameFormat, Resolution},
};

/// The first frame of the synthetic device.
///
/// # Panics
/// If there is none.
pub fn frame(format: PixelFormat, size: UVec2) -> Frame {
    let source = SyntheticSource::new().size(size).format(format);
    let device = &source.devices().expect("it is always there")[0];
    let mut stream =
        source.open(&device.id, &device.modes[0], &FramePool::default()).expect("it always opens");
    match stream.next(Duration::from_secs(1)) {
        Ok(StreamEvent::Frame(frame)) => frame,
        other => panic!("no frame: {other:?}"),
    }
}

/// Its bytes.
///
/// # Panics
/// If there is none.
pub fn frame_bytes(format: PixelFormat, size: UVec2) -> Vec<u8> {
    frame(format, size).buffer.to_vec()
}

/// The usual path of a frame in camera plugins: nokhwa's buffer, its decoder to RGB, a loop to RGBA, a new image asset.
///
/// # Panics
/// If the bytes aren't a frame.
pub fn usual_path(bytes: &[u8], format: FrameFormat, size: UVec2) -> Image {
    let buffer = Buffer::new(Resolution::new(size.x, size.y), bytes, format);
    let rgb = buffer.decode_image::<RgbFormat>().expect("a whole frame");
    let mut rgba = Vec::with_capacity(rgb.len() / 3 * 4);
    for pixel in rgb.chunks_exact(3) {
        rgba.extend_from_slice(&[pixel[0], pixel[1], pixel[2], 255]);
    }
    Image::new(
        Extent3d { width: size.x, height: size.y, depth_or_array_layers: 1 },
        TextureDimension::D2,
        rgba,
        TextureFormat::Rgba8UnormSrgb,
        RenderAssetUsages::default(),
    )
}
