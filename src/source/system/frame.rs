//! Copies of the frames that `viewfinder-cameras` lends.

use bevy::{math::UVec2, platform::time::Instant};
use viewfinder_cameras::{Color, Layout, Orientation, Plane as Lent};

use super::format::{color_space, pixel_format};
use crate::{
    error::MediaError,
    frame::{ChromaLocation, Frame, FrameBuffer, FramePool, PixelFormat, Plane, Rotation},
};

/// The description of a lent frame.
#[derive(Debug, Clone, Copy)]
pub(super) struct Description {
    pub size: UVec2,
    pub layout: Layout,
    pub color: Color,
    pub rotation: Rotation,
    pub sequence: u64,
    pub captured: Instant,
}

/// A copy of a frame. Rows keep their padding, and begin with the highest.
pub(super) fn copy(
    description: Description,
    planes: &[Lent<'_>],
    pool: &FramePool,
) -> Result<Frame, MediaError> {
    let Description { size, layout, color, rotation, sequence, captured } = description;
    let damaged = || MediaError::data("the camera sent a frame that is cut short: the next may be good");
    let format = pixel_format(layout).ok_or_else(|| {
        MediaError::data(format!(
            "the camera sent a frame of {layout:?}, which isn't supported: use another mode"
        ))
    })?;
    let count = format.plane_count();
    let mut planes = planes.get(..count).ok_or_else(damaged)?.to_vec();
    if layout == Layout::Yv12 {
        planes.swap(1, 2);
    }
    let mut copied = [Plane::default(); 3];
    let buffer = if format == PixelFormat::Mjpeg {
        pool.copy_of(planes[0].bytes)
    } else if count == 1 && !planes[0].bottom_up {
        copied[0].stride = planes[0].stride;
        pool.copy_of(planes[0].bytes)
    } else {
        let len = planes.iter().map(|plane| plane.bytes.len()).sum();
        let mut buffer = pool.take(len);
        let mut offset = 0;
        for (index, plane) in planes.iter().enumerate() {
            copied[index] = Plane { offset, stride: plane.stride };
            let (row_bytes, rows) = format.plane_extent(index, size);
            copy_plane(plane, rows, row_bytes, &mut buffer, offset).ok_or_else(damaged)?;
            offset += plane.bytes.len();
        }
        buffer
    };
    if buffer.is_empty() {
        return Err(damaged());
    }
    Ok(Frame {
        size,
        format,
        planes: copied,
        color: color_space(format, color),
        chroma_location: ChromaLocation::Left,
        rotation,
        sequence,
        captured,
        buffer,
    })
}

/// The rotation of a frame. A mirror image stays one: a track of this crate is mirrored where it is shown.
pub(super) const fn rotation(orientation: Orientation) -> Rotation {
    match orientation.turns % 4 {
        1 => Rotation::Clockwise90,
        2 => Rotation::Clockwise180,
        3 => Rotation::Clockwise270,
        _ => Rotation::None,
    }
}

/// Copies a plane to this place of the buffer. `None` if one of its rows isn't there.
fn copy_plane(
    plane: &Lent<'_>,
    rows: usize,
    row_bytes: usize,
    buffer: &mut FrameBuffer,
    offset: usize,
) -> Option<()> {
    let target = buffer.get_mut(offset..offset.checked_add(plane.bytes.len())?)?;
    if !plane.bottom_up {
        target.copy_from_slice(plane.bytes);
        return Some(());
    }
    for row in 0..rows {
        let start = row.checked_mul(plane.stride)?;
        let target = target.get_mut(start..start.checked_add(row_bytes)?)?;
        target.copy_from_slice(plane.row(row, rows, row_bytes)?);
    }
    Some(())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn description(layout: Layout, width: u32, height: u32) -> Description {
        Description {
            size: UVec2::new(width, height),
            layout,
            color: Color::default(),
            rotation: Rotation::Clockwise90,
            sequence: 7,
            captured: Instant::now(),
        }
    }

    fn lent(bytes: &[u8], stride: usize) -> Lent<'_> {
        Lent { bytes, stride, bottom_up: false }
    }

    #[test]
    fn padding_is_kept_and_the_frame_is_valid() {
        let (luma, chroma) = ([1; 8 * 3 + 4], [2; 8 + 4]);
        let planes = [lent(&luma, 8), lent(&chroma, 8)];
        let frame =
            copy(description(Layout::Nv12, 4, 4), &planes, &FramePool::default()).expect("it is complete");
        assert_eq!(frame.planes[..2], [Plane { offset: 0, stride: 8 }, Plane { offset: 28, stride: 8 }]);
        assert_eq!((frame.sequence, frame.rotation), (7, Rotation::Clockwise90));
        assert_eq!(frame.plane(1), &chroma[..]);
        assert_eq!(frame.validate(), Ok(()));
    }

    #[test]
    fn quarter_turns_are_rotations() {
        let turned = |turns| rotation(Orientation { turns, mirrored: true });
        let all = [Rotation::None, Rotation::Clockwise90, Rotation::Clockwise180, Rotation::Clockwise270];
        assert_eq!([0, 1, 2, 3].map(turned), all);
    }

    #[test]
    fn rows_from_the_lowest_up_are_turned_over() {
        let bytes = [7, 7, 7, 0, 8, 8, 8, 0];
        let plane = Lent { bytes: &bytes, stride: 4, bottom_up: true };
        let frame =
            copy(description(Layout::Bgr24, 1, 2), &[plane], &FramePool::default()).expect("it is complete");
        assert_eq!((&frame.buffer[..3], &frame.buffer[4..7]), (&[8, 8, 8][..], &[7, 7, 7][..]));
        assert_eq!(frame.validate(), Ok(()));
    }

    #[test]
    fn v_before_u_is_put_in_order() {
        let (y, v, u) = ([1; 4], [2; 1], [3; 1]);
        let planes = [lent(&y, 2), lent(&v, 1), lent(&u, 1)];
        let frame =
            copy(description(Layout::Yv12, 2, 2), &planes, &FramePool::default()).expect("it is complete");
        assert_eq!((frame.format, frame.plane(1), frame.plane(2)), (PixelFormat::I420, &[3][..], &[2][..]));
    }

    #[test]
    fn frames_that_are_cut_short_are_errors() {
        let bytes = [0; 4];
        let pool = FramePool::default();
        let missing = copy(description(Layout::Nv12, 2, 2), &[lent(&bytes, 2)], &pool);
        assert!(missing.is_err(), "the plane of chroma is missing");
        let reversed = Lent { bytes: &bytes, stride: 4, bottom_up: true };
        assert!(copy(description(Layout::Bgr24, 1, 2), &[reversed], &pool).is_err());
        assert!(copy(description(Layout::Jpeg, 2, 2), &[lent(&[], 0)], &pool).is_err());
        let short = copy(description(Layout::Yuyv, 2, 4), &[lent(&bytes, 4)], &pool);
        assert!(short.is_ok_and(|frame| frame.validate().is_err()), "the capture thread validates it");
    }

    #[test]
    fn a_jpeg_is_copied_as_it_is() {
        let bytes = [0xff, 0xd8, 1, 2, 3];
        let frame = copy(description(Layout::Jpeg, 640, 480), &[lent(&bytes, 0)], &FramePool::default())
            .expect("it has bytes");
        assert_eq!((frame.format, &*frame.buffer), (PixelFormat::Mjpeg, &bytes[..]));
    }
}
