//! Dropped files: their types by their first bytes, and the readers that open them.
//!
//! An input is a byte that chooses the extension, and the file.

use bevy_viewfinder::{
    error::ErrorName,
    file_picker::FileKind,
    internal::{identify, reader_of},
};

use super::{Outcome, files};

const NAMES: [&str; 16] = [
    "file",
    "file.png",
    "file.jpg",
    "file.JPE",
    "file.webp",
    "file.mpo",
    "file.mp4",
    "file.mov",
    "file.3gp",
    "file.webm",
    "file.mkv",
    "file.y4m",
    "file.avi",
    "file.mjpeg",
    "file.txt",
    ".png",
];

pub(super) fn run(data: &[u8]) -> Outcome {
    let Some((choice, data)) = data.split_first() else { return Outcome::Refused };
    let name = NAMES[usize::from(*choice) % NAMES.len()];
    files::with_file(name, data, |path| {
        let kinds = [FileKind::Any, FileKind::Image, FileKind::Video];
        let [any, image, video] = kinds.map(|kind| identify(path, kind));
        for identified in [&any, &image, &video] {
            if let Err(error) = identified {
                assert_eq!(error.name, ErrorName::NotSupported, "{error}");
            }
        }
        let Ok(any) = any else {
            assert!(image.is_err() && video.is_err());
            return Outcome::Refused;
        };
        assert_eq!(any.name, name);
        assert_ne!(image.is_ok(), video.is_ok(), "{} is of one kind", any.media_type);
        let media_type = any.media_type.as_str();
        let readers: &[&str] = match media_type {
            "image/png" | "image/jpeg" | "image/webp" | "image/mpo" => &["Still"],
            "video/mp4" | "video/quicktime" | "video/3gpp" | "video/webm" | "video/matroska" => &["Video"],
            "video/x-yuv4mpeg" => &["Y4m"],
            "video/x-msvideo" => &["Avi"],
            "video/x-motion-jpeg" => &["Mjpeg"],
            other => panic!("no track can show {other}"),
        };
        match reader_of(path) {
            Ok(reader) => {
                assert!(readers.contains(&reader.as_str()), "{name} is {media_type}, and read by {reader}")
            }
            Err(error) => {
                assert!(matches!(error.name, ErrorName::Data | ErrorName::NotSupported), "{error}");
            }
        }
        Outcome::Accepted
    })
}
