//! From photos to a file.

use std::{
    path::{Path, PathBuf},
    sync::Arc,
    time::Duration,
};

use bevy_viewfinder::{
    photo::{Photo, PhotoFormat},
    prelude::*,
};

use crate::{
    animation::Animation,
    clip::{self, ClipFile},
    layout::{Lines, Template, compose},
    sticker::{Stickers, put_on},
    system,
};

/// The parts of a result.
#[derive(Debug, Clone)]
pub enum Negative {
    /// Photos for a print.
    Print { template: Template, photos: Vec<Photo>, lines: Lines },
    /// Photos for an animation, the time for which each is shown, and the width in pixels.
    Shots { photos: Vec<Photo>, pause: Duration, width: u32 },
    /// A clip that is recorded, and its preview.
    Clip(ClipFile, Animation),
    /// Frames for a boomerang, with the times at which they were taken, and the stickers on each.
    Recording(Vec<(Duration, Photo)>, Stickers),
}

impl Negative {
    /// The extension of the file.
    pub fn extension(&self) -> &'static str {
        match self {
            Self::Print { .. } => "png",
            Self::Shots { .. } | Self::Recording(..) => "gif",
            Self::Clip(file, _) => extension_of(file.media_type),
        }
    }
}

/// A result.
#[derive(Debug, Clone)]
pub struct Product {
    /// The bytes of its file.
    pub file: Arc<[u8]>,
    /// The type of the file.
    pub media_type: &'static str,
    /// The frames to show, one for a print, and those of the preview for a clip.
    pub animation: Animation,
}

impl Product {
    /// The extension of the file.
    pub fn extension(&self) -> &'static str {
        extension_of(self.media_type)
    }
}

/// The extension of a file of this type.
fn extension_of(media_type: &str) -> &'static str {
    let picture = if media_type == "image/gif" { "gif" } else { "png" };
    clip::extension(media_type).unwrap_or(picture)
}

/// A result and its file.
#[derive(Debug, Clone)]
pub struct Developed {
    /// The result. `None` if it can't be made.
    pub product: Option<Product>,
    /// The path of the file, or the error.
    pub saved: Result<PathBuf, MediaError>,
}

/// Makes a result and saves it. Slow: not for the main thread.
pub fn develop(negative: &Negative, path: &Path) -> Developed {
    match make(negative) {
        Ok(product) => Developed { saved: save(&product, path), product: Some(product) },
        Err(error) => Developed { product: None, saved: Err(error) },
    }
}

fn make(negative: &Negative) -> Result<Product, MediaError> {
    let animation = match negative {
        Negative::Print { template, photos, lines } => {
            let print = compose(template, photos, lines)?;
            let file = print.encode(PhotoFormat::Png)?.into();
            let animation = Animation { frames: vec![(print, Duration::MAX)] };
            return Ok(Product { file, media_type: "image/png", animation });
        }
        Negative::Clip(ClipFile { bytes, media_type }, preview) => {
            return Ok(Product { file: bytes.clone(), media_type, animation: preview.clone() });
        }
        Negative::Shots { photos, pause, width } => Animation::of_shots(photos, *pause, *width),
        Negative::Recording(frames, stickers) => Animation::there_and_back(
            frames.iter().map(|(time, frame)| (*time, put_on(frame, stickers))).collect(),
        ),
    };
    Ok(Product { file: animation.encode()?.into(), media_type: "image/gif", animation })
}

/// Saves a result. Slow: not for the main thread.
///
/// # Errors
/// Errors of the disk or the browser.
pub fn save(product: &Product, path: &Path) -> Result<PathBuf, MediaError> {
    system::write(&product.file, product.media_type, path)
}

#[cfg(test)]
mod tests {
    use bevy::prelude::*;

    use super::*;
    use crate::layout::film;

    fn photo(value: u8) -> Photo {
        Photo::new(UVec2::new(32, 18), vec![value; 32 * 18 * 4])
    }

    #[test]
    fn each_negative_becomes_a_file_of_its_type() {
        let folder = tempfile::tempdir().expect("a folder for temporary files");
        let photos = vec![photo(9), photo(200)];
        let print = Negative::Print { template: film(2), photos: photos.clone(), lines: Lines::default() };
        let shots = Negative::Shots { photos: photos.clone(), pause: Duration::from_millis(500), width: 16 };
        let times = (0..).map(|index| Duration::from_millis(index * 80));
        let recording = Negative::Recording(times.zip(photos).collect(), Stickers::default());
        let file = ClipFile { bytes: (*b"\x1a\x45\xdf\xa3").into(), media_type: "video/webm" };
        let clip = Negative::Clip(file, Animation { frames: Vec::new() });
        assert_eq!(clip.extension(), "webm");
        for (negative, signature) in
            [(print, &b"\x89PNG"[..]), (shots, b"GIF8"), (recording, b"GIF8"), (clip, b"\x1a\x45\xdf\xa3")]
        {
            let path = folder.path().join("new folder").join(format!("a.{}", negative.extension()));
            let developed = develop(&negative, &path);
            let saved = developed.saved.expect("it is saved");
            assert!(std::fs::read(saved).expect("a file").starts_with(signature), "{negative:?}");
        }
    }

    #[test]
    fn a_file_that_is_there_stays() {
        let folder = tempfile::tempdir().expect("a folder for temporary files");
        let path = folder.path().join("a.gif");
        let product = make(&Negative::Recording(vec![(Duration::ZERO, photo(1))], Stickers::default()))
            .expect("a result");
        let first = save(&product, &path).expect("it is saved");
        let second = save(&product, &path).expect("it is saved");
        assert_eq!(first, path);
        assert!(first != second && second.is_file(), "{}", second.display());
    }

    #[test]
    fn photos_without_pixels_and_unwritable_folders_are_errors() {
        let empty = Photo::new(UVec2::ZERO, Vec::<u8>::new());
        let developed = develop(
            &Negative::Recording(vec![(Duration::ZERO, empty)], Stickers::default()),
            Path::new("none.gif"),
        );
        assert!(developed.product.is_none());
        assert_eq!(developed.saved.expect_err("no pixels").name, ErrorName::Data);

        let folder = tempfile::tempdir().expect("a folder for temporary files");
        let file = folder.path().join("file");
        std::fs::write(&file, "").expect("there is room");
        let product = make(&Negative::Recording(vec![(Duration::ZERO, photo(1))], Stickers::default()))
            .expect("a result");
        let error = save(&product, &file.join("a.gif")).expect_err("a file is no folder");
        assert!(error.message.contains("--out chooses another folder"), "{error}");
    }
}
