//! A limit of the memory that a server can fill.

use std::{
    future::{Future, poll_fn},
    pin::pin,
    task::Poll,
};

use tokio::task::coop;

/// A server sends so much without an end of a message or a frame.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Flood;

/// The polls in which a whole budget of reads was used, without a result, that are no flood.
///
/// `retina` keeps a message, and a frame, until its end, however long it is. The runtime interrupts a task after 128 reads
/// that found data at once. That happens only if the server sends faster than it is read: a large key frame does so for
/// less than one budget.
const MOST_BUSY_POLLS: u32 = 4;

/// Waits for a future that reads from a server.
///
/// # Errors
/// [`Flood`] if the server sends without an end.
pub(crate) async fn limited<F: Future>(future: F) -> Result<F::Output, Flood> {
    let mut future = pin!(future);
    let mut busy_polls = 0;
    poll_fn(|context| match future.as_mut().poll(context) {
        Poll::Ready(output) => Poll::Ready(Ok(output)),
        Poll::Pending => {
            if !coop::has_budget_remaining() {
                busy_polls += 1;
            }
            if busy_polls > MOST_BUSY_POLLS { Poll::Ready(Err(Flood)) } else { Poll::Pending }
        }
    })
    .await
}
