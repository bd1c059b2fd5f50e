//! The media types of files that are pictures, by the extensions of their names.

use std::path::Path;

/// Extensions in lower case, and their MIME types. An MPO file begins with a JPEG.
const PICTURES: [(&str, &str); 9] = [
    ("png", "image/png"),
    ("jpg", "image/jpeg"),
    ("jpeg", "image/jpeg"),
    ("jpe", "image/jpeg"),
    ("jfif", "image/jpeg"),
    ("jfi", "image/jpeg"),
    ("jif", "image/jpeg"),
    ("mpo", "image/mpo"),
    ("webp", "image/webp"),
];

/// The MIME type that a file's name says, if it is one of a picture.
pub(crate) fn picture(path: &Path) -> Option<&'static str> {
    let extension = path.extension()?.to_str()?;
    let (_, media_type) = PICTURES.iter().find(|(known, _)| known.eq_ignore_ascii_case(extension))?;
    Some(media_type)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn extensions_count_in_any_case() {
        let of = |name: &str| picture(Path::new(name));
        assert_eq!(of("a/b.JPE"), Some("image/jpeg"));
        assert_eq!(of("b.tar.png"), Some("image/png"));
        for other in ["png", ".png", "b.pngs", "b.", ""] {
            assert_eq!(of(other), None, "{other}");
        }
    }
}
