//! The scripted source.
