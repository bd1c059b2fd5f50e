//! The output of ffmpeg's filters, as a reference.

use std::process::Command;

use crate::studio::Picture;

/// The output of these filters for an image, in R, G, B. `cargo xtask test` installs ffmpeg.
pub fn filtered(picture: &Picture, filters: &str) -> Picture {
    filmed(std::slice::from_ref(picture), filters).pop().expect("one image has one output")
}

/// The output of these filters for the frames of a video.
pub fn filmed(pictures: &[Picture], filters: &str) -> Vec<Picture> {
    let folder = tempfile::tempdir().expect("a folder for temporary files");
    let size = pictures[0].size;
    let bytes: Vec<u8> = pictures.iter().flat_map(Picture::bytes).collect();
    std::fs::write(folder.path().join("in.rgba"), bytes).expect("a file can be written");
    let side = format!("{}x{}", size.x, size.y);
    let status = Command::new("ffmpeg")
        .args(["-v", "error", "-f", "rawvideo", "-pix_fmt", "rgba", "-s", &side, "-r", "10", "-i", "in.rgba"])
        .args(["-vf", &format!("format=gbrp,{filters},format=rgba")])
        .args(["-f", "rawvideo", "-pix_fmt", "rgba", "out.rgba"])
        .current_dir(folder.path())
        .status()
        .expect("this test needs ffmpeg: cargo xtask test installs it");
    assert!(status.success(), "ffmpeg {filters}");
    let bytes = std::fs::read(folder.path().join("out.rgba")).expect("a file that ffmpeg has just written");
    let pixels: &[[u8; 4]] = bytes.as_chunks().0;
    let count = size.element_product() as usize;
    assert_eq!(pixels.len() % count, 0, "{filters}: images of another size");
    pixels.chunks(count).map(|pixels| Picture { size, pixels: pixels.to_vec() }).collect()
}
