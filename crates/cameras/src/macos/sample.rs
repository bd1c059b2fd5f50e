//! The bytes of a sample: the planes of a pixel buffer, or the block of a compressed one.

use std::{ptr::NonNull, slice};

use objc2_core_media::{CMBlockBuffer, CMClock, CMSampleBuffer};
use objc2_core_video::{
    CVPixelBuffer, CVPixelBufferGetBaseAddress, CVPixelBufferGetBaseAddressOfPlane,
    CVPixelBufferGetBytesPerRow, CVPixelBufferGetBytesPerRowOfPlane, CVPixelBufferGetHeight,
    CVPixelBufferGetHeightOfPlane, CVPixelBufferGetPixelFormatType, CVPixelBufferGetPlaneCount,
    CVPixelBufferGetWidth, CVPixelBufferLockBaseAddress, CVPixelBufferLockFlags,
    CVPixelBufferUnlockBaseAddress, kCVReturnSuccess,
};

use super::device::color;
use crate::{Color, Error, Format, Frame, Orientation, PixelCode, Plane, frame::age_of_seconds};

/// Lends a sample's frame to `read`.
pub(super) fn read(
    sample: &CMSampleBuffer,
    format: &Format,
    lost: u64,
    read: &mut dyn FnMut(&Frame<'_>),
) -> Result<(), Error> {
    // SAFETY: These functions have no precondition.
    let (image, data, description, captured, now) = unsafe {
        (
            sample.image_buffer(),
            sample.data_buffer(),
            sample.format_description(),
            sample.presentation_time_stamp().seconds(),
            CMClock::host_time_clock().time().seconds(),
        )
    };
    let age = age_of_seconds(now, captured);
    let color =
        |code| description.as_ref().map_or_else(Color::default, |description| color(code, description));
    if let Some(image) = image {
        let lock = Lock::new(&image)?;
        let code = PixelCode::OsType(CVPixelBufferGetPixelFormatType(&image));
        let (width, height) = (side(CVPixelBufferGetWidth(&image))?, side(CVPixelBufferGetHeight(&image))?);
        let planes = lock.planes(code, width, height)?;
        let (color, orientation) = (color(code), Orientation::default());
        read(&Frame { width, height, code, color, planes, age, lost, damaged: false, orientation });
        return Ok(());
    }
    let data = data.ok_or_else(|| Error::Failed("the camera sent a sample without bytes".into()))?;
    let bytes = copy(&data)?;
    let planes = vec![Plane { bytes: &bytes, stride: 0, bottom_up: false }];
    let (code, width, height) = (format.code, format.width, format.height);
    let (color, orientation) = (color(code), Orientation::default());
    read(&Frame { width, height, code, color, planes, age, lost, damaged: false, orientation });
    Ok(())
}

fn side(pixels: usize) -> Result<u32, Error> {
    u32::try_from(pixels).map_err(|_| Error::Failed(format!("a frame can't be {pixels} pixels wide or high")))
}

/// A pixel buffer whose memory may be read until the drop.
struct Lock<'a>(&'a CVPixelBuffer);

impl<'a> Lock<'a> {
    fn new(buffer: &'a CVPixelBuffer) -> Result<Self, Error> {
        // SAFETY: The buffer is valid, and the drop unlocks it with the same flags.
        match unsafe { CVPixelBufferLockBaseAddress(buffer, CVPixelBufferLockFlags::ReadOnly) } {
            code if code == kCVReturnSuccess => Ok(Self(buffer)),
            code => Err(Error::Failed(format!("the memory of a frame can't be locked (CVReturn {code})"))),
        }
    }

    /// The planes. A buffer without planes is one.
    fn planes(&self, code: PixelCode, width: u32, height: u32) -> Result<Vec<Plane<'_>>, Error> {
        let buffer = self.0;
        let count = CVPixelBufferGetPlaneCount(buffer);
        let layout = code.layout();
        if layout.is_some_and(|layout| layout.plane_count() != count.max(1)) {
            return Err(Error::Failed(format!("a frame of {code} has {count} planes")));
        }
        (0..count.max(1))
            .map(|index| {
                let (address, stride, rows) = if count == 0 {
                    (
                        CVPixelBufferGetBaseAddress(buffer),
                        CVPixelBufferGetBytesPerRow(buffer),
                        CVPixelBufferGetHeight(buffer),
                    )
                } else {
                    (
                        CVPixelBufferGetBaseAddressOfPlane(buffer, index),
                        CVPixelBufferGetBytesPerRowOfPlane(buffer, index),
                        CVPixelBufferGetHeightOfPlane(buffer, index),
                    )
                };
                let extent = layout.map(|layout| layout.plane_extent(index, width, height));
                let (row_bytes, wanted) = extent.unwrap_or((stride, rows));
                let short = || {
                    Error::Failed(format!("plane {index} of a {width}x{height} frame of {code} is too small"))
                };
                let start = NonNull::new(address.cast::<u8>()).ok_or_else(short)?;
                if row_bytes > stride || wanted > rows || wanted == 0 {
                    return Err(short());
                }
                let len = stride
                    .checked_mul(wanted - 1)
                    .and_then(|bytes| bytes.checked_add(row_bytes))
                    .filter(|len| isize::try_from(*len).is_ok())
                    .ok_or_else(short)?;
                // SAFETY: The plane has `rows` rows of `stride` bytes from `start` on, and `len` is at most that. The
                // memory is locked for reading, and stays so as long as `self`, to whose life the slice is bound. The
                // camera writes no buffer that is retained.
                let bytes = unsafe { slice::from_raw_parts(start.as_ptr(), len) };
                Ok(Plane { bytes, stride, bottom_up: false })
            })
            .collect()
    }
}

impl Drop for Lock<'_> {
    fn drop(&mut self) {
        // SAFETY: `new` has locked the buffer with the same flags. A failure leaves it locked, which is no danger.
        unsafe { CVPixelBufferUnlockBaseAddress(self.0, CVPixelBufferLockFlags::ReadOnly) };
    }
}

/// A copy of a block of compressed bytes, which can be in pieces.
fn copy(block: &CMBlockBuffer) -> Result<Vec<u8>, Error> {
    // SAFETY: The function has no precondition.
    let len = unsafe { block.data_length() };
    let mut bytes = vec![0_u8; len];
    // SAFETY: The destination has `len` bytes, and the function writes as many.
    let status = unsafe { block.copy_data_bytes(0, len, NonNull::from(&mut bytes[..]).cast()) };
    if status != 0 || len == 0 {
        return Err(Error::Failed(format!("the {len} bytes of a frame can't be read (OSStatus {status})")));
    }
    Ok(bytes)
}
