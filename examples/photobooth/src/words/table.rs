//! The texts of one language.

use std::fmt;

use bevy::prelude::*;
use fluent_bundle::{FluentArgs, FluentResource, FluentValue, concurrent::FluentBundle};
use unic_langid::LanguageIdentifier;

use super::{key::Key, language::Language};

/// The value of a variable in a text.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Value<'a> {
    /// A text, such as the name of a file.
    Text(&'a str),
    /// A number. It chooses the plural form.
    Number(u64),
}

impl<'a> From<&'a str> for Value<'a> {
    fn from(text: &'a str) -> Self {
        Self::Text(text)
    }
}

impl From<u64> for Value<'_> {
    fn from(number: u64) -> Self {
        Self::Number(number)
    }
}

impl From<u32> for Value<'_> {
    fn from(number: u32) -> Self {
        Self::Number(number.into())
    }
}

impl From<usize> for Value<'_> {
    fn from(number: usize) -> Self {
        Self::Number(number as u64)
    }
}

/// The texts of one language.
#[derive(Resource)]
pub struct Words {
    language: Language,
    bundle: FluentBundle<FluentResource>,
}

impl Words {
    /// The texts of this language.
    pub fn new(language: Language) -> Self {
        let locale = language.tag().parse::<LanguageIdentifier>().unwrap_or_default();
        let mut bundle = FluentBundle::new_concurrent(vec![locale]);
        // The marks around variables have no glyphs, and all the languages run from left to right.
        bundle.set_use_isolating(false);
        // The tests read each file: it has no errors, and each key has a text.
        let file = FluentResource::try_new(language.file().to_owned()).unwrap_or_else(|(file, _)| file);
        let _ = bundle.add_resource(file);
        Self { language, bundle }
    }

    /// The language.
    pub const fn language(&self) -> Language {
        self.language
    }

    /// A text without variables.
    pub fn text(&self, key: Key) -> String {
        self.text_with(key, &[])
    }

    /// A text with the values of its variables.
    pub fn text_with(&self, key: Key, values: &[(&'static str, Value<'_>)]) -> String {
        let values = values.iter().map(|(name, value)| match value {
            Value::Text(text) => (*name, FluentValue::from(*text)),
            Value::Number(number) => (*name, FluentValue::from(*number)),
        });
        let values = FluentArgs::from_iter(values);
        let message = self.bundle.get_message(key.name());
        message.and_then(|message| message.value()).map_or_else(
            || key.name().to_owned(),
            |pattern| self.bundle.format_pattern(pattern, Some(&values), &mut Vec::new()).into_owned(),
        )
    }
}

impl Default for Words {
    fn default() -> Self {
        Self::new(Language::default())
    }
}

impl fmt::Debug for Words {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Words").field("language", &self.language).finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use fluent_syntax::{ast, parser};

    use super::*;

    /// The variables and the letters of a pattern.
    #[derive(Debug, Default)]
    struct Content<'a> {
        variables: Vec<&'a str>,
        text: String,
    }

    impl<'a> Content<'a> {
        fn read(&mut self, pattern: &ast::Pattern<&'a str>) {
            for element in &pattern.elements {
                match element {
                    ast::PatternElement::TextElement { value } => self.text.push_str(value),
                    ast::PatternElement::Placeable { expression } => match expression {
                        ast::Expression::Inline(inline) => self.read_inline(inline),
                        ast::Expression::Select { selector, variants } => {
                            self.read_inline(selector);
                            for variant in variants {
                                self.read(&variant.value);
                            }
                        }
                    },
                }
            }
        }

        fn read_inline(&mut self, inline: &ast::InlineExpression<&'a str>) {
            match inline {
                ast::InlineExpression::VariableReference { id } => self.variables.push(id.name),
                ast::InlineExpression::StringLiteral { value } => self.text.push_str(value),
                other => panic!("{other:?} isn't used in the booth's texts"),
            }
        }
    }

    /// The messages of a language. Panics if its file has an error or a message twice.
    fn messages(language: Language) -> BTreeMap<&'static str, Content<'static>> {
        let file =
            parser::parse(language.file()).unwrap_or_else(|(_, errors)| panic!("{language:?}: {errors:?}"));
        let mut messages = BTreeMap::new();
        for entry in file.body {
            if let ast::Entry::Message(message) = entry {
                let mut content = Content::default();
                content.read(&message.value.expect("a message has a text"));
                content.variables.sort_unstable();
                content.variables.dedup();
                let twice = messages.insert(message.id.name, content);
                assert!(twice.is_none(), "{language:?} has {} twice", message.id.name);
            }
        }
        messages
    }

    #[test]
    fn every_language_has_every_key_with_the_same_variables() {
        for language in Language::ALL {
            let messages = messages(language);
            for key in Key::ALL {
                let content =
                    messages.get(key.name()).unwrap_or_else(|| panic!("{language:?} has no {}", key.name()));
                assert_eq!(content.variables, key.variables(), "{language:?}: {}", key.name());
            }
            assert_eq!(messages.len(), Key::ALL.len(), "{language:?} has messages without a key");
        }
    }

    #[test]
    fn every_text_is_complete() {
        for language in Language::ALL {
            let words = Words::new(language);
            for key in Key::ALL {
                for number in [0_u64, 1, 2, 5, 11, 12, 2026] {
                    let values: Vec<_> = key.variables().iter().map(|name| (*name, number.into())).collect();
                    let text = words.text_with(*key, &values);
                    assert!(!text.trim().is_empty(), "{language:?}: {} is empty", key.name());
                    assert_ne!(text, key.name(), "{language:?}");
                    assert!(!text.contains(['{', '}', '$']), "{language:?}: {text}");
                    assert_eq!(text.trim(), text, "{language:?}: {} has spaces around it", key.name());
                }
            }
        }
    }

    #[test]
    fn every_glyph_is_in_a_shipped_font() {
        let read = |path: &str| {
            let path = format!("{}/{path}", env!("CARGO_MANIFEST_DIR"));
            std::fs::read(&path).unwrap_or_else(|error| panic!("{path}: {error}"))
        };
        let own =
            ["Medium", "Bold"].map(|weight| read(&format!("../../assets/fonts/Quicksand-{weight}.ttf")));
        for language in Language::ALL {
            let fonts = match language.font() {
                Some(path) => vec![read(&format!("assets/{path}"))],
                None => own.to_vec(),
            };
            let mut letters: Vec<char> =
                messages(language).values().flat_map(|content| content.text.chars()).collect();
            // Numbers, and the names of files and cameras.
            letters.extend(' '..='~');
            if language.font().is_some() {
                letters.extend(language.name().chars());
            }
            letters.sort_unstable();
            letters.dedup();
            for font in &fonts {
                let charmap = swash::FontRef::from_index(font, 0).expect("a font").charmap();
                let missing: String =
                    letters.iter().filter(|letter| **letter != '\n' && charmap.map(**letter) == 0).collect();
                assert!(
                    missing.is_empty(),
                    "{language:?}: no glyph for {missing:?}; words/subset.py makes the font again"
                );
            }
        }
        let japanese = read("assets/fonts/NotoSansJP-Booth.otf");
        assert!(japanese.len() <= 150_000, "{} bytes", japanese.len());
        let name = read("assets/fonts/NotoSansJP-Name.otf");
        let charmap = swash::FontRef::from_index(&name, 0).expect("a font").charmap();
        for letter in Language::Japanese.name().chars().chain("年月日".chars()) {
            assert_ne!(charmap.map(letter), 0, "{letter}");
        }
    }

    #[test]
    fn numbers_choose_the_plural_form() {
        let german = Words::new(Language::German);
        let days = |days: u64| german.text_with(Key::DeletedAfter, &[("days", days.into())]);
        assert_eq!(days(1), "Bilder werden nach einem Tag gelöscht.");
        assert_eq!(days(30), "Bilder werden nach 30 Tagen gelöscht.");
        let english = Words::new(Language::English);
        let left = |copies: u64| english.text_with(Key::CopiesLeft, &[("copies", copies.into())]);
        assert_eq!(left(0), "You have used all your prints.");
        assert_eq!(left(1), "You have one print left.");
        assert_eq!(left(3), "You have 3 prints left.");
    }

    #[test]
    fn dates_are_written_as_each_language_does() {
        for (language, day, expected) in [
            (Language::English, 3_u64, "3 November 2026"),
            (Language::German, 3_u64, "3. November 2026"),
            (Language::Spanish, 3_u64, "3 de noviembre de 2026"),
            (Language::French, 1_u64, "1er novembre 2026"),
            (Language::Japanese, 3_u64, "2026年11月3日"),
        ] {
            let values = [("day", day.into()), ("month", 11_u64.into()), ("year", 2026_u64.into())];
            assert_eq!(Words::new(language).text_with(Key::Date, &values), expected);
        }
    }

    #[test]
    fn a_name_in_a_text_stays_as_it_is() {
        let words = Words::new(Language::French);
        let text = words.text_with(Key::SavedAs, &[("file", "{ $day } 100 %.png".into())]);
        assert_eq!(text, "Enregistrée sous { $day } 100 %.png");
    }
}
