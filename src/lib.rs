//! Live camera input and real-time effects for Bevy.

pub mod constraint;
pub mod device;
pub mod effect;
pub mod error;
pub mod frame;
pub mod source;
