//! Clips and raw frames that ffmpeg made, against ffmpeg's own conversion of them to RGB.

use std::{
    path::{Path, PathBuf},
    process::Command,
};

use bevy::prelude::*;
use bevy_viewfinder::{
    frame::{ChromaLocation, Frame, PixelFormat},
    photo::Photo,
    prelude::*,
    source::FileSource,
};

use crate::{
    formats::shown,
    stage::{Event, Stage},
};

/// Runs ffmpeg; `cargo xtask test` installs it.
pub fn ffmpeg(folder: &Path, arguments: &str) {
    let status = Command::new("ffmpeg")
        .args(["-v", "error", "-y"])
        .args(arguments.split_whitespace())
        .current_dir(folder)
        .status()
        .expect("this test needs ffmpeg: cargo xtask test installs it");
    assert!(status.success(), "ffmpeg {arguments}");
}

/// The first frame of a file as the track shows it.
fn first_frame(stage: &mut Stage, path: PathBuf) -> Photo {
    let track = stage.spawn((VideoTrack, TrackSource::new(FileSource::new(path).paused(true))));
    stage.until_event("a live track", |event| match event {
        Event::Live(live) if *live == track => Some(()),
        Event::Failed(failed, error) if *failed == track => panic!("{error}"),
        _ => None,
    });
    let photo = stage.shoot(TakePhoto(track));
    stage.app.world_mut().despawn(track);
    photo
}

/// The peak signal-to-noise ratio of a photo to rows of R, G, B bytes, in dB.
pub fn likeness(photo: &Photo, expected: &[u8]) -> f64 {
    let pixels = photo.rgba.chunks_exact(4).flat_map(|pixel| &pixel[..3]);
    assert_eq!(expected.len(), photo.rgba.len() / 4 * 3, "an image of another size");
    let squares: f64 = pixels.zip(expected).map(|(a, b)| f64::from(a.abs_diff(*b)).powi(2)).sum();
    10.0 * (255.0_f64.powi(2) / (squares / expected.len() as f64).max(1e-9)).log10()
}

/// A raw frame in one of ffmpeg's planar YUV formats.
struct Yuv {
    format: &'static str,
    size: UVec2,
    bytes: Vec<u8>,
}

impl Yuv {
    /// Pixels for one chroma sample, across and down; `None` without chroma.
    fn subsampling(&self) -> Option<UVec2> {
        match self.format {
            "yuv420p" => Some(UVec2::new(2, 2)),
            "yuv422p" => Some(UVec2::new(2, 1)),
            "yuv440p" => Some(UVec2::new(1, 2)),
            "yuv411p" => Some(UVec2::new(4, 1)),
            "yuv444p" => Some(UVec2::ONE),
            _ => None,
        }
    }

    /// The frame with its last column and row repeated, so that the sides are multiples of 4: zscale takes no others.
    fn padded(&self) -> Self {
        let size = UVec2::new(self.size.x.next_multiple_of(4), self.size.y.next_multiple_of(4));
        let chroma = self.subsampling();
        let planes = [Some(UVec2::ONE), chroma, chroma];
        let mut rest = &*self.bytes;
        let mut bytes = Vec::new();
        for subsampling in planes.into_iter().flatten() {
            let [from, to] = [self.size, size].map(|size| {
                let side = |pixels: u32, count: u32| pixels.div_ceil(count) as usize;
                (side(size.x, subsampling.x), side(size.y, subsampling.y))
            });
            let plane;
            (plane, rest) = rest.split_at(from.0 * from.1);
            for row in 0..to.1 {
                let row = &plane[row.min(from.1 - 1) * from.0..][..from.0];
                bytes.extend((0..to.0).map(|column| row[column.min(from.0 - 1)]));
            }
        }
        assert!(rest.is_empty(), "{} has more bytes than expected", self.format);
        Self { format: self.format, size, bytes }
    }

    /// The frame in R, G, B: chroma interpolated linearly by zscale, from samples at this location.
    fn to_rgb(&self, folder: &Path, range: &str, location: &str) -> Vec<u8> {
        let padded = self.padded();
        std::fs::write(folder.join("frame.yuv"), &padded.bytes).expect("a file can be written");
        let (UVec2 { x, y }, format) = (padded.size, self.format);
        let convert = if self.subsampling().is_some() {
            format!("zscale=cin={location}:min=470bg:rin={range}:m=gbr:r=full:f=bilinear,format=gbrp")
        } else {
            format!("scale=in_range={range}:out_range=full,format=gray,format=gbrp")
        };
        let crop = format!("crop={}:{}:0:0", self.size.x, self.size.y);
        ffmpeg(
            folder,
            &format!(
                "-f rawvideo -pix_fmt {format} -s {x}x{y} -i frame.yuv -vf {convert},{crop} -f rawvideo -pix_fmt rgb24 \
                 frame.rgb"
            ),
        );
        std::fs::read(folder.join("frame.rgb")).expect("a file that ffmpeg has just written")
    }
}

#[test]
fn a_y4m_clip_of_any_sampling_size_and_range_has_the_colors_of_zscale() {
    let folder = tempfile::tempdir().expect("a folder for temporary files");
    let mut stage = Stage::new();
    for pattern in ["testsrc2", "mandelbrot"] {
        for size in [(320, 240), (321, 241), (320, 241), (321, 240)] {
            for (pixels, format, range, location) in [
                ("yuv420p", "yuv420p", "limited", "left"),
                ("yuv420p", "yuv420p", "limited", "center"),
                ("yuv420p", "yuv420p", "limited", "topleft"),
                ("yuvj420p", "yuv420p", "full", "center"),
                ("yuv422p", "yuv422p", "limited", "left"),
                ("yuv444p", "yuv444p", "limited", "left"),
                ("yuvj444p", "yuv444p", "full", "left"),
                ("gray", "gray", "full", "left"),
            ] {
                let (width, height) = size;
                let filter = format!("scale={width}:{height},format={pixels}");
                ffmpeg(
                    folder.path(),
                    &format!(
                        "-f lavfi -i {pattern}=s=640x480 -frames:v 1 -vf {filter} -chroma_sample_location {location} \
                         -strict -1 clip.y4m"
                    ),
                );
                let clip = std::fs::read(folder.path().join("clip.y4m")).expect("the clip");
                let frame = clip.windows(6).position(|bytes| bytes == b"FRAME\n").expect("a frame") + 6;
                let yuv = Yuv { format, size: size.into(), bytes: clip[frame..].to_vec() };
                let expected = yuv.to_rgb(folder.path(), range, location);
                let photo = first_frame(&mut stage, folder.path().join("clip.y4m"));
                let decibels = likeness(&photo, &expected);
                assert!(decibels >= 45.0, "{pattern} {size:?} {pixels} {location}: {decibels:.1} dB");
            }
        }
    }
}

#[test]
fn a_motion_jpeg_clip_has_the_colors_of_zscale() {
    let folder = tempfile::tempdir().expect("a folder for temporary files");
    let mut stage = Stage::new();
    std::fs::write(folder.path().join("zone_plate.rgb"), zone_plate()).expect("a file can be written");
    for (input, format) in
        IMAGES.iter().flat_map(|input| ["yuvj420p", "yuvj422p", "yuvj444p"].map(|format| (input, format)))
    {
        let input = input.replace("ASSETS", concat!(env!("CARGO_MANIFEST_DIR"), "/assets"));
        for file in ["clip.avi", "clip.mjpeg"] {
            let codec = format!("-vf scale=642:358 -c:v mjpeg -pix_fmt {format} -q:v 2");
            ffmpeg(folder.path(), &format!("{input} -frames:v 1 {codec} {file}"));
            let photo = first_frame(&mut stage, folder.path().join(file));
            let convert = "zscale=cin=center:min=470bg:rin=full:m=gbr:r=full:f=bilinear,format=gbrp";
            ffmpeg(
                folder.path(),
                &format!("-i {file} -frames:v 1 -vf {convert} -f rawvideo -pix_fmt rgb24 frame.rgb"),
            );
            let expected = std::fs::read(folder.path().join("frame.rgb")).expect("ffmpeg's frame");
            let decibels = likeness(&photo, &expected);
            assert!(decibels >= 45.0, "{input} {file} {format}: {decibels:.1} dB");
        }
    }
}

/// A zone plate in each of R, G and B, of 320 by 240 pixels: every spatial frequency in every direction.
fn zone_plate() -> Vec<u8> {
    let pixel = |x: u32, y: u32| {
        let (x, y) = (x as f32, y as f32);
        [(160.0, 120.0, 320.0), (100.0, 120.0, 450.0), (160.0, 60.0, 600.0)].map(|(left, top, scale)| {
            let square = (x - left).powi(2) + (y - top).powi(2);
            (127.5 + 127.5 * (square * std::f32::consts::PI / scale).cos()) as u8
        })
    };
    (0..240).flat_map(|y| (0..320).flat_map(move |x| pixel(x, y))).collect()
}

/// ffmpeg's arguments for the zone plate and a photo.
const IMAGES: [&str; 2] =
    ["-f rawvideo -pix_fmt rgb24 -s 320x240 -i zone_plate.rgb", "-i ASSETS/pictures/eileen_collins.jpg"];

#[test]
fn chroma_of_raw_frames_is_interpolated_as_by_zscale() {
    let folder = tempfile::tempdir().expect("a folder for temporary files");
    let mut stage = Stage::new();
    let size = UVec2::new(320, 240);
    std::fs::write(folder.path().join("zone_plate.rgb"), zone_plate()).expect("a file can be written");
    for input in IMAGES {
        let input = input.replace("ASSETS", concat!(env!("CARGO_MANIFEST_DIR"), "/assets"));
        for (packed, planar, format) in [
            ("nv12", "yuv420p", PixelFormat::Nv12),
            ("yuv420p", "yuv420p", PixelFormat::I420),
            ("yuyv422", "yuv422p", PixelFormat::Yuyv),
            ("uyvy422", "yuv422p", PixelFormat::Uyvy),
            ("yuv422p", "yuv422p", PixelFormat::I422),
            ("yuv440p", "yuv440p", PixelFormat::I440),
            ("yuv411p", "yuv411p", PixelFormat::I411),
        ] {
            // The same bytes in two orders.
            let raw = |from: &str, format: &str, file: &str| {
                ffmpeg(folder.path(), &format!("{from} -frames:v 1 -f rawvideo -pix_fmt {format} {file}"));
                std::fs::read(folder.path().join(file)).expect("a file that ffmpeg has just written")
            };
            let bytes = raw(&format!("{input} -vf scale=320:240,format={planar}"), packed, "packed.yuv");
            let from = format!("-f rawvideo -pix_fmt {packed} -s 320x240 -i packed.yuv");
            let yuv = Yuv { format: planar, size, bytes: raw(&from, planar, "planar.yuv") };
            for (location, name) in [
                (ChromaLocation::Left, "left"),
                (ChromaLocation::Center, "center"),
                (ChromaLocation::TopLeft, "topleft"),
            ] {
                let expected = yuv.to_rgb(folder.path(), "limited", name);
                let mut frame = Frame::packed(format, size, bytes.clone().into());
                frame.chroma_location = location;
                let decibels = likeness(&shown(&mut stage, frame), &expected);
                assert!(decibels >= 45.0, "{input} {format:?} {location:?}: {decibels:.1} dB");
            }
        }
    }
}

#[test]
fn raw_frames_of_more_than_8_bits_have_the_colors_of_ffmpeg() {
    let folder = tempfile::tempdir().expect("a folder for temporary files");
    let mut stage = Stage::new();
    std::fs::write(folder.path().join("zone_plate.rgb"), zone_plate()).expect("a file can be written");
    let gray = "scale=in_range=limited:out_range=full,format=gray";
    for input in IMAGES {
        let input = input.replace("ASSETS", concat!(env!("CARGO_MANIFEST_DIR"), "/assets"));
        for (name, planar, format, convert) in [
            (
                "p010le",
                "yuv420p10le",
                PixelFormat::P010,
                "zscale=cin=left:min=470bg:rin=limited:m=gbr:r=full:f=bilinear",
            ),
            ("gray10le", "gray10le", PixelFormat::Gray10, gray),
            ("gray12le", "gray12le", PixelFormat::Gray12, gray),
            ("gray16le", "gray16le", PixelFormat::Gray16, gray),
        ] {
            let write = |arguments: &str| ffmpeg(folder.path(), &format!("{arguments} -f rawvideo -y frame"));
            write(&format!(
                "{input} -frames:v 1 -vf scale=320:240:out_range=limited,format={planar} -pix_fmt {name}"
            ));
            let bytes =
                std::fs::read(folder.path().join("frame")).expect("a file that ffmpeg has just written");
            std::fs::write(folder.path().join("deep.yuv"), &bytes).expect("a file can be written");
            let from = format!("-f rawvideo -pix_fmt {name} -s 320x240 -i deep.yuv");
            write(&format!("{from} -vf {convert},format=gbrp -pix_fmt rgb24"));
            let expected = std::fs::read(folder.path().join("frame")).expect("ffmpeg's frame");
            let frame = Frame::packed(format, UVec2::new(320, 240), bytes.into());
            let decibels = likeness(&shown(&mut stage, frame), &expected);
            assert!(decibels >= 45.0, "{input} {format:?}: {decibels:.1} dB");
        }
    }
}

#[test]
fn a_photo_of_a_still_is_the_still() {
    let folder = tempfile::tempdir().expect("a folder for temporary files");
    let mut stage = Stage::new();
    ffmpeg(folder.path(), "-f lavfi -i testsrc2=s=161x121 -frames:v 1 -pix_fmt rgba still.png");
    let photo = first_frame(&mut stage, folder.path().join("still.png"));
    let still = image::open(folder.path().join("still.png")).expect("an image").to_rgba8();
    assert_eq!((photo.size.x, photo.size.y), still.dimensions());
    assert_eq!(photo.rgba[..], still.as_raw()[..]);
}

/// The size of a phone's video before its rotation.
#[cfg(feature = "h264")]
const VIDEO_SIZE: UVec2 = UVec2::new(320, 240);

#[test]
#[cfg(feature = "h264")]
fn a_video_of_a_phone_that_was_held_upright_is_shown_upright_in_its_colors() {
    let folder = tempfile::tempdir().expect("a folder for temporary files");
    let UVec2 { x: width, y: height } = VIDEO_SIZE;
    ffmpeg(
        folder.path(),
        &format!(
            "-f lavfi -i testsrc2=s={width}x{height} -frames:v 3 -pix_fmt yuv420p -c:v libx264 -crf 10 -colorspace \
             bt470bg -color_range tv flat.mp4"
        ),
    );
    // Here ffmpeg counts anticlockwise.
    ffmpeg(folder.path(), "-i flat.mp4 -c copy -metadata:s:v:0 rotate=270 clip.mp4");
    ffmpeg(folder.path(), "-noautorotate -i clip.mp4 -frames:v 1 -f rawvideo -pix_fmt yuv420p first.yuv");
    let bytes = std::fs::read(folder.path().join("first.yuv")).expect("it was just written");
    let flat = Yuv { format: "yuv420p", size: VIDEO_SIZE, bytes }.to_rgb(folder.path(), "limited", "left");
    let pixel = |x: u32, y: u32| {
        let at = (y * width + x) as usize * 3;
        &flat[at..at + 3]
    };
    // Turned clockwise: the left column becomes the top row, from the bottom to the top.
    let upright = (0..width).flat_map(|y| (0..height).map(move |x| (y, height - 1 - x)));
    let expected: Vec<u8> = upright.flat_map(|(x, y)| pixel(x, y).to_vec()).collect();
    let mut stage = Stage::new();
    let photo = first_frame(&mut stage, folder.path().join("clip.mp4"));
    assert_eq!(photo.size, UVec2::new(height, width));
    let ratio = likeness(&photo, &expected);
    assert!(ratio >= 40.0, "{ratio} dB");
}
