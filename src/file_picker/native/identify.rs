//! Identifies files by their content.

use std::path::Path;

use crate::{
    error::MediaError,
    file_picker::{FileKind, PickedFile, content::Content},
    media_type,
    source::{FileSource, TrackSource, is_jpeg_stream},
};

/// Reads the first bytes of a file, and accepts it if a track can show it and it is of this kind.
///
/// # Errors
/// [`ErrorName::NotSupported`](crate::error::ErrorName::NotSupported) for a file of another kind or format, and those
/// of reading it.
pub fn identify(path: &Path, kind: FileKind) -> Result<PickedFile, MediaError> {
    let name = path.file_name().map_or_else(|| path.display().to_string(), |name| name.display().to_string());
    let content = Content::new(path);
    let Some(start) = content.start()? else { return Err(kind.rejection(&name)) };
    let claimed = media_type::file(path).unwrap_or_default();
    let media_type = match media_type::of_content(&start, claimed) {
        // A track of it is a video.
        "image/jpeg" if is_jpeg_stream(path)? => media_type::MOTION_JPEG,
        found => found,
    };
    if !kind.matches(media_type) {
        return Err(kind.rejection(&name));
    }
    if !media_type::is_readable(media_type) {
        return Err(MediaError::not_supported(format!(
            "{name} is {media_type}, which a track can't show; convert it to PNG or, if it moves, to WebM (for \
             example with ffmpeg)"
        )));
    }
    let source = FileSource::new(path);
    Ok(PickedFile {
        name,
        media_type: media_type.to_owned(),
        player: source.player(),
        source: TrackSource::new(source),
        content,
    })
}

#[cfg(test)]
mod tests {
    use std::fs;

    use super::*;
    use crate::error::ErrorName;

    #[test]
    fn the_content_decides_the_kind_of_a_file() {
        const PNG: &[u8] = b"\x89PNG\r\n\x1a\n and more";
        let folder = tempfile::tempdir().expect("a temporary folder");
        let kind = |name: &str, bytes: &[u8], kind| {
            let path = folder.path().join(name);
            fs::write(&path, bytes).expect("a temporary folder");
            identify(&path, kind).map(|file| file.media_type).map_err(|error| error.name)
        };
        assert_eq!(kind("me.JPG", b"\xff\xd8\xff\xe0", FileKind::Image).as_deref(), Ok("image/jpeg"));
        // Several JPEGs are a video, unless the file has the name of an image.
        let two = [&[0xff, 0xd8, 0xff, 0xd9][..]; 2].concat();
        assert_eq!(kind("me.jpg", &two, FileKind::Image).as_deref(), Ok("image/jpeg"));
        assert_eq!(kind("me", &two, FileKind::Video).as_deref(), Ok("video/x-motion-jpeg"));
        assert_eq!(kind("me.txt", &two, FileKind::Image), Err(ErrorName::NotSupported));
        assert_eq!(kind("me", PNG, FileKind::Any).as_deref(), Ok("image/png"));
        assert_eq!(kind("me.mp4", PNG, FileKind::Image).as_deref(), Ok("image/png"));
        assert_eq!(kind("me.y4m", b"YUV4MPEG2 ", FileKind::Any).as_deref(), Ok("video/x-yuv4mpeg"));
        assert_eq!(kind("me.mjpg", b"within an image", FileKind::Any).as_deref(), Ok("video/x-motion-jpeg"));
        assert_eq!(kind("me.mov", b"\0\0\0\x14ftypqt  ", FileKind::Video).as_deref(), Ok("video/quicktime"));
        assert_eq!(kind("me", b"\x1a\x45\xdf\xa3 webm", FileKind::Video).as_deref(), Ok("video/webm"));
        // Older files begin with another box.
        assert_eq!(kind("me.MP4", b"\0\0\0\x08wide", FileKind::Video).as_deref(), Ok("video/mp4"));
        for (name, bytes, of) in [
            ("me.y4m", &b"YUV4MPEG2 "[..], FileKind::Image),
            ("me.png", b"no picture", FileKind::Any),
            ("me.png", b"", FileKind::Any),
            ("me.txt", b"no picture", FileKind::Any),
            // Known, but no track can show it.
            ("me.gif", b"GIF89a", FileKind::Image),
            ("me.mp4", b"\0\0\0\x20ftypheic", FileKind::Any),
            ("me.mkv", b"no video", FileKind::Any),
            ("me.m4a", b"\0\0\0\x20ftypM4A ", FileKind::Any),
        ] {
            assert_eq!(kind(name, bytes, of), Err(ErrorName::NotSupported), "{name} {of:?}");
        }
    }

    #[test]
    fn a_path_without_a_file_is_an_error() {
        let folder = tempfile::tempdir().expect("a temporary folder");
        let name = |path: &Path| identify(path, FileKind::Any).map(|_| ()).map_err(|error| error.name);
        assert_eq!(name(folder.path()), Err(ErrorName::NotSupported), "a folder");
        assert_eq!(name(&folder.path().join("missing.png")), Err(ErrorName::NotFound));
        #[cfg(unix)]
        assert_eq!(name(Path::new("/dev/zero")), Err(ErrorName::NotSupported), "a device");
    }
}
