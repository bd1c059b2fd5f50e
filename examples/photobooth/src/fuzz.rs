//! The bodies of the photobooth's fuzz targets. `fuzz/` of the repository calls them, and so do the tests here, with
//! the seeds and with mutations of them. Each returns whether the input was accepted, and panics if a promise is
//! broken.

#[cfg(test)]
#[path = "../../../fuzz/src/mutate.rs"]
mod mutate;

use std::io::Cursor;

use bevy_viewfinder::prelude::*;
use image::{ImageFormat, RgbaImage};
use photobooth::pickup::request::{Refusal, parse};

use crate::layout::Template;

/// The name in the messages of a layout.
const FILE: &str = "a.layout.ron";

/// A layout's file, beside two pictures.
pub fn layout(data: &[u8]) -> bool {
    let Ok(text) = std::str::from_utf8(data) else { return false };
    let picture = |name: &str| match name {
        "frame.png" => Ok(png(100, 50)),
        "broken.png" => Ok(b"no picture".to_vec()),
        _ => Err(format!("{name} can't be read: no such file")),
    };
    match Template::read(FILE, text, picture) {
        Ok(template) => {
            assert!((1..=24).contains(&template.layout.shots()), "{:?}", template.layout);
            for longest in [8, 40] {
                let small = template.scaled_down(longest);
                assert!(small.layout.canvas.width.max(small.layout.canvas.height) <= longest);
                assert_eq!(small.layout.shots(), template.layout.shots());
            }
            // The same text is the same layout.
            let again = Template::read(FILE, text, picture).expect("it was read before");
            assert_eq!(again.layout, template.layout);
            true
        }
        Err(error) => {
            assert_eq!(error.name, ErrorName::Data, "{error}");
            let line = error.message.strip_prefix("a.layout.ron:").and_then(|rest| rest.split(':').next());
            let line: usize = line.and_then(|line| line.parse().ok()).expect("a line");
            assert!((1..=text.matches('\n').count() + 1).contains(&line), "{error}");
            // A field was read before the fault.
            line > 1
        }
    }
}

/// The head of a request to the pickup's server, which arrives in parts.
pub fn request(data: &[u8]) -> bool {
    let whole = parse(data);
    match &whole {
        // No part of a head is a request, and a head that is complete stays what it is.
        Some(Ok(request)) => {
            let lines = (1..=data.len()).filter(|end| data[end - 1] == b'\n');
            assert_eq!(lines.map(|end| parse(&data[..end])).find(Option::is_some), Some(whole.clone()));
            assert_eq!(parse(&[data, b"more"].concat()), whole);
            assert!(request.name.len() == 32 && request.name.bytes().all(|digit| digit.is_ascii_hexdigit()));
        }
        Some(Err(refusal)) => {
            assert!(refusal.status().starts_with('4'), "{refusal:?}");
            assert_ne!(*refusal, Refusal::Timeout, "the server says that");
        }
        None => {}
    }
    !matches!(whole, Some(Err(Refusal::BadRequest)))
}

fn png(width: u32, height: u32) -> Vec<u8> {
    let mut bytes = Cursor::new(Vec::new());
    RgbaImage::new(width, height).write_to(&mut bytes, ImageFormat::Png).expect("a PNG");
    bytes.into_inner()
}

#[cfg(test)]
mod tests {
    use std::path::Path;

    use super::*;

    fn replay(name: &str, run: fn(&[u8]) -> bool) {
        let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../fuzz/seeds").join(name);
        let seeds = mutate::seeds(&folder);
        let accepted = seeds.iter().filter(|seed| run(seed)).count();
        assert!(accepted > 0, "some seed is accepted");
        for mutant in mutate::mutants(&seeds, 400) {
            run(&mutant);
        }
    }

    #[test]
    fn layouts_of_any_text_are_read_or_refused() {
        replay("booth_layout", layout);
    }

    #[test]
    fn requests_of_any_bytes_are_answered() {
        replay("booth_request", request);
    }
}
