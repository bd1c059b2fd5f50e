//! Constraints, and the choice of settings that they lead to: pure functions, no device is touched.

mod select;
