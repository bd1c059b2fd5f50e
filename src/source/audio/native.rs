//! The default source of microphones on desktops.

use std::sync::Arc;

use super::{AudioSource, cpal::CpalSource};

/// The machine's microphones.
pub(super) fn default_source() -> Arc<dyn AudioSource> {
    Arc::new(CpalSource)
}
