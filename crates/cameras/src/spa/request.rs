//! The parameters that a program asks a camera for.

use super::{
    format::{COMPRESSED, LONGEST_SIDE, OBJECT_FORMAT, RAW, VIDEO, key},
    pod::{Fraction, Id, Object, Rectangle},
};
use crate::{Interval, PixelCode};

/// The raw formats that have a [`Layout`](crate::Layout), by their numbers.
const READABLE: [u32; 16] = [23, 4, 5, 19, 2, 3, 24, 25, 51, 52, 7, 8, 11, 12, 15, 16];
/// The media subtypes that have one: Motion JPEG.
const READABLE_COMPRESSED: [u32; 1] = [0x20002];

/// The numbers of parameters.
const ENUM_FORMAT: u32 = 3;
const BUFFERS: u32 = 5;
const META: u32 = 6;

/// The types of the objects that describe buffers and their metadata.
const OBJECT_BUFFERS: u32 = 0x40004;
const OBJECT_META: u32 = 0x40005;

/// A format and a rate, as they were chosen together.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) struct Request {
    pub code: PixelCode,
    pub width: u32,
    pub height: u32,
    pub interval: Interval,
}

impl Request {
    /// The formats that are asked for, the preferred one first.
    ///
    /// The first is exactly the chosen one. The others are for a camera that runs already, for another program, in
    /// another format, and for one that changes its format while it runs.
    pub fn parameters(&self) -> Vec<Vec<u8>> {
        let PixelCode::Spa(number) = self.code else { return vec![] };
        let rate = self.rate();
        let exact = self
            .media(number)
            .with(key::SIZE, Rectangle(self.width, self.height))
            // 0 stands for cameras whose time between frames varies.
            .with_any(key::FRAME_RATE, &[rate, Fraction(0, 1)]);
        let others = [number].into_iter().chain(READABLE).chain(READABLE_COMPRESSED);
        let others = others.enumerate().filter(|(place, other)| *place == 0 || *other != number);
        let flexible = others.map(|(_, other)| {
            self.media(other)
                .with_range(
                    key::SIZE,
                    Rectangle(self.width, self.height),
                    Rectangle(1, 1),
                    Rectangle(LONGEST_SIDE, LONGEST_SIDE),
                )
                .with_range(key::FRAME_RATE, rate, Fraction(0, 1), Fraction(i32::MAX.cast_unsigned(), 1))
        });
        [exact].into_iter().chain(flexible).map(Object::into_bytes).collect()
    }

    fn media(&self, number: u32) -> Object {
        let object = Object::new(OBJECT_FORMAT, ENUM_FORMAT).with(key::MEDIA_TYPE, VIDEO);
        if number > COMPRESSED {
            object.with(key::MEDIA_SUBTYPE, Id(number))
        } else {
            object.with(key::MEDIA_SUBTYPE, RAW).with(key::FORMAT, Id(number))
        }
    }

    fn rate(&self) -> Fraction {
        let Interval { ticks, per_second } = self.interval;
        Fraction(per_second.unsigned_abs(), u32::try_from(ticks).unwrap_or(1))
    }
}

/// The buffers that are asked for: ordinary memory, or else that of a device. All can be mapped.
pub(crate) fn buffers() -> [Vec<u8>; 2] {
    const MEMORY_POINTER: i32 = 1 << 1;
    const MEMORY_FD: i32 = 1 << 2;
    const DMA_BUFFER: i32 = 1 << 3;
    [MEMORY_POINTER | MEMORY_FD, DMA_BUFFER].map(|types| {
        const COUNT: u32 = 1;
        const DATA_TYPE: u32 = 6;
        Object::new(OBJECT_BUFFERS, BUFFERS)
            .with_range(COUNT, 8, 2, 32)
            .with_flags(DATA_TYPE, types)
            .into_bytes()
    })
}

/// The metadata that is asked for: times, and the orientation.
pub(crate) fn metas() -> [Vec<u8>; 2] {
    const HEADER: u32 = 1;
    const HEADER_LEN: i32 = 32;
    const VIDEO_TRANSFORM: u32 = 8;
    const VIDEO_TRANSFORM_LEN: i32 = 4;
    [(HEADER, HEADER_LEN), (VIDEO_TRANSFORM, VIDEO_TRANSFORM_LEN)].map(|(meta, len)| {
        const TYPE: u32 = 1;
        const SIZE: u32 = 2;
        Object::new(OBJECT_META, META).with(TYPE, Id(meta)).with(SIZE, len).into_bytes()
    })
}

#[cfg(test)]
mod tests {
    use super::super::format::{formats, negotiated};
    use super::*;

    fn request(number: u32) -> Request {
        let interval = Interval { ticks: 1001, per_second: 30_000 };
        Request { code: PixelCode::Spa(number), width: 1280, height: 720, interval }
    }

    #[test]
    fn the_first_parameter_is_the_chosen_format() {
        for number in [23, 0x20002] {
            let request = request(number);
            let parameters = request.parameters();
            let first = negotiated(&parameters[0]).expect("it is a format");
            assert_eq!((first.code, first.width, first.height), (request.code, 1280, 720));
            assert_eq!(first.interval, Some(request.interval));
            assert_eq!(formats(&parameters[..1]).len(), 1, "no other size");
            assert!(formats(&parameters[1..2]).len() > 1, "any size");
        }
    }

    #[test]
    fn the_others_are_all_that_can_be_read() {
        let codes: Vec<_> = request(23)
            .parameters()
            .iter()
            .filter_map(|bytes| negotiated(bytes))
            .map(|format| format.code)
            .collect();
        assert_eq!(codes.len(), 1 + READABLE.len() + READABLE_COMPRESSED.len());
        assert!(codes.iter().all(|code| code.layout().is_some()), "{codes:?}");
        let readable = (0..100).map(PixelCode::Spa).filter(|code| code.layout().is_some());
        assert!(readable.clone().all(|code| codes.contains(&code)), "one is missing");
        assert_eq!(readable.count(), READABLE.len());
    }

    #[test]
    fn a_code_of_another_system_asks_for_nothing() {
        let other = Request { code: PixelCode::four_cc(*b"NV12"), ..request(23) };
        assert!(other.parameters().is_empty());
    }

    #[test]
    fn pods_are_whole_words() {
        for bytes in buffers().into_iter().chain(metas()) {
            assert_eq!(bytes.len() % 8, 0);
        }
    }
}
