//! The languages of the booth.

use serde::Deserialize;

/// A font with the name of the Japanese language and the signs of its dates, and nothing else.
pub const JAPANESE_NAME: &[u8] = include_bytes!("../../assets/fonts/NotoSansJP-Name.otf");

/// A language of the booth.
#[derive(Debug, Default, Clone, Copy, PartialEq, Eq, Hash, Deserialize)]
pub enum Language {
    /// English.
    #[default]
    English,
    /// German.
    German,
    /// Spanish.
    Spanish,
    /// French.
    French,
    /// Japanese. Its texts need a font of their own.
    Japanese,
}

impl Language {
    /// All languages, in the order of the language picker.
    pub const ALL: [Self; 5] = [Self::English, Self::German, Self::Spanish, Self::French, Self::Japanese];

    /// The BCP 47 tag: `en`.
    pub const fn tag(self) -> &'static str {
        match self {
            Self::English => "en",
            Self::German => "de",
            Self::Spanish => "es",
            Self::French => "fr",
            Self::Japanese => "ja",
        }
    }

    /// The name in the language itself.
    pub const fn name(self) -> &'static str {
        match self {
            Self::English => "English",
            Self::German => "Deutsch",
            Self::Spanish => "Español",
            Self::French => "Français",
            Self::Japanese => "日本語",
        }
    }

    /// The language of a BCP 47 tag or a POSIX locale: German for `de`, `de-AT` and `de_CH.UTF-8`. `None` if the booth
    /// has no texts in that language.
    pub fn from_tag(tag: &str) -> Option<Self> {
        let primary = tag.split(['-', '_', '.', '@']).next()?;
        Self::ALL.into_iter().find(|language| primary.eq_ignore_ascii_case(language.tag()))
    }

    /// The asset path of the font for this language's texts. `None` if the booth's own fonts have all the glyphs.
    pub const fn font(self) -> Option<&'static str> {
        match self {
            Self::Japanese => Some("fonts/NotoSansJP-Booth.otf"),
            _ => None,
        }
    }

    /// The language's texts, as a Fluent file.
    pub(super) const fn file(self) -> &'static str {
        match self {
            Self::English => include_str!("../../words/en.ftl"),
            Self::German => include_str!("../../words/de.ftl"),
            Self::Spanish => include_str!("../../words/es.ftl"),
            Self::French => include_str!("../../words/fr.ftl"),
            Self::Japanese => include_str!("../../words/ja.ftl"),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tags_and_locales_name_a_language() {
        for (tag, language) in [
            ("en", Some(Language::English)),
            ("de-AT", Some(Language::German)),
            ("es_MX.UTF-8", Some(Language::Spanish)),
            ("FR", Some(Language::French)),
            ("ja@calendar=japanese", Some(Language::Japanese)),
            ("den", None),
            ("C", None),
            ("", None),
        ] {
            assert_eq!(Language::from_tag(tag), language, "{tag}");
        }
    }
}
