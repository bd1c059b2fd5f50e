//! Scenarios: each is run in many orders of its threads' steps.

pub mod capture;
pub mod custom;
pub mod pool;
pub mod slot;
pub mod staging;

pub use crate::tap::scenarios as tap;
