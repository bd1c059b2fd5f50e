//! From WGSL text to tokens, as far as a linker needs them.

use std::ops::Range;

use super::Fault;

/// The kind of a [`Token`].
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum TokenKind {
    /// A name or a keyword.
    Name,
    /// A name that the module itself declares globally, where it is declared, used, or shadowed; and a name that isn't
    /// the module's to use.
    Own,
    /// A name that belongs to something else: a member of a struct, an attribute, an address space.
    Inner,
    Number,
    /// A character of an operator or a bracket.
    Symbol(char),
}

/// A token of a text.
#[derive(Debug, Clone)]
pub(super) struct Token {
    pub kind: TokenKind,
    /// Its bytes in the text.
    pub bytes: Range<usize>,
    /// Its line, from 1.
    pub line: u32,
}

/// The greatest size of a text in bytes: larger ones are a mistake, or an attack.
const LARGEST_TEXT: usize = 1 << 20;

/// The greatest size of a name in bytes. Linking makes names longer, and so the text.
const LONGEST_NAME: usize = 255;

/// Splits a text into tokens. Comments and blanks are left out.
///
/// # Errors
/// A text or a name that is too long, a comment without an end, and `#`, which isn't WGSL.
pub(super) fn tokenize(text: &str) -> Result<Vec<Token>, Fault> {
    if text.len() > LARGEST_TEXT {
        let message = format!("the text has {} bytes: an effect can have {LARGEST_TEXT}", text.len());
        return Err(Fault::of_text(message));
    }
    let mut tokens = Vec::new();
    let mut line = 1;
    // Editors of Windows may mark UTF-8 so.
    let mut at = if text.starts_with('\u{feff}') { '\u{feff}'.len_utf8() } else { 0 };
    while let Some(first) = text[at..].chars().next() {
        let rest = &text[at..];
        let start = at;
        if is_blank(first) {
            at += first.len_utf8();
            line += u32::from(ends_line(rest));
            continue;
        }
        if rest.starts_with("//") {
            at += rest.find(ends_comment).unwrap_or(rest.len());
            continue;
        }
        if rest.starts_with("/*") {
            let length = block_comment(rest)
                .ok_or_else(|| Fault::at(line, "the comment that begins here has no end: add `*/`"))?;
            line += (0..length)
                .filter(|&byte| rest.is_char_boundary(byte) && ends_line(&rest[byte..]))
                .count() as u32;
            at += length;
            continue;
        }
        if first == '#' {
            return Err(Fault::at(line, no_directive(rest)));
        }
        let kind = if first.is_ascii_digit() {
            at += number(rest);
            TokenKind::Number
        } else if is_name(first) {
            at += rest.find(|next| !is_name(next)).unwrap_or(rest.len());
            if at - start > LONGEST_NAME {
                let message = format!("a name has {} bytes: it can have {LONGEST_NAME}", at - start);
                return Err(Fault::at(line, message));
            }
            TokenKind::Name
        } else {
            at += first.len_utf8();
            TokenKind::Symbol(first)
        };
        tokens.push(Token { kind, bytes: start..at, line });
    }
    Ok(tokens)
}

/// WGSL's blanks.
fn is_blank(next: char) -> bool {
    matches!(next, ' ' | '\t'..='\r' | '\u{85}' | '\u{200e}' | '\u{200f}' | '\u{2028}' | '\u{2029}')
}

/// WGSL's line breaks.
fn ends_comment(next: char) -> bool {
    matches!(next, '\n'..='\r' | '\u{85}' | '\u{2028}' | '\u{2029}')
}

/// Whether the text begins with a line break as editors count them: `\n`, `\r\n` or `\r`.
fn ends_line(text: &str) -> bool {
    text.starts_with('\n') || text.starts_with('\r') && !text.starts_with("\r\n")
}

/// A character that is no ASCII, and no blank, is taken for a letter: where it isn't one, the compiler says so.
fn is_name(next: char) -> bool {
    next == '_' || next.is_ascii_alphanumeric() || !next.is_ascii() && !is_blank(next)
}

/// Bytes of the comment that the text begins with; `None` if it has no end. Comments may stand in comments.
fn block_comment(text: &str) -> Option<usize> {
    let mut depth = 0;
    let mut at = 0;
    loop {
        let rest = &text.as_bytes()[at..];
        if rest.starts_with(b"/*") {
            depth += 1;
            at += 2;
        } else if rest.starts_with(b"*/") {
            depth -= 1;
            at += 2;
        } else {
            at += 1;
        }
        if depth == 0 {
            return Some(at);
        }
        if rest.is_empty() {
            return None;
        }
    }
}

/// Bytes of the number that the text begins with, its suffix included.
fn number(text: &str) -> usize {
    let is_hex = text.starts_with("0x") || text.starts_with("0X");
    let mut before = ' ';
    let end = text.find(|next: char| {
        let is_exponent = if is_hex { matches!(before, 'p' | 'P') } else { matches!(before, 'e' | 'E') };
        let goes_on = next.is_ascii_alphanumeric() || next == '.' || is_exponent && matches!(next, '+' | '-');
        before = next;
        !goes_on
    });
    end.unwrap_or(text.len())
}

/// The advice on a line that begins with `#`.
fn no_directive(text: &str) -> String {
    let word = text[1..].trim_start().split(|next| !is_name(next)).next().unwrap_or_default();
    match word {
        "import" | "define_import_path" => format!(
            "`#{word}` isn't WGSL: remove the line. `Context`, `sample` and the like are there without it; what comes \
             from other files has to be copied into this one"
        ),
        "if" | "ifdef" | "ifndef" | "else" | "endif" | "define" => format!(
            "`#{word}` isn't WGSL: remove the line. What an effect does in one case only is chosen by a field of \
             `struct Params`, or by a `const`"
        ),
        _ => "`#` isn't WGSL: an effect's file is compiled as it stands, without a preprocessor".to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn texts(text: &str) -> Vec<&str> {
        tokenize(text).expect("tokens").into_iter().map(|token| &text[token.bytes]).collect()
    }

    #[test]
    fn names_numbers_and_symbols_are_told_apart() {
        assert_eq!(texts("a.b+c1_d<=2"), ["a", ".", "b", "+", "c1_d", "<", "=", "2"]);
        assert_eq!(
            texts("1.0e-5f 0x1.8p+3 0xe-1 .5 7u a[0].x"),
            ["1.0e-5f", "0x1.8p+3", "0xe", "-", "1", ".", "5", "7u", "a", "[", "0", "]", ".", "x"]
        );
        assert_eq!(texts("größe+Δt*ε"), ["größe", "+", "Δt", "*", "ε"]);
    }

    #[test]
    fn comments_end_where_wgsl_ends_them() {
        assert_eq!(texts("a // b\nc"), ["a", "c"]);
        assert_eq!(texts("a // b\u{2028}c"), ["a", "c"]);
        assert_eq!(texts("a /* b /* c */ d */ e"), ["a", "e"]);
        assert_eq!(texts("a /*/ b */ c"), ["a", "c"]);
        assert_eq!(texts("a//"), ["a"]);
        let fault = tokenize("a\n/* b /* c */").expect_err("it has no end");
        assert_eq!(fault.line, Some(2));
        assert!(tokenize("/*").is_err() && tokenize("/*é").is_err() && tokenize("/**").is_err());
    }

    #[test]
    fn lines_are_counted_as_editors_do() {
        let lines = |text| tokenize(text).expect("tokens").iter().map(|token| token.line).collect::<Vec<_>>();
        assert_eq!(lines("a\nb\n\nc"), [1, 2, 4]);
        assert_eq!(lines("\u{feff}a\r\nb\r\n\r\nc"), [1, 2, 4]);
        assert_eq!(lines("a\rb"), [1, 2]);
        assert_eq!(lines("a /* é\r\n\n*/ b // c\nd"), [1, 3, 4]);
    }

    #[test]
    fn a_byte_order_mark_is_no_token() {
        assert_eq!(texts("\u{feff}a"), ["a"]);
    }

    #[test]
    fn directives_of_preprocessors_are_named() {
        for directive in ["import", "define_import_path", "ifdef", "else ifdef", "endif"] {
            let fault = tokenize(&format!("// #import\n\n  #{directive} x")).expect_err("it isn't WGSL");
            assert_eq!(fault.line, Some(3));
            let word = directive.split(' ').next().unwrap_or_default();
            assert!(fault.message.contains(&format!("`#{word}`")), "{}", fault.message);
            assert!(fault.message.contains("remove the line"), "{}", fault.message);
        }
        assert!(tokenize("let a = #{SIZE};").is_err());
    }
}
