//! A limit of the memory that a server can fill.

use std::{
    future::{Future, poll_fn},
    pin::pin,
    task::{Context, Poll},
};

use tokio::task::coop;

use crate::received::received;

/// A server sends so much without the end of a message or a frame.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Flood;

/// The most bytes of a message or a frame.
const MOST_BYTES: u64 = 32 << 20;

/// The waits for more bytes after which they are counted, which takes some time. Bytes that come without a wait are
/// counted more often.
const WAITS: u32 = 8;

/// The part of a task's budget of 128 reads that isn't used, so that bytes are counted often enough.
const UNUSED_READS: u32 = 112;

/// Waits for a future that reads from a server on this thread.
///
/// `retina` keeps a message, and a frame, until its end, however long it is. On systems that don't count the bytes of a
/// thread, only the time is limited, elsewhere.
///
/// # Errors
/// [`Flood`] if the server sends without an end.
pub(crate) async fn limited<F: Future>(future: F) -> Result<F::Output, Flood> {
    let mut future = pin!(future);
    let mut waits = 0_u32;
    let mut unused_reads = UNUSED_READS;
    let mut most_received = None;
    poll_fn(|context| {
        // Before its first wait, others may have used a part of the budget.
        if waits > 0 && !use_up(unused_reads, context) {
            // The runtime has smaller budgets than it used to have.
            unused_reads /= 2;
            return Poll::Pending;
        }
        if let Poll::Ready(output) = future.as_mut().poll(context) {
            return Poll::Ready(Ok(output));
        }
        waits = waits.wrapping_add(1).max(1);
        if (waits.is_multiple_of(WAITS) || !coop::has_budget_remaining())
            && let Some(received) = received()
            && received > *most_received.get_or_insert(received.saturating_add(MOST_BYTES))
        {
            return Poll::Ready(Err(Flood));
        }
        Poll::Pending
    })
    .await
}

/// Uses a part of the task's budget. Returns whether some of it is left. If not, the task runs again.
fn use_up(reads: u32, context: &mut Context<'_>) -> bool {
    (0..=reads).all(|number| match coop::poll_proceed(context) {
        // The last one is given back.
        Poll::Ready(_) if number == reads => true,
        Poll::Ready(read) => {
            read.made_progress();
            true
        }
        Poll::Pending => false,
    })
}

#[cfg(test)]
mod tests {
    use tokio::{runtime::Builder, task::yield_now};

    use super::*;

    #[test]
    fn budgets_of_any_size_lead_to_a_result() {
        let runtime = Builder::new_current_thread().build().expect("a runtime");
        let result = runtime.block_on(limited(async {
            for _ in 0..1000 {
                yield_now().await;
                // More than the budget.
                for _ in 0..1000 {
                    coop::consume_budget().await;
                }
            }
            7
        }));
        assert_eq!(result, Ok(7));
        let is_left =
            runtime.block_on(async { poll_fn(|context| Poll::Ready(use_up(1 << 20, context))).await });
        assert!(!is_left, "no budget is that large");
    }
}
