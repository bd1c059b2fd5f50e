//! The pickup: a guest fetches a picture with a phone, by a QR code.
//!
//! The [`Server`] is off by default. It serves pictures from memory, each under a random name of 128 bits and for a
//! limited time, over plain HTTP on the local network. It opens no file.

mod address;
mod error;
mod limits;
mod name;
mod qr;
#[doc(hidden)]
pub mod request;
mod server;
mod shelf;

pub use error::PickupError;
pub use limits::Limits;
pub use qr::{QrCode, qr_code};
pub use server::{Server, Statistics, Ticket};
pub use shelf::{Picture, PictureFormat};
