//! The limits of the server.

use std::time::Duration;

/// The limits of the server.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Limits {
    /// The connections that are open at the same time. Others are closed at once.
    pub connections: usize,
    /// The size of a request's head, in bytes.
    pub head: usize,
    /// The time for a request and its answer together.
    pub time: Duration,
    /// How long a picture can be fetched.
    pub lifetime: Duration,
    /// The number of pictures that are kept. The oldest one makes room for a new one.
    pub pictures: usize,
    /// The size of all kept pictures together, in bytes.
    pub bytes: usize,
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            connections: 32,
            head: 8 * 1024,
            time: Duration::from_secs(10),
            lifetime: Duration::from_secs(15 * 60),
            pictures: 64,
            bytes: 256 * 1024 * 1024,
        }
    }
}
