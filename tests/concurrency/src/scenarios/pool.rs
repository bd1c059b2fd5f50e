//! The pool of buffers.

use std::thread;

use crate::frame::{FrameBuffer, FramePool};

/// The byte that marks a buffer that has been in use.
const MARK: u8 = 0xa5;

fn marked(pool: &FramePool) -> FrameBuffer {
    let mut buffer = pool.take(4);
    buffer.fill(MARK);
    buffer
}

/// The number of free buffers that have been in use, of which there are at most this many.
fn free(pool: &FramePool, most: usize) -> usize {
    let taken: Vec<_> = (0..most).map(|_| pool.take(4)).collect();
    taken.iter().filter(|buffer| buffer[0] == MARK).count()
}

/// Of clones that are dropped at once, the last one gives the buffer back, once.
pub fn clones_give_their_buffer_back_once() {
    let pool = FramePool::default();
    let first = marked(&pool);
    let clones = [first.clone(), first.clone()];
    let dropping = clones.map(|clone| thread::spawn(move || drop(clone)));
    drop(first);
    dropping.into_iter().for_each(|dropping| dropping.join().expect("it only drops"));
    assert_eq!(free(&pool, 3), 1);
}

/// No buffer is in two hands.
pub fn each_buffer_is_in_one_hand() {
    let pool = FramePool::default();
    let working = [1, 2, 3].map(|name: u8| {
        let pool = pool.clone();
        thread::spawn(move || {
            for _ in 0..2 {
                let mut buffer = pool.take(4);
                buffer.fill(name);
                thread::yield_now();
                assert_eq!(*buffer, [name; 4]);
            }
        })
    });
    working.into_iter().for_each(|working| working.join().expect("the bytes stay its own"));
}

/// A pool keeps eight free buffers, however many are given back at once.
pub fn a_pool_keeps_eight_buffers() {
    let pool = FramePool::default();
    let mut buffers: Vec<_> = (0..12).map(|_| marked(&pool)).collect();
    let half = buffers.split_off(6);
    let dropping = thread::spawn(move || drop(half));
    drop(buffers);
    dropping.join().expect("it only drops");
    assert_eq!(free(&pool, 12), 8);
}

/// A write to a clone leaves the others as they are, also if they are dropped meanwhile.
pub fn a_write_copies_shared_bytes() {
    let pool = FramePool::default();
    let mut first = pool.copy_of(&[1, 2, 3]);
    let second = first.clone();
    let reading = thread::spawn(move || assert_eq!(*second, [1, 2, 3]));
    first[0] = 9;
    assert_eq!(*first, [9, 2, 3]);
    reading.join().expect("the bytes are as before");
    drop(first);
    assert!((1..=2).contains(&(0..2).filter(|_| pool.take(3)[1] == 2).count()));
}

/// Buffers may outlive their pool.
pub fn buffers_outlive_their_pool() {
    let pool = FramePool::default();
    let buffer = marked(&pool);
    let dropping = thread::spawn(move || drop(pool));
    drop(buffer);
    dropping.join().expect("it only drops");
}
