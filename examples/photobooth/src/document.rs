//! RON files of a venue: errors that name the file, the line and the nearest name.

use bevy_viewfinder::prelude::*;
use ron::{Options, error::SpannedError, extensions::Extensions};
use serde::de::DeserializeOwned;

/// Reads a RON file. `Some(...)` may be left out around optional values.
///
/// # Errors
/// `DataError` that names the file and the line, and for an unknown name the nearest known one.
pub fn parse<T: DeserializeOwned>(file: &str, text: &str) -> Result<T, MediaError> {
    let options = Options::default().with_default_extension(Extensions::IMPLICIT_SOME);
    options.from_str(text).map_err(|SpannedError { code, span }| {
        let line = if is_of_a_value(&code) { span.end.line } else { span.start.line };
        error(file, line, &explain(&code))
    })
}

/// An error in a line of a file.
pub fn error(file: &str, line: usize, message: &str) -> MediaError {
    MediaError::data(format!("{file}:{line}: {message}"))
}

/// True for errors behind a value that was read completely.
fn is_of_a_value(code: &ron::Error) -> bool {
    matches!(
        code,
        ron::Error::Message(_) | ron::Error::InvalidValueForType { .. } | ron::Error::TrailingCharacters
    )
}

fn explain(code: &ron::Error) -> String {
    match code {
        ron::Error::NoSuchStructField { expected, found, .. } => unknown("option", found, expected),
        ron::Error::NoSuchEnumVariant { expected, found, .. } => unknown("choice", found, expected),
        code => code.to_string(),
    }
}

/// A message about an unknown name.
fn unknown(kind: &str, found: &str, known: &[&str]) -> String {
    let distance = |name: &&&str| strsim::damerau_levenshtein(&found.to_lowercase(), &name.to_lowercase());
    let near = known.iter().min_by_key(distance).filter(|name| distance(name) <= 1 + found.len() / 3);
    match near {
        Some(near) => format!("there is no {kind} `{found}`; did you mean `{near}`?"),
        None => format!("there is no {kind} `{found}`; there are {}", known.join(", ")),
    }
}

/// The line of a field at the top of a RON file, or of an element of the list that it is. The last line if there is no
/// such field.
pub fn line_of(text: &str, field: &str, element: Option<usize>) -> usize {
    let mut tokens = tokens(text);
    let mut depth = 0;
    let mut last = 1;
    while let Some((line, token)) = tokens.next() {
        last = line;
        match token {
            "(" | "[" | "{" => depth += 1,
            ")" | "]" | "}" => depth -= 1,
            _ if depth == 1 && token == field => {
                let Some(element) = element else { return line };
                return line_of_element(&mut tokens, element).unwrap_or(line);
            }
            _ => {}
        }
    }
    last
}

/// The line of an element of the list that follows.
fn line_of_element<'a>(tokens: &mut impl Iterator<Item = (usize, &'a str)>, element: usize) -> Option<usize> {
    let mut tokens = tokens.skip_while(|(_, token)| *token != "[").skip(1);
    let (mut depth, mut index) = (0, 0);
    let (mut line, mut token) = tokens.next()?;
    while index < element {
        match token {
            "(" | "[" | "{" => depth += 1,
            ")" | "]" | "}" => depth -= 1,
            "," if depth == 0 => index += 1,
            _ => {}
        }
        (line, token) = tokens.next()?;
    }
    Some(line)
}

/// The words and signs of a RON text, each with its line. Strings and comments are left out.
fn tokens(text: &str) -> impl Iterator<Item = (usize, &str)> {
    let mut rest = text;
    let mut line = 1;
    std::iter::from_fn(move || {
        loop {
            let first = rest.chars().next()?;
            let skipped = if rest.starts_with("//") {
                rest.find('\n').unwrap_or(rest.len())
            } else if rest.starts_with("/*") {
                rest.find("*/").map_or(rest.len(), |end| end + 2)
            } else if first == '"' {
                length_of_string(rest)
            } else if first.is_whitespace() {
                first.len_utf8()
            } else {
                let is_word = |c: char| c.is_alphanumeric() || c == '_';
                let length = if is_word(first) {
                    rest.find(|c| !is_word(c)).unwrap_or(rest.len())
                } else {
                    first.len_utf8()
                };
                let (token, after) = rest.split_at(length);
                rest = after;
                return Some((line, token));
            };
            let (blank, after) = rest.split_at(skipped);
            line += blank.matches('\n').count();
            rest = after;
        }
    })
}

/// The bytes of the string in quotes that a text starts with.
fn length_of_string(text: &str) -> usize {
    let mut escaped = false;
    for (at, letter) in text.char_indices().skip(1) {
        match letter {
            _ if escaped => escaped = false,
            '\\' => escaped = true,
            '"' => return at + 1,
            _ => {}
        }
    }
    text.len()
}

#[cfg(test)]
mod tests {
    use serde::Deserialize;

    use super::*;

    #[derive(Debug, PartialEq, Deserialize)]
    #[serde(deny_unknown_fields)]
    struct Example {
        #[serde(default)]
        #[allow(dead_code, reason = "It is only read.")]
        seconds: Option<f32>,
        #[serde(default)]
        #[allow(dead_code, reason = "It is only read.")]
        color: Color,
    }

    #[derive(Debug, Default, PartialEq, Deserialize)]
    enum Color {
        #[default]
        Black,
        White,
    }

    fn message(text: &str) -> String {
        parse::<Example>("booth.ron", text).expect_err("it is wrong").message.into_owned()
    }

    #[test]
    fn an_error_names_the_line_and_the_nearest_name() {
        assert!(parse::<Example>("booth.ron", "(seconds: 2.5)").is_ok());
        assert_eq!(
            message("(\n    secconds: 2,\n)"),
            "booth.ron:2: there is no option `secconds`; did you mean `seconds`?"
        );
        assert_eq!(
            message("(\n\n  color: white,\n)"),
            "booth.ron:3: there is no choice `white`; did you mean `White`?"
        );
        assert_eq!(
            message("(\n  pages: 2)"),
            "booth.ron:2: there is no option `pages`; there are seconds, color"
        );
        for wrong in ["(\n  seconds: \"2\")", "(\n  seconds: 2 color", "(\n  seconds: 2, seconds: 3)"] {
            assert!(message(wrong).starts_with("booth.ron:2: "), "{}", message(wrong));
        }
        for nonsense in ["", "nonsense", "{", "(\u{0}", "\u{feff}("] {
            assert!(message(nonsense).starts_with("booth.ron:1: "), "{}", message(nonsense));
        }
    }

    #[test]
    fn the_line_of_an_element_is_found_past_strings_and_comments() {
        let text = "(\n name: \"slots: [(\\\"\", // slots: [\n other: (slots: [1]),\n slots: [\n  (a: 1,\n   b: [2, 3]), /* , */\n  (),\n ],\n)";
        assert_eq!(line_of(text, "name", None), 2);
        assert_eq!(line_of(text, "slots", None), 4);
        assert_eq!(line_of(text, "slots", Some(0)), 5);
        assert_eq!(line_of(text, "slots", Some(1)), 7);
        assert_eq!(line_of(text, "slots", Some(7)), 4);
        assert_eq!(line_of(text, "none", None), 9);
        assert_eq!(line_of("\"", "none", None), 1);
    }
}
