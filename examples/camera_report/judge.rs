//! The judgment of what was measured: pure functions that touch no device and read no clock.

mod control;
mod finding;
mod frames;
mod measurement;
mod mode;
mod rate;
mod time_stamps;

pub use control::{ControlRun, Trial, control};
pub use finding::{Finding, Verdict};
pub use measurement::{Measurement, Sample};
pub use mode::{mode, name};
