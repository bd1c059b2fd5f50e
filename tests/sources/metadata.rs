//! Orientation, color profiles, depths and animations of images that Pillow wrote, compared with what Pillow and
//! LittleCMS decode.

use bevy_viewfinder::error::ErrorName;
use image::{
    ExtendedColorType, ImageEncoder,
    codecs::{png::PngEncoder, webp::WebPEncoder},
};

use super::*;
use crate::{
    icc::{self, ADOBE_RGB, DISPLAY_P3, SRGB},
    pillow,
};

fn still(path: &Path) -> Frame {
    frames(&once(path)).pop().expect("a still has one frame")
}

/// Compares the frame of a file with Pillow's, and returns the largest difference of a sample.
#[track_caller]
fn compare(path: &Path) -> u8 {
    let (size, expected) = pillow::decode(path);
    assert_eq!(device(&once(path)).expect("a good file").modes[0].size, size.into());
    let frame = still(path);
    assert_eq!(frame.size, size.into());
    // The color of a transparent pixel isn't seen.
    let seen = frame.buffer.chunks_exact(4).zip(expected.chunks_exact(4)).filter(|(_, pixel)| pixel[3] > 0);
    let differences = seen.flat_map(|(ours, theirs)| ours.iter().zip(theirs).map(|(a, b)| a.abs_diff(*b)));
    differences.max().unwrap_or_default()
}

#[test]
fn exif_orientations_are_obeyed_in_each_format() {
    let folder = folder();
    for orientation in 0..=9 {
        for (name, options) in [
            ("still.png", ""),
            ("still.webp", "lossless=True, exact=True,"),
            ("still.jpg", "quality=100, subsampling=0,"),
        ] {
            let path = folder.path().join(name);
            pillow::save(&path, "RGB", &[], &format!("{options} orientation={orientation}"));
            let difference = compare(&path);
            assert!(
                difference <= if name == "still.jpg" { 2 } else { 0 },
                "{name} {orientation}: {difference}"
            );
        }
    }
}

/// Exif: one entry, orientation 6, which is a quarter turn clockwise.
const QUARTER_TURN: &[u8] = b"MM\0\x2a\0\0\0\x08\0\x01\x01\x12\0\x03\0\0\0\x01\0\x06\0\0\0\0\0\0";

#[test]
fn exif_with_the_header_of_a_jpegs_segment_is_obeyed_in_other_formats() {
    let folder = folder();
    for header in [&b""[..], b"Exif\0\0"] {
        let exif = [header, QUARTER_TURN].concat();
        let file = |name: &str| {
            let path = folder.path().join(name);
            (std::fs::File::create(&path).expect("a folder to write to"), path)
        };
        let ((png, png_path), (webp, webp_path)) = (file("still.png"), file("still.webp"));
        let (mut png, mut webp) = (PngEncoder::new(png), WebPEncoder::new_lossless(webp));
        png.set_exif_metadata(exif.clone()).expect("a PNG has Exif");
        webp.set_exif_metadata(exif).expect("a WebP has Exif");
        png.write_image(&[7; 8 * 4 * 3], 8, 4, ExtendedColorType::Rgb8).expect("a small image");
        webp.write_image(&[7; 8 * 4 * 3], 8, 4, ExtendedColorType::Rgb8).expect("a small image");
        for path in [png_path, webp_path] {
            assert_eq!(still(&path).size, (4, 8).into(), "{}", path.display());
        }
    }
}

#[test]
fn metadata_that_claims_more_bytes_than_the_file_has_is_ignored() {
    let folder = folder();
    let path = folder.path().join("still.webp");
    pillow::save(&path, "RGB", &icc::rgb(DISPLAY_P3, 2.2), "lossless=True, exact=True, orientation=6");
    let mut bytes = std::fs::read(&path).expect("it was just written");
    let exif = bytes.windows(4).position(|word| word == b"EXIF").expect("a chunk");
    bytes[exif + 4..exif + 8].copy_from_slice(&0x7fff_fff0_u32.to_le_bytes());
    std::fs::write(&path, &bytes).expect("a folder to write to");
    let frame = still(&path);
    assert_eq!(frame.size, (48, 32).into());
    assert_eq!(*frame.buffer, *raw(&path, Some("rgba")), "neither turned nor converted");
}

#[test]
fn profiles_are_converted_to_srgb_as_by_littlecms() {
    let folder = folder();
    for (space, icc) in [
        ("Display P3", icc::rgb(DISPLAY_P3, 2.2)),
        ("Adobe RGB", icc::rgb(ADOBE_RGB, 2.2)),
        ("linear", icc::rgb(SRGB, 1.0)),
    ] {
        for (name, mode, options) in [
            ("still.png", "RGB", ""),
            ("still.png", "RGBA", ""),
            ("still.png", "P", ""),
            ("still.webp", "RGB", "lossless=True, exact=True"),
            ("still.webp", "RGBA", "lossless=True, exact=True"),
            ("still.jpg", "RGB", "quality=100, subsampling=0"),
            ("still.jpg", "RGB", "quality=100, subsampling=0, orientation=6"),
        ] {
            let path = folder.path().join(name);
            pillow::save(&path, mode, &icc, options);
            let difference = compare(&path);
            // A curve that is steep in the dark enlarges the differences of decoders.
            let steep = if name == "still.jpg" && space == "linear" { 12 } else { 0 };
            assert!(difference <= 3 + steep, "{space} {name} {mode}: {difference}");
            assert_ne!(
                *still(&path).buffer,
                *raw(&path, Some("rgba")),
                "{space} {name}: nothing was converted"
            );
        }
    }
}

#[test]
fn gray_profiles_are_converted_to_srgb_as_by_littlecms() {
    let folder = folder();
    for (name, mode, options) in
        [("still.png", "L", ""), ("still.png", "LA", ""), ("still.jpg", "L", "quality=100")]
    {
        let path = folder.path().join(name);
        pillow::save(&path, mode, &icc::gray(1.8), options);
        let difference = compare(&path);
        assert!(difference <= 3, "{name} {mode}: {difference}");
        assert_ne!(*still(&path).buffer, *raw(&path, Some("rgba")), "{name} {mode}: nothing was converted");
    }
}

#[test]
fn a_profile_that_does_not_fit_or_is_damaged_changes_nothing() {
    let folder = folder();
    let path = folder.path().join("still.png");
    let good = icc::rgb(DISPLAY_P3, 2.2);
    for (mode, icc) in [
        ("RGB", icc::gray(1.8)),
        ("L", good.clone()),
        ("RGB", good[..200].to_vec()),
        ("RGB", b"no profile".to_vec()),
    ] {
        pillow::save(&path, mode, &icc, "");
        assert_eq!(*still(&path).buffer, *raw(&path, Some("rgba")), "{mode}");
    }
}

#[test]
fn sixteen_bits_are_rounded_and_converted_at_full_depth() {
    let folder = folder();
    let path = folder.path().join("deep.png");
    let size = (256, 16);
    // The dark levels, where eight bits of linear light have a few values for most of the colors.
    let levels: Vec<u16> = (0..256 * 16).collect();
    let pixels: Vec<u8> = levels.iter().flat_map(|level| [*level; 3]).flat_map(u16::to_ne_bytes).collect();
    for (icc, expected) in [
        (None, Box::new(|level: f64| level * 255.0) as Box<dyn Fn(f64) -> f64>),
        // IEC 61966-2-1.
        (
            Some(icc::rgb(SRGB, 1.0)),
            Box::new(|level: f64| {
                255.0
                    * if level <= 0.003_130_8 { 12.92 * level } else { 1.055 * level.powf(1.0 / 2.4) - 0.055 }
            }),
        ),
    ] {
        let mut encoder = PngEncoder::new(std::fs::File::create(&path).expect("a folder to write to"));
        if let Some(icc) = &icc {
            encoder.set_icc_profile(icc.clone()).expect("a PNG has profiles");
        }
        encoder.write_image(&pixels, size.0, size.1, ExtendedColorType::Rgb16).expect("a small image");
        let frame = still(&path);
        for (level, pixel) in levels.iter().zip(frame.buffer.chunks_exact(4)) {
            let expected = expected(f64::from(*level) / 65_535.0);
            for sample in &pixel[..3] {
                let off = (f64::from(*sample) - expected).abs();
                assert!(
                    off <= 1.0,
                    "{level} is {sample}, and not {expected:.2} (profile: {})",
                    icc.is_some()
                );
            }
        }
    }
}

#[test]
fn palettes_and_depths_are_pillows() {
    let folder = folder();
    for (name, mode, options) in [
        ("still.png", "P", ""),
        ("still.png", "P", "bits=4"),
        ("still.png", "P", "transparency=3"),
        ("still.png", "P", "transparency=bytes(range(0, 256, 4))"),
        ("still.png", "1", ""),
        ("still.png", "L", "transparency=7"),
        ("still.png", "RGB", "transparency=(0, 8, 0)"),
        ("still.png", "LA", ""),
        ("still.webp", "RGBA", "lossless=True"),
        ("still.webp", "RGBA", "quality=90"),
        ("still.jpg", "CMYK", "quality=100, subsampling=0"),
    ] {
        let path = folder.path().join(name);
        pillow::save(&path, mode, &[], options);
        let difference = compare(&path);
        // Lossy formats are decoded with other roundings.
        let rounding = if name == "still.jpg" || options.starts_with("quality") { 3 } else { 0 };
        assert!(difference <= rounding, "{name} {mode} {options}: {difference}");
    }
}

#[test]
fn of_an_animation_the_first_picture_is_shown() {
    let folder = folder();
    for (name, mode, options) in [
        ("still.png", "RGB", "frames=3"),
        ("still.png", "RGB", "frames=3, default_image=True"),
        ("still.webp", "RGB", "frames=3, lossless=True, exact=True"),
        ("still.webp", "RGBA", "frames=3, lossless=True, exact=True"),
    ] {
        let path = folder.path().join(name);
        pillow::save(&path, mode, &[], options);
        assert_eq!(compare(&path), 0, "{name} {mode} {options}");
        assert_eq!(frames(&once(&path)).len(), 1);
    }
}

#[test]
fn a_gif_is_no_still_that_is_read_and_says_so() {
    let folder = folder();
    let path = folder.path().join("still.gif");
    pillow::save(&path, "P", &[], "frames=3");
    let error = device(&once(&path)).expect_err("a GIF");
    assert_eq!(error.name, ErrorName::NotSupported, "{error}");
    assert!(error.message.contains("PNG"), "{error}");
}
