//! File names from elsewhere.

use std::path::Path;

use crate::{media_type, photo::PhotoFormat};

/// The longest name without its extension, in bytes. File systems allow 255, some that encrypt names 143.
const LONGEST: usize = 128;

/// The name of a file that would have none.
const UNNAMED: &str = "photo";

/// Characters that are no part of names on some system, and those of shells and URLs that mean a path.
const RESERVED: [char; 9] = ['/', '\\', ':', '*', '?', '"', '<', '>', '|'];

/// The names of devices on Windows, in any case and with any extension
/// ([Naming Files](https://learn.microsoft.com/en-us/windows/win32/fileio/naming-a-file)).
const DEVICES: [&str; 6] = ["CON", "PRN", "AUX", "NUL", "CONIN$", "CONOUT$"];
const NUMBERED_DEVICES: [&str; 2] = ["COM", "LPT"];
const NUMBERS: [&str; 13] = ["0", "1", "2", "3", "4", "5", "6", "7", "8", "9", "¹", "²", "³"];

/// A file name that every system allows, with the extension of this format.
pub(super) fn sanitized(name: &str, format: PhotoFormat) -> String {
    let stem = match name.rsplit_once('.') {
        Some((stem, extension)) if !stem.is_empty() && is_extension(extension, format) => stem,
        _ => name,
    };
    let stem: String = stem.chars().map(|c| if is_allowed(c) { c } else { '_' }).collect();
    let stem = trimmed(&stem);
    let stem = trimmed(&stem[..stem.floor_char_boundary(LONGEST)]);
    let stem = if stem.is_empty() { UNNAMED } else { stem };
    let mark = if is_device(stem) { "_" } else { "" };
    format!("{mark}{stem}.{}", format.extension())
}

fn is_extension(extension: &str, format: PhotoFormat) -> bool {
    media_type::image(Path::new(&format!("x.{extension}"))) == Some(format.mime_type())
}

/// Windows removes dots and spaces at the end, and a dot at the start hides a file elsewhere.
fn trimmed(name: &str) -> &str {
    name.trim_matches(|c: char| c == '.' || c.is_whitespace())
}

fn is_allowed(c: char) -> bool {
    // Marks of direction can show one extension in the place of another.
    let is_invisible = matches!(
        c,
        '\u{200b}' | '\u{200e}' | '\u{200f}' | '\u{2028}'..='\u{202e}' | '\u{2060}'..='\u{206f}' | '\u{feff}'
    );
    !c.is_control() && !is_invisible && !RESERVED.contains(&c)
}

fn is_device(name: &str) -> bool {
    let name = name.split('.').next().unwrap_or(name).trim_end();
    let is_numbered = |device: &&str| {
        let head = name.get(..device.len()).is_some_and(|head| head.eq_ignore_ascii_case(device));
        head && NUMBERS.contains(&&name[device.len()..])
    };
    DEVICES.iter().any(|device| name.eq_ignore_ascii_case(device)) || NUMBERED_DEVICES.iter().any(is_numbered)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn png(name: &str) -> String {
        sanitized(name, PhotoFormat::Png)
    }

    #[test]
    fn plain_names_stay_as_they_are() {
        for name in ["Anna & Ben", "写真", "Größe 2", "👨‍👩‍👧", "a.b", "it's-me_(1)", "prefix CON"]
        {
            assert_eq!(png(name), format!("{name}.png"));
        }
        assert_eq!(png("me.png"), "me.png");
        assert_eq!(png("me.PNG"), "me.png");
        assert_eq!(sanitized("me.jpeg", PhotoFormat::jpeg()), "me.jpg");
        assert_eq!(png("me.jpg"), "me.jpg.png", "the app chose the format");
        assert_eq!(png("run.exe"), "run.exe.png");
    }

    #[test]
    fn names_that_a_system_forbids_are_changed() {
        for (name, safe) in [
            ("../../etc/passwd", "_.._etc_passwd.png"),
            ("..\\x", "_x.png"),
            ("C:\\x", "C__x.png"),
            ("a\0b\nc\u{7f}", "a_b_c_.png"),
            ("what?*<>|\"", "what______.png"),
            ("trailing. . ", "trailing.png"),
            (".hidden", "hidden.png"),
            ("...", "photo.png"),
            ("  ", "photo.png"),
            ("", "photo.png"),
            (".png", "png.png"),
            ("写.png/./", "写.png_._.png"),
            ("CON", "_CON.png"),
            ("con.txt", "_con.txt.png"),
            ("nul .x", "_nul .x.png"),
            ("LPT9", "_LPT9.png"),
            ("com¹", "_com¹.png"),
            ("COM10", "COM10.png"),
            ("gnp.\u{202e}exe", "gnp._exe.png"),
        ] {
            assert_eq!(png(name), safe, "{name:?}");
        }
    }

    #[test]
    fn long_names_are_cut_between_characters() {
        for name in ["n".repeat(300), "é".repeat(300), "写".repeat(300), format!("{} . x", "n".repeat(126))]
        {
            let safe = png(&name);
            assert!(safe.len() <= LONGEST + ".png".len(), "{safe}");
            assert!(!safe.contains(" .") && safe.ends_with(".png"), "{safe}");
        }
    }

    proptest! {
        #[test]
        fn any_name_is_one_safe_component(name in ".*") {
            let safe = png(&name);
            prop_assert_eq!(Path::new(&safe).components().count(), 1);
            prop_assert!(!safe.contains(RESERVED) && !safe.contains(char::is_control));
            prop_assert!(safe.len() <= LONGEST + 5 && !safe.starts_with('.') && safe.ends_with(".png"));
            prop_assert_eq!(png(&safe), safe.clone(), "a safe name stays");
        }
    }
}
