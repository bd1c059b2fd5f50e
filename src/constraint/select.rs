//! SelectSettings.
