//! The settings of the consent screen.

use serde::Deserialize;

/// The part `consent` of the settings file.
#[derive(Debug, Default, Clone, PartialEq, Eq, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct ConsentSettings {
    /// Shows the consent screen before each session.
    pub shown: bool,
    /// The venue's own text below that of the booth, in any language.
    pub text: String,
}
