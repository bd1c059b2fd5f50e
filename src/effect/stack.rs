//! The effects of a track, in order.
