//! Files of photos, read back by Pillow and ffprobe: pixels, Exif metadata and color space.

use std::{path::Path, process::Command};

use bevy::prelude::*;
use bevy_viewfinder::{
    photo::{LocalTime, Photo, PhotoFormat},
    prelude::*,
};

use crate::{photo::still, stage::Stage};

/// Runs a program; `cargo xtask test` installs it.
pub fn run(program: &str, arguments: &[&str]) -> String {
    let output = Command::new(program).args(arguments).output().unwrap_or_else(|error| {
        panic!("this test needs {program}: cargo xtask test installs it ({error})");
    });
    let errors = String::from_utf8_lossy(&output.stderr);
    assert!(
        output.status.success(),
        "{program} {arguments:?}: {errors} (cargo xtask test installs python3-pil and ffmpeg)"
    );
    String::from_utf8(output.stdout).expect("text")
}

/// The system's Python, which has the system's packages. Another one may come first in the path.
pub fn python() -> &'static str {
    let system = "/usr/bin/python3";
    if Path::new(system).exists() { system } else { "python3" }
}

/// The metadata of a file that Pillow reads, a line each.
fn metadata(path: &Path) -> String {
    const PROGRAM: &str = "
import sys
from PIL import Image
image = Image.open(sys.argv[1])
image.load()
exif = image.getexif()
photo = exif.get_ifd(0x8769)
print(image.format, image.size, 'srgb', image.info.get('srgb'))
print('orientation', exif.get(0x0112), 'software', exif.get(0x0131), 'changed', exif.get(0x0132))
print('size', photo.get(0xa002), photo.get(0xa003), 'colors', photo.get(0xa001), 'version', photo.get(0x9000))
print('taken', photo.get(0x9003), photo.get(0x9291), photo.get(0x9011))
";
    run(python(), &["-c", PROGRAM, path.to_str().expect("a path of ASCII")])
}

fn photo() -> Photo {
    let pixels: Vec<u8> = (0..24_u8 * 10).flat_map(|index| [index, 255 - index, 40, 255]).collect();
    Photo::new(UVec2::new(24, 10), pixels)
}

#[test]
fn other_programs_read_the_metadata_of_a_photo() {
    let folder = tempfile::tempdir().expect("a folder for temporary files");
    let taken = LocalTime::new((2026, 3, 9), (17, 4, 59)).expect("a time").utc_offset(-210);
    let software = concat!("bevy_viewfinder ", env!("CARGO_PKG_VERSION"));
    for (format, first) in [
        (PhotoFormat::jpeg(), "JPEG (24, 10) srgb None"),
        (PhotoFormat::Png, "PNG (24, 10) srgb 0"),
        (PhotoFormat::WebP, "WEBP (24, 10) srgb None"),
    ] {
        let path = folder.path().join("photo");
        std::fs::write(&path, photo().taken_at(taken).encode(format).expect("a small photo"))
            .expect("a file");
        assert_eq!(
            metadata(&path),
            format!(
                "{first}\norientation 1 software {software} changed 2026:03:09 17:04:59\n\
                 size 24 10 colors 1 version b'0232'\ntaken 2026:03:09 17:04:59 000 -03:30\n"
            )
        );
        std::fs::write(&path, photo().encode(format).expect("a small photo")).expect("a file");
        assert_eq!(
            metadata(&path),
            format!(
                "{first}\norientation 1 software {software} changed None\n\
                 size 24 10 colors 1 version b'0232'\ntaken None None None\n"
            )
        );
    }
}

#[test]
fn other_programs_decode_the_pixels_of_a_photo() {
    let folder = tempfile::tempdir().expect("a folder for temporary files");
    for (name, format) in [("photo.png", PhotoFormat::Png), ("photo.webp", PhotoFormat::WebP)] {
        let path = folder.path().join(name);
        std::fs::write(&path, photo().encode(format).expect("a small photo")).expect("a file");
        let path = path.to_str().expect("a path of ASCII");
        let hex = "import sys\nfrom PIL import Image\n\
                   print(Image.open(sys.argv[1]).convert('RGBA').tobytes().hex())";
        let bytes = run(python(), &["-c", hex, path]);
        let expected: String = photo().rgba.iter().map(|byte| format!("{byte:02x}")).collect();
        assert_eq!(bytes.trim(), expected, "{name}");
    }
    let path = folder.path().join("photo.png");
    let entries = ["-v", "error", "-show_entries", "stream=codec_name,width,height", "-of", "csv=p=0"];
    let probed = run("ffprobe", &[&entries[..], &[path.to_str().expect("a path of ASCII")]].concat());
    assert_eq!(probed.trim(), "png,24,10");
}

#[test]
fn a_photo_has_the_time_at_which_it_was_taken() {
    let mut stage = Stage::new();
    let track = still(&mut stage, ());
    let photo = stage.shoot(TakePhoto(track));
    let taken = photo.taken.expect("the time is known");
    let now = LocalTime::now();
    // A test that begins before midnight may end after it.
    let is_near = (taken.year, taken.month, taken.day) == (now.year, now.month, now.day) || now.hour == 0;
    assert!(is_near && taken.utc_offset == now.utc_offset, "{taken:?} {now:?}");
}
