//! The errors of the pickup.

use std::{io, net::SocketAddr};

use thiserror::Error;

/// A failure of the pickup.
#[derive(Debug, Error)]
#[non_exhaustive]
pub enum PickupError {
    /// The booth has no address in a network.
    #[error(
        "the booth has no network address ({0}); connect it to the venue's network, or set pickup.address"
    )]
    NoNetwork(io::Error),
    /// The address or the port can't be used.
    #[error("{address} can't be used for the pickup ({error}); set another pickup.address or pickup.port")]
    CannotListen {
        /// The address and port.
        address: SocketAddr,
        /// The system's error.
        error: io::Error,
    },
    /// The system has no random numbers.
    #[error("the system gives no random numbers ({0}), so the picture has no secret name; try again")]
    NoRandomNumbers(getrandom::Error),
    /// The picture is larger than the server's memory for pictures.
    #[error("a picture of {bytes} bytes is too large to be picked up; at most {limit} bytes are kept")]
    TooLarge {
        /// The picture's size.
        bytes: usize,
        /// The largest size of all pictures together.
        limit: usize,
    },
    /// The text is too long for a QR code.
    #[error("the address is too long for a QR code ({0} bytes); set a shorter pickup.address")]
    TooLong(usize),
}
