//! Large frames that are shown small, against Pillow's and ffmpeg's reduction by area.

use std::path::Path;

use bevy::prelude::*;
use bevy_viewfinder::{effects::Flip, photo::Photo, prelude::*, source::FileSource};
use image::RgbImage;

use crate::{
    ffmpeg::{ffmpeg, likeness},
    photo_files::{python, run},
    stage::Stage,
};

/// Rings that are finer the farther they are from the middle: at the edges, one for each pixel.
fn zone_plate(size: UVec2) -> RgbImage {
    let middle = size.as_vec2() / 2.0;
    RgbImage::from_fn(size.x, size.y, |x, y| {
        let away = (Vec2::new(x as f32, y as f32) - middle).length_squared();
        let phase = std::f32::consts::FRAC_PI_2 * away / middle.x;
        image::Rgb([0.0, 2.0, 4.0].map(|shift| (127.5 + 127.0 * (phase + shift).cos()) as u8))
    })
}

/// The frame of a file as a track of this size shows it, with or without an effect that moves no pixel.
fn shown(stage: &mut Stage, path: &Path, size: UVec2, effects: EffectStack) -> Photo {
    let constraints = VideoConstraints::new().width(exact(size.x)).height(exact(size.y));
    let source = TrackSource::new(FileSource::new(path).paused(true));
    let track = stage.spawn((VideoTrack, constraints, source, Mirroring::Off, effects));
    stage.until_live(track);
    stage.until_delivered(track, 1);
    let photo = stage.shoot(GrabFrame(track));
    stage.app.world_mut().despawn(track);
    assert_eq!(photo.size, size);
    photo
}

/// Pillow's mean over the area of each pixel, which must be a whole number of pixels.
fn mean_by_pillow(folder: &Path, file: &str, size: UVec2) -> Vec<u8> {
    const PROGRAM: &str = "
import sys
from PIL import Image
image = Image.open(sys.argv[1]).convert('RGB')
image.resize((int(sys.argv[3]), int(sys.argv[4])), Image.BOX).save(sys.argv[2])
";
    let small = folder.join("small.png");
    let [from, to] =
        [&folder.join(file), &small].map(|path| path.to_str().expect("a path of ASCII").to_owned());
    run(python(), &["-c", PROGRAM, &from, &to, &size.x.to_string(), &size.y.to_string()]);
    image::open(small).expect("a file that Pillow has just written").into_rgb8().into_raw()
}

/// The mean over the area of each pixel, which may cover parts of pixels.
fn mean(picture: &RgbImage, size: UVec2) -> Vec<u8> {
    let frame = UVec2::from(picture.dimensions());
    let covered = |index: u32, from: u32, to: u32| {
        let [start, end] = [index, index + 1].map(|edge| f64::from(edge) * f64::from(from) / f64::from(to));
        let pixels = start as u32..(end.ceil() as u32).min(from);
        pixels.map(move |pixel| (pixel, end.min(f64::from(pixel) + 1.0) - start.max(f64::from(pixel))))
    };
    let area = frame.as_dvec2().element_product() / size.as_dvec2().element_product();
    let mut means = Vec::new();
    for y in 0..size.y {
        for x in 0..size.x {
            let mut sum = [0.0; 3];
            for (row, height) in covered(y, frame.y, size.y) {
                for (column, width) in covered(x, frame.x, size.x) {
                    let values = picture.get_pixel(column, row).0;
                    sum.iter_mut()
                        .zip(values)
                        .for_each(|(sum, value)| *sum += f64::from(value) * width * height);
                }
            }
            means.extend(sum.map(|sum| (sum / area).round() as u8));
        }
    }
    means
}

#[test]
fn a_large_picture_that_is_shown_small_is_the_mean_of_its_pixels() {
    let folder = tempfile::tempdir().expect("a folder for temporary files");
    let folder = folder.path();
    let mut stage = Stage::new();
    for (frame, shown_size) in [
        (UVec2::new(640, 360), UVec2::new(640, 360)),
        (UVec2::new(1280, 720), UVec2::new(640, 360)),
        (UVec2::new(1920, 1080), UVec2::new(640, 360)),
        (UVec2::new(1280, 720), UVec2::new(320, 180)),
        (UVec2::new(3840, 2160), UVec2::new(320, 180)),
        (UVec2::new(1280, 720), UVec2::new(400, 225)),
        (UVec2::new(1000, 500), UVec2::new(300, 150)),
    ] {
        let picture = zone_plate(frame);
        picture.save(folder.join("zone.png")).expect("a file can be written");
        let is_whole = frame % shown_size == UVec2::ZERO;
        // Samples between pixels are a little softer than the mean of parts of pixels.
        let (expected, least) = match is_whole {
            true => (mean_by_pillow(folder, "zone.png", shown_size), 45.0),
            false => (mean(&picture, shown_size), 40.0),
        };
        for is_flipped in [false, true] {
            let effects =
                if is_flipped { EffectStack::new().with(Flip::default()) } else { EffectStack::new() };
            let photo = shown(&mut stage, &folder.join("zone.png"), shown_size, effects);
            let expected = if is_flipped { flipped(&expected, shown_size) } else { expected.clone() };
            let decibels = likeness(&photo, &expected);
            println!("{frame} at {shown_size}, flipped {is_flipped}: {decibels:.1} dB");
            assert!(decibels >= least, "{frame} at {shown_size}: {decibels:.1} dB");
        }
    }
}

/// R, G, B rows from right to left.
fn flipped(pixels: &[u8], size: UVec2) -> Vec<u8> {
    let rows = pixels.chunks_exact(3 * size.x as usize);
    rows.flat_map(|row| row.chunks_exact(3).rev()).flatten().copied().collect()
}

/// ffmpeg's reduction by area, of a frame that it converts to RGB at its own size.
fn reduced_by_ffmpeg(folder: &Path, file: &str, size: UVec2) -> Vec<u8> {
    let UVec2 { x, y } = size;
    let to_rgb = "zscale=cin=left:min=470bg:rin=limited:m=gbr:r=full:f=bilinear,format=gbrp";
    let scale = format!("scale={x}:{y}:flags=area+accurate_rnd+full_chroma_int");
    ffmpeg(folder, &format!("-i {file} -vf {to_rgb},{scale},format=rgb24 -f rawvideo small.rgb"));
    std::fs::read(folder.join("small.rgb")).expect("a file that ffmpeg has just written")
}

#[test]
fn reduced_chroma_is_that_of_the_frame() {
    let folder = tempfile::tempdir().expect("a folder for temporary files");
    let folder = folder.path();
    let mut stage = Stage::new();
    let size = UVec2::new(320, 180);
    for (pattern, format) in [
        ("testsrc2", "yuv420p"),
        ("testsrc2", "yuv422p"),
        ("mandelbrot", "yuv420p"),
        ("mandelbrot", "yuv444p"),
    ] {
        let clip = format!("-f lavfi -i {pattern}=s=1280x720 -frames:v 1");
        let location = "-chroma_sample_location left -strict -1";
        ffmpeg(folder, &format!("{clip} -vf format={format} {location} clip.y4m"));
        let expected = reduced_by_ffmpeg(folder, "clip.y4m", size);
        let photo = shown(&mut stage, &folder.join("clip.y4m"), size, EffectStack::new());
        let decibels = likeness(&photo, &expected);
        println!("{pattern} in {format}: {decibels:.1} dB");
        assert!(decibels >= 45.0, "{pattern} in {format}: {decibels:.1} dB");
    }
}

/// libplacebo's reduction by area, of a frame whose chroma it has interpolated.
///
/// Its scaler `nearest` has the weights of a box, which grows with the area that a pixel covers.
fn reduced_by_libplacebo(folder: &Path, file: &str, size: UVec2) -> Vec<u8> {
    let UVec2 { x, y } = size;
    let color = "color_primaries=bt709:color_trc=bt709:colorspace=bt470bg:range=tv";
    let scale = format!(
        "libplacebo=w={x}:h={y}:downscaler=nearest:skip_aa=0:disable_linear=1:dithering=none:upscaler=bilinear:sigmoid=0:format=yuv444p16:{color}"
    );
    let to_rgb = "zscale=min=470bg:rin=limited:m=gbr:r=full,format=gbrp";
    ffmpeg(
        folder,
        &format!(
            "-init_hw_device vulkan=gpu:0 -filter_hw_device gpu -i {file} -vf \
             setparams={color},hwupload,{scale},hwdownload,format=yuv444p16,{to_rgb} -pix_fmt rgb24 -f rawvideo small.rgb"
        ),
    );
    std::fs::read(folder.join("small.rgb")).expect("a file that ffmpeg has just written")
}

#[test]
fn libplacebo_draws_the_same_pixels() {
    let folder = tempfile::tempdir().expect("a folder for temporary files");
    let folder = folder.path();
    let mut stage = Stage::new();
    zone_plate(UVec2::new(1280, 720)).save(folder.join("zone.png")).expect("a file can be written");
    let photo = concat!(env!("CARGO_MANIFEST_DIR"), "/assets/pictures/eileen_collins.jpg");
    // Of parts of pixels both take as many samples as there are pixels, at other places: fine rings show it.
    for (name, input, frame, shown_size) in [
        ("a zone plate", "zone.png", "1280x720", UVec2::new(320, 180)),
        ("a zone plate", "zone.png", "1920x1080", UVec2::new(640, 360)),
        ("a photo", photo, "1200x1200", UVec2::new(300, 300)),
        ("a photo", photo, "1200x1200", UVec2::new(500, 500)),
    ] {
        for format in ["yuv444p", "yuv420p"] {
            let to_yuv = format!("scale={frame}:out_color_matrix=bt601:out_range=tv,format={format}");
            ffmpeg(
                folder,
                &format!("-i {input} -vf {to_yuv} -chroma_sample_location left -strict -1 clip.y4m"),
            );
            let expected = reduced_by_libplacebo(folder, "clip.y4m", shown_size);
            let shown = shown(&mut stage, &folder.join("clip.y4m"), shown_size, EffectStack::new());
            let decibels = likeness(&shown, &expected);
            println!("{name} in {format} at {shown_size}: {decibels:.1} dB");
            // The sampler of Mesa's software renderer rounds: with a sample for each pixel there are 56 dB.
            let least =
                if (name, format, shown_size.x) == ("a zone plate", "yuv444p", 320) { 44.0 } else { 45.0 };
            assert!(decibels >= least, "{name} in {format} at {shown_size}: {decibels:.1} dB");
        }
    }
}
