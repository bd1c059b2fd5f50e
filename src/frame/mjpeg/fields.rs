//! The JPEGs of a frame: one, or the two fields of an interlaced frame.

use bevy::math::UVec2;

use crate::{
    error::MediaError,
    frame::jpeg::{EOI, Field, Header, Markers, SOI},
};

/// The JPEGs of a frame.
#[derive(Debug)]
pub(super) struct Images<'a> {
    /// The size of the whole frame.
    pub size: UVec2,
    pub first: Image<'a>,
    pub second: Option<Image<'a>>,
}

/// A JPEG of a frame.
#[derive(Debug)]
pub(super) struct Image<'a> {
    pub jpeg: &'a [u8],
    pub header: Header,
    pub lines: Lines,
}

/// The lines of a frame that a JPEG holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Lines {
    pub first: usize,
    /// The distance between two lines.
    pub step: usize,
}

impl<'a> Images<'a> {
    /// Finds the JPEGs of a frame. `height` is the height that the source reports, 0 if it is unknown.
    pub fn of(bytes: &'a [u8], height: u32) -> Result<Self, MediaError> {
        let header = Header::read(bytes)?;
        // Much less than the source reports. The threshold is ffmpeg's.
        let half = header.height * 4 < height * 3;
        if (half || header.field.is_some())
            && let Some(start) = second_start(bytes)
        {
            let (jpeg, behind) = bytes.split_at(start);
            let second = Header::read(behind)?;
            let opposite =
                matches!((header.field, second.field), (Some(first), Some(second)) if first != second);
            if (half || opposite) && header.is_like(&second) {
                return Ok(Self::woven(jpeg, header, behind, second));
            }
        }
        let size = UVec2::new(header.width, header.height);
        let lines = Lines { first: 0, step: 1 };
        Ok(Self { size, first: Image { jpeg: bytes, header, lines }, second: None })
    }

    fn woven(jpeg: &'a [u8], header: Header, behind: &'a [u8], second: Header) -> Self {
        // Without a mark the bottom field comes first, as in ffmpeg.
        let top_first = header.field.or(second.field.map(Field::opposite)) == Some(Field::Top);
        let (top, bottom) =
            if top_first { (header.height, second.height) } else { (second.height, header.height) };
        let lines = |top: bool| Lines { first: usize::from(!top), step: 2 };
        Self {
            size: UVec2::new(header.width, if top > bottom { bottom * 2 + 1 } else { top * 2 }),
            first: Image { jpeg, header, lines: lines(top_first) },
            second: Some(Image { jpeg: behind, header: second, lines: lines(!top_first) }),
        }
    }

    pub fn iter(&self) -> impl Iterator<Item = &Image<'a>> {
        std::iter::once(&self.first).chain(&self.second)
    }
}

impl Image<'_> {
    pub fn size(&self) -> UVec2 {
        UVec2::new(self.header.width, self.header.height)
    }
}

/// The offset of a second JPEG after the first.
fn second_start(bytes: &[u8]) -> Option<usize> {
    let mut behind = Markers::new(bytes).skip(1).skip_while(|marker| !matches!(marker.code, SOI | EOI));
    let first = behind.next()?;
    let start = if first.code == SOI { first } else { behind.next().filter(|next| next.code == SOI)? };
    Some(start.end - 2)
}
