//! The nokhwa source.
