//! Channels: a queue, and the threads that wait for a change of it.
//!
//! Each operation is one step of the model: other threads may run before it, and none during it. The queue is in a lock
//! of the system that no step holds at its end.

use std::{
    collections::VecDeque,
    fmt, mem,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
    time::Duration,
};

use crossbeam_channel::{RecvError, RecvTimeoutError, SendError, TryRecvError, TrySendError};
use modeled_std::{
    thread::{self, Thread},
    time,
};

struct State<T> {
    queue: VecDeque<T>,
    capacity: usize,
    senders: usize,
    receivers: usize,
    waiting: Vec<Thread>,
}

struct Channel<T>(Mutex<State<T>>);

impl<T> Channel<T> {
    fn lock(&self) -> MutexGuard<'_, State<T>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Begins a step: other threads may run before it.
    fn step(&self) -> MutexGuard<'_, State<T>> {
        modeled_std::sync::switch();
        self.lock()
    }

    /// Wakes the threads that wait for a change.
    fn wake(&self) {
        let waiting = mem::take(&mut self.lock().waiting);
        waiting.iter().for_each(Thread::unpark);
    }

    /// Lets this thread be woken by the next change.
    fn watch(&self) {
        self.lock().waiting.push(thread::current());
    }
}

/// A channel for at most this many messages.
pub fn bounded<T>(capacity: usize) -> (Sender<T>, Receiver<T>) {
    assert!(capacity > 0, "channels without room aren't modeled");
    let (queue, waiting) = (VecDeque::new(), Vec::new());
    let state = State { queue, capacity, senders: 1, receivers: 1, waiting };
    let channel = Arc::new(Channel(Mutex::new(state)));
    (Sender(channel.clone()), Receiver(channel))
}

/// A channel for any number of messages.
pub fn unbounded<T>() -> (Sender<T>, Receiver<T>) {
    bounded(usize::MAX)
}

/// The end of a channel that never has a message.
pub fn never<T>() -> Receiver<T> {
    let (sender, receiver) = bounded(1);
    mem::forget(sender);
    receiver
}

/// The sending end.
pub struct Sender<T>(Arc<Channel<T>>);

/// The receiving end.
pub struct Receiver<T>(Arc<Channel<T>>);

impl<T> Sender<T> {
    pub fn try_send(&self, message: T) -> Result<(), TrySendError<T>> {
        let mut state = self.0.step();
        if state.receivers == 0 {
            return Err(TrySendError::Disconnected(message));
        }
        if state.queue.len() >= state.capacity {
            return Err(TrySendError::Full(message));
        }
        state.queue.push_back(message);
        drop(state);
        self.0.wake();
        Ok(())
    }

    /// Sends a message. Only channels with any room are modeled.
    pub fn send(&self, message: T) -> Result<(), SendError<T>> {
        self.try_send(message).map_err(|error| match error {
            TrySendError::Disconnected(message) => SendError(message),
            TrySendError::Full(_) => panic!("a full channel is sent to: such waits aren't modeled"),
        })
    }

    pub fn len(&self) -> usize {
        self.0.step().queue.len()
    }

    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }
}

impl<T> Receiver<T> {
    pub fn try_recv(&self) -> Result<T, TryRecvError> {
        let mut state = self.0.step();
        match state.queue.pop_front() {
            Some(message) => Ok(message),
            None if state.senders == 0 => Err(TryRecvError::Disconnected),
            None => Err(TryRecvError::Empty),
        }
    }

    pub fn recv(&self) -> Result<T, RecvError> {
        self.recv_timeout(time::ENDLESS).map_err(|_| RecvError)
    }

    pub fn recv_timeout(&self, longest: Duration) -> Result<T, RecvTimeoutError> {
        let event = || match self.try_recv() {
            Ok(message) => Some(Ok(message)),
            Err(TryRecvError::Empty) => None,
            Err(TryRecvError::Disconnected) => Some(Err(RecvTimeoutError::Disconnected)),
        };
        time::wait(longest, event, || self.block()).unwrap_or(Err(RecvTimeoutError::Timeout))
    }

    /// Waits for a change, unless there is a message or none can come.
    fn block(&self) {
        let mut state = self.0.lock();
        if state.queue.is_empty() && state.senders > 0 {
            state.waiting.push(thread::current());
            drop(state);
            thread::park();
        }
    }

    pub fn try_iter(&self) -> TryIter<'_, T> {
        TryIter(self)
    }

    pub fn len(&self) -> usize {
        self.0.step().queue.len()
    }

    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// Whether a receipt would not wait.
    pub(crate) fn is_ready(&self) -> bool {
        let state = self.0.lock();
        !state.queue.is_empty() || state.senders == 0
    }

    /// Lets this thread be woken by the next change.
    pub(crate) fn watch(&self) {
        self.0.watch();
    }
}

/// The messages that are there.
pub struct TryIter<'a, T>(&'a Receiver<T>);

impl<T> Iterator for TryIter<'_, T> {
    type Item = T;

    fn next(&mut self) -> Option<T> {
        self.0.try_recv().ok()
    }
}

impl<T> Clone for Sender<T> {
    fn clone(&self) -> Self {
        self.0.lock().senders += 1;
        Self(self.0.clone())
    }
}

impl<T> Clone for Receiver<T> {
    fn clone(&self) -> Self {
        self.0.lock().receivers += 1;
        Self(self.0.clone())
    }
}

impl<T> Drop for Sender<T> {
    fn drop(&mut self) {
        let mut state = self.0.step();
        state.senders -= 1;
        if state.senders == 0 {
            drop(state);
            self.0.wake();
        }
    }
}

impl<T> Drop for Receiver<T> {
    fn drop(&mut self) {
        let mut state = self.0.step();
        state.receivers -= 1;
        if state.receivers == 0 {
            // Nobody can receive them. Their own destructors may take steps.
            let messages = mem::take(&mut state.queue);
            drop(state);
            drop(messages);
        }
    }
}

impl<T> fmt::Debug for Sender<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Sender { .. }")
    }
}

impl<T> fmt::Debug for Receiver<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Receiver { .. }")
    }
}
