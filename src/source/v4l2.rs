//! The v4l2 source.
