//! The media types of image files, by their extensions.

use std::path::Path;

/// Extensions in lower case, and their media types. An MPO file begins with a JPEG.
const IMAGES: [(&str, &str); 9] = [
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

/// The media type of an image file, by its name. `None` for other files.
pub(crate) fn image(path: &Path) -> Option<&'static str> {
    let extension = path.extension()?.to_str()?;
    let (_, media_type) = IMAGES.iter().find(|(known, _)| known.eq_ignore_ascii_case(extension))?;
    Some(media_type)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn extensions_match_in_any_case() {
        let of = |name: &str| image(Path::new(name));
        assert_eq!(of("a/b.JPE"), Some("image/jpeg"));
        assert_eq!(of("b.tar.png"), Some("image/png"));
        for other in ["png", ".png", "b.pngs", "b.", ""] {
            assert_eq!(of(other), None, "{other}");
        }
    }
}
