//! The logic of a booth in public: no way out but a PIN, one button for everything, starting over, and counting.
//!
//! All of it is pure: times are given, as durations since any fixed moment.

mod button;
mod idle;
mod pin;
#[cfg(not(target_family = "wasm"))]
mod sessions;

pub use button::{OneButton, Step, Walk};
pub use idle::{Idle, IdleWatch};
pub use pin::{Corner, InvalidPin, Pin, PinAnswer, PinGate};
#[cfg(not(target_family = "wasm"))]
pub use sessions::{SessionCounter, SessionError};
