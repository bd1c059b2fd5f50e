//! Images: one, or a folder of them.

mod color;
mod decode;
mod webp;

use std::{
    cmp::Ordering,
    path::{Path, PathBuf},
};

use super::{
    clip::{Clip, DEFAULT_RATE, STILL_RATE, choose_rate},
    input,
};
use crate::{
    device::NativeMode,
    error::MediaError,
    frame::{Frame, FramePool, PixelFormat},
    media_type,
};
use decode::{decode, upright_size};

/// One image.
#[derive(Debug)]
pub(super) struct Still {
    path: PathBuf,
    mode: NativeMode,
    passed: bool,
}

impl Still {
    pub(super) fn open(path: &Path) -> Result<Self, MediaError> {
        let mode =
            NativeMode { size: upright_size(path)?, frame_rate: STILL_RATE, format: PixelFormat::Rgba32 };
        Ok(Self { path: path.to_owned(), mode, passed: false })
    }
}

impl Clip for Still {
    fn mode(&self) -> NativeMode {
        self.mode
    }

    fn is_still(&self) -> bool {
        true
    }

    fn advance(&mut self) -> Result<bool, MediaError> {
        Ok(!std::mem::replace(&mut self.passed, true))
    }

    fn load(&mut self, pool: &FramePool) -> Result<Option<Frame>, MediaError> {
        decode(&self.path, pool).map(Some)
    }

    fn rewind(&mut self) -> Result<(), MediaError> {
        self.passed = false;
        Ok(())
    }
}

/// The images of a folder, in order. They may differ in size.
#[derive(Debug)]
pub(super) struct Folder {
    paths: Vec<PathBuf>,
    mode: NativeMode,
    /// The number of images passed.
    passed: usize,
}

impl Folder {
    pub(super) fn open(path: &Path, frame_rate: Option<f64>) -> Result<Self, MediaError> {
        let mut paths = Vec::new();
        for entry in path.read_dir().map_err(input::error)? {
            let path = entry.map_err(input::error)?.path();
            // Hidden files are skipped. Those of macOS (`._1.jpg`) are no images in spite of their names.
            if media_type::image(&path).is_some() && !name(&path).starts_with('.') && path.is_file() {
                paths.push(path);
            }
        }
        paths.sort_by(|a, b| natural_order(&name(a), &name(b)).then_with(|| a.cmp(b)));
        // Corrupt images are skipped, here as in playback.
        let mut size =
            Err(MediaError::not_found("the folder has no PNG, JPEG or WebP images; choose another"));
        for path in &paths {
            size = upright_size(path);
            if size.is_ok() {
                break;
            }
        }
        let size = size?;
        let frame_rate = choose_rate(frame_rate, DEFAULT_RATE);
        Ok(Self { paths, mode: NativeMode { size, frame_rate, format: PixelFormat::Rgba32 }, passed: 0 })
    }
}

impl Clip for Folder {
    fn mode(&self) -> NativeMode {
        self.mode
    }

    fn advance(&mut self) -> Result<bool, MediaError> {
        self.passed += 1;
        Ok(self.passed <= self.paths.len())
    }

    fn load(&mut self, pool: &FramePool) -> Result<Option<Frame>, MediaError> {
        let Some(path) = self.passed.checked_sub(1).and_then(|index| self.paths.get(index)) else {
            return Ok(None);
        };
        // The next image may be good.
        decode(path, pool)
            .map(Some)
            .map_err(|error| MediaError::data(format!("{}: {}", name(path), error.message)))
    }

    fn rewind(&mut self) -> Result<(), MediaError> {
        self.passed = 0;
        Ok(())
    }
}

fn name(path: &Path) -> String {
    path.file_name().unwrap_or_default().to_string_lossy().into_owned()
}

/// Compares names in natural order: runs of digits by their value, the rest letter by letter.
fn natural_order(a: &str, b: &str) -> Ordering {
    let (mut a, mut b) = (a, b);
    loop {
        let (digits_a, digits_b) = (leading_digits(a), leading_digits(b));
        if !digits_a.is_empty() && !digits_b.is_empty() {
            let values = [digits_a, digits_b].map(|digits| digits.trim_start_matches('0'));
            // Of two numbers without leading zeros, the longer is the larger.
            let order = values[0].len().cmp(&values[1].len()).then_with(|| values[0].cmp(values[1]));
            if order.is_ne() {
                return order;
            }
            (a, b) = (&a[digits_a.len()..], &b[digits_b.len()..]);
            continue;
        }
        let (mut rest_a, mut rest_b) = (a.chars(), b.chars());
        match (rest_a.next(), rest_b.next()) {
            (None, None) => return Ordering::Equal,
            (first_a, first_b) if first_a != first_b => return first_a.cmp(&first_b),
            _ => (a, b) = (rest_a.as_str(), rest_b.as_str()),
        }
    }
}

fn leading_digits(text: &str) -> &str {
    &text[..text.find(|letter: char| !letter.is_ascii_digit()).unwrap_or(text.len())]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_in_the_order_that_people_expect() {
        let sorted = ["", "1.png", "2.png", "02.png", "10.png", "a", "a1b2", "a1b10", "a2", "b", "\u{e9}"];
        for (index, a) in sorted.iter().enumerate() {
            for (other, b) in sorted.iter().enumerate() {
                let expected = match (*a, *b) {
                    ("2.png", "02.png") | ("02.png", "2.png") => Ordering::Equal,
                    _ => index.cmp(&other),
                };
                assert_eq!(natural_order(a, b), expected, "{a:?} {b:?}");
            }
        }
        let long = "9".repeat(50);
        assert_eq!(natural_order(&long, &format!("1{long}")), Ordering::Less, "larger than any integer");
    }
}
