//! Live camera input and real-time effects for Bevy.
pub mod device;
pub mod error;
pub mod frame;
pub mod source;
