//! The custom source.
