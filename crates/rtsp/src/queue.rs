//! The queue between the thread of a connection and its reader.

use std::collections::VecDeque;

use crate::{
    error::Error,
    frame::{Codec, Event, Frame, Info},
};

/// The most bytes that wait, and the most bytes of a frame.
pub(crate) const MOST_BYTES: usize = 32 << 20;

/// Frames that wait for their reader, at most a fixed number and size.
///
/// If the reader is late, frames are dropped: those of H.264 until the next key frame, because others depend on them. A
/// key frame that finds the queue full takes the place of all that wait.
#[derive(Debug, Default)]
pub(crate) struct Queue {
    events: VecDeque<Event>,
    frames: usize,
    bytes: usize,
    most_frames: usize,
    needs_key: bool,
    /// The losses and the description since the last frame that was queued.
    lost_packets: u32,
    dropped_frames: u64,
    new_info: Option<Info>,
}

impl Queue {
    pub fn new(codec: Codec) -> Self {
        let most_frames = match codec {
            // Two seconds of most cameras: a decoder needs them all.
            Codec::H264 => 64,
            // Only the newest counts.
            Codec::Jpeg => 4,
        };
        Self { most_frames, needs_key: true, ..Default::default() }
    }

    /// Adds a frame, or drops it.
    pub fn push(&mut self, mut frame: Frame) {
        self.lost_packets = self.lost_packets.saturating_add(frame.lost_packets);
        if frame.new_info.is_some() {
            self.new_info = frame.new_info.take();
        }
        let length = frame.data.len();
        if length > MOST_BYTES || (self.needs_key && !frame.is_key) {
            self.needs_key = true;
            self.dropped_frames += 1;
            return;
        }
        if self.frames >= self.most_frames || self.bytes + length > MOST_BYTES {
            if !frame.is_key {
                self.needs_key = true;
                self.dropped_frames += 1;
                return;
            }
            self.drop_all();
        }
        self.needs_key = false;
        self.frames += 1;
        self.bytes += length;
        frame.lost_packets = std::mem::take(&mut self.lost_packets);
        frame.dropped_frames = std::mem::take(&mut self.dropped_frames);
        frame.new_info = self.new_info.take();
        self.events.push_back(Event::Frame(frame));
    }

    /// Adds a report of packets that can't be used. While one waits, more are dropped.
    pub fn report(&mut self, error: Error) {
        if !self.events.iter().any(|event| matches!(event, Event::Corrupt(_))) {
            self.events.push_back(Event::Corrupt(error));
        }
    }

    pub fn pop(&mut self) -> Option<Event> {
        let event = self.events.pop_front()?;
        if let Event::Frame(frame) = &event {
            self.frames -= 1;
            self.bytes -= frame.data.len();
        }
        Some(event)
    }

    /// Drops the frames that wait, and keeps what they tell.
    fn drop_all(&mut self) {
        let (mut lost_packets, mut dropped_frames, mut new_info) = (0_u32, 0, None);
        for event in self.events.drain(..) {
            if let Event::Frame(frame) = event {
                lost_packets = lost_packets.saturating_add(frame.lost_packets);
                dropped_frames += frame.dropped_frames + 1;
                new_info = frame.new_info.or(new_info);
            }
        }
        self.lost_packets = self.lost_packets.saturating_add(lost_packets);
        self.dropped_frames += dropped_frames;
        self.new_info = self.new_info.take().or(new_info);
        self.frames = 0;
        self.bytes = 0;
    }
}

#[cfg(test)]
mod tests {
    use std::time::{Duration, Instant};

    use super::*;
    use crate::error::ErrorKind;

    fn frame(number: u64, is_key: bool, length: usize) -> Frame {
        Frame {
            data: vec![0; length],
            is_key,
            time: Duration::from_secs(number),
            arrived: Instant::now(),
            lost_packets: 0,
            dropped_frames: 0,
            new_info: None,
        }
    }

    fn pop(queue: &mut Queue) -> Frame {
        match queue.pop() {
            Some(Event::Frame(frame)) => frame,
            other => panic!("{other:?}"),
        }
    }

    #[test]
    fn frames_are_dropped_until_a_key_frame() {
        let mut queue = Queue::new(Codec::H264);
        queue.push(frame(0, false, 1));
        for number in 1..100 {
            queue.push(Frame { lost_packets: 1, ..frame(number, number == 1, 1) });
        }
        for number in 1..=64 {
            let next = pop(&mut queue);
            assert_eq!((next.time.as_secs(), next.dropped_frames), (number, u64::from(number == 1)));
        }
        // There is room, but the picture before is missing.
        queue.push(frame(100, false, 1));
        assert_eq!(queue.pop(), None);
        queue.push(frame(101, true, 1));
        queue.push(frame(102, false, 1));
        let next = pop(&mut queue);
        assert_eq!((next.time.as_secs(), next.dropped_frames, next.lost_packets), (101, 36, 35));
        assert_eq!(pop(&mut queue).dropped_frames, 0);
    }

    #[test]
    fn a_key_frame_takes_the_place_of_all_that_wait() {
        let info = |size| Info { codec: Codec::H264, size, frame_rate: None, configuration: vec![] };
        let mut queue = Queue::new(Codec::H264);
        queue.push(Frame { new_info: Some(info((1, 1))), lost_packets: 3, ..frame(0, true, 1) });
        for number in 1..64 {
            queue.push(frame(number, false, 1));
        }
        queue.report(Error::new(ErrorKind::Data, "a"));
        queue.push(frame(64, true, 1));
        let next = pop(&mut queue);
        assert_eq!((next.time.as_secs(), next.dropped_frames, next.lost_packets), (64, 64, 3));
        assert_eq!(next.new_info, Some(info((1, 1))));
        assert_eq!(queue.pop(), None);
        // The newest description counts.
        for number in 0..5 {
            let size = (number, number);
            queue.push(Frame { new_info: Some(info(size)), ..frame(number.into(), true, MOST_BYTES) });
        }
        let next = pop(&mut queue);
        assert_eq!((next.dropped_frames, next.new_info), (4, Some(info((4, 4)))));
    }

    #[test]
    fn the_memory_is_limited() {
        let mut queue = Queue::new(Codec::H264);
        queue.push(frame(0, true, MOST_BYTES + 1));
        assert_eq!(queue.pop(), None);
        for number in 0..10 {
            queue.push(frame(number, number == 0, MOST_BYTES / 3));
        }
        assert_eq!(queue.frames, 3);
        let mut queue = Queue::new(Codec::Jpeg);
        for number in 0..10 {
            queue.push(frame(number, true, 1));
        }
        assert_eq!(pop(&mut queue).time.as_secs(), 8, "the older ones are dropped");
        for _ in 0..100 {
            queue.report(Error::new(ErrorKind::Data, "a"));
        }
        assert_eq!(queue.events.len(), 2);
    }
}
