//! What ffmpeg's filters make of a picture.

use std::process::Command;

use crate::studio::Picture;

/// The picture as these filters of ffmpeg's leave it, which work on red, green and blue. `cargo xtask test` installs
/// ffmpeg.
pub fn filtered(picture: &Picture, filters: &str) -> Picture {
    let folder = tempfile::tempdir().expect("a folder for temporary files");
    std::fs::write(folder.path().join("in.rgba"), picture.bytes()).expect("a file can be written");
    let size = format!("{}x{}", picture.size.x, picture.size.y);
    let status = Command::new("ffmpeg")
        .args(["-v", "error", "-f", "rawvideo", "-pix_fmt", "rgba", "-s", &size, "-i", "in.rgba"])
        .args(["-vf", &format!("format=gbrp,{filters},format=rgba")])
        .args(["-f", "rawvideo", "-pix_fmt", "rgba", "out.rgba"])
        .current_dir(folder.path())
        .status()
        .expect("this test needs ffmpeg: cargo xtask test installs it");
    assert!(status.success(), "ffmpeg {filters}");
    let bytes = std::fs::read(folder.path().join("out.rgba")).expect("what ffmpeg has just written");
    let pixels = bytes.as_chunks().0.to_vec();
    assert_eq!(pixels.len(), picture.pixels.len(), "{filters}: a picture of another size");
    Picture { size: picture.size, pixels }
}
