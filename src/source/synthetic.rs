//! The synthetic source.
