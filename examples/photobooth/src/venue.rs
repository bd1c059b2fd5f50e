//! The settings of a booth in public: the part `venue` of the settings file.

mod consent;
mod kiosk;
mod pickup;
mod print;
mod retention;
mod upload;

pub use consent::ConsentSettings;
pub use kiosk::KioskSettings;
pub use pickup::PickupSettings;
pub use print::PrintSettings;
pub use retention::Retention;
pub use upload::UploadSettings;

use std::path::PathBuf;

use serde::Deserialize;

use crate::words::Language;

/// The part `venue` of the settings file.
#[derive(Debug, Default, Clone, PartialEq, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct VenueSettings {
    /// The first language. `None` for that of the system, or English.
    pub language: Option<Language>,
    /// The languages that guests can choose. All of them if there are none in this list.
    pub languages: Vec<Language>,
    /// A font file for texts of the venue: its consent text and the name of the event.
    pub font: Option<PathBuf>,
    /// The consent screen.
    pub consent: ConsentSettings,
    /// Shows the gallery, and keeps the ledger of the booth's own files. A kiosk always does.
    pub gallery: bool,
    /// Shows the pictures of the gallery one after another while nobody is there.
    pub idle_show: bool,
    /// How long pictures stay: `Days(30)`, or `Forever`.
    pub retention: Retention,
    /// The QR code.
    pub pickup: PickupSettings,
    /// Uploads to the host's server.
    pub upload: UploadSettings,
    /// Printing.
    pub print: PrintSettings,
    /// The kiosk.
    pub kiosk: KioskSettings,
}

impl VenueSettings {
    /// The languages that guests can choose, each once, in the order of the settings.
    pub fn languages(&self) -> Vec<Language> {
        let all = if self.languages.is_empty() { &Language::ALL[..] } else { &self.languages };
        let mut languages = Vec::new();
        for language in all {
            if !languages.contains(language) {
                languages.push(*language);
            }
        }
        languages
    }

    /// The first language: that of the settings, or that of the system's tags if guests can choose it, or the first one
    /// that they can choose.
    pub fn first_language<'a>(&self, tags: impl IntoIterator<Item = &'a str>) -> Language {
        let languages = self.languages();
        let of_system = tags.into_iter().filter_map(Language::from_tag).find(|tag| languages.contains(tag));
        self.language.or(of_system).or_else(|| languages.first().copied()).unwrap_or_default()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_file_may_leave_out_any_setting() {
        assert_eq!(ron::from_str::<VenueSettings>("()"), Ok(VenueSettings::default()));
        let text = r#"(
            language: Some(Japanese),
            consent: (shown: true, text: "Ask Ada."),
            retention: Forever,
            pickup: (enabled: true, address: Some("192.168.4.1"), port: 8080),
            print: (enabled: true, printer: Some("Booth"), copies: None, options: ["media=Postcard"]),
            kiosk: (enabled: true, pin: Some("2580"), corner: BottomLeft, one_button: true, idle_seconds: 30),
        )"#;
        let settings: VenueSettings = ron::from_str(text).expect("settings");
        assert_eq!(settings.language, Some(Language::Japanese));
        assert_eq!(settings.retention, Retention::Forever);
        assert_eq!((settings.pickup.port, settings.pickup.minutes), (8080, 15));
        assert_eq!(settings.print.copies, None);
        assert!(settings.kiosk.pin.is_some());
    }

    #[test]
    fn nonsense_is_an_error() {
        for text in [
            "(kiosk: (pin: Some(\"12\")))",
            "(kiosk: (pin: Some(\"12ab\")))",
            "(kiosk: (pins: Some(\"1234\")))",
            "(language: Some(Klingon))",
            "(retention: Days(-1))",
            "(pickup: (address: Some(\"booth\")))",
            "(pickup: (port: 70000))",
            "(print: (copies: Some(\"two\")))",
            "(upload: (enabled: true))",
            "(upload: (url: \"photos\"))",
        ] {
            assert!(ron::from_str::<VenueSettings>(text).is_err(), "{text}");
        }
    }

    #[test]
    fn the_first_language_is_one_that_guests_can_choose() {
        let settings = |language, languages: &[Language]| VenueSettings {
            language,
            languages: languages.to_vec(),
            ..Default::default()
        };
        let all = settings(None, &[]);
        assert_eq!(all.languages(), Language::ALL);
        assert_eq!(all.first_language(["pt_BR", "fr_CA.UTF-8", "de"]), Language::French);
        assert_eq!(all.first_language([]), Language::English);
        assert_eq!(settings(Some(Language::German), &[]).first_language(["fr"]), Language::German);
        let two = settings(None, &[Language::Spanish, Language::French, Language::Spanish]);
        assert_eq!(two.languages(), [Language::Spanish, Language::French]);
        assert_eq!(two.first_language(["de", "fr"]), Language::French);
        assert_eq!(two.first_language(["de"]), Language::Spanish);
    }
}
