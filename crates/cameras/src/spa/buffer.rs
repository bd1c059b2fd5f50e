//! The buffers of frames: their planes, times and flags.

use std::ops::Range;

use crate::{Error, Layout, Orientation};

/// A block of memory of a buffer, and the part of it that a frame fills.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Block {
    /// The bytes of the memory.
    pub capacity: usize,
    /// The first byte of the frame. Another program tells it.
    pub offset: u32,
    /// The bytes of the frame. Another program tells it.
    pub len: u32,
    /// The bytes from one row to the next, negative if the lowest row comes first. 0 if it isn't told.
    pub stride: i32,
}

impl Block {
    /// The place of the frame in the memory: an offset is meant modulo the length of the memory, and a frame ends with
    /// it.
    pub fn range(&self) -> Range<usize> {
        let start = (self.offset as usize).checked_rem(self.capacity).unwrap_or(0);
        start..start.saturating_add(self.len as usize).min(self.capacity)
    }
}

/// The place of a plane: its block, the bytes inside of the block's frame, and the stride.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct PlanePlace {
    pub block: usize,
    pub bytes: Range<usize>,
    pub stride: usize,
    pub bottom_up: bool,
}

/// The planes of a frame in these blocks: one block for each plane, or one block with all.
///
/// # Errors
/// [`Error::Format`] if the frame doesn't fit its blocks.
pub(crate) fn planes(
    layout: Layout,
    width: u32,
    height: u32,
    blocks: &[Block],
) -> Result<Vec<PlanePlace>, Error> {
    let short = || {
        Error::Format(format!("a frame of {width}x{height} {layout:?} doesn't fit its buffer: {blocks:?}"))
    };
    let len = |block: &Block| block.range().len();
    let count = layout.plane_count();
    if layout == Layout::Jpeg {
        let block = blocks.first().filter(|block| len(block) > 0).ok_or_else(short)?;
        return Ok(vec![PlanePlace { block: 0, bytes: 0..len(block), stride: 0, bottom_up: false }]);
    }
    let first = blocks.first().ok_or_else(short)?;
    let bottom_up = first.stride < 0;
    let place = |plane: usize, block: usize, start: usize, stride: usize| {
        let (row_bytes, rows) = layout.plane_extent(plane, width, height);
        let end = extent(stride, row_bytes, rows).and_then(|extent| start.checked_add(extent));
        let end = end.filter(|end| *end <= len(&blocks[block])).ok_or_else(short)?;
        Ok(PlanePlace { block, bytes: start..end, stride, bottom_up })
    };
    if count > 1 && blocks.len() >= count {
        return (0..count)
            .map(|plane| {
                let (row_bytes, _) = layout.plane_extent(plane, width, height);
                let told = blocks[plane].stride.unsigned_abs() as usize;
                place(plane, plane, 0, if told == 0 { row_bytes } else { told })
            })
            .collect();
    }
    // A buffer that has exactly the bytes of GStreamer's arrangement has that one.
    let is_gstreamers = |arrangement: &Arrangement| {
        arrangement.len == len(first)
            && (first.stride == 0 || arrangement.planes[0].1 as u64 == u64::from(first.stride.unsigned_abs()))
    };
    let arrangement = gstreamer(layout, width, height).filter(is_gstreamers);
    let arrangement =
        arrangement.or_else(|| packed(layout, width, height, first.stride)).ok_or_else(short)?;
    let starts = arrangement.planes.into_iter().take(count).enumerate();
    starts.map(|(plane, (start, stride))| place(plane, 0, start, stride)).collect()
}

/// The bytes from the start of the first row to the end of the last one. `None` for rows that overlap.
fn extent(stride: usize, row_bytes: usize, rows: usize) -> Option<usize> {
    let last = rows.checked_sub(1)?;
    if stride < row_bytes {
        return None;
    }
    stride.checked_mul(last)?.checked_add(row_bytes)
}

/// The starts and the strides of planes that follow each other, and the bytes of all.
struct Arrangement {
    planes: [(usize, usize); 3],
    len: usize,
}

impl Arrangement {
    fn new(strides_and_rows: impl IntoIterator<Item = (usize, usize)>) -> Option<Self> {
        let mut planes = [(0, 0); 3];
        let mut len = 0_usize;
        for (plane, (stride, rows)) in planes.iter_mut().zip(strides_and_rows) {
            *plane = (len, stride);
            len = len.checked_add(stride.checked_mul(rows)?)?;
        }
        Some(Self { planes, len })
    }
}

/// Planes without gaps, whose strides follow from the first: the kernel's arrangement.
fn packed(layout: Layout, width: u32, height: u32, stride: i32) -> Option<Arrangement> {
    let (row_bytes, _) = layout.plane_extent(0, width, height);
    let first = if stride == 0 { row_bytes } else { stride.unsigned_abs() as usize };
    Arrangement::new((0..layout.plane_count()).map(|plane| {
        let (_, rows) = layout.plane_extent(plane, width, height);
        let stride = match (plane, layout) {
            (0, _) | (_, Layout::Nv12 | Layout::Nv21 | Layout::Nv16) => first,
            (_, Layout::Nv24) => first.saturating_mul(2),
            _ => first.div_ceil(2),
        };
        (stride, rows)
    }))
}

/// Planes as GStreamer arranges them: rows begin at multiples of four bytes, and planes have even heights.
fn gstreamer(layout: Layout, width: u32, height: u32) -> Option<Arrangement> {
    Arrangement::new((0..layout.plane_count()).map(|plane| {
        let (row_bytes, rows) = layout.plane_extent(plane, width, height);
        let rows = match (layout, plane) {
            (Layout::I420 | Layout::Yv12 | Layout::Nv12 | Layout::Nv21, 0) => rows.next_multiple_of(2),
            _ => rows,
        };
        (row_bytes.next_multiple_of(4), rows)
    }))
}

/// The header of a frame.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Header {
    pub flags: u32,
    /// The time of presentation in nanoseconds, on the clock of the camera.
    pub time: i64,
    /// The number of the frame.
    pub number: u64,
}

/// Whether the header or a chunk of a frame says that it is damaged.
pub(crate) fn is_corrupt(header: Option<Header>, chunk_flags: i32) -> bool {
    const HEADER_CORRUPTED: u32 = 1 << 1;
    const CHUNK_CORRUPTED: i32 = 1;
    header.is_some_and(|header| header.flags & HEADER_CORRUPTED != 0) || chunk_flags & CHUNK_CORRUPTED != 0
}

/// The frames that are missing between two numbers. 0 if the camera doesn't count, or has begun anew.
pub(crate) fn lost_between(last: Option<Header>, new: Option<Header>) -> u64 {
    const MOST: u64 = 10_000;
    let (Some(last), Some(new)) = (last, new) else { return 0 };
    let between = new.number.checked_sub(last.number).and_then(|difference| difference.checked_sub(1));
    between.filter(|lost| *lost <= MOST).unwrap_or(0)
}

/// The time of capture in nanoseconds of the monotonic clock: that of the header if it is on this clock, or else that
/// of the graph's cycle, or else the time at which the frame arrived. Times in the future, and those that are older
/// than any frame in a queue, are on other clocks.
pub(crate) fn capture_time(arrived: i64, header: Option<Header>, cycle: Option<i64>) -> i64 {
    const OLDEST: i64 = 10_000_000_000;
    let is_recent =
        |time: &i64| *time > 0 && arrived.checked_sub(*time).is_some_and(|age| (0..=OLDEST).contains(&age));
    header.map(|header| header.time).filter(is_recent).or(cycle.filter(is_recent)).unwrap_or(arrived)
}

/// The orientation of a transformation that was applied to a picture (`SPA_META_VideoTransform`): a mirror image
/// first, then quarter turns anticlockwise. `None` for an unknown one.
pub(crate) fn orientation(transform: u32) -> Option<Orientation> {
    // A picture that was turned anticlockwise is upright after as many turns clockwise.
    let turns = u8::try_from(transform % 4).ok()?;
    (transform < 8).then_some(Orientation { turns, mirrored: transform >= 4 })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn block(len: u32, stride: i32) -> Block {
        Block { capacity: len as usize, offset: 0, len, stride }
    }

    fn places(layout: Layout, size: (u32, u32), blocks: &[Block]) -> Option<Vec<(usize, usize, usize)>> {
        let planes = planes(layout, size.0, size.1, blocks).ok()?;
        Some(planes.into_iter().map(|plane| (plane.block, plane.bytes.start, plane.stride)).collect())
    }

    #[test]
    fn a_frame_lies_inside_of_its_memory() {
        let block = |offset, len| Block { capacity: 100, offset, len, stride: 0 }.range();
        assert_eq!(block(0, 100), 0..100);
        assert_eq!(block(10, 100), 10..100);
        assert_eq!(block(110, 20), 10..30, "an offset is meant modulo the length");
        assert_eq!(block(u32::MAX, u32::MAX), 95..100);
        assert_eq!(Block { capacity: 0, offset: 5, len: 5, stride: 0 }.range(), 0..0);
    }

    #[test]
    fn planes_in_one_block_follow_each_other() {
        assert_eq!(places(Layout::Nv12, (6, 4), &[block(36, 6)]), Some(vec![(0, 0, 6), (0, 24, 6)]));
        assert_eq!(places(Layout::Nv12, (6, 4), &[block(36, 0)]), Some(vec![(0, 0, 6), (0, 24, 6)]));
        assert_eq!(
            places(Layout::I420, (6, 4), &[block(96, 16)]),
            Some(vec![(0, 0, 16), (0, 64, 8), (0, 80, 8)])
        );
        assert_eq!(places(Layout::Yuyv, (6, 4), &[block(16 * 3 + 12, 16)]), Some(vec![(0, 0, 16)]));
        assert_eq!(places(Layout::Yuyv, (6, 4), &[block(16 * 3 + 11, 16)]), None);
    }

    /// GStreamer's I420 at 322x242: rows of 324 and 164 bytes.
    #[test]
    fn the_length_tells_the_arrangement() {
        let len = 324 * 242 + 2 * 164 * 121;
        assert_eq!(
            places(Layout::I420, (322, 242), &[block(len, 324)]),
            Some(vec![(0, 0, 324), (0, 324 * 242, 164), (0, 324 * 242 + 164 * 121, 164)])
        );
        let kernels = 324 * 242 + 2 * 162 * 121;
        assert_eq!(
            places(Layout::I420, (322, 242), &[block(kernels, 324)]),
            Some(vec![(0, 0, 324), (0, 324 * 242, 162), (0, 324 * 242 + 162 * 121, 162)])
        );
        assert_eq!(places(Layout::Rgb24, (5, 2), &[block(32, 16)]), Some(vec![(0, 0, 16)]));
    }

    /// libcamera's buffers have a block for each plane.
    #[test]
    fn planes_can_have_blocks_of_their_own() {
        let blocks = [block(64, 16), block(32, 16)];
        assert_eq!(places(Layout::Nv12, (6, 4), &blocks), Some(vec![(0, 0, 16), (1, 0, 16)]));
        assert_eq!(
            places(Layout::Nv12, (6, 4), &[block(64, 16), block(10, 16)]),
            None,
            "the second is too short"
        );
        let untold = [block(64, 0), block(32, 0)];
        assert_eq!(places(Layout::Nv12, (6, 4), &untold), Some(vec![(0, 0, 6), (1, 0, 6)]));
    }

    #[test]
    fn nonsense_is_an_error() {
        assert!(places(Layout::Nv12, (6, 4), &[]).is_none());
        assert!(places(Layout::Jpeg, (6, 4), &[block(0, 0)]).is_none());
        assert_eq!(places(Layout::Jpeg, (6, 4), &[block(9, 7)]), Some(vec![(0, 0, 0)]));
        for stride in [1, -1, i32::MIN, i32::MAX] {
            assert!(places(Layout::Yuyv, (6, 4), &[block(48, stride)]).is_none(), "{stride}");
        }
        assert!(places(Layout::Nv24, (u32::MAX, u32::MAX), &[block(48, i32::MAX)]).is_none());
        assert!(places(Layout::Gray, (0, 0), &[block(48, 0)]).is_none());
    }

    #[test]
    fn a_negative_stride_is_from_the_lowest_row_up() {
        let planes = planes(Layout::Bgrx32, 2, 2, &[block(16, -8)]).expect("it fits");
        assert!(planes[0].bottom_up);
        assert_eq!(planes[0].stride, 8);
    }

    #[test]
    fn times_of_other_clocks_give_way() {
        const NOW: i64 = 100_000_000_000;
        let header = |time| Some(Header { flags: 0, time, number: 0 });
        assert_eq!(capture_time(NOW, header(NOW - 5), Some(NOW - 9)), NOW - 5);
        for other in [0, -1, i64::MIN, i64::MAX, NOW + 1, NOW - 11_000_000_000] {
            assert_eq!(capture_time(NOW, header(other), Some(NOW - 9)), NOW - 9, "{other}");
            assert_eq!(capture_time(NOW, header(other), Some(other)), NOW, "{other}");
        }
        assert_eq!(capture_time(NOW, None, None), NOW);
    }

    #[test]
    fn gaps_are_counted() {
        let header = |number| Some(Header { flags: 0, time: 0, number });
        assert_eq!(lost_between(header(4), header(5)), 0);
        assert_eq!(lost_between(header(4), header(8)), 3);
        for (last, new) in [(4, 4), (8, 4), (0, 0), (0, u64::MAX)] {
            assert_eq!(lost_between(header(last), header(new)), 0);
        }
        assert_eq!(lost_between(None, header(8)), 0);
    }

    #[test]
    fn damage_is_told_by_either_flag() {
        let header = |flags| Some(Header { flags, time: 0, number: 0 });
        assert!(is_corrupt(header(2), 0) && is_corrupt(None, 1) && is_corrupt(header(1), 3));
        assert!(!is_corrupt(header(1), 2) && !is_corrupt(None, 0));
    }

    #[test]
    fn orientations_undo_the_transformation() {
        let of =
            |transform| orientation(transform).map(|orientation| (orientation.turns, orientation.mirrored));
        assert_eq!([0, 1, 3].map(of), [Some((0, false)), Some((1, false)), Some((3, false))]);
        assert_eq!([4, 6].map(of), [Some((0, true)), Some((2, true))]);
        assert_eq!([8, u32::MAX].map(of), [None; 2]);
    }
}
