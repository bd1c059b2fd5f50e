//! Channels like those of `crossbeam-channel`, for the threads of a model.

mod channel;
mod select;

pub use channel::{Receiver, Sender, TryIter, bounded, never, unbounded};
pub use crossbeam_channel::{RecvError, RecvTimeoutError, SendError, TryRecvError, TrySendError};

#[doc(hidden)]
pub use select::{Choice, either};
