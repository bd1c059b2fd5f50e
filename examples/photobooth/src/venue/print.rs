//! The settings of printing.

use std::path::PathBuf;

use serde::Deserialize;

/// The part `print` of the settings file.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct PrintSettings {
    /// Shows the print button.
    pub enabled: bool,
    /// The printer's name, as `lpstat -p` lists it. `None` for the system's default printer.
    pub printer: Option<String>,
    /// The copies that a guest may print in a session. `None` for any number.
    pub copies: Option<u32>,
    /// Options for `lp -o`, such as `media=Postcard` and `fit-to-page`.
    pub options: Vec<String>,
    /// The folder of the commands `lp` and `lpstat`. `None` for the search path.
    pub programs: Option<PathBuf>,
}

impl Default for PrintSettings {
    fn default() -> Self {
        Self {
            enabled: false,
            printer: None,
            copies: Some(2),
            options: vec!["fit-to-page".into()],
            programs: None,
        }
    }
}
