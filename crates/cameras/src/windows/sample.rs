//! The bytes of a sample.

use std::slice;

use windows::{
    Win32::{
        Media::MediaFoundation::{
            IMF2DBuffer2, IMFMediaBuffer, IMFSample, MF2DBuffer_LockFlags_Read,
            MFSampleExtension_DeviceTimestamp, MFSampleExtension_FrameCorruption,
        },
        System::Performance::{QueryPerformanceCounter, QueryPerformanceFrequency},
    },
    core::Interface,
};

use super::com::During;
use crate::{
    Error, Format, Frame, Layout, Orientation, Plane,
    frame::{age_of_ticks, assumed_stride, picture, planes, ticks_of_counter},
};

/// Lends a sample's frame to `read`.
pub(super) fn read(
    sample: &IMFSample,
    format: &Format,
    lost: u64,
    read: &mut dyn FnMut(&Frame<'_>),
) -> Result<(), Error> {
    // SAFETY: These functions have no precondition. They fail if the attribute is absent.
    let (time, corruption) = unsafe {
        (
            sample.GetUINT64(&MFSampleExtension_DeviceTimestamp).ok(),
            sample.GetUINT32(&MFSampleExtension_FrameCorruption).ok(),
        )
    };
    let age = time.and_then(|time| age_of_ticks(now()?, i64::try_from(time).ok()?));
    // SAFETY: These functions have no precondition.
    let buffer = unsafe {
        match sample.GetBufferCount() {
            Ok(1) => sample.GetBufferByIndex(0),
            _ => sample.ConvertToContiguousBuffer(),
        }
    }
    .during("get the buffer of a frame")?;
    let (width, height) = (format.width, format.height);
    let mut lend = |planes: Vec<Plane<'_>>| {
        read(&Frame {
            width,
            height,
            code: format.code,
            color: format.color,
            planes,
            age,
            lost,
            damaged: corruption.is_some_and(|corruption| corruption != 0),
            orientation: Orientation::default(),
        });
    };
    let Some(layout) = format.code.layout().filter(|layout| *layout != Layout::Jpeg) else {
        let lock = Lock::new(&buffer)?;
        lend(vec![Plane { bytes: lock.bytes(), stride: 0, bottom_up: false }]);
        return Ok(());
    };
    if let Some(lock) = buffer.cast().ok().and_then(Lock2d::new) {
        let (bytes, pitch) = lock.picture(height)?;
        lend(planes(layout, width, height, pitch, bytes)?);
    } else {
        let lock = Lock::new(&buffer)?;
        let stride = assumed_stride(layout, width, format.stride);
        lend(planes(layout, width, height, stride, lock.bytes())?);
    }
    Ok(())
}

/// The present time on the clock of the devices' timestamps, in units of 100 ns.
pub(super) fn now() -> Option<i64> {
    let (mut count, mut frequency) = (0, 0);
    // SAFETY: Both pointers are valid for the calls.
    unsafe {
        QueryPerformanceCounter(&mut count).ok()?;
        QueryPerformanceFrequency(&mut frequency).ok()?;
    }
    ticks_of_counter(count, frequency)
}

/// A buffer that is locked until the drop.
struct Lock<'a> {
    buffer: &'a IMFMediaBuffer,
    start: *mut u8,
    len: usize,
}

impl<'a> Lock<'a> {
    fn new(buffer: &'a IMFMediaBuffer) -> Result<Self, Error> {
        let mut start = std::ptr::null_mut();
        let mut len = 0;
        // SAFETY: The pointers are valid for the call. The drop unlocks the buffer.
        unsafe { buffer.Lock(&mut start, None, Some(&mut len)) }.during("lock the buffer of a frame")?;
        Ok(Self { buffer, start, len: len as usize })
    }

    fn bytes(&self) -> &[u8] {
        if self.start.is_null() {
            return &[];
        }
        // SAFETY: The locked buffer has `len` bytes from `start` on, and stays locked as long as `self`. The reader has
        // passed the sample to this program, so nothing writes to it.
        unsafe { slice::from_raw_parts(self.start, self.len) }
    }
}

impl Drop for Lock<'_> {
    fn drop(&mut self) {
        // SAFETY: `new` has locked the buffer. A failure leaves it locked, which is no danger.
        let _ = unsafe { self.buffer.Unlock() };
    }
}

/// A buffer of rows that is locked until the drop.
struct Lock2d {
    buffer: IMF2DBuffer2,
    /// The first row of the picture.
    scanline: *mut u8,
    pitch: i32,
    start: *mut u8,
    len: usize,
}

impl Lock2d {
    /// `None` if the buffer can't be locked in this way.
    fn new(buffer: IMF2DBuffer2) -> Option<Self> {
        let (mut scanline, mut start) = (std::ptr::null_mut(), std::ptr::null_mut());
        let (mut pitch, mut len) = (0, 0);
        // SAFETY: The pointers are valid for the call. The drop unlocks the buffer.
        unsafe {
            buffer.Lock2DSize(MF2DBuffer_LockFlags_Read, &mut scanline, &mut pitch, &mut start, &mut len)
        }
        .ok()?;
        Some(Self { buffer, scanline, pitch, start, len: len as usize })
    }

    /// The bytes from the row that is lowest in the memory on, and the pitch.
    fn picture(&self, rows: u32) -> Result<(&[u8], i32), Error> {
        let outside = || Error::Failed("the rows of a frame lie outside of its buffer".into());
        if self.start.is_null() {
            return Err(outside());
        }
        let scanline = self.scanline.addr().checked_signed_diff(self.start.addr()).ok_or_else(outside)?;
        let range = picture(scanline, self.pitch, rows, self.len).ok_or_else(outside)?;
        // SAFETY: The locked buffer has `len` bytes from `start` on, and stays locked as long as `self`. The reader has
        // passed the sample to this program, so nothing writes to it.
        let bytes = unsafe { slice::from_raw_parts(self.start, self.len) };
        Ok((bytes.get(range).ok_or_else(outside)?, self.pitch))
    }
}

impl Drop for Lock2d {
    fn drop(&mut self) {
        // SAFETY: `new` has locked the buffer. A failure leaves it locked, which is no danger.
        let _ = unsafe { self.buffer.Unlock2D() };
    }
}
