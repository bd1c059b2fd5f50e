//! JPEG frames of cameras.

use bevy::math::UVec2;
use bevy_viewfinder::{
    error::{ErrorName, MediaError},
    frame::{Frame, FramePool, MjpegDecoder, PixelFormat},
};

use super::Outcome;

/// The largest number of pixels that are converted to RGBA: the conversion reads every one.
const MOST_PIXELS: u32 = 1 << 14;

pub(super) fn run(data: &[u8]) -> Outcome {
    let decoder = MjpegDecoder::new(FramePool::default());
    let Ok(frame) = decode(&decoder, data, 0) else { return Outcome::Refused };
    frame.validate().expect("a decoded frame is valid");
    if frame.size.element_product() <= MOST_PIXELS {
        let rgba = frame.to_rgba().expect("a decoded frame is valid");
        assert_eq!(rgba.len(), frame.size.element_product() as usize * 4);
    }
    // Another image, and the same again in memory that was used.
    let _ = decode(&decoder, &data[..data.len() / 2], 0);
    let again = decode(&decoder, data, 0).expect("it was decoded before");
    assert_eq!((frame.size, frame.format), (again.size, again.format));
    for index in 0..frame.format.plane_count() {
        let (row_len, _) = frame.format.plane_extent(index, frame.size);
        let rows = frame.plane(index).chunks(frame.planes[index].stride);
        let others = again.plane(index).chunks(again.planes[index].stride);
        assert!(rows.zip(others).all(|(row, other)| row[..row_len] == other[..row_len]), "plane {index}");
    }
    // A device that sends two fields reports the height of both.
    if let Ok(woven) = decode(&decoder, data, frame.size.y.saturating_mul(2)) {
        woven.validate().expect("a decoded frame is valid");
    }
    Outcome::Accepted
}

/// Decodes a frame of a device that reports this height.
fn decode(decoder: &MjpegDecoder, jpeg: &[u8], height: u32) -> Result<Frame, MediaError> {
    let size = UVec2::new(0, height);
    let decoded = decoder.decode(Frame::packed(PixelFormat::Mjpeg, size, jpeg.to_vec().into()));
    if let Err(error) = &decoded {
        assert!(matches!(error.name, ErrorName::Data | ErrorName::NotSupported), "{error}");
    }
    decoded
}
