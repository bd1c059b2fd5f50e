//! The choice between two channels.

use std::time::Duration;

use modeled_std::{thread, time};
use shuttle::rand::{Rng, thread_rng};

use crate::Receiver;

/// The channel that a selection found ready.
#[derive(Debug, Clone, Copy)]
pub enum Choice {
    First,
    Second,
}

/// Waits until one of two channels is ready, at most this long. If both are, any may be chosen.
pub fn either<A, B>(first: &Receiver<A>, second: &Receiver<B>, longest: Duration) -> Option<Choice> {
    let ready = || {
        modeled_std::sync::switch();
        match (first.is_ready(), second.is_ready()) {
            (true, true) if thread_rng().gen_bool(0.5) => Some(Choice::First),
            (_, true) => Some(Choice::Second),
            (true, false) => Some(Choice::First),
            (false, false) => None,
        }
    };
    let block = || {
        // No other thread runs between the look and the wait.
        if !first.is_ready() && !second.is_ready() {
            first.watch();
            second.watch();
            thread::park();
        }
    };
    time::wait(longest, ready, block)
}

/// Receives from one of two channels, with a limit of the wait: the form that the library uses.
#[macro_export]
macro_rules! select {
    (
        recv($first:expr) -> $one:pat => $on_one:expr,
        recv($second:expr) -> $two:pat => $on_two:block
        default($longest:expr) => $on_timeout:expr $(,)?
    ) => {
        loop {
            // Another thread may take the message between the choice and the receipt: then it chooses again.
            break match $crate::either(&$first, &$second, $longest) {
                None => $on_timeout,
                Some($crate::Choice::First) => match $first.try_recv() {
                    Err($crate::TryRecvError::Empty) => continue,
                    received => {
                        let $one = received.map_err(|_| $crate::RecvError);
                        $on_one
                    }
                },
                Some($crate::Choice::Second) => match $second.try_recv() {
                    Err($crate::TryRecvError::Empty) => continue,
                    received => {
                        let $two = received.map_err(|_| $crate::RecvError);
                        $on_two
                    }
                },
            };
        }
    };
}
